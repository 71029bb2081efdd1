"""Ingestion: what is new, changed, moved, gone or unreadable; a run that is killed, refused, stopped or out of disk."""

import errno
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import openpyxl
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from kingpost.backends.local.workspace import Workspace
from kingpost.backends.memory import MemoryIndex, MemoryObjects, MemoryRecords
from kingpost.documents.gazetteer import GAZETTEER
from kingpost.documents.ingest import Ingestor
from kingpost.documents.library import Library
from kingpost.documents.sources.folder import FolderSource
from kingpost.errors import Locked, NotFound, OutOfSpace, Refused
from kingpost.records import Records
from kingpost.settings import DocumentSettings
from kingpost.types.documents import FileReport, FileState, IngestReport, RevisionStatus
from kingpost.types.search import CHUNKS

STANDARD = "# Floor standard FS-100\n\n| Zone | Load [kN] |\n| --- | --- |\n| A | 25 |\n| B | 40 |\n"


@dataclass
class House:
    """An ingestor and its library in memory."""

    folder: Path
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    index: MemoryIndex = field(default_factory=MemoryIndex)
    records: Records = field(default_factory=lambda: Records(MemoryRecords()))
    lock: Callable[[str], AbstractContextManager[None]] = nullcontext
    fingerprint: str = "one"

    @property
    def library(self) -> Library:
        return Library(records=self.records, objects=self.objects, index=self.index)

    @property
    def ingestor(self) -> Ingestor:
        return Ingestor(
            records=self.records,
            objects=self.objects,
            index=self.index,
            embeddings=DeterministicFakeEmbedding(size=8),
            library=self.library,
            settings=DocumentSettings(workers=1),
            fingerprint=self.fingerprint,
            lock=self.lock,
            stale_counter=lambda changing: lambda: 0,
        )

    def write(self, name: str, text: str = STANDARD) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def ingest(self, path: Path | None = None, **more: object) -> IngestReport:
        return self.ingestor.ingest(FolderSource(path or self.folder), **more)  # type: ignore[arg-type]

    def states(self, path: Path | None = None) -> dict[str, str]:
        return {report.name: report.state.value for report in self.ingest(path).files}

    def indexed(self) -> set[str]:
        return set(self.index.scan(CHUNKS, where={}))

    def in_force(self) -> set[str]:
        return set(self.index.scan(CHUNKS, where={"status": ["current"]}))

    def stored(self) -> set[str]:
        return {chunk.id for document in self.library.documents() for chunk in self.library.chunks(document.id)}


@pytest.fixture
def house(tmp_path: Path) -> House:
    (tmp_path / "docs").mkdir()
    return House(folder=tmp_path / "docs")


def test_files_are_indexed_once_and_then_unchanged(house: House) -> None:
    house.write("a.md")
    house.write("sub/b.md", "# Other\n\nText.\n")
    assert house.states() == {"a.md": "indexed", "sub/b.md": "indexed"}
    before = house.indexed()
    assert house.states() == {"a.md": "unchanged", "sub/b.md": "unchanged"}
    assert house.indexed() == before == house.stored()


def test_a_changed_file_replaces_its_chunks_and_keeps_its_document(house: House) -> None:
    path = house.write("a.md")
    house.ingest()
    first = house.library.find("a.md")
    path.write_text(STANDARD.replace("40", "45"), encoding="utf-8")
    assert house.states() == {"a.md": "indexed"}
    document = house.library.find("a.md")
    assert document.id == first.id
    assert document.current_revision != first.current_revision
    assert [chunk.text for chunk in house.library.chunks(document.id) if chunk.label == "B"] == [
        "Zone: B; Load [kN]: 45"
    ]
    assert house.in_force() == house.stored()


def test_a_vanished_file_leaves_with_all_that_was_kept_of_it(house: House) -> None:
    house.write("a.md")
    path = house.write("b.md", "# Other\n\nText.\n")
    house.ingest()
    path.unlink()
    assert house.states() == {"a.md": "unchanged", "b.md": "removed"}
    assert house.indexed() == house.stored()
    assert len(list(house.objects.keys("originals/"))) == len(list(house.objects.keys("parsed/"))) == 1
    with pytest.raises(NotFound):
        house.library.find("b.md")


