"""Reads workbooks: stored cells only, as shown, with merged ranges; tables as grids, forms as fields."""

import gc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import cast

from lxml import etree

from kingpost.documents.parsing.label_values import CAPTIONS
from kingpost.documents.parsing.options import DEFAULTS, ReadingOptions
from kingpost.documents.parsing.workbooks.coverage import ENOUGH_WORDS, plain_rows, words_held
from kingpost.documents.parsing.workbooks.old_workbooks import read_old_workbook
from kingpost.documents.parsing.workbooks.reader import Workbook, read_workbook
from kingpost.documents.parsing.workbooks.regions import LONG_TEXT
from kingpost.documents.parsing.workbooks.tables import sheet_blocks
from kingpost.errors import DocumentError
from kingpost.types.documents import Block, BlockKind, Original, ParsedDocument

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAMPLE = 4096
ARCHIVES = (b"PK", b"\xd0\xcf", b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
"""First bytes of packed, composed and very old workbooks."""
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def parse(original: Original, options: ReadingOptions = DEFAULTS) -> ParsedDocument:
    """All sheets in order; hidden ones are read and named in the warnings."""
    if original.content[:8] == OLE_MAGIC and ENCRYPTED in original.content:
        raise DocumentError(
            f"{original.name} is protected by a password", reason="encrypted", next="save a copy without password"
        )
    other = _saved_as_text(original)
    if other:
        return other
    with _no_garbage():
        workbook = _read(original, options.sheet_rows)
        blocks, shares = _blocks(workbook)
    if not blocks:
        raise DocumentError(f"{original.name}: no sheet holds anything", reason="empty", next="check the file")
    titled = workbook.properties.get("title", "")
    return ParsedDocument(
        title=_title(blocks) if len(workbook.sheets) == 1 or not titled else titled,
        blocks=tuple(blocks),
        properties=dict(workbook.properties),
        warnings=(*workbook.warnings, *_not_understood(shares)),
        pages=len(workbook.sheets),
        coverage=min(shares.values(), default=1.0),
    )


def _saved_as_text(original: Original) -> ParsedDocument | None:
    """Programs give web pages and separated values the ending ``.xls``, for spreadsheet programs open them too."""
    start = original.content[:SAMPLE]
    if start[:2] in ARCHIVES or (b"\0" in start and start[:2] not in UTF16_MARKS):
        return None
    module = "html" if b"<table" in start.lower() or b"<html" in start.lower() else "separated"
    reader = import_module(f"{__package__}.{module}")
    return cast(ParsedDocument, reader.parse(original))


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


def _read(original: Original, most_rows: int) -> Workbook:
    """By its bytes, not its name; what our own reader stumbles over, calamine may read, though without formats."""
    if original.content[:4] == b"PK\x03\x04":
        try:
            return read_workbook(original.content, most_rows=most_rows)
        except (etree.XMLSyntaxError, zipfile.BadZipFile, KeyError, ValueError, IndexError):
            return read_old_workbook(original, most_rows=most_rows)
    return read_old_workbook(original, most_rows=most_rows)


def _blocks(workbook: Workbook) -> tuple[list[Block], dict[str, float]]:
    """All blocks, and by sheet the share of its words that its tables and forms hold."""
    values = [f"{name} = {formula}" for name, formula in workbook.values.items()]
    blocks: list[Block] = []
    shares: dict[str, float] = {}
    for sheet in workbook.sheets:
        found = list(sheet_blocks(sheet, names=values))
        values = []
        shares[sheet.name] = words_held(sheet, found)
        blocks += found if shares[sheet.name] >= ENOUGH_WORDS else plain_rows(sheet)
    return blocks, shares


def _not_understood(shares: dict[str, float]) -> list[str]:
    names = [name for name, share in shares.items() if share < ENOUGH_WORDS]
    return [f"layout not understood, read as plain rows: sheet {', '.join(names)}"] if names else []


def _title(blocks: list[Block]) -> str:
    """What stands over the first table or form, unless it stands over that one only."""
    told = [block for block in blocks if block.grid is None or block.grid.rows]
    title = _heading(told[0]) if told else ""
    captions = [block.grid.caption for block in told if block.grid and block.grid.caption]
    return title if len(title) <= LONG_TEXT and all(caption.startswith(title) for caption in captions) else ""


def _heading(first: Block) -> str:
    if first.grid:
        return first.grid.caption.partition(CAPTIONS)[0]
    if first.kind is BlockKind.PARAGRAPH:
        return first.text
    return first.section[1].partition(CAPTIONS)[0] if len(first.section) > 1 else ""
