"""Lists what is in the archives and mails of a source as originals of their own: ``plans.zip/hall 2/floor.pdf``."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self
from urllib.parse import quote

from kingpost.documents.parsing import media_type
from kingpost.documents.parsing.containers import Member, is_archive, is_container
from kingpost.errors import DocumentError
from kingpost.ports import Source
from kingpost.types.documents import ContainedFile, ContainerListing, Original, OriginalReference

Unpack = Callable[[Original], Iterable[Member]]


@dataclass(slots=True)
class _Container:
    """One archive or mail: as its source lists it, and where each member lies once it has been taken out."""

    reference: OriginalReference
    files: dict[str, Path] = field(default_factory=dict)


class UnpackedSource:
    """A source in which archives are folders, and mails have their attachments beside them.

    ``unpack`` takes the members out, in a process with limits. A container with the stamp of a ``known`` listing is
    not opened again until one of its members is read; ``remember`` gets each new listing. Members lie in a temporary
    folder until the context is left.
    """

    def __init__(
        self,
        source: Source,
        unpack: Unpack,
        *,
        known: Callable[[str], ContainerListing | None],
        remember: Callable[[ContainerListing], None],
    ) -> None:
        self.id = source.id
        self.unlisted: tuple[str, ...] = ()
        self.notes: tuple[str, ...] = ()
        self._source = source
        self._unpack = unpack
        self._known = known
        self._remember = remember
        self._containers: dict[str, _Container] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="kingpost-")
        self._count = 0
        self._guard = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def references(self) -> Iterator[OriginalReference]:
        """All originals, those in containers after them."""
        for reference in self._source.references():
            if not is_container(reference.name) or reference.refused:
                yield reference
                continue
            if not is_archive(reference.name):
                yield reference
            yield from self._contained(reference)
        self.unlisted, self.notes = self._source.unlisted, self._source.notes

    def read(self, reference: OriginalReference) -> Original:
        """A member's bytes, or what the source has. Raises ``DocumentError``."""
        container = self._containers.get(reference.uri)
        if container is None:
            return self._source.read(reference)
        with self._guard:
            if reference.uri not in container.files:
                self._take_out(container)
        if reference.uri not in container.files:
            raise DocumentError(
                f"{reference.name} is not in its archive any more", reason="unreadable", next="run the command again"
            )
        content = container.files[reference.uri].read_bytes()
        return Original(uri=reference.uri, name=reference.name, media_type=reference.media_type, content=content)

    def _contained(self, reference: OriginalReference) -> Iterator[OriginalReference]:
        container = _Container(reference=reference)
        listing = self._known(reference.uri) if reference.stamp else None
        if listing is None or listing.stamp != reference.stamp:
            try:
                files = tuple(self._take_out(container))
            except DocumentError as error:
                if is_archive(reference.name):
                    yield _refused(reference, error.message, error.reason)
                return
            listing = ContainerListing(uri=reference.uri, stamp=reference.stamp, files=files)
            self._remember(listing)
        for file in listing.files:
            member = _member(reference, file)
            self._containers[member.uri] = container
            yield member
        if not listing.files and is_archive(reference.name):
            yield _refused(reference, f"{reference.name} holds no files", "empty")

    def _take_out(self, container: _Container) -> list[ContainedFile]:
        """Open the container, keep its members on disk, and list them."""
        reference = container.reference
        found = self._unpack(self._source.read(reference))
        listed = []
        for member in found:
            self._count += 1
            place = Path(self._folder.name) / str(self._count)
            place.write_bytes(member.content)
            container.files[_uri(reference, member.name)] = place
            listed.append(
                ContainedFile(name=member.name, size=len(member.content), reason=member.reason, message=member.message)
            )
        return listed


def _member(container: OriginalReference, file: ContainedFile) -> OriginalReference:
    name = f"{container.name}/{file.name}"
    return OriginalReference(
        uri=_uri(container, file.name),
        name=name,
        media_type=media_type(file.name),
        size=file.size,
        groups=container.groups,
        stamp=container.stamp,
        refused=f"{name} {file.message}" if file.reason else "",
        refusal=file.reason,
    )


def _uri(container: OriginalReference, name: str) -> str:
    return f"{container.uri}#{quote(name)}"


def _refused(reference: OriginalReference, message: str, reason: str) -> OriginalReference:
    return OriginalReference(
        uri=reference.uri,
        name=reference.name,
        media_type=reference.media_type,
        size=reference.size,
        groups=reference.groups,
        refused=message,
        refusal=reason,
    )
