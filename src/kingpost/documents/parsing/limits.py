"""Limits on what reading one file may cost: its size, what it unpacks to, memory, time, and what comes of it."""

import io
import lzma
import re
import resource
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from kingpost.errors import DocumentError

MEGABYTE = 1024 * 1024
HIGHEST_RATIO = 200
"""Unpacked to packed size of one member of a packed file; text rarely passes 50."""
SMALL_MEMBER = 10 * MEGABYTE
MOST_MEMBERS = 20_000
MOST_OPEN_FILES = 128
ZIP_START = b"PK"
ZIP_DIRECTORY_END = b"PK\x05\x06"
LONGEST_ZIP_END = 66_000
"""Bytes at the end of a zip file in which its directory's end must stand."""
ZIPPED = frozenset({".xlsx", ".xlsm", ".xlsb", ".ods", ".docx", ".docm", ".odt", ".pptx", ".pptm", ".odp"})
ENTITY = re.compile(rb"<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y")
"""A declaration that no office program writes: it makes text grow when read, or names other files."""
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, NotImplementedError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost."""

    seconds: int
    memory_megabytes: int
    file_megabytes: int
    unpacked_megabytes: int
    parsed_megabytes: int

    def apply(self) -> None:
        """Bind this process to them. Memory counts on top of what the process has mapped already."""
        memory = self.memory_megabytes * MEGABYTE + _mapped()
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (self.seconds, self.seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_OPEN_FILES, MOST_OPEN_FILES))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    def check_size(self, name: str, size: int) -> None:
        """Raises ``DocumentError`` (``too_large``)."""
        if size > self.file_megabytes * MEGABYTE:
            raise DocumentError(
                f"{name} has {size // MEGABYTE} MB, more than documents.file_megabytes ({self.file_megabytes})",
                reason="too_large",
                next="split the file, or raise documents.file_megabytes",
            )

    def check_unpacked(self, name: str, content: bytes) -> None:
        """Look at a packed file's directory, then count while inflating.

        Raises ``DocumentError`` (``too_large``, ``unreadable``; ``unsafe`` for entity declarations).
        """
        zipped = content[:2] == ZIP_START or PurePosixPath(name).suffix.lower() in ZIPPED
        if not zipped or ZIP_DIRECTORY_END not in content[-LONGEST_ZIP_END:]:
            return
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self._check_members(name, archive)
        except (*DAMAGED, ValueError, RuntimeError) as error:
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
        if len(members) > MOST_MEMBERS:
            raise DocumentError(
                f"{name} holds {len(members)} packed files, more than {MOST_MEMBERS}",
                reason="too_large",
                next="check where the file comes from, or split it",
            )
        if declared > allowed or bomb or self._inflated(name, archive, members) > allowed:
            raise DocumentError(
                f"{name} unpacks to more than documents.unpacked_megabytes ({self.unpacked_megabytes})",
                reason="too_large",
                next="check where the file comes from, or raise documents.unpacked_megabytes",
            )

    def _inflated(self, name: str, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> int:
        """Bytes the members really unpack to, counted no further than is allowed: the directory may lie."""
        total, office = 0, PurePosixPath(name).suffix.lower() in ZIPPED
        for member in members:
            if member.flag_bits & 1:
                continue
            is_markup = office and member.filename.lower().endswith((".xml", ".rels"))
            with archive.open(member) as stream:
                while piece := stream.read(MEGABYTE):
                    total += len(piece)
                    if total > self.unpacked_megabytes * MEGABYTE:
                        return total
                    if is_markup and ENTITY.search(piece):
                        raise DocumentError(
                            f"{name} declares XML entities, which no office program does",
                            reason="unsafe",
                            next="check where the file comes from; save it again in its program",
                        )
        return total


def _mapped() -> int:
    """Address space this process has now, in bytes."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - read between fork and limits, as little as can be
        return int(statm.read().split()[0]) * resource.getpagesize()
