"""Objects as files of a directory; a put is atomic and survives a crash."""

import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from kingpost.errors import KingpostError, NotFound, OutOfSpace, Refused, WorkspaceDamaged

INCOMING = ".incoming"
"""Directory of files that are being written; what a crash leaves here belongs to nobody."""


class FileObjects:
    """A key is a relative path with forward slashes below the directory; nothing outside it can be named."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, key: str, content: bytes) -> None:
        target = self._path(key)
        try:
            self._write(target, content)
        except OSError as error:
            raise self._explained(key, error) from error

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise _not_found(key) from None
        except OSError as error:
            raise self._explained(key, error) from error

    def delete(self, key: str) -> None:
        try:
            self._path(key).unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise self._explained(key, error) from error

    def keys(self, prefix: str) -> Iterator[str]:
        top = self._directory / prefix.rpartition("/")[0]
        if not top.is_dir():
            return iter(())
        paths = (path.relative_to(self._directory) for path in top.rglob("*") if path.is_file())
        found = (path.as_posix() for path in paths if path.parts[0] != INCOMING)
        return iter(sorted(key for key in found if key.startswith(prefix)))

    def local_path(self, key: str) -> Path:
        path = self._path(key)
        if not path.is_file():
            raise _not_found(key)
        return path

    def _path(self, key: str) -> Path:
        parts = key.split("/")
        if not all(parts) or {".", "..", INCOMING} & set(parts) or "\0" in key or "\\" in key:
            raise Refused(f"not a key of an object: {key!r}", next="name it like originals/ID")
        return self._directory / PurePosixPath(*parts)

    def _write(self, target: Path, content: bytes) -> None:
        incoming = self._directory / INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=incoming)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_directory(target.parent)

    def _explained(self, key: str, error: OSError) -> KingpostError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return OutOfSpace(
                f"the disk is full: {key} was not stored", next=f"free some space on the disk of {self._directory}"
            )
        return WorkspaceDamaged(
            f"{self._directory / key}: {error.strerror}", next="see what is wrong with: kingpost doctor"
        )


def _not_found(key: str) -> NotFound:
    return NotFound(f"there is no object {key!r}", next="see what is missing with: kingpost doctor")


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
