"""The workspace's SQLite file: a connection per thread, migrations, and SQLite's errors in our words."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from kingpost.backends.local.migrations import MIGRATIONS
from kingpost.errors import BackendUnavailable, KingpostError, OutOfSpace, WorkspaceDamaged

BUSY_SECONDS = 30.0
PRIMARY_CODE = 0xFF
"""SQLite's extended error codes hold the primary one in their low byte."""


class Database:
    """Opened on first use. Safe to share between threads; several processes may open the same file.

    A file that is missing is damage, not a reason to start with nothing: ``create`` makes one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make the file, if there is none, with the newest schema."""
        path.touch()
        database = cls(path)
        with database.reading():
            return database

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for statements that only read, each seeing what is committed when it starts."""
        with self._explaining():
            yield self._connection()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end, undone by any exception."""
        with self._explaining():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _connection(self) -> sqlite3.Connection:
        # A connection must not be used in a child made by fork.
        held: tuple[int, sqlite3.Connection] | None = self._local.__dict__.get("held")
        if held is None or held[0] != os.getpid():
            held = (os.getpid(), _connect(self.path))
            self._local.held = held
        return held[1]

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _explained(self.path, error) from error


def _connect(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise WorkspaceDamaged(
            f"{path} is missing",
            next=f"put it back from a backup; to start with an empty one, run: kingpost init {path.parent}",
        )
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    _migrate(connection, path)
    return connection


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    if schema_version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have been faster while this one waited.
        for migration in MIGRATIONS[_known_version(connection, path) :]:
            migration(connection)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()
        raise


def _known_version(connection: sqlite3.Connection, path: Path) -> int:
    version = schema_version(connection)
    if version > len(MIGRATIONS):
        raise WorkspaceDamaged(
            f"{path} was written by a newer Kingpost (schema {version}, this one knows {len(MIGRATIONS)})",
            next="upgrade: pip install -U kingpost",
        )
    return version


def schema_version(connection: sqlite3.Connection) -> int:
    """How many migrations the file has seen."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _explained(path: Path, error: sqlite3.Error) -> KingpostError:
    # An error that Python's module raises by itself carries no code.
    code: int = vars(error).get("sqlite_errorcode", sqlite3.SQLITE_ERROR)
    match code & PRIMARY_CODE:
        case sqlite3.SQLITE_FULL:
            return OutOfSpace(f"the disk is full: {path}", next="free some space, then run the command again")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return BackendUnavailable(f"{path} stays locked by another process", next="run the command again")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return WorkspaceDamaged(
                f"{path}: {error}", next="put back a copy from a backup, or make a new workspace and ingest again"
            )
        case _:
            return WorkspaceDamaged(f"{path}: {error}", next="see what is wrong with: kingpost doctor")
