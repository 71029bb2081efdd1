"""Finds the tables and forms on a sheet: regions parted by blank rows and columns, title rows, headers, labels, values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from kingpost.documents.parsing.grids import NOTHING, RawCell, count_header_rows, grid, text_of_grid
from kingpost.types.documents import Block, BlockKind, Cell, Grid, SheetLocation

LONGEST_LABEL = 80
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
        own = next((area for area in self.sheet.merged if area.top <= row <= area.bottom and area.left <= column <= area.right), None)
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
    inside = [(row, column) for row, column in sheet.cells if rows[0] <= row <= rows[-1] and columns[0] <= column <= columns[-1]]
    for bands, across in ((_bands({row for row, _ in inside}), False), (_bands({column for _, column in inside}), True)):
        if len(bands) > 1:
            for band in bands:
                yield from _split(sheet, rows if across else band, band if across else columns)
            return
    if inside:
        own_rows = [row for row, _ in inside]
        own_columns = [column for _, column in inside]
        yield Region(sheet=sheet, area=Area(top=min(own_rows), left=min(own_columns), bottom=max(own_rows), right=max(own_columns)))


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
    sheet, area = region.sheet, region.area
    top, titles = _titles(region)
    title = " - ".join(dict.fromkeys([*([caption] if caption else []), *titles]))
    if top > area.bottom:
        for text in titles:
            yield _block(region, BlockKind.PARAGRAPH, text, area)
        return
    bottom, notes = _notes(region, top)
    for first, last in _segments(region, top, bottom):
        part = Region(sheet=sheet, area=replace(area, top=first, bottom=last))
        yield from _part_blocks(part, title, notes if last == bottom else [])


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
        if len(texts) != 1 or not (len(cells) > 1 or len(cells[0].text) > LONGEST_LABEL or cells[0].text.lower().startswith(("note", "*", "source"))):
            break
        notes.insert(0, next(iter(texts)))
        bottom -= 1
    return bottom, notes


def _segments(region: Region, top: int, bottom: int) -> Iterator[tuple[int, int]]:
    """Parts of a region one under another that have headers of their own, told by how their columns are merged."""
    start = top
    shape = None
    for row in range(top, bottom + 1):
        own = _shape(region, row)
        if shape is not None and own != shape and row > start and _opens_part(region, row, bottom):
            yield start, row - 1
            start = row
        shape = own
    yield start, bottom


def _shape(region: Region, row: int) -> tuple[int, ...]:
    """Left edges of the row's cells, merged ones counted once."""
    return tuple(
        index
        for index, cell in enumerate(region.row(row))
        if index == 0 or not cell.merged or cell.location != region.row(row)[index - 1].location
    )


def _opens_part(region: Region, row: int, bottom: int) -> bool:
    """A row of different short texts with rows of its own shape below it."""
    cells = region.row(row)
    own = [cell for index, cell in enumerate(cells) if cell.text and (index == 0 or cell.location != cells[index - 1].location)]
    if len(own) < 2 or row >= bottom or any(cell.numeric or len(cell.text) > LONGEST_LABEL for cell in own):
        return False
    texts = [cell.text for cell in own]
    return len(set(texts)) == len(texts) and _shape(region, row + 1) == _shape(region, row)


def _part_blocks(part: Region, caption: str, notes: Sequence[str]) -> Iterator[Block]:
    matrix = part.rows(part.area.top, part.area.bottom)
    pairs = _pairs(matrix)
    if pairs:
        yield from (_field(part, label, value, caption) for label, value in pairs)
        for note in notes:
            yield _block(part, BlockKind.PARAGRAPH, note, part.area)
        return
    found = grid(matrix, caption=caption, header_rows=_header_rows(matrix, part), notes=notes)
    found = _with_headers(found)
    if found.rows:
        yield Block(
            kind=BlockKind.TABLE,
            text=text_of_grid(found),
            location=SheetLocation(sheet=part.sheet.name, range=part.area.name),
            section=_section(part),
            grid=found,
        )


def _header_rows(matrix: Sequence[Sequence[RawCell]], part: Region) -> int:
    """As for any table; and a first row set in bold over rows that are not."""
    found = count_header_rows(matrix)
    if found or len(matrix) < 2:
        return found
    bold = [_bold(part, part.area.top + offset) for offset in range(2)]
    first = [cell for cell in matrix[0] if cell.text]
    texts = [cell.text for cell in first]
    distinct = len(set(texts)) == len(texts) and len(texts) == len(matrix[0]) and all(len(text) <= LONGEST_LABEL for text in texts)
    if bold[0] and not bold[1] and len(first) > 1:
        return 1
    return 1 if distinct and len(matrix) > 2 and len(texts) > 2 and not any(cell.numeric for cell in first) else 0


def _bold(part: Region, row: int) -> bool:
    cells = [part.sheet.cells.get((row, column)) for column in range(part.area.left, part.area.right + 1)]
    return all(cell.bold for cell in cells if cell) and any(cells)


def _pairs(matrix: Sequence[Sequence[RawCell]]) -> list[tuple[RawCell, RawCell]]:
    """Labels beside values, when that is what the part is made of: two columns, or labels that end with colons."""
    pairs: list[tuple[RawCell, RawCell]] = []
    colons = 0
    for row in matrix:
        cells = [cell for index, cell in enumerate(row) if index == 0 or cell.location != row[index - 1].location]
        if len(cells) % 2:
            cells = cells[:-1] if not cells[-1].text else cells
        if len(cells) % 2 or not all(_is_label(cell) for cell in cells[::2] if cell.text or len(cells) == 2):
            return []
        colons += sum(cell.text.endswith((":", "：")) for cell in cells[::2])
        pairs += [(label, value) for label, value in zip(cells[::2], cells[1::2], strict=True) if label.text]
    if colons * 2 >= len(pairs) > 0:
        return pairs
    wide = max(len({cell.location for cell in row}) for row in matrix)
    alternating = wide in {4, 6} and len(matrix) <= 12 and _labels_differ(pairs) and not count_header_rows(matrix)
    return pairs if alternating and any(value.numeric for _, value in pairs) else []


def _labels_differ(pairs: Sequence[tuple[RawCell, RawCell]]) -> bool:
    labels = [label.text for label, _ in pairs]
    return len(set(labels)) == len(labels)


def _is_label(cell: RawCell) -> bool:
    return 0 < len(cell.text) <= LONGEST_LABEL and not cell.numeric


def _field(part: Region, label: RawCell, value: RawCell, caption: str) -> Block:
    return Block(
        kind=BlockKind.FORM_FIELD,
        text=value.text,
        label=label.text.rstrip(":： "),
        location=_with_header(value.location, (label.text.rstrip(":： "),)),
        section=(*_section(part), *([caption] if caption else [])),
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
