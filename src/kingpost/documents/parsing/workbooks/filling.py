"""Fills merged ranges: every cell of one shows its first cell's text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kingpost.documents.parsing.workbooks.sheets import Area, SheetCell

MOST_CELLS = 20_000
"""Of one merged range: beyond, only its first cell is read."""
MOST_FILLED = 400_000
"""Cells of all merged ranges of a sheet."""
Cells = dict[tuple[int, int], SheetCell]


def filled(cells: Mapping[tuple[int, int], SheetCell], merged: Iterable[Area]) -> Cells:
    """The cells with merged ranges filled, as far as anything stands in the sheet."""
    told = {place: cell for place, cell in cells.items() if cell.text or cell.flags or cell.comment}
    rows = max((row for row, _ in told), default=0)
    columns = max((column for _, column in told), default=0)
    left = MOST_FILLED
    for area in merged:
        first = told.get((area.top, area.left))
        if first is None or not first.text or area.cells == 1:
            continue
        bottom, right = min(area.bottom, rows), min(area.right, columns)
        size = (bottom - area.top + 1) * (right - area.left + 1)
        if size > min(MOST_CELLS, left):
            continue
        left -= size
        again = replace(first, merged=True, area=area)
        for row in range(area.top, bottom + 1):
            for column in range(area.left, right + 1):
                told[row, column] = again
        told[area.top, area.left] = replace(first, area=area)
    return told


def filled_across(cells: Sequence[tuple[tuple[int, int], bool]]) -> Iterator[Area]:
    """Ranges over which a text is centred without being merged: a cell with a text and the blank ones beside it."""
    filled_places = dict(cells)
    for (row, column), has_text in cells:
        right = column
        while has_text and filled_places.get((row, right + 1)) is False:
            right += 1
        if right > column:
            yield Area(top=row, left=column, bottom=row, right=right)
