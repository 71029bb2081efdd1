"""What every source of documents promises."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kingpost.backends.local.files import FileObjects
from kingpost.backends.memory import MemoryObjects, MemoryRecords
from kingpost.documents.sources.folder import FolderSource
from kingpost.documents.sources.objects import ObjectStoreSource
from kingpost.documents.sources.opening import SourceOpener
from kingpost.errors import BackendUnavailable, DocumentError, NotFound
from kingpost.ports import ObjectStore, Source
from kingpost.records import Records
from kingpost.settings import WebSourceSettings
from web_site import Page, Site, serving

FILES = {"a.md": b"# A", "sub/b.txt": b"text", "sub/deeper/c.csv": b"x,y\n1,2\n"}


@dataclass
class Place:
    """Somewhere with the files in it: how to open it, to take a file away, and to make it fail."""

    open: Callable[[], Source]
    take_away: Callable[[str], None]
    break_: Callable[[], None]
    top: str = ""
    """What names begin with there."""

    def name(self, file: str) -> str:
        return f"{self.top}{file}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "docs"


def in_folder(folder: Path) -> Place:
    def break_() -> None:
        folder.rename(folder.with_name("elsewhere"))

    source = FolderSource(folder)
    return Place(
        open=lambda: FolderSource(folder) if folder.exists() else source,
        take_away=lambda name: (folder / name).unlink(),
        break_=break_,
    )


class Unavailable(MemoryObjects):
    """A store that does not answer."""

    def keys(self, prefix: str) -> Iterator[str]:
        raise BackendUnavailable("the store does not answer", next="try again")


def in_objects(store: ObjectStore) -> Place:
    for name, content in FILES.items():
        store.put(f"team/docs/{name}", content)
    store.put("team/docs/.hidden/x.md", b"no")
    store.put("team/other.md", b"not below the prefix")
    stores = [store]
    return Place(
        open=lambda: ObjectStoreSource(stores[-1], prefix="team/docs", uri="objects://shared"),
        take_away=lambda name: store.delete(f"team/docs/{name}"),
        break_=lambda: stores.append(Unavailable()),
    )


def on_the_web(site: Site) -> Place:
    kinds = {"md": "text/markdown", "txt": "text/plain", "csv": "text/csv"}
    site.pages["/wiki/"] = Page(body="".join(f'<a href="{name}">x</a>' for name in FILES).encode())
    for name, content in FILES.items():
        site.pages[f"/wiki/{name}"] = Page(body=content, media_type=kinds[name.rpartition(".")[2]])
    records = Records(MemoryRecords())
    settings = WebSourceSettings(delay_seconds=0, allow_private=("127.0.0.1",), seconds=10)
    opener = SourceOpener(records=records, settings=settings, bucket=lambda _: MemoryObjects())

    def break_() -> None:
        site.pages["/wiki/"] = Page(status=503)

    return Place(
        open=lambda: opener.open(site.url("/wiki/")),
        take_away=lambda name: site.pages.__setitem__(f"/wiki/{name}", Page(status=404)),
        break_=break_,
        top=f"127.0.0.1:{site.port}/wiki/",
    )


@pytest.fixture(params=["folder", "objects in memory", "objects in files", "web"])
def place(request: pytest.FixtureRequest, folder: Path, tmp_path: Path) -> Iterator[Place]:
    if request.param == "folder":
        yield in_folder(folder)
    elif request.param == "web":
        with serving(Site()) as site:
            yield on_the_web(site)
    else:
        yield in_objects(MemoryObjects() if "memory" in request.param else FileObjects(tmp_path / "objects"))


def names(source: Source) -> list[str]:
    return [reference.name for reference in source.references()]


def test_references_come_in_the_same_order_each_time(place: Place) -> None:
    found = names(place.open())
    assert set(found) >= {place.name(file) for file in FILES}
    assert names(place.open()) == found


def test_what_belongs_elsewhere_is_not_listed(place: Place) -> None:
    others = set(names(place.open())) - {place.name(file) for file in FILES}
    assert others <= {place.name("index.html")}


def test_the_id_stays_the_same_for_the_same_place(place: Place) -> None:
    assert place.open().id == place.open().id


def test_what_is_read_has_its_bytes_and_where_it_comes_from(place: Place) -> None:
    source = place.open()
    for reference in source.references():
        original = source.read(reference)
        assert original.content == FILES.get(reference.name.removeprefix(place.top), original.content)
        assert (original.name, original.uri, original.media_type) == (
            reference.name,
            reference.uri,
            reference.media_type,
        )
        assert reference.size in (0, len(original.content))
        assert reference.groups == ("everyone",)
        assert not reference.refused


def test_uris_differ(place: Place) -> None:
    uris = [reference.uri for reference in place.open().references()]
    assert len(set(uris)) == len(uris)


def test_a_stamp_is_the_same_as_long_as_the_bytes_are(place: Place) -> None:
    stamps = [{reference.uri: reference.stamp for reference in place.open().references()} for _ in range(2)]
    assert all(stamps[1][uri] == stamp for uri, stamp in stamps[0].items() if stamp)


def test_what_was_taken_away_is_not_listed_and_all_else_is(place: Place) -> None:
    before = names(place.open())
    place.take_away("sub/b.txt")
    source = place.open()
    assert names(source) == [name for name in before if name != place.name("sub/b.txt")]
    assert source.unlisted == ()


def test_what_vanished_since_it_was_listed_is_unreadable_or_read_as_it_was(place: Place) -> None:
    source = place.open()
    reference = next(one for one in source.references() if one.name == place.name("a.md"))
    place.take_away("a.md")
    try:
        assert source.read(reference).content == FILES["a.md"]
    except DocumentError as error:
        assert error.reason == "unreadable"


def test_a_place_that_cannot_be_listed_is_unavailable_and_not_empty(place: Place) -> None:
    names(place.open())
    place.break_()
    with pytest.raises(BackendUnavailable) as caught:
        names(place.open())
    assert caught.value.next


# Of folders alone


def test_a_folder_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        FolderSource(tmp_path / "missing")


def test_one_file_is_a_source_too_and_hidden_files_are_passed_over(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "x.md").write_text("no")
    (folder / "~$a.md").write_text("no")
    assert names(FolderSource(folder)) == sorted(FILES)
    assert names(FolderSource(folder / "sub" / "b.txt")) == ["b.txt"]


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


# Of object stores alone


def test_permissions_of_a_folder_in_a_store_hold_for_what_is_below_it() -> None:
    store = MemoryObjects()
    store.put("docs/open.md", b"x")
    store.put("docs/fire/a.md", b"x")
    store.put("docs/fire/kingpost.folder.toml", b'groups = ["fire"]')
    store.put("docs/broken/b.md", b"x")
    store.put("docs/broken/kingpost.folder.toml", b"groups = fire")
    found = {one.name: one for one in ObjectStoreSource(store, prefix="docs/", uri="s3://shared").references()}
    assert {name: one.groups for name, one in found.items()} == {
        "open.md": ("everyone",),
        "fire/a.md": ("fire",),
        "broken/b.md": (),
    }
    assert "broken/kingpost.folder.toml" in found["broken/b.md"].refused
    assert found["open.md"].uri == "s3://shared/docs/open.md"
