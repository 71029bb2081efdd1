"""A sheet as stored: its cells by place, merged ranges filled, and parts of it as rows of raw cells."""

from collections.abc import Mapping
from dataclasses import dataclass

from kingpost.documents.parsing.grids import RawCell
from kingpost.types.documents import SheetLocation


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCell:
    """A cell as shown. ``area`` is the merged range it lies in; ``merged``: it is not the first cell of it."""

    text: str
    bold: bool = False
    merged: bool = False
    area: Area | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet's stored cells by (row, column), merged ranges filled."""

    name: str
    cells: Mapping[tuple[int, int], SheetCell]
    hidden: bool = False
    uncomputed: bool = False
    """Whether it has formulas without a stored value."""

    @property
    def section(self) -> tuple[str, ...]:
        return (self.name + (" (hidden)" if self.hidden else ""),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of a sheet that stands by itself."""

    sheet: Sheet
    area: Area

    def row(self, number: int) -> list[RawCell]:
        """The cells of one row of the sheet, merged ones repeated."""
        return [self._cell(number, column) for column in range(self.area.left, self.area.right + 1)]

    def rows(self, first: int, last: int) -> list[list[RawCell]]:
        """Several rows."""
        return [self.row(number) for number in range(first, last + 1)]

    def is_bold(self, row: int) -> bool:
        """Whether all that the row holds is set in bold."""
        cells = [self.sheet.cells.get((row, column)) for column in range(self.area.left, self.area.right + 1)]
        return all(cell.bold for cell in cells if cell) and any(cells)

    def _cell(self, row: int, column: int) -> RawCell:
        found = self.sheet.cells.get((row, column), SheetCell(text=""))
        place = found.area or Area(top=row, left=column, bottom=row, right=column)
        location = SheetLocation(sheet=self.sheet.name, range=place.name)
        return RawCell(text=found.text, location=location, merged=found.merged)


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def spans_rows(cell: RawCell) -> bool:
    """Whether the cell's merged range has several rows."""
    if not isinstance(cell.location, SheetLocation) or ":" not in cell.location.range:
        return False
    first, _, last = cell.location.range.partition(":")
    return first.lstrip(LETTERS) != last.lstrip(LETTERS)


def column_name(number: int) -> str:
    """1 -> A, 27 -> AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = LETTERS[rest] + name
    return name
