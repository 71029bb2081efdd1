"""More than 200 hostile or damaged files in a folder with 50 good ones: each has its end, and nothing is harmed."""

import os
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from attacks import INDEXED, Attack, damage, packed, pages, texts
from attacks.whole import WHOLE
from langchain_core.embeddings import DeterministicFakeEmbedding

from kingpost.backends.local.files import FileObjects
from kingpost.backends.local.sqlite_records import SqliteRecords
from kingpost.backends.local.workspace import Workspace
from kingpost.backends.memory import MemoryIndex
from kingpost.documents.ingest import Ingestor
from kingpost.documents.library import Library
from kingpost.documents.sources.folder import FolderSource
from kingpost.records import Records
from kingpost.settings import DocumentSettings
from kingpost.types.documents import FileReport, FileState, IngestReport
from kingpost.types.search import CHUNKS

pytestmark = pytest.mark.slow

GOOD_FILES = 50
MEGABYTE = 1 << 20
PARENT_MAY_GROW = 200 * MEGABYTE
"""The files of the folder unpack to more than 5 GB, and the largest single one to 300 MB."""
SETTINGS = DocumentSettings(
    workers=2,
    file_seconds=5,
    file_memory_megabytes=512,
    file_megabytes=5,
    unpacked_megabytes=30,
    parsed_megabytes=10,
    sheet_rows=5000,
    ocr="off",
)


@dataclass
class Run:
    """One ingest of the folder, and what it left."""

    report: IngestReport
    library: Library
    objects: FileObjects
    index: MemoryIndex
    grown_bytes: int
    processes: set[int] = field(default_factory=set)

    @property
    def files(self) -> dict[str, FileReport]:
        return {file.name: file for file in self.report.files}


def attacks() -> list[Attack]:
    return [attack for kind in (packed, pages, texts, damage) for attack in kind.attacks()]


def good_name(number: int) -> str:
    return f"good/{number:02}.{list(WHOLE)[number % len(WHOLE)]}"


def good_sentence(number: int) -> str:
    return f"Rack R-{500 + number} carries {number + 20} kN on each pair of beams."


@pytest.fixture(scope="module")
def every_attack() -> list[Attack]:
    return attacks()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, every_attack: list[Attack]) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("hostile") / "folder"
    (folder / "good").mkdir(parents=True)
    for number in range(GOOD_FILES):
        whole = WHOLE[good_name(number).rpartition(".")[2]]
        (folder / good_name(number)).write_bytes(whole(good_sentence(number)))
    for attack in every_attack:
        (folder / attack.name).write_bytes(attack.content)
    os.mkfifo(folder / "pipe.pdf")
    (folder / "folder.pdf").mkdir()
    (folder / "folder.pdf" / "inside.txt").write_text("Dock 4 is closed in winter.")
    (folder / "linked.txt").symlink_to("/dev/zero")
    (folder / "loop").symlink_to(folder)
    (folder / "large.pdf").write_bytes(b"%PDF-1.7\n" + bytes(6 * MEGABYTE))
    (folder / os.fsdecode(b"not-utf8-\xff\xfe.txt")).write_text("Names may hold any bytes.")
    (folder / "line\nbreak\x1b[2J.txt").write_text("Names may hold line ends.")
    (folder / "turned-\u202etxt.exe").write_bytes(b"MZ")
    (folder / f"{'long' * 60}.txt").write_text("Names may be long.")
    listening = socket.socket(socket.AF_UNIX)
    where = Path.cwd()
    os.chdir(folder)  # the path of a socket must be short
    listening.bind("socket.txt")
    os.chdir(where)
    yield folder
    listening.close()


