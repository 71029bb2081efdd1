"""Cells of ruled tables filled with their words; a ruled row that holds several lines of values is split."""

from collections.abc import Sequence
from itertools import pairwise

from kingpost.documents.parsing.pages.page import Line, TableCell
from kingpost.documents.parsing.tables.aligned_tables import cell_of, grouped
from kingpost.documents.parsing.tables.lines import Columns, Piece, Words, across
from kingpost.documents.parsing.tables.open_cells import held_words, parted
from kingpost.documents.parsing.tables.ruled_tables import Frame, Place

MOSTLY = 0.7
FEWEST_FILLED = 0.35
"""Share of the cells that must hold text: else it is a drawing or a form to fill in."""
SPACE = 0.4
"""Of a line's height: words that are closer belong to one text."""
RUNS_ON = 0.3
"""Share of the lines that go on over a rule where the rules are those of shaded or underlined text."""
Row = list[TableCell]


def framed_rows(frame: Frame, words: Sequence[Line], gap: float) -> list[Row]:
    """The rows, one cell a place; places that a cell reaches over repeat it."""
    frame = parted(frame, words, gap)
    held = held_words(frame, words)
    rows: list[Row] = []
    for number in range(len(frame.ys) - 1):
        groups = _groups(frame, number, held)
        rows += _row(frame, number, held) if len(groups) < 2 else [_values(frame, number, group) for group in groups]
    return rows


def is_table(frame: Frame, words: Sequence[Line]) -> bool:
    """Whether enough cells hold text, in two columns and two lines at least, and no text runs on from cell to cell."""
    held = {place: found for place, found in held_words(frame, words).items() if found}
    lines = across([word for found in held.values() for word in found])
    columns = {column for _, column in held}
    filled = len(held) >= max(4, FEWEST_FILLED * len(frame.cells))
    if not filled or len(columns) < 2 or len(lines) < 2:
        return False
    place_of = {id(word): place for place, found in held.items() for word in found}
    running = sum(
        any(
            place_of[id(left)] != place_of[id(right)] and right.x0 - left.x1 < SPACE * right.height
            for left, right in pairwise(line)
        )
        for line in lines
    )
    return running < RUNS_ON * len(lines)


def _row(frame: Frame, number: int, held: dict[Place, Words]) -> list[Row]:
    row: Row = [cell_of([]) for _ in range(len(frame.xs) - 1)]
    for (top, left), (rows, columns) in frame.cells.items():
        if top <= number < top + rows:
            for column in range(left, left + columns):
                merged = (top, left) != (number, column)
                row[column] = cell_of(across(held[top, left]), rows=rows, columns=columns, merged=merged)
    return [row]


def _groups(frame: Frame, number: int, held: dict[Place, Words]) -> list[list[list[Piece]]]:
    """The lines of a ruled row as rows of their own, where they are: values beside each other in most lines."""
    mine = [
        Piece(words=line, first=column, last=column + frame.cells[row, column][1] - 1)
        for (row, column), words in held.items()
        if row == number and frame.cells[row, column][0] == 1
        for line in across(words)
    ]
    if len(mine) < 4 or any(row < number < row + rows for (row, _), (rows, _) in frame.cells.items()):
        return []
    lines: list[list[Piece]] = []
    for piece in sorted(mine, key=lambda piece: piece.words[0].centre[1]):
        if lines and abs(lines[-1][0].words[0].centre[1] - piece.words[0].centre[1]) <= 0.4 * piece.words[0].height:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    lines = [sorted(line, key=lambda piece: piece.first) for line in lines]
    columns = {piece.first for line in lines for piece in line}
    several = [line for line in lines if len(line) > 1]
    valued = [line for line in several if _is_valued(line, len(columns))]
    if len(valued) < 2 or len(valued) < MOSTLY * len(several):
        return []
    edges = Columns(edges=list(frame.xs[1:-1]), reaches=list(zip(frame.xs, frame.xs[1:], strict=False)))
    return grouped(lines, edges)


def _is_valued(line: Sequence[Piece], columns: int) -> bool:
    rest = [piece for piece in line if piece.first > 0]
    return bool(rest) and 2 * sum(piece.numeric for piece in rest) >= max(len(rest), columns - 2)


def _values(frame: Frame, number: int, group: Sequence[Sequence[Piece]]) -> Row:
    words: list[list[Words]] = [[] for _ in range(len(frame.xs) - 1)]
    for line in group:
        for piece in line:
            words[piece.first].append(piece.words)
    row = []
    for column, found in enumerate(words):
        reach = frame.cells.get((number, column), (1, 1))[1]
        row.append(cell_of(found, columns=reach))
    return row
