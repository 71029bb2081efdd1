"""Finds a document's title: what its properties say, unless the largest type on its first page knows better."""

import re
from collections.abc import Sequence

from kingpost.documents.parsing.clauses import heading_number
from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.pages.page import Line

MADE_BY_A_PROGRAM = re.compile(
    r"^(?:microsoft word|untitled|document\d*|powerpoint|slide ?1)\b|\.(?:docx?|pdf|indd|rtf|dvi|tex)$", re.IGNORECASE
)
CUT_OFF = re.compile(r"\b(?:and|or|of|the|for|to|in|a|an|by|with)$", re.IGNORECASE)
SAYS_NOTHING = re.compile(r"^untitled\b", re.IGNORECASE)
LONGEST = 200
MOST_LINES = 4


def title_of(named: str, first_page: Sequence[Line]) -> str:
    """``named`` when its words stand on the first page, else the largest type there, else ``named`` all the same."""
    named = clean(named)
    if named and not MADE_BY_A_PROGRAM.search(named) and not CUT_OFF.search(named) and _stands_there(named, first_page):
        return named
    return _largest_type(first_page) or ("" if SAYS_NOTHING.match(named) else named)


def _stands_there(title: str, first_page: Sequence[Line]) -> bool:
    """Titles in a file's properties are often those of the file it was made from."""
    words = re.findall(r"\w{3,}", title.casefold())
    page = " ".join(line.text for line in first_page).casefold()
    return bool(words) and sum(word in page for word in words) * 3 >= 2 * len(words)


def _largest_type(first_page: Sequence[Line]) -> str:
    sizes = [line.size for line in first_page if any(character.isalpha() for character in line.text)]
    lines = [line for line in first_page if sizes and line.size >= max(sizes) - 0.5]
    if len(lines) > MOST_LINES and len(lines) == len(first_page):
        return ""
    titled = [line.text for line in lines if not heading_number(line.text)]
    return clean(" ".join(titled[:MOST_LINES]))[:LONGEST]