def test_only_what_belongs_to_the_synchronised_source_can_be_gone(house: House, tmp_path: Path) -> None:
    house.write("a.md")
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "c.md").write_text("# C\n\nText.\n")
    house.ingest()
    assert house.states(other) == {"c.md": "indexed"}
    assert {document.name for document in house.library.documents()} == {"a.md", "c.md"}


def test_a_file_of_a_known_folder_is_no_second_document(house: House) -> None:
    path = house.write("sub/a.md")
    house.ingest()
    assert house.states(path) == {"a.md": "unchanged"}
    assert house.states(path.parent) == {"a.md": "unchanged"}
    assert house.states() == {"sub/a.md": "unchanged"}


def test_a_moved_file_keeps_its_document_and_its_chunks(house: House) -> None:
    path = house.write("a.md")
    house.ingest()
    before, chunks = house.library.find("a.md"), house.indexed()
    path.rename(house.folder / "renamed.md")
    report = house.ingest().files[0]
    assert (report.state, report.hint) == (FileState.UNCHANGED, "moved from a.md")
    assert house.library.find("renamed.md").id == before.id
    assert house.indexed() == chunks
    house.write("a.md", "# New\n\nSomething else at the old path.\n")
    assert house.states() == {"a.md": "indexed", "renamed.md": "unchanged"}
    assert len(house.library.documents()) == 2


def test_other_settings_cut_the_same_file_again(house: House) -> None:
    house.write("a.md")
    house.ingest()
    house.fingerprint = "two"
    assert house.states() == {"a.md": "indexed"}
    assert house.states() == {"a.md": "unchanged"}
    assert house.indexed() == house.stored()


def test_what_a_revision_is_about_is_told_anew_where_it_is_cut_again(house: House) -> None:
    house.write("a.md")
    house.ingest()
    (document,) = house.library.documents()
    told = house.records.profiles.get(document.current_revision, partition=document.id)
    of_other_chunks = replace(told, chunks=told.chunks + 7)
    house.records.profiles.put(document.current_revision, of_other_chunks, partition=document.id)
    house.fingerprint = "two"
    house.ingest()
    assert house.records.profiles.get(document.current_revision, partition=document.id) == told


def test_what_cannot_be_read_is_reported_and_the_rest_goes_on(house: House) -> None:
    house.write("good.md")
    house.write("empty.md", "")
    house.write("broken.pdf", "%PDF-1.7 cut off")
    house.write("program.exe", "no text")
    reports = {report.name: report for report in house.ingest().files}
    assert {name: report.reason for name, report in reports.items() if report.state is FileState.FAILED} == {
        "empty.md": "empty",
        "broken.pdf": "unreadable",
        "program.exe": "unsupported",
    }
    assert all(report.hint for report in reports.values() if report.reason)
    assert reports["good.md"].state is FileState.INDEXED


def test_a_file_that_broke_keeps_its_earlier_revision(house: House) -> None:
    path = house.write("a.md")
    house.ingest()
    path.write_text("")
    report = house.ingest().files[0]
    assert report.state is FileState.FAILED
    assert "earlier revision" in report.hint
    assert house.library.chunks(house.library.find("a.md").id)


