"""The workspace's SQLite file: migrations, damage, several processes."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from kingpost.backends.local.database import Database
from kingpost.backends.local.migrations import MIGRATIONS
from kingpost.backends.local.sqlite_records import SqliteRecords
from kingpost.errors import OutOfSpace, WorkspaceDamaged


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Database.create(tmp_path / "kingpost.db").path


def test_a_new_file_has_the_newest_schema_and_a_write_ahead_log(path: Path):
    with Database(path).reading() as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("version", range(len(MIGRATIONS)))
def test_an_older_file_is_brought_up_to_date_with_what_it_holds(tmp_path: Path, version: int):
    with sqlite3.connect(tmp_path / "old.db") as connection:
        for migration in MIGRATIONS[:version]:
            migration(connection)
        if version:
            connection.execute("INSERT INTO records VALUES ('turns', 'c1', 'a', 3, '{}')")
        connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    records = SqliteRecords(tmp_path / "old.db")
    records.put("turns", "c1", {"b": {}})
    assert [stored.id for stored in records.query("turns", "c1")] == ["a", "b"] if version else ["b"]


def test_a_newer_file_is_not_touched(path: Path):
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(WorkspaceDamaged, match="newer Kingpost") as refused:
        SqliteRecords(path).put("turns", "c1", {"a": {}})
    assert "upgrade" in refused.value.next


def test_a_missing_file_is_not_replaced_by_an_empty_one(tmp_path: Path):
    with pytest.raises(WorkspaceDamaged, match="is missing"):
        SqliteRecords(tmp_path / "kingpost.db").get("turns", "c1", "a")
    assert not (tmp_path / "kingpost.db").exists()


def test_a_file_that_is_no_database_is_told(tmp_path: Path):
    (tmp_path / "kingpost.db").write_bytes(b"not a database at all, " * 400)
    with pytest.raises(WorkspaceDamaged, match="not a database"):
        SqliteRecords(tmp_path / "kingpost.db").get("turns", "c1", "a")


def test_a_failed_write_leaves_nothing_of_it(path: Path):
    records = SqliteRecords(path)
    with pytest.raises(TypeError):
        records.put("turns", "c1", {"a": {"fine": 1}, "b": {"no json": object()}})
    assert list(records.query("turns", "c1")) == []


def test_a_full_disk_is_told_and_nothing_is_half_written(path: Path):
    database = Database(path)
    with database.reading() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(OutOfSpace), database.writing() as connection:
        connection.execute("INSERT INTO records VALUES ('turns', 'c1', 'small', 1, '{}')")
        connection.execute("INSERT INTO records VALUES ('turns', 'c1', 'big', 1, ?)", ("x" * 1_000_000,))
    assert list(SqliteRecords(path).query("turns", "c1")) == []


def test_of_processes_that_race_for_one_version_exactly_one_wins(path: Path):
    program = """
import sys
from pathlib import Path
from kingpost.backends.local.sqlite_records import SqliteRecords
records = SqliteRecords(Path(sys.argv[1]))
wins = 0
for number in range(40):
    wins += records.put_if("pointers", "all", str(number), {"by": sys.argv[2]}, version=0)
    records.put("turns", sys.argv[2], {str(number): {}})
print(wins)
"""
    racers = [
        subprocess.Popen([sys.executable, "-c", program, str(path), name], stdout=subprocess.PIPE, text=True)
        for name in ("a", "b", "c")
    ]
    wins = [int(racer.communicate()[0]) for racer in racers]
    assert sum(wins) == 40
    records = SqliteRecords(path)
    assert [len(list(records.query("turns", name))) for name in ("a", "b", "c")] == [40, 40, 40]
