"""The search index on one laptop: SQLite holds the truth, two disposable indexes follow its log of changes."""

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from kingpost.backends import bm25
from kingpost.backends.facets import as_sets, passes
from kingpost.backends.local import index_entries
from kingpost.backends.local.database import Database
from kingpost.backends.local.lexical import Change, LexicalIndex
from kingpost.backends.local.vectors import VectorScan, decoded
from kingpost.backends.words import words as words_of
from kingpost.errors import Locked, OutOfSpace, WorkspaceDamaged
from kingpost.types.search import Entry, Hit, Vector, Where

BATCH = 5000
"""Changes that an index takes in at once."""
FOLLOW_EVERY = 500
"""Changes after which a writer lets the word index follow, so that the next reader need not."""
MOST_PENDING = 3000
"""Changes that a reader scores one by one rather than wait for the process that is indexing them."""
MOST_WASTE = 0.5
REMEMBERED_FACETS = 32_768

Accepted = Mapping[str, frozenset[str]]


class SqliteIndex:
    """Any number of threads and processes may read and write; what a call has written survives a kill.

    Entries belong to a build, named by the directory: those of another build (other chunks, other embeddings) are
    not seen. Every hit is joined back to SQLite, so an index that lags or is damaged never shows what is gone.
    """

    def __init__(self, *, database: Path, directory: Path, language: str) -> None:
        self._database = Database(database)
        self._build = directory.name
        self._directory = directory
        self._vectors: dict[str, VectorScan] = {}
        self._lexical: dict[str, LexicalIndex] = {}
        self._turn = threading.RLock()

    def upsert(self, collection: str, entries: Sequence[Entry]) -> None:
        with self._database.writing() as connection:
            index_entries.upsert(connection, collection, self._build, entries)
        self._follow_now_and_then(collection)

    def refacet(self, collection: str, facets: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        with self._database.writing() as connection:
            index_entries.refacet(connection, collection, self._build, facets)
        self._follow_now_and_then(collection)

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        with self._database.writing() as connection:
            index_entries.delete(connection, collection, ids)
        self._follow_now_and_then(collection)

    def nearest(self, collection: str, vector: Vector, *, limit: int, where: Where) -> list[Hit]:
        accepted = as_sets(where)
        hits = self._scan(collection).nearest(vector, limit=limit, accepted=accepted)
        return self._standing(collection, hits, accepted)

    def match(self, collection: str, words: str, *, limit: int, where: Where) -> list[Hit]:
        wanted = words_of(words)
        if not wanted:
            return []
        try:
            return self._match(collection, wanted, limit=limit, accepted=as_sets(where))
        except WorkspaceDamaged:
            self._lexical_index(collection).discard()
            return self._match(collection, wanted, limit=limit, accepted=as_sets(where))

    def lookup(self, collection: str, keys: Sequence[str], *, limit: int, where: Where) -> list[Hit]:
        accepted = as_sets(where)
        with self._database.reading() as connection:
            rows = index_entries.lookup(connection, collection, self._build, keys)
        passing = (Hit(id=id, score=float(count)) for id, count, facets in rows if passes(_facets(facets), accepted))
        return [hit for hit, _ in zip(passing, range(limit), strict=False)]

    def scan(self, collection: str, *, where: Where) -> Iterator[str]:
        accepted = as_sets(where)
        with self._database.reading() as connection:
            rows = index_entries.scan(connection, collection, self._build)
        return (id for id, facets in rows if passes(_facets(facets), accepted))

    def vectors(self, collection: str, ids: Sequence[str]) -> Mapping[str, Vector]:
        with self._database.reading() as connection:
            rows = index_entries.vectors_of(connection, collection, self._build, ids)
        return {id: decoded(vector) for id, vector in rows}

    def known_keys(self, collection: str, keys: Sequence[str]) -> frozenset[str]:
        with self._database.reading() as connection:
            return index_entries.known_keys(connection, collection, self._build, keys)

    def lag(self, collection: str) -> int:
        """How many changes the word index is behind. Raises ``WorkspaceDamaged`` when its files are broken."""
        lexical = self._lexical_index(collection)
        lexical.refresh()
        return sum(1 for _ in self._changes(collection, after=lexical.sequence))

    # Vectors

    def _scan(self, collection: str) -> VectorScan:
        with self._turn:
            scan = self._vectors.get(collection)
            if scan is None or scan.waste > MOST_WASTE:
                scan = self._vectors[collection] = VectorScan()
            with self._database.reading() as connection:
                latest = index_entries.latest(connection)
                while scan.sequence < latest:
                    rows = index_entries.vectors(connection, collection, self._build, scan.sequence, BATCH)
                    changed = {
                        id: None if facets is None else (json.loads(facets), vector) for _, id, facets, vector in rows
                    }
                    scan.apply(changed, rows[-1][0] if len(rows) == BATCH else max(latest, rows[-1][0] if rows else 0))
            return scan

    # Words

    def _match(self, collection: str, words: list[str], *, limit: int, accepted: Accepted) -> list[Hit]:
        lexical = self._lexical_index(collection)
        pending = {change.id: change for change in self._follow(collection, lexical)}
        indexed = lexical.search(words, limit=limit + len(pending), accepted=accepted)
        hits = [hit for hit in indexed if hit.id not in pending] + _scored(pending, words, lexical, accepted)
        hits.sort(key=lambda hit: (-hit.score, hit.id))
        return self._standing(collection, hits, accepted)[:limit]

    def _lexical_index(self, collection: str) -> LexicalIndex:
        with self._turn:
            if collection not in self._lexical:
                self._lexical[collection] = LexicalIndex(self._directory / f"{collection}.words")
            return self._lexical[collection]

    def _follow(self, collection: str, lexical: LexicalIndex) -> list[Change]:
        """Bring the word index up to date; the changes that it still lacks, because another process is at it."""
        # What the index has seen is read before the log's end, which only grows: the other way round, an index
        # that another thread moves on meanwhile would look as if it were ahead of the log.
        seen = lexical.sequence
        if seen == self._latest():
            return []
        lexical.refresh()
        seen, latest = lexical.sequence, self._latest()
        if seen > latest:
            raise WorkspaceDamaged("the word index is of another database", next="it is made anew")
        try:
            self._write(collection, lexical, latest, wait=False)
        except (Locked, OutOfSpace):
            pending = list(self._changes(collection, after=lexical.sequence))
            if len(pending) <= MOST_PENDING:
                return pending
            self._write(collection, lexical, latest, wait=True)
        return []

    def _write(self, collection: str, lexical: LexicalIndex, latest: int, *, wait: bool) -> None:
        with lexical.following(wait=wait):
            batch: list[Change] = []
            for change in self._changes(collection, after=lexical.sequence):
                batch.append(change)
                if len(batch) == BATCH:
                    lexical.apply(batch, sequence=change.sequence)
                    batch = []
            if batch:
                lexical.apply(batch, sequence=max(latest, batch[-1].sequence))
            lexical.sequence = max(latest, lexical.sequence)

    def _changes(self, collection: str, *, after: int) -> Iterator[Change]:
        while True:
            with self._database.reading() as connection:
                rows = index_entries.texts(connection, collection, self._build, after, BATCH)
            for sequence, id, facets, text in rows:
                yield Change(sequence, id, {} if facets is None else json.loads(facets), text)
            if len(rows) < BATCH:
                return
            after = rows[-1][0]

    def _follow_now_and_then(self, collection: str) -> None:
        lexical = self._lexical_index(collection)
        if self._latest() - lexical.sequence >= FOLLOW_EVERY:
            try:
                self._follow(collection, lexical)
            except WorkspaceDamaged:
                lexical.discard()  # whoever searches next makes it anew
            except OutOfSpace:
                return  # what was to be written is; the word index can wait

    # Truth

    def _latest(self) -> int:
        with self._database.reading() as connection:
            return index_entries.latest(connection)

    def _standing(self, collection: str, hits: Sequence[Hit], accepted: Accepted) -> list[Hit]:
        """The hits whose entry is there now and passes now."""
        with self._database.reading() as connection:
            rows = index_entries.facets(connection, collection, self._build, [hit.id for hit in hits])
        passing = {facets for facets in {facets for _, facets in rows} if passes(_facets(facets), accepted)}
        standing = {id for id, facets in rows if facets in passing}
        return [hit for hit in hits if hit.id in standing]


@lru_cache(maxsize=REMEMBERED_FACETS)
def _facets(stored: str) -> Mapping[str, Sequence[str]]:
    """Facets as they are stored: entries of one document and kind have the same."""
    facets: Mapping[str, Sequence[str]] = json.loads(stored)
    return facets


def _scored(pending: Mapping[str, Change], words: list[str], lexical: LexicalIndex, accepted: Accepted) -> list[Hit]:
    """What the word index would say of changes that it has not taken in yet."""
    texts = {id: words_of(change.text) for id, change in pending.items() if change.text is not None}
    if not texts:
        return []
    # Rarity as the word index knows it, so that both kinds of hits are on one scale.
    among = Counter(word for held in texts.values() for word in set(held)) if lexical.total == 0 else None
    scored = bm25.scores(
        words,
        {id: held for id, held in texts.items() if passes(pending[id].facets, accepted)},
        total=lexical.total or len(texts),
        frequency=lexical.frequency if among is None else among.__getitem__,
        average_length=sum(map(len, texts.values())) / len(texts),
    )
    return [Hit(id=id, score=score) for id, score in scored.items()]
