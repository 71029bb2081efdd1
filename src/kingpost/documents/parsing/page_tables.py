"""Tables on pages as grids; one that goes on over the page keeps its header."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kingpost.documents.parsing.grids import RawCell, count_header_rows, grid
from kingpost.documents.parsing.label_values import Pair, pairs
from kingpost.documents.parsing.pages import Line, Page, PageBlock, TableCell
from kingpost.types.documents import Grid, PageLocation

SAME_EDGE = 12.0
"""Points that the left edges of two parts of one table may differ by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Last:
    page: int
    columns: int
    left: float
    grid: Grid


class TableReader:
    """Reads the tables of one document, page after page."""

    def __init__(self) -> None:
        self._last: _Last | None = None

    def read(self, block: PageBlock, page: Page) -> Grid | list[Pair] | None:
        """The table as a grid, or as labels and values; None when it has one column or row only and is no table."""
        rows = [row for row in block.rows if any(cell.text for cell in row)]
        width = max((len(row) for row in rows), default=0)
        if width < 2 or len(rows) < 2:
            return None
        matrix = _matrix(rows, width, block.lines, page)
        header_rows = _header_rows(matrix, block.marked_header)
        fields = pairs(matrix, worded_only=True) if width == 2 and not header_rows else []
        if fields:
            return fields
        found = grid(_spread(matrix, header_rows), header_rows=header_rows)
        found = self._with_header_of_previous(found, page, block)
        self._last = _Last(page=page.number, columns=width, left=block.box[0], grid=found)
        return found

    def _with_header_of_previous(self, found: Grid, page: Page, block: PageBlock) -> Grid:
        last = self._last
        continues = (
            last is not None
            and last.page + 1 == page.number
            and len(last.grid.headers) == len(found.headers)
            and abs(last.left - block.box[0]) <= SAME_EDGE
        )
        if last is None or not continues or any(found.headers) or not any(last.grid.headers):
            return found
        return replace(
            found, headers=last.grid.headers, caption=last.grid.caption, label_columns=last.grid.label_columns
        )


def _header_rows(matrix: Sequence[Sequence[RawCell]], marked: int) -> int:
    """What the layout reader takes for a header is one only if it is set apart: half of them are data."""
    found = count_header_rows(matrix)
    if found or not marked:
        return found
    first = matrix[0]
    wide = len(first) >= 3 and all(cell.text for cell in first) and all(len(cell.text) <= 40 for cell in first)
    return 1 if wide and not any(cell.numeric for cell in first) else 0


def _spread(matrix: list[list[RawCell]], header_rows: int) -> list[list[RawCell]]:
    """A heading over several columns stands in one cell only: its neighbours without text take the nearest one's."""
    full = [list(row) for row in matrix]
    for row in full[: max(header_rows - 1, 0)]:
        texts = [column for column, cell in enumerate(row) if cell.text]
        for column, cell in enumerate(row):
            if texts and not cell.text and column > 0 and matrix[header_rows - 1][column].text:
                nearest = min(texts, key=lambda other: (abs(other - column), other > column))
                if nearest > 0 or not matrix[header_rows - 1][0].text:
                    row[column] = replace(row[nearest], merged=True)
    return full


def _matrix(rows: Sequence[Sequence[TableCell]], width: int, lines: Sequence[Line], page: Page) -> list[list[RawCell]]:
    raw = [[_raw(cell, lines, page) for cell in row] for row in rows]
    nowhere = PageLocation(page=page.number)
    full = [[*row, *[RawCell(text="", location=nowhere)] * (width - len(row))] for row in raw]
    if all(cell.heading for row in full for cell in row if cell.text):
        return [[replace(cell, heading=False) for cell in row] for row in full]
    return full


def _raw(cell: TableCell, lines: Sequence[Line], page: Page) -> RawCell:
    if cell.box is None:
        return RawCell(text=cell.text, location=PageLocation(page=page.number))
    x0, y0, x1, y1 = cell.box
    inside = [line for line in lines if x0 - 1 <= line.centre[0] <= x1 + 1 and y0 - 1 <= line.centre[1] <= y1 + 1]
    return RawCell(
        text=cell.text,
        location=PageLocation(page=page.number, rects=(page.fractions(x0, y0, x1, y1),)),
        heading=bool(inside) and all(line.bold for line in inside),
    )
