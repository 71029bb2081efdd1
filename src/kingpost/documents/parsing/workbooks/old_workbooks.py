"""Reads .xls and .xlsb, and whatever else calamine reads: values, dates, merged ranges, hidden sheets."""

import io
import zipfile
import zlib
from collections.abc import Iterator

import python_calamine

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.workbooks.filling import filled
from kingpost.documents.parsing.workbooks.number_formats import shown
from kingpost.documents.parsing.workbooks.reader import Workbook, left_out_warning
from kingpost.documents.parsing.workbooks.sheets import Area, Sheet, SheetCell, indent_of
from kingpost.errors import DocumentError
from kingpost.types.documents import Original

LONGEST_CELL = 32_767


def read_old_workbook(original: Original, *, most_rows: int) -> Workbook:
    """All sheets in order, without formats."""
    if _is_locked(original.content):
        raise _encrypted(original.name)
    warnings: list[str] = []
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(original.content))
        sheets = tuple(_sheets(workbook, most_rows, warnings))
    except python_calamine.CalamineError as error:
        raise _unreadable(original.name, error) from error
    hidden = [sheet.name for sheet in sheets if sheet.hidden]
    if hidden:
        warnings.insert(0, f"hidden sheets are read too: {', '.join(hidden)}")
    return Workbook(sheets=sheets, properties={}, warnings=tuple(warnings), values={})


def _unreadable(name: str, error: python_calamine.CalamineError) -> DocumentError:
    if isinstance(error, python_calamine.PasswordError) or "password" in str(error).lower():
        return _encrypted(name)
    return DocumentError(
        f"{name} cannot be read ({error})",
        reason="unreadable",
        next="open it in a spreadsheet program and save it again",
    )


def _encrypted(name: str) -> DocumentError:
    return DocumentError(f"{name} is protected by a password", reason="encrypted", next="save a copy without password")


def _is_locked(content: bytes) -> bool:
    """Whether the list of parts of an OpenDocument file says that they are encrypted."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return b"encryption-data" in archive.read("META-INF/manifest.xml")
    except (zipfile.BadZipFile, KeyError, EOFError, zlib.error):
        return False


def _sheets(workbook: python_calamine.CalamineWorkbook, most_rows: int, warnings: list[str]) -> Iterator[Sheet]:
    for metadata in workbook.sheets_metadata:
        if metadata.typ not in (python_calamine.SheetTypeEnum.WorkSheet, python_calamine.SheetTypeEnum.MacroSheet):
            continue
        worksheet = workbook.get_sheet_by_name(metadata.name)
        name, hidden = clean(metadata.name), metadata.visible != python_calamine.SheetVisibleEnum.Visible
        cells, left_out = _cells(worksheet, most_rows, ("hidden",) if hidden else ())
        if left_out:
            warnings.append(left_out_warning(name, left_out))
        merged = [
            Area(top=start[0] + 1, left=start[1] + 1, bottom=end[0] + 1, right=end[1] + 1)
            for start, end in worksheet.merged_cell_ranges or []
        ]
        yield Sheet(name=name, cells=filled(cells, merged), hidden=hidden)


def _cells(
    worksheet: python_calamine.CalamineSheet, most_rows: int, flags: tuple[str, ...]
) -> tuple[dict[tuple[int, int], SheetCell], int]:
    cells: dict[tuple[int, int], SheetCell] = {}
    start = worksheet.start or (0, 0)
    rows = left_out = 0
    for row, values in enumerate(worksheet.to_python(skip_empty_area=True), start=start[0] + 1):
        told = [(column, value) for column, value in enumerate(values, start=start[1] + 1) if value != ""]
        if rows >= most_rows:
            left_out += bool(told)
            continue
        rows += bool(told)
        for column, value in told:
            text = shown(value, "General")[:LONGEST_CELL]
            if text:
                number = isinstance(value, float | int) and not isinstance(value, bool)
                spaces = len(value) - len(value.lstrip(" \u00a0")) if isinstance(value, str) else 0
                cells[row, column] = SheetCell(text=text, number=number, indent=indent_of(spaces), flags=flags)
    return cells, left_out
