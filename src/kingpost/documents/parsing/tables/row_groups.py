"""Groups of rows in a table on a page: one ends where a row is set out to the left again, as its name was."""

from dataclasses import replace
from itertools import pairwise

from kingpost.types.documents import Cell, Grid, PageLocation

INDENT = 2 / 600
"""Share of the page's width by which the rows of a group are set in at least."""


def without_outdented(found: Grid) -> Grid:
    """The grid, rows that only follow a group (a total) taken out of it: their labels start where its name does."""
    if not found.headers or found.headers[0] or not all(row[0].merged for row in found.rows):
        return found
    rows = []
    ended = False
    for above, row in pairwise([None, *found.rows]):
        if row is None:
            continue
        group, label = row[0], row[1]
        first = above is not None and above[0].text != group.text
        if first or above is None:
            ended = False
            indented = _left(label) - _left(group) >= INDENT
        ended = ended or (bool(group.text) and indented and not first and _left(label) - _left(group) < INDENT)
        rows.append((replace(group, text=""), *row[1:]) if ended else row)
    return replace(found, rows=tuple(rows))


def _left(cell: Cell) -> float:
    place = cell.location
    return place.rects[0][0] if isinstance(place, PageLocation) and place.rects else 0.0
