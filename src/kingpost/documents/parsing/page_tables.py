"""Tables on pages as grids; one that goes on over the page, or below a break, keeps its header."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kingpost.documents.parsing.grids import RawCell, count_header_rows, grid
from kingpost.documents.parsing.label_values import Pair, pairs
from kingpost.documents.parsing.pages import Line, Page, PageBlock, TableCell
from kingpost.types.documents import Grid, PageLocation

CURRENCIES = frozenset("$€£¥")
CLOSING = frozenset({"%", ")", ")%", "*"})
SAME_EDGE = 0.05
"""Share of the page's width that the left edges of two parts of one table may differ by."""


Extent = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Last:
    """The last table that had a header. ``columns`` are its columns' extents, with the header path of each."""

    page: int
    caption: str
    columns: tuple[tuple[Extent, tuple[str, ...]], ...]

    def header_over(self, extent: Extent) -> tuple[str, ...]:
        """The header of the column that reaches furthest over this extent."""
        overlap, header = max(
            (min(right, extent[1]) - max(left, extent[0]), header) for (left, right), header in self.columns
        )
        return header if overlap > 0 else ()


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
        header_rows = block.counted_heads
        if header_rows is None:
            header_rows = _header_rows(matrix, block.marked_header)
        fields = pairs(matrix, worded_only=True) if width == 2 and not header_rows else []
        if fields:
            return fields
        found = grid(_spread(matrix, header_rows), header_rows=header_rows)
        extents = _extents(matrix)
        found = self._with_header_of_previous(found, extents, page)
        own = found.headers[len(found.headers) - len(extents) :]
        if any(own):
            self._last = _Last(page=page.number, caption=found.caption, columns=tuple(zip(extents, own, strict=True)))
        return found

    def _with_header_of_previous(self, found: Grid, extents: Sequence[Extent], page: Page) -> Grid:
        last = self._last
        if last is None or any(found.headers) or not page.number - 1 <= last.page <= page.number:
            return found
        headers = tuple(last.header_over(extent) for extent in extents)
        starts_alike = abs(last.columns[0][0][0] - extents[0][0]) <= SAME_EDGE
        if not starts_alike or not all(headers[1:]) or len(extents) > len(last.columns):
            return found
        return replace(found, headers=((),) * (len(found.headers) - len(extents)) + headers, caption=last.caption)


def reads_as_text(block: PageBlock, top: float) -> bool:
    """Whether the line at this height is a number with text after it, and no row of a table with several cells."""
    if block.ruled:
        return False
    texts = [line.text for line in block.lines if abs(line.y0 - top) <= 0.4 * line.height]
    return len(texts) <= 2 and any(any(character.isalpha() for character in text) for text in texts)


def _extents(matrix: Sequence[Sequence[RawCell]]) -> list[Extent]:
    """From where to where each column reaches, in fractions of the page's width."""
    extents = []
    for column in range(len(matrix[0])):
        places = [row[column].location for row in matrix if row[column].text]
        rects = [rect for place in places if isinstance(place, PageLocation) for rect in place.rects]
        extents.append((min((rect[0] for rect in rects), default=0.0), max((rect[2] for rect in rects), default=0.0)))
    return extents


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
    full = [_with_signs([*row, *[RawCell(text="", location=nowhere)] * (width - len(row))]) for row in raw]
    used = [column for column in range(width) if any(row[column].text for row in full)]
    full = [[row[column] for column in used] for row in full]
    if all(cell.heading for row in full for cell in row if cell.text):
        return [[replace(cell, heading=False) for cell in row] for row in full]
    return full


def _with_signs(row: list[RawCell]) -> list[RawCell]:
    """A currency sign set in a column of its own belongs to the number after it, a closing sign to the one before."""
    for left, right in pairwise(range(len(row))):
        number, _, sign = row[left].text.rpartition(" ")
        if sign in CURRENCIES and number and row[right].text:
            row[left] = replace(row[left], text=number)
            row[right] = replace(row[right], text=f"{sign} {row[right].text}")
        if row[left].text in CURRENCIES and row[right].numeric:
            row[right] = replace(row[right], text=f"{row[left].text} {row[right].text}")
            row[left] = replace(row[left], text="")
        elif row[right].text in CLOSING and row[left].text:
            row[left] = replace(row[left], text=row[left].text + row[right].text)
            row[right] = replace(row[right], text="")
    return row


def _raw(cell: TableCell, lines: Sequence[Line], page: Page) -> RawCell:
    rects = (page.fractions(*cell.box),) if cell.box else ()
    return RawCell(
        text=cell.text,
        location=PageLocation(page=page.number, rects=rects),
        heading=_is_bold(cell, lines) if cell.bold is None else cell.bold,
        rows=cell.rows,
        columns=cell.columns,
        merged=cell.merged,
    )


def _is_bold(cell: TableCell, lines: Sequence[Line]) -> bool:
    if cell.box is None:
        return False
    x0, y0, x1, y1 = cell.box
    inside = [line for line in lines if x0 - 1 <= line.centre[0] <= x1 + 1 and y0 - 1 <= line.centre[1] <= y1 + 1]
    return bool(inside) and all(line.bold for line in inside)
