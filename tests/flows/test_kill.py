"""kill -9 in the middle of an ingest, and a restart: the index is the one that an undisturbed run makes."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kingpost.app import App
from kingpost.backends.local.workspace import Workspace
from kingpost.documents.sources.folder import FolderSource
from kingpost.types.search import CHUNKS

MANUALS = 6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, demo_documents: Path) -> Path:
    """The demo documents and some manuals, so that there is a middle to be killed in."""
    folder = Path(shutil.copytree(demo_documents, tmp_path_factory.mktemp("kill") / "documents"))
    for number in range(MANUALS):
        lines = [f"# Manual of pump P-{number}", ""]
        for clause in range(1, 15):
            lines += [f"## {clause}.1 Step {clause}", "", f"Torque the flange of P-{number} to {clause * 10} Nm.", ""]
        (folder / f"manual-{number}.md").write_text("\n".join(lines))
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, models_ready: object, folder: Path) -> dict[str, list[str]]:
    """What an ingest leaves that nothing disturbs."""
    root = Workspace.create(tmp_path_factory.mktemp("undisturbed") / "workspace").root
    with App.open(root) as app:
        app.ingestor.ingest(FolderSource(folder))
        return contents(app)


def contents(app: App) -> dict[str, list[str]]:
    """Chunk hashes by document, and what of it stands in the index."""
    found = {
        document.name: [f"{chunk.id} {chunk.content_hash}" for chunk in app.library.chunks(document.id)]
        for document in app.library.documents()
    }
    return {**found, "index": sorted(app.index.scan(CHUNKS, where={}))}


@pytest.mark.parametrize("files_done", [5])
def test_after_a_kill_the_next_run_makes_the_same_index(
    files_done: int, tmp_path: Path, folder: Path, undisturbed: dict[str, list[str]]
) -> None:
    root = Workspace.create(tmp_path / "workspace").root
    command = [sys.executable, "-m", "kingpost", "ingest", str(folder), "--workspace", str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as ingest:
        assert ingest.stdout is not None
        assert ingest.stdout.readline().startswith("plan")
        for _ in range(files_done):
            assert ingest.stdout.readline().startswith("indexed")
        ingest.send_signal(signal.SIGKILL)
    assert ingest.returncode == -signal.SIGKILL
    with App.open(root) as app:
        before = app.library.documents()
        assert files_done <= len(before) < len(undisturbed) - 1
        report = app.ingestor.ingest(FolderSource(folder))
        assert sum(file.state == "unchanged" for file in report.files) == len(before)
        assert contents(app) == undisturbed
