"""Workbooks as the part of a sheet around the cited cells, drawn from the parsed document under A, B, C and 1, 2, 3."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kingpost.errors import NotFound, UsageError
from kingpost.types.documents import Block, Cell, Grid, Location, ParsedDocument, SheetLocation

MOST_ROWS = 200
MOST_COLUMNS = 40
EXCERPT_MARGIN = 2
MARGIN = 12
"""Rows shown above the cited ones where the sheet is longer than ``MOST_ROWS``."""

_RANGE = re.compile(r"^\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A rectangle of cells; rows and columns count from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def meets(self, other: "Area") -> bool:
        """Whether the two share a cell."""
        rows = self.top <= other.bottom and other.top <= self.bottom
        return rows and self.left <= other.right and other.left <= self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCell:
    """A cell as drawn. ``first``: the cited one that the page scrolls to. ``read``: what it was taken for."""

    text: str
    columns: int = 1
    rows: int = 1
    cited: bool = False
    heading: bool = False
    first: bool = False
    read: str = ""
    remark: str = ""
    """Comment and flags of the cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row as drawn; without a number it repeats the header that governs the rows below."""

    number: str
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The part of a sheet that is shown."""

    sheet: str
    sheets: tuple[str, ...]
    cited: str
    letters: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    left_out: bool


@dataclass
class _Sheet:
    """What is known of one sheet: texts by their top left cell, their areas, and header rows by the row below."""

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    areas: dict[tuple[int, int], Area] = field(default_factory=dict)
    headers: dict[int, list[dict[int, str]]] = field(default_factory=dict)
    in_place: set[int] = field(default_factory=set)
    """Rows above which the header stands in the sheet itself."""
    read: dict[tuple[int, int], str] = field(default_factory=dict)
    remarks: dict[tuple[int, int], str] = field(default_factory=dict)

    def add(self, location: Location, text: str, read: str, remark: str = "") -> None:
        if isinstance(location, SheetLocation) and text:
            area = parse_range(location.range)
            corner = (area.top, area.left)
            self.texts.setdefault(corner, text)
            self.areas.setdefault(corner, area)
            self.read.setdefault(corner, read)
            if remark:
                self.remarks.setdefault(corner, remark)

    @property
    def whole(self) -> Area:
        areas = list(self.areas.values()) or [Area(top=1, left=1, bottom=1, right=1)]
        return Area(
            top=min(area.top for area in areas),
            left=min(area.left for area in areas),
            bottom=max(area.bottom for area in areas),
            right=max(area.right for area in areas),
        )


def sheet_names(parsed: ParsedDocument) -> tuple[str, ...]:
    """Names of the sheets in which something stands, in order."""
    return tuple(dict.fromkeys(place.sheet for place in _places(parsed.blocks)))


def is_on(block: Block, sheet: str) -> bool:
    """Whether the block stands on this sheet."""
    return isinstance(block.location, SheetLocation) and block.location.sheet == sheet


def region(parsed: ParsedDocument, sheet: str, cited: str, *, excerpt: bool) -> Region:
    """The surroundings of the cited range, or the beginning of the sheet. Raises ``NotFound`` for an unknown sheet."""
    names = sheet_names(parsed)
    name = sheet or (names[0] if names else "")
    if name not in names:
        raise NotFound(f"there is no sheet {name!r} in this workbook", next=f"its sheets: {', '.join(names)}")
    found = _read(parsed.blocks, name)
    target = parse_range(cited) if cited else None
    window = _window(found.whole, target, excerpt=excerpt)
    return Region(
        sheet=name,
        sheets=names,
        cited=cited,
        letters=tuple(letter(column) for column in range(window.left, window.right + 1)),
        rows=tuple(_rows(found, window, target)),
        left_out=window != found.whole,
    )


def parse_range(text: str) -> Area:
    """``B5`` or ``B5:C7``. Raises ``UsageError``."""
    match = _RANGE.match(text.strip())
    if not match:
        raise UsageError(f"not a cell range: {text[:40]!r}", next="a range is such as B5 or B5:C7")
    left, top = column_number(match[1]), int(match[2])
    right, bottom = column_number(match[3] or match[1]), int(match[4] or match[2])
    return Area(top=min(top, bottom), left=min(left, right), bottom=max(top, bottom), right=max(left, right))


