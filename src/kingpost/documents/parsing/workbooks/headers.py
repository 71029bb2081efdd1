"""How many rows of a part of a sheet are its header: by what the workbook says, how it is set, words over numbers."""

from collections.abc import Sequence
from dataclasses import replace

from kingpost.documents.parsing.grids import RawCell, count_header_rows, has_header_word
from kingpost.documents.parsing.label_values import COLONS, LONGEST_LABEL, pairs
from kingpost.documents.parsing.workbooks.sheets import Region
from kingpost.language.units import is_unit

MOST_HEADER_ROWS = 6
FEWEST_WORDED = 0.5
"""Share of a lone header's texts that are words which head columns."""
Rows = Sequence[Sequence[RawCell]]


def header_rows(matrix: Rows, part: Region) -> int:
    """As for any table; what is frozen, filtered or printed on each page; a first row that is set apart."""
    if part.table:
        return part.table.header_rows
    if len(matrix) < 2:
        return 0
    found = max(_told(matrix, part), count_header_rows(matrix), _stacked(matrix)) or _set_apart(matrix, part)
    return _whole(matrix, found)


def _told(matrix: Rows, part: Region) -> int:
    """What the workbook says itself."""
    sheet, top = part.sheet, part.area.top
    rows = [
        row
        for row in (sheet.frozen_row, *sheet.head_rows)
        if top <= row < min(part.area.bottom, top + MOST_HEADER_ROWS)
    ]
    told = max(rows, default=top - 1) - top + 1
    last = matrix[told - 1] if told else ()
    texts = {cell.text for cell in last if cell.text}
    return told if len(texts) > 1 and 2 * sum(cell.numeric for cell in last) <= len(texts) else 0


def _set_apart(matrix: Rows, part: Region) -> int:
    """One row that is set in bold, or of different short texts in every column over rows that are no pairs."""
    first = [cell for cell in matrix[0] if cell.text]
    texts = [cell.text for cell in first]
    if part.is_bold(part.area.top) and not part.is_bold(part.area.top + 1) and len(set(texts)) > 1:
        return 1
    own = {cell.location for cell in first}
    distinct = (
        len(set(texts)) == len(own)
        and all(cell.text for cell in matrix[0][1:])
        and all(len(text) <= LONGEST_LABEL for text in texts)
        and not any(cell.numeric or cell.text.endswith(COLONS) for cell in first)
    )
    if not distinct or len(own) < 2:
        return 0
    if _over_longer(matrix):
        return 1
    if pairs(matrix):
        return 0
    worded = sum(has_header_word(text) for text in set(texts)) >= FEWEST_WORDED * len(own)
    return int((len(own) > 2 and len(matrix) > 2) or worded)


def _over_longer(matrix: Rows) -> bool:
    """Two words that head columns, such as Item and Explanation, over texts that are mostly longer."""
    first, body = matrix[0], matrix[1:]
    if len(first) != 2 or len(body) < 2 or not all(has_header_word(cell.text) for cell in first):
        return False
    longer = sum(len(row[1].text) > 2 * len(first[1].text) for row in body)
    return 2 * longer >= len(body) and len(first[1].text.split()) <= 2


def _stacked(matrix: Rows) -> int:
    """Two or more rows of words over columns of numbers: the last one full, those above with blanks or over units."""
    depth = 0
    while depth < min(MOST_HEADER_ROWS, len(matrix) - 1) and _is_worded(matrix[depth]):
        depth += 1
    if depth < 2 or depth == len(matrix):
        return 0
    numbers = [column for column in range(len(matrix[0])) if _is_numeric(matrix[depth:], column)]
    last = matrix[depth - 1]
    if not numbers or not all(last[column].text for column in numbers):
        return 0
    texts = [cell.text.strip("[]()") for cell in last if cell.text]
    if 2 * sum(is_unit(text) for text in texts) >= len(texts):
        return depth
    gaps = all(
        any(below.text and not cell.text for cell, below in zip(row, last, strict=True)) for row in matrix[: depth - 1]
    )
    return depth if gaps and len(set(texts)) > 1 else 0


def _is_worded(row: Sequence[RawCell]) -> bool:
    """Two or more short texts, different unless they are units, and no number."""
    texts = [cell.text for cell in row if cell.text]
    different = len(set(texts)) > 1 or (len(texts) > 1 and is_unit(texts[0].strip("[]()")))
    unlike = any(cell.numeric or len(cell.text) > LONGEST_LABEL or cell.text.endswith(COLONS) for cell in row)
    return different and not unlike


def _is_numeric(rows: Rows, column: int) -> bool:
    filled = [row[column] for row in rows if not row[column].blank]
    return bool(filled) and sum(cell.numeric for cell in filled) >= 0.6 * len(filled)


def _whole(matrix: Rows, count: int) -> int:
    """A header whose cells are all merged down ends where they end."""
    if not count:
        return 0
    cells = [cell for cell in matrix[count - 1] if cell.text]
    while (
        count < len(matrix) - 1
        and cells
        and all(
            below.rows > 1 and below.location == cell.location
            for cell, below in zip(matrix[count - 1], matrix[count], strict=True)
            if cell.text
        )
    ):
        count += 1
    return count


def with_storeys(matrix: Rows, count: int) -> list[list[RawCell]]:
    """A header over several columns that are not merged goes on to the right, as far as the row below has headers."""
    full = [list(row) for row in matrix]
    for depth in range(count - 1):
        row, below = full[depth], full[depth + 1]
        for column in range(1, len(row)):
            left = row[column - 1]
            goes_on = left.text and left.rows == 1 and below[column - 1].text
            if goes_on and not row[column].text and below[column].text:
                row[column] = replace(left, merged=True)
    return full
