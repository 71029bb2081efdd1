"""Writes compound files (MS-CFB), as Outlook and old Office programs do, so far as a test needs them."""

import struct
from collections.abc import Mapping

SECTOR, SMALL_SECTOR, CUT_OFF = 512, 64, 4096
END, FREE, TABLE, NOTHING = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
STREAM, STORAGE, ROOT = 2, 1, 5
Tree = Mapping[str, "bytes | Tree"]


def compound_file(tree: Tree) -> bytes:
    """Streams by name, storages as mappings of their own."""
    entries: list[list[object]] = [["Root Entry", ROOT, NOTHING, NOTHING, b""]]
    _add(tree, 0, entries)
    small, large = _Space(SMALL_SECTOR), _Space(SECTOR)
    contents: list[bytes] = [entry[4] for entry in entries]  # type: ignore[misc]
    starts = [(small if len(content) < CUT_OFF else large).place(content) for content in contents]
    starts[0] = large.place(small.content)
    entries[0][4] = small.content
    chains = large.place(struct.pack(f"<{len(small.chains)}I", *small.chains))
    directory = large.place(b"".join(_entry(entry, start) for entry, start in zip(entries, starts, strict=True)))
    first = len(large.chains)
    count = next(count for count in range(1, 110) if (first + count) * 4 <= count * SECTOR)
    table = struct.pack(f"<{first + count}I", *large.chains, *[TABLE] * count).ljust(count * SECTOR, b"\xff")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, count, directory, 0, CUT_OFF, chains, -(-len(small.chains) * 4 // SECTOR), END, 0),
    )
    places = struct.pack("<109I", *range(first, first + count), *[FREE] * (109 - count))
    return header + places + large.content + table


class _Space:
    """Sectors of one size, and which follows which."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.content = b""
        self.chains: list[int] = []

    def place(self, content: bytes) -> int:
        if not content:
            return END
        start, count = len(self.chains), -(-len(content) // self._size)
        self.content += content.ljust(count * self._size, b"\0")
        self.chains += [*range(start + 1, start + count), END]
        return start


def _add(tree: Tree, parent: int, entries: list[list[object]]) -> None:
    """Children of a storage hang on each other to the right."""
    before: int | None = None
    for name, held in tree.items():
        number = len(entries)
        content = held if isinstance(held, bytes) else b""
        entries.append([name, STREAM if isinstance(held, bytes) else STORAGE, NOTHING, NOTHING, content])
        entries[parent if before is None else before][3 if before is None else 2] = number
        before = number
        if not isinstance(held, bytes):
            _add(held, number, entries)


def _entry(entry: list[object], start: int) -> bytes:
    name, kind, right, child, content = entry
    written = f"{name}\0".encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16xI16xIQ",
        *(written, len(written), kind, 1, NOTHING, right, child, 0, start, len(content)),  # type: ignore[arg-type]
    )
