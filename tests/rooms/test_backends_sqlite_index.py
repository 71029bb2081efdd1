"""The embedded index: its followers are disposable, and what was acknowledged is never lost."""

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kingpost.backends.local import lexical, locks, vectors
from kingpost.backends.local.database import Database
from kingpost.backends.local.sqlite_index import SqliteIndex
from kingpost.backends.local.vectors import VectorScan
from kingpost.backends.memory import MemoryIndex
from kingpost.types.search import Entry, Where

WORDS = [f"word{number}" for number in range(60)]
Open = Callable[..., SqliteIndex]


@pytest.fixture
def open_index(tmp_path: Path) -> Open:
    """Opens the same index again, as another process would."""
    Database.create(tmp_path / "kingpost.db")

    def again(build: str = "b1") -> SqliteIndex:
        return SqliteIndex(database=tmp_path / "kingpost.db", directory=tmp_path / "index" / build, language="english")

    return again


def entry(id: str, text: str = "", *, seed: int = 0, **facets: str) -> Entry:
    values = np.random.default_rng(seed).standard_normal(8).astype(np.float32)
    return Entry(
        id=id,
        text=text,
        vector=values / np.linalg.norm(values),
        keys=(text.partition(" ")[0],),
        facets={name: (value,) for name, value in facets.items()},
    )


def some_entries(count: int, *, seed: int) -> list[Entry]:
    choice = random.Random(seed)
    return [
        entry(f"e{number:03}", " ".join(choices), seed=number + seed, document=f"d{number % 5}")
        for number in range(count)
        for choices in [choice.choices(WORDS, k=choice.randint(3, 30))]
    ]


def found(index: SqliteIndex | MemoryIndex, words: str, where: Where | None = None) -> list[str]:
    return [hit.id for hit in index.match("chunks", words, limit=200, where=where or {})]


def words_directory(tmp_path: Path) -> Path:
    return tmp_path / "index" / "b1" / "chunks.words"


@pytest.mark.parametrize("seed", range(3))
def test_it_finds_what_the_plainest_index_finds(open_index: Open, seed: int):
    plain, index, choice = MemoryIndex(), open_index(), random.Random(seed)
    for _ in range(4):
        entries, gone = some_entries(choice.randint(1, 60), seed=choice.randint(0, 99)), f"e{choice.randint(0, 59):03}"
        for each in (plain, index):
            each.upsert("chunks", entries)
            each.delete("chunks", [gone])
        for where in ({}, {"document": ["d1"]}, {"document": ["d0", "d3", "d9"]}):
            words = " ".join(choice.choices(WORDS, k=4))
            assert set(found(index, words, where)) == set(found(plain, words, where))
            vector = entry("", seed=choice.randint(0, 999)).vector
            near = [one.nearest("chunks", vector, limit=10, where=where) for one in (plain, index)]
            assert [hit.id for hit in near[0]] == [hit.id for hit in near[1]]
            assert [hit.score for hit in near[0]] == pytest.approx([hit.score for hit in near[1]], abs=5e-3)
            assert list(plain.scan("chunks", where=where)) == list(index.scan("chunks", where=where))
            keys = choice.choices(WORDS, k=9)
            assert plain.lookup("chunks", keys, limit=9, where=where) == index.lookup(
                "chunks", keys, limit=9, where=where
            )
            assert plain.known_keys("chunks", keys) == index.known_keys("chunks", keys)


def test_it_ranks_words_as_the_plainest_index_does(open_index: Open):
    plain, index = MemoryIndex(), open_index()
    for each in (plain, index):
        each.upsert("chunks", some_entries(80, seed=5))
    assert found(index, "word1 word2 word3")[:5] == found(plain, "word1 word2 word3")[:5]


def test_it_is_all_there_when_opened_again(open_index: Open):
    index = open_index()
    index.upsert("chunks", some_entries(50, seed=1))
    index.delete("chunks", ["e007"])
    for another in (index, open_index(), open_index()):
        assert "e007" not in found(another, " ".join(WORDS))
        assert len(found(another, " ".join(WORDS))) == 49
        assert len(another.nearest("chunks", entry("").vector, limit=99, where={})) == 49


