"""Tables on pages as grids; one that goes on over the page, or below a break, keeps its header."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kingpost.documents.parsing.grids import RawCell, count_header_rows, grid
from kingpost.documents.parsing.label_values import Pair, pairs
from kingpost.documents.parsing.pages.lines import joined
from kingpost.documents.parsing.pages.page import Line, Page, PageBlock, TableCell
from kingpost.documents.parsing.tables.row_groups import without_outdented
from kingpost.documents.parsing.tables.units import with_units
from kingpost.types.documents import Grid, PageLocation

CURRENCIES = frozenset("$€£¥")
CLOSING = frozenset({"%", ")", ")%", "*"})
SAME_EDGE = 0.05
"""Share of the page's width that the left edges of two parts of one table may differ by."""
NUMBER = re.compile(
    r"^(?P<word>table|tab\.|exhibit|schedule|annex)\s+(?P<number>[A-Z]?[\w.-]*\d\w*|[IVX]+)", re.IGNORECASE
)
CONTINUED = re.compile(r"\s*[,;:–—-]?\s*[(\[]?\b(?:continued|cont(?:'d|\.|d\.?))[)\]]?\.?", re.IGNORECASE)
Extent = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Last:
    """The last table that had a header. ``columns`` are its columns' extents, with header path and unit of each."""

    page: int
    caption: str
    columns: tuple[tuple[Extent, tuple[str, ...], str], ...]

    def header_over(self, extent: Extent) -> tuple[tuple[str, ...], str]:
        """The header, and the unit, of the column that reaches furthest over this extent."""
        overlap, header, unit = max(
            (min(right, extent[1]) - max(left, extent[0]), header, unit) for (left, right), header, unit in self.columns
        )
        return (header, unit) if overlap > 0 else ((), "")


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
        caption = self._caption(joined(block.caption, page)[0], page)
        fields = pairs(matrix, worded_only=True) if width == 2 and not header_rows and not caption else []
        if fields:
            return fields
        notes = [joined(lines, page)[0] for lines in block.notes]
        found = grid(_spread(matrix, header_rows), caption=caption, header_rows=header_rows, notes=notes)
        extents = _extents(matrix)
        found = with_units(without_outdented(self._with_header_of_previous(found, extents, page)))
        own = len(found.headers) - len(extents)
        if any(found.headers[own:]):
            columns = tuple(zip(extents, found.headers[own:], found.units[own:], strict=True))
            self._last = _Last(page=page.number, caption=found.caption, columns=columns)
        return found

    def _caption(self, caption: str, page: Page) -> str:
        """The caption; of a table that goes on, with what the first part was called where it says no more."""
        last = self._last
        number, known = NUMBER.match(caption), NUMBER.match(last.caption) if last else None
        plain = CONTINUED.sub("", caption).strip(" .:–-")
        if last and number and known and number[0].casefold() == known[0].casefold() and last.page >= page.number - 1:
            return last.caption if len(plain) <= len(last.caption) else caption
        return caption

    def _with_header_of_previous(self, found: Grid, extents: Sequence[Extent], page: Page) -> Grid:
        last = self._last
        if last is None or any(found.headers) or not page.number - 1 <= last.page <= page.number:
            return found
        over = [last.header_over(extent) for extent in extents]
        starts_alike = abs(last.columns[0][0][0] - extents[0][0]) <= SAME_EDGE
        goes_on = not found.caption or found.caption == last.caption
        if (
            not starts_alike
            or not goes_on
            or not all(header for header, _ in over[1:])
            or len(extents) > len(last.columns)
        ):
            return found
        own = len(found.headers) - len(extents)
        headers = ((),) * own + tuple(header for header, _ in over)
        units = ("",) * own + tuple(unit for _, unit in over)
        return replace(found, headers=headers, units=units, caption=last.caption)


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
    found = _with_storeys_below(count_header_rows(matrix) or _reaching_rows(matrix), matrix)
    if found or not marked:
        return found
    first = matrix[0]
    wide = len(first) >= 3 and all(cell.text for cell in first) and all(len(cell.text) <= 40 for cell in first)
    return 1 if wide and not any(cell.numeric for cell in first) else 0


def _reaching_rows(matrix: Sequence[Sequence[RawCell]]) -> int:
    """Rows of words at the top with a cell over several columns, but not over all, and words below it."""
    count = 0
    while count < len(matrix) - 2 and any(1 < cell.columns < len(matrix[0]) for cell in matrix[count]):
        if any(cell.numeric for cell in [*matrix[count], *matrix[count + 1]]):
            return 0
        count += 1
    return count


def _with_storeys_below(count: int, matrix: Sequence[Sequence[RawCell]]) -> int:
    """Heads that reach over several columns, or down into the next row, have their second storey there."""
    while 0 < count < len(matrix) - 1:
        reaching = any(cell.columns > 1 and cell.columns < len(matrix[0]) for cell in matrix[count - 1])
        down = any(
            cell.merged and cell.rows > 1 and cell.text == above.text
            for cell, above in zip(matrix[count], matrix[count - 1], strict=True)
        )
        words = not any(cell.numeric for cell in matrix[count])
        if not ((reaching and words) or (down and words)):
            break
        count += 1
    return count


def _spread(matrix: list[list[RawCell]], header_rows: int) -> list[list[RawCell]]:
    """A heading over several columns stands in one cell only: its neighbours without text take the nearest one's."""
    full = [list(row) for row in matrix]
    for row in full[: max(header_rows - 1, 0)]:
        texts = [column for column, cell in enumerate(row) if cell.text]
        reach = {column: [column] for column in texts if not row[column].merged}
        for column, cell in enumerate(row):
            if texts and not cell.text and column > 0 and matrix[header_rows - 1][column].text:
                nearest = min(texts, key=lambda other: (abs(other - column), other > column))
                if nearest in reach and (nearest > 0 or not matrix[header_rows - 1][0].text):
                    reach[nearest].append(column)
        for first, columns in reach.items():
            if len(columns) > 1:
                _merge(row, first, columns)
    return full


def _merge(row: list[RawCell], text: int, columns: Sequence[int]) -> None:
    """Let the cell with the text reach over these columns, from the first of them on."""
    whole = replace(row[text], columns=len(columns))
    for column in columns:
        row[column] = replace(whole, merged=column != min(columns))


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
