"""Chooses the sentences of an extract: the best window, then what adds something, with its list, in reading order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kingpost.answering.readers.extents import Measure
from kingpost.answering.readers.weighing import Weighed

NEIGHBOUR_SHARE = 0.6
"""A window may hold sentences that score this share of its best."""
FURTHER_SHARE = 0.7
REPEATS = 0.5
"""How much a further sentence loses by saying what is said already."""
BESIDE = 0.3
"""What a further sentence gains by standing right after one that is chosen."""
UNCOVERED = 1.0
"""What it gains by holding the words of the question that nothing chosen holds yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an extract is to be: its bounds, the question's stems, and whether it may come from several documents."""

    measure: Measure
    stems: tuple[str, ...]
    across: bool


def choose(weighed: Sequence[Weighed], wish: Wish) -> list[Weighed]:
    """The extract, in reading order. Empty where there is nothing to choose from."""
    if not weighed:
        return []
    best = max(weighed, key=lambda one: one.score)
    chosen = _window(weighed, best, wish.measure)
    _extend(chosen, weighed, wish)
    if wish.measure.sentences > 1:
        chosen = _opened(chosen, weighed)
    if wish.measure.listed:
        chosen = _with_lists(chosen, weighed, wish.measure)
    places = {id(one): place for place, one in enumerate(weighed)}
    return sorted(chosen, key=lambda one: places[id(one)])


def _window(weighed: Sequence[Weighed], best: Weighed, measure: Measure) -> list[Weighed]:
    """The sentences around the best one of all windows that hold it, with the highest sum."""
    position = next(place for place, one in enumerate(weighed) if one is best)
    longest = measure.window
    windows = [
        window
        for first in range(max(0, position - longest + 1), position + 1)
        for last in range(position, min(first + longest, len(weighed)))
        if _is_window(window := list(weighed[first : last + 1]), best, measure)
    ]
    return max(windows, key=lambda window: sum(one.score for one in window), default=[best])


def _is_window(window: Sequence[Weighed], best: Weighed, measure: Measure) -> bool:
    return (
        all(one.sentence.stretch == best.sentence.stretch for one in window)
        and all(one.score >= NEIGHBOUR_SHARE * best.score for one in window)
        and _length(window) <= max(measure.words, best.sentence.length)
    )


def _extend(chosen: list[Weighed], weighed: Sequence[Weighed], wish: Wish) -> None:
    """Add what is good and new, one after another, while there is room."""
    best = max(chosen, key=lambda one: one.score)
    while len(chosen) < wish.measure.sentences:
        left = [
            one
            for one in weighed
            if not any(one is other for other in chosen)
            and one.score >= FURTHER_SHARE * best.score
            and _length(chosen) + one.sentence.length <= wish.measure.words
            and not one.sentence.is_heading
            and (wish.across or _same_document(one, best))
        ]
        if not left:
            return
        chosen.append(max(left, key=lambda one: _gain(one, chosen, wish.stems)))


def _gain(one: Weighed, chosen: Sequence[Weighed], asked: Sequence[str]) -> float:
    held = frozenset(stem for other in chosen for stem in other.sentence.words)
    missing = [stem for stem in asked if stem not in held]
    new = sum(stem in one.sentence.words for stem in missing) / len(asked) if asked else 0.0
    beside = any(_follows(other, one) for other in chosen)
    return one.score + UNCOVERED * new + BESIDE * beside - REPEATS * max(_alike(one, other) for other in chosen)


def _same_document(one: Weighed, other: Weighed) -> bool:
    first, second = one.sentence.passage.chunk, other.sentence.passage.chunk
    return (first.document_id, first.revision_id) == (second.document_id, second.revision_id)


def _alike(one: Weighed, other: Weighed) -> float:
    if one.vector is not None and other.vector is not None:
        return float(np.dot(one.vector, other.vector))
    union = one.sentence.words | other.sentence.words
    return len(one.sentence.words & other.sentence.words) / len(union) if union else 0.0


def _follows(one: Weighed, other: Weighed) -> bool:
    return (one.sentence.stretch, one.sentence.position + 1) == (other.sentence.stretch, other.sentence.position)


def _opened(chosen: Sequence[Weighed], weighed: Sequence[Weighed]) -> list[Weighed]:
    """With the sentence before one that starts in its middle, as far as there is one."""
    return [*chosen, *_new((_before(one, weighed) for one in chosen if one.sentence.is_broken), chosen)]


def _with_lists(chosen: Sequence[Weighed], weighed: Sequence[Weighed], measure: Measure) -> list[Weighed]:
    """With the items of each list whose lead-in or items are chosen, as far as there is room for them."""
    whole = list(chosen)
    for one in chosen:
        if one.sentence.is_item or one.sentence.leads_in:
            for item in _new(_list_of(one, weighed), whole):
                if _length(whole) + item.sentence.length <= measure.listed:
                    whole.append(item)
    return whole


def _list_of(one: Weighed, weighed: Sequence[Weighed]) -> list[Weighed]:
    """The list a sentence leads into or is an item of, with its lead-in."""
    place = next(place for place, other in enumerate(weighed) if other is one)
    first = place
    while weighed[first].sentence.is_item and first and _follows(weighed[first - 1], weighed[first]):
        first -= 1
    if not (weighed[first].sentence.leads_in or weighed[first].sentence.is_item):
        first += 1
    last = first
    while last + 1 < len(weighed) and _follows(weighed[last], weighed[last + 1]) and weighed[last + 1].sentence.is_item:
        last += 1
    return list(weighed[first : last + 1])


def _before(one: Weighed, weighed: Sequence[Weighed]) -> Weighed | None:
    return next((other for other in weighed if _follows(other, one)), None)


def _new(found: Iterable[Weighed | None], chosen: Sequence[Weighed]) -> list[Weighed]:
    return [one for one in found if one is not None and not any(one is other for other in chosen)]


def _length(chosen: Sequence[Weighed]) -> int:
    return sum(one.sentence.length for one in chosen)
