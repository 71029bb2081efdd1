"""What a run makes of what its source lists: who may read it, what is read again, and what is never taken for gone."""

import os
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from kingpost.backends.memory import MemoryIndex, MemoryObjects, MemoryRecords
from kingpost.documents.ingest import Ingestor
from kingpost.documents.library import Library
from kingpost.documents.sources.folder import FolderSource
from kingpost.documents.sources.opening import SourceOpener
from kingpost.documents.sync import SyncPlan
from kingpost.errors import BackendUnavailable, NotFound, Refused
from kingpost.ports import Source
from kingpost.records import Records
from kingpost.retrieval.search import Retriever
from kingpost.settings import DocumentSettings, RetrievalSettings, WebSourceSettings
from kingpost.types.documents import FileReport, FileState, IngestReport, Original, OriginalReference
from kingpost.types.search import CHUNKS
from web_site import Page, Site, serving

QUESTION = "Which load may the mezzanine floor carry?"
TEXT = "# Mezzanine\n\nThe mezzanine floor carries a load of 7 kN.\n"


class CountingEmbeddings(DeterministicFakeEmbedding):
    """Knows how many texts it has embedded."""

    embedded: int = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += len(texts)
        return super().embed_documents(texts)


class ReadingNoted(FolderSource):
    """A folder that notes which files were read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.was_read: list[str] = []

    def read(self, reference: OriginalReference) -> Original:
        self.was_read.append(reference.name)
        return super().read(reference)


@dataclass
class House:
    folder: Path
    records: Records = field(default_factory=lambda: Records(MemoryRecords()))
    index: MemoryIndex = field(default_factory=MemoryIndex)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    embeddings: CountingEmbeddings = field(default_factory=lambda: CountingEmbeddings(size=8))

    @property
    def library(self) -> Library:
        return Library(records=self.records, objects=self.objects, index=self.index)

    @property
    def ingestor(self) -> Ingestor:
        return Ingestor(
            records=self.records,
            objects=self.objects,
            index=self.index,
            embeddings=self.embeddings,
            library=self.library,
            settings=DocumentSettings(workers=1),
            fingerprint="one",
            lock=lambda _: nullcontext(),
            stale_counter=lambda changing: lambda: 0,
        )

    def write(self, name: str, text: str = TEXT) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (1_577_836_800, 1_577_836_800))
        return path

    def ingest(self, source: Source | None = None, **more: bool) -> IngestReport:
        return self.ingestor.ingest(source or FolderSource(self.folder), **more)  # type: ignore[arg-type]

    def plan(self) -> SyncPlan:
        return self.ingestor.plan(FolderSource(self.folder))

    def seen(self, *groups: str) -> set[str]:
        """Names of the documents whose passages these groups find."""
        retriever = Retriever(
            records=self.records, index=self.index, embeddings=self.embeddings, settings=RetrievalSettings()
        )
        return {passage.document.name for passage in retriever.retrieve(QUESTION, groups=groups)}

    def facets_of(self, group: str) -> set[str]:
        """Documents with an entry that this group finds."""
        return {id.rpartition("-")[0] for id in self.index.scan(CHUNKS, where={"groups": [group]})}

    def states(self, report: IngestReport) -> dict[str, str]:
        return {file.name: file.state.value for file in report.files}


@pytest.fixture
def house(tmp_path: Path) -> House:
    (tmp_path / "docs").mkdir()
    return House(folder=tmp_path / "docs")


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are old enough for their times to tell: the clock is a minute further."""
    import time

    real = time.time_ns
    monkeypatch.setattr("time.time_ns", lambda: real() + 60_000_000_000)


def only(reports: Sequence[FileReport], name: str) -> FileReport:
    return next(report for report in reports if report.name == name)


def test_a_question_never_sees_what_its_groups_may_not_read_and_follows_the_permissions_file(house: House) -> None:
    house.write("open.md")
    house.write("fire/doors.md")
    house.write("fire/kingpost.folder.toml", 'groups = ["fire"]')
    assert house.ingest().count(FileState.INDEXED) == 2
    assert house.seen("everyone") == {"open.md"}
    assert house.seen("everyone", "fire") == {"open.md", "fire/doors.md"}
    doors = house.library.find("fire/doors.md")
    assert {chunk.groups for chunk in house.library.chunks(doors.id)} == {("fire",)}
    assert house.facets_of("fire") == {doors.id}

    embedded = house.embeddings.embedded
    house.write("fire/kingpost.folder.toml", 'groups = ["structural"]')
    house.write("kingpost.folder.toml", 'groups = ["fire"]')
    report = house.ingest()
    assert house.states(report) == {"open.md": "unchanged", "fire/doors.md": "unchanged"}
    assert only(report.files, "fire/doors.md").hint == "now for: structural"
    assert house.embeddings.embedded == embedded
    assert house.seen("everyone") == set()
    assert house.seen("fire") == {"open.md"}
    assert house.seen("everyone", "structural") == {"fire/doors.md"}
    assert {chunk.groups for chunk in house.library.chunks(doors.id)} == {("structural",)}
    assert house.facets_of("structural") == {doors.id}
    assert house.facets_of("everyone") == set()

    (house.folder / "kingpost.folder.toml").unlink()
    house.ingest()
    assert house.seen("everyone") == {"open.md"}


