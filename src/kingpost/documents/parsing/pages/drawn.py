"""What is drawn on a page, gathered into the pictures that it makes: lines and curves that lie close together."""

from collections.abc import Iterator, Sequence

Box = tuple[float, float, float, float]
STEP = 10.0
"""Points: what is drawn nearer to each other than this belongs together."""
MOST_STEPS = 400
"""Along either side of a page; on larger pages steps are larger."""
WHOLE = 0.85
"""Share of both sides of the page from which on a shape is its frame or ground."""
THIN = 3.0


def pictures(drawn: Sequence[Box], width: float, height: float) -> list[Box]:
    """Boxes around groups of shapes. Frames of the whole page and lone rules are none."""
    step = max(STEP, width / MOST_STEPS, height / MOST_STEPS)
    shapes = [box for box in drawn if not _is_frame(box, width, height)]
    groups = _connected({cell for box in shapes for cell in _cells(box, step, width, height)})
    boxes = [
        (
            min(column for column, _ in group) * step,
            min(row for _, row in group) * step,
            (max(column for column, _ in group) + 1) * step,
            (max(row for _, row in group) + 1) * step,
        )
        for group in groups
    ]
    tight = [_tight(box, shapes) for box in boxes]
    return [box for box in tight if box[2] - box[0] > THIN and box[3] - box[1] > THIN]


def _is_frame(box: Box, width: float, height: float) -> bool:
    return box[2] - box[0] >= WHOLE * width and box[3] - box[1] >= WHOLE * height


def _cells(box: Box, step: float, width: float, height: float) -> Iterator[tuple[int, int]]:
    """The cells of the page that the outline of the shape touches."""
    left, right = (round(max(0.0, min(x, width)) // step) for x in (box[0], box[2]))
    top, bottom = (round(max(0.0, min(y, height)) // step) for y in (box[1], box[3]))
    for column in range(left, right + 1):
        yield column, top
        yield column, bottom
    for row in range(top, bottom + 1):
        yield left, row
        yield right, row


def _connected(cells: set[tuple[int, int]]) -> Iterator[set[tuple[int, int]]]:
    while cells:
        group: set[tuple[int, int]] = set()
        waiting = [cells.pop()]
        while waiting:
            column, row = waiting.pop()
            group.add((column, row))
            near = {(column + right, row + down) for right in (-1, 0, 1) for down in (-1, 0, 1)} & cells
            cells -= near
            waiting += near
        yield group


def _tight(box: Box, shapes: Sequence[Box]) -> Box:
    inside = [shape for shape in shapes if _holds(box, shape)]
    return united(inside) if inside else box


def _holds(box: Box, shape: Box) -> bool:
    x, y = (shape[0] + shape[2]) / 2, (shape[1] + shape[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def united(boxes: Sequence[Box]) -> Box:
    """The box around all."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
