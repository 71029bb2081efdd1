"""Measures which share of a text's words another text holds, wherever they stand and however they are split."""

import re
from collections import Counter

WORD = re.compile(r"\w+")
LONG_ENOUGH = 4
"""Letters from which on a word may be looked for inside text whose spaces are lost."""


def share_held(wanted: str, held: str) -> float:
    """1.0 when all words of ``wanted`` stand in ``held`` as often; words that were glued or broken count too."""
    words = Counter(WORD.findall(wanted.casefold()))
    total = words.total()
    if not total:
        return 1.0
    there = Counter(WORD.findall(held.casefold()))
    missing = words - there
    found = total - missing.total() + _inside(missing, there, held.casefold())
    letters = sum(len(word) * count for word, count in words.items())
    letters_there = sum(len(word) * count for word, count in there.items())
    return min(found / total, letters_there / letters, 1.0)


def _inside(missing: Counter[str], there: Counter[str], held: str) -> int:
    """How many of the missing words stand in the text without its spaces, or are made of pieces that stand there."""
    squeezed = "".join(WORD.findall(held)) if missing else ""
    found = 0
    for word, count in missing.items():
        if len(word) >= LONG_ENOUGH:
            found += min(max(squeezed.count(word) - there[word], 0), count)
    return found
