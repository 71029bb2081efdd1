"""Reads workbooks: stored cells only, as shown, with merged ranges; tables as grids, forms as fields."""

import gc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from kingpost.documents.parsing.label_values import CAPTIONS
from kingpost.documents.parsing.old_workbooks import read_old_workbook
from kingpost.documents.parsing.sheet_regions import LONG_TEXT
from kingpost.documents.parsing.sheet_tables import sheet_blocks
from kingpost.documents.parsing.workbook_reader import Workbook, read_workbook
from kingpost.errors import DocumentError
from kingpost.types.documents import Block, BlockKind, Original, ParsedDocument

MOST_ROWS = 50_000
"""Of one sheet."""
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def parse(original: Original) -> ParsedDocument:
    """All sheets in order; hidden ones are read and named in the warnings."""
    if original.content[:8] == OLE_MAGIC and ENCRYPTED in original.content:
        raise DocumentError(
            f"{original.name} is protected by a password", reason="encrypted", next="save a copy without password"
        )
    with _no_garbage():
        workbook = _read(original)
        blocks = list(_blocks(workbook))
    if not blocks:
        raise DocumentError(f"{original.name}: no sheet holds anything", reason="empty", next="check the file")
    titled = workbook.properties.get("title", "")
    return ParsedDocument(
        title=_title(blocks) if len(workbook.sheets) == 1 or not titled else titled,
        blocks=tuple(blocks),
        properties=dict(workbook.properties),
        warnings=workbook.warnings,
        pages=len(workbook.sheets),
    )


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Very many small objects are made, and all are kept: looking for garbage among them takes a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _read(original: Original) -> Workbook:
    """By its bytes, not its name; what our own reader stumbles over, calamine may read, though without formats."""
    if original.content[:4] == b"PK\x03\x04":
        try:
            return read_workbook(original.content, most_rows=MOST_ROWS)
        except (etree.XMLSyntaxError, zipfile.BadZipFile, KeyError, ValueError, IndexError):
            return read_old_workbook(original, most_rows=MOST_ROWS)
    return read_old_workbook(original, most_rows=MOST_ROWS)


def _blocks(workbook: Workbook) -> Iterator[Block]:
    values = [f"{name} = {formula}" for name, formula in workbook.values.items()]
    for sheet in workbook.sheets:
        yield from sheet_blocks(sheet, names=values)
        values = []


def _title(blocks: list[Block]) -> str:
    """What stands over the first table or form."""
    first = next((block for block in blocks if block.grid is None or block.grid.rows), blocks[0])
    if first.grid:
        return first.grid.caption.partition(CAPTIONS)[0]
    if first.kind is BlockKind.PARAGRAPH:
        return first.text if len(first.text) <= LONG_TEXT else ""
    return first.section[1].partition(CAPTIONS)[0] if len(first.section) > 1 else ""
