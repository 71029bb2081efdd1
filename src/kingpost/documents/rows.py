"""Words rows of a table: every value with the header path that governs it, the row's label first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kingpost.documents.passages import spans_within
from kingpost.language.normalise import content_hash
from kingpost.types.documents import Cell, ChunkCell, Grid, Location, PageLocation, Part, SheetLocation

BETWEEN = "; "
PATH = " / "
NOTED = "note"
"""Heads what is noted at a cell, below the cell's own header."""
HIDDEN = " (hidden)"
FEWEST_CELL_TOKENS = 24
LABEL_SHARE = 0.5
"""Share of a row's room that its label may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPiece:
    """A row, or as much of a long row as fits, with its label."""

    text: str
    label: str
    location: Location
    parts: tuple[Part, ...]
    cells: tuple[ChunkCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    cell: Cell
    header: tuple[str, ...]
    text: str
    """The cell's text, or a piece of it."""
    label: bool
    whole: str = ""
    """What the text is a piece of."""
    hidden: bool = False
    """Whether it is told that the cell is hidden."""

    @property
    def worded(self) -> str:
        header = PATH.join(self.header)
        text = f"{self.text}{HIDDEN}" if self.hidden else self.text
        return f"{header}: {text}" if header else text


def row_pieces(grid: Grid, row: Sequence[Cell], tokens: int, count: Callable[[str], int]) -> Iterator[RowPiece]:
    """The row in pieces of at most ``tokens``; each piece begins with the row's label."""
    values = list(_values(grid, row))
    shown = _distinct([value for value in values if value.text])
    labels = [value for value in shown if value.label]
    blanks = [value for value in values if not value.text and value.header]
    label = PATH.join(dict.fromkeys(value.text for value in labels))
    rest = [value for value in shown if not value.label]
    if count(_text(labels)) > tokens * LABEL_SHARE:
        rest = [*(value for value in labels if not value.cell.merged), *rest]
        labels = _shortened(labels, int(tokens * LABEL_SHARE), count)
    room = max(tokens - count(_text(labels)), FEWEST_CELL_TOKENS)
    packs = _packs([piece for value in rest for piece in _cut(value, room, count)], room, count) or [[]]
    for pack in packs:
        if labels or pack:
            yield _piece([*labels, *pack], blanks, label)


def _values(grid: Grid, row: Sequence[Cell]) -> Iterator[_Value]:
    """The row's cells, each followed by what is noted at it. A row that is hidden as a whole says so once."""
    filled = [cell for cell in row if cell.text and not cell.merged]
    all_hidden = all("hidden" in cell.flags for cell in filled)
    told = False
    for column, (cell, path) in enumerate(zip(row, grid.headers, strict=True)):
        own = bool(cell.text) and not cell.merged and "hidden" in cell.flags
        hidden = own and not (all_hidden and told)
        told = told or hidden
        label = column < grid.label_columns
        yield _Value(cell=cell, header=path, text=cell.text, whole=cell.text, label=label, hidden=hidden)
        if cell.comment:
            yield _Value(cell=cell, header=(*path, NOTED), text=cell.comment, whole=cell.comment, label=False)


def overview_text(grid: Grid, tokens: int, count: Callable[[str], int]) -> str:
    """What the table is about: caption, columns, number of rows, labels of the first ones; as much as fits."""
    units = grid.units or ("",) * len(grid.headers)
    columns = list(dict.fromkeys(_headed(path, unit) for path, unit in zip(grid.headers, units, strict=True) if path))
    labels = list(
        dict.fromkeys(
            PATH.join(dict.fromkeys(cell.text for cell in row[: grid.label_columns] if cell.text)) for row in grid.rows
        )
    )
    hidden = sum(bool(row) and all("hidden" in cell.flags for cell in row if cell.text) for row in grid.rows)
    rows = f"{len(grid.rows)} rows" + (f", {hidden} of them hidden" if hidden else "")
    pieces = [
        *([grid.caption] if grid.caption else []),
        *([f"Columns: {BETWEEN.join(columns)}"] if columns else []),
        *([f"{rows}: {BETWEEN.join(label for label in labels if label)}"] if grid.rows else []),
        *grid.notes,
    ]
    text = ". ".join(pieces)
    spans = spans_within(text, tokens, count)
    return text[spans[0].start : spans[0].end] if spans else rows


