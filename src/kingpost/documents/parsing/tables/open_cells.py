"""Ruled tables with some of the rules left out: cells that hold what stands in several columns or rows are parted."""

from collections.abc import Sequence
from itertools import pairwise

from kingpost.documents.parsing.pages.page import Line
from kingpost.documents.parsing.tables.lines import Words, across, columns_of, is_value, runs, text_of
from kingpost.documents.parsing.tables.ruled_tables import Frame, Place

MOSTLY = 0.6
CLOSE_GAP = 0.4
"""Of a line's height: between values that stand closer than other cells do."""
FEWEST_ROWS = 5
"""A cell over fewer rows, that are not most of the table, is meant to reach over them."""
APART = 0.45
"""Of a line's height: lines of one cell lie closer."""


def held_words(frame: Frame, words: Sequence[Line]) -> dict[Place, Words]:
    """The words of each cell."""
    held: dict[Place, Words] = {place: [] for place in frame.cells}
    bounds = {place: frame.bounds(place) for place in frame.cells}
    for word in words:
        x, y = word.centre
        for place, (x0, y0, x1, y1) in bounds.items():
            if x0 <= x < x1 and y0 <= y < y1:
                held[place].append(word)
                break
    return held


def parted(frame: Frame, words: Sequence[Line], gap: float) -> Frame:
    """The grid with columns that only gaps part, and without cells over columns or rows that do not belong together."""
    extra = [edge for column in range(len(frame.xs) - 1) for edge in _gaps(frame, column, words, gap)]
    if extra:
        frame = frame.with_edges(extra)
    cells: dict[Place, Place] = {}
    for place, found in held_words(frame, words).items():
        cells |= _parts(frame, place, found, gap)
    return Frame(xs=frame.xs, ys=frame.ys, cells=cells)


def _gaps(frame: Frame, column: int, words: Sequence[Line], gap: float) -> list[float]:
    """Edges between values that stand beside each other in one ruled column, line by line."""
    left, right = frame.xs[column], frame.xs[column + 1]
    lines = across([word for word in words if left <= word.centre[0] < right and frame.ys[0] <= word.centre[1]])
    by_gap = {
        apart: [line for line in lines if len(runs(line, gap=apart)) > 1 and _are_values(runs(line, gap=apart))]
        for apart in (gap, CLOSE_GAP)
    }
    apart, valued = max(by_gap.items(), key=lambda pair: len(pair[1]))
    if len(valued) < 2 or len(valued) < MOSTLY * sum(len(runs(line, gap=gap)) > 1 for line in lines):
        return []
    return [edge for edge in columns_of(valued, gap=apart).edges if left < edge < right]


def _are_values(groups: Sequence[Words]) -> bool:
    return all(is_value(text_of(group)) for group in groups[1:])


def _parts(frame: Frame, place: Place, words: Words, gap: float) -> dict[Place, Place]:
    (row, column), (rows, columns) = place, frame.cells[place]
    lines = across(words)
    open_edges = _open_edges(frame, place, lines, gap) if columns > 1 else []
    if open_edges:
        parts: dict[Place, Place] = {}
        for first, last in pairwise([column, *open_edges, column + columns]):
            mine = [word for word in words if frame.xs[first] <= word.centre[0] < frame.xs[last]]
            narrow = Frame(xs=frame.xs, ys=frame.ys, cells={(row, first): (rows, last - first)})
            parts |= _parts(narrow, (row, first), mine, gap)
        return parts
    if rows > 1 and _stands_in_rows(frame, place, lines):
        return {(number, column): (1, columns) for number in range(row, row + rows)}
    return {place: (rows, columns)}


def _open_edges(frame: Frame, place: Place, lines: Sequence[Words], gap: float) -> list[int]:
    """Columns at which what stands in the cell falls apart: a line has a wide gap there, and no piece runs over it."""
    column, columns = place[1], frame.cells[place][1]
    pieces = [runs(line, gap=gap) for line in lines]
    found = []
    for number in range(column + 1, column + columns):
        edge = frame.xs[number]
        crossed = any(_runs_over(group, edge) for groups in pieces for group in groups)
        between = any(groups[0][-1].x1 <= edge + 1 and groups[-1][0].x0 >= edge - 1 for groups in pieces)
        if not crossed and between:
            found.append(number)
    return found


def _runs_over(group: Words, edge: float) -> bool:
    """Whether the words go on over the edge, and are no values on both sides of it."""
    before = [word for word in group if word.x1 <= edge + 1]
    after = [word for word in group if word.x0 >= edge - 1]
    if not before or not after:
        return len(before) + len(after) < len(group)
    return len(before) + len(after) < len(group) or not (is_value(text_of(before)) and is_value(text_of(after)))


def _stands_in_rows(frame: Frame, place: Place, lines: Sequence[Words]) -> bool:
    """Whether lines set apart from each other stand one in nearly every row that the cell reaches over."""
    row, rows = place[0], frame.cells[place][0]
    edges = frame.ys[row : row + rows + 1]
    filled = 0
    for top, bottom in pairwise(edges):
        filled += any(top <= line[0].centre[1] < bottom for line in lines)
    if len(lines) > 2 * rows and sum(is_value(text_of(line)) for line in lines) >= MOSTLY * len(lines):
        return True
    few = rows < FEWEST_ROWS and rows < MOSTLY * (len(frame.ys) - 1)
    if few or len(lines) < 2 or filled < MOSTLY * rows:
        return False
    tight = any(
        min(word.y0 for word in below) - max(word.y1 for word in above) < APART * below[0].height
        for above, below in pairwise(lines)
    )
    return not tight or (filled == rows == len(lines) and rows > 2)
