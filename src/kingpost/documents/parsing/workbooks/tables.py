"""The tables, forms and texts of a sheet as blocks, each with its cells' places and the headers that govern them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kingpost.documents.parsing.grids import RawCell, grid, text_of_grid
from kingpost.documents.parsing.label_values import CAPTIONS, COLONS, Pair, has_colons, pairs
from kingpost.documents.parsing.workbooks.headers import header_rows, with_storeys
from kingpost.documents.parsing.workbooks.labels import filled_down, indented_column, with_ancestors
from kingpost.documents.parsing.workbooks.overview import sheet_overview
from kingpost.documents.parsing.workbooks.regions import (
    LONG_TEXT,
    is_loose,
    is_note,
    lone_texts,
    notes,
    regions,
    segments,
    titles,
)
from kingpost.documents.parsing.workbooks.sheets import Area, Region, Sheet, SheetTable
from kingpost.types.documents import Block, BlockKind, Cell, Grid, Location, SheetLocation

NEAR_ROWS = 3
"""A title stands at most so far above its table; a note half as far below it."""
MOST_REGIONS = 2_000
"""Parts of a sheet among which titles and notes are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What stands around a region: titles over it, notes under it."""

    captions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def sheet_blocks(sheet: Sheet, *, names: Sequence[str] = ()) -> Iterator[Block]:
    """The sheet's overview, then its blocks, top to bottom: text, tables, fields; then what is drawn over them."""
    blocks = [*(_cell_blocks(sheet) if sheet.cells else ()), *_drawn(sheet)]
    yield from sheet_overview(sheet, blocks, names)
    yield from blocks


def _cell_blocks(sheet: Sheet) -> Iterator[Block]:
    found = regions(sheet)
    frames, taken = _frames(found)
    for index, region in enumerate(found):
        if index not in taken:
            yield from _region_blocks(region, frames.get(index, _Frame()))


def _frames(found: Sequence[Region]) -> tuple[Mapping[int, _Frame], set[int]]:
    """For each region the lone texts right above and below it, and which of them are told of as its notes only."""
    if len(found) > MOST_REGIONS:
        return {}, set()
    lone = {index: texts for index, region in enumerate(found) if (texts := lone_texts(region))}
    frames: dict[int, _Frame] = {}
    taken: set[int] = set()
    for index, region in enumerate(found):
        if index in lone:
            continue
        above = _nearest(found, index, lone)
        captions = [text for text in lone[above] if len(text) <= LONG_TEXT and not is_note(text)] if above >= 0 else []
        below = [
            other
            for other, texts in lone.items()
            if is_note(texts[0]) and _is_under(found[other].area, region.area) and other not in taken
        ]
        taken |= set(below)
        frames[index] = _Frame(captions=tuple(captions), notes=tuple(text for other in below for text in lone[other]))
    return frames, taken


def _nearest(found: Sequence[Region], index: int, lone: Mapping[int, Sequence[str]]) -> int:
    """The lone text that is nearest above a region and over its columns, with no other region between; or -1.

    Else the one that was read right before it, where that is over no other region either.
    """
    area = found[index].area
    best = -1
    for other in range(index):
        over = found[other].area
        if over.bottom < area.top and _share_columns(over, area):
            near = other in lone and (area.top - over.bottom <= NEAR_ROWS or other == index - 1)
            best = other if near else -1
    last = index - 1
    if best < 0 and last in lone and found[last].area.bottom < area.top:
        others = [region.area for at, region in enumerate(found) if at not in lone and at != index]
        if not any(_share_columns(found[last].area, other) and other.top > found[last].area.bottom for other in others):
            return last
    return best


def _share_columns(one: Area, other: Area) -> bool:
    return one.left <= other.right and other.left <= one.right


def _is_under(note: Area, area: Area) -> bool:
    return 0 < note.top - area.bottom <= NEAR_ROWS - 1 and _share_columns(note, area)


def _region_blocks(region: Region, frame: _Frame) -> Iterator[Block]:
    area = region.area
    if is_loose(region):
        yield from _loose(region)
        return
    if lone_texts(region):
        yield from _texts(region)
        return
    top, over = titles(region)
    if top > area.bottom:
        yield from _texts(region)
        return
    bottom, under = notes(region, top)
    name = _table_name(region.table) if region.table else ""
    parts = list(segments(region, top, bottom))
    titled_over, first_banner = _first_banner(region, over, parts)
    for first, last, banner in parts:
        part = replace(region, area=replace(area, top=first, bottom=last))
        titled = banner or (first_banner if first == top else "")
        heading = CAPTIONS.join(dict.fromkeys(text for text in (*frame.captions, *titled_over, titled, name) if text))
        yield from _part_blocks(part, heading, [*under, *frame.notes] if last == bottom else [])


def _first_banner(
    region: Region, over: Sequence[str], parts: Sequence[tuple[int, int, str]]
) -> tuple[Sequence[str], str]:
    """Titles over all parts, and the last of them where it stands over the first part only, as banners over others."""
    others = parts[1:]
    if not over or not others or parts[0][2] or not all(banner for _, _, banner in others):
        return over, ""
    first = [cell.text for cell in region.row(parts[0][0]) if not cell.numeric]
    alike = all([cell.text for cell in region.row(top) if not cell.numeric][:1] == first[:1] for top, _, _ in others)
    return (over[:-1], over[-1]) if len(over) > 1 or alike else (over, "")