def test_a_permissions_file_that_is_wrong_shows_its_folder_to_nobody_until_it_is_mended(house: House) -> None:
    house.write("open.md")
    house.write("fire/doors.md", TEXT + "\nAnother text.\n")
    house.ingest()
    assert house.seen("everyone") == {"open.md", "fire/doors.md"}
    house.write("fire/kingpost.folder.toml", 'group = ["fire"]')
    house.write("fire/new.md", TEXT + "\nA third text.\n")
    report = house.ingest()
    assert house.states(report) == {"open.md": "unchanged", "fire/doors.md": "failed", "fire/new.md": "failed"}
    for name in ("fire/doors.md", "fire/new.md"):
        assert only(report.files, name).reason == "permissions"
        assert "fire/kingpost.folder.toml, line 1: unknown key 'group'" in only(report.files, name).hint
    assert house.seen("everyone", "fire") == {"open.md"}
    with pytest.raises(NotFound):
        house.library.find("fire/new.md")
    embedded = house.embeddings.embedded
    (house.folder / "fire" / "kingpost.folder.toml").unlink()
    house.ingest()
    assert house.seen("everyone") == {"open.md", "fire/doors.md", "fire/new.md"}
    assert house.embeddings.embedded == embedded + len(house.library.chunks(house.library.find("fire/new.md").id))


def test_new_permissions_hold_for_earlier_revisions_and_for_files_that_cannot_be_read_any_more(house: House) -> None:
    house.write("fire/doors.md")
    house.write("fire/gates.md")
    house.ingest()
    house.write("fire/doors.md", TEXT.replace("7", "8"))
    house.write("fire/gates.md", "")
    house.write("fire/kingpost.folder.toml", 'groups = ["fire"]')
    report = house.ingest()
    assert house.states(report) == {"fire/doors.md": "indexed", "fire/gates.md": "failed"}
    assert house.seen("everyone") == set()
    assert house.seen("fire") == {"fire/doors.md", "fire/gates.md"}
    assert house.facets_of("everyone") == set()
    assert {c.groups for d in house.library.documents() for c in house.records.chunks.all(partition=d.id)} == {
        ("fire",)
    }


def test_a_file_that_moves_into_a_closed_folder_is_closed(house: House) -> None:
    path = house.write("doors.md")
    house.write("open.md", TEXT + "\nAnother text.\n")
    house.write("fire/kingpost.folder.toml", 'groups = ["fire"]')
    house.ingest()
    before = house.library.find("doors.md")
    path.rename(house.folder / "fire" / "doors.md")
    report = house.ingest()
    assert only(report.files, "fire/doors.md").hint == "moved from doors.md; now for: fire"
    assert house.library.find("fire/doors.md").id == before.id
    assert house.seen("everyone") == {"open.md"}
    assert house.facets_of("everyone") == {house.library.find("open.md").id}


@pytest.mark.usefixtures("long_ago")
def test_what_looks_unchanged_is_not_read_unless_asked_to(house: House) -> None:
    house.write("a.md")
    house.write("b.md", TEXT + "\nAnother text.\n")
    house.ingest()
    source = ReadingNoted(house.folder)
    assert house.states(house.ingest(source)) == {"a.md": "unchanged", "b.md": "unchanged"}
    assert source.was_read == []
    house.write("b.md", TEXT.replace("7", "9") + "\nAnother text.\n")  # of the same size, with the same time
    assert house.states(house.ingest(source)) == {"a.md": "unchanged", "b.md": "indexed"}
    assert set(source.was_read) == {"b.md"}
    source.was_read.clear()
    assert house.states(house.ingest(source, verify=True)) == {"a.md": "unchanged", "b.md": "unchanged"}
    assert sorted(source.was_read) == ["a.md", "b.md"]


@pytest.mark.usefixtures("long_ago")
def test_a_file_that_was_only_touched_is_read_once_and_not_indexed_again(house: House) -> None:
    path = house.write("a.md")
    house.ingest()
    os.utime(path)
    embedded = house.embeddings.embedded
    source = ReadingNoted(house.folder)
    assert house.states(house.ingest(source)) == house.states(house.ingest(source)) == {"a.md": "unchanged"}
    assert source.was_read == ["a.md"]
    assert house.embeddings.embedded == embedded


