"""One writer of a kind at a time: file locks that die with their process and name who holds them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kingpost.errors import Locked


@contextmanager
def held(path: Path, *, kind: str, wait: bool = False) -> Iterator[None]:
    """Hold the lock file ``path``. Raises ``Locked`` with the other's pid, or waits for it when ``wait`` is set.

    The kernel frees the lock when its holder ends in whatever way, so a pid left in the file is harmless.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _take(descriptor, path, kind=kind, wait=wait)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path, *, kind: str, wait: bool) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        pid = holder(path)
        raise Locked(
            f"another process ({f'pid {pid}' if pid else 'pid unknown'}) is writing here: {kind}",
            next="wait until it has ended, then run the command again",
        ) from None


def holder(path: Path) -> int:
    """The pid written in a lock file, 0 when there is none. It may have ended."""
    try:
        return int(path.read_text(encoding="ascii").strip() or 0)
    except (FileNotFoundError, ValueError):
        return 0
