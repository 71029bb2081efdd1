"""Reads CSV and TSV as one sheet, whatever separates its values and encodes its text."""

import csv
import io
from collections.abc import Iterator
from itertools import islice

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.options import DEFAULTS, ReadingOptions
from kingpost.documents.parsing.text import decoded
from kingpost.documents.parsing.workbooks.sheets import Sheet, SheetCell, indent_of
from kingpost.documents.parsing.workbooks.tables import sheet_blocks
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument

SAMPLE_ROWS = 200
SAMPLE_CHARACTERS = 200_000
LONGEST_FIELD = 1_000_000
LONGEST_CELL = 32_767
SEPARATORS = ("\t", ";", "|", ",")
"""The likelier first: commas stand inside of numbers and texts, too."""
BYTE_ORDER_MARK = "\ufeff"


def parse(original: Original, options: ReadingOptions = DEFAULTS) -> ParsedDocument:
    """One sheet named after the file; cells are addressed as in a spreadsheet. Nothing is taken for a number."""
    csv.field_size_limit(LONGEST_FIELD)
    text = _text(original.content)
    text, separator = _declared(text)
    first_row = 2 if separator else 1
    separator = separator or _separator(text, tabs=original.name.lower().endswith(".tsv"))
    name = original.name.rpartition("/")[2].rpartition(".")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    cells: dict[tuple[int, int], SheetCell] = {}
    try:
        for row, values in enumerate(islice(reader, options.sheet_rows), start=first_row):
            cells |= {(row, column): cell for column, raw in enumerate(values, start=1) if (cell := _cell(raw))}
        left_out = sum(any(values) for values in reader)
    except csv.Error as error:
        raise DocumentError(
            f"{original.name}: {error}", reason="unreadable", next="check its quotes and separators"
        ) from error
    warnings = (
        (f"{left_out} rows beyond documents.sheet_rows were not read; split the file, or raise it",) if left_out else ()
    )
    blocks = tuple(sheet_blocks(Sheet(name=name, cells=cells)))
    return ParsedDocument(title="", blocks=blocks, warnings=warnings)


def _cell(raw: str) -> SheetCell | None:
    text = clean(raw[:LONGEST_CELL])
    return SheetCell(text=text, indent=indent_of(len(raw) - len(raw.lstrip(" \u00a0")))) if text else None


def _text(content: bytes) -> str:
    """As any text; UTF-16 without byte order mark by its zero bytes."""
    sample = content[:2000]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if len(sample) > 3 and zeros.count(0) > 0.7 * len(zeros):
            return content.decode(encoding, "replace").removeprefix(BYTE_ORDER_MARK)
    return decoded(content).removeprefix(BYTE_ORDER_MARK)


def _declared(text: str) -> tuple[str, str]:
    """The text without a first line ``sep=;``, and the separator that it names."""
    line, _, rest = text.partition("\n")
    found = line.strip().strip('"')
    return (rest, found[4]) if found.lower().startswith("sep=") and len(found) == 5 else (text, "")


def _separator(text: str, *, tabs: bool) -> str:
    """What cuts most rows into the same number of values, more than one."""
    best, most = "\t" if tabs else ",", 0.0
    for separator in SEPARATORS:
        widths = list(_widths(text, separator))
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        if usual < 2:
            usual = max((width for width in set(widths) if width > 1), key=widths.count, default=1)
        share = widths.count(usual) / len(widths) if widths and usual > 1 else 0.0
        if share > most + 0.1:
            best, most = separator, share
    return best


def _widths(text: str, separator: str) -> Iterator[int]:
    """Of the first rows that hold anything."""
    lines = io.StringIO(text[:SAMPLE_CHARACTERS], newline="")
    try:
        for values in islice(csv.reader(lines, delimiter=separator), SAMPLE_ROWS):
            if any(value.strip() for value in values):
                yield len(values)
    except csv.Error:
        return
