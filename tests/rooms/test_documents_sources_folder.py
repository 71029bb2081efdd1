"""Folders: who may read what is in them, what is not followed, and what a listing that failed means."""

import errno
import os
from pathlib import Path

import pytest

from kingpost.documents.sources.folder import FolderSource
from kingpost.documents.sources.permissions import LARGEST, permission
from kingpost.errors import BackendUnavailable, DocumentError
from kingpost.types.documents import EVERYONE, OriginalReference

YEAR_2020 = (1_577_836_800, 1_577_836_800)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def write(folder: Path, name: str, text: str = "text") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def listed(path: Path) -> dict[str, OriginalReference]:
    return {reference.name: reference for reference in FolderSource(path).references()}


def test_a_folder_without_permissions_is_for_everyone_and_below_one_they_are_inherited(folder: Path) -> None:
    for name in ("open.md", "fire/a.md", "fire/sub/b.md", "fire/sub/plans/c.md", "fire/open/d.md"):
        write(folder, name)
    write(folder, "fire/kingpost.folder.toml", 'groups = ["structural", "fire"]')
    write(folder, "fire/sub/plans/kingpost.folder.toml", 'groups = ["plans"]  # alone')
    write(folder, "fire/open/kingpost.folder.toml", 'groups = ["everyone"]')
    assert {name: reference.groups for name, reference in listed(folder).items()} == {
        "open.md": EVERYONE,
        "fire/a.md": ("fire", "structural"),
        "fire/sub/b.md": ("fire", "structural"),
        "fire/sub/plans/c.md": ("plans",),
        "fire/open/d.md": EVERYONE,
    }


def test_reading_a_part_of_a_folder_alone_does_not_open_it(folder: Path) -> None:
    path = write(folder, "fire/sub/b.md")
    write(folder, "fire/kingpost.folder.toml", 'groups = ["fire"]')
    assert listed(folder / "fire" / "sub")["b.md"].groups == ("fire",)
    assert listed(path)["b.md"].groups == ("fire",)
    write(folder, "fire/kingpost.folder.toml", "groups = fire")
    assert listed(path)["b.md"].refused.startswith(f"{folder}/fire/kingpost.folder.toml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("groups = [", "not valid TOML"),
        ('\ngroups = ["fire"] x', "line 2"),
        ('\ngroup = ["fire"]', "line 2: unknown key 'group'"),
        ('groups = "fire"', "line 1: groups has to be a list"),
        ("groups = []", "groups has to be a list"),
        ('groups = ["fire", 7]', "groups has to be a list"),
        ('groups = [" "]', "groups has to be a list"),
        ("", "groups has to be a list"),
        ('[groups]\nfire = true', "groups has to be a list"),
        ("\udcff", "not UTF-8"),
        ("#" * (LARGEST + 1), "more than 64 kB"),
    ],
)  # fmt: skip
def test_a_permissions_file_that_is_wrong_lets_nobody_in_and_says_where_it_is_wrong(text: str, told: str) -> None:
    found = permission("fire/kingpost.folder.toml", text.encode("utf-8", "surrogateescape"))
    assert found.groups == ()
    assert found.refused.startswith("fire/kingpost.folder.toml")
    assert told in found.refused


def test_a_permissions_file_that_is_there_but_no_file_lets_nobody_in(folder: Path) -> None:
    write(folder, "a.md")
    (folder / "kingpost.folder.toml").symlink_to(folder / "nowhere")
    assert listed(folder)["a.md"].groups == ()
    (folder / "kingpost.folder.toml").unlink()
    (folder / "kingpost.folder.toml").mkdir()
    assert "kingpost.folder.toml cannot be read" in listed(folder)["a.md"].refused


def test_symbolic_links_are_not_followed_and_the_listing_says_so(folder: Path, tmp_path: Path) -> None:
    write(folder, "a.md")
    write(tmp_path, "outside/secret.md")
    (folder / "b.md").symlink_to(tmp_path / "outside" / "secret.md")
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "loop").symlink_to(folder)
    source = FolderSource(folder)
    assert [reference.name for reference in source.references()] == ["a.md"]
    assert source.notes == ("symbolic links are not followed: 3 passed over (b.md, loop, out)",)


def test_a_file_that_has_become_a_link_since_it_was_listed_is_not_read(folder: Path, tmp_path: Path) -> None:
    path = write(folder, "sub/a.md")
    source = FolderSource(folder)
    reference = next(source.references())
    write(tmp_path, "outside/a.md", "secret")
    path.unlink()
    path.parent.rmdir()
    path.parent.symlink_to(tmp_path / "outside")
    with pytest.raises(DocumentError, match="symbolic link"):
        source.read(reference)


def test_pipes_are_no_documents(folder: Path) -> None:
    os.mkfifo(folder / "pipe.md")
    assert listed(folder) == {}


def test_a_file_has_the_same_stamp_until_it_may_have_changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(folder, "a.md", "one")
    assert listed(folder)["a.md"].stamp == ""  # so young that it may change within one tick of the clock
    later = path.stat().st_ctime_ns + 60_000_000_000
    monkeypatch.setattr("time.time_ns", lambda: later)
    first = listed(folder)["a.md"].stamp
    assert first
    assert listed(folder)["a.md"].stamp == first
    path.write_text("two", encoding="utf-8")  # of the same size
    os.utime(path, YEAR_2020)
    assert listed(folder)["a.md"].stamp != first


def test_a_folder_that_cannot_be_listed_is_not_an_empty_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "sub/a.md")
    write(folder, "b.md")
    source, scan = FolderSource(folder), os.scandir
    broken = folder / "sub"

    def scandir(path: Path) -> object:
        if path == broken:
            raise OSError(errno.EIO, "Input/output error")
        return scan(path)

    monkeypatch.setattr("os.scandir", scandir)
    assert [reference.name for reference in source.references()] == ["b.md"]
    assert source.unlisted == ("sub/",)
    assert source.notes == ("sub/ cannot be listed: what was read of it before is kept",)
    broken = folder
    with pytest.raises(BackendUnavailable, match="nothing was removed"):
        list(source.references())
