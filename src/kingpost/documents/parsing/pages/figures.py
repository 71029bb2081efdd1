"""Finds figures on a page, what is drawn near a caption with the words in it, and pages that are drawings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kingpost.documents.parsing.pages.drawing_sheets import MOST_PROSE, prose_share, take_drawing
from kingpost.documents.parsing.pages.drawn import Box, pictures, united
from kingpost.documents.parsing.pages.page import Line, Page, PageBlock

CAPTION = re.compile(
    r"^(?P<label>(?P<word>figure|fig\.?|drawing|sketch|diagram|plate|illustration|chart|exhibit|photo(?:graph)?)\s*"
    r"(?:no\.?\s*)?(?P<number>[A-Z]{0,3}[-.]?\d+(?:[-.\u2013]\d+)*[a-z]?|[A-Z]|[IVX]+)\b)(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
GOES_ON = re.compile(r"^\s*(?:[.:)\u2013\u2014-]|$|[A-Z(\"\u201c])")
"""What follows the number of a caption; in a sentence a verb does."""
FIGURE = "Figure"
WORDS = {"fig": FIGURE, "fig.": FIGURE}
LONGEST_CAPTION = 300
NEAR = 45.0
"""Points between a picture and its caption, or between two pieces of one picture."""
SMALLEST = 30.0
FILLED = 0.6
"""Share of a table's cells that hold text; what is drawn with fewer is no table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A caption: the block it stands in, and the label it gives."""

    block: PageBlock
    label: str
    box: Box


def find_figures(page: Page) -> None:
    """Put each figure, with its caption and the words in it, into a block of its own, in place."""
    if take_drawing(page):
        return
    captions = [found for block in page.blocks if (found := _caption(block))]
    shown = [*pictures(page.drawn, page.width, page.height), *page.images]
    shown = [box for box in shown if max(box[2] - box[0], box[3] - box[1]) >= SMALLEST]
    shown += [block.box for block in page.blocks if block.kind == "figure"]
    for caption in captions:
        box = _picture_of(caption, shown, captions, page)
        if box or caption.label.startswith(FIGURE):  # an exhibit or a chart may be a document of its own
            _put(page, caption, box)


def _caption(block: PageBlock) -> Caption | None:
    if block.kind in {"figure", "code"} or not block.lines:
        return None
    text = " ".join(line.text for line in block.lines)
    found = CAPTION.match(text)
    if not found or not GOES_ON.match(found["rest"]) or len(text) > LONGEST_CAPTION or text.endswith((";", ",")):
        return None
    word = found["word"].casefold()
    label = f"{WORDS.get(word, word.capitalize())} {found['number']}"
    return Caption(block=block, label=label, box=united([_box(line) for line in block.lines]))


def _picture_of(caption: Caption, shown: Sequence[Box], captions: Sequence[Caption], page: Page) -> Box | None:
    """The picture above the caption, or else the one below it, with all that is drawn close to it."""
    free = [box for box in shown if not _holds_prose(box, page, caption)]
    others = [other.box for other in captions if other is not caption]
    for above in (True, False):
        box = _nearest(caption.box, free, above=above)
        if box is None or any(_between(other, caption.box, box) for other in others):
            continue
        return _grown(box, [other for other in free if not any(_between(one, other, box) for one in others)], caption)
    return None


def _nearest(caption: Box, shown: Sequence[Box], *, above: bool) -> Box | None:
    def distance(box: Box) -> float:
        return caption[1] - box[3] if above else box[1] - caption[3]

    near = [box for box in shown if -8 <= distance(box) <= NEAR and box[0] < caption[2] and box[2] > caption[0]]
    return min(near, key=distance, default=None)


def _grown(box: Box, shown: Sequence[Box], caption: Caption) -> Box:
    """Pieces of the picture lie close to each other, on the same side of the caption."""
    above = box[3] <= caption.box[1] + 8
    side = [other for other in shown if (other[3] <= caption.box[1] + 8) == above]
    while True:
        near = [other for other in side if _gap(box, other) <= NEAR / 2]
        grown = united([box, *near])
        if grown == box:
            return box
        box = grown


def _gap(one: Box, other: Box) -> float:
    return max(one[0] - other[2], other[0] - one[2], one[1] - other[3], other[1] - one[3])


def _between(other: Box, caption: Box, picture: Box) -> bool:
    """Whether another caption stands between."""
    low, high = sorted(((caption[1] + caption[3]) / 2, (picture[1] + picture[3]) / 2))
    return low < (other[1] + other[3]) / 2 < high and other[0] < picture[2] and other[2] > picture[0]


def _holds_prose(box: Box, page: Page, caption: Caption) -> bool:
    """Whether running text, or a table with most of its cells filled, stands in the box: then it is a frame."""
    tables = [block for block in page.blocks if block.kind == "table" and block is not caption.block]
    named = caption.label.startswith(FIGURE)  # boxes of a flow chart look like cells, but for the rules around them
    if any((block.ruled or (not named and _is_filled(block))) and _gap(block.box, box) < -4 for block in tables):
        return True
    lines = [line for block in page.blocks if block is not caption.block for line in block.lines if _holds(box, line)]
    return prose_share(lines) > MOST_PROSE


def _is_filled(block: PageBlock) -> bool:
    cells = [cell for row in block.rows for cell in row]
    wide = max((sum(bool(cell.text) for cell in row) for row in block.rows), default=0)
    return len(block.rows) > 1 and wide > 1 and sum(bool(cell.text) for cell in cells) >= FILLED * len(cells)


def _put(page: Page, caption: Caption, box: Box | None) -> None:
    """The figure stands where its caption does, and no other block keeps the words in it."""
    figure = PageBlock(kind="figure", label=caption.label, caption=list(caption.block.lines), box=box or caption.box)
    for block in page.blocks if box else []:
        inside = [line for line in block.lines if block is not caption.block and box and _holds(box, line)]
        if inside:
            figure.lines += inside
            taken = {id(line) for line in inside}
            block.lines = [line for line in block.lines if id(line) not in taken]
            if block.kind == "table":
                block.kind, block.rows = "paragraph", []
    page.blocks = [
        figure if block is caption.block else block
        for block in page.blocks
        if block.lines or (block.kind == "figure" and not (box and _gap(block.box, box) < -4))
    ]


def _holds(box: Box, line: Line) -> bool:
    x, y = line.centre
    return box[0] - 2 <= x <= box[2] + 2 and box[1] - 2 <= y <= box[3] + 2


def _box(line: Line) -> Box:
    return line.x0, line.y0, line.x1, line.y1
