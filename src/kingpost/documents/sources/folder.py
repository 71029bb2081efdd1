"""Documents in a folder of this machine, with everything below it, or one file."""

import errno
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

from kingpost.documents.parsing import media_type
from kingpost.documents.sources.permissions import (
    PERMISSIONS_FILE,
    Permission,
    Permissions,
    permission,
    unreadable,
)
from kingpost.errors import BackendUnavailable, DocumentError, NotFound
from kingpost.types.documents import Original, OriginalReference

PASSED_OVER = (".", "~$", "__MACOSX", "Thumbs.db", "desktop.ini", PERMISSIONS_FILE)
"""Names that begin so are lock files, caches and the like, not documents."""
COARSEST_CLOCK_NANOSECONDS = 2_000_000_000
"""Of file systems: a file younger than this may change once more without its times telling."""
NAMED = 3


class FolderSource:
    """A folder or a file; ``id`` is made of its absolute path. Raises ``NotFound`` when nothing is there.

    Symbolic links are not followed: they may lead out of the folder, or past the permissions of another one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().resolve()
        if not self.path.exists():
            raise NotFound(f"nothing at {path}", next="check the path")
        self._root = self.path if self.path.is_dir() else self.path.parent
        self.id = f"folder-{hashlib.sha256(str(self.path).encode()).hexdigest()[:12]}"
        self.unlisted: tuple[str, ...] = ()
        self.notes: tuple[str, ...] = ()

    def references(self) -> Iterator[OriginalReference]:
        """Files by name; what begins with a dot or ``~$`` is passed over."""
        listing = _Listing(self._root)
        now = time.time_ns()
        permissions = Permissions(self._permissions_file, above=_permission_above(self._root))
        files = listing.files("") if self.path.is_dir() else listing.file(self.path.name)
        for name, status in sorted(files, key=lambda found: Path(found[0])):
            allowed = permissions.of(name.rpartition("/")[0])
            yield OriginalReference(
                uri=(self._root / name).as_uri(),
                name=_writable(name),
                media_type=media_type(name),
                size=status.st_size,
                groups=allowed.groups,
                stamp=_stamp(status, now),
                refused=allowed.refused,
            )
        self.unlisted = tuple(_writable(folder) for folder in listing.unlisted)
        self.notes = tuple(_writable(note) for note in listing.notes())

    def read(self, reference: OriginalReference) -> Original:
        """The file's bytes."""
        path = _path(reference.uri)
        try:
            if os.path.realpath(path) != str(path):
                raise DocumentError(
                    f"{reference.name} has become a symbolic link",
                    reason="unreadable",
                    next="put the file itself there",
                )
            content = _read_regular(path)
        except PermissionError as error:
            raise DocumentError(
                f"{reference.name} may not be read", reason="permission", next="give this user the right to read it"
            ) from error
        except OSError as error:
            raise DocumentError(
                f"{reference.name} cannot be read ({error.strerror})", reason="unreadable", next="check the file"
            ) from error
        return Original(uri=reference.uri, name=reference.name, media_type=reference.media_type, content=content)

    def _permissions_file(self, folder: str) -> bytes | None:
        return _read_if_there(self._root / folder / PERMISSIONS_FILE)


class _Listing:
    """One walk through a folder, and what it met."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._links: list[str] = []
        self._special: list[str] = []
        self.unlisted: list[str] = []

    def files(self, folder: str) -> Iterator[tuple[str, os.stat_result]]:
        """Regular files with their paths inside the root."""
        waiting = [folder]
        while waiting:
            folder = waiting.pop()
            for name, entry in self._entries(folder):
                if entry.is_symlink():
                    self._links.append(name)
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(name)
                elif status := _status(entry):
                    if stat.S_ISREG(status.st_mode):
                        yield name, status
                    else:
                        self._special.append(name)

    def file(self, name: str) -> Iterator[tuple[str, os.stat_result]]:
        """One file."""
        try:
            status = (self._root / name).stat()
        except OSError as error:
            raise BackendUnavailable(
                f"{self._root / name} cannot be read ({error.strerror})", next="check that it is there"
            ) from error
        if not stat.S_ISREG(status.st_mode):
            raise BackendUnavailable(f"{self._root / name} is no file, but a pipe or a device", next="name a file")
        yield name, status

    def notes(self) -> Iterator[str]:
        """What a person should know."""
        for folder in self.unlisted:
            yield f"{folder} cannot be listed: what was read of it before is kept"
        if self._links:
            yield f"symbolic links are not followed: {len(self._links)} passed over ({_named(self._links)})"
        if self._special:
            found = f"{len(self._special)} passed over ({_named(self._special)})"
            yield f"pipes, sockets and devices are not opened: {found}"

    def _entries(self, folder: str) -> list[tuple[str, os.DirEntry[str]]]:
        try:
            with os.scandir(self._root / folder) as entries:
                kept = [entry for entry in entries if not entry.name.startswith(PASSED_OVER)]
        except OSError as error:
            if not folder:
                raise BackendUnavailable(
                    f"{self._root} cannot be listed ({error.strerror}): nothing was removed",
                    next="check that it is mounted and may be read",
                ) from error
            self.unlisted.append(f"{folder}/")
            return []
        return [(f"{folder}/{entry.name}".lstrip("/"), entry) for entry in kept]


def _named(names: list[str]) -> str:
    return ", ".join(sorted(names)[:NAMED]) + (", ..." if len(names) > NAMED else "")


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    """None for what vanished just now."""
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None


def _writable(name: str) -> str:
    """A name as text that can be stored: bytes that are no text are shown by their numbers."""
    return name.encode("utf-8", "backslashreplace").decode()


def _path(uri: str) -> Path:
    """The path that ``Path.as_uri`` was made of, whatever bytes it holds."""
    return Path(os.fsdecode(unquote_to_bytes(uri.removeprefix("file://"))))


def _read_regular(path: Path) -> bytes:
    """The bytes of a file that may have been replaced by a pipe since it was listed: opening must not wait."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no regular file")
        return file.read()


def _stamp(status: os.stat_result, now: int) -> str:
    """Size, both times and number of a file; empty while it is so young that a change need not move its times."""
    if now - max(status.st_mtime_ns, status.st_ctime_ns) < COARSEST_CLOCK_NANOSECONDS:
        return ""
    return f"{status.st_size}.{status.st_mtime_ns}.{status.st_ctime_ns}.{status.st_ino}"


def _permission_above(root: Path) -> Permission:
    """What the nearest permissions file above the root says: reading a subfolder alone must not open it."""
    for parent in root.parents:
        path = parent / PERMISSIONS_FILE
        try:
            content = _read_if_there(path)
        except OSError as error:
            return unreadable(str(path), error)
        if content is not None:
            return permission(str(path), content)
    return Permission()


def _read_if_there(path: Path) -> bytes | None:
    """A link that leads nowhere, or a pipe, is not "no permissions file"."""
    if not path.exists() and not path.is_symlink():
        return None
    if not path.is_file():
        raise OSError(errno.EINVAL, "not a file")
    return path.read_bytes()
