"""A parsed document in words, block by block with its place, so that a person can see what was read."""

from collections.abc import Iterator

from kingpost.documents.parsing.flow import text_of
from kingpost.types.documents import Block, Cell, Grid, Location, PageLocation, ParsedDocument, SheetLocation

PATH = " / "


def preview(parsed: ParsedDocument) -> Iterator[str]:
    """Line by line: properties and warnings first, then every block in reading order."""
    yield f"title: {parsed.title}"
    yield from (f"{name}: {' | '.join(value.splitlines())}" for name, value in sorted(parsed.properties.items()))
    yield f"pages: {parsed.pages}, coverage: {parsed.coverage:.2f}, characters: {len(text_of(parsed.blocks))}"
    if parsed.ocr_pages:
        yield f"read from images: page {', '.join(map(str, parsed.ocr_pages))}"
    yield from (f"warning: {warning}" for warning in parsed.warnings)
    section: tuple[str, ...] = ()
    for block in parsed.blocks:
        if block.section != section:
            section = block.section
            yield f"--- {' > '.join(section)}"
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    names = [block.kind.value, *([str(block.level)] if block.level else []), *([block.number] if block.number else [])]
    flags = f" ({', '.join(block.flags)})" if block.flags else ""
    label = f"{block.label}: " if block.label else ""
    head = f"[{' '.join(names)}]{flags} {place(block.location)}"
    if block.grid is None:
        first, *more = block.text.split("\n")
        yield f"{head} {label}{first}".rstrip()
        yield from (f"    {line}" for line in more)
        return
    yield f"{head} {block.grid.caption}".rstrip()
    yield from (f"    {line}" for line in _grid(block.grid))


def _grid(grid: Grid) -> Iterator[str]:
    units = grid.units or ("",) * len(grid.headers)
    columns = [PATH.join(path) + (f" <{unit}>" if unit else "") for path, unit in zip(grid.headers, units, strict=True)]
    yield f"columns ({grid.label_columns} of labels): {' | '.join(columns)}"
    for row in grid.rows:
        yield " | ".join(_cell(cell) for cell in row)
    yield from (f"note: {note}" for note in grid.notes)


def _cell(cell: Cell) -> str:
    name = f"{cell.location.range} " if isinstance(cell.location, SheetLocation) else ""
    remarks = [
        *(["merged"] if cell.merged else []),
        *cell.flags,
        *([f"comment: {cell.comment}"] if cell.comment else []),
    ]
    return f"{name}{cell.text}" + (f" ({'; '.join(remarks)})" if remarks else "")


def place(location: Location) -> str:
    """Where it stands, in short: ``p3 (0.10, 0.20, 0.90, 0.25)``, ``Doors!B5:C5``, ``120-180``."""
    if isinstance(location, SheetLocation):
        return f"{location.sheet}!{location.range}"
    if not isinstance(location, PageLocation):
        return f"{location.span[0]}-{location.span[1]}"
    if not location.rects:
        return f"p{location.page}"
    left, top = min(rect[0] for rect in location.rects), min(rect[1] for rect in location.rects)
    right, bottom = max(rect[2] for rect in location.rects), max(rect[3] for rect in location.rects)
    return f"p{location.page} ({left:.2f}, {top:.2f}, {right:.2f}, {bottom:.2f})"
