"""Gives tables the column heads that the layout reader left outside: short lines right above, over their columns."""

import re
from collections.abc import Sequence

from kingpost.documents.parsing.contents import rows_across
from kingpost.documents.parsing.grids import NUMERIC
from kingpost.documents.parsing.label_values import CAPTION
from kingpost.documents.parsing.pages import Line, Page, PageBlock, TableCell

MOST_ROWS = 4
LONGEST_HEAD = 45
MOST_WORDS_OF_GROUP = 6
"""Words of a label that ends with a colon and names the rows below it."""
WIDEST_GAP = 1.6
"""Of a line's height, between a head and what is below it."""
SLACK = 12.0
Columns = list[tuple[float, float]]


def adopt_column_heads(page: Page) -> None:
    """Move heads, and first rows, into the tables they belong to, in place."""
    for table in page.blocks:
        if table.kind == "table" and table.rows:
            columns = _columns(table)
            heads, rows = _above(page, table, columns) if len(columns) > 1 else ([], [])
            table.heads = [_cells(row, columns) for row in heads]
            table.rows = [*(_cells(row, columns) for row in rows), *table.rows]
            table.marked_header = 0 if rows else table.marked_header
            _take(page, table, [line for row in (*heads, *rows) for line in row])
    page.blocks = [block for block in page.blocks if block.lines or block.kind == "figure"]


def _take(page: Page, table: PageBlock, lines: Sequence[Line]) -> None:
    taken = {id(line) for line in lines}
    for block in page.blocks:
        if block is not table and taken:
            block.lines = [line for line in block.lines if id(line) not in taken]
    table.lines = [*lines, *table.lines]


def _columns(table: PageBlock) -> Columns:
    """From where to where each column reaches; none when a column has no place on the page."""
    width = max(len(row) for row in table.rows)
    columns = []
    for index in range(width):
        boxes = [row[index].box for row in table.rows if index < len(row)]
        placed = [box for box in boxes if box]
        if not placed:
            return []
        columns.append((min(box[0] for box in placed), max(box[2] for box in placed)))
    return columns


def _above(page: Page, table: PageBlock, columns: Columns) -> tuple[list[list[Line]], list[list[Line]]]:
    """Heads and first rows that stand right above the table, each from the top down."""
    top = min(cell.box[1] for row in table.rows for cell in row if cell.box)
    heads: list[list[Line]] = []
    rows: list[list[Line]] = []
    for pieces in reversed(_lines_above(page, top)):
        if top - pieces[0].y1 > WIDEST_GAP * pieces[0].height or len(heads) == MOST_ROWS:
            break
        if not heads and len(rows) < MOST_ROWS and _is_first_row(pieces, columns):
            rows.insert(0, pieces)
        elif _are_heads(pieces, columns):
            heads.insert(0, pieces)
        else:
            break
        top = pieces[0].y0
    return heads, rows


def _lines_above(page: Page, top: float) -> list[list[Line]]:
    lines = [
        line
        for block in page.blocks
        if block.kind in {"paragraph", "heading", "grid_fallback"}
        for line in block.lines
        if line.centre[1] < top and line.y0 > top - 4 * MOST_ROWS * line.height
    ]
    return [pieces for _, pieces in rows_across(lines)]


def _is_first_row(pieces: Sequence[Line], columns: Columns) -> bool:
    """A label over the first column with numbers beside it, or a label that a colon ends."""
    first, rest = pieces[0], pieces[1:]
    if not rest:
        return first.text.endswith(":") and len(first.text.split()) <= MOST_WORDS_OF_GROUP
    if abs(first.x0 - columns[0][0]) > SLACK or len(first.text) > 2 * LONGEST_HEAD:
        return False
    values = [piece.text for piece in rest if piece.text not in {"$", "%"}]
    return bool(values) and all(_is_value(text) for text in values)


def _is_value(text: str) -> bool:
    return NUMERIC.match(text) is not None and re.fullmatch(r"(?:19|20)\d\d", text) is None


def _are_heads(pieces: Sequence[Line], columns: Columns) -> bool:
    """Short, without a full stop, none a caption or a value, and at least one not over the first column."""
    texts = [piece.text for piece in pieces]
    if any(len(text) > LONGEST_HEAD or text.endswith((".", ";")) or CAPTION.match(text) for text in texts):
        return False
    if any(_is_value(text) for text in texts):
        return False
    inside = all(columns[0][0] - SLACK <= piece.x0 and piece.x1 <= columns[-1][1] + 3 * SLACK for piece in pieces)
    return inside and any(piece.x0 >= columns[1][0] - 4 * SLACK for piece in pieces) and _loose(pieces, columns)


def _loose(pieces: Sequence[Line], columns: Columns) -> bool:
    """A piece over the first column may stand only beside others, else it is a paragraph's last line."""
    return len(pieces) > 1 or pieces[0].x0 >= columns[1][0] - 4 * SLACK


def _cells(pieces: Sequence[Line], columns: Columns) -> list[TableCell]:
    """One cell a column: what reaches over it, or is nearest to it."""
    texts: list[list[Line]] = [[] for _ in columns]
    for piece in pieces:
        over = [index for index, (left, right) in enumerate(columns) if _overlap(piece, left, right) > 0]
        if not over or all(_overlap(piece, *columns[index]) < 0.2 * (piece.x1 - piece.x0) for index in over):
            middle = piece.centre[0]
            over = [min(range(len(columns)), key=lambda index: abs(sum(columns[index]) / 2 - middle))]
        for index in over:
            texts[index].append(piece)
    return [
        TableCell(
            text=" ".join(piece.text for piece in found),
            box=(min(p.x0 for p in found), min(p.y0 for p in found), max(p.x1 for p in found), max(p.y1 for p in found))
            if found
            else None,
        )
        for found in texts
    ]


def _overlap(piece: Line, left: float, right: float) -> float:
    return min(piece.x1, right) - max(piece.x0, left)
