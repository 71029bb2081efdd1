"""Lays two questions side by side to see whether they are one sentence with one thing exchanged in it."""

import re
from difflib import SequenceMatcher
from functools import lru_cache

from kingpost.language.normalise import STOP_WORDS, normalise, stems
from kingpost.language.units import is_unit

_WORD = re.compile(r"[^\W_](?:[\w./'-]*\w)?")
_LONGEST = 2
"""Content words of an exchanged phrase, at most."""
_ALMOST = 0.8
"""Likeness of letters from which a word is a slip of another."""
_LEAST_SHARED = 2
"""Content words that two questions must share, so that what is left can be called exchanged."""


def one_exchanged(known: str, asked: str) -> bool:
    """Whether the two have the same content words in the same order but for one short phrase, put in another's place.

    People who reword a question hardly ever change one word and leave all others, while many questions that are
    another one differ just so. The verifier must be surer of such a pair.
    """
    left, right = _content(known), _content(asked)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    changes = [change for change in matcher.get_opcodes() if change[0] != "equal"]
    if len(changes) != 1 or changes[0][0] != "replace":
        return False
    _, start, end, other_start, other_end = changes[0]
    here, there = left[start:end], right[other_start:other_end]
    if max(len(here), len(there)) > _LONGEST or len(left) - len(here) < _LEAST_SHARED:
        return False
    return not _same_notation(here, there) and not _slip(" ".join(here), " ".join(there))


def _same_notation(here: tuple[str, ...], there: tuple[str, ...]) -> bool:
    """Whether numbers or units are written otherwise: that they are equal is for the slot guard to say."""
    return any(re.search(r"\d", word) or is_unit(word) for word in (*here, *there))


def _slip(here: str, there: str) -> bool:
    """Whether one is the other with a slip of the pen."""
    return here[:1] == there[:1] and SequenceMatcher(None, here, there, autojunk=False).ratio() >= _ALMOST


@lru_cache(maxsize=8192)
def _content(text: str) -> tuple[str, ...]:
    """The stems of the content words, in order."""
    words = (word for token in _WORD.findall(normalise(text)) for word in _parts(token))
    return tuple(_stem(word) for word in words if word not in STOP_WORDS)


def _parts(token: str) -> list[str]:
    plain = token.replace("'s", "")
    return [plain] if re.search(r"[\d_]", plain) else [part for part in re.split(r"[-/]", plain) if part]


def _stem(word: str) -> str:
    found = stems(word)
    return found[0] if found else word
