"""The tables, forms and texts of a sheet as blocks, each with its cells' places and the headers that govern them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kingpost.documents.parsing.grids import RawCell, count_header_rows, grid, text_of_grid
from kingpost.documents.parsing.label_values import CAPTIONS, COLONS, Pair, has_colons, pairs
from kingpost.documents.parsing.sheet_regions import LONG_TEXT, LONGEST_LABEL, notes, regions, segments, titles
from kingpost.documents.parsing.sheets import Region, Sheet
from kingpost.types.documents import Block, BlockKind, Cell, Grid, Location, SheetLocation


def sheet_blocks(sheet: Sheet) -> Iterator[Block]:
    """The sheet's blocks, top to bottom: text, tables, fields."""
    if not sheet.cells:
        return
    caption = ""
    for region in regions(sheet):
        blocks = list(_region_blocks(region, caption))
        lone = all(block.kind is BlockKind.PARAGRAPH for block in blocks)
        caption = blocks[-1].text if blocks and lone and len(blocks[-1].text) <= LONG_TEXT else ""
        yield from blocks


def _region_blocks(region: Region, caption: str) -> Iterator[Block]:
    area = region.area
    top, over = titles(region)
    if top > area.bottom:
        yield from (_text(region, text) for text in over)
        return
    bottom, under = notes(region, top)
    for first, last, banner in segments(region, top, bottom):
        part = Region(sheet=region.sheet, area=replace(area, top=first, bottom=last))
        heading = CAPTIONS.join(dict.fromkeys(text for text in (caption, *over, banner) if text))
        yield from _part_blocks(part, heading, under if last == bottom else [])


def _part_blocks(part: Region, caption: str, under: Sequence[str]) -> Iterator[Block]:
    matrix = part.rows(part.area.top, part.area.bottom)
    header_rows = _header_rows(matrix, part)
    fields = pairs(matrix) if not header_rows or has_colons(matrix) else []
    if fields:
        yield from (_field(part, pair, caption) for pair in fields)
        yield from (_text(part, note) for note in under)
        return
    matrix = _without_row_labels(matrix, header_rows)
    found = _with_headers(grid(matrix, caption=caption, header_rows=header_rows, notes=under))
    if found.rows:
        yield Block(
            kind=BlockKind.TABLE,
            text=text_of_grid(found),
            location=SheetLocation(sheet=part.sheet.name, range=part.area.name),
            section=part.sheet.section,
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
    if part.is_bold(part.area.top) and not part.is_bold(part.area.top + 1) and len(first) > 1:
        return 1
    own = {cell.location for cell in first}
    distinct = (
        len(set(texts)) == len(own) == len(first)
        and len(first) == len(matrix[0])
        and all(len(text) <= LONGEST_LABEL for text in texts)
    )
    alternates = any(cell.numeric for cell in matrix[0])
    return 1 if distinct and len(matrix) > 2 and len(texts) > 2 and not alternates and not pairs(matrix) else 0


def _field(part: Region, pair: Pair, caption: str) -> Block:
    group, label, value = pair
    name = label.text.rstrip("".join(COLONS) + " ")
    return Block(
        kind=BlockKind.FORM_FIELD,
        text=value.text,
        label=name,
        location=_with_header(value.location, (group, name) if group else (name,)),
        section=(*part.sheet.section, *(text for text in (caption, group) if text)),
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


def _with_header(location: Location, header: tuple[str, ...]) -> Location:
    return replace(location, header=header) if isinstance(location, SheetLocation) else location


def _text(region: Region, text: str) -> Block:
    location = SheetLocation(sheet=region.sheet.name, range=region.area.name)
    return Block(kind=BlockKind.PARAGRAPH, text=text, location=location, section=region.sheet.section)
