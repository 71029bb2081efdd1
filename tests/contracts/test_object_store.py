"""What every object store promises."""

from pathlib import Path

import pytest

from kingpost.backends.local.files import FileObjects
from kingpost.backends.memory import MemoryObjects
from kingpost.errors import NotFound
from kingpost.ports import ObjectStore


@pytest.fixture(params=["memory", "files"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    return MemoryObjects() if request.param == "memory" else FileObjects(tmp_path / "objects")


def test_what_was_put_is_got(objects: ObjectStore):
    objects.put("originals/a", b"\x00bytes\xff")
    assert objects.get("originals/a") == b"\x00bytes\xff"


def test_a_put_replaces(objects: ObjectStore):
    objects.put("originals/a", b"long content")
    objects.put("originals/a", b"new")
    assert objects.get("originals/a") == b"new"


def test_an_empty_object_is_an_object(objects: ObjectStore):
    objects.put("a", b"")
    assert objects.get("a") == b""
    assert list(objects.keys("")) == ["a"]


@pytest.mark.parametrize("key", ["missing", "originals", "originals/a/b"])
def test_a_missing_object_is_not_found(objects: ObjectStore, key: str):
    objects.put("originals/a", b"")
    with pytest.raises(NotFound):
        objects.get(key)
    with pytest.raises(NotFound):
        objects.local_path(key)


def test_deleting_takes_it_away_and_may_be_repeated(objects: ObjectStore):
    objects.put("a", b"1")
    objects.delete("a")
    objects.delete("a")
    with pytest.raises(NotFound):
        objects.get("a")


def test_keys_come_in_lexical_order_and_only_with_the_prefix(objects: ObjectStore):
    for key in ("b/2", "b/10", "b-1", "a", "b/1/x", "c"):
        objects.put(key, b"")
    assert list(objects.keys("b")) == ["b-1", "b/1/x", "b/10", "b/2"]
    assert list(objects.keys("b/1")) == ["b/1/x", "b/10"]
    assert list(objects.keys("")) == ["a", "b-1", "b/1/x", "b/10", "b/2", "c"]
    assert list(objects.keys("nothing/here")) == []


def test_a_local_path_holds_the_bytes(objects: ObjectStore):
    objects.put("adapters/v1/adapter.gguf", b"GGUF")
    path = objects.local_path("adapters/v1/adapter.gguf")
    assert path.read_bytes() == b"GGUF"
    assert path.name == "adapter.gguf"
