"""Lays two questions side by side to see whether they are one sentence with one thing exchanged in it."""

import re
from difflib import SequenceMatcher
from functools import lru_cache

from kingpost.language.normalise import STOP_WORDS, normalise, stems

_WORD = re.compile(r"[^\W_](?:[\w./'-]*\w)?")
_LONGEST = 2
"""Content words of an exchanged phrase, at most."""
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
    exchanged = max(end - start, other_end - other_start)
    return exchanged <= _LONGEST and len(left) - (end - start) >= _LEAST_SHARED


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
