"""Mends words that are broken at line ends: a hyphen goes, unless the document writes the word with one."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from kingpost.documents.parsing.pages.page import Line, Page, PageBlock

BROKEN = re.compile(r"(?P<head>[^\W\d_]{2,})[-\u2010\u00ad\x02]$")
NEXT = re.compile(r"(?P<tail>[^\W\d_]+)")
COMPOUND = re.compile(r"\w+(?:[-\u2010]\w+)+")
WORD = re.compile(r"[^\W\d_]+")
PREFIXES = frozenset("all anti co cross ex half high low mid multi non off on post pre self semi sub well".split())
"""Words that keep the hyphen when nothing else is known of a compound."""
SPLIT_NUMBER = re.compile(r"\w[-\u2010]$")
"""The end of a line in the middle of an identifier or number: FD- 90."""


def mend(pages: Sequence[Page]) -> None:
    """Mark and shorten, in place, the lines that end in the middle of a word, so that they join without a space."""
    texts = [line.text for page in pages for block in page.blocks for line in block.lines]
    compounds = {found.casefold().replace("\u2010", "-") for text in texts for found in COMPOUND.findall(text)}
    words = Counter(found.casefold() for text in texts for found in WORD.findall(text))
    for page in pages:
        for block in page.blocks:
            if block.kind not in {"code", "table"}:
                _mend_block(block, compounds, words)


def _mend_block(block: PageBlock, compounds: set[str], words: Counter[str]) -> None:
    for index in range(len(block.lines) - 1):
        line, after = block.lines[index], block.lines[index + 1]
        if after.y0 >= line.y0 + 0.5 * line.height:
            block.lines[index] = _mended(line, after, compounds, words)


def _mended(line: Line, after: Line, compounds: set[str], words: Counter[str]) -> Line:
    broken, going_on = BROKEN.search(line.text), NEXT.match(after.text)
    if broken and going_on and going_on["tail"][0].islower():
        head, tail = broken["head"].casefold(), going_on["tail"].casefold()
        keeps = f"{head}-{tail}" in compounds or (head + tail not in words and _is_compound(line, broken, tail, words))
        return replace(line, text=line.text if keeps else line.text[:-1], soft=True)
    if SPLIT_NUMBER.search(line.text) and after.text[:1].isalnum() and not after.text[:1].islower():
        return replace(line, soft=True)
    return line


def _is_compound(line: Line, broken: re.Match[str], tail: str, words: Counter[str]) -> bool:
    """Whether both halves are words that stand elsewhere too, or a third one stands in front: state-of-the-"""
    head = broken["head"].casefold()
    both = words[head] > 1 and words[tail] > 1
    return both or head in PREFIXES or line.text[: broken.start()].endswith(("-", "\u2010"))
