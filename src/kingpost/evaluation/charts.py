"""Figures of a report as inline SVG: reliability, risk over coverage, recall by k; drawn without any library."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

WIDTH, HEIGHT = 400, 290
LEFT, RIGHT, TOP, BOTTOM = 60, 8, 12, 44
INSIDE = 12
"""Pixels between the frame and the first and last tick, where ticks are names."""
LEGEND_ROW = 20
LEGEND_COLUMNS = 2
SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
DOT = 3.5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A line of a figure, in figure coordinates; ``intervals`` are lower and upper ends, one a point."""

    name: str
    points: Sequence[Point]
    intervals: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Axes: what the figure shows, from where to where, and the ticks with their names."""

    title: str
    description: str
    x_label: str
    y_label: str
    x_ticks: Mapping[float, str]
    y_top: float = 1.0

    def x(self, value: float) -> float:
        low, high = min(self.x_ticks), max(self.x_ticks)
        return round(LEFT + INSIDE + (value - low) / ((high - low) or 1) * (WIDTH - LEFT - RIGHT - 2 * INSIDE), 1)

    def y(self, value: float) -> float:
        return round(HEIGHT - BOTTOM - min(value, self.y_top) / self.y_top * (HEIGHT - TOP - BOTTOM), 1)


def reliability(bins: Sequence[Mapping[str, Any]]) -> Markup:
    """Share of right answers over confidence: on the diagonal, a confidence of 0.7 is right 7 times in 10."""
    series = Series(
        name="answers",
        points=[(one["confidence"], one["right"]) for one in bins],
        intervals=[(one["interval"][0], one["interval"][1]) for one in bins],
    )
    frame = Frame(
        title="Reliability",
        description=_spoken(series, "confidence", "right"),
        x_label="confidence (mean of the bin)",
        y_label="share that was right",
        x_ticks=_percents(SHARES),
    )
    most = max((one["n"] for one in bins), default=1)
    radii = [2.5 + 4.5 * (one["n"] / most) ** 0.5 for one in bins]
    diagonal = Markup('<line class="diagonal" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        frame.x(0), frame.y(0), frame.x(1), frame.y(1)
    )
    return _figure(frame, [diagonal, *_drawn(frame, series, number=0, radii=radii)])


def risk_coverage(lines: Mapping[str, Sequence[Mapping[str, float]]]) -> Markup:
    """Share of wrong answers among the most confident ones, as more of them are given."""
    series = [
        Series(name=name, points=[(point["coverage"], point["risk"]) for point in points])
        for name, points in lines.items()
    ]
    frame = Frame(
        title="Risk over coverage",
        description=" ".join(_spoken(one, "coverage", "wrong") for one in series),
        x_label="share of answers given, the most confident first",
        y_label="share of them that is wrong",
        x_ticks=_percents(SHARES),
        y_top=_room(max((risk for one in series for _, risk in one.points), default=1.0)),
    )
    return _figure(frame, _all_drawn(frame, series), legend=[one.name for one in series])


def recall(lines: Mapping[str, Mapping[int, Sequence[float]]]) -> Markup:
    """Recall by k: for each name the value, and the ends of its interval, at each k."""
    ks = sorted({k for values in lines.values() for k in values})
    series = [
        Series(
            name=name,
            points=[(float(ks.index(k)), value[0]) for k, value in sorted(values.items())],
            intervals=[(value[1], value[2]) for _, value in sorted(values.items())],
        )
        for name, values in lines.items()
    ]
    spoken = [f"{one.name}: {', '.join(f'{100 * y:.0f} % at {ks[int(x)]}' for x, y in one.points)}." for one in series]
    frame = Frame(
        title="Recall by k",
        description=" ".join(spoken),
        x_label="number of first passages looked at",
        y_label="share found among them",
        x_ticks={float(position): str(k) for position, k in enumerate(ks)},
    )
    return _figure(frame, _all_drawn(frame, series), legend=[one.name for one in series])


def matches(lines: Mapping[str, Sequence[Point]], chosen: Mapping[str, Point]) -> Markup:
    """Recall over false matches, each a share, with the points chosen; small shares of false matches are spread out."""
    series = [Series(name=name, points=_spread(points)) for name, points in (*lines.items(), *_alone(chosen))]
    spoken = [f"{name}: {100 * y:.1f} % recalled at {100 * x:.2f} % false matches." for name, (x, y) in chosen.items()]
    frame = Frame(
        title="Recall over false matches",
        description=" ".join(spoken),
        x_label="different questions taken for a known one",
        y_label="rewordings recognised",
        x_ticks={share**0.5: f"{100 * share:.3g} %" for share in (0, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1)},
    )
    drawn = [
        part
        for number, one in enumerate(series)
        for part in _drawn(
            frame, one, number=number, radii=[2.5 * DOT if len(one.points) == 1 else 1] * len(one.points)
        )
    ]
    return _figure(frame, drawn, legend=[one.name for one in series])


def _spread(points: Sequence[Point]) -> list[Point]:
    return [(x**0.5, y) for x, y in points]


def _alone(chosen: Mapping[str, Point]) -> list[tuple[str, Sequence[Point]]]:
    return [(name, [point]) for name, point in chosen.items()]


def _percents(shares: Sequence[float]) -> dict[float, str]:
    return {share: f"{100 * share:.0f} %" for share in shares}


def _room(highest: float) -> float:
    """The next of a few round shares above the highest value."""
    return next((share for share in (0.05, 0.1, 0.2, 0.4, 0.6, 0.8) if highest <= share), 1.0)


def _spoken(series: Series, across: str, up: str) -> str:
    points = (f"{across} {100 * x:.0f} %: {100 * y:.0f} % {up}" for x, y in series.points)
    return f"{series.name}: {'; '.join(points)}."


def _all_drawn(frame: Frame, series: Sequence[Series]) -> list[Markup]:
    return [part for number, one in enumerate(series) for part in _drawn(frame, one, number=number)]


def _drawn(frame: Frame, series: Series, *, number: int, radii: Sequence[float] = ()) -> list[Markup]:
    """Intervals below the line, the line, a mark a point; each series with a colour, a dash and a mark of its own."""
    line = " ".join(f"{frame.x(x)},{frame.y(y)}" for x, y in series.points)
    whiskers = [
        Markup('<line class="whisker s{}" x1="{x}" x2="{x}" y1="{}" y2="{}"/>').format(
            number, frame.y(low), frame.y(high), x=frame.x(x)
        )
        for (x, _), (low, high) in zip(series.points, series.intervals, strict=bool(series.intervals))
    ]
    sizes = radii or [DOT] * len(series.points)
    marks = [
        _mark(number, frame.x(x), frame.y(y), size=size, title=f"{series.name}: {100 * y:.1f} %")
        for (x, y), size in zip(series.points, sizes, strict=True)
    ]
    return [*whiskers, Markup('<polyline class="line s{}" points="{}"/>').format(number, line), *marks]


def _mark(number: int, x: float, y: float, *, size: float, title: str = "") -> Markup:
    shapes: tuple[Callable[[float, float, float], Markup], ...] = (_disc, _square, _diamond, _triangle)
    told = Markup("<title>{}</title>").format(title) if title else Markup()
    return Markup('<g class="mark s{}">{}{}</g>').format(number, told, shapes[number % len(shapes)](x, y, size))


def _disc(x: float, y: float, size: float) -> Markup:
    return Markup('<circle cx="{}" cy="{}" r="{:.1f}"/>').format(x, y, size)


def _square(x: float, y: float, size: float) -> Markup:
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        x - size, y - size, 2 * size, 2 * size
    )


def _diamond(x: float, y: float, size: float) -> Markup:
    return _polygon((x, y - 1.4 * size), (x + 1.4 * size, y), (x, y + 1.4 * size), (x - 1.4 * size, y))


def _triangle(x: float, y: float, size: float) -> Markup:
    return _polygon((x, y - 1.3 * size), (x + 1.3 * size, y + size), (x - 1.3 * size, y + size))


def _polygon(*corners: Point) -> Markup:
    return Markup('<polygon points="{}"/>').format(" ".join(f"{x:.1f},{y:.1f}" for x, y in corners))


def _figure(frame: Frame, parts: Sequence[Markup], *, legend: Sequence[str] = ()) -> Markup:
    rows = -(-len(legend) // LEGEND_COLUMNS)
    opened = Markup('<svg role="img" viewBox="0 0 {} {}" aria-label="{}"><desc>{}</desc>').format(
        WIDTH, HEIGHT + rows * LEGEND_ROW, f"{frame.title}. {frame.description}", frame.description
    )
    return Markup().join([opened, *_axes(frame), *parts, *_legend(legend), Markup("</svg>")])


def _axes(frame: Frame) -> list[Markup]:
    floor = HEIGHT - BOTTOM
    shares = [share * frame.y_top for share in SHARES]
    grid = [
        Markup('<line class="grid" x1="{}" x2="{}" y1="{y}" y2="{y}"/>').format(LEFT, WIDTH - RIGHT, y=frame.y(share))
        for share in shares
    ]
    beside = [_text(LEFT - 7, frame.y(share) + 4, f"{100 * share:.3g} %", anchor="end") for share in shares]
    below = [_text(frame.x(value), floor + 17, name) for value, name in frame.x_ticks.items()]
    middle = (TOP + floor) / 2
    return [
        *grid,
        *beside,
        *below,
        _text((LEFT + WIDTH - RIGHT) / 2, floor + 37, frame.x_label, kind="axis"),
        Markup('<text class="axis" text-anchor="middle" transform="translate(11 {}) rotate(-90)">{}</text>').format(
            middle, frame.y_label
        ),
    ]


def _text(x: float, y: float, text: str, *, anchor: str = "middle", kind: str = "tick") -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(kind, x, y, anchor, escape(text))


def _legend(names: Sequence[str]) -> list[Markup]:
    parts = []
    for number, name in enumerate(names):
        row, column = divmod(number, LEGEND_COLUMNS)
        x = LEFT + column * (WIDTH - LEFT - RIGHT) / LEGEND_COLUMNS
        y = HEIGHT + row * LEGEND_ROW + 8
        parts.append(
            Markup('<polyline class="line s{}" points="{},{y} {},{y}"/>').format(number, x, x + 26, y=y)
            + _mark(number, x + 13, y, size=DOT)
            + _text(x + 33, y + 4, name, anchor="start")
        )
    return parts
