"""Finds the tables of a page: ruled ones by their lines, others where the layout reader saw a part of one."""

from collections.abc import Sequence

from kingpost.documents.parsing.pages.page import Line, Page, PageBlock, TableCell
from kingpost.documents.parsing.tables.aligned_tables import aligned_rows
from kingpost.documents.parsing.tables.framed_tables import framed_rows, is_table
from kingpost.documents.parsing.tables.lines import (
    Columns,
    Words,
    across,
    columns_of,
    is_value,
    pieces_of,
    runs,
    text_of,
    wide_gap,
)
from kingpost.documents.parsing.tables.ruled_tables import Frame, frame_of
from kingpost.documents.parsing.tables.rules import Box, frames
from kingpost.documents.parsing.tables.seeds import LONGEST_PIECE, box_of, in_reach, is_prose, middle_of, near, seeds
from kingpost.documents.parsing.tables.surroundings import TITLE

TEXT_KINDS = frozenset({"table", "paragraph", "heading", "grid_fallback", "list_item", "code"})
LEAST_FILLED = 0.45
"""Share of the cells that hold text in a table without heads."""
FEW_VALUES = 0.15
MOST_WORDS = 8_000
"""A page with more is not searched for tables beyond what the layout reader saw."""
GOES_ON = 0.3
"""Share of the rows that begin in small letters in what is running text."""


def find_ruled_tables(page: Page) -> None:
    """Put the lines and rows of each table with ruled cells into a block of its own, in place."""
    words = _words(page)
    if not page.rules.down or len(words) > MOST_WORDS:
        return
    gap = wide_gap(across(words))
    for table in [_framed(page, frame, gap) for frame in _frames(page)]:
        _put(page, table)


def find_tables(page: Page) -> None:
    """Put each other table's lines and rows into a block of its own, in place."""
    ruled = [block for block in page.blocks if block.ruled]
    words = [word for word in _words(page) if not any(_holds(table.box, word) for table in ruled)]
    if len(words) > MOST_WORDS:
        return
    lines = across(words)
    gap = wide_gap(lines)
    seen = [block for block in page.blocks if block.kind == "table" and block.rows and not block.ruled]
    seen = [block for block in seen if not any(_share(block.box, table.box) > 0.4 for table in ruled)]
    found: list[PageBlock] = []
    for seed in seeds([block.box for block in seen], lines, gap):
        known = [*ruled, *found]
        table = None if any(_share(seed, other.box) > 0.4 for other in known) else _aligned(page, seed, lines, gap)
        if table:
            found.append(table)
    for block in seen:
        if _is_drawing_or_text(block.rows, block.marked_header):
            block.kind, block.rows = "paragraph", []
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


def _aligned(page: Page, seed: Box, lines: Sequence[Words], gap: float) -> PageBlock | None:
    x0, y0, x1, y1 = seed
    lines = [near for line in lines if (near := in_reach(line, x0, x1))]
    inside = [index for index, line in enumerate(lines) if y0 - 1 <= middle_of(line) <= y1 + 1]
    if len(inside) < 2:
        return None
    first, last = inside[0], inside[-1]
    columns = columns_of(lines[first : last + 1], gap)
    if columns.count < 2:
        return None
    while first < last and TITLE.match(text_of(lines[first])):
        first += 1
    last = _down(lines, last, columns)
    first = _up(lines, first, columns)
    chosen = lines[first : last + 1]
    columns = columns_of(chosen, gap)
    box = box_of(chosen)
    rows, heads = aligned_rows(chosen, columns, page.rules.within(box))
    if _is_drawing_or_text(rows, heads or 0):
        return None
    return PageBlock(kind="table", rows=rows, counted_heads=heads, box=box)


def _is_drawing_or_text(rows: Sequence[Sequence[TableCell]], heads: int) -> bool:
    """Whether the cells are mostly empty and without heads, as marks on a drawing, or lines of text that goes on."""
    body = rows[heads:]
    cells = [cell for row in body for cell in row]
    filled = [cell.text for cell in cells if cell.text]
    if not heads and len(filled) < LEAST_FILLED * len(cells):
        return True
    if not filled or sum(is_value(text) for text in filled) > FEW_VALUES * len(filled):
        return not filled
    over = sum(any(cell.columns > 1 for cell in row) for row in body)
    goes_on = over + sum(bool(row[0].text[:1].islower()) for row in body)
    return goes_on >= GOES_ON * len(body)


def _down(lines: Sequence[Words], last: int, columns: Columns) -> int:
    """The last line that still belongs to it: rows that fit, and labels of a group with rows that fit below."""
    index = last
    while index + 1 < len(lines) and near(lines[index], lines[index + 1]):
        index += 1
        if _fits(lines[index], columns):
            last = index
        elif index - last > 2 or not _may_be_label(lines[index], columns):
            break
    return last


def _up(lines: Sequence[Words], first: int, columns: Columns) -> int:
    """The first line that belongs to it: rows that fit, and short pieces over its columns."""
    index = first
    while index > 0 and first - index < 3 and near(lines[index - 1], lines[index]):
        index -= 1
        line = lines[index]
        if is_prose(line, columns.gap):
            break
        if _fits(line, columns) or (not _may_be_label(line, columns) and _is_over(line, columns)):
            first = index
        elif not _may_be_label(line, columns):
            break
    return first


def _fits(line: Words, columns: Columns) -> bool:
    """Two pieces at least, each within one column."""
    if is_prose(line, columns.gap):
        return False
    pieces = pieces_of(line, columns)
    inside = [piece for piece in pieces if piece.first == piece.last]
    return len(pieces) > 1 and len(inside) >= 0.6 * len(pieces)


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


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def _share(one: Box, other: Box) -> float:
    """Which share of the smaller box lies in the other."""
    common = (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))
    return _area(common) / max(min(_area(one), _area(other)), 1.0)
