"""Limits on what reading one file may cost: its size, what it unpacks to, memory, processor time and wall time."""

import io
import resource
import zipfile
from dataclasses import dataclass

from kingpost.errors import DocumentError

MEGABYTE = 1024 * 1024
HIGHEST_RATIO = 200
"""Unpacked to packed size of one member of a packed file; text rarely passes 50."""
SMALL_MEMBER = 10 * MEGABYTE
MOST_MEMBERS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost."""

    seconds: int
    memory_megabytes: int
    file_megabytes: int
    unpacked_megabytes: int

    def apply(self) -> None:
        """Bind this process to them. Memory counts on top of what the process has mapped already."""
        memory = self.memory_megabytes * MEGABYTE + _mapped()
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (self.seconds, self.seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.unpacked_megabytes * MEGABYTE,) * 2)

    def check_size(self, name: str, size: int) -> None:
        """Raises ``DocumentError`` (``too_large``)."""
        if size > self.file_megabytes * MEGABYTE:
            raise DocumentError(
                f"{name} has {size // MEGABYTE} MB, more than documents.file_megabytes ({self.file_megabytes})",
                reason="too_large",
                next="split the file, or raise documents.file_megabytes",
            )

    def check_unpacked(self, name: str, content: bytes) -> None:
        """Look at a packed file's directory, then count while inflating. Raises ``DocumentError`` (``too_large``)."""
        if content[:4] != b"PK\x03\x04":
            return
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self._check_members(name, archive)
        except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
            raise DocumentError(
                f"{name} is damaged ({error})", reason="unreadable", next="open it in its program and save it again"
            ) from error

    def _check_members(self, name: str, archive: zipfile.ZipFile) -> None:
        members = archive.infolist()
        allowed = self.unpacked_megabytes * MEGABYTE
        declared = sum(member.file_size for member in members)
        bomb = any(
            member.file_size > SMALL_MEMBER and member.file_size > HIGHEST_RATIO * max(member.compress_size, 1)
            for member in members
        )
        if declared > allowed or len(members) > MOST_MEMBERS or bomb or _inflated(archive, members, allowed) > allowed:
            raise DocumentError(
                f"{name} unpacks to more than documents.unpacked_megabytes ({self.unpacked_megabytes})",
                reason="too_large",
                next="check where the file comes from, or raise documents.unpacked_megabytes",
            )


def _inflated(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], allowed: int) -> int:
    """Bytes the members really unpack to, counted no further than is allowed: the directory may lie."""
    total = 0
    for member in members:
        if member.flag_bits & 1:
            continue
        with archive.open(member) as stream:
            while piece := stream.read(MEGABYTE):
                total += len(piece)
                if total > allowed:
                    return total
    return total


def _mapped() -> int:
    """Address space this process has now, in bytes."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - read between fork and limits, as little as can be
        return int(statm.read().split()[0]) * resource.getpagesize()
