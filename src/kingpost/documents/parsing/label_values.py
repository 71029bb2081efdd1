"""Reads labels beside values, when that is what a table or a part of a sheet is made of."""

import re
from collections.abc import Sequence

from kingpost.documents.parsing.grids import RawCell, has_header_word

CAPTIONS = " - "
LONGEST_LABEL = 80
CAPTION = re.compile(r"^(?:table|tab\.)\s+[A-Z]?[\dIVX]", re.IGNORECASE)
MOST_PAIRS = 60
COLONS = (":", "\uff1a")
Pair = tuple[str, RawCell, RawCell]
"""What stands over both, the label, the value."""


def has_colons(matrix: Sequence[Sequence[RawCell]]) -> bool:
    """Whether labels that end with colons stand in it."""
    return sum(cell.text.endswith(COLONS) for row in matrix for cell in row) * 3 > len(matrix)


def pairs(matrix: Sequence[Sequence[RawCell]], *, worded_only: bool = False) -> list[Pair]:
    """The pairs, with the label over both where a row has one more; none when it is a table.

    ``worded_only``: two columns alone do not make pairs, their labels must be words that name fields.
    """
    rows = [_pairs_of_row(row) for row in matrix]
    if not all(rows):
        return []
    found: list[Pair] = []
    heads: list[str] = []
    for row, below in zip(rows, [*rows[1:], []], strict=True):
        if _heads(row, below):
            heads = [f"{label.text} / {value.text}" for _, label, value in row]
            continue
        named = heads if len(heads) == len(row) else [""] * len(row)
        found += [
            (CAPTIONS.join(text for text in (group, head) if text), label, value)
            for head, (group, label, value) in zip(named, row, strict=True)
        ]
    labels = [(group, label.text) for group, label, _ in found]
    if len(set(labels)) < len(labels) or not 0 < len(found) <= MOST_PAIRS:
        return []
    colons = sum(label.text.endswith(COLONS) for _, label, _ in found)
    told_apart = sum(value.numeric or len(value.text) > len(label.text) or not value.text for _, label, value in found)
    two_columns = all(len({cell.location for cell in row}) == 2 for row in matrix)
    worded = sum(has_header_word(label.text) for _, label, _ in found)
    if worded_only:
        return found if max(colons, worded) * 2 >= len(found) else []
    formlike = colons * 2 >= len(found) or told_apart * 2 >= len(found) or worded * 5 >= 2 * len(found)
    return found if two_columns or formlike else []


def _pairs_of_row(row: Sequence[RawCell]) -> list[Pair]:
    cells = [cell for index, cell in enumerate(row) if index == 0 or cell.location != row[index - 1].location]
    while len(cells) > 2 and not cells[-1].text and not cells[-2].text:
        cells = cells[:-2]
    group = ""
    if len(cells) % 2:
        group = cells[0].text
        cells = cells[1:]
    if not all(_is_label(cell) for cell in cells[::2]):
        return []
    return [(group, label, value) for label, value in zip(cells[::2], cells[1::2], strict=True)]


def _heads(row: Sequence[Pair], below: Sequence[Pair]) -> bool:
    """Whether labels and the like words beside each of them (``Amount``) head the labels and numbers below."""
    values = [value.text for _, _, value in row]
    numbers = [value for _, _, value in below if value.text]
    if len(row) < 2 or len(below) != len(row) or not numbers or not all(value.numeric for value in numbers):
        return False
    return (
        all(values)
        and len({text.split()[0].casefold() for text in values}) == 1
        and not any(value.numeric for _, _, value in row)
    )


def _is_label(cell: RawCell) -> bool:
    return 0 < len(cell.text) <= LONGEST_LABEL and not cell.numeric
