"""Every store and index in memory, for one process: to measure with, and the plainest reading of the ports."""

import json
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kingpost.backends import bm25
from kingpost.backends.facets import as_sets, passes
from kingpost.backends.words import words as words_of
from kingpost.errors import NotFound
from kingpost.ports import Stored
from kingpost.types.search import Entry, Hit, Vector, Where


class MemoryObjects:
    """Objects in a dictionary; ``local_path`` writes a copy into a temporary directory that goes with the store."""

    def __init__(self, directory: Path | None = None) -> None:
        # The directory belongs to the workspace; nothing of this store is kept there.
        self._objects: dict[str, bytes] = {}
        self._copies = tempfile.TemporaryDirectory(prefix="kingpost-objects-")

    def put(self, key: str, content: bytes) -> None:
        self._objects[key] = content

    def get(self, key: str) -> bytes:
        try:
            return self._objects[key]
        except KeyError:
            raise NotFound(f"there is no object {key!r}", next="list what is there: kingpost doctor") from None

    def delete(self, key: str) -> None:
        self._objects.pop(key, None)

    def keys(self, prefix: str) -> Iterator[str]:
        return iter(sorted(key for key in self._objects if key.startswith(prefix)))

    def local_path(self, key: str) -> Path:
        path = Path(self._copies.name) / key
        content = self.get(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path


class MemoryRecords:
    """Records as JSON texts, so that nobody holds a reference into the store."""

    def __init__(self, database: Path | None = None) -> None:
        self._records: dict[tuple[str, str], dict[str, tuple[str, int]]] = {}
        self._lock = threading.Lock()

    def put(self, table: str, partition: str, records: Mapping[str, Mapping[str, Any]]) -> None:
        with self._lock:
            held = self._records.setdefault((table, partition), {})
            for id, record in records.items():
                held[id] = (json.dumps(record), held.get(id, ("", 0))[1] + 1)

    def put_if(self, table: str, partition: str, id: str, record: Mapping[str, Any], *, version: int) -> bool:
        with self._lock:
            held = self._records.setdefault((table, partition), {})
            if held.get(id, ("", 0))[1] != version:
                return False
            held[id] = (json.dumps(record), version + 1)
            return True

    def get(self, table: str, partition: str, id: str) -> Stored | None:
        text, version = self._records.get((table, partition), {}).get(id, ("", 0))
        return Stored(id=id, record=json.loads(text), version=version) if version else None

    def query(self, table: str, partition: str) -> Iterator[Stored]:
        with self._lock:
            held = sorted(self._records.get((table, partition), {}).items())
        return (Stored(id=id, record=json.loads(text), version=version) for id, (text, version) in held)

    def texts(self, table: str, partition: str, ids: Sequence[str] | None = None) -> Mapping[str, str]:
        with self._lock:
            held = self._records.get((table, partition), {})
            return {id: held[id][0] for id in sorted(held if ids is None else held.keys() & set(ids))}

    def tally(self, table: str, partition: str) -> tuple[int, int]:
        held = self._records.get((table, partition), {})
        return len(held), sum(version for _, version in list(held.values()))

    def partitions(self, table: str) -> Iterator[str]:
        with self._lock:
            return iter(
                sorted(partition for (name, partition), held in self._records.items() if name == table and held)
            )

    def delete(self, table: str, partition: str, ids: Sequence[str] | None = None) -> None:
        with self._lock:
            if ids is None:
                self._records.pop((table, partition), None)
                return
            for id in ids:
                self._records.get((table, partition), {}).pop(id, None)


class MemoryIndex:
    """Entries in a dictionary, scored one by one: the meaning of ``SearchIndex`` without any index."""

    def __init__(self, database: Path | None = None, directory: Path | None = None, language: str = "english") -> None:
        self._collections: dict[str, dict[str, Entry]] = {}
        self._words: dict[str, dict[str, list[str]]] = {}
        self._lock = threading.Lock()

    def upsert(self, collection: str, entries: Sequence[Entry]) -> None:
        with self._lock:
            for entry in entries:
                self._collections.setdefault(collection, {})[entry.id] = entry
                self._words.setdefault(collection, {})[entry.id] = words_of(entry.text)

    def refacet(self, collection: str, facets: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        with self._lock:
            held = self._collections.get(collection, {})
            held.update({id: replace(held[id], facets=new) for id, new in facets.items() if id in held})

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        with self._lock:
            for id in ids:
                self._collections.get(collection, {}).pop(id, None)
                self._words.get(collection, {}).pop(id, None)

    def nearest(self, collection: str, vector: Vector, *, limit: int, where: Where) -> list[Hit]:
        entries = self._passing(collection, where)
        if not entries:
            return []
        matrix = np.array([entry.vector for entry in entries], dtype=np.float32)
        similarities = (matrix * np.asarray(vector, dtype=np.float32)).sum(axis=1)
        return _best({entry.id: float(score) for entry, score in zip(entries, similarities, strict=True)}, limit)

    def match(self, collection: str, words: str, *, limit: int, where: Where) -> list[Hit]:
        passing = {entry.id for entry in self._passing(collection, where)}
        with self._lock:
            held = dict(self._words.get(collection, {}))
        frequencies = Counter(word for found in held.values() for word in set(found))
        scored = bm25.scores(
            words_of(words),
            {id: found for id, found in held.items() if id in passing},
            total=len(held),
            frequency=lambda word: frequencies[word],
            average_length=sum(map(len, held.values())) / max(len(held), 1),
        )
        return _best(scored, limit)

    def lookup(self, collection: str, keys: Sequence[str], *, limit: int, where: Where) -> list[Hit]:
        asked = set(keys)
        counts = {entry.id: float(len(asked & set(entry.keys))) for entry in self._passing(collection, where)}
        return _best({id: count for id, count in counts.items() if count}, limit)

    def scan(self, collection: str, *, where: Where) -> Iterator[str]:
        return iter(sorted(entry.id for entry in self._passing(collection, where)))

    def vectors(self, collection: str, ids: Sequence[str]) -> Mapping[str, Vector]:
        with self._lock:
            held = self._collections.get(collection, {})
            return {id: held[id].vector for id in ids if id in held}

    def known_keys(self, collection: str, keys: Sequence[str]) -> frozenset[str]:
        held = {key for entry in self._passing(collection, {}) for key in entry.keys}
        return frozenset(held.intersection(keys))

    def _passing(self, collection: str, where: Where) -> list[Entry]:
        accepted = as_sets(where)
        with self._lock:
            entries = list(self._collections.get(collection, {}).values())
        return [entry for entry in entries if passes(entry.facets, accepted)]


def _best(scores: Mapping[str, float], limit: int) -> list[Hit]:
    ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Hit(id=id, score=score) for id, score in ranked[:limit]]
