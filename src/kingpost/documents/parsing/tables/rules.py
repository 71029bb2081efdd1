"""Ruling lines of a page: pieces of one line put together, and the frames that lines which cross each other make."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

SAME_LINE = 2.0
"""Points that pieces of one rule may lie apart, across it."""
GAP = 3.5
"""Points between two pieces of one rule, along it."""
SHORTEST = 6.0
TOUCH = 3.0
MOST_SEGMENTS = 20_000
"""A page with more drawn lines is a drawing."""
MOST_PAIRS = 500_000
"""Of a rule across and one down; where there are more, it is a drawing too."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A straight line: ``at`` is its y (or x, when it runs down), ``start`` and ``end`` are along it."""

    at: float
    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start

    def covers(self, start: float, end: float) -> float:
        """The share of this stretch that the rule runs along."""
        overlap = min(self.end, end) - max(self.start, start)
        return max(overlap, 0.0) / max(end - start, 0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of a page, or of one frame on it."""

    across: tuple[Rule, ...] = ()
    down: tuple[Rule, ...] = ()

    @property
    def box(self) -> Box:
        xs = [rule.at for rule in self.down] + [x for rule in self.across for x in (rule.start, rule.end)]
        ys = [rule.at for rule in self.across] + [y for rule in self.down for y in (rule.start, rule.end)]
        return min(xs), min(ys), max(xs), max(ys)

    def within(self, box: Box) -> "Rules":
        """Those that lie in this box, with a little room around it."""
        x0, y0, x1, y1 = box
        return Rules(
            across=tuple(
                rule for rule in self.across if y0 - TOUCH <= rule.at <= y1 + TOUCH and rule.covers(x0, x1) > 0
            ),
            down=tuple(rule for rule in self.down if x0 - TOUCH <= rule.at <= x1 + TOUCH and rule.covers(y0, y1) > 0),
        )


def rules_of(drawn: Sequence[Any]) -> Rules:
    """From lines as drawn (``x1``, ``y1``, ``x2``, ``y2``); slanted ones are left out."""
    if len(drawn) > MOST_SEGMENTS:
        return Rules()
    across = [(line.y1, line.x1, line.x2) for line in drawn if abs(line.y1 - line.y2) <= 1]
    down = [(line.x1, line.y1, line.y2) for line in drawn if abs(line.x1 - line.x2) <= 1 < abs(line.y1 - line.y2)]
    return Rules(across=tuple(_joined(across)), down=tuple(_joined(down)))


def _joined(pieces: Iterable[tuple[float, float, float]]) -> Iterator[Rule]:
    """Pieces that lie on one line and touch, as one rule."""
    lanes: list[list[tuple[float, float, float]]] = []
    for at, one, other in sorted(pieces):
        if not lanes or at - lanes[-1][0][0] > SAME_LINE:
            lanes.append([])
        lanes[-1].append((at, min(one, other), max(one, other)))
    for lane in lanes:
        start = end = None
        for _, begin, stop in sorted(lane, key=lambda piece: piece[1]):
            if start is None or end is None or begin - end > GAP:
                yield from _rule(lane, start, end)
                start, end = begin, stop
            end = max(end, stop)
        yield from _rule(lane, start, end)


def _rule(lane: Sequence[tuple[float, float, float]], start: float | None, end: float | None) -> Iterator[Rule]:
    if start is not None and end is not None and end - start >= SHORTEST:
        yield Rule(at=sum(at for at, _, _ in lane) / len(lane), start=start, end=end)


def frames(rules: Rules) -> list[Rules]:
    """The groups of rules that touch each other, those with a rule each way."""
    if len(rules.across) * len(rules.down) > MOST_PAIRS:
        return []
    groups: list[tuple[set[int], set[int]]] = []
    for number, down in enumerate(rules.down):
        touched = {index for index, across in enumerate(rules.across) if _touch(across, down)}
        if not touched:
            continue
        mine = (touched, {number})
        apart = []
        for group in groups:
            if group[0] & mine[0]:
                mine = (mine[0] | group[0], mine[1] | group[1])
            else:
                apart.append(group)
        groups = [*apart, mine]
    return [
        Rules(
            across=tuple(rules.across[index] for index in sorted(across)),
            down=tuple(rules.down[index] for index in sorted(down)),
        )
        for across, down in groups
    ]


def _touch(across: Rule, down: Rule) -> bool:
    return across.start - TOUCH <= down.at <= across.end + TOUCH and down.start - TOUCH <= across.at <= down.end + TOUCH
