"""Tells Word tables that are forms from others, and gives their fields."""

import re
from collections.abc import Iterator, Sequence

from kingpost.documents.parsing.grids import RawCell

FIELD = re.compile(r"^[^:]{1,40}:?$")


def pairs(rows: Sequence[Sequence[RawCell]]) -> Iterator[tuple[RawCell, RawCell]]:
    """Labels with their values."""
    for row in rows:
        own = [cell for cell in row if not cell.merged]
        yield from zip(own[::2], own[1::2], strict=False)


def is_form(rows: Sequence[Sequence[RawCell]]) -> bool:
    """Labels beside values: an even number of cells a row, every label short, most with colon or in bold."""
    own = [[cell for cell in row if not cell.merged] for row in rows]
    if any(len(row) % 2 or len(row) not in {2, 4} for row in own):
        return False
    labels = [cell for row in own for cell in row[::2] if cell.text]
    values = [cell for row in own for cell in row[1::2] if cell.text]
    if not labels or any(not FIELD.match(label.text) or label.numeric for label in labels):
        return False
    colons = sum(label.text.endswith(":") for label in labels)
    bold = sum(label.heading for label in labels) - sum(value.heading for value in values)
    return colons * 2 >= len(labels) or bold * 3 >= 2 * len(labels)
