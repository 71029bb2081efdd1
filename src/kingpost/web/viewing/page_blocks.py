"""What was read of a page: every block with its boxes, numbered in reading order, and the cells of tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kingpost.types.documents import Block, Cell, Location, PageLocation, ParsedDocument
from kingpost.web.viewing.boxes import Box, boxed
from kingpost.web.viewing.sections import ShownBlock, as_read

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockOnPage:
    """A block, its boxes on one page, and the boxes of its cells there. ``number`` counts in reading order."""

    number: int
    shown: ShownBlock
    boxes: tuple[Box, ...]
    cells: tuple[Box, ...]
    head: tuple[Box, ...]


def blocks_of_page(parsed: ParsedDocument, page: int) -> list[BlockOnPage]:
    """All blocks that stand on the page, or reach onto it."""
    return [_on_page(number, block, page) for number, block in enumerate(_standing(parsed.blocks, page), start=1)]


def _standing(blocks: Sequence[Block], page: int) -> Iterator[Block]:
    return (block for block in blocks if any(_rectangles(place, page) is not None for place in _places(block)))


def _places(block: Block) -> Iterator[Location]:
    yield block.location
    yield from (part.location for part in block.parts)
    if block.grid:
        yield from (cell.location for row in (*block.grid.head, *block.grid.rows) for cell in row)


def _on_page(number: int, block: Block, page: int) -> BlockOnPage:
    own = _rectangles(block.location, page)
    grid = block.grid
    cells = _of_cells([cell for row in grid.rows for cell in row], page) if grid else []
    head = _of_cells([cell for row in grid.head for cell in row], page) if grid else []
    if not own and grid:
        own = _around([*cells, *head])
    if not own:
        own = [rectangle for part in block.parts for rectangle in _rectangles(part.location, page) or []]
    return BlockOnPage(
        number=number,
        shown=as_read(block),
        boxes=tuple(boxed(rectangle) for rectangle in own),
        cells=tuple(boxed(rectangle) for rectangle in cells),
        head=tuple(boxed(rectangle) for rectangle in head),
    )


def _of_cells(cells: Sequence[Cell], page: int) -> list[Rectangle]:
    places = (_rectangles(cell.location, page) or [] for cell in cells if not cell.merged)
    return [rectangle for found in places for rectangle in found]


def _around(rectangles: Sequence[Rectangle]) -> list[Rectangle]:
    if not rectangles:
        return []
    left, top, right, bottom = zip(*rectangles, strict=True)
    return [(min(left), min(top), max(right), max(bottom))]


def _rectangles(location: Location, page: int) -> list[Rectangle] | None:
    """None when the place is not on the page."""
    if not isinstance(location, PageLocation) or location.page != page:
        return None
    return list(location.rects)
