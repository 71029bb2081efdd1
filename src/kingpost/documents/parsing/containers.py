"""Takes the members out of archives and the attachments out of mails, within limits, as originals of their own."""

import bz2
import io
import json
import lzma
import re
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from kingpost.documents.parsing.limits import MEGABYTE, Limits
from kingpost.errors import DocumentError
from kingpost.types.documents import Original

TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
PACKED = (".gz", ".bz2", ".xz")
"""One file each, unless it is a tar."""
ARCHIVES = (".zip", *TARS, *PACKED)
MAILS = (".eml", ".msg")
GZIP_WINDOW = 31
DEEPEST = 3
"""Containers within containers."""
MOST_MEMBERS = 2000
PASSED_OVER = re.compile(r"(?:^|/)(?:\.|~\$|__MACOSX|Thumbs\.db$|desktop\.ini$)")
DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError)
Piece = tuple[str, Callable[[int], bytes]]
"""A member's name, and what reads at most so many bytes of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member, or the reason for which it cannot be taken out."""

    name: str
    content: bytes = b""
    reason: str = ""
    message: str = ""


def is_archive(name: str) -> bool:
    """Whether the name is that of an archive, which is nothing but its members."""
    return name.lower().endswith(ARCHIVES)


def is_container(name: str) -> bool:
    """Whether other files may be in it."""
    return is_archive(name) or name.lower().endswith(MAILS)


def members(original: Original, limits: Limits) -> list[Member]:
    """All members, those of inner containers too (``inner.zip/plan.pdf``).

    Raises ``DocumentError``: ``unreadable``, ``too_large`` (too many, too much, or nested too deeply).
    """
    return list(_Opener(original.name, limits).members(original.name, original.content))


class _Opener:
    """Counts what has been taken out of one file."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._room = limits.unpacked_megabytes * MEGABYTE
        self._count = 0
        self._names: set[str] = set()

    def members(self, name: str, content: bytes, *, inside: str = "", depth: int = 1) -> Iterator[Member]:
        if depth > DEEPEST:
            yield Member(name=inside.rstrip("/"), reason="too_large", message=f"is packed more than {DEEPEST} times")
            return
        try:
            for written, read in _pieces(name, content):
                member = self._member(inside + _safe(written), read)
                if member is None:
                    continue
                if not is_archive(member.name):
                    yield member
                if is_container(member.name) and not member.reason:
                    yield from self.members(member.name, member.content, inside=f"{member.name}/", depth=depth + 1)
        except DAMAGED as error:
            if depth == 1:
                raise DocumentError(
                    f"{self._name} is damaged ({type(error).__name__})", reason="unreadable", next="pack it again"
                ) from error
            yield Member(name=inside.rstrip("/"), reason="unreadable", message="is damaged")

    def _member(self, name: str, read: Callable[[int], bytes]) -> Member | None:
        if PASSED_OVER.search(name):
            return None
        self._count += 1
        if self._count > MOST_MEMBERS:
            raise self._too_large(f"holds more than {MOST_MEMBERS} files")
        name = self._unused(name)
        try:
            content = read(self._room + 1)
        except NotImplementedError:
            return Member(name=name, reason="unsupported", message="is packed in a way that is not read")
        except RuntimeError:  # what zipfile raises for want of a password
            return Member(name=name, reason="encrypted", message="is protected by a password")
        except (zipfile.BadZipFile, zlib.error, EOFError):
            return Member(name=name, reason="unreadable", message="is damaged")
        self._room -= len(content)
        if self._room < 0:
            most = self._limits.unpacked_megabytes
            raise self._too_large(f"unpacks to more than documents.unpacked_megabytes ({most})")
        return Member(name=name, content=content)

    def _unused(self, name: str) -> str:
        """Two members may have one name."""
        stem, dot, suffix = name.rpartition(".")
        fresh, number = name, 1
        while fresh in self._names:
            number += 1
            fresh = f"{stem} ({number}){dot}{suffix}" if dot else f"{name} ({number})"
        self._names.add(fresh)
        return fresh

    def _too_large(self, what: str) -> DocumentError:
        return DocumentError(f"{self._name} {what}", reason="too_large", next="unpack it and ingest the folder")


def _pieces(name: str, content: bytes) -> Iterator[Piece]:
    lower = name.lower()
    if lower.endswith(".zip"):
        yield from _zipped(content)
    elif lower.endswith(TARS):
        yield from _tarred(content)
    elif lower.endswith(PACKED):
        yield PurePosixPath(name).stem, lambda most: _packed_alone(content, most)
    elif lower.endswith(".eml"):
        from kingpost.documents.parsing import mail

        yield from ((called, _of(part)) for called, part in mail.attachments(content))
    elif lower.endswith(".msg"):
        from kingpost.documents.parsing import outlook

        yield from ((called, _of(part)) for called, part in outlook.attachments(content))


def _of(content: bytes) -> Callable[[int], bytes]:
    return lambda most: content[:most]


def _zipped(content: bytes) -> Iterator[Piece]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            if not entry.is_dir():
                yield entry.filename, lambda most, entry=entry: _read(archive, entry, most)  # type: ignore[misc]


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    with archive.open(entry) as stream:
        return stream.read(most)


def _packed_alone(content: bytes, most: int) -> bytes:
    match content[:2]:
        case b"\x1f\x8b":
            gzip = zlib.decompressobj(GZIP_WINDOW)
            found, ended = gzip.decompress(content, most), gzip.eof
        case b"BZ":
            bzip2 = bz2.BZ2Decompressor()
            found, ended = bzip2.decompress(content, most), bzip2.eof
        case b"\xfd7":
            xz = lzma.LZMADecompressor()
            found, ended = xz.decompress(content, most), xz.eof
        case _:
            raise zipfile.BadZipFile("not packed")
    if len(found) < most and not ended:
        raise EOFError
    return found


def _tarred(content: bytes) -> Iterator[Piece]:
    packed_by = {b"\x1f\x8b": "gz", b"BZ": "bz2", b"\xfd7": "xz"}.get(content[:2], "")
    with tarfile.open(fileobj=io.BytesIO(content), mode=f"r|{packed_by}") as archive:  # type: ignore[call-overload]
        for entry in archive:
            file = archive.extractfile(entry) if entry.isfile() else None
            if file is not None:
                yield entry.name, file.read


def _safe(name: str) -> str:
    """A relative path of plain names, whatever the member is called."""
    text = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in name.replace("\\", "/"))
    parts = [part.strip() for part in PurePosixPath(text).parts]
    return "/".join(part for part in parts if part not in {"", "/", ".", ".."} and not part.endswith(":")) or "unnamed"


def packed_members(found: Sequence[Member]) -> bytes:
    """Members as bytes: a line of JSON, then the contents one after another."""
    head = [{"name": m.name, "size": len(m.content), "reason": m.reason, "message": m.message} for m in found]
    return json.dumps(head).encode() + b"\n" + b"".join(member.content for member in found)


def unpacked_members(content: bytes) -> Iterator[Member]:
    """The members again, one by one. Raises ``ValueError`` and the like for bytes that are none."""
    end = content.index(b"\n")
    rest = memoryview(content)[end + 1 :]
    start = 0
    for entry in json.loads(content[:end]):
        size = int(entry["size"])
        if size < 0 or start + size > len(rest):
            raise ValueError("members that are cut off")
        piece = bytes(rest[start : start + size])
        name = _safe(str(entry["name"]))
        yield Member(name=name, content=piece, reason=str(entry["reason"]), message=str(entry["message"]))
        start += size
