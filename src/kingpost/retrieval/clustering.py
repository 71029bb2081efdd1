"""Puts near-identical passages of different documents together, so that boilerplate does not fill the first hits."""

import re
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from kingpost.language.normalise import normalise
from kingpost.types.documents import ChunkKind
from kingpost.types.search import Passage

ALIKE = 0.8
"""Share of word sequences (Jaccard 1901) that two texts have in common from which they count as near-identical."""
SEQUENCE_WORDS = 3
SKETCH = 6
"""Smallest hashes of a text's word sequences (Broder 1997): near-identical texts share at least one of them."""
MOST_ALIKE = 3
"""Near-identical passages that keep their places: a series of reports may be asked about as a whole."""
REMEMBERED_TEXTS = 4_000
FIRST, SECOND, MASK = 0x9E3779B1, 0x85EBCA77, 0xFFFFFFFF
PROSE = frozenset({ChunkKind.CLAUSE, ChunkKind.TEXT, ChunkKind.CODE, ChunkKind.FIGURE})
"""Rows and fields that read the same say it of different things: each stays a hit of its own."""

_WORD = re.compile(r"\w+(?:[.,]\d+)*")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class _Cluster:
    place: int
    """Of its first passage among those kept."""
    sequences: frozenset[int]
    figures: tuple[str, ...]
    others: list[str] = field(default_factory=list)


def spread(passages: Sequence[Passage], *, named: Collection[str] = ()) -> list[Passage]:
    """The passages in their order, but those that repeat better ones of other documents come last.

    The best one names all others in ``Passage.alike``; the first few of them keep their places. Texts that differ
    in a number are never near-identical. Passages of the documents with the ids ``named`` stay where they are: the
    question asks for these.
    """
    kept: list[Passage] = []
    repeats: list[Passage] = []
    by_hash: dict[int, list[_Cluster]] = {}
    clusters: list[_Cluster] = []
    for passage in passages:
        if passage.chunk.kind not in PROSE:
            kept.append(passage)
            continue
        sequences, figures = _read(passage.chunk.text)
        sketch = sorted(sequences)[:SKETCH]
        near = (cluster for value in sketch for cluster in by_hash.get(value, ()))
        cluster = next((c for c in near if c.figures == figures and _alike(c.sequences, sequences)), None)
        if cluster and _repeats(passage, kept[cluster.place], named):
            cluster.others.append(passage.chunk.id)
            (kept if len(cluster.others) < MOST_ALIKE else repeats).append(passage)
            continue
        cluster = _Cluster(place=len(kept), sequences=sequences, figures=figures)
        clusters.append(cluster)
        for value in sketch:
            by_hash.setdefault(value, []).append(cluster)
        kept.append(passage)
    for cluster in clusters:
        if cluster.others:
            kept[cluster.place] = replace(kept[cluster.place], alike=tuple(cluster.others))
    return [*kept, *repeats]


def _repeats(passage: Passage, better: Passage, named: Collection[str]) -> bool:
    return passage.document.id not in {better.document.id, *named}


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _read(text: str) -> tuple[frozenset[int], tuple[str, ...]]:
    """Hashes of all sequences of words, and the words with a digit."""
    words = _WORD.findall(normalise(text))
    codes = [zlib.crc32(word.encode()) for word in words]
    codes += [0] * (SEQUENCE_WORDS - len(codes))
    # Multiplied, so that the order counts; three at a time, as SEQUENCE_WORDS says.
    sequences = zip(codes, codes[1:], codes[2:], strict=False)
    hashes = ((one * FIRST + two * SECOND + three) & MASK for one, two, three in sequences)
    return frozenset(hashes), tuple(word for word in words if not word.isalpha() and _DIGIT.search(word))


def _alike(first: frozenset[int], second: frozenset[int]) -> bool:
    return len(first & second) >= ALIKE * len(first | second)
