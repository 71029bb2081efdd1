"""Reads cell ranges of spreadsheets, such as ``B5:C7``, and says whether one lies in another or meets it."""

import re

_RANGE = re.compile(r"(?:.*!)?\$?([A-Za-z]{1,3})\$?(\d+)(?::\$?([A-Za-z]{1,3})\$?(\d+))?")


def corners(cells: str) -> tuple[int, int, int, int] | None:
    """First column, first row, last column, last row of ``B5:C7``; None when it is no cell range."""
    found = _RANGE.fullmatch(cells.strip())
    if found is None:
        return None
    column, row, last_column, last_row = found.groups()
    return _column(column), int(row), _column(last_column or column), int(last_row or row)


def within(cells: str, around: str) -> bool:
    """Whether all of a range lies in another one; what is no range lies only in itself."""
    inner, outer = corners(cells), corners(around)
    if inner is None or outer is None:
        return cells == around
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def meet(one: str, other: str) -> bool:
    """Whether two ranges have a cell in common; what is no range meets nothing."""
    first, second = corners(one), corners(other)
    if first is None or second is None:
        return False
    return first[0] <= second[2] and second[0] <= first[2] and first[1] <= second[3] and second[1] <= first[3]


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
