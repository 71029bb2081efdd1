"""What every source of documents promises."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kingpost.documents.sources.folder import FolderSource
from kingpost.errors import DocumentError, NotFound
from kingpost.ports import Source

FILES = {"a.md": b"# A", "sub/b.txt": b"text", "sub/deeper/c.csv": b"x,y\n1,2\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "docs"


@pytest.fixture(params=["folder"])
def open_source(request: pytest.FixtureRequest, folder: Path) -> Callable[[], Source]:
    return {"folder": lambda: FolderSource(folder)}[request.param]


def test_references_come_in_the_same_order_each_time(open_source: Callable[[], Source]) -> None:
    names = [reference.name for reference in open_source().references()]
    assert names == sorted(FILES)
    assert names == [reference.name for reference in open_source().references()]


def test_the_id_stays_the_same_for_the_same_place(open_source: Callable[[], Source]) -> None:
    assert open_source().id == open_source().id


def test_what_is_read_has_its_bytes_and_where_it_comes_from(open_source: Callable[[], Source]) -> None:
    source = open_source()
    for reference in source.references():
        original = source.read(reference)
        assert original.content == FILES[reference.name]
        assert (original.name, original.uri, original.media_type) == (
            reference.name,
            reference.uri,
            reference.media_type,
        )
        assert reference.size == len(original.content)


def test_uris_differ(open_source: Callable[[], Source]) -> None:
    assert len({reference.uri for reference in open_source().references()}) == len(FILES)


def test_what_vanished_meanwhile_is_unreadable(open_source: Callable[[], Source], folder: Path) -> None:
    source = open_source()
    first = next(iter(source.references()))
    (folder / first.name).unlink()
    with pytest.raises(DocumentError) as caught:
        source.read(first)
    assert caught.value.reason == "unreadable"


def test_a_folder_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        FolderSource(tmp_path / "missing")


def test_one_file_is_a_source_too_and_hidden_files_are_passed_over(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "x.md").write_text("no")
    (folder / "~$a.md").write_text("no")
    assert [reference.name for reference in FolderSource(folder).references()] == sorted(FILES)
    assert [reference.name for reference in FolderSource(folder / "sub" / "b.txt").references()] == ["b.txt"]


def test_a_file_that_may_not_be_read_says_so(folder: Path) -> None:
    source = FolderSource(folder / "a.md")
    reference = next(iter(source.references()))
    (folder / "a.md").chmod(0)
    before = os.geteuid()
    os.seteuid(65534 if before == 0 else before)  # root may read everything
    try:
        with pytest.raises(DocumentError) as caught:
            source.read(reference)
    finally:
        os.seteuid(before)
    assert caught.value.reason == "permission"
