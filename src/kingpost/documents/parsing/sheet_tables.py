"""Finds the tables and forms on a sheet: regions parted by blank rows and columns, title rows, headers, labels, values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from kingpost.documents.parsing.grids import NOTHING, RawCell, count_header_rows, grid, has_header_word, text_of_grid
from kingpost.types.documents import Block, BlockKind, Cell, Grid, SheetLocation

LONGEST_LABEL = 80
CAPTIONS = " - "
MOST_PAIRS = 60
LONG_TEXT = 160
"""A lone text longer than this is a note, not a title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCell:
    """A stored cell as shown."""

    text: str
    bold: bool = False
    merged: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A rectangle of cells, counted from 1, ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def cells(self) -> int:
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    @property
    def name(self) -> str:
        first = f"{column_name(self.left)}{self.top}"
        last = f"{column_name(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A sheet's stored cells by (row, column), merged ranges filled."""

    name: str
    cells: dict[tuple[int, int], SheetCell]
    merged: list[Area] = field(default_factory=list)
    hidden: bool = False
    uncomputed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of a sheet that stands by itself: its area, and its rows of cells (merged ones repeated)."""

    sheet: Sheet
    area: Area

    def row(self, number: int) -> list[RawCell]:
        return [self._cell(number, column) for column in range(self.area.left, self.area.right + 1)]

    def rows(self, first: int, last: int) -> list[list[RawCell]]:
        return [self.row(number) for number in range(first, last + 1)]

    def _cell(self, row: int, column: int) -> RawCell:
        found = self.sheet.cells.get((row, column), SheetCell(text=""))
        own = next(
            (
                area
                for area in self.sheet.merged
                if area.top <= row <= area.bottom and area.left <= column <= area.right
            ),
            None,
        )
        place = own or Area(top=row, left=column, bottom=row, right=column)
        location = SheetLocation(sheet=self.sheet.name, range=place.name)
        return RawCell(text=found.text, location=location, merged=found.merged)


def sheet_blocks(sheet: Sheet) -> Iterator[Block]:
    """The sheet's blocks, top to bottom: text, tables, fields."""
    if not sheet.cells:
        return
    caption = ""
    for region in regions(sheet):
        blocks = list(_region_blocks(region, caption))
        titles = [block for block in blocks if block.kind is BlockKind.PARAGRAPH]
        caption = titles[-1].text if titles and len(blocks) == len(titles) and len(titles[-1].text) <= LONG_TEXT else ""
        yield from blocks


def regions(sheet: Sheet) -> list[Region]:
    """Parts of the sheet between blank rows and columns; a part without header that goes on below its like is joined to it."""
    rows = sorted({row for row, _ in sheet.cells})
    columns = sorted({column for _, column in sheet.cells})
    found = list(_split(sheet, rows, columns))
    joined: list[Region] = []
    for region in found:
        above = joined[-1] if joined else None
        if above and _continues(above, region):
            area = Area(
                top=above.area.top,
                left=min(above.area.left, region.area.left),
                bottom=region.area.bottom,
                right=max(above.area.right, region.area.right),
            )
            joined[-1] = Region(sheet=sheet, area=area)
        else:
            joined.append(region)
    return joined


def _split(sheet: Sheet, rows: Sequence[int], columns: Sequence[int]) -> Iterator[Region]:
    """Cut at blank rows, then each piece at blank columns, until nothing is left to cut."""
    if not rows or not columns:
        return
    inside = [
        (row, column)
        for row, column in sheet.cells
        if rows[0] <= row <= rows[-1] and columns[0] <= column <= columns[-1]
    ]
    for bands, across in (
        (_bands({row for row, _ in inside}), False),
        (_bands({column for _, column in inside}), True),
    ):
        if len(bands) > 1:
            for band in bands:
                yield from _split(sheet, rows if across else band, band if across else columns)
            return
    if inside:
        own_rows = [row for row, _ in inside]
        own_columns = [column for _, column in inside]
        yield Region(
            sheet=sheet,
            area=Area(top=min(own_rows), left=min(own_columns), bottom=max(own_rows), right=max(own_columns)),
        )


def _bands(numbers: set[int]) -> list[list[int]]:
    bands: list[list[int]] = []
    for number in sorted(numbers):
        if bands and number == bands[-1][-1] + 1:
            bands[-1].append(number)
        else:
            bands.append([number])
    return bands


