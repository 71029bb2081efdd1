"""Tables without ruled cells: heads in storeys over columns that gaps leave, lines of one cell put together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from kingpost.documents.parsing.pages.page import TableCell
from kingpost.documents.parsing.tables.lines import Columns, Piece, Words, pieces_of, text_of
from kingpost.documents.parsing.tables.rules import Rules

YEAR = re.compile(r"^(?:FY\s?)?(?:19|20)\d\d(?:[-–/]\d{2,4})?(?:\s?\(?[A-Za-z]{1,2}\)?)?\d?$")
MOST_HEAD_LINES = 9
WRAP_GAP = 0.45
"""Of a line's height: lines of one cell lie closer."""
LEADERS = re.compile(r"\s*(?:\.\s?){3,}$|\s*…+$")
OPEN_END = re.compile(
    r"(?:\b(?:and|or|of|the|for|in|with|to|by|on|a|an|from|at|per|other|than)|[,;/&(–-])$", re.IGNORECASE
)
Row = list[TableCell]


@dataclass(slots=True, kw_only=True)
class _Cell:
    """A cell while it is put together: its lines, the rows and columns that it takes."""

    top: int
    bottom: int
    first: int
    last: int
    words: list[Words] = field(default_factory=list)


def aligned_rows(lines: Sequence[Words], columns: Columns, rules: Rules) -> tuple[list[Row], int | None]:
    """Rows of one cell a column and how many of them are heads; None where nothing tells heads from the rest."""
    pieces = [pieces_of(line, columns) for line in lines]
    heads = head_lines(lines, pieces, columns, rules)
    head = _storeys(lines[:heads], pieces[:heads], columns, rules)
    body = [_body_row(group, columns) for group in grouped(pieces[heads:], columns)]
    return [*head, *body], (len(head) if heads else None)


def head_lines(lines: Sequence[Words], pieces: Sequence[Sequence[Piece]], columns: Columns, rules: Rules) -> int:
    """How many lines at the top are heads: those above the first rule all across, else above the first numbers."""
    data = next((index for index, row in enumerate(pieces) if _is_data(row, columns)), None)
    by_rule = _lines_above_rule(lines, rules)
    if by_rule and by_rule <= (MOST_HEAD_LINES if data is None else min(data, MOST_HEAD_LINES)):
        return by_rule
    if data is None or data > MOST_HEAD_LINES:
        return 0
    while data > 1 and _is_label_only(pieces[data - 1]) and not _is_label_only(pieces[data - 2]):
        data -= 1
    return data


def _lines_above_rule(lines: Sequence[Words], rules: Rules) -> int:
    """Lines above the first rule, after the first line, that runs along most of the table."""
    left = min(line[0].x0 for line in lines)
    right = max(word.x1 for line in lines for word in line)
    middles = [median(word.centre[1] for word in line) for line in lines]
    for at in sorted({rule.at for rule in rules.across}):
        above = sum(middle < at for middle in middles)
        along = sum(rule.covers(left, right) for rule in rules.across if abs(rule.at - at) <= 2)
        if 0 < above < len(lines) and along >= 0.85:
            return above
    return 0


def _is_data(row: Sequence[Piece], columns: Columns) -> bool:
    """A line with values, that are no years, in at least half of the columns behind the first that it fills."""
    rest = [piece for piece in row if piece.first > 0]
    values = [piece for piece in rest if piece.numeric and not YEAR.match(piece.text)]
    if columns.count == 2 or not row:
        return bool(values) and len(values) == len(rest)
    years = sum(bool(YEAR.match(piece.text)) for piece in rest)
    return bool(values) and 2 * len(values) >= len(rest) and years <= len(values)


def _is_label_only(row: Sequence[Piece]) -> bool:
    return len(row) == 1 and row[0].first == 0


def grouped(pieces: Sequence[Sequence[Piece]], columns: Columns) -> list[list[list[Piece]]]:
    """Lines put together into rows: a line that only goes on with cells of the row above belongs to it."""
    groups: list[list[list[Piece]]] = []
    for row in pieces:
        if not row:
            continue
        if groups and _goes_on(groups[-1], row, columns):
            groups[-1].append(list(row))
        else:
            groups.append([list(row)])
    return groups


def _gap(above: Sequence[Piece], below: Sequence[Piece]) -> float:
    bottom = max(word.y1 for piece in above for word in piece.words)
    top = min(word.y0 for piece in below for word in piece.words)
    return (top - bottom) / max(below[0].words[0].height, 1.0)


