"""Boxes over a page image: fractions of the page, origin top left, and their place in a band of the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kingpost.errors import UsageError

PADDING = 0.003
"""Of the page, around a box, so that its line does not touch the text."""
TOUCHING = 0.004
"""Gap up to which two boxes of one line are one."""
MARGIN = 0.08
"""Of the page's height, above and below the boxes of an excerpt."""
SMALLEST_BAND = 0.3

Edges = tuple[float, float]
Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in percent of the image."""

    x: float
    y: float
    width: float
    height: float


def boxes_of(texts: Iterable[str]) -> list[Box]:
    """Boxes from ``x0,y0,x1,y1`` each; those that touch on one line (the cells of a row) become one.

    Raises ``UsageError`` for what is not a box on the page.
    """
    merged: list[Rectangle] = []
    for rectangle in sorted((_rectangle(text) for text in texts), key=lambda edges: (edges[1], edges[3], edges[0])):
        if merged and _continues(merged[-1], rectangle):
            merged[-1] = (merged[-1][0], merged[-1][1], max(merged[-1][2], rectangle[2]), merged[-1][3])
        else:
            merged.append(rectangle)
    return [boxed(rectangle) for rectangle in merged]


def band_around(boxes: Sequence[Box]) -> Edges:
    """Top and bottom, as fractions of the page's height, of a band that holds the boxes and a little around them."""
    if not boxes:
        return 0.0, 0.4
    top = min(box.y for box in boxes) / 100 - MARGIN
    bottom = max(box.y + box.height for box in boxes) / 100 + MARGIN
    missing = max(0.0, SMALLEST_BAND - (bottom - top))
    return round(max(0.0, top - missing / 2), 4), round(min(1.0, bottom + missing / 2), 4)


def inside_band(box: Box, edges: Edges) -> Box:
    """The box in percent of the band instead of the page."""
    share = edges[1] - edges[0]
    return Box(x=box.x, y=(box.y - 100 * edges[0]) / share, width=box.width, height=box.height / share)


def boxed(rectangle: Rectangle) -> Box:
    """The rectangle in percent, with a little room around it."""
    x0, y0, x1, y1 = rectangle
    left, top = max(x0 - PADDING, 0.0), max(y0 - PADDING, 0.0)
    right, bottom = min(x1 + PADDING, 1.0), min(y1 + PADDING, 1.0)
    return Box(x=100 * left, y=100 * top, width=100 * (right - left), height=100 * (bottom - top))


def _rectangle(text: str) -> Rectangle:
    try:
        x0, y0, x1, y1 = (min(max(float(edge), 0.0), 1.0) for edge in text.split(","))
    except ValueError:
        raise UsageError(f"not a box: {text[:60]!r}", next="a box is x0,y0,x1,y1 as fractions of the page") from None
    if not (x0 < x1 and y0 < y1):
        raise UsageError(f"an empty box: {text[:60]!r}", next="a box is x0,y0,x1,y1 with x0 < x1 and y0 < y1")
    return x0, y0, x1, y1


def _continues(left: Rectangle, right: Rectangle) -> bool:
    same_line = abs(left[1] - right[1]) < TOUCHING and abs(left[3] - right[3]) < TOUCHING
    return same_line and left[0] <= right[0] <= left[2] + TOUCHING