def _continues(above: Region, below: Region) -> bool:
    """Whether ``below`` is the same table after one blank row: same columns, no header of its own, kinds of values alike."""
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


def _region_blocks(region: Region, caption: str) -> Iterator[Block]:
    area = region.area
    top, titles = _titles(region)
    title = CAPTIONS.join(dict.fromkeys([*([caption] if caption else []), *titles]))
    if top > area.bottom:
        for text in titles:
            yield _block(region, BlockKind.PARAGRAPH, text, area)
        return
    bottom, notes = _notes(region, top)
    for first, last, banner in _segments(region, top, bottom):
        part = Region(sheet=region.sheet, area=replace(area, top=first, bottom=last))
        heading = CAPTIONS.join(text for text in (title, banner) if text)
        yield from _part_blocks(part, heading, notes if last == bottom else [])


def _titles(region: Region) -> tuple[int, list[str]]:
    """Rows at the top with one text only."""
    titles: list[str] = []
    row = region.area.top
    while row <= region.area.bottom:
        texts = {cell.text for cell in region.row(row) if cell.text}
        lone = len(texts) == 1 and (region.area.right > region.area.left or region.area.bottom == region.area.top)
        if not lone or next(iter(texts)) in NOTHING:
            break
        text = next(iter(texts))
        if text not in titles:
            titles.append(text)
        row += 1
    return row, titles


def _notes(region: Region, top: int) -> tuple[int, list[str]]:
    """Rows at the bottom with one text only, over several columns or long or called a note."""
    notes: list[str] = []
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
        notes.insert(0, next(iter(texts)))
        bottom -= 1
    return bottom, notes


def _segments(region: Region, top: int, bottom: int) -> Iterator[tuple[int, int, str]]:
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
        if (index == 0 or cell.location != cells[index - 1].location) and not _spans_rows(cell)
    ]


def _spans_rows(cell: RawCell) -> bool:
    if not isinstance(cell.location, SheetLocation) or ":" not in cell.location.range:
        return False
    first, _, last = cell.location.range.partition(":")
    return first.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != last.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _opens_part(region: Region, row: int, start: int, bottom: int) -> bool:
    """A row of different short texts over numbers, or the part's first row again, or a row cut into other columns."""
    if row <= start or row >= bottom:
        return False
    own = [(index, cell) for index, cell in _own(region, row) if cell.text]
    texts = [cell.text for _, cell in own]
    if len(own) > 2 and _repeats(texts, [cell.text for _, cell in _own(region, start) if cell.text]):
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


def _part_blocks(part: Region, caption: str, notes: Sequence[str]) -> Iterator[Block]:
    matrix = part.rows(part.area.top, part.area.bottom)
    header_rows = _header_rows(matrix, part)
    pairs = _pairs(matrix) if not header_rows or _has_colons(matrix) else []
    if pairs:
        yield from (_field(part, group, label, value, caption) for group, label, value in pairs)
        for note in notes:
            yield _block(part, BlockKind.PARAGRAPH, note, part.area)
        return
    matrix = _without_row_labels(matrix, header_rows)
    found = _with_headers(grid(matrix, caption=caption, header_rows=header_rows, notes=notes))
    if found.rows:
        yield Block(
            kind=BlockKind.TABLE,
            text=text_of_grid(found),
            location=SheetLocation(sheet=part.sheet.name, range=part.area.name),
            section=_section(part),
            grid=found,
        )


def _without_row_labels(matrix: Sequence[Sequence[RawCell]], header_rows: int) -> list[list[RawCell]]:
    """A label merged down from the header row over the rows below it heads no column."""
    full = [list(row) for row in matrix]
    if header_rows and header_rows < len(full):
        for column, cell in enumerate(full[header_rows - 1]):
            if cell.text and cell.location == full[header_rows][column].location:
                for row in full[:header_rows]:
                    if row[column].location == cell.location:
                        row[column] = replace(row[column], text="")
    return full


