"""A workspace: made once, found from anywhere, one writer of a kind at a time."""

import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kingpost import settings
from kingpost.backends.local.workspace import Workspace
from kingpost.errors import Locked, NoWorkspace, Refused


def test_a_new_workspace_has_its_settings_database_and_directories(tmp_path: Path):
    workspace = Workspace.create(tmp_path / "new" / "w")
    assert workspace.database.is_file()
    assert all(path.is_dir() for path in (workspace.objects, workspace.index, workspace.jobs, workspace.logs))
    assert tomllib.loads(workspace.settings_file.read_text()).keys() == set(settings.Settings.model_fields)
    assert settings.load(workspace.root) == settings.Settings()


def test_making_it_again_changes_nothing_and_mends_what_is_missing(tmp_path: Path):
    workspace = Workspace.create(tmp_path)
    workspace.settings_file.write_text("[server]\nport = 9000\n")
    workspace.jobs.rmdir()
    Workspace.create(tmp_path)
    assert settings.load(tmp_path).server.port == 9000
    assert workspace.jobs.is_dir()


def test_an_interrupted_making_is_finished_by_the_next(tmp_path: Path):
    workspace = Workspace.create(tmp_path)
    workspace.settings_file.unlink()
    Workspace.create(tmp_path)
    assert workspace.settings_file.is_file()


def test_a_directory_with_other_things_is_left_alone(tmp_path: Path):
    (tmp_path / "thesis.docx").write_bytes(b"")
    with pytest.raises(Refused, match="not empty"):
        Workspace.create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]
    with pytest.raises(Refused, match="is a file"):
        Workspace.create(tmp_path / "thesis.docx")
    with pytest.raises(Refused):
        Workspace.create(tmp_path / "thesis.docx" / "below")


def test_it_is_found_where_named_then_by_the_environment_then_upward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    named, ours, around = (Workspace.create(tmp_path / name).root for name in ("named", "ours", "around"))
    (around / "objects" / "deep").mkdir()
    monkeypatch.chdir(around / "objects" / "deep")
    assert Workspace.find().root == around
    monkeypatch.setenv("KINGPOST_WORKSPACE", str(ours))
    assert Workspace.find().root == ours
    assert Workspace.find(named).root == named


def test_where_there_is_none_the_error_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KINGPOST_WORKSPACE", raising=False)
    for directory in (None, tmp_path, tmp_path / "missing"):
        with pytest.raises(NoWorkspace) as error:
            Workspace.find(directory)
        assert "kingpost init" in error.value.next


def test_a_second_writer_of_a_kind_is_refused_with_the_pid_of_the_first(tmp_path: Path):
    workspace = Workspace.create(tmp_path)
    program = """
import sys
from pathlib import Path
from kingpost.backends.local.workspace import Workspace
with Workspace(Path(sys.argv[1])).lock("ingest"):
    print("held", flush=True)
    sys.stdin.read()
"""
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Locked, match=f"pid {holder.pid}"), workspace.lock("ingest"):
        pass
    with workspace.lock("finetune"):
        pass  # writers of other kinds go on
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    with workspace.lock("ingest"):
        pass  # the killed one's lock is free


def test_threads_of_one_process_exclude_each_other_too(tmp_path: Path):
    workspace = Workspace.create(tmp_path)
    with workspace.lock("ingest"), pytest.raises(Locked), workspace.lock("ingest"):
        pass