def test_one_process_sees_what_another_has_written(open_index: Open):
    writer, reader = open_index(), open_index()
    for number in range(3):
        writer.upsert("chunks", [entry("a", f"door{number}", seed=number)])
        assert found(reader, f"door{number}") == ["a"]
        assert found(reader, f"door{number - 1}") == []
        assert reader.nearest("chunks", entry("", seed=number).vector, limit=1, where={})[0].score > 0.99
    writer.delete("chunks", ["a"])
    assert found(reader, "door2") == []
    assert reader.nearest("chunks", entry("").vector, limit=1, where={}) == []


def truncate(directory: Path) -> None:
    for path in directory.glob("*.idx"):
        path.write_bytes(path.read_bytes()[:40])


def flip(directory: Path) -> None:
    for path in directory.glob("*.term"):
        content = bytearray(path.read_bytes())
        content[len(content) // 3] ^= 0xFF
        path.write_bytes(content)


def empty(directory: Path) -> None:
    (directory / "meta.json").write_text("")


def remove_files(directory: Path) -> None:
    for path in directory.glob("*.store"):
        path.unlink()


@pytest.mark.parametrize("damage", [truncate, flip, empty, remove_files, shutil.rmtree])
def test_a_damaged_word_index_is_made_anew(tmp_path: Path, open_index: Open, damage: Callable[[Path], None]):
    index = open_index()
    index.upsert("chunks", some_entries(60, seed=2))
    before = found(index, "word1 word2")
    assert before
    damage(words_directory(tmp_path))
    assert found(open_index(), "word1 word2") == before
    assert found(open_index(), "word1 word2") == before


def test_a_word_index_of_another_database_is_made_anew(tmp_path: Path, open_index: Open):
    index = open_index()
    index.upsert("chunks", [entry("old", "window")])
    with Database(tmp_path / "kingpost.db").reading() as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "backup.db"),))
    index.upsert("chunks", [entry("new", "window"), entry("old", "door")])
    assert found(index, "window") == ["new"]
    for path in tmp_path.glob("kingpost.db*"):
        path.unlink()
    (tmp_path / "backup.db").rename(tmp_path / "kingpost.db")
    assert found(open_index(), "window") == ["old"]
    assert found(open_index(), "door") == []


def test_a_word_index_of_another_release_is_made_anew(
    tmp_path: Path, open_index: Open, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lexical, "MADE_BY", "0 an earlier release")
    earlier = open_index()
    earlier.upsert("chunks", [entry("a", "door")])
    assert found(earlier, "door") == ["a"]
    monkeypatch.undo()
    later = open_index()
    assert found(later, "door") == ["a"]
    assert later.lag("chunks") == 0


def test_entries_of_another_build_are_not_seen(open_index: Open):
    old, new = open_index("b1"), open_index("b2")
    old.upsert("chunks", [entry("a", "door"), entry("b", "door")])
    assert (found(old, "door"), found(new, "door")) == (["a", "b"], [])
    new.upsert("chunks", [entry("a", "door")])
    for index, ids in ((old, ["b"]), (new, ["a"])):
        assert found(index, "door") == ids
        assert [hit.id for hit in index.nearest("chunks", entry("").vector, limit=5, where={})] == ids
        assert [hit.id for hit in index.lookup("chunks", ["door"], limit=5, where={})] == ids
        assert list(index.scan("chunks", where={})) == ids
    new.delete("chunks", ["a", "b"])
    assert found(old, "door") == []


def test_while_another_process_indexes_a_reader_still_answers_right(tmp_path: Path, open_index: Open):
    index = open_index()
    index.upsert("chunks", [*some_entries(40, seed=3), entry("goes", "lintel"), entry("changes", "lintel")])
    assert found(index, "lintel") == ["changes", "goes"]
    with locks.held(words_directory(tmp_path).with_name("chunks.words.lock"), kind="word index"):
        index.delete("chunks", ["goes"])
        index.upsert("chunks", [entry("changes", "purlin"), entry("comes", "lintel lintel", document="d1")])
        for reader in (index, open_index()):
            assert found(reader, "lintel") == ["comes"]
            assert found(reader, "purlin") == ["changes"]
            assert found(reader, "lintel", {"document": ["d2"]}) == []
            assert reader.lag("chunks") == 3
    assert found(index, "lintel") == ["comes"]
    assert index.lag("chunks") == 0


