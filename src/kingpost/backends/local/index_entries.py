"""The SQL of the search index: entries with their texts, vectors and keys, and the log of changes."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from kingpost.backends.local.vectors import encoded
from kingpost.types.search import Entry

UPSERT = """INSERT INTO entries (collection, id, build, facets, vector) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (collection, id) DO UPDATE SET build = excluded.build, facets = excluded.facets, vector = excluded.vector
RETURNING number"""
UPSERT_TEXT = "INSERT OR REPLACE INTO entry_texts (number, text) VALUES (?, ?)"
REFACET = "UPDATE entries SET facets = ? WHERE collection = ? AND build = ? AND id = ?"
DELETE_KEYS = "DELETE FROM entry_keys WHERE number = ?"
INSERT_KEY = "INSERT OR IGNORE INTO entry_keys (collection, key, number) VALUES (?, ?, ?)"
LOG = "INSERT OR REPLACE INTO changes (collection, id) VALUES (?, ?)"
"""Only the last change of an entry is kept: whoever follows reads the entry as it stands now."""
LOG_DELETED = """INSERT OR REPLACE INTO changes (collection, id)
SELECT collection, id FROM entries WHERE collection = ? AND id IN (SELECT value FROM json_each(?))"""
DELETE = "DELETE FROM entries WHERE collection = ? AND id IN (SELECT value FROM json_each(?))"
LATEST = "SELECT coalesce(max(sequence), 0) FROM changes"
TEXTS = """SELECT sequence, changes.id, facets, text FROM changes
LEFT JOIN entries ON entries.collection = changes.collection AND entries.id = changes.id AND build = ?
LEFT JOIN entry_texts ON entry_texts.number = entries.number
WHERE sequence > ? AND changes.collection = ? ORDER BY sequence LIMIT ?"""
VECTORS = """SELECT sequence, changes.id, facets, vector FROM changes
LEFT JOIN entries ON entries.collection = changes.collection AND entries.id = changes.id AND build = ?
WHERE sequence > ? AND changes.collection = ? ORDER BY sequence LIMIT ?"""
FACETS = """SELECT id, facets FROM entries
WHERE collection = ? AND build = ? AND id IN (SELECT value FROM json_each(?))"""
VECTORS_OF = """SELECT id, vector FROM entries
WHERE collection = ? AND build = ? AND id IN (SELECT value FROM json_each(?))"""
LOOKUP = """SELECT id, count(*) AS held, facets FROM entry_keys JOIN entries USING (number)
WHERE entry_keys.collection = ? AND key IN (SELECT value FROM json_each(?)) AND build = ?
GROUP BY number ORDER BY held DESC, id"""
SCAN = "SELECT id, facets FROM entries WHERE collection = ? AND build = ? ORDER BY id"
KNOWN_KEYS = """SELECT DISTINCT key FROM entry_keys JOIN entries USING (number)
WHERE entry_keys.collection = ? AND key IN (SELECT value FROM json_each(?)) AND build = ?"""

Rows = list[tuple[Any, ...]]


def upsert(connection: sqlite3.Connection, collection: str, build: str, entries: Sequence[Entry]) -> None:
    """Add or replace, and log it."""
    for entry in entries:
        row = (collection, entry.id, build, _stored(entry.facets), encoded(entry.vector))
        (number,) = connection.execute(UPSERT, row).fetchone()
        # A lone surrogate, as broken PDFs have them, is no text that can be stored.
        text = entry.text.encode("utf-8", "replace").decode("utf-8")
        connection.execute(UPSERT_TEXT, (number, text))
        connection.execute(DELETE_KEYS, (number,))
        connection.executemany(INSERT_KEY, [(collection, key, number) for key in entry.keys])
        connection.execute(LOG, (collection, entry.id))


def refacet(
    connection: sqlite3.Connection, collection: str, build: str, facets: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> None:
    """Replace the facets of those that are there, and log it."""
    for id, new in facets.items():
        if connection.execute(REFACET, (_stored(new), collection, build, id)).rowcount:
            connection.execute(LOG, (collection, id))


def delete(connection: sqlite3.Connection, collection: str, ids: Sequence[str]) -> None:
    """Delete those that are there, and log it."""
    arguments = (collection, json.dumps(list(ids)))
    connection.execute(LOG_DELETED, arguments)
    connection.execute(DELETE, arguments)


def latest(connection: sqlite3.Connection) -> int:
    """The last change."""
    sequence: int = connection.execute(LATEST).fetchone()[0]
    return sequence


def texts(connection: sqlite3.Connection, collection: str, build: str, after: int, limit: int) -> Rows:
    """(sequence, id, facets, text) of changes, oldest first; nulls for entries that are gone."""
    return connection.execute(TEXTS, (build, after, collection, limit)).fetchall()


def vectors(connection: sqlite3.Connection, collection: str, build: str, after: int, limit: int) -> Rows:
    """(sequence, id, facets, vector) of changes, oldest first; nulls for entries that are gone."""
    return connection.execute(VECTORS, (build, after, collection, limit)).fetchall()


def facets(connection: sqlite3.Connection, collection: str, build: str, ids: Sequence[str]) -> Rows:
    """(id, facets) of those that are there."""
    return connection.execute(FACETS, (collection, build, json.dumps(list(ids)))).fetchall()


def vectors_of(connection: sqlite3.Connection, collection: str, build: str, ids: Sequence[str]) -> Rows:
    """(id, vector) of those that are there."""
    return connection.execute(VECTORS_OF, (collection, build, json.dumps(list(ids)))).fetchall()


def lookup(connection: sqlite3.Connection, collection: str, build: str, keys: Sequence[str]) -> Rows:
    """(id, number of the keys held, facets), most first."""
    return connection.execute(LOOKUP, (collection, json.dumps(list(keys)), build)).fetchall()


def scan(connection: sqlite3.Connection, collection: str, build: str) -> Rows:
    """(id, facets) of all, by id."""
    return connection.execute(SCAN, (collection, build)).fetchall()


def known_keys(connection: sqlite3.Connection, collection: str, build: str, keys: Sequence[str]) -> frozenset[str]:
    """The keys that some entry holds."""
    rows = connection.execute(KNOWN_KEYS, (collection, json.dumps(list(keys)), build)).fetchall()
    return frozenset(key for (key,) in rows)


def _stored(facets: Mapping[str, tuple[str, ...]]) -> str:
    return json.dumps({name: list(values) for name, values in facets.items()})
