"""Cuts a sheet into the parts that stand by themselves: declared tables, blank rows and columns, repeated headers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kingpost.documents.parsing.grids import NOTHING, RawCell, has_header_word
from kingpost.documents.parsing.label_values import LONGEST_LABEL
from kingpost.documents.parsing.workbooks.headers import header_rows
from kingpost.documents.parsing.workbooks.sheets import Area, Region, Sheet, SheetTable

LONG_TEXT = 160
"""A lone text longer than this is a note, not a title."""
NOTE = re.compile(
    r"^(?:notes?\b|remarks?\b|sources?\b|legend\b|\*|†|‡|\(?\d{1,2}\)|\[\d{1,2}\]|[a-z]\)\s)", re.IGNORECASE
)
MOST_TITLE_LINES = 3
LARGE = 400_000
"""Cells of a rectangle: a larger one that is nearly empty is no table."""
MOST_BLANKS = 8
"""Cells of a large rectangle for each that is stored."""
MOST_HEADER_WORDS = 6
ROWS_TO_SEE = 40
"""Of a part, to tell its header."""
Positions = list[tuple[int, int]]


def regions(sheet: Sheet) -> list[Region]:
    """In reading order. A part without header that goes on below its like is joined to it."""
    declared = _declared(sheet)
    free = [place for place in sheet.cells if not any(table.area.holds(*place) for table in declared)]
    joined: list[Region] = []
    for area in _split(free):
        region = Region(sheet=sheet, area=area)
        above = joined[-1] if joined else None
        if above and _continues(above, region):
            joined[-1] = Region(sheet=sheet, area=replace(above.area, bottom=area.bottom))
        else:
            joined.append(region)
    parts = [part for region in joined for part in ([region] if is_loose(region) else _side_by_side(region))]
    parts += [Region(sheet=sheet, area=table.area, table=table) for table in declared]
    return sorted(parts, key=lambda part: (part.area.top, part.area.left)) if declared else parts


def is_loose(region: Region) -> bool:
    """Whether its cells are strewn over a large rectangle."""
    area = region.area
    return area.cells > LARGE and area.cells > MOST_BLANKS * sum(area.holds(*place) for place in region.sheet.cells)


def _declared(sheet: Sheet) -> list[SheetTable]:
    """Tables of the workbook that hold something, clipped to what is stored, none over another."""
    last = max((row for row, _ in sheet.cells), default=0)
    kept: list[SheetTable] = []
    for table in sheet.tables:
        area = replace(table.area, bottom=min(table.area.bottom, last))
        if area.bottom >= area.top and not any(area.meets(other.area) for other in kept):
            kept.append(replace(table, area=area))
    return kept


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
    row = _corner(positions)
    if row:
        yield from _split([position for position in positions if position[0] < row])
        yield from _split([position for position in positions if position[0] >= row])
    elif positions:
        rows = [row for row, _ in positions]
        columns = [column for _, column in positions]
        yield Area(top=min(rows), left=min(columns), bottom=max(rows), right=max(columns))


def _corner(positions: Positions) -> int:
    """The row from which on all stands further right, or left, than all above it: two parts that meet in a corner."""
    reach: dict[int, tuple[int, int]] = {}
    for row, column in positions:
        first, last = reach.get(row, (column, column))
        reach[row] = (min(first, column), max(last, column))
    rows = sorted(reach)
    below = [reach[rows[-1]]] if rows else []
    for row in reversed(rows[:-1]):
        below.append((min(below[-1][0], reach[row][0]), max(below[-1][1], reach[row][1])))
    below.reverse()
    left, right = reach[rows[0]] if rows else (0, 0)
    for index, row in enumerate(rows[1:], start=1):
        if index > 1 and len(rows) - index > 1 and (below[index][0] > right or below[index][1] < left):
            return row
        left, right = min(left, reach[row][0]), max(right, reach[row][1])
    return 0


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
    if below.area.right > above.area.right or below.area.left != above.area.left:
        return False
    first = Region(sheet=below.sheet, area=replace(below.area, right=above.area.right)).row(below.area.top)
    last = above.row(above.area.bottom)
    filled = [cell for cell in first if cell.text]
    if len({cell.text for cell in filled}) < 2:
        return False
    numeric = any(cell.numeric for cell in filled)
    alike = all(not (a.text and b.text) or a.numeric == b.numeric for a, b in zip(first, last, strict=True))
    return numeric and alike


def _side_by_side(region: Region) -> Iterator[Region]:
    """Tables that adjoin without a blank column: the same headers again, or a header that begins lower or higher."""
    top, _ = titles(region)
    cuts = _repeated_headers(region, top) or _steps(region)
    if not cuts:
        yield region
        return
    area = region.area
    if top > area.top:
        yield Region(sheet=region.sheet, area=replace(area, bottom=top - 1))
    bounds = [area.left, *cuts, area.right + 1]
    for left, after in pairwise(bounds):
        part = replace(area, top=top, left=left, right=after - 1)
        yield from (
            Region(sheet=region.sheet, area=found)
            for found in _split([place for place in region.sheet.cells if part.holds(*place)])
        )


def _repeated_headers(region: Region, top: int) -> list[int]:
    """Columns at which the header row, two or more different texts, begins anew."""
    if top >= region.area.bottom:
        return []
    cells = region.row(top)
    texts = [cell.text for cell in cells]
    if any(cell.numeric or cell.merged for cell in cells) or not all(texts):
        return []
    for width in range(2, len(texts) // 2 + 1):
        first = texts[:width]
        if len(texts) % width == 0 and len(set(first)) == width and first * (len(texts) // width) == texts:
            return list(range(region.area.left + width, region.area.right + 1, width))
    return []


def _steps(region: Region) -> list[int]:
    """The column from which on all cells begin at a lower row, with words over numbers, beside rows of numbers."""
    area = region.area
    if area.right - area.left < 3 or area.bottom - area.top < 2:
        return []
    tops = [
        next((row for row in range(area.top, area.bottom + 1) if region.row(row)[c].text), 0)
        for c in range(area.right - area.left + 1)
    ]
    for cut in range(2, len(tops) - 1):
        left, right = set(tops[:cut]), set(tops[cut:])
        if len(left) == len(right) == 1 and left != right:
            lower, part = (tops[cut], slice(cut, None)) if tops[cut] > tops[0] else (tops[0], slice(0, cut))
            other = slice(0, cut) if part.start else slice(cut, None)
            if lower < area.bottom and _heads(region, lower, part) and _is_body(region, lower, other):
                return [area.left + cut]
    return []


def _heads(region: Region, row: int, part: slice) -> bool:
    """Words, some of them over numbers."""
    head, below = region.row(row)[part], region.row(row + 1)[part]
    words = all(cell.text and not cell.numeric and len(cell.text) <= LONGEST_LABEL for cell in head)
    return words and len(head) > 1 and any(cell.numeric for cell in below)


def _is_body(region: Region, row: int, part: slice) -> bool:
    return any(cell.numeric for cell in region.row(row)[part])


def titles(region: Region) -> tuple[int, list[str]]:
    """Rows at the top with one text only."""
    found: list[str] = []
    row = region.area.top
    while region.table is None and row <= region.area.bottom:
        text = _only_text(region, row)
        wide = region.area.right > region.area.left or region.area.bottom == region.area.top
        if not text or not wide or text in NOTHING or _is_first_label(region, row):
            break
        if text not in found:
            found.append(text)
        row += 1
    return row, found


def _only_text(region: Region, row: int) -> str:
    """The text of a row that has one cell, merged or not, with a text; else empty."""
    cells = [cell for cell in region.row(row) if cell.text]
    return cells[0].text if cells and all(cell.location == cells[0].location for cell in cells) else ""


def _is_first_label(region: Region, row: int) -> bool:
    """A label merged down over the rows below belongs to them."""
    first = next(cell for cell in region.row(row) if cell.text)
    return (
        first.rows > 1
        and row < region.area.bottom
        and len({cell.text for cell in region.row(row + 1) if cell.text}) > 1
    )


def notes(region: Region, top: int) -> tuple[int, list[str]]:
    """Rows at the bottom with one text only, over several columns or long or called a note."""
    found: list[str] = []
    bottom = region.area.bottom
    while bottom > top + 1 and region.table is None:
        text = _only_text(region, bottom)
        over = sum(bool(cell.text) for cell in region.row(bottom)) > 1
        if not text or not (over or len(text) > LONGEST_LABEL or is_note(text)):
            break
        found.insert(0, text)
        bottom -= 1
    return bottom, found


def is_note(text: str) -> bool:
    """Whether it begins as notes do; a word with a colon alone is a field's label."""
    return bool(NOTE.match(text)) and not text.endswith(":")


