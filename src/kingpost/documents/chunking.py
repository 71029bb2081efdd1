"""Cuts a parsed document into chunks that carry their identity: clauses, loose text, table rows, form fields, code."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from kingpost.documents.identity import Identity
from kingpost.documents.passages import Span, clipped, item_numbers, joined_blocks, list_stems, spans_within
from kingpost.documents.rows import RowPiece, overview_text, row_pieces
from kingpost.documents.units import section_names, units
from kingpost.language.identifiers import identifiers, key
from kingpost.language.normalise import content_hash
from kingpost.records import chunk_id
from kingpost.types.documents import (
    EVERYONE,
    Block,
    BlockKind,
    Chunk,
    ChunkCell,
    ChunkKind,
    Location,
    PageLocation,
    ParsedDocument,
    Part,
    SectionLocation,
)

FEWEST_TEXT_TOKENS = 40
"""A chunk has room for at least this much text, however long its context is."""
STEM_TOKENS = 24
"""Of the sentence that opens a list, in front of the items that a chunk begins with."""
BETWEEN = " > "
LONGEST_KEY = 60
GENERIC = re.compile(r"^(?:sheet|tabelle|table)\s*\d*$", re.IGNORECASE)
"""Names of sheets that say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How long chunks may be, and what counts tokens."""

    chunk_tokens: int
    context_tokens: int
    count: Callable[[str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A chunk before it has its id, hash and keys."""

    kind: ChunkKind
    text: str
    context: str
    section: tuple[str, ...]
    location: Location
    number: str = ""
    items: tuple[str, ...] = ()
    """Numbers of the list items in it."""
    label: str = ""
    parts: tuple[Part, ...] = ()
    cells: tuple[ChunkCell, ...] = ()
    table: str = ""


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
        section = unit[-1].section
        context = self._context(section, text)
        stems, items = list_stems(unit), item_numbers(unit)
        longest = max((_shortened(stem, STEM_TOKENS, self.measure.count) for _, stem in stems), key=len, default="")
        for span in spans_within(text, self._room(_with_stem(context, longest)), self.measure.count):
            placed = clipped(parts, span)
            stem = next((stem for items, stem in stems if items.start <= span.start < items.end), "")
            self._add(
                _Draft(
                    kind=kind,
                    text=text[span.start : span.end],
                    context=_with_stem(context, _shortened(stem, STEM_TOKENS, self.measure.count)),
                    section=section,
                    location=_first_place(placed),
                    number=number,
                    items=tuple(item for begin, item in items if span.start <= begin < span.end),
                    label=unit[0].label,
                    parts=placed,
                )
            )

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
            self._add(
                _Draft(
                    kind=ChunkKind.FIELD,
                    text=prefix + block.text[span.start : span.end],
                    context=context,
                    section=block.section,
                    location=block.location,
                    label=block.label,
                    cells=(cell,),
                )
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
        room = self._room(context)
        overview = _Draft(
            kind=ChunkKind.OVERVIEW,
            text=overview_text(grid, room, self.measure.count),
            context=context,
            section=section,
            location=block.location,
            table=table,
        )
        self._add(overview)
        for row in grid.rows:
            for piece in row_pieces(grid, row, room, self.measure.count):
                self._add(_draft_of_row(piece, overview))

    def _room(self, context: str) -> int:
        used = self.measure.count(context) + 2 if context else 0
        return max(self.measure.chunk_tokens - used, FEWEST_TEXT_TOKENS)

    def _context(self, section: tuple[str, ...], text: str) -> str:
        """Who and where: the document and the heading path, innermost headings first when room is short."""
        budget = self.measure.context_tokens
        if budget == 0:
            return ""
        known = f"{self.identity.title} {self.identity.file_name}"
        names = [name for name in self.identity.names if key(name) not in key(known)]
        names = [name for name in (self.identity.file_name, *names[:2]) if name]
        title = self.identity.title + (f" ({', '.join(names)})" if names else "")
        title = _shortened(title, budget * 2 // 3, self.measure.count)
        left = budget - self.measure.count(title)
        path: list[str] = []
        for heading in reversed(self._headings(section)):
            if heading == self.identity.title or heading in path or text.startswith(heading) or GENERIC.match(heading):
                continue
            shown = _shortened(heading, max(left - 1, 0), self.measure.count)
            if not shown:
                break
            path.insert(0, shown)
            left -= self.measure.count(shown) + 1
        return BETWEEN.join([title, *path])

    def _headings(self, section: tuple[str, ...]) -> list[str]:
        """The heading path, each heading with the names that its code or synopsis gives to what it describes."""
        headings = []
        for depth, heading in enumerate(section, start=1):
            name = self._section_names.get(section[:depth], "")
            headings.append(f"{heading} ({name})" if name and key(name) not in key(heading) else heading)
        return headings

    def _add(self, draft: _Draft) -> None:
        ordinal = len(self._chunks)
        self._chunks.append(
            Chunk(
                id=chunk_id(self.document_id, self.revision_id, ordinal),
                document_id=self.document_id,
                revision_id=self.revision_id,
                ordinal=ordinal,
                kind=draft.kind,
                text=draft.text,
                context=draft.context,
                section=draft.section,
                location=draft.location,
                content_hash=content_hash(draft.text, draft.section),
                number=draft.number,
                label=draft.label,
                keys=self._keys(draft),
                parts=draft.parts or (Part(start=0, end=len(draft.text), location=draft.location),),
                cells=draft.cells,
                table=draft.table,
                groups=self.groups,
            )
        )

    def _keys(self, draft: _Draft) -> tuple[str, ...]:
        """What the chunk can be looked up by: identifiers in and above it, its number, its field's or row's name."""
        found = [*identifiers(draft.text), *identifiers(draft.context), *(key(name) for name in self.identity.names)]
        for depth in range(1, len(draft.section) + 1):
            name = self._section_names.get(draft.section[:depth], "")
            found += [key(name), *identifiers(name)]
        found += [name for heading in draft.section for name in identifiers(heading)]
        found += [name for number in (draft.number, *draft.items) for name in number_keys(number)]
        names = [draft.label, *(cell.text for cell in draft.cells if cell.label)]
        found += [key(name) for name in names if 0 < len(name) <= LONGEST_KEY]
        return tuple(dict.fromkeys(name for name in found if name))


def _with_stem(context: str, stem: str) -> str:
    return BETWEEN.join(text for text in (context, stem) if text)


def _first_place(parts: Sequence[Part]) -> Location:
    """All that stands on the first page; in flowing text from the first part to the last."""
    first, last = parts[0].location, parts[-1].location
    if isinstance(first, PageLocation):
        places = [part.location for part in parts if isinstance(part.location, PageLocation)]
        rects = [rect for place in places if place.page == first.page for rect in place.rects]
        return PageLocation(page=first.page, rects=tuple(dict.fromkeys(rects)))
    if isinstance(first, SectionLocation) and isinstance(last, SectionLocation):
        return SectionLocation(section=first.section, span=(first.span[0], last.span[1]))
    return first


def _draft_of_row(piece: RowPiece, overview: _Draft) -> _Draft:
    return replace(
        overview,
        kind=ChunkKind.ROW,
        text=piece.text,
        location=piece.location,
        label=piece.label,
        parts=piece.parts,
        cells=piece.cells,
    )


def number_keys(number: str) -> tuple[str, ...]:
    """A clause number as it is looked up: ``3.2.1``; a worded one also without its word (``task 101``, ``101``)."""
    if not number:
        return ()
    worded = " " in number and number[0].isalpha()
    plain = number.casefold().replace(" (", "(")
    return (plain, key(number.split()[-1])) if worded else (plain,)


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
