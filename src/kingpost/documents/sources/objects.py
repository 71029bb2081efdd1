"""Documents in an object store, below a prefix of its keys."""

import hashlib
from collections.abc import Iterator
from urllib.parse import quote

from kingpost.documents.parsing import media_type
from kingpost.documents.sources.folder import PASSED_OVER
from kingpost.documents.sources.permissions import PERMISSIONS_FILE, Permissions
from kingpost.errors import DocumentError, NotFound
from kingpost.ports import ObjectStore
from kingpost.types.documents import Original, OriginalReference


class ObjectStoreSource:
    """Objects whose keys begin with ``prefix``, named by what follows it; ``uri`` is that of the whole store."""

    def __init__(self, store: ObjectStore, *, prefix: str, uri: str) -> None:
        self._store = store
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._uri = uri.rstrip("/")
        self.id = f"objects-{hashlib.sha256(f'{self._uri}/{self._prefix}'.encode()).hexdigest()[:12]}"
        self.unlisted: tuple[str, ...] = ()
        self.notes: tuple[str, ...] = ()

    def references(self) -> Iterator[OriginalReference]:
        """Objects by key; sizes are not known before reading."""
        keys = list(self._store.keys(self._prefix))
        permissions = Permissions(lambda folder: self._permissions_file(folder, frozenset(keys)))
        for key in keys:
            name = key.removeprefix(self._prefix)
            if any(part.startswith(PASSED_OVER) for part in name.split("/")) or not name or name.endswith("/"):
                continue
            allowed = permissions.of(name.rpartition("/")[0])
            yield OriginalReference(
                uri=f"{self._uri}/{quote(key)}",
                name=name,
                media_type=media_type(name),
                size=0,
                groups=allowed.groups,
                refused=allowed.refused,
            )

    def read(self, reference: OriginalReference) -> Original:
        """The object's bytes."""
        try:
            content = self._store.get(f"{self._prefix}{reference.name}")
        except NotFound as error:
            raise DocumentError(
                f"{reference.name} is not there any more", reason="unreadable", next="run the command again"
            ) from error
        return Original(uri=reference.uri, name=reference.name, media_type=reference.media_type, content=content)

    def _permissions_file(self, folder: str, keys: frozenset[str]) -> bytes | None:
        key = self._prefix + f"{folder}/{PERMISSIONS_FILE}".lstrip("/")
        return self._store.get(key) if key in keys else None