def lone_texts(region: Region) -> list[str]:
    """The texts of a region that has one in each row and nothing else: title lines, or notes."""
    area = region.area
    if region.table or area.bottom - area.top > 20:
        return []
    if any(cell.numeric for cell in region.row(area.top)):
        return []
    told = [_only_text(region, row) for row in range(area.top, area.bottom + 1)]
    if not all(told):
        return []
    texts = list(dict.fromkeys(told))
    wordy = all(is_note(text) or len(text) > LONGEST_LABEL for text in texts[:1])
    return texts if len(texts) <= MOST_TITLE_LINES or wordy else []


def segments(region: Region, top: int, bottom: int) -> Iterator[tuple[int, int, str]]:
    """Parts of a region one under another, each with a header or a shape of its own, and the banner over it."""
    if region.table or region.area.left == region.area.right:
        yield top, bottom, ""
        return
    start, banner = top, ""
    opening, body = _opening(region, start, bottom)
    row = top
    while row <= bottom:
        text = _banner(region, row)
        if text and row < bottom and (row == start or _opens_part(region, row + 1, bottom, opening)):
            if row > start:
                yield start, row - 1, banner
            start, banner = row + 1, text
            opening, body = _opening(region, start, bottom)
        elif row > body and _opens_part(region, row, bottom, opening):
            yield start, row - 1, banner
            start, banner = row, ""
            opening, body = _opening(region, start, bottom)
        row += 1
    if start <= bottom:
        yield start, bottom, banner