def _goes_on(group: Sequence[Sequence[Piece]], row: Sequence[Piece], columns: Columns) -> bool:
    above = group[-1]
    if _gap(above, row) > WRAP_GAP or any(piece.numeric and piece.first > 0 for piece in row):
        return _label_goes_on(group, row)
    filled = {piece.first for line in group for piece in line}
    mine = {piece.first for piece in row}
    if 0 not in mine:
        wraps = columns.count == 2 or len(mine) < columns.count - 1 or any(piece.text[0].islower() for piece in row)
        return mine <= filled and wraps
    if len(filled) == 1:
        return _label_goes_on(group, row)
    label = row[0].text
    started = group[-1][0].text if group[-1][0].first == 0 else ""
    lower = label[0].islower() or bool(OPEN_END.search(started)) or label[0] in "(&"
    return lower and mine <= filled


def _label_goes_on(group: Sequence[Sequence[Piece]], row: Sequence[Piece]) -> bool:
    """Labels that end openly, or go on in small letters, with the values beside the last line."""
    alone = all(len(line) == 1 and line[0].first == 0 for line in group)
    if not alone or not row or row[0].first != 0 or _gap(group[-1], row) > WRAP_GAP:
        return False
    label = row[0].text
    return label[0].islower() or label[0] in "(&" or bool(OPEN_END.search(group[-1][0].text))


def _body_row(group: Sequence[Sequence[Piece]], columns: Columns) -> Row:
    words: list[list[Words]] = [[] for _ in range(columns.count)]
    for line in group:
        for piece in line:
            words[piece.first].append(piece.words)
    only = group[0][0]
    if len(group) == len(group[0]) == 1 and only.first > 0 and not only.numeric:
        return _over_all(only, columns)
    return [cell_of(found) for found in words]


def _over_all(piece: Piece, columns: Columns) -> Row:
    """A text alone in its row in the middle of all columns, or of those behind the first, reaches over them."""
    last = columns.count - 1
    middle = (piece.x0 + piece.x1) / 2
    for first in (0, 1):
        centre = (columns.reaches[first][0] + columns.reaches[last][1]) / 2
        if last > first and abs(centre - middle) <= 0.1 * (columns.reaches[last][1] - columns.reaches[first][0]):
            reach = last - first + 1
            rest = [cell_of([piece.words], columns=reach, merged=number > 0) for number in range(reach)]
            return [*(cell_of([]) for _ in range(first)), *rest]
    return [cell_of([piece.words] if column == piece.first else []) for column in range(columns.count)]


def cell_of(lines: Sequence[Words], *, rows: int = 1, columns: int = 1, merged: bool = False) -> TableCell:
    """A cell with these lines of words."""
    words = [word for line in lines for word in line]
    text = ""
    for line in lines:
        text = _joined(text, text_of(line))
    if not words:
        return TableCell(text="", box=None, rows=rows, columns=columns, merged=merged)
    return TableCell(
        text=LEADERS.sub("", text) or text,
        box=(
            min(word.x0 for word in words),
            min(word.y0 for word in words),
            max(word.x1 for word in words),
            max(word.y1 for word in words),
        ),
        bold=all(word.bold for word in words),
        rows=rows,
        columns=columns,
        merged=merged,
    )


def _joined(text: str, more: str) -> str:
    """Two lines of a cell as one text; a word broken with a hyphen keeps the hyphen."""
    broken = len(text) > 1 and text.endswith("-") and text[-2].isalpha() and more[:1].islower()
    return f"{text}{'' if broken or not text else ' '}{more}"


def _storeys(lines: Sequence[Words], pieces: Sequence[Sequence[Piece]], columns: Columns, rules: Rules) -> list[Row]:
    """Head lines as rows: heads over several columns part the storeys, lines of one head are one cell."""
    cells: list[_Cell] = []
    for index, row in enumerate(pieces):
        reaching = _reaches(index, lines, pieces, columns, rules)
        for piece, (first, last) in zip(row, reaching, strict=True):
            above = _above(cells, first, last, index, lines, rules)
            if above is not None:
                above.words.append(piece.words)
                above.bottom = index
            else:
                cells.append(_Cell(top=index, bottom=index, first=first, last=last, words=[piece.words]))
    return _head_rows(cells, columns)


