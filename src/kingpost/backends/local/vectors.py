"""The vectors of one collection in memory, scanned exactly: float16, one thread a query."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, cast

import numpy as np

from kingpost.types.search import Hit, Vector

Array = np.ndarray[Any, Any]
SPARSE = 0.3
"""Share of entries below which it is quicker to gather the vectors that pass than to scan them all."""
KEPT_FILTERS = 32
PIECE = 4096
SLACK = 16
"""Hits taken beyond the limit before they are put in their exact order."""

Facets = Mapping[str, Sequence[str]]
Accepted = Mapping[str, frozenset[str]]


def encoded(vector: Sequence[float] | Array) -> bytes:
    """A vector as it is stored: float16."""
    return np.asarray(vector, dtype=np.float16).tobytes()


def decoded(stored: bytes) -> Vector:
    """A stored vector as float32."""
    return cast(Vector, np.frombuffer(stored, dtype=np.float16).astype(np.float32))


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What one scan sees. Rows are never rewritten: a changed entry gets a new row and its old one dies."""

    matrix: Array
    passing: Array
    """Row numbers, rising."""
    ids: list[str]


class VectorScan:
    """Follows one collection; ``sequence`` is the last change it has seen. Safe to use from several threads."""

    def __init__(self) -> None:
        self.sequence = 0
        self._matrix = np.empty((0, 0), dtype=np.float16)
        self._ids: list[str] = []
        self._rows: dict[str, int] = {}
        self._alive = np.empty(0, dtype=bool)
        self._holders: dict[tuple[str, str], list[int]] = {}
        self._filters: OrderedDict[tuple[tuple[str, frozenset[str]], ...], Array] = OrderedDict()
        self._lock = threading.Lock()

    def apply(self, changed: Mapping[str, tuple[Facets, bytes] | None], sequence: int) -> None:
        """Take in changes: the entry's facets and vector by id, None for one that is gone."""
        with self._lock:
            kept = [(id, *entry) for id, entry in changed.items() if entry is not None]
            for id in changed.keys() & self._rows.keys():
                self._alive[self._rows.pop(id)] = False
            first = len(self._ids)
            self._grow(first + len(kept), [vector for _, _, vector in kept])
            for row, (id, facets, vector) in enumerate(kept, start=first):
                self._matrix[row] = np.frombuffer(vector, dtype=np.float16)
                self._ids.append(id)
                self._rows[id] = row
                self._alive[row] = True
                for name, values in facets.items():
                    for value in values:
                        self._holders.setdefault((name, value), []).append(row)
            self._filters.clear()
            self.sequence = sequence

    @property
    def waste(self) -> float:
        """Share of rows that are dead; a scan with much waste is better read anew."""
        return 1 - len(self._rows) / len(self._ids) if self._ids else 0.0

    def nearest(self, vector: Sequence[float] | Array, *, limit: int, accepted: Accepted) -> list[Hit]:
        """The most similar entries that pass, best first, ties by id."""
        snapshot = self._snapshot(accepted)
        if not len(snapshot.passing):
            return []
        query = np.asarray(vector, dtype=np.float32)
        roughly = _similarities(snapshot, query)
        rows = snapshot.passing[_leading(roughly, limit + SLACK)]
        # Summed row by row, so that equal vectors have equal scores (a matrix product may differ in the last bit).
        exactly = (snapshot.matrix[rows].astype(np.float32) * query).sum(axis=1)
        hits = [Hit(id=snapshot.ids[row], score=float(score)) for row, score in zip(rows, exactly, strict=True)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))[:limit]

    def _snapshot(self, accepted: Accepted) -> _Snapshot:
        with self._lock:
            key = tuple(sorted(accepted.items()))
            passing = self._filters.get(key)
            if passing is None:
                passing = self._filters[key] = np.flatnonzero(self._mask(accepted))
                if len(self._filters) > KEPT_FILTERS:
                    self._filters.popitem(last=False)
            return _Snapshot(matrix=self._matrix[: len(self._ids)], passing=passing, ids=self._ids)

    def _mask(self, accepted: Accepted) -> Array:
        mask = self._alive[: len(self._ids)].copy()
        for name, values in accepted.items():
            holding = np.zeros_like(mask)
            for value in values:
                holding[self._holders.get((name, value), [])] = True
            mask &= holding
        return mask

    def _grow(self, rows: int, vectors: Sequence[bytes]) -> None:
        if not vectors or rows <= len(self._matrix):
            return
        capacity = max(rows, 2 * len(self._matrix))
        matrix = np.zeros((capacity, len(vectors[0]) // 2), dtype=np.float16)
        matrix[: len(self._ids)] = self._matrix[: len(self._ids)].reshape(len(self._ids), matrix.shape[1])
        alive = np.zeros(capacity, dtype=bool)
        alive[: len(self._alive)] = self._alive
        self._matrix, self._alive = matrix, alive


def _similarities(snapshot: _Snapshot, query: Array) -> Array:
    # Where there is no wheel of numkong, numpy gives the same, more slowly.
    dots = dots_by_numkong if find_spec("numkong") else dots_by_numpy
    if len(snapshot.passing) < SPARSE * len(snapshot.matrix):
        return dots(snapshot.matrix[snapshot.passing], query)
    passing: Array = dots(snapshot.matrix, query)[snapshot.passing]
    return passing


def dots_by_numkong(matrix: Array, query: Array) -> Array:
    """Dot product of each row (float16) with the query (float32)."""
    import numkong

    dots: Array = np.asarray(numkong.cdist(query.astype(np.float16).reshape(1, -1), matrix, "dot"))[0]
    return dots


def dots_by_numpy(matrix: Array, query: Array) -> Array:
    """The same without numkong: in pieces, because numpy first makes a float32 copy."""
    pieces = [matrix[start : start + PIECE].astype(np.float32) @ query for start in range(0, len(matrix), PIECE)]
    return np.concatenate(pieces)


def _leading(scores: Array, count: int) -> Array:
    """Positions of the best scores, all that tie with the last of them included."""
    if count >= len(scores):
        return np.arange(len(scores))
    worst = np.partition(scores, -count)[-count]
    return np.flatnonzero(scores >= worst)