def test_a_plan_says_what_would_be_done_and_does_nothing(house: House) -> None:
    for number, name in enumerate(("same.md", "changed.md", "moved.md", "gone.md", "closed/c.md")):
        house.write(name, f"{TEXT}\nText {number}.\n")
    house.ingest()
    house.write("changed.md", TEXT + "\nOther.\n")
    (house.folder / "moved.md").rename(house.folder / "there.md")
    (house.folder / "gone.md").unlink()
    house.write("new.md", TEXT + "\nNew.\n")
    house.write("picture.xyz", "?")
    house.write("closed/kingpost.folder.toml", 'groups = ["fire"]')
    documents, entries = house.library.documents(), set(house.index.scan(CHUNKS, where={}))
    work = house.plan()
    assert {line.name: line.change.value for line in work.lines} == {
        "same.md": "unchanged",
        "changed.md": "changed",
        "there.md": "moved",
        "gone.md": "gone",
        "new.md": "added",
        "picture.xyz": "unreadable",
        "closed/c.md": "regrouped",
    }
    assert set(work.counts.values()) == {1}
    assert house.library.documents() == documents
    assert set(house.index.scan(CHUNKS, where={})) == entries
    told: list[SyncPlan] = []
    report = house.ingestor.ingest(FolderSource(house.folder), on_plan=told.append)
    assert told[0].counts == work.counts
    assert report.count(FileState.REMOVED) == report.count(FileState.FAILED) == 1
    assert report.count(FileState.INDEXED) == 2
    assert house.library.find("there.md").id == next(d.id for d in documents if d.name == "moved.md")


def test_an_empty_mount_point_is_not_a_folder_from_which_all_was_removed(house: House, tmp_path: Path) -> None:
    house.write("a.md")
    house.write("b.md", TEXT + "\nAnother text.\n")
    house.ingest()
    house.folder.rename(tmp_path / "unmounted")
    house.folder.mkdir()
    for attempt in (house.plan, house.ingest):
        with pytest.raises(Refused, match="nothing was removed") as caught:
            attempt()
        assert "--allow-empty" in caught.value.next
    assert house.seen("everyone") == {"a.md", "b.md"}
    house.write("other.md", "# Of another disk\n\nText.\n")
    with pytest.raises(Refused, match="1 other files are there"):
        house.ingest()
    report = house.ingest(allow_empty=True)
    assert house.states(report) == {"a.md": "removed", "b.md": "removed", "other.md": "indexed"}


def test_documents_below_a_folder_that_cannot_be_listed_stay(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.write("a.md")
    house.write("b.md", TEXT + "\nAnother text.\n")
    house.write("share/c.md", TEXT + "\nA third text.\n")
    house.ingest()
    (house.folder / "b.md").unlink()
    scan = os.scandir

    def scandir(path: Path) -> object:
        if path == house.folder / "share":
            raise OSError(5, "Input/output error")
        return scan(path)

    monkeypatch.setattr("os.scandir", scandir)
    report = house.ingest()
    assert house.states(report) == {"a.md": "unchanged", "b.md": "removed"}
    assert report.notes == ("share/ cannot be listed: what was read of it before is kept",)
    assert house.seen("everyone") == {"a.md", "share/c.md"}


def test_a_wiki_is_read_once_followed_when_it_changes_and_kept_when_it_is_down(house: House) -> None:
    with serving(Site()) as site:
        site.page("/", "/floor", "/doors", headers={"ETag": '"1"'})
        site.page("/floor", text="The mezzanine floor carries a load of 7 kN.", headers={"ETag": '"2"'})
        site.page("/doors", text="Fire doors of the mezzanine floor close by themselves.", headers={"ETag": '"3"'})

        def run() -> list[str]:
            """Ingest; what became of each page."""
            opener = SourceOpener(
                records=house.records,
                settings=WebSourceSettings(delay_seconds=0, allow_private=("127.0.0.1",), groups=("wiki",)),
                bucket=lambda _: MemoryObjects(),
            )
            report = house.ingest(opener.open(site.url()))
            return sorted(f"{file.state.value} {file.name.partition('/')[2]}" for file in report.files)

        assert run() == ["indexed doors.html", "indexed floor.html", "indexed index.html"]
        assert house.seen("everyone") == set()
        assert {name.partition("/")[2] for name in house.seen("wiki")} == {"doors.html", "floor.html", "index.html"}
        assert house.library.find("floor.html").uri == site.url("/floor")
        site.asked.clear()
        assert run() == ["unchanged doors.html", "unchanged floor.html", "unchanged index.html"]
        assert site.asked == ["/robots.txt", "/", "/floor", "/doors"]
        site.pages["/doors"] = Page(status=500)
        assert run() == ["failed doors.html", "unchanged floor.html", "unchanged index.html"]
        site.pages["/doors"] = Page(status=404)
        assert run() == ["removed doors.html", "unchanged floor.html", "unchanged index.html"]
        site.pages["/"] = Page(status=503)
        with pytest.raises(BackendUnavailable):
            run()
        site.page("/", "/floor", headers={"ETag": '"4"'})
        assert run() == ["indexed index.html", "unchanged floor.html"]
