"""Cuts a parsed document into chunks that carry their identity: clauses, loose text, table rows, form fields, code."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from kingpost.documents.identity import Identity
from kingpost.documents.passages import Span, clipped, joined_blocks, spans_within
from kingpost.documents.rows import RowPiece, overview_text, row_pieces
from kingpost.language.identifiers import identifiers, key
from kingpost.language.normalise import content_hash
from kingpost.types.documents import (
    EVERYONE,
    Block,
    BlockKind,
    Chunk,
    ChunkCell,
    ChunkKind,
    Location,
    ParsedDocument,
    Part,
)

FEWEST_TEXT_TOKENS = 40
"""A chunk has room for at least this much text, however long its context is."""
LONGEST_KEY = 60
TEXT_KINDS = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST, BlockKind.HEADING})
ATTACHED = re.compile(
    r"^(?:options?|arguments?|parameters?|switches|flags|returns?|inputs?|outputs?|notes?)\b", re.IGNORECASE
)
"""Headings of sections that go on about what the section before describes."""
Units = Iterator[list[Block]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How long chunks may be, and what counts tokens."""

    chunk_tokens: int
    context_tokens: int
    count: Callable[[str], int]


@dataclass(slots=True)
class Chunker:
    """Cuts one revision of one document."""

    document_id: str
    revision_id: str
    identity: Identity
    measure: Measure
    groups: tuple[str, ...] = EVERYONE
    _chunks: list[Chunk] = field(default_factory=list)
    _tables: int = 0
    _section_names: dict[tuple[str, ...], str] = field(default_factory=dict)

    def cut(self, parsed: ParsedDocument) -> list[Chunk]:
        """All chunks in reading order; their ids depend on document, revision and place in that order only."""
        self._section_names = section_names(parsed.blocks)
        for unit in units(parsed.blocks):
            match unit[0].kind:
                case BlockKind.TABLE:
                    self._table(unit[0])
                case BlockKind.FORM_FIELD:
                    self._field(unit[0])
                case BlockKind.FIGURE:
                    self._text(unit, ChunkKind.FIGURE)
                case BlockKind.CODE:
                    self._text(unit, ChunkKind.CODE)
                case _:
                    number = next((block.number for block in unit if block.number), "")
                    self._text(unit, ChunkKind.CLAUSE if number else ChunkKind.TEXT, number=number)
        return self._chunks

    def _text(self, unit: Sequence[Block], kind: ChunkKind, *, number: str = "") -> None:
        text, parts = joined_blocks(unit)
        if not text.strip():
            return
        section = unit[-1].section
        context = self._context(section, text)
        for span in spans_within(text, self._room(context), self.measure.count):
            piece = text[span.start : span.end]
            placed = clipped(parts, span)
            self._add(kind, piece, context, section, placed[0].location, number=number, parts=placed)

    def _field(self, block: Block) -> None:
        context = self._context(block.section, block.label)
        prefix = f"{block.label}: "
        room = max(self._room(context) - self.measure.count(prefix), FEWEST_TEXT_TOKENS)
        cell = ChunkCell(
            header=(block.label,),
            text=block.text,
            location=block.location,
            content_hash=content_hash(block.text, (*block.section, block.label)),
        )
        for span in spans_within(block.text, room, self.measure.count) or [Span(0, 0)]:
            text = prefix + block.text[span.start : span.end]
            part = Part(start=0, end=len(text), location=block.location)
            self._add(
                ChunkKind.FIELD,
                text,
                context,
                block.section,
                block.location,
                label=block.label,
                parts=(part,),
                cells=(cell,),
            )

    def _table(self, block: Block) -> None:
        grid = block.grid
        if grid is None:
            return
        self._tables += 1
        table = f"{self.document_id}-t{self._tables}"
        section = (
            (*block.section, grid.caption) if grid.caption and grid.caption not in block.section else block.section
        )
        context = self._context(section, "")
        overview = overview_text(grid, self._room(context), self.measure.count)
        self._add(ChunkKind.OVERVIEW, overview, context, section, block.location, table=table)
        for row in grid.rows:
            for piece in row_pieces(grid, row, section, self._room(context), self.measure.count):
                self._row(piece, context, section, table)

    def _row(self, piece: RowPiece, context: str, section: tuple[str, ...], table: str) -> None:
        self._add(
            ChunkKind.ROW,
            piece.text,
            context,
            section,
            piece.location,
            label=piece.label,
            parts=piece.parts,
            cells=piece.cells,
            table=table,
        )

    def _room(self, context: str) -> int:
        used = self.measure.count(context) + 2 if context else 0
        return max(self.measure.chunk_tokens - used, FEWEST_TEXT_TOKENS)

    def _context(self, section: tuple[str, ...], text: str) -> str:
        """Who and where: the document and the heading path, innermost headings first when room is short."""
        budget = self.measure.context_tokens
        if budget == 0:
            return ""
        names = [name for name in self.identity.names if key(name) not in key(self.identity.title)]
        title = self.identity.title + (f" ({', '.join(names[:2])})" if names else "")
        title = _shortened(title, budget * 2 // 3, self.measure.count)
        left = budget - self.measure.count(title)
        path: list[str] = []
        for heading in reversed(self._headings(section)):
            if heading == self.identity.title or heading in path or text.startswith(heading):
                continue
            shown = _shortened(heading, max(left - 1, 0), self.measure.count)
            if not shown:
                break
            path.insert(0, shown)
            left -= self.measure.count(shown) + 1
        return " > ".join([title, *path])

    def _headings(self, section: tuple[str, ...]) -> list[str]:
        """The heading path, each heading with the names that its code or synopsis gives to what it describes."""
        headings = []
        for depth, heading in enumerate(section, start=1):
            name = self._section_names.get(section[:depth], "")
            headings.append(f"{heading} ({name})" if name and key(name) not in key(heading) else heading)
        return headings

    def _add(
        self,
        kind: ChunkKind,
        text: str,
        context: str,
        section: tuple[str, ...],
        location: Location,
        *,
        number: str = "",
        label: str = "",
        parts: tuple[Part, ...] = (),
        cells: tuple[ChunkCell, ...] = (),
        table: str = "",
    ) -> None:
        ordinal = len(self._chunks)
        self._chunks.append(
            Chunk(
                id=chunk_id(self.document_id, self.revision_id, ordinal),
                document_id=self.document_id,
                revision_id=self.revision_id,
                ordinal=ordinal,
                kind=kind,
                text=text,
                context=context,
                section=section,
                location=location,
                content_hash=content_hash(text, section),
                number=number,
                label=label,
                keys=self._keys(text, context, section, number, label, cells),
                parts=parts or (Part(start=0, end=len(text), location=location),),
                cells=cells,
                table=table,
                groups=self.groups,
            )
        )

    def _keys(
        self, text: str, context: str, section: tuple[str, ...], number: str, label: str, cells: Sequence[ChunkCell]
    ) -> tuple[str, ...]:
        """What the chunk can be looked up by: identifiers in and above it, its number, its field's or row's name."""
        found = [*identifiers(text), *identifiers(context), *(key(name) for name in self.identity.names)]
        for depth in range(1, len(section) + 1):
            name = self._section_names.get(section[:depth], "")
            found += [key(name), *identifiers(name)]
        found += [name for heading in section for name in identifiers(heading)]
        found += number_keys(number)
        names = [label, *(cell.text for cell in cells if cell.label)]
        found += [key(name) for name in names if 0 < len(name) <= LONGEST_KEY]
        return tuple(dict.fromkeys(name for name in found if name))


def chunk_id(document_id: str, revision_id: str, ordinal: int) -> str:
    """``DOCUMENT-HASH``, the same whenever the same revision is cut again."""
    digest = hashlib.sha256(f"{document_id}|{revision_id}|{ordinal}".encode()).hexdigest()
    return f"{document_id}-{digest[:16]}"


def number_keys(number: str) -> tuple[str, ...]:
    """A clause number as it is looked up: ``3.2.1``; a worded one also without its word (``task 101``, ``101``)."""
    if not number:
        return ()
    whole = key(number)
    return (whole, key(number.split()[-1])) if " " in number else (whole,)


def units(blocks: Sequence[Block]) -> Units:
    """Blocks that make a chunk together: a clause's own text, loose text of one section, else one block each."""
    unit: list[Block] = []
    for block in blocks:
        if block.kind not in TEXT_KINDS:
            yield from _complete(unit)
            unit = []
            yield [block]
            continue
        if unit and _parts(unit, block):
            yield from _complete(unit)
            unit = []
        unit.append(block)
    yield from _complete(unit)


def _complete(unit: list[Block]) -> Units:
    """A heading over text goes into the context; headings with nothing under them are text themselves."""
    if not unit:
        return
    if any(block.number for block in unit) or all(block.kind is BlockKind.HEADING for block in unit):
        yield unit
        return
    body = [block for block in unit if block.kind is not BlockKind.HEADING]
    yield body


def _parts(unit: Sequence[Block], block: Block) -> bool:
    """Whether ``block`` begins another unit."""
    if block.number:
        return True
    last = unit[-1]
    if block.kind is BlockKind.HEADING:
        continues_title = (
            last.kind is BlockKind.HEADING
            and last.number != ""
            and block.section[: len(last.section) - 1] == last.section[:-1]
        )
        only_headings = all(other.kind is BlockKind.HEADING and not other.number for other in unit)
        return not (continues_title and len(block.section) == len(last.section)) and not only_headings
    return block.section != last.section


def section_names(blocks: Sequence[Block]) -> dict[tuple[str, ...], str]:
    """What a section describes, as named by the first word of its code: a command's synopsis, a function's call.

    A section of options, arguments and the like without code of its own describes what the section before it does.
    """
    names: dict[tuple[str, ...], str] = {}
    latest: dict[tuple[str, ...], str] = {}
    for block in blocks:
        section = block.section
        if not section or section in names:
            continue
        if block.kind is BlockKind.CODE:
            name = _named_by_code(block.text)
            if name:
                names[section] = latest[section[:-1]] = name
        elif block.kind is BlockKind.HEADING and ATTACHED.match(section[-1]) and section[:-1] in latest:
            if not any(section[:depth] in names for depth in range(1, len(section))):
                names[section] = latest[section[:-1]]
    return names


def _named_by_code(code: str) -> str:
    words = code.split(maxsplit=1)
    first = words[0].rstrip("(){};:,") if words else ""
    return "" if first.startswith(("-", ".", "/", "#", "$", "<", "%")) or not identifiers(first) else first


def _shortened(text: str, tokens: int, count: Callable[[str], int]) -> str:
    """As many leading words as fit."""
    if tokens <= 0:
        return ""
    if count(text) <= tokens:
        return text
    words = text.split()
    while words and count(" ".join(words)) > tokens:
        words = words[: max(len(words) - 1, len(words) * 2 // 3 if len(words) > 30 else len(words) - 1)]
    return " ".join(words)
