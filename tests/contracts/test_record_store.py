"""What every record store promises."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kingpost.backends.local.database import Database
from kingpost.backends.local.sqlite_records import SqliteRecords
from kingpost.backends.memory import MemoryRecords
from kingpost.ports import RecordStore


@pytest.fixture(params=["memory", "sqlite"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> RecordStore:
    return (
        MemoryRecords() if request.param == "memory" else SqliteRecords(Database.create(tmp_path / "kingpost.db").path)
    )


def test_what_was_put_is_got_with_version_1(records: RecordStore):
    records.put("turns", "c1", {"c1.1": {"text": "Höhe – 2,4 m", "list": [1, None, {"a": True}]}})
    stored = records.get("turns", "c1", "c1.1")
    assert stored is not None
    assert (stored.id, stored.version) == ("c1.1", 1)
    assert stored.record == {"text": "Höhe – 2,4 m", "list": [1, None, {"a": True}]}


def test_each_put_raises_the_version(records: RecordStore):
    records.put("turns", "c1", {"a": {"n": 1}})
    records.put("turns", "c1", {"a": {"n": 2}})
    stored = records.get("turns", "c1", "a")
    assert stored is not None
    assert (stored.version, stored.record) == (2, {"n": 2})


def test_the_tally_is_another_one_after_every_put_and_of_one_partition_alone(records: RecordStore):
    tallies = [records.tally("feedback", "all")]
    records.put("feedback", "all", {"a": {"n": 1}})
    tallies.append(records.tally("feedback", "all"))
    records.put("feedback", "all", {"a": {"n": 1}})
    tallies.append(records.tally("feedback", "all"))
    records.put_if("feedback", "all", "b", {"n": 1}, version=0)
    tallies.append(records.tally("feedback", "all"))
    records.put("feedback", "other", {"a": {"n": 1}})
    assert tallies == [(0, 0), (1, 1), (1, 2), (2, 3)] == [*tallies[:3], records.tally("feedback", "all")]


def test_what_is_missing_is_none(records: RecordStore):
    records.put("turns", "c1", {"a": {}})
    assert records.get("turns", "c1", "b") is None
    assert records.get("turns", "c2", "a") is None
    assert records.get("other", "c1", "a") is None


def test_a_conditional_put_needs_the_version_it_names(records: RecordStore):
    assert not records.put_if("pointers", "all", "live", {"target": "v1"}, version=1)
    assert records.put_if("pointers", "all", "live", {"target": "v1"}, version=0)
    assert not records.put_if("pointers", "all", "live", {"target": "v2"}, version=0)
    assert records.put_if("pointers", "all", "live", {"target": "v2"}, version=1)
    assert not records.put_if("pointers", "all", "live", {"target": "v3"}, version=1)
    stored = records.get("pointers", "all", "live")
    assert stored is not None
    assert (stored.record, stored.version) == ({"target": "v2"}, 2)


def test_of_writers_that_race_for_one_version_exactly_one_wins(records: RecordStore):
    def claim(number: int) -> bool:
        return records.put_if("pointers", "all", "live", {"writer": number}, version=0)

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(claim, range(40)))
    assert won.count(True) == 1
    stored = records.get("pointers", "all", "live")
    assert stored is not None
    assert stored.record == {"writer": won.index(True)}


def test_a_query_gives_the_partition_by_id(records: RecordStore):
    records.put("chunks", "d1", {"b": {"n": 2}, "a": {"n": 1}, "B": {"n": 0}})
    records.put("chunks", "d2", {"z": {}})
    assert [stored.id for stored in records.query("chunks", "d1")] == ["B", "a", "b"]
    assert list(records.query("chunks", "d3")) == []


def test_a_query_may_be_read_while_writing(records: RecordStore):
    records.put("chunks", "d1", {str(number): {} for number in range(10)})
    for stored in records.query("chunks", "d1"):
        records.put("chunks", "d1", {f"{stored.id}-copy": {}})
    assert len(list(records.query("chunks", "d1"))) == 20


def test_partitions_are_those_that_hold_something(records: RecordStore):
    records.put("chunks", "d2", {"a": {}})
    records.put("chunks", "d1", {"a": {}})
    records.put("turns", "c1", {"a": {}})
    records.put("chunks", "d3", {"a": {}})
    records.delete("chunks", "d3", ["a"])
    assert list(records.partitions("chunks")) == ["d1", "d2"]


def test_deleting_takes_ids_or_the_whole_partition(records: RecordStore):
    records.put("chunks", "d1", {"a": {}, "b": {}, "c": {}})
    records.put("chunks", "d2", {"a": {}})
    records.delete("chunks", "d1", ["a", "unknown"])
    assert [stored.id for stored in records.query("chunks", "d1")] == ["b", "c"]
    records.delete("chunks", "d1")
    records.delete("chunks", "d1")
    assert list(records.query("chunks", "d1")) == []
    assert records.get("chunks", "d2", "a") is not None


def test_a_record_cannot_be_changed_through_what_was_put_or_got(records: RecordStore):
    record = {"list": [1]}
    records.put("turns", "c1", {"a": record})
    record["list"].append(2)
    stored = records.get("turns", "c1", "a")
    assert stored is not None
    assert stored.record == {"list": [1]}
    stored.record["list"].append(3)
    again = records.get("turns", "c1", "a")
    assert again is not None
    assert again.record == {"list": [1]}


def test_texts_are_the_records_as_json_by_id(records: RecordStore):
    records.put("chunks", "d1", {"b": {"n": 2}, "a": {"n": 1}, "c": {"n": 3}})
    records.put("chunks", "d2", {"a": {"n": 4}})
    assert [(id, json.loads(text)) for id, text in records.texts("chunks", "d1").items()] == [
        ("a", {"n": 1}),
        ("b", {"n": 2}),
        ("c", {"n": 3}),
    ]
    assert list(records.texts("chunks", "d1", ["c", "missing", "a"])) == ["a", "c"]
    assert records.texts("chunks", "d3") == {}


def test_the_text_of_a_record_changes_with_it_however_it_came_to_be(records: RecordStore):
    records.put("chunks", "d1", {"a": {"n": 1}})
    before = records.texts("chunks", "d1", ["a"])
    records.delete("chunks", "d1")
    records.put("chunks", "d1", {"a": {"n": 2}})
    changed = records.texts("chunks", "d1", ["a"])
    records.put("chunks", "d1", {"a": {"n": 1}})
    assert changed != before
    assert records.texts("chunks", "d1", ["a"]) == before