def _table_name(table: SheetTable) -> str:
    """The name that people gave it: ``Table1`` is none."""
    stem = table.name.rstrip("0123456789_")
    return "" if stem.casefold() in {"table", "tabelle", "tableau", "tabla", "tabella", ""} else table.name


def _part_blocks(part: Region, caption: str, under: Sequence[str]) -> Iterator[Block]:
    matrix = part.rows(part.area.top, part.area.bottom)
    count = header_rows(matrix, part)
    fields = pairs(matrix) if not part.table and (not count or has_colons(matrix)) else []
    if fields:
        yield from (block for pair in fields for block in _field(part, pair, caption))
        yield from (_text(part, note, part.area.name) for note in under)
        return
    found = _table(part, matrix, count)
    found = _with_headers(replace(found, caption=caption, notes=tuple(under)))
    if found.rows:
        yield Block(
            kind=BlockKind.TABLE,
            text=text_of_grid(found),
            location=SheetLocation(sheet=part.sheet.name, range=part.area.name),
            section=part.sheet.section,
            grid=found,
            flags=("hidden",) if part.sheet.hidden else (),
        )


def _table(part: Region, matrix: Sequence[Sequence[RawCell]], count: int) -> Grid:
    """The grid of a part, each row with the labels over its own."""
    full = with_storeys(_without_row_labels(matrix, count), count)
    full = filled_down(full, count)
    found = grid(full, header_rows=count)
    column = indented_column(full[count:], part)
    return with_ancestors(found, part, column, len(full[0])) if column >= 0 else found


def _without_row_labels(matrix: Sequence[Sequence[RawCell]], count: int) -> list[list[RawCell]]:
    """A label merged down from the header row over the rows below it heads no column."""
    full = [list(row) for row in matrix]
    if count and count < len(full):
        for column, cell in enumerate(full[count - 1]):
            if cell.text and cell.location == full[count][column].location:
                for row in full[:count]:
                    if row[column].location == cell.location:
                        row[column] = replace(row[column], text="")
    return full


def _field(part: Region, pair: Pair, caption: str) -> Iterator[Block]:
    """The field, and what is noted at its label or value."""
    group, label, value = pair
    name = label.text.rstrip("".join(COLONS) + " ")
    section = (*part.sheet.section, *(text for text in (caption, group) if text))
    location = _with_header(value.location, (group, name) if group else (name,))
    flags = tuple(dict.fromkeys([*label.flags, *value.flags]))
    yield Block(kind=BlockKind.FORM_FIELD, text=value.text, label=name, location=location, section=section, flags=flags)
    remarks = "; ".join(dict.fromkeys(cell.comment for cell in (label, value) if cell.comment))
    if remarks:
        text = f"{name}: {value.text or '(blank)'} ({remarks})"
        yield Block(kind=BlockKind.PARAGRAPH, text=text, location=location, section=section, flags=flags)


def _with_headers(found: Grid) -> Grid:
    """Each cell's location names the header path that governs it."""
    rows = tuple(
        tuple(_headed(cell, path) if path else cell for cell, path in zip(row, found.headers, strict=True))
        for row in found.rows
    )
    return replace(found, rows=rows)


def _headed(cell: Cell, path: tuple[str, ...]) -> Cell:
    return Cell(
        text=cell.text,
        location=_with_header(cell.location, path),
        merged=cell.merged,
        rows=cell.rows,
        columns=cell.columns,
        comment=cell.comment,
        flags=cell.flags,
    )


def _with_header(location: Location, header: tuple[str, ...]) -> Location:
    if not isinstance(location, SheetLocation):
        return location
    return SheetLocation(sheet=location.sheet, range=location.range, header=header)


def _texts(region: Region) -> Iterator[Block]:
    """Each text once, at its own place, with what is noted at it."""
    seen: set[Location] = set()
    for row in range(region.area.top, region.area.bottom + 1):
        for cell in region.row(row):
            text = f"{cell.text} ({cell.comment})" if cell.comment else cell.text
            if text and cell.location not in seen:
                seen.add(cell.location)
                place = cell.location.range if isinstance(cell.location, SheetLocation) else region.area.name
                yield replace(_text(region, text.strip(), place), flags=cell.flags)


def _text(region: Region, text: str, place: str) -> Block:
    location = SheetLocation(sheet=region.sheet.name, range=place)
    return Block(kind=BlockKind.PARAGRAPH, text=text, location=location, section=region.sheet.section)


def _loose(region: Region) -> Iterator[Block]:
    """Cells strewn over a large rectangle: the text of each row."""
    rows: dict[int, list[tuple[int, str]]] = {}
    for (row, column), cell in region.sheet.cells.items():
        if region.area.holds(row, column) and cell.text and not cell.merged:
            rows.setdefault(row, []).append((column, cell.text))
    for row, cells in sorted(rows.items()):
        ordered = sorted(cells)
        area = Area(top=row, left=ordered[0][0], bottom=row, right=ordered[-1][0])
        yield _text(region, " | ".join(text for _, text in ordered), area.name)


def _drawn(sheet: Sheet) -> Iterator[Block]:
    for item in sheet.drawn:
        location = SheetLocation(sheet=sheet.name, range=item.area.name)
        is_text = item.kind == "text"
        yield Block(
            kind=BlockKind.PARAGRAPH if is_text else BlockKind.FIGURE,
            text=item.text,
            label=item.title,
            location=location,
            section=sheet.section,
        )
