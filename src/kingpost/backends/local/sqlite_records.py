"""Records as JSON in the workspace's SQLite file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kingpost.backends.local.database import Database
from kingpost.ports import Stored

PUT = """INSERT INTO records (kind, part, id, version, record) VALUES (?, ?, ?, 1, ?)
ON CONFLICT DO UPDATE SET record = excluded.record, version = version + 1"""
PUT_NEW = "INSERT INTO records (kind, part, id, version, record) VALUES (?, ?, ?, 1, ?) ON CONFLICT DO NOTHING"
PUT_IF = "UPDATE records SET record = ?, version = version + 1 WHERE kind = ? AND part = ? AND id = ? AND version = ?"
GET = "SELECT id, record, version FROM records WHERE kind = ? AND part = ? AND id = ?"
QUERY = "SELECT id, record, version FROM records WHERE kind = ? AND part = ? ORDER BY id"
TEXTS = "SELECT id, record FROM records WHERE kind = ? AND part = ? ORDER BY id"
TEXTS_OF = """SELECT id, record FROM records
WHERE kind = ? AND part = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id"""
TALLY = "SELECT count(*), coalesce(sum(version), 0) FROM records WHERE kind = ? AND part = ?"
PARTITIONS = "SELECT DISTINCT part FROM records WHERE kind = ? ORDER BY part"
DELETE = "DELETE FROM records WHERE kind = ? AND part = ? AND id = ?"
DELETE_PARTITION = "DELETE FROM records WHERE kind = ? AND part = ?"


class SqliteRecords:
    """Every call is one transaction. Several threads and processes may use it."""

    def __init__(self, database: Path) -> None:
        self._database = Database(database)

    def put(self, table: str, partition: str, records: Mapping[str, Mapping[str, Any]]) -> None:
        rows = [(table, partition, id, _encoded(record)) for id, record in records.items()]
        with self._database.writing() as connection:
            connection.executemany(PUT, rows)

    def put_if(self, table: str, partition: str, id: str, record: Mapping[str, Any], *, version: int) -> bool:
        text = _encoded(record)
        with self._database.writing() as connection:
            if version == 0:
                return connection.execute(PUT_NEW, (table, partition, id, text)).rowcount == 1
            return connection.execute(PUT_IF, (text, table, partition, id, version)).rowcount == 1

    def get(self, table: str, partition: str, id: str) -> Stored | None:
        with self._database.reading() as connection:
            row = connection.execute(GET, (table, partition, id)).fetchone()
        return None if row is None else _stored(*row)

    def query(self, table: str, partition: str) -> Iterator[Stored]:
        # Read to the end at once: a cursor left open would keep the caller from writing meanwhile.
        with self._database.reading() as connection:
            rows = connection.execute(QUERY, (table, partition)).fetchall()
        return (_stored(*row) for row in rows)

    def texts(self, table: str, partition: str, ids: Sequence[str] | None = None) -> Mapping[str, str]:
        with self._database.reading() as connection:
            if ids is None:
                return dict(connection.execute(TEXTS, (table, partition)).fetchall())
            return dict(connection.execute(TEXTS_OF, (table, partition, json.dumps(list(ids)))).fetchall())

    def tally(self, table: str, partition: str) -> tuple[int, int]:
        with self._database.reading() as connection:
            records, writes = connection.execute(TALLY, (table, partition)).fetchone()
        return records, writes

    def partitions(self, table: str) -> Iterator[str]:
        with self._database.reading() as connection:
            rows = connection.execute(PARTITIONS, (table,)).fetchall()
        return (partition for (partition,) in rows)

    def delete(self, table: str, partition: str, ids: Sequence[str] | None = None) -> None:
        with self._database.writing() as connection:
            if ids is None:
                connection.execute(DELETE_PARTITION, (table, partition))
            else:
                connection.executemany(DELETE, [(table, partition, id) for id in ids])


def _encoded(record: Mapping[str, Any]) -> str:
    return json.dumps(record, separators=(",", ":"))


def _stored(id: str, record: str, version: int) -> Stored:
    return Stored(id=id, record=json.loads(record), version=version)