def test_what_is_scored_while_waiting_ranks_among_what_is_indexed(tmp_path: Path, open_index: Open):
    entries = [entry(f"c{number}", "lintel " * (number + 1) + "beam " * 10) for number in range(9)]
    background = [entry(f"b{number}", "purlin " * 15) for number in range(40)]
    index, plain = open_index(), MemoryIndex()
    plain.upsert("chunks", [*background, *entries])
    index.upsert("chunks", [*background, *entries[::2]])
    found(index, "lintel")
    with locks.held(words_directory(tmp_path).with_name("chunks.words.lock"), kind="word index"):
        index.upsert("chunks", entries[1::2])
        assert found(index, "lintel") == found(plain, "lintel")


def test_a_kill_at_any_time_loses_nothing_acknowledged(tmp_path: Path, open_index: Open):
    open_index().upsert("chunks", [entry("first", "door")])
    program = """
import sys
from pathlib import Path
from kingpost.backends.local.sqlite_index import SqliteIndex
from kingpost.types.search import Entry
root = Path(sys.argv[1])
index = SqliteIndex(database=root / "kingpost.db", directory=root / "index" / "b1", language="english")
for number in range(100_000):
    ids = [f"k{number}-{part}" for part in range(3)]
    index.upsert("chunks", [Entry(id=id, text="door " + id, vector=[1.0] + [0.0] * 7, keys=(id,)) for id in ids])
    if number % 3 == 0:
        index.match("chunks", "door", limit=1, where={})
    print(number, flush=True)
"""
    for kill_after in (1, 4, 12):
        writer = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        acknowledged = [int(writer.stdout.readline()) for _ in range(kill_after)]
        writer.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in writer.stdout.read().split()]
        writer.wait()
        writer.stdout.close()
        expected = {f"k{number}-{part}" for number in acknowledged for part in range(3)}
        index = open_index()
        assert expected <= set(index.scan("chunks", where={}))
        assert expected <= {hit.id for hit in index.match("chunks", "door", limit=5000, where={})}
        assert expected <= {hit.id for hit in index.nearest("chunks", [1.0] + [0.0] * 7, limit=5000, where={})}
        assert expected == index.known_keys("chunks", sorted(expected))


def test_processes_that_write_side_by_side_lose_nothing(tmp_path: Path, open_index: Open):
    program = """
import sys
from pathlib import Path
from kingpost.backends.local.sqlite_index import SqliteIndex
from kingpost.types.search import Entry
root, name = Path(sys.argv[1]), sys.argv[2]
index = SqliteIndex(database=root / "kingpost.db", directory=root / "index" / "b1", language="english")
for number in range(20):
    id = f"{name}{number}"
    index.upsert("chunks", [Entry(id=id, text="door " + id, vector=[1.0, 0.0])])
    assert [hit.id for hit in index.match("chunks", id, limit=5, where={})] == [id], id
    assert id in {hit.id for hit in index.nearest("chunks", [1.0, 0.0], limit=99, where={})}, id
"""
    writers = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path), name]) for name in ("ada", "bob")]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert len(found(open_index(), "door")) == 40


def test_a_lone_surrogate_from_a_broken_file_does_no_harm(open_index: Open):
    index = open_index()
    index.upsert("chunks", [entry("a", "door \ud800 lintel")])
    assert found(index, "lintel") == ["a"]


def test_vectors_are_the_same_with_and_without_numkong():
    matrix = np.random.default_rng(1).standard_normal((5000, 16)).astype(np.float16)
    query = matrix[7].astype(np.float32)
    assert vectors.dots_by_numpy(matrix, query) == pytest.approx(
        vectors.dots_by_numkong(matrix, query), rel=1e-3, abs=1e-3
    )


def test_rows_of_changed_entries_are_waste_until_read_anew():
    scan, vector = VectorScan(), vectors.encoded([1.0, 0.0])
    scan.apply({f"e{number}": ({"document": ["d1"]}, vector) for number in range(10)}, 1)
    assert scan.waste == 0
    scan.apply({f"e{number}": ({"document": ["d2"]}, vector) for number in range(5)} | {"e9": None}, 2)
    assert scan.waste == pytest.approx(6 / 15)
    nearest = scan.nearest([1.0, 0.0], limit=20, accepted={"document": frozenset(["d1"])})
    assert [hit.id for hit in nearest] == ["e5", "e6", "e7", "e8"]
