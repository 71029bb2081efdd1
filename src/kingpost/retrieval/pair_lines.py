"""Reads the lines of a file of pairs, as JSONL, CSV or XLSX: each by column, before anything is made of it."""

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kingpost.errors import BadInput
from kingpost.language.normalise import normalise
from kingpost.retrieval.bank_files import unescaped

FIELDS = {
    "question": ("question", "instruction", "prompt", "query", "known"),
    "answer": ("answer", "response", "completion", "output"),
    "paraphrases": ("paraphrases", "phrasings", "paraphrase", "variants"),
    "document": ("document", "doc", "source"),
    "location": ("location", "place", "page"),
    "split": ("split",),
    "approved_by": ("approved_by", "approver"),
    "valid_from": ("valid_from",),
    "valid_until": ("valid_until",),
    "groups": ("groups",),
    "provenance": ("provenance",),
    "turn": ("turn",),
    "created_at": ("created_at",),
    "retired": ("retired",),
    "evidence": ("evidence",),
}
_HEADER_ROWS = 10
_MAXIMUM_ROWS, _MAXIMUM_COLUMNS = 200_000, 40
_MAXIMUM_UNPACKED_BYTES = 200_000_000
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, SyntaxError, KeyError, IndexError, ValueError, TypeError, AttributeError,
)  # fmt: skip
"""What openpyxl raises on its way through a broken workbook; ``SyntaxError`` is what XML parsers raise."""
HINT = "columns question and answer are needed (or instruction and response)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row before it is checked: its values by column, or what is wrong with it as a whole.

    ``cells`` has the address of each column's cell, in a workbook.
    """

    number: int
    record: Mapping[str, Any] | str
    cells: Mapping[str, str] = field(default_factory=dict)


def jsonl_lines(path: Path) -> Iterator[Line]:
    """A line for each JSON object."""
    for number, line in enumerate(path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except UnicodeDecodeError:
            yield Line(number=number, record="not UTF-8")
        except json.JSONDecodeError as error:
            yield Line(number=number, record=f"not JSON: {error.msg} at column {error.colno}")
        except (ValueError, RecursionError):
            yield Line(number=number, record="not JSON that can be read: nested too deeply, or a number without end")
        else:
            yield Line(number=number, record=record if isinstance(record, dict) else "not a JSON object")


def csv_lines(path: Path) -> Iterator[Line]:
    """A line for each row below the header, whatever sets the columns apart."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # what Excel writes when it does not write UTF-8
    heading = text.partition("\n")[0]
    delimiter = max("\t;,", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    yield from _table(path, _csv_rows(path, reader))


def _csv_rows(path: Path, reader: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    before = 0
    try:
        for row in reader:
            yield before + 1, [unescaped(cell) for cell in row]
            before = reader.line_num
    except csv.Error as error:
        raise BadInput(f"{path}, line {before + 1}: {error}", next="correct the line") from error


def xlsx_lines(path: Path) -> Iterator[Line]:
    """A line for each row of the first sheet below the header, with the addresses of its cells."""
    import openpyxl

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MAXIMUM_UNPACKED_BYTES:
                raise BadInput(f"{path}: unpacks to too much", next="split the workbook")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            yield from _sheet_lines(path, book)
        finally:
            book.close()
    except _BROKEN as error:
        raise BadInput(f"{path}: is no readable workbook", next="save it again as XLSX, without a password") from error


def _sheet_lines(path: Path, book: Any) -> Iterator[Line]:
    from openpyxl.utils import get_column_letter

    # Bounded: one stray cell at the far corner must not make a billion empty rows.
    cells = book.worksheets[0].iter_rows(max_row=_MAXIMUM_ROWS, max_col=_MAXIMUM_COLUMNS, values_only=True)
    for line in _table(path, enumerate(cells, start=1)):
        addresses = {
            name: f"{get_column_letter(number)}{line.number}"
            for number, name in enumerate(line.record, start=1)
            if name
        }
        yield replace(line, cells=addresses)


def _table(path: Path, rows: Iterable[tuple[int, Sequence[Any]]]) -> Iterator[Line]:
    """Records of a table whose header is the first row, near the top, that names question and answer."""
    header: list[str] = []
    for line, row in rows:
        if not header:
            names = [normalise(str(cell)) if cell is not None else "" for cell in row]
            if _is_header(names):
                header = [name or f" {number}" for number, name in enumerate(names)]
            elif line > _HEADER_ROWS:
                break
        elif any(cell not in (None, "") for cell in row):
            yield Line(number=line, record=dict(zip(header, row, strict=False)))
    if not header:
        raise BadInput(f"{path}: no header with question and answer", next=HINT)


def _is_header(names: Sequence[str]) -> bool:
    return all(any(alias in names for alias in FIELDS[name]) for name in ("question", "answer"))
