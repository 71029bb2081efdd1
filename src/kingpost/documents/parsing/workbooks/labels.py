"""What stands above a row's label: labels that are moved in less, and labels that are written only once."""

from collections.abc import Sequence
from dataclasses import replace

from kingpost.documents.parsing.grids import RawCell
from kingpost.documents.parsing.workbooks.sheets import Region, parse_area
from kingpost.types.documents import Cell, Grid, SheetLocation

FEWEST_GROUPS = 2
MOST_FILLED = 0.7
"""Share of rows in which a column that groups them has a text of its own."""
MOST_LEVELS = 6
MOST_LABEL_COLUMNS = 4


def filled_down(matrix: Sequence[Sequence[RawCell]], header_rows: int) -> list[list[RawCell]]:
    """A first column that is blank below each of its labels names those rows too, where the second names each row."""
    full = [list(row) for row in matrix]
    body = full[header_rows:]
    if len(full[0]) < 3 or not _groups_rows(body):
        return full
    above: RawCell | None = None
    for row in body:
        if row[0].text:
            above = row[0]
        elif above is not None and row[1].text:
            row[0] = replace(above, merged=True, comment="")
    return full


def _groups_rows(body: Sequence[Sequence[RawCell]]) -> bool:
    labels = [row[0] for row in body if row[0].text]
    blanks = [row for row in body if not row[0].text]
    if len(labels) < FEWEST_GROUPS or not blanks or any(row[0].merged or row[0].rows > 1 for row in body):
        return False
    if not body[0][0].text or not body[0][1].text or any(label.numeric for label in labels):
        return False
    seconds = [row[1] for row in body]
    named = all(second.text and not second.numeric for second in seconds)
    return named and len(labels) <= MOST_FILLED * len(body) and len({label.text for label in labels}) == len(labels)


def indented_column(body: Sequence[Sequence[RawCell]], part: Region) -> int:
    """The first column of words, some of which are moved in further than others; or -1."""
    first = part.area.bottom - len(body) + 1
    for column in range(min(MOST_LABEL_COLUMNS, len(body[0]) if body else 0)):
        told = [(first + index, row[column]) for index, row in enumerate(body) if row[column].text]
        if told and 2 * sum(cell.numeric for _, cell in told) < len(told):
            levels = [part.indent(row, column) for row, _ in told]
            return column if 1 < len(set(levels)) <= MOST_LEVELS and levels[0] == min(levels) else -1
    return -1


def with_ancestors(found: Grid, part: Region, column: int, width: int) -> Grid:
    """Columns in front of a label column that hold the labels above each row's, by how far they are moved in.

    ``width`` is how many columns the part has: a grid with one more has labels of groups in front.
    """
    if len(found.headers) > width:
        found = _without_groups(found)
    column += len(found.headers) - width
    indents = [_indent(part, row[column]) for row in found.rows]
    depths = {indent: depth for depth, indent in enumerate(sorted(set(indents)))}
    path: list[tuple[int, Cell]] = []
    above: list[list[Cell]] = []
    for indent, row in zip(indents, found.rows, strict=True):
        label = row[column]
        while path and path[-1][0] >= depths[indent]:
            path.pop()
        above.append([cell for _, cell in path])
        if label.text:
            path.append((depths[indent], label))
    most = max((len(cells) for cells in above), default=0)
    return _inserted(found, above, most, column) if most else found


def _indent(part: Region, cell: Cell) -> int:
    area = parse_area(cell.location.range) if isinstance(cell.location, SheetLocation) else None
    return part.indent(area.top, area.left - part.area.left) if area else 0


def _without_groups(found: Grid) -> Grid:
    """Rows with nothing but a label are groups by how their labels are moved in; those merged over columns stay."""
    if any(
        isinstance(row[0].location, SheetLocation) and ":" in row[0].location.range for row in found.rows if row[0].text
    ):
        return found
    return replace(
        found,
        headers=found.headers[1:],
        units=found.units[1:],
        head=tuple(row[1:] for row in found.head),
        rows=tuple(row[1:] for row in found.rows),
        label_columns=found.label_columns - 1,
    )


def _inserted(found: Grid, above: Sequence[Sequence[Cell]], width: int, column: int) -> Grid:
    rows = []
    for cells, row in zip(above, found.rows, strict=True):
        blank = Cell(text="", location=row[column].location, merged=True)
        ancestors = [replace(cell, merged=True, comment="") for cell in cells]
        rows.append((*row[:column], *ancestors, *[blank] * (width - len(ancestors)), *row[column:]))
    empty = tuple(Cell(text="", location=row[column].location, merged=True) for row in found.head for _ in range(width))
    head = [
        (*row[:column], *empty[index * width : (index + 1) * width], *row[column:])
        for index, row in enumerate(found.head)
    ]
    return replace(
        found,
        headers=(*found.headers[:column], *[()] * width, *found.headers[column:]),
        units=(*found.units[:column], *[""] * width, *found.units[column:]),
        head=tuple(head),
        rows=tuple(rows),
        label_columns=found.label_columns + width,
    )
