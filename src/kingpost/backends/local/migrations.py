"""The workspace database's schema: numbered steps, each applied once, in order, and never changed afterwards."""

import sqlite3
from collections.abc import Callable

Migration = Callable[[sqlite3.Connection], None]


def m001_records(connection: sqlite3.Connection) -> None:
    """JSON records by table, partition and id."""
    connection.execute(
        """CREATE TABLE records (
            kind TEXT NOT NULL, part TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, record TEXT NOT NULL,
            PRIMARY KEY (kind, part, id))"""
    )


def m002_index(connection: sqlite3.Connection) -> None:
    """What can be found: entries, their words, vectors and keys, and the log of changes that indexes follow."""
    connection.execute(
        """CREATE TABLE entries (
            number INTEGER PRIMARY KEY, collection TEXT NOT NULL, id TEXT NOT NULL, build TEXT NOT NULL,
            facets TEXT NOT NULL, vector BLOB NOT NULL, UNIQUE (collection, id))"""
    )
    connection.execute(
        "CREATE TABLE entry_texts (number INTEGER PRIMARY KEY REFERENCES entries ON DELETE CASCADE, text TEXT NOT NULL)"
    )
    connection.execute(
        """CREATE TABLE entry_keys (
            collection TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
            PRIMARY KEY (collection, key, number)) WITHOUT ROWID"""
    )
    connection.execute("CREATE INDEX entry_keys_by_entry ON entry_keys (number)")
    connection.execute(
        """CREATE TABLE changes (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL, id TEXT NOT NULL,
            UNIQUE (collection, id))"""
    )


MIGRATIONS: tuple[Migration, ...] = (m001_records, m002_index)