def test_progress_counts_every_file(house: House) -> None:
    for number in range(3):
        house.write(f"{number}.md", f"# {number}\n\nText {number}.\n")
    seen: list[tuple[int, int]] = []
    house.ingest(on_file=lambda report, done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_the_newer_revision_supersedes_the_older_in_whatever_order_they_come(house: House) -> None:
    text = "# Standard {mark}\n\nDocument number: WDS-100\n\nRevision: {mark}\n\nText of {mark}.\n"
    house.write("rev_b.md", text.format(mark="B"))
    house.ingest()
    house.write("rev_a.md", text.format(mark="A"))
    house.ingest()
    old, new = house.library.find("rev_a.md"), house.library.find("rev_b.md")
    assert (old.status, old.superseded_by) == (RevisionStatus.SUPERSEDED, new.id)
    assert new.status is RevisionStatus.CURRENT
    current = set(house.index.scan(CHUNKS, where={"status": ["current"]}))
    assert current == {chunk.id for chunk in house.library.chunks(new.id)}
    (house.folder / "rev_b.md").unlink()
    house.ingest()
    assert house.library.find("rev_a.md").status is RevisionStatus.CURRENT
    assert house.indexed() == set(house.index.scan(CHUNKS, where={"status": ["current"]}))


def test_the_gazetteer_follows_the_documents(house: House) -> None:
    house.write("a.md", "# Alarms\n\nCode E-204A means hot oil.\n")
    house.ingest()
    document = house.library.find("a.md")
    names = house.records.parameters.get(GAZETTEER).values["documents"]
    assert names[document.id]["identifiers"] == ["e-204a"]
    house.library.remove(document.id)
    (house.folder / "a.md").unlink()
    house.ingest()
    assert house.records.parameters.get(GAZETTEER).values["documents"] == {}


def test_the_library_finds_by_id_and_by_the_end_of_the_path(house: House) -> None:
    house.write("one/manual.md")
    house.write("two/manual.md", "# Two\n\nText.\n")
    house.ingest()
    document = house.library.find("one/manual.md")
    assert house.library.find(document.id) == document
    assert house.library.original(document.id) == STANDARD.encode()
    assert house.library.parsed(document.id).title == "Floor standard FS-100"
    assert "Zone | Load [kN]" in house.library.text(document.id)
    assert house.library.revision(document).chunks == len(house.library.chunks(document.id))
    with pytest.raises(Refused):
        house.library.find("manual.md")
    with pytest.raises(NotFound):
        house.library.find("anual.md")


class FailingObjects(MemoryObjects):
    """A disk that is full after so many puts."""

    left = 0

    def put(self, key: str, content: bytes) -> None:
        if self.left == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.left -= 1
        super().put(key, content)


@pytest.mark.parametrize("puts", range(7))
def test_a_full_disk_is_told_and_nothing_half_written_is_seen(tmp_path: Path, puts: int) -> None:
    house = House(folder=tmp_path, objects=FailingObjects())
    house.objects.left = puts  # type: ignore[attr-defined]
    house.write("a.md")
    house.write("b.md", "# Other\n\nText.\n")
    if puts < 6:
        with pytest.raises(OutOfSpace):
            house.ingest()
    house.objects.left = 100  # type: ignore[attr-defined]
    house.ingest()
    assert {document.name for document in house.library.documents()} == {"a.md", "b.md"}
    assert house.indexed() == house.stored()
    assert not list(house.objects.keys("pending/"))


class Stop(BaseException):
    """What kill -9 looks like from inside: nothing after it runs."""


@dataclass
class Killing:
    """Lets so many calls through, then stops the process, as it were."""

    inner: object
    calls: dict[str, int]

    def __getattr__(self, name: str) -> object:
        method = getattr(self.inner, name)
        if name not in ("put", "put_if", "delete", "upsert"):
            return method

        def call(*arguments: object, **named: object) -> object:
            if self.calls["left"] == 0:
                raise Stop
            self.calls["left"] -= 1
            return method(*arguments, **named)

        return call


@pytest.mark.slow
def test_a_run_killed_at_any_write_is_made_good_by_the_next(tmp_path: Path) -> None:
    undisturbed = House(folder=tmp_path / "docs")
    undisturbed.write("a.md")
    undisturbed.write("b.md", "# Other E-204A\n\nText.\n")
    undisturbed.ingest()
    undisturbed.write("a.md", STANDARD.replace("40", "45"))
    undisturbed.ingest()
    for point in range(0, 60, 2):
        house = House(folder=tmp_path / "docs")
        house.write("a.md")
        house.ingest()
        house.write("a.md", STANDARD.replace("40", "45"))
        calls = {"left": point}
        dying = House(
            folder=house.folder,
            objects=Killing(house.objects, calls),  # type: ignore[arg-type]
            index=Killing(house.index, calls),  # type: ignore[arg-type]
            records=Records(Killing(house.records.store, calls)),  # type: ignore[arg-type]
        )
        try:
            dying.ingest()
        except Stop:
            pass
        else:
            return
        assert house.stored() <= house.indexed() or point == 0
        house.ingest()
        assert house.indexed() == undisturbed.indexed()
        assert house.stored() == undisturbed.stored()
        assert not list(house.objects.keys("pending/"))
    raise AssertionError("the run makes more writes than were tried")


def test_an_interrupted_run_keeps_what_is_done(house: House) -> None:
    for number in range(4):
        house.write(f"{number}.md", f"# {number}\n\nText {number}.\n")

    def interrupt(report: FileReport, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.ingest(on_file=interrupt)
    assert len(house.library.documents()) == 2
    assert sorted(house.states().values()) == ["indexed", "indexed", "unchanged", "unchanged"]


def test_a_second_run_on_a_workspace_is_refused(house: House, tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "workspace")
    house.write("a.md")
    house.lock = workspace.lock
    with workspace.lock("ingest"), pytest.raises(Locked):
        house.ingest()
    assert house.states() == {"a.md": "indexed"}


INGEST = """
import sys
from pathlib import Path
from kingpost.app import App
from kingpost.documents.sources.folder import FolderSource
with App.open(Path(sys.argv[1])) as app:
    app.ingestor.ingest(FolderSource(Path(sys.argv[2])), on_file=lambda report, *_: print(report.name, flush=True))
"""


def hashes(workspace: Path) -> set[tuple[str, ...]]:
    from kingpost.app import App

    with App.open(workspace) as app:
        library = app.library
        chunks = [chunk for document in library.documents() for chunk in library.chunks(document.id)]
        assert {chunk.id for chunk in chunks} == set(app.index.scan(CHUNKS, where={}))
        return {(chunk.id, *chunk.hashes) for chunk in chunks}


@pytest.fixture
def twelve_files(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "twelve"
    folder.mkdir()
    for number in range(10):
        (folder / f"{number:02}.md").write_text(STANDARD.replace("40", str(40 + number)))
    book = openpyxl.Workbook()
    book.active.append(["Tag", "Mass [kg]"])
    book.active.append(["P-1", 1450])
    book.save(folder / "10.xlsx")
    (folder / "11.csv").write_text("Tag,Mass\nP-2,7\n")
    yield folder


@pytest.mark.slow
def test_kill_9_loses_nothing_that_a_second_run_does_not_bring_back(
    tmp_path: Path, twelve_files: Path, models_ready: object
) -> None:
    whole, killed = (Workspace.create(tmp_path / name).root for name in ("whole", "killed"))
    subprocess.run([sys.executable, "-c", INGEST, whole, twelve_files], check=True, capture_output=True)
    for stop_after in (1, 4, 9):
        run = subprocess.Popen([sys.executable, "-c", INGEST, killed, twelve_files], stdout=subprocess.PIPE, text=True)
        assert run.stdout is not None
        for _ in range(stop_after):
            run.stdout.readline()
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
    subprocess.run([sys.executable, "-c", INGEST, killed, twelve_files], check=True, capture_output=True)
    assert hashes(killed) == hashes(whole)


def test_a_file_behind_a_password_is_reported_so(house: House) -> None:
    house.folder.joinpath("locked.xlsx").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    )
    assert house.ingest().files[0].reason == "encrypted"


def test_what_is_in_an_archive_is_found_under_its_name_and_leaves_with_it(house: House) -> None:
    path = house.folder / "plans.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hall 2/floor.md", "# Floor\n\nThe slab of hall 2 takes 40 kN.\n")
        archive.writestr("tool.exe", "not a document")
    house.write("a.md")
    inside = ["plans.zip/hall 2/floor.md", "plans.zip/tool.exe"]
    assert house.states() == {"a.md": "indexed", inside[0]: "indexed", inside[1]: "failed"}
    assert house.states() == {"a.md": "unchanged", inside[0]: "unchanged", inside[1]: "failed"}
    path.unlink()
    assert house.states() == {"a.md": "unchanged", "plans.zip/hall 2/floor.md": "removed"}
