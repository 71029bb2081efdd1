"""A sheet as stored: its cells by place, merged ranges filled, and parts of it as rows of raw cells."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from kingpost.documents.parsing.grids import RawCell
from kingpost.types.documents import SheetLocation

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
ROWS = re.compile(r"\$?(\d{1,7}):\$?(\d{1,7})")
LAST_COLUMN = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A rectangle of cells, counted from 1, ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def cells(self) -> int:
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    @property
    def name(self) -> str:
        first = f"{column_name(self.left)}{self.top}"
        last = f"{column_name(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    def holds(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def meets(self, other: "Area") -> bool:
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCell:
    """A cell as shown. ``area`` is the merged range it lies in; ``merged``: it is not the first cell of it.

    ``indent`` is how far its text is moved in. ``number``: its value is one, whatever its format makes of it.
    """

    text: str
    bold: bool = False
    merged: bool = False
    number: bool = False
    area: Area | None = None
    indent: int = 0
    unit: str = ""
    comment: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """A range that the workbook itself calls a table."""

    name: str
    area: Area
    header_rows: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What lies over the cells: a chart, a picture with a description, a text box."""

    kind: str
    title: str
    text: str
    area: Area


EMPTY = SheetCell(text="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet's stored cells by (row, column), merged ranges filled, and what else the workbook says of it."""

    name: str
    cells: Mapping[tuple[int, int], SheetCell]
    hidden: bool = False
    tables: Sequence[SheetTable] = ()
    drawn: Sequence[Drawn] = ()
    names: Mapping[str, Area] = field(default_factory=dict)
    """Named ranges of more than one cell."""
    frozen_row: int = 0
    """Last row that stays in sight when the sheet is scrolled."""
    head_rows: frozenset[int] = frozenset()
    """Rows of which the workbook says that they head the columns: filter, titles printed on each page."""
    _raw: dict[tuple[int, int], RawCell] = field(default_factory=dict, repr=False)
    _columns: dict[int, str] = field(default_factory=dict, repr=False)

    @property
    def section(self) -> tuple[str, ...]:
        return (self.name + (" (hidden)" if self.hidden else ""),)

    def raw(self, row: int, column: int) -> RawCell:
        """The cell with its place; made once."""
        found = self._raw.get((row, column))
        if found is None:
            cell = self.cells.get((row, column), EMPTY)
            name = self._columns.get(column) or self._columns.setdefault(column, column_name(column))
            area = cell.area
            found = self._raw[row, column] = RawCell(
                text=cell.text,
                location=SheetLocation(sheet=self.name, range=area.name if area else f"{name}{row}"),
                merged=cell.merged,
                rows=area.bottom - area.top + 1 if area else 1,
                columns=area.right - area.left + 1 if area else 1,
                unit=cell.unit,
                number=cell.number,
                comment="" if cell.merged else cell.comment,
                flags=cell.flags,
            )
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of a sheet that stands by itself; ``table`` where the workbook itself calls it one."""

    sheet: Sheet
    area: Area
    table: SheetTable | None = None
    _rows: dict[int, list[RawCell]] = field(default_factory=dict, repr=False, compare=False)

    def row(self, number: int) -> list[RawCell]:
        """The cells of one row of the sheet, merged ones repeated."""
        found = self._rows.get(number)
        if found is None:
            columns = range(self.area.left, self.area.right + 1)
            found = self._rows[number] = [self.sheet.raw(number, column) for column in columns]
        return found

    def rows(self, first: int, last: int) -> list[list[RawCell]]:
        """Several rows."""
        return [self.row(number) for number in range(first, last + 1)]

    def is_bold(self, row: int) -> bool:
        """Whether all that the row holds is set in bold."""
        cells = [self.sheet.cells.get((row, column)) for column in range(self.area.left, self.area.right + 1)]
        return all(cell.bold for cell in cells if cell and cell.text) and any(cell and cell.text for cell in cells)

    def indent(self, row: int, column: int) -> int:
        """How far the text in a column of the region is moved in."""
        return self.sheet.cells.get((row, self.area.left + column), EMPTY).indent


def indent_of(spaces: int) -> int:
    """How far spaces move a text in: one alone is an accident."""
    return spaces if spaces > 1 else 0


def column_name(number: int) -> str:
    """1 -> A, 27 -> AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = LETTERS[rest] + name
    return name


@lru_cache(maxsize=16_384)
def column_number(name: str) -> int:
    """A -> 1, AA -> 27."""
    number = 0
    for letter in name.upper():
        number = number * 26 + LETTERS.index(letter) + 1
    return number


def parse_area(text: str) -> Area | None:
    """``B5``, ``$B$5:$C9`` or whole rows ``$1:$2``; None for anything else."""
    rows = ROWS.fullmatch(text)
    if rows:
        return Area(top=int(rows[1]), left=1, bottom=int(rows[2]), right=LAST_COLUMN)
    first, _, last = text.partition(":")
    start, end = PLACE.fullmatch(first), PLACE.fullmatch(last or first)
    if not start or not end:
        return None
    numbers = sorted((int(start[2]), int(end[2]))), sorted((column_number(start[1]), column_number(end[1])))
    return Area(top=numbers[0][0], left=numbers[1][0], bottom=numbers[0][1], right=numbers[1][1])
