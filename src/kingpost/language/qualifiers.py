"""Finds words that narrow a thing's name: "income tax" and "deferred income tax", "fire door" and "exit fire door"."""

import re
from functools import lru_cache
from itertools import pairwise

from kingpost.language.normalise import STOP_WORDS, stems

_WORD = re.compile(r"[^\W_](?:[\w'-]*\w)?")
_PLURAL_MARK = re.compile(r"\((?:e?s|ies)\)")
_NARROWING_TEXT = """
deferred accrued net gross average mean median total cumulative minimum maximum nominal actual planned estimated
expected standby spare redundant auxiliary emergency temporary permanent dynamic static internal external domestic
international foreign consolidated adjusted diluted basic comparable organic unpaid prepaid overdue outstanding
voluntary mandatory primary secondary residual ultimate wet dry hot cold upper lower front rear left right partial
"""
_NARROWING = frozenset(_NARROWING_TEXT.split())
"""Words that make a thing another one. Any other word in the same place may be only a longer way of saying it."""


def added_qualifiers(text: str, other: str) -> tuple[str, ...]:
    """Content words that stand inside a name in ``text`` whose neighbours stand side by side in ``other`` (normalised).

    Such a word is no matter of wording: "total deferred income" is not "total income".
    """
    words = _words(text)
    if _NARROWING.isdisjoint(words):
        return ()
    others = _words(other)
    there = frozenset(_stem(word) for word in others)
    adjacent = {(_stem(left), _stem(right)) for left, right in pairwise(others) if _both(left, right)}
    return tuple(
        dict.fromkeys(
            word
            for left, word, right in zip(words, words[1:], words[2:], strict=False)
            if _qualifies(word, there) and (_stem(left), _stem(right)) in adjacent
        )
    )


@lru_cache(maxsize=16_384)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_PLURAL_MARK.sub("", text)))


def _both(left: str, right: str) -> bool:
    return left not in STOP_WORDS and right not in STOP_WORDS


def _qualifies(word: str, there: frozenset[str]) -> bool:
    return word in _NARROWING and _stem(word) not in there


@lru_cache(maxsize=16_384)
def _stem(word: str) -> str:
    found = stems(word)
    return found[-1] if found else word