def _header_rows(matrix: Sequence[Sequence[RawCell]], part: Region) -> int:
    """As for any table; and a first row set in bold over rows that are not."""
    found = count_header_rows(matrix)
    if found or len(matrix) < 2:
        return found
    first = [cell for cell in matrix[0] if cell.text]
    texts = [cell.text for cell in first]
    if _bold(part, part.area.top) and not _bold(part, part.area.top + 1) and len(first) > 1:
        return 1
    own = {cell.location for cell in first}
    distinct = (
        len(set(texts)) == len(own) == len(first)
        and len(first) == len(matrix[0])
        and all(len(text) <= LONGEST_LABEL for text in texts)
    )
    alternates = any(cell.numeric for cell in matrix[0])
    return 1 if distinct and len(matrix) > 2 and len(texts) > 2 and not alternates and not _pairs(matrix) else 0


def _bold(part: Region, row: int) -> bool:
    cells = [part.sheet.cells.get((row, column)) for column in range(part.area.left, part.area.right + 1)]
    return all(cell.bold for cell in cells if cell) and any(cells)


def _has_colons(matrix: Sequence[Sequence[RawCell]]) -> bool:
    return sum(cell.text.endswith((":", "：")) for row in matrix for cell in row) * 3 > len(matrix)


def _pairs(matrix: Sequence[Sequence[RawCell]]) -> list[tuple[str, RawCell, RawCell]]:
    """Labels beside values, with the label over both where a row has one more, when that is what the part is made of."""
    rows = [_pairs_of_row(row) for row in matrix]
    if not all(rows):
        return []
    pairs: list[tuple[str, RawCell, RawCell]] = []
    heads: list[str] = []
    for row, below in zip(rows, [*rows[1:], []], strict=True):
        if _heads(row, below):
            heads = [f"{label.text} / {value.text}" for _, label, value in row]
            continue
        named = heads if len(heads) == len(row) else [""] * len(row)
        pairs += [
            (CAPTIONS.join(text for text in (group, head) if text), label, value)
            for head, (group, label, value) in zip(named, row, strict=True)
        ]
    labels = [(group, label.text) for group, label, _ in pairs]
    if len(set(labels)) < len(labels) or not 0 < len(pairs) <= MOST_PAIRS:
        return []
    colons = sum(label.text.endswith((":", "：")) for _, label, _ in pairs)
    told_apart = sum(value.numeric or len(value.text) > len(label.text) or not value.text for _, label, value in pairs)
    two_columns = all(len({cell.location for cell in row}) == 2 for row in matrix)
    worded = sum(has_header_word(label.text) for _, label, _ in pairs)
    formlike = colons * 2 >= len(pairs) or told_apart * 2 >= len(pairs) or worded * 5 >= 2 * len(pairs)
    return pairs if two_columns or formlike else []


def _pairs_of_row(row: Sequence[RawCell]) -> list[tuple[str, RawCell, RawCell]]:
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


def _heads(row: Sequence[tuple[str, RawCell, RawCell]], below: Sequence[tuple[str, RawCell, RawCell]]) -> bool:
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


def _field(part: Region, group: str, label: RawCell, value: RawCell, caption: str) -> Block:
    name = label.text.rstrip(":： ")
    return Block(
        kind=BlockKind.FORM_FIELD,
        text=value.text,
        label=name,
        location=_with_header(value.location, (group, name) if group else (name,)),
        section=(*_section(part), *(text for text in (caption, group) if text)),
    )


def _with_headers(found: Grid) -> Grid:
    """Each cell's location names the header path that governs it."""
    rows = tuple(
        tuple(
            Cell(text=cell.text, location=_with_header(cell.location, path), merged=cell.merged)
            for cell, path in zip(row, found.headers, strict=True)
        )
        for row in found.rows
    )
    return replace(found, rows=rows)


def _with_header(location: object, header: tuple[str, ...]) -> SheetLocation:
    assert isinstance(location, SheetLocation)  # noqa: S101 - regions of a sheet place their cells so
    return replace(location, header=header)


def _block(region: Region, kind: BlockKind, text: str, area: Area) -> Block:
    location = SheetLocation(sheet=region.sheet.name, range=area.name)
    return Block(kind=kind, text=text, location=location, section=_section(region))


def _section(region: Region) -> tuple[str, ...]:
    return (region.sheet.name + (" (hidden)" if region.sheet.hidden else ""),)


def column_name(number: int) -> str:
    """1 -> A, 27 -> AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
