"""Objects as files: atomic, and never outside their directory."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from kingpost.backends.local.files import INCOMING, FileObjects
from kingpost.errors import NotFound, OutOfSpace, Refused


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../secret", "a/../../secret", "a//b", "a/", "./a", "a\\..\\b", "a\0b", f"{INCOMING}/x"]
)
def test_a_key_names_nothing_outside_the_directory(tmp_path: Path, key: str):
    objects = FileObjects(tmp_path / "objects")
    (tmp_path / "secret").write_bytes(b"secret")
    for use in (objects.get, objects.local_path, objects.delete, lambda key: objects.put(key, b"x")):
        with pytest.raises(Refused):
            use(key)
    assert (tmp_path / "secret").read_bytes() == b"secret"


def test_what_a_crash_left_behind_is_no_object(tmp_path: Path):
    objects = FileObjects(tmp_path)
    objects.put("a", b"whole")
    (tmp_path / INCOMING / "tmp123").write_bytes(b"ha")
    assert list(objects.keys("")) == ["a"]


def test_a_put_that_fails_leaves_the_old_object_and_no_rest(tmp_path: Path):
    objects = FileObjects(tmp_path)
    objects.put("a", b"old")
    program = """
import resource, signal, sys
from pathlib import Path
from kingpost.backends.local.files import FileObjects
from kingpost.errors import KingpostError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    FileObjects(Path(sys.argv[1])).put("a", b"x" * 5000)
except KingpostError as error:
    print(error.code)
"""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "workspace_damaged"
    assert objects.get("a") == b"old"
    assert list((tmp_path / INCOMING).iterdir()) == []


def test_a_full_disk_is_told(tmp_path: Path):
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    objects = FileObjects(tmp_path)
    # The error that a full disk gives, by the one device that always gives it.
    with pytest.raises(OSError, match="No space left") as full, Path("/dev/full").open("wb", buffering=0) as device:
        device.write(b"x")
    explained = objects._explained("a", full.value)
    assert isinstance(explained, OutOfSpace)
    assert "space" in explained.next


def test_objects_survive_a_new_process(tmp_path: Path):
    FileObjects(tmp_path).put("originals/d1/r1.pdf", b"%PDF")
    assert FileObjects(tmp_path).get("originals/d1/r1.pdf") == b"%PDF"
    assert (tmp_path / "originals/d1/r1.pdf").stat().st_size == 4
    with pytest.raises(NotFound):
        FileObjects(tmp_path).get("originals/d1")