def column_number(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for character in letters.upper():
        number = 26 * number + ord(character) - ord("A") + 1
    return number


def letter(column: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _places(blocks: Iterable[Block]) -> Iterator[SheetLocation]:
    return (block.location for block in blocks if isinstance(block.location, SheetLocation))


def _read(blocks: Sequence[Block], name: str) -> _Sheet:
    sheet = _Sheet()
    for block in blocks:
        if not isinstance(block.location, SheetLocation) or block.location.sheet != name:
            continue
        if block.grid is None:
            sheet.add(block.location, block.text, block.kind.value, ", ".join(block.flags))
            continue
        for row in block.grid.head:
            for cell in row:
                sheet.add(cell.location, cell.text, "head", _remark(cell))
        for row in block.grid.rows:
            for column, cell in enumerate(row):
                read = "label" if column < block.grid.label_columns else "cell"
                sheet.add(cell.location, cell.text, read, _remark(cell))
        _read_headers(sheet, block.grid)
    return sheet


def _remark(cell: Cell) -> str:
    return "; ".join((*cell.flags, *([cell.comment] if cell.comment else [])))


def _read_headers(sheet: _Sheet, grid: Grid) -> None:
    """Header paths as rows, above the first row of the grid's cells."""
    columns: dict[int, tuple[str, ...]] = {}
    top = 0
    for row in grid.rows:
        for path, cell in zip(grid.headers, row, strict=False):
            if isinstance(cell.location, SheetLocation) and path:
                area = parse_range(cell.location.range)
                columns.setdefault(area.left, path)
                top = min(top, area.top) if top else area.top
    depth = max((len(path) for path in columns.values()), default=0)
    levels = [
        {column: path[level - depth + len(path)] for column, path in columns.items() if level >= depth - len(path)}
        for level in range(depth)
    ]
    if levels:
        sheet.headers[top] = levels
        sheet.in_place.update([top] if any(map(any, grid.head)) else [])


def _window(whole: Area, cited: Area | None, *, excerpt: bool) -> Area:
    if cited is None:
        top, bottom, left = whole.top, whole.bottom, whole.left
    elif excerpt:
        top, bottom, left = cited.top - EXCERPT_MARGIN, cited.bottom + EXCERPT_MARGIN, whole.left
    else:
        top = max(whole.top, cited.top - MARGIN) if whole.bottom - whole.top >= MOST_ROWS else whole.top
        bottom, left = whole.bottom, whole.left
    if cited is not None and cited.right - left >= MOST_COLUMNS:
        left = max(whole.left, cited.left - MOST_COLUMNS // 2)
    top, bottom = max(top, 1), min(max(bottom, top), top + MOST_ROWS - 1)
    right = min(max(whole.right, cited.right if cited else 0), left + MOST_COLUMNS - 1)
    return Area(top=min(top, whole.bottom), left=left, bottom=bottom, right=right)


def _rows(sheet: _Sheet, window: Area, cited: Area | None) -> Iterator[ShownRow]:
    governing = _governing(sheet, window)
    covered: set[tuple[int, int]] = set()
    waiting = cited is not None
    for number in range(window.top, window.bottom + 1):
        repeated = [] if number in sheet.in_place and number > window.top else sheet.headers.get(number, [])
        for level in repeated or (governing if number == window.top else []):
            yield ShownRow(number="", cells=tuple(_header_cells(level, window)))
        cells = []
        for column in range(window.left, window.right + 1):
            if (number, column) in covered:
                continue
            cell = _cell(sheet, number, column, window, cited, first=waiting)
            waiting = waiting and not cell.first
            covered.update(
                (number + down, column + right) for down in range(cell.rows) for right in range(cell.columns)
            )
            cells.append(cell)
        yield ShownRow(number=str(number), cells=tuple(cells))


def _governing(sheet: _Sheet, window: Area) -> list[dict[int, str]]:
    """The header rows of the table that the window begins in the middle of."""
    above = [top for top in sheet.headers if top < window.top]
    return sheet.headers[max(above)] if above else []


def _header_cells(level: dict[int, str], window: Area) -> Iterator[ShownCell]:
    column = window.left
    while column <= window.right:
        text, end = level.get(column, ""), column + 1
        while text and end <= window.right and level.get(end) == text:
            end += 1
        yield ShownCell(text=text, columns=end - column, heading=True)
        column = end


def _cell(sheet: _Sheet, row: int, column: int, window: Area, cited: Area | None, *, first: bool) -> ShownCell:
    area = sheet.areas.get((row, column), Area(top=row, left=column, bottom=row, right=column))
    is_cited = cited is not None and area.meets(cited)
    return ShownCell(
        text=sheet.texts.get((row, column), ""),
        columns=min(area.right, window.right) - column + 1,
        rows=min(area.bottom, window.bottom) - row + 1,
        cited=is_cited,
        first=first and is_cited,
        read=sheet.read.get((row, column), ""),
        remark=sheet.remarks.get((row, column), ""),
    )
