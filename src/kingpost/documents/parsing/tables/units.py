"""Units of a table's columns that stand in a row of their own under the heads, or in the caption for all of them."""

import re
from dataclasses import replace

from kingpost.documents.parsing.grids import NUMERIC
from kingpost.language.units import is_unit
from kingpost.types.documents import Grid

IN_CAPTION = re.compile(
    r"[(\[](?:all\s+)?(?:\w+\s+)?in\s+(?P<unit>[^()\[\]]{1,12})[)\]]|[(\[](?P<bare>[^()\[\]]{1,12})[)\]]\s*$"
    r"|\b(?:in|units?:)\s+(?P<last>\S{1,12})$"
)
MOSTLY = 0.6


def with_units(found: Grid) -> Grid:
    """The grid with a unit for each column of numbers that has one."""
    for_all = _in_caption(found.caption)
    units = [
        unit or _of_its_own(path) or (for_all if _measures(found, column) else "")
        for column, (path, unit) in enumerate(zip(found.headers, found.units, strict=True))
    ]
    return replace(found, units=tuple(units))


def _of_its_own(path: tuple[str, ...]) -> str:
    """The innermost head where it is nothing but a unit."""
    unit = path[-1].strip("()[] ") if len(path) > 1 else ""
    return unit if unit and is_unit(unit) else ""


def _in_caption(caption: str) -> str:
    found = IN_CAPTION.search(caption.rstrip(" ."))
    unit = (found["unit"] or found["bare"] or found["last"]).strip() if found else ""
    return unit if unit and is_unit(unit) else ""


def _measures(found: Grid, column: int) -> bool:
    texts = [row[column].text for row in found.rows if row[column].text]
    return column >= found.label_columns and sum(bool(NUMERIC.match(text)) for text in texts) > MOSTLY * len(texts)
