"""Documents without page images as blocks of text, with the cited span marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from kingpost.documents.preview import place
from kingpost.language.quotes import find_quote
from kingpost.types.documents import Block, BlockKind, Cell, Location, PageLocation, ParsedDocument, SectionLocation

LONGEST = 600
"""Blocks shown at once, around the cited one."""
EXCERPT = 5

Span = tuple[int, int]
NOWHERE: Span = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of text, cited or not."""

    text: str
    cited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBlock:
    """A block as the viewer draws it: text in segments, or a table of cells."""

    kind: BlockKind
    level: int
    label: str
    segments: tuple[Segment, ...]
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[Segment, ...], ...] = ()
    caption: str = ""
    notes: tuple[str, ...] = ()
    number: str = ""
    flags: tuple[str, ...] = ()
    place: str = ""

    @property
    def cited(self) -> bool:
        return any(segment.cited for segment in (*self.segments, *(cell for row in self.rows for cell in row)))


def blocks_at_span(parsed: ParsedDocument, cited: Span) -> list[ShownBlock]:
    """All blocks, with what lies in ``cited`` (code points of the parsed text) marked."""
    return [_shown(block, _within(block, cited), cited) for block in parsed.blocks]


def blocks_on_page(parsed: ParsedDocument, page: int, quote: str) -> list[ShownBlock]:
    """The blocks of one page or slide, with the quote marked where it is found."""
    blocks = [block for block in parsed.blocks if page_of(block.location) in (page, 0)]
    return [_shown(block, (quote and find_quote(quote, block.text)) or NOWHERE, NOWHERE) for block in blocks]


def as_read(block: Block) -> ShownBlock:
    """A block with nothing marked."""
    return _shown(block, NOWHERE, NOWHERE)


def around_citation(blocks: Sequence[ShownBlock], count: int) -> list[ShownBlock]:
    """At most ``count`` blocks, the first cited one among them with a little before it."""
    if len(blocks) <= count:
        return list(blocks)
    first = next((index for index, block in enumerate(blocks) if block.cited), 0)
    start = max(0, min(first - count // 3, len(blocks) - count))
    return list(blocks[start : start + count])


def page_of(location: Location) -> int:
    """The page of a place, 0 where it has none."""
    return location.page if isinstance(location, PageLocation) else 0


def _within(block: Block, cited: Span) -> Span:
    """The cited span counted in the block's own text."""
    if not isinstance(block.location, SectionLocation):
        return NOWHERE
    start, end = block.location.span
    return max(cited[0], start) - start, min(cited[1], end) - start


def _shown(block: Block, span: Span, cited: Span) -> ShownBlock:
    if block.grid is not None:
        return ShownBlock(
            kind=block.kind,
            level=0,
            label="",
            segments=(),
            headers=tuple(_header(path, unit) for path, unit in zip_longest(block.grid.headers, block.grid.units)),
            rows=tuple(tuple(_cell(cell, cited) for cell in row) for row in block.grid.rows),
            caption=block.grid.caption,
            notes=block.grid.notes,
            flags=block.flags,
            place=place(block.location),
        )
    return ShownBlock(
        kind=block.kind,
        level=block.level,
        label=block.label,
        segments=_segments(block.text, span),
        number=block.number,
        flags=block.flags,
        place=place(block.location),
    )


def _header(path: tuple[str, ...] | None, unit: str | None) -> str:
    """The header path of a column, with its unit where the words do not tell it."""
    words = " / ".join(path or ())
    return f"{words} [{unit}]" if unit and unit not in words else words


def _segments(text: str, span: Span) -> tuple[Segment, ...]:
    start, end = span
    if start >= end:
        return (Segment(text=text),)
    pieces = (Segment(text=text[:start]), Segment(text=text[start:end], cited=True), Segment(text=text[end:]))
    return tuple(piece for piece in pieces if piece.text)


def _cell(cell: Cell, cited: Span) -> Segment:
    inside = isinstance(cell.location, SectionLocation) and max(cell.location.span[0], cited[0]) < min(
        cell.location.span[1], cited[1]
    )
    return Segment(text=cell.text, cited=inside and not cell.merged)
