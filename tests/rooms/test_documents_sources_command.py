"""``kingpost ingest`` on places: its plan, what it refuses, and how it watches folders."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kingpost.app import App
from kingpost.backends.local.model_cache import ModelCache
from kingpost.backends.local.workspace import Workspace
from kingpost.cli.program import run
from kingpost.cli.watching import watch
from kingpost.documents.sources.folder import FolderSource
from kingpost.errors import Locked
from web_site import Site, serving

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def workspace(tmp_path: Path, models_ready: ModelCache) -> Path:
    return Workspace.create(tmp_path / "workspace").root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "floor.md").write_text("# Floor\n\nIt carries 7 kN.\n", encoding="utf-8")
    return tmp_path / "docs"


@pytest.fixture
def ingest(workspace: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    def call(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["ingest", *words, "--workspace", str(workspace)], as_json="--json" in words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_a_plan_is_shown_and_nothing_is_done_and_the_run_shows_it_first(
    ingest: Call, folder: Path, workspace: Path
) -> None:
    code, printed, _ = ingest(str(folder), "--plan", "--json")
    (plan,) = json.loads(printed)
    assert code == 0
    assert plan["counts"]["added"] == 1
    assert [(line["change"], line["name"]) for line in plan["files"]] == [("added", "floor.md")]
    assert "added   floor.md" in ingest(str(folder), "--plan")[1]
    with App.open(workspace) as app:
        assert app.library.documents() == []
    code, printed, _ = ingest(str(folder))
    assert code == 0
    assert printed.splitlines()[0] == "plan: 1 added"
    assert printed.splitlines()[1].startswith("indexed    floor.md")
    assert ingest(str(folder))[1].splitlines()[0] == "plan: 1 unchanged"


def test_a_place_from_which_all_has_gone_is_refused(ingest: Call, folder: Path) -> None:
    ingest(str(folder))
    (folder / "floor.md").unlink()
    code, printed, complaint = ingest(str(folder), "--json")
    assert code == 1
    assert json.loads(printed)["error"]["code"] == "refused"
    assert "--allow-empty" in complaint
    assert ingest(str(folder), "--plan")[0] == 1
    assert "plan: 1 gone" in ingest(str(folder), "--plan", "--allow-empty")[1]
    assert "removed    floor.md" in ingest(str(folder), "--allow-empty")[1]


def test_what_cannot_be_read_says_what_is_missing(ingest: Call, folder: Path) -> None:
    code, printed, _ = ingest("s3://bucket/docs", "--json")
    assert (code, json.loads(printed)["error"]["code"]) == (1, "missing_extra")
    assert "kingpost[aws]" in json.loads(printed)["error"]["next"]
    assert ingest("ftp://host/docs")[0] == 2
    assert ingest(str(folder), "--watch", "--json")[0] == 2
    code, printed, _ = ingest("http://127.0.0.1:9/", "--json")
    assert code == 1
    assert "allow_private" in json.loads(printed)["error"]["next"]


def test_a_wiki_is_read_by_its_address_and_the_secret_stays_out_of_all_that_is_kept_or_shown(
    ingest: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KINGPOST_WEB_SOURCE__ALLOW_PRIVATE", '["127.0.0.1"]')
    monkeypatch.setenv("KINGPOST_WEB_SOURCE__DELAY_SECONDS", "0")
    monkeypatch.setenv("KINGPOST_WEB_SOURCE__AUTHORIZATION", "Bearer s3cret")
    with serving(Site()) as site, serving(Site()) as other:
        other.page("/there", text="Doors close by themselves.")
        site.page("/", other.url("/there"), text="Floors carry 7 kN.")
        words = (site.url(), "--allow-host", f"127.0.0.1:{other.port}")
        assert json.loads(ingest(*words, "--plan", "--json")[1])[0]["counts"]["added"] == 2
        with App.open(workspace) as app:
            assert list(app.records.web_pages.partitions()) == []
        assert ingest(*words)[0] == 0
        assert "plan: 2 unchanged" in ingest(*words)[1]
        assert site.headers[0]["authorization"] == "Bearer s3cret"
    assert not [path for path in workspace.rglob("*") if path.is_file() and b"s3cret" in path.read_bytes()]
    assert run(["settings", "show", "--workspace", str(workspace), "--json"], as_json=True) == 0
    assert "s3cret" not in capsys.readouterr().out


def test_a_watched_folder_is_read_when_what_has_changed_has_come_to_rest(folder: Path) -> None:
    read: list[list[str]] = []
    source = FolderSource(folder)

    def looks() -> Iterator[None]:
        """What happens between the looks."""
        yield  # first look: never seen so before
        yield  # second: at rest, so it is read
        (folder / "new.md").write_text("x", encoding="utf-8")
        yield  # it has changed
        (folder / "new.md").write_text("xyz", encoding="utf-8")
        yield  # it is still changing
        yield  # at rest
        yield  # nothing new
        shutil.rmtree(folder)
        yield  # it cannot be listed: nothing to be read
        raise KeyboardInterrupt

    steps = looks()
    watch([source], lambda: read.append(sorted(path.name for path in folder.iterdir())), sleep=lambda _: next(steps))
    assert read == [["floor.md"], ["floor.md", "new.md"]]


def test_watching_goes_on_when_another_run_holds_the_lock(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tries: list[int] = []

    def read() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise Locked("another ingest is running", next="wait")

    def sleep(_: float) -> None:
        if len(tries) == 3:
            raise KeyboardInterrupt

    watch([FolderSource(folder)], read, sleep=sleep)
    told: Any = capsys.readouterr().err
    assert told.count("another ingest is running") == 2
    assert told.endswith("stopped watching; what was read is kept\n")
