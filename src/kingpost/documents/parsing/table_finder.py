"""Finds the tables of a page: ruled ones by their lines, others where the layout reader saw a part of one."""

from collections.abc import Sequence
from statistics import median

from kingpost.documents.parsing.aligned_tables import aligned_rows
from kingpost.documents.parsing.framed_tables import framed_rows, is_table
from kingpost.documents.parsing.label_values import CAPTION
from kingpost.documents.parsing.pages import Line, Page, PageBlock
from kingpost.documents.parsing.ruled_tables import Frame, frame_of
from kingpost.documents.parsing.rules import Box, Rules, frames
from kingpost.documents.parsing.table_lines import (
    Columns,
    Words,
    across,
    columns_of,
    pieces_of,
    runs,
    text_of,
    wide_gap,
)

TEXT_KINDS = frozenset({"table", "paragraph", "heading", "grid_fallback", "list_item", "code"})
NEAR = 1.7
"""Of a line's height: a line that belongs to a table is not further from it."""
MOST_HEADS = 7
LONGEST_PIECE = 80


def find_tables(page: Page) -> None:
    """Put each table's lines and rows into a block of its own, in place."""
    gap = wide_gap(across(_words(page)))
    found = [_framed(page, frame, gap) for frame in _frames(page)]
    seen = [block for block in page.blocks if block.kind == "table" and block.rows]
    for block in seen:
        if not any(_share(block.box, other.box) > 0.4 for other in found):
            table = _aligned(page, block, found, gap)
            if table:
                found.append(table)
    for table in found:
        _put(page, table)


def _frames(page: Page) -> list[Frame]:
    words = _words(page)
    drawn = [frame for rules in frames(page.rules) if (frame := frame_of(rules, words)) and is_table(frame, words)]
    ordered = sorted(drawn, key=lambda frame: -_area(frame.box))
    kept: list[Frame] = []
    for frame in ordered:
        if not any(_share(frame.box, other.box) > 0.5 for other in kept):
            kept.append(frame)
    return kept


def _words(page: Page) -> list[Line]:
    return [word for block in page.blocks if block.kind in TEXT_KINDS for line in block.lines for word in line.words]


def _framed(page: Page, frame: Frame, gap: float) -> PageBlock:
    words = [word for word in _words(page) if _holds(frame.box, word)]
    return PageBlock(kind="table", rows=framed_rows(frame, words, gap), box=frame.box, ruled=True)


def _aligned(page: Page, seen: PageBlock, found: Sequence[PageBlock], gap: float) -> PageBlock | None:
    lines = across([word for word in _words(page) if not any(_holds(table.box, word) for table in found)])
    x0, y0, x1, y1 = seen.box
    lines = [near for line in lines if (near := _in_reach(line, x0, x1))]
    inside = [index for index, line in enumerate(lines) if y0 - 1 <= _middle(line) <= y1 + 1]
    if len(inside) < 2:
        return None
    first, last = inside[0], inside[-1]
    columns = columns_of(lines[first : last + 1], gap)
    if columns.count < 2:
        return None
    last = _down(lines, last, columns)
    first = _up(lines, first, columns, page.rules)
    chosen = lines[first : last + 1]
    columns = columns_of(chosen, gap)
    box = _box_of(chosen)
    rows, heads = aligned_rows(chosen, columns, page.rules.within(box))
    return PageBlock(kind="table", rows=rows, counted_heads=heads, box=box)


def _in_reach(line: Words, x0: float, x1: float) -> Words:
    """The pieces of a line that reach into the table's width, or stand right beside one that does."""
    kept: Words = []
    for run in runs(line, gap=6.0):
        if run[0].x0 <= x1 and run[-1].x1 >= x0:
            kept += run
    return kept


def _down(lines: Sequence[Words], last: int, columns: Columns) -> int:
    """The last line that still belongs to it: rows that fit, and labels of a group with rows that fit below."""
    index = last
    while index + 1 < len(lines) and _near(lines[index], lines[index + 1]):
        index += 1
        if _fits(lines[index], columns):
            last = index
        elif index - last > 2 or not _may_be_label(lines[index], columns):
            break
    return last


def _up(lines: Sequence[Words], first: int, columns: Columns, rules: Rules) -> int:
    index = first
    while index > 0 and first - index < 3 and _near(lines[index - 1], lines[index]):
        index -= 1
        line = lines[index]
        if _is_prose(line, columns):
            break
        if _fits(line, columns):
            first = index
        elif not _may_be_label(line, columns) and not _is_over(line, columns):
            break
        elif _is_over(line, columns):
            first = index
    return first


def _near(above: Words, below: Words) -> bool:
    gap = min(word.y0 for word in below) - max(word.y1 for word in above)
    return gap <= NEAR * median(word.height for word in below)


def _fits(line: Words, columns: Columns) -> bool:
    """Two pieces at least, each within one column."""
    if _is_prose(line, columns):
        return False
    pieces = pieces_of(line, columns)
    inside = [piece for piece in pieces if piece.first == piece.last]
    return len(pieces) > 1 and len(inside) >= 0.6 * len(pieces)


def _is_prose(line: Words, columns: Columns) -> bool:
    text = text_of(line)
    if CAPTION.match(text):
        return True
    longest = max(len(text_of(run)) for run in runs(line, gap=columns.gap))
    return longest > LONGEST_PIECE or (len(runs(line, gap=columns.gap)) == 1 and len(text) > LONGEST_PIECE)


def _may_be_label(line: Words, columns: Columns) -> bool:
    return (
        len(runs(line, gap=columns.gap)) == 1
        and len(text_of(line)) <= LONGEST_PIECE
        and abs(line[0].x0 - columns.reaches[0][0]) < 30
    )


def _is_over(line: Words, columns: Columns) -> bool:
    """A short piece over the columns behind the first."""
    return line[0].x0 >= columns.edges[0] and len(text_of(line)) <= LONGEST_PIECE and not text_of(line).endswith(".")


def _put(page: Page, table: PageBlock) -> None:
    """Take the table's lines out of the other blocks, and stand it where the first of them stood."""
    place = None
    for index, block in enumerate(page.blocks):
        mine = [line for line in block.lines if _holds(table.box, line)] if block.kind in TEXT_KINDS else []
        if mine and place is None:
            place = index
        table.lines += mine
        taken = {id(line) for line in mine}
        block.lines = [line for line in block.lines if id(line) not in taken]
        if taken and block.kind == "table":
            block.kind, block.rows = "paragraph", []
    if place is not None:
        above = bool(page.blocks[place].lines) and page.blocks[place].lines[0].y0 < table.box[1]
        page.blocks.insert(place + above, table)
    page.blocks = [block for block in page.blocks if block.lines or block.kind == "figure"]


def _holds(box: Box, line: Line) -> bool:
    x, y = line.centre
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def _middle(line: Words) -> float:
    return median(word.centre[1] for word in line)


def _box_of(lines: Sequence[Words]) -> Box:
    words = [word for line in lines for word in line]
    return (
        min(word.x0 for word in words),
        min(word.y0 for word in words),
        max(word.x1 for word in words),
        max(word.y1 for word in words),
    )


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def _share(one: Box, other: Box) -> float:
    """Which share of the smaller box lies in the other."""
    common = (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))
    return _area(common) / max(min(_area(one), _area(other)), 1.0)
