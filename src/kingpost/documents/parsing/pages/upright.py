"""Turns pages whose text does not run from left to right before they are read, and their places back afterwards."""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import degrees
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from kingpost.types.documents import Block, Cell, Grid, Location, PageLocation

Rect = tuple[float, float, float, float]
SAMPLE = 600
"""Characters of a page whose direction is looked at."""
MOST = 0.6
"""Share of them that must run another way."""
FEWEST = 20
DECRYPTED = 3
"""PDFium's flag: save without encryption."""


def upright(content: bytes) -> tuple[bytes, dict[int, int]]:
    """The file with its pages turned for reading, and by how much each (from 1) was turned clockwise, as shown.

    A page turned by its own /Rotate is written upright, which is no turn: it is shown so.
    """
    document = pypdfium2.PdfDocument(content)
    turns: dict[int, int] = {}
    changed = False
    try:
        for number in range(1, len(document) + 1):
            try:
                page = document[number - 1]
            except pypdfium2.PdfiumError:  # told as a broken page when it is read
                continue
            shown, read = page.get_rotation(), _reading_rotation(page)
            if read:
                _turn(page, read)
                changed = True
            elif shown:
                page.set_rotation(0)
                changed = True
            if (read - shown) % 360:
                turns[number] = (read - shown) % 360
            page.close()
        if not changed:
            return content, {}
        out = io.BytesIO()
        document.save(out, flags=DECRYPTED)
        return out.getvalue(), turns
    finally:
        document.close()


def _reading_rotation(page: Any) -> int:
    """Degrees clockwise that the page's content must be turned by so that most of its text runs left to right."""
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        sample = range(0, count, max(count // SAMPLE, 1))
        radians = [pdfium.FPDFText_GetCharAngle(text_page.raw, index) for index in sample]
        angles = Counter(round(degrees(angle) / 90) % 4 for angle in radians)
    finally:
        text_page.close()
    angle, most = angles.most_common(1)[0] if angles else (0, 0)
    shown = int(page.get_rotation()) // 90
    if most < MOST * len(sample) or (most < FEWEST and (angle + shown) % 4):
        return shown * 90
    return (-angle % 4) * 90


def _turn(page: Any, angle: int) -> None:
    x0, y0, x1, y1 = box_of(page)
    matrix, size = {
        90: ((0, -1, 1, 0, -y0, x1), (y1 - y0, x1 - x0)),
        180: ((-1, 0, 0, -1, x1, y1), (x1 - x0, y1 - y0)),
        270: ((0, 1, -1, 0, y1, -x0), (y1 - y0, x1 - x0)),
    }[angle]
    turned = pdfium.FS_MATRIX(*matrix)
    pdfium.FPDFPage_TransFormWithClip(page.raw, turned, None)
    pdfium.FPDFPage_TransformAnnots(page.raw, *matrix)
    page.set_rotation(0)
    for set_box in (page.set_mediabox, page.set_cropbox):
        set_box(0, 0, *size)


def box_of(page: Any) -> Rect:
    """What is shown of the page, in its own coordinates."""
    media, crop = page.get_mediabox(), page.get_cropbox()
    box = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    return box if box[0] < box[2] and box[1] < box[3] else media


def turned_back(blocks: Sequence[Block], turns: Mapping[int, int]) -> tuple[Block, ...]:
    """The blocks with their places as fractions of the pages as shown."""
    return tuple(_block(block, turns) for block in blocks) if turns else tuple(blocks)


def _block(block: Block, turns: Mapping[int, int]) -> Block:
    return replace(
        block,
        location=_place(block.location, turns),
        parts=tuple(replace(part, location=_place(part.location, turns)) for part in block.parts),
        grid=_grid(block.grid, turns) if block.grid else None,
    )


def _grid(grid: Grid, turns: Mapping[int, int]) -> Grid:
    def cells(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
        return tuple(tuple(replace(cell, location=_place(cell.location, turns)) for cell in row) for row in rows)

    return replace(grid, head=cells(grid.head), rows=cells(grid.rows))


def _place(location: Location, turns: Mapping[int, int]) -> Location:
    if not isinstance(location, PageLocation) or location.page not in turns:
        return location
    turn = turns[location.page]
    return PageLocation(page=location.page, rects=tuple(_rect(rect, turn) for rect in location.rects))


def _rect(rect: Rect, turn: int) -> Rect:
    x0, y0, x1, y1 = rect
    found = {
        90: (y0, 1 - x1, y1, 1 - x0),
        180: (1 - x1, 1 - y1, 1 - x0, 1 - y0),
        270: (1 - y1, x0, 1 - y0, x1),
    }[turn]
    return tuple(round(side, 5) for side in found)  # type: ignore[return-value]
