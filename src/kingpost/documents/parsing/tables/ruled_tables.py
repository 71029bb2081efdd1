"""Tables whose cells are ruled: the grid that the lines draw, cells that reach over several places, text in each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kingpost.documents.parsing.pages.page import Line
from kingpost.documents.parsing.tables.rules import TOUCH, Box, Rule, Rules

COVERED = 0.6
"""Share of a cell's side that a rule must run along to close it."""
MOST_CELLS = 10_000
"""A finer grid is a drawing."""
Place = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A ruled grid: ``xs`` and ``ys`` are its edges, ``cells`` gives for each first place how far the cell reaches."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: dict[Place, Place]

    @property
    def box(self) -> Box:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def with_edges(self, extra: Sequence[float]) -> "Frame":
        """The same cells over more columns: those that the extra edges part."""
        xs = sorted([*self.xs, *extra])
        cells = {}
        for (row, column), (rows, columns) in self.cells.items():
            first, last = xs.index(self.xs[column]), xs.index(self.xs[column + columns])
            cells[row, first] = (rows, last - first)
        return Frame(xs=tuple(xs), ys=self.ys, cells=cells)

    def bounds(self, place: Place) -> Box:
        """The rectangle of the cell that begins at this place."""
        (row, column), (rows, columns) = place, self.cells[place]
        return self.xs[column], self.ys[row], self.xs[column + columns], self.ys[row + rows]


def frame_of(rules: Rules, words: Sequence[Line]) -> Frame | None:
    """The grid that these rules draw; None when it has one column or one row only."""
    x0, y0, x1, y1 = rules.box
    xs = _edges([rule.at for rule in rules.down], x0, x1)
    ys = _edges([rule.at for rule in rules.across], y0, y1)
    xs = [
        x
        for x in xs
        if x in (xs[0], xs[-1]) or any(abs(rule.at - x) <= TOUCH and rule.length > 8 for rule in rules.down)
    ]
    inside = [word for word in words if x0 <= word.centre[0] <= x1 and y0 <= word.centre[1] <= y1]
    xs, ys = _with_text(xs, inside, axis=0), _with_text(ys, inside, axis=1)
    if len(xs) < 3 or len(ys) < 2 or len(xs) * len(ys) > MOST_CELLS:
        return None
    return Frame(xs=tuple(xs), ys=tuple(ys), cells=dict(_cells(xs, ys, rules)))


def _edges(places: Sequence[float], low: float, high: float) -> list[float]:
    """Places that lie together as one edge, the outer ones included."""
    groups: list[list[float]] = []
    for place in sorted([low, *places, high]):
        if groups and place - groups[-1][0] <= TOUCH:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [sum(group) / len(group) for group in groups]


def _with_text(edges: list[float], words: Sequence[Line], *, axis: int) -> list[float]:
    """Without the strips between edges, thinner than a line of text, in which no word stands."""
    kept = edges[:1]
    for edge in edges[1:]:
        if edge - kept[-1] < 5 and not any(kept[-1] < word.centre[axis] < edge for word in words):
            if edge is edges[-1]:
                kept[-1] = edge if len(kept) > 1 else kept[-1]
            continue
        kept.append(edge)
    return kept


def _cells(xs: Sequence[float], ys: Sequence[float], rules: Rules) -> Iterator[tuple[Place, Place]]:
    """Places that no rule parts, as one cell; a group that is no rectangle stays apart."""
    closed = _closed_sides(xs, ys, rules)
    seen: set[Place] = set()
    for place in ((row, column) for row in range(len(ys) - 1) for column in range(len(xs) - 1)):
        if place in seen:
            continue
        group = _open_to_each_other(place, closed, (len(ys) - 1, len(xs) - 1))
        last = (max(row for row, _ in group), max(column for _, column in group))
        reach = (last[0] - place[0] + 1, last[1] - place[1] + 1)
        if reach[0] * reach[1] != len(group) or group & seen:
            group, reach = {place}, (1, 1)
        seen |= group
        yield place, reach


def _closed_sides(xs: Sequence[float], ys: Sequence[float], rules: Rules) -> set[tuple[Place, Place]]:
    """Pairs of neighbouring places with a rule between them."""
    closed: set[tuple[Place, Place]] = set()
    for column in range(1, len(xs) - 1):
        near = [rule for rule in rules.down if abs(rule.at - xs[column]) <= TOUCH + 1]
        for row in range(len(ys) - 1):
            if _covered(near, ys[row], ys[row + 1]):
                closed.add(((row, column - 1), (row, column)))
    for row in range(1, len(ys) - 1):
        near = [rule for rule in rules.across if abs(rule.at - ys[row]) <= TOUCH + 1]
        for column in range(len(xs) - 1):
            if _covered(near, xs[column], xs[column + 1]):
                closed.add(((row - 1, column), (row, column)))
    return closed


def _covered(rules: Sequence[Rule], start: float, end: float) -> bool:
    return sum(rule.covers(start, end) for rule in rules) >= COVERED


def _open_to_each_other(place: Place, closed: set[tuple[Place, Place]], size: Place) -> set[Place]:
    group = {place}
    waiting = [place]
    while waiting:
        row, column = waiting.pop()
        for other in ((row, column + 1), (row + 1, column), (row, column - 1), (row - 1, column)):
            inside = 0 <= other[0] < size[0] and 0 <= other[1] < size[1]
            side = (min((row, column), other), max((row, column), other))
            if inside and other not in group and side not in closed:
                group.add(other)
                waiting.append(other)
    return group
