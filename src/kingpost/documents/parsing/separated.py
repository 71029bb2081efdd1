"""Reads CSV and TSV as one table, whatever separates its values."""

import csv
import io

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.sheet_tables import sheet_blocks
from kingpost.documents.parsing.sheets import Sheet, SheetCell
from kingpost.documents.parsing.text import decoded
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument

SAMPLE = 20_000
LONGEST_FIELD = 1_000_000


def parse(original: Original) -> ParsedDocument:
    """One sheet named after the file; cells are addressed as in a spreadsheet."""
    csv.field_size_limit(LONGEST_FIELD)
    text = decoded(original.content)
    dialect = _dialect(text[:SAMPLE], tabs=original.name.lower().endswith(".tsv"))
    name = original.name.rpartition("/")[2].rpartition(".")[0]
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), dialect))
    except csv.Error as error:
        raise DocumentError(
            f"{original.name}: {error}", reason="unreadable", next="check its quotes and separators"
        ) from error
    cells = {
        (row, column): SheetCell(text=value)
        for row, values in enumerate(rows, start=1)
        for column, raw in enumerate(values, start=1)
        if (value := clean(raw))
    }
    return ParsedDocument(title="", blocks=tuple(sheet_blocks(Sheet(name=name, cells=cells))))


def _dialect(sample: str, *, tabs: bool) -> type[csv.Dialect]:
    if tabs:
        return csv.excel_tab
    try:
        return csv.Sniffer().sniff(sample, delimiters=",;\t|")
    except csv.Error:
        return csv.excel
