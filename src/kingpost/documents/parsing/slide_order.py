"""The order in which the shapes of a slide are read: bands from top to bottom, in them columns from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

OVERLAP = 0.15
"""Share of the smaller of two shapes by which they may reach into each other and still lie apart."""
SHORT_TEXT = 40
DEEPEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A shape and its box."""

    shape: Any
    left: int
    top: int
    right: int
    bottom: int
    length: int
    """Characters of its text."""


def placed(shape: Any) -> Placed:
    """A shape of python-pptx with its box."""
    left, top = shape.left or 0, shape.top or 0
    length = len(shape.text_frame.text) if shape.has_text_frame else SHORT_TEXT + 1
    return Placed(
        shape=shape,
        left=left,
        top=top,
        right=left + (shape.width or 0),
        bottom=top + (shape.height or 0),
        length=length,
    )


def in_reading_order(shapes: Sequence[Placed], *, depth: int = 0) -> list[Placed]:
    """Columns are read one after the other, unless the left one only names what stands beside it."""
    if len(shapes) < 2 or depth > DEEPEST:
        return sorted(shapes, key=lambda shape: (shape.top, shape.left))
    bands = _parted(shapes, across=False)
    groups: list[list[Placed]] = []
    for band in bands:
        columns = _parted(band, across=True)
        joined = [*groups[-1], *band] if groups else []
        if not _names(columns[0]) and 1 < len(columns) == len(_parted(joined, across=True)):
            groups[-1] = joined
        else:
            groups.append(band)
    ordered: list[Placed] = []
    for group in groups:
        parts = _parted(group, across=True)
        if len(parts) == 1 and len(groups) == 1:
            ordered += sorted(group, key=lambda shape: (shape.top, shape.left))
        elif len(parts) == 1:
            ordered += in_reading_order(group, depth=depth + 1)
        else:
            ordered += [shape for part in parts for shape in in_reading_order(part, depth=depth + 1)]
    return ordered


def _names(column: Sequence[Placed]) -> bool:
    return all(shape.length <= SHORT_TEXT for shape in column)


def _parted(shapes: Sequence[Placed], *, across: bool) -> list[list[Placed]]:
    """Groups with a gap between them, across the slide or down it."""

    def start(shape: Placed) -> int:
        return shape.left if across else shape.top

    def end(shape: Placed) -> int:
        return shape.right if across else shape.bottom

    groups: list[list[Placed]] = []
    reach = 0
    for shape in sorted(shapes, key=start):
        least = min((end(other) - start(other) for other in [shape, *(groups[-1] if groups else ())]), default=0)
        if groups and start(shape) < reach - OVERLAP * least:
            groups[-1].append(shape)
            reach = max(reach, end(shape))
        else:
            groups.append([shape])
            reach = end(shape)
    return groups
