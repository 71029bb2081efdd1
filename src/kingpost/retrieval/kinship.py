"""Finds which documents are alike: of one series, one form, one kind of report, so that one is taken for another."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice, pairwise
from pathlib import PurePosixPath

from kingpost.language.normalise import normalise
from kingpost.types.documents import Document, Profile

ALIKE = 0.4
"""Share of headings and labels that two documents have in common from which they are of one kind."""
FEWEST_IN_COMMON = 4
"""Headings and labels in common from which two documents can be alike at all."""
LOOKED_AT = 8
"""Smallest hashes of a shape by which documents that may be alike are found."""
_TOKEN = re.compile(r"[^\W_]+")


def families(documents: Sequence[Document], profiles: Mapping[str, Profile]) -> list[list[Document]]:
    """Groups of two or more documents that are alike, directly or through others; ``profiles`` are by document id."""
    parent = {document.id: document.id for document in documents}
    _join_alike(parent, {id: frozenset(profiles[id].shape) for id in parent})
    stems = {document.id: stem_tokens(document) for document in documents}
    _join(parent, _buckets((id, token) for id, tokens in stems.items() for token in tokens), _named_alike(stems))
    reports = [(id, str(profiles[id].months)) for id in parent if profiles[id].period_end and profiles[id].months]
    _join(parent, _buckets(reports), lambda first, second: True)
    grouped: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        grouped[_root(parent, document.id)].append(document)
    return [group for group in grouped.values() if len(group) > 1]


@lru_cache(maxsize=20_000)
def stem_tokens(document: Document) -> tuple[str, ...]:
    """The words and figures of a document's file name."""
    return tuple(_TOKEN.findall(normalise(PurePosixPath(document.name).stem)))


def _join_alike(parent: dict[str, str], shapes: Mapping[str, frozenset[int]]) -> None:
    def alike(first: str, second: str) -> bool:
        return _share(shapes[first], shapes[second]) >= ALIKE

    _join(
        parent, _buckets((id, str(value)) for id, shape in shapes.items() for value in sorted(shape)[:LOOKED_AT]), alike
    )


def _share(first: frozenset[int], second: frozenset[int]) -> float:
    """Estimate of the share in common (Jaccard) from the smallest hashes of two sets."""
    if len(first & second) < FEWEST_IN_COMMON:
        return 0.0
    smallest = sorted(first | second)[: max(len(first), len(second))]
    return sum(value in first and value in second for value in smallest) / len(smallest)


def _named_alike(stems: Mapping[str, tuple[str, ...]]) -> Callable[[str, str], bool]:
    """File names that differ in less than half of their words: ``2023 Q1 Northgate``, ``2023 Q1 Southgate``."""

    def alike(first: str, second: str) -> bool:
        one, other = set(stems[first]), set(stems[second])
        return one != other and 2 * len(one & other) > max(len(one), len(other))

    return alike


def _buckets(pairs: Sequence[tuple[str, str]] | Iterator[tuple[str, str]]) -> list[list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for id, mark in pairs:
        found[mark].append(id)
    return [ids for ids in found.values() if len(ids) > 1]


def _join(parent: dict[str, str], buckets: Sequence[Sequence[str]], alike: Callable[[str, str], bool]) -> None:
    """Put together what is alike: each with the one before it, else with any before it of another group."""
    for ids in buckets:
        for place, (before, id) in enumerate(pairwise(ids)):
            others = (other for other in islice(ids, place) if _root(parent, other) != _root(parent, id))
            joined = next((other for other in islice(chain([before], others), LOOKED_AT) if alike(other, id)), None)
            if joined is not None:
                parent[_root(parent, id)] = _root(parent, joined)


def _root(parent: dict[str, str], id: str) -> str:
    while parent[id] != id:
        parent[id] = id = parent[parent[id]]
    return id
