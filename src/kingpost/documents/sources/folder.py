"""Documents in a folder of this machine, with everything below it, or one file."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from kingpost.documents.parsing import media_type
from kingpost.errors import DocumentError, NotFound
from kingpost.types.documents import Original, OriginalReference

PASSED_OVER = (".", "~$", "__MACOSX", "Thumbs.db", "desktop.ini")
"""Names that begin so are lock files, caches and the like, not documents."""


class FolderSource:
    """A folder or a file; ``id`` is made of its absolute path. Raises ``NotFound`` when nothing is there."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().resolve()
        if not self.path.exists():
            raise NotFound(f"nothing at {path}", next="check the path")
        self._root = self.path if self.path.is_dir() else self.path.parent
        self.id = f"folder-{hashlib.sha256(str(self.path).encode()).hexdigest()[:12]}"

    def references(self) -> Iterator[OriginalReference]:
        """Files by name; what begins with a dot or ``~$`` is passed over."""
        for path in sorted(self._files()):
            name = path.relative_to(self._root).as_posix()
            try:
                size = path.stat().st_size
            except OSError:
                size = 0
            yield OriginalReference(uri=path.as_uri(), name=name, media_type=media_type(name), size=size)

    def read(self, reference: OriginalReference) -> Original:
        """The file's bytes."""
        try:
            content = (self._root / reference.name).read_bytes()
        except PermissionError as error:
            raise DocumentError(
                f"{reference.name} may not be read", reason="permission", next="give this user the right to read it"
            ) from error
        except OSError as error:
            raise DocumentError(
                f"{reference.name} cannot be read ({error.strerror})", reason="unreadable", next="check the file"
            ) from error
        return Original(uri=reference.uri, name=reference.name, media_type=reference.media_type, content=content)

    def _files(self) -> Iterator[Path]:
        if self.path.is_file():
            yield self.path
            return
        for folder, folders, files in os.walk(self.path):
            folders[:] = [name for name in folders if not name.startswith(PASSED_OVER)]
            yield from (Path(folder) / name for name in files if not name.startswith(PASSED_OVER))