@pytest.fixture(scope="module")
def run(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    first = shutil.copytree(folder / "good", tmp_path_factory.mktemp("first") / "good")
    ingest(first, tmp_path_factory.mktemp("warm"))  # what is loaded once is not what the attacks cost
    return ingest(folder, tmp_path_factory.mktemp("stores"))


def ingest(folder: Path, stores: Path) -> Run:
    """With stores on disk: what is kept must not count as what reading costs."""
    workspace = Workspace.create(stores / "workspace")
    objects, index = FileObjects(workspace.objects), MemoryIndex()
    records = Records(SqliteRecords(workspace.database))
    library = Library(records=records, objects=objects, index=index)
    ingestor = Ingestor(
        records=records,
        objects=objects,
        index=index,
        embeddings=DeterministicFakeEmbedding(size=8),
        library=library,
        settings=SETTINGS,
        fingerprint="one",
        lock=lambda _: nullcontext(),
        stale_counter=lambda changing: lambda: 0,
    )
    seen: set[int] = set()
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
    before = memory("VmRSS")
    report = ingestor.ingest(FolderSource(folder), on_file=lambda *_: seen.update(descendants(os.getpid())))
    return Run(report, library, objects, index, memory("VmHWM") - before, seen)


def memory(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) * 1024


def descendants(pid: int) -> set[int]:
    """Of a process now; those that end meanwhile are left out."""
    found: set[int] = set()
    with suppress(FileNotFoundError, ProcessLookupError):
        for children in list(Path(f"/proc/{pid}/task").glob("*/children")):
            for child in children.read_text().split():
                found |= {int(child)} | descendants(int(child))
    return found


def test_there_are_enough_of_them(every_attack: list[Attack]) -> None:
    assert len(every_attack) >= 200
    assert len({attack.name for attack in every_attack}) == len(every_attack)


def test_all_good_files_are_indexed_with_their_text(run: Run) -> None:
    for number in range(GOOD_FILES):
        file = run.files[good_name(number)]
        assert file.state is FileState.INDEXED, file
        assert f"R-{500 + number}" in run.library.text(file.document_id)


def test_every_hostile_file_ends_as_it_may_with_a_reason_and_what_to_do(run: Run, every_attack: list[Attack]) -> None:
    wrong = []
    for attack in every_attack:
        file = run.files[attack.name]
        fits = file.reason in attack.reasons or (INDEXED in attack.reasons and file.reason == "no_text")
        is_told = file.state is FileState.INDEXED or (file.state is FileState.FAILED and file.reason and file.hint)
        if not fits or not is_told:
            wrong.append(file)
    assert wrong == []


def test_what_is_no_document_is_never_opened(run: Run) -> None:
    assert {"pipe.pdf", "socket.txt", "linked.txt", "folder.pdf"}.isdisjoint(run.files)
    notes = " ".join(run.report.notes)
    assert "pipe.pdf" in notes
    assert "socket.txt" in notes
    assert "symbolic links are not followed: 2" in notes
    assert run.files["folder.pdf/inside.txt"].state is FileState.INDEXED
    assert run.files["large.pdf"].reason == "too_large"


def test_no_other_file_of_the_machine_finds_its_way_into_a_document(run: Run) -> None:
    """``outside.xhtml`` and its like ask for /etc/passwd."""
    secret = Path("/etc/passwd").read_text().splitlines()[0]
    assert not [document.name for document in run.library.documents() if secret in run.library.text(document.id)]


def test_odd_names_are_kept_and_can_be_stored(run: Run) -> None:
    for name in (r"not-utf8-\udcff\udcfe.txt", "line\nbreak\x1b[2J.txt", f"{'long' * 60}.txt"):
        assert run.files[name].state is FileState.INDEXED, name
        name.encode()
    assert run.files["turned-\u202etxt.exe"].reason == "unsupported"


def test_the_memory_of_the_parent_stays_flat(run: Run) -> None:
    assert run.grown_bytes < PARENT_MAY_GROW


def test_no_process_is_left_over(run: Run) -> None:
    assert run.processes
    assert not [pid for pid in run.processes if Path(f"/proc/{pid}").exists()]


def test_nothing_is_half_written(run: Run) -> None:
    documents = {document.id for document in run.library.documents()}
    assert list(run.objects.keys("pending/")) == []
    kept = [key for prefix in ("originals/", "parsed/") for key in run.objects.keys(prefix)]
    assert {key.split("/")[1] for key in kept} == documents
    chunks = {chunk.id for document in documents for chunk in run.library.chunks(document)}
    assert set(run.index.scan(CHUNKS, where={})) == chunks
    indexed = {file.document_id for file in run.report.files if file.state is FileState.INDEXED}
    assert indexed <= documents


def test_the_report_of_the_run_is_kept(run: Run) -> None:
    from kingpost.documents.reports import Reports, overview

    kept = Reports(run.objects).find()
    assert kept == run.report
    assert sum(overview(kept).reasons.values()) == kept.count(FileState.FAILED)
