"""Reads workbooks: stored cells only, as shown, with merged ranges; tables as grids, forms as fields."""

import io
from collections.abc import Iterator

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.label_values import CAPTIONS
from kingpost.documents.parsing.number_formats import shown
from kingpost.documents.parsing.sheet_regions import LONG_TEXT
from kingpost.documents.parsing.sheet_tables import sheet_blocks
from kingpost.documents.parsing.sheets import Area, Sheet, SheetCell
from kingpost.errors import DocumentError
from kingpost.types.documents import Block, BlockKind, Original, ParsedDocument

OLD_FORMATS = (".xls", ".xlsb", ".ods")
MOST_MERGED_CELLS = 20_000
"""Cells of one merged range that are filled: beyond it only its first cell is read."""
Cells = dict[tuple[int, int], SheetCell]
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def parse(original: Original) -> ParsedDocument:
    """All sheets in order; hidden ones are read and named in the warnings."""
    old = original.name.lower().endswith(OLD_FORMATS)
    if not old and original.content[:8] == OLE_MAGIC:
        raise DocumentError(
            f"{original.name} is protected by a password", reason="encrypted", next="save a copy without password"
        )
    sheets = list(_read_old(original)) if old else _read_either(original)
    blocks: list[Block] = []
    for sheet in sheets:
        blocks += sheet_blocks(sheet)
    if not blocks:
        raise DocumentError(f"{original.name}: no sheet holds anything", reason="empty", next="check the file")
    hidden = [sheet.name for sheet in sheets if sheet.hidden]
    missing = [sheet.name for sheet in sheets if sheet.uncomputed]
    warnings = []
    if hidden:
        warnings.append(f"hidden sheets are read too: {', '.join(hidden)}")
    if missing:
        warnings.append(
            f"formulas without a stored value are blank: {', '.join(missing)};"
            " open and save the file in a spreadsheet program"
        )
    return ParsedDocument(
        title=_title(blocks[0]) if len(sheets) == 1 else "",
        blocks=tuple(blocks),
        warnings=tuple(warnings),
        pages=len(sheets),
    )


def _read_either(original: Original) -> list[Sheet]:
    """With openpyxl; what it stumbles over, calamine may read, though without formats."""
    try:
        return list(_read_new(original))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return list(_read_old(original))


def _title(first: Block) -> str:
    """What stands over the first table or form."""
    if first.grid:
        return first.grid.caption.partition(CAPTIONS)[0]
    if first.kind is BlockKind.PARAGRAPH:
        return first.text if len(first.text) <= LONG_TEXT else ""
    return first.section[1].partition(CAPTIONS)[0] if len(first.section) > 1 else ""


def _read_new(original: Original) -> Iterator[Sheet]:
    import openpyxl

    workbook = openpyxl.load_workbook(io.BytesIO(original.content), data_only=True, keep_links=False)
    formulas = _formula_cells(original)
    for worksheet in workbook.worksheets:
        cells = {
            position: SheetCell(text=text, bold=bool(cell.font and cell.font.b))
            for position, cell in worksheet._cells.items()
            if (text := shown(cell.value, cell.number_format))
        }
        merged = [
            Area(top=area.min_row, left=area.min_col, bottom=area.max_row, right=area.max_col)
            for area in worksheet.merged_cells.ranges
        ]
        uncomputed = any(position not in cells for position in formulas.get(worksheet.title, ()))
        yield _sheet(worksheet.title, cells, merged, hidden=worksheet.sheet_state != "visible", uncomputed=uncomputed)


def _formula_cells(original: Original) -> dict[str, set[tuple[int, int]]]:
    """Cells that hold formulas, by sheet; read only where the file mentions one."""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(original.content)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(b"<f" in archive.read(name) for name in names):
            return {}
    import openpyxl

    workbook = openpyxl.load_workbook(io.BytesIO(original.content), data_only=False, keep_links=False)
    return {
        sheet.title: {position for position, cell in sheet._cells.items() if cell.data_type == "f"}
        for sheet in workbook.worksheets
    }


def _read_old(original: Original) -> Iterator[Sheet]:
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(original.content))
    except python_calamine.CalamineError as error:
        if not isinstance(error, python_calamine.PasswordError) and "password" not in str(error).lower():
            raise
        raise DocumentError(
            f"{original.name} is protected by a password", reason="encrypted", next="save a copy without password"
        ) from error
    for metadata in workbook.sheets_metadata:
        worksheet = workbook.get_sheet_by_name(metadata.name)
        cells = {
            (row, column): SheetCell(text=text)
            for row, values in enumerate(worksheet.to_python(skip_empty_area=False), start=1)
            for column, value in enumerate(values, start=1)
            if (text := shown(value if value != "" else None, "General"))
        }
        merged = [
            Area(top=start[0] + 1, left=start[1] + 1, bottom=end[0] + 1, right=end[1] + 1)
            for start, end in worksheet.merged_cell_ranges or []
        ]
        hidden = metadata.visible != python_calamine.SheetVisibleEnum.Visible
        yield _sheet(metadata.name, cells, merged, hidden=hidden, uncomputed=False)


def _sheet(name: str, cells: Cells, merged: list[Area], *, hidden: bool, uncomputed: bool) -> Sheet:
    """A merged range shows its first cell everywhere."""
    for area in merged:
        first = cells.get((area.top, area.left))
        if first is None or area.cells > MOST_MERGED_CELLS:
            continue
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                again = (row, column) != (area.top, area.left)
                cells[row, column] = SheetCell(text=first.text, bold=first.bold, merged=again, area=area)
    return Sheet(name=clean(name), cells=cells, hidden=hidden, uncomputed=uncomputed)