def _above(
    cells: Sequence[_Cell], first: int, last: int, index: int, lines: Sequence[Words], rules: Rules
) -> _Cell | None:
    """The cell that a piece goes on with: the last one over the same columns, no rule between."""
    over = [cell for cell in cells if cell.first <= last and cell.last >= first and cell.bottom < index]
    cell = max(over, key=lambda cell: cell.bottom, default=None)
    if cell is None or (cell.first, cell.last) != (first, last):
        return None
    y0 = max(word.centre[1] for word in cell.words[-1])
    y1 = min(word.centre[1] for word in lines[index])
    x0, x1 = cell.words[-1][0].x0, cell.words[-1][-1].x1
    ruled = any(y0 < rule.at < y1 and rule.covers(x0, x1) > 0.5 for rule in rules.across)
    return None if ruled else cell


def _reaches(
    index: int, lines: Sequence[Words], pieces: Sequence[Sequence[Piece]], columns: Columns, rules: Rules
) -> list[tuple[int, int]]:
    """Over which columns each piece of a head line reaches."""
    row = pieces[index]
    below = {column for line in pieces[index + 1 :] for piece in line for column in range(piece.first, piece.last + 1)}
    found = []
    for number, piece in enumerate(row):
        low = row[number - 1].last + 1 if number else 0
        high = row[number + 1].first - 1 if number + 1 < len(row) else columns.count - 1
        ruled = _ruled_reach(piece, lines, index, columns, rules)
        if ruled and low <= ruled[0] <= piece.first and piece.last <= ruled[1] <= high:
            found.append(ruled)
        else:
            found.append(_centred_reach(piece, low, high, columns, below))
    return found


def _ruled_reach(
    piece: Piece, lines: Sequence[Words], index: int, columns: Columns, rules: Rules
) -> tuple[int, int] | None:
    """The columns along a rule that runs right below a head, in the middle of which it stands."""
    bottom = max(word.y1 for word in piece.words)
    height = piece.words[0].height
    next_line = min((word.centre[1] for word in lines[index + 1]), default=0) if index + 1 < len(lines) else 0
    for rule in rules.across:
        under = bottom - 0.4 * height <= rule.at <= max(next_line, bottom + 0.2 * height)
        if under and rule.start - 2 <= piece.x0 and piece.x1 <= rule.end + 2:
            along = [column for column, (left, right) in enumerate(columns.reaches) if rule.covers(left, right) >= 0.5]
            whole = len(along) >= columns.count
            if along and not whole and abs((rule.start + rule.end) - (piece.x0 + piece.x1)) / 2 <= 0.25 * rule.length:
                return along[0], along[-1]
    return None


def _centred_reach(piece: Piece, low: int, high: int, columns: Columns, below: set[int]) -> tuple[int, int]:
    """Free columns with heads below, in the middle of which the piece stands better than over its own."""
    middle = (piece.x0 + piece.x1) / 2
    width = max(columns.reaches[piece.first][1] - columns.reaches[piece.first][0], 1.0)

    def off(first: int, last: int) -> float:
        return abs((columns.reaches[first][0] + columns.reaches[last][1]) / 2 - middle)

    best = (piece.first, piece.last)
    own = off(*best)
    for first in range(max(low, 1 if piece.first else 0), piece.first + 1):
        for last in range(piece.last, high + 1):
            covered = set(range(first, last + 1))
            if len(covered) > 1 and covered <= below and off(first, last) < min(off(*best), own - 0.3 * width):
                best = (first, last)
    return best


def _head_rows(cells: Sequence[_Cell], columns: Columns) -> list[Row]:
    """As many rows as heads stand above each other over one column; a head without one below reaches down."""
    order = sorted(cells, key=lambda cell: (cell.top, cell.first))
    depth = [0] * columns.count
    rows: list[tuple[_Cell, int]] = []
    for cell in order:
        row = max(depth[cell.first : cell.last + 1])
        rows.append((cell, row))
        depth[cell.first : cell.last + 1] = [row + 1] * (cell.last - cell.first + 1)
    height = max(depth, default=0)
    matrix: list[Row] = [[cell_of([]) for _ in range(columns.count)] for _ in range(height)]
    for cell, row in rows:
        bottom = min(
            (at for other, at in rows if at > row and other.first <= cell.last and other.last >= cell.first),
            default=height,
        )
        for down in range(row, bottom):
            for right in range(cell.first, cell.last + 1):
                matrix[down][right] = cell_of(
                    cell.words,
                    rows=bottom - row,
                    columns=cell.last - cell.first + 1,
                    merged=(down, right) != (row, cell.first),
                )
    return matrix