def _opening(region: Region, start: int, bottom: int) -> tuple[list[str], int]:
    """The texts of a part's first row, and its first row that is no header."""
    part = replace(region, area=replace(region.area, top=start, bottom=bottom))
    first = region.rows(start, min(bottom, start + ROWS_TO_SEE)) if start <= bottom else []
    return [cell.text for _, cell in _own(region, start) if cell.text], start + (
        header_rows(first, part) if first else 0
    )


def _banner(region: Region, row: int) -> str:
    """The text of a row that has only one."""
    cells = [cell for cell in region.row(row) if cell.text]
    alone = (
        len({cell.text for cell in cells}) == 1 and len({cell.location for cell in cells}) == 1 and cells[0].rows == 1
    )
    return cells[0].text if alone and not cells[0].numeric and len(cells[0].text) <= LONG_TEXT else ""


def _own(region: Region, row: int) -> list[tuple[int, RawCell]]:
    """The row's cells with their columns, each once, without those that began in a row above or go on below."""
    cells = region.row(row)
    return [
        (index, cell)
        for index, cell in enumerate(cells)
        if (index == 0 or cell.location != cells[index - 1].location) and cell.rows == 1
    ]


def _opens_part(region: Region, row: int, bottom: int, opening: Sequence[str]) -> bool:
    """A row of different short texts over numbers, or the part's first row again, or a row cut into other columns."""
    if row >= bottom:
        return False
    numbers = any(cell.numeric for cell in region.row(row) if cell.rows == 1)
    if numbers and not any(cell.text in opening for cell in region.row(row)):
        return False
    own = [(index, cell) for index, cell in _own(region, row) if cell.text]
    texts = [cell.text for _, cell in own]
    if _is_crossed(region, row):
        return False
    if texts and texts[:1] == opening[:1] and _banner(region, row - 1):
        return True
    if len(own) > 2 and _repeats(texts, opening):
        return True
    if len(own) < 2 or numbers or any(len(text) > LONGEST_LABEL for text in texts):
        return False
    return not _labels_rows(region, row) and _heads_another(region, row, own)


def _heads_another(region: Region, row: int, own: Sequence[tuple[int, RawCell]]) -> bool:
    """Whether a row of short texts differs from what is above it and is a header of what is below."""
    columns = {index for index, _ in own}
    below = {index: cell for index, cell in _begun(region, row + 1) if cell.text}
    if not below or not set(below) <= columns | {0}:
        return False
    over_numbers = any(cell.numeric for index, cell in below.items() if index in columns)
    above = dict(_own(region, row - 1))
    changes = set(above) - {0} != set(dict(_own(region, row + 1))) - {0}
    numbers_above = (
        any(cell.numeric for index, cell in above.items() if index)
        or len([cell for cell in above.values() if cell.text]) == 1
    )
    different, count = len({cell.text for _, cell in own}), len(own)
    if over_numbers and (numbers_above or changes):
        return different * 4 >= 3 * count
    return changes and different == count and set(below) - {0} == columns - {0}


def _begun(region: Region, row: int) -> list[tuple[int, RawCell]]:
    """The row's cells with their columns, each once, without those that began in a row above."""
    cells, above = region.row(row), region.row(row - 1)
    return [
        (index, cell)
        for index, cell in enumerate(cells)
        if (index == 0 or cell.location != cells[index - 1].location)
        and not (cell.rows > 1 and cell.location == above[index].location)
    ]


def _is_crossed(region: Region, row: int) -> bool:
    """Whether a merged range begins above the row and goes on in it; one label at the left of a header may."""
    crossed = [
        index
        for index, (cell, above) in enumerate(zip(region.row(row), region.row(row - 1), strict=True))
        if cell.rows > 1 and cell.location == above.location
    ]
    beside = crossed == [0] and region.row(row)[0].rows > MOST_TITLE_LINES
    return bool(crossed) and not (beside and _is_worded(region, row))


def _is_worded(region: Region, row: int) -> bool:
    """Whether three or more short texts, at least half of them with words that head columns, stand in the row."""
    texts = [cell.text for _, cell in _own(region, row) if cell.text]
    worded = sum(has_header_word(text) and len(text.split()) <= MOST_HEADER_WORDS for text in texts)
    return len(texts) > 2 and 2 * worded >= len(texts)


def _labels_rows(region: Region, row: int) -> bool:
    """Whether labels of rows, merged down over several, begin here, beside words that head no columns."""
    begun = _begun(region, row)
    others = [cell.text for _, cell in begun if cell.text and cell.rows == 1]
    worded = 2 * sum(has_header_word(text) for text in others) >= len(others)
    return not worded and any(index and cell.rows > MOST_TITLE_LINES for index, cell in begun)


def _repeats(texts: Sequence[str], first: Sequence[str]) -> bool:
    return len(first) > 2 and sum(text in first for text in texts) >= 0.6 * max(len(texts), len(first))
