"""Cuts a sheet into the parts that stand by themselves: by blank rows and columns, titles, banners, headers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kingpost.documents.parsing.grids import NOTHING, RawCell
from kingpost.documents.parsing.sheets import Area, Region, Sheet, spans_rows

LONGEST_LABEL = 80
LONG_TEXT = 160
"""A lone text longer than this is a note, not a title."""
Positions = list[tuple[int, int]]


def regions(sheet: Sheet) -> list[Region]:
    """Parts between blank rows and columns; a part without header that goes on below its like is joined to it."""
    joined: list[Region] = []
    for area in _split(list(sheet.cells)):
        region = Region(sheet=sheet, area=area)
        above = joined[-1] if joined else None
        if above and _continues(above, region):
            joined[-1] = Region(sheet=sheet, area=replace(above.area, bottom=area.bottom))
        else:
            joined.append(region)
    return joined


def _split(positions: Positions) -> Iterator[Area]:
    """Cut at blank rows, then each piece at blank columns, until nothing is left to cut."""
    for axis in (0, 1):
        bands = _bands({position[axis] for position in positions})
        if len(bands) > 1:
            band_of = {number: index for index, band in enumerate(bands) for number in band}
            pieces: list[Positions] = [[] for _ in bands]
            for position in positions:
                pieces[band_of[position[axis]]].append(position)
            for piece in pieces:
                yield from _split(piece)
            return
    if positions:
        rows = [row for row, _ in positions]
        columns = [column for _, column in positions]
        yield Area(top=min(rows), left=min(columns), bottom=max(rows), right=max(columns))


def _bands(numbers: set[int]) -> list[list[int]]:
    bands: list[list[int]] = []
    for number in sorted(numbers):
        if bands and number == bands[-1][-1] + 1:
            bands[-1].append(number)
        else:
            bands.append([number])
    return bands


def _continues(above: Region, below: Region) -> bool:
    """Whether ``below`` is the same table after one blank row: same columns, kinds of values alike."""
    if below.area.top - above.area.bottom != 2 or above.area.top == above.area.bottom:
        return False
    if below.area.left < above.area.left or below.area.right > above.area.right or below.area.left != above.area.left:
        return False
    first = Region(sheet=below.sheet, area=replace(below.area, right=above.area.right)).row(below.area.top)
    last = above.row(above.area.bottom)
    filled = [cell for cell in first if cell.text]
    if len({cell.text for cell in filled}) < 2:
        return False
    numeric = any(cell.numeric for cell in filled)
    alike = all(not (a.text and b.text) or a.numeric == b.numeric for a, b in zip(first, last, strict=True))
    return numeric and alike


def titles(region: Region) -> tuple[int, list[str]]:
    """Rows at the top with one text only."""
    found: list[str] = []
    row = region.area.top
    while row <= region.area.bottom:
        texts = {cell.text for cell in region.row(row) if cell.text}
        lone = len(texts) == 1 and (region.area.right > region.area.left or region.area.bottom == region.area.top)
        if not lone or next(iter(texts)) in NOTHING:
            break
        text = next(iter(texts))
        if text not in found:
            found.append(text)
        row += 1
    return row, found


def notes(region: Region, top: int) -> tuple[int, list[str]]:
    """Rows at the bottom with one text only, over several columns or long or called a note."""
    found: list[str] = []
    bottom = region.area.bottom
    while bottom > top + 1:
        cells = [cell for cell in region.row(bottom) if cell.text]
        texts = {cell.text for cell in cells}
        if len(texts) != 1 or not (
            len(cells) > 1
            or len(cells[0].text) > LONGEST_LABEL
            or cells[0].text.lower().startswith(("note", "*", "source"))
        ):
            break
        found.insert(0, next(iter(texts)))
        bottom -= 1
    return bottom, found


def segments(region: Region, top: int, bottom: int) -> Iterator[tuple[int, int, str]]:
    """Parts of a region one under another, each with a header or a shape of its own, and the banner over it."""
    start, banner = top, ""
    row = top
    while row <= bottom:
        text = _banner(region, row)
        if text and row < bottom and (row == start or _opens_part(region, row + 1, start, bottom)):
            if row > start:
                yield start, row - 1, banner
            start, banner = row + 1, text
        elif row > start and _opens_part(region, row, start, bottom):
            yield start, row - 1, banner
            start, banner = row, ""
        row += 1
    if start <= bottom:
        yield start, bottom, banner


def _banner(region: Region, row: int) -> str:
    """The text of a row that has only one."""
    cells = [cell for cell in region.row(row) if cell.text]
    alone = len({cell.location for cell in cells}) == 1
    return cells[0].text if alone and not cells[0].numeric and len(cells[0].text) <= LONG_TEXT else ""


def _own(region: Region, row: int) -> list[tuple[int, RawCell]]:
    """The row's cells with their columns, each once, without those that began in a row above or go on below."""
    cells = region.row(row)
    return [
        (index, cell)
        for index, cell in enumerate(cells)
        if (index == 0 or cell.location != cells[index - 1].location) and not spans_rows(cell)
    ]


def _opens_part(region: Region, row: int, start: int, bottom: int) -> bool:
    """A row of different short texts over numbers, or the part's first row again, or a row cut into other columns."""
    if row <= start or row >= bottom:
        return False
    own = [(index, cell) for index, cell in _own(region, row) if cell.text]
    texts = [cell.text for _, cell in own]
    opening = [cell.text for _, cell in _own(region, start) if cell.text]
    if texts and texts[:1] == opening[:1] and _banner(region, row - 1):
        return True
    if len(own) > 2 and _repeats(texts, opening):
        return True
    if len(own) < 2 or any(cell.numeric or len(cell.text) > LONGEST_LABEL for _, cell in own):
        return False
    below = {index: cell for index, cell in _own(region, row + 1) if cell.text}
    columns = {index for index, _ in own}
    if not below or not set(below) <= columns:
        return False
    over_numbers = any(cell.numeric for cell in below.values())
    above = dict(_own(region, row - 1))
    changes = set(above) - {0} != set(dict(_own(region, row + 1))) - {0}
    numbers_above = (
        any(cell.numeric for index, cell in above.items() if index)
        or len([cell for cell in above.values() if cell.text]) == 1
    )
    different = len(set(texts))
    if over_numbers and (numbers_above or changes):
        return different * 4 >= 3 * len(texts)
    return changes and different == len(texts) and set(below) == columns


def _repeats(texts: Sequence[str], first: Sequence[str]) -> bool:
    return len(first) > 2 and sum(text in first for text in texts) >= 0.6 * max(len(texts), len(first))