def _headed(path: Sequence[str], unit: str) -> str:
    """A column's header with its unit, where only the numbers' format says it."""
    header = PATH.join(path)
    return f"{header} [{unit}]" if unit and unit not in header else header


def _shortened(labels: Sequence[_Value], tokens: int, count: Callable[[str], int]) -> list[_Value]:
    """Labels that are texts of their own: the first words of each, under no header, so that the row is still named."""
    share = max(tokens // len(labels), 1)
    kept = []
    for value in labels:
        spans = spans_within(value.text, share, count)
        kept.append(replace(value, header=(), text=value.text[spans[0].start : spans[0].end]))
    return kept


def _distinct(values: Sequence[_Value]) -> list[_Value]:
    """A cell merged over columns is said once."""
    kept: list[_Value] = []
    for value in values:
        last = kept[-1] if kept else None
        repeated = last is not None and value.cell.merged and value.text == last.text and _overlaps(value, last)
        if not repeated:
            kept.append(value)
    return kept


def _overlaps(value: _Value, last: _Value) -> bool:
    place, other = value.cell.location, last.cell.location
    return not isinstance(place, SheetLocation) or not isinstance(other, SheetLocation) or place.range == other.range


def _cut(value: _Value, tokens: int, count: Callable[[str], int]) -> list[_Value]:
    header = count(PATH.join(value.header)) + 1
    spans = spans_within(value.text, max(tokens - header, FEWEST_CELL_TOKENS), count)
    return [replace(value, text=value.text[span.start : span.end]) for span in spans]


def _packs(values: Sequence[_Value], tokens: int, count: Callable[[str], int]) -> list[list[_Value]]:
    packs: list[list[_Value]] = []
    used = 0
    for value in values:
        size = count(value.worded) + 1
        if packs and used + size <= tokens:
            packs[-1].append(value)
            used += size
        else:
            packs.append([value])
            used = size
    return packs


def _text(values: Sequence[_Value]) -> str:
    return BETWEEN.join(value.worded for value in values)


def _piece(values: Sequence[_Value], blanks: Sequence[_Value], label: str) -> RowPiece:
    text = ""
    parts = []
    for value in values:
        text += BETWEEN if text else ""
        parts.append(Part(start=len(text), end=len(text) + len(value.worded), location=value.cell.location))
        text += value.worded
    cells = tuple(
        ChunkCell(
            header=value.header,
            text=value.whole,
            location=value.cell.location,
            content_hash=content_hash(value.whole, (*value.header, label)),
            label=value.label,
        )
        for value in [*values, *blanks]
    )
    return RowPiece(
        text=text, label=label, location=_place([value.cell for value in values]), parts=tuple(parts), cells=cells
    )


def _place(cells: Sequence[Cell]) -> Location:
    """Where the row stands: all its boxes on a page, the range from its first to its last cell on a sheet."""
    first, last = cells[0].location, cells[-1].location
    if isinstance(first, PageLocation):
        rects = [rect for cell in cells if isinstance(cell.location, PageLocation) for rect in cell.location.rects]
        return PageLocation(page=first.page, rects=tuple(dict.fromkeys(rects)))
    if isinstance(first, SheetLocation):
        return _sheet_place(cells)
    if not isinstance(last, PageLocation | SheetLocation):
        spans = [cell.location.span for cell in cells if not isinstance(cell.location, PageLocation | SheetLocation)]
        return type(first)(section=first.section, span=(min(a for a, _ in spans), max(b for _, b in spans)))
    return first


def _sheet_place(cells: Sequence[Cell]) -> SheetLocation:
    """From the first cell to the last of those that stand in this row alone: not merged over rows, nor labels above."""
    own = [cell for cell in cells if cell.rows == 1 and not cell.merged] or list(cells)
    rows = [cell.location for cell in own if isinstance(cell.location, SheetLocation)]
    first, last = rows[0].range.partition(":")[0], rows[-1].range.rpartition(":")[2]
    return SheetLocation(sheet=rows[0].sheet, range=first if first == last else f"{first}:{last}")
