"""Tells "from A to B" from "from B to A": two questions of the same words in which two things have changed places."""

from collections.abc import Sequence

_SYMMETRIC = frozenset("and or nor vs versus between both either & plus with , ;".split())
"""Words whose two sides may change places without another meaning."""
_MARKERS = frozenset("to into than instead".split())
_ASKING = frozenset("what which who whom whose when where why how".split())
_REACH = 3


def exchanged_places(known: Sequence[str], asked: Sequence[str]) -> tuple[str, str] | None:
    """Two stretches of words that stand in each other's place, where nothing else differs and it matters."""
    if len(known) != len(asked) or sorted(known) != sorted(asked) or list(known) == list(asked):
        return None
    differing = [at for at, (one, other) in enumerate(zip(known, asked, strict=True)) if one != other]
    start, end = differing[0], differing[-1] + 1
    here, there = list(known[start:end]), list(asked[start:end])
    for size in range(1, len(here)):
        for width in range(1, len(here) - size + 1):
            first, middle, last = here[:size], here[size : len(here) - width], here[len(here) - width :]
            if there == [*last, *middle, *first]:
                asking = _ASKING & {*first, *last}
                return None if asking or _is_symmetric(known, start, middle) else (" ".join(first), " ".join(last))
    return None


def _is_symmetric(words: Sequence[str], start: int, middle: Sequence[str]) -> bool:
    if not middle:
        return True
    return bool(_SYMMETRIC & set(middle)) or "between" in words[max(0, start - 4) : start]


def reversed_relation(known: Sequence[str], asked: Sequence[str], content: frozenset[str]) -> tuple[str, str] | None:
    """Two things on the two sides of one word of relation in both questions, but the other way round.

    ``content`` are the stems that both questions have. Both questions are stems in order.
    """
    there = set(_sides(asked, content))
    for word, left, right in _sides(known, content):
        if left != right and (word, right, left) in there and (word, left, right) not in there:
            return left, right
    return None


def _sides(words: Sequence[str], content: frozenset[str]) -> list[tuple[str, str, str]]:
    found = []
    for at, word in enumerate(words):
        if word not in _MARKERS:
            continue
        before = [one for one in words[max(0, at - _REACH) : at] if one in content]
        behind = [one for one in words[at + 1 : at + 1 + _REACH] if one in content]
        found += [(word, left, right) for left in before for right in behind]
    return found
