"""Reads what a language model drafted: its sentences, the passages that it names with them, and the quotes it gives."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kingpost.language.normalise import normalise, sentences

_MARK = re.compile(r"\s*[\[(](\d{1,2}(?:\s?,\s?\d{1,2})*)\](?:\(\S*\))?")
_QUOTES = re.compile(r"^\W*(?:quotes?|sources?|evidence)\W*:", re.IGNORECASE | re.MULTILINE)
_QUOTE = re.compile(r"[\"“”]([^\"“”]{4,})[\"“”][\s.,;]*(?:\[(\d{1,2})\])?")
_DECORATION = re.compile(r"\*\*|__|^#+\s|^\s*(?:[-•*]|\d{1,2}[.)])\s+", re.MULTILINE)
_PREAMBLE = re.compile(
    r"^\W*(?:(?:the )?answer(?: to the question)?(?: is)?(?: as follows)?\s*:"
    r"|(?:based on|according to) the passages?,?)\s*",
    re.IGNORECASE,
)
_SOURCE = r"(?:documents?|passages?|texts?|context|information|question|answer|i)"
_NOT = r"(?:do(?:es)? not|don't|doesn't|cannot|can not|can't|could not|is not|are not|isn't|am not)"
_TOLD = (
    r"(?:tell|say|state|mention|contain|provide|specify|include|give|answer|find|know|determine|able|answered|provided"
    r"|mentioned|specified|given)"
)
_REFUSAL = re.compile(
    r"^\W*(?:(?:i'm |i am )?sorry\W+|unfortunately\W+|based on the passages?\W+)?(?:but\W+)?"
    rf"(?:(?:the|these|this|those|given|provided)\s)*{_SOURCE}\s(?:(?:above|given|provided)\s)?{_NOT}\s"
    rf"(?:\w+\s){{0,3}}?{_TOLD}\b"
    r"|^\W*(?:there is )?no (?:answer|information|such)\b|^\W*not (?:mentioned|specified|stated|provided|given)\b",
    re.IGNORECASE,
)
FEWEST_QUOTED_WORDS = 3


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence without marks and decoration, and the numbers (from 1) of the passages named with it."""

    text: str
    passages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft taken apart. ``quotes``: the words that the model says it relies on, each with a passage (0: unnamed)."""

    sentences: tuple[DraftSentence, ...] = ()
    quotes: tuple[tuple[str, int], ...] = ()
    refuses: bool = False
    """Whether the model says that the passages do not tell."""


def read_draft(text: str, *, cut: bool = False) -> Drafted:
    """Take a draft apart. Of a draft that was ``cut`` the unfinished last sentence is left out; so are repetitions."""
    body, quotes = _apart(text)
    plain = _PREAMBLE.sub("", _DECORATION.sub("", body)).strip()
    if _REFUSAL.match(plain):
        return Drafted(refuses=True)
    found = list(_sentences(plain))
    if cut and len(found) > 1 and not quotes and not found[-1].text.endswith((".", "!", "?")):
        found = found[:-1]
    distinct = {normalise(sentence.text): sentence for sentence in reversed(found)}
    kept = [sentence for sentence in found if distinct[normalise(sentence.text)] is sentence]
    return Drafted(sentences=tuple(kept), quotes=quotes)


def _apart(text: str) -> tuple[str, tuple[tuple[str, int], ...]]:
    """The answer, and the quotes below it."""
    heading = _QUOTES.search(text)
    if heading is None:
        return text, ()
    found = _QUOTE.findall(text[heading.end() :])
    quotes = [(quote.strip(), int(number or 0)) for quote, number in found]
    return text[: heading.start()], tuple(quote for quote in quotes if len(quote[0].split()) >= FEWEST_QUOTED_WORDS)


def _sentences(text: str) -> Iterator[DraftSentence]:
    """Marks behind a full stop belong to the sentence before it."""
    joined = re.sub(r"([.!?])((?:\s*\[\d{1,2}(?:\s?,\s?\d{1,2})*\])+)", r"\2\1", text)
    for start, end in sentences(joined):
        for line in joined[start:end].split("\n"):
            marks = [int(number) for group in _MARK.findall(line) for number in re.findall(r"\d+", group)]
            plain = _MARK.sub("", line).strip()
            if any(char.isalnum() for char in plain):
                yield DraftSentence(plain, tuple(dict.fromkeys(marks)))
