"""Citations: a quote placed in one revision of a document, with a link that opens the viewer there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote as url_quote
from urllib.parse import urlencode

from kingpost.language.ranges import within
from kingpost.types.answers import Citation
from kingpost.types.documents import (
    Chunk,
    ChunkCell,
    ChunkKind,
    Document,
    Location,
    PageLocation,
    Part,
    SectionLocation,
    SheetLocation,
)
from kingpost.types.questions import Evidence
from kingpost.types.search import Passage

QUOTE_LENGTH = 4000
"""Longest quote in characters: a reader must be able to check the whole answer against its quotes."""
LINK_QUOTE_LENGTH = 200
LONGEST_WORD = 100
BETWEEN_CELLS = "\n"
BAR = " | "
"""Between two cells in the parsed text of a document without pages and sheets."""
HEADER_PATH = " / "
HIDDEN = " (hidden)"


@dataclass(frozen=True, slots=True)
class Piece:
    """Text as it stands at one place, and the header path above it that is not part of it."""

    text: str
    location: Location
    header: tuple[str, ...] = ()


def cite_span(passage: Passage, start: int, end: int) -> list[Citation]:
    """Cite a span of a passage's text, in quotes that stand so in the document.

    One citation for each page that it runs over. Of a row only the cells are quoted, of a field only the value:
    the names in front of them stand elsewhere.
    """
    return [
        cite(passage, quote=piece.text, location=piece.location, header=piece.header)
        for piece in pieces(passage.chunk, start, end)
    ]


def cite_cells(passage: Passage, cells: Sequence[ChunkCell]) -> list[Citation]:
    """Cite single cells of a row."""
    return [
        cite(passage, quote=cell.text, location=cell.location, content_hash=cell.content_hash, header=cell.header)
        for cell in cells
    ]


def cite_evidence(evidence: Evidence, document: Document) -> Citation:
    """Cite what a known question's answer stands on."""
    return Citation(
        document=document.id,
        name=document.name,
        title=document.title,
        revision=document.current_revision,
        location=evidence.location,
        quote=evidence.quote,
        uri=document.uri,
        view=view_link(document, evidence.location, quote=evidence.quote),
        score=1.0,
        content_hash=evidence.content_hash,
        status=document.status,
        mark=document.mark,
    )


def cite(
    passage: Passage, *, quote: str, location: Location, content_hash: str = "", header: tuple[str, ...] = ()
) -> Citation:
    """A citation of a place in a passage; its document is given as the chunk's revision (see ``scoping.seen``)."""
    document, chunk = passage.document, passage.chunk
    short = quote if len(quote) <= QUOTE_LENGTH else _cut(quote[: QUOTE_LENGTH - 1])
    return Citation(
        document=document.id,
        name=document.name,
        title=document.title,
        revision=chunk.revision_id,
        location=location,
        quote=short,
        uri=document.uri,
        view=view_link(document, location, quote=short),
        score=passage.score,
        content_hash=content_hash or chunk.content_hash,
        status=document.status,
        mark=document.mark,
        header=header,
    )


def _cut(quote: str) -> str:
    """The beginning of a quote without its last word, which may be cut through; writing without spaces has none."""
    whole, _, last = quote.rpartition(" ")
    return f"{(whole if len(last) <= LONGEST_WORD else quote).rstrip()}…"


def view_link(document: Document, location: Location, *, quote: str) -> str:
    """The viewer's address of a place, relative to the server."""
    query: list[tuple[str, str]] = [("revision", document.current_revision)]
    if isinstance(location, PageLocation):
        query.append(("page", str(location.page)))
        query += [("box", ",".join(f"{edge:.4f}" for edge in rect)) for rect in location.rects]
    elif isinstance(location, SheetLocation):
        query += [("sheet", location.sheet), ("range", location.range)]
    else:
        query.append(("span", f"{location.span[0]}-{location.span[1]}"))
    query.append(("quote", quote[:LINK_QUOTE_LENGTH]))
    return f"/view/{url_quote(document.id)}?{urlencode(query)}"


def without_repeats(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Keep the first citation of each quote at its place; two quotes of one place are two citations."""
    seen: dict[tuple[str, str, Location, str], Citation] = {}
    for citation in citations:
        seen.setdefault((citation.document, citation.revision, citation.location, citation.quote), citation)
    return tuple(seen.values())


def pieces(chunk: Chunk, start: int, end: int) -> list[Piece]:
    """What a span of a chunk's text says, as it stands in the document, place by place."""
    if chunk.kind is ChunkKind.ROW:
        found = _of_row(chunk, start, end)
    elif chunk.kind is ChunkKind.FIELD and chunk.text.startswith(f"{chunk.label}: "):
        found = _of_field(chunk, start, end)
    else:
        found = _of_text(chunk, start, end)
    return [piece for piece in found if piece.text]


def _of_text(chunk: Chunk, start: int, end: int) -> list[Piece]:
    """Page by page; of flowing text from the first to the last character of the span."""
    parts = [part for part in chunk.parts if part.start < end and part.end > start]
    pages: dict[int, list[Part]] = {}
    for part in parts:
        if isinstance(part.location, PageLocation):
            pages.setdefault(part.location.page, []).append(part)
    if not parts or sum(map(len, pages.values())) < len(parts):
        return [Piece(chunk.text[start:end].strip(), _flowing_place(chunk, parts, start, end))]
    return [_of_page(chunk, lines, start, end) for _, lines in sorted(pages.items())]


def _of_page(chunk: Chunk, lines: Sequence[Part], start: int, end: int) -> Piece:
    first, last = min(line.start for line in lines), max(line.end for line in lines)
    text = chunk.text[max(start, first) : min(end, last)].strip()
    return Piece(text, _boxed(line.location for line in lines))


def _boxed(locations: Iterable[Location]) -> PageLocation:
    """All boxes on one page together."""
    places = [place for place in locations if isinstance(place, PageLocation)]
    rects = dict.fromkeys(rect for place in places for rect in place.rects)
    return PageLocation(page=places[0].page, rects=tuple(rects))


def _flowing_place(chunk: Chunk, parts: Sequence[Part], start: int, end: int) -> Location:
    """The span in the parsed text; the whole of a part whose own span does not tell where its characters stand."""
    spans = [(part, part.location) for part in parts if isinstance(part.location, SectionLocation)]
    if not spans or len(spans) < len(parts):
        return chunk.location
    (first, opening), (last, closing) = spans[0], spans[-1]
    begin, stop = opening.span[0], closing.span[1]
    if _is_exact(first):
        begin += max(0, start - first.start)
    if _is_exact(last):
        stop -= max(0, last.end - end)
    return SectionLocation(section=opening.section, span=(begin, stop))


def _is_exact(part: Part) -> bool:
    """Whether the part is as long as its span: it may be the rest of a block that was cut."""
    place = part.location
    return isinstance(place, SectionLocation) and place.span[1] - place.span[0] == part.end - part.start


def _of_field(chunk: Chunk, start: int, end: int) -> list[Piece]:
    """The value, or what of it lies in the span; a field is cited as a whole where that is nothing."""
    offset = len(chunk.label) + 2
    text = chunk.text[max(start, offset) : end].strip() or chunk.text[offset:].strip()
    location = chunk.location
    if isinstance(location, SectionLocation):
        whole = chunk.cells[0].text if chunk.cells else chunk.text[offset:]
        at = whole.find(text)
        if at >= 0 and location.span[1] - location.span[0] == len(whole):
            begin = location.span[0] + at
            location = SectionLocation(section=location.section, span=(begin, begin + len(text)))
    return [Piece(text, location, (chunk.label,))]


def _of_row(chunk: Chunk, start: int, end: int) -> list[Piece]:
    """The cells in the span, those of one page, range or stretch of text together."""
    cells = [cell for cell in row_cells(chunk) if cell[0].start < end and cell[0].end > start]
    if not cells:
        return _of_text(chunk, start, end)
    whole = len(cells) == len(chunk.parts)
    groups: dict[Location, list[tuple[str, ChunkCell]]] = {}
    for part, text, cell in cells:
        groups.setdefault(_row_place(chunk, part.location, whole=whole), []).append((text, cell))
    return [_joined(place, group) for place, group in groups.items()]


def row_cells(chunk: Chunk) -> Iterator[tuple[Part, str, ChunkCell]]:
    """The parts of a row's text with the words of the cell that stand in each, without header and remark."""
    for part, cell in zip(chunk.parts, chunk.cells, strict=False):
        header = HEADER_PATH.join(cell.header)
        text = chunk.text[part.start : part.end]
        yield part, text.removeprefix(f"{header}: ").removesuffix(HIDDEN), cell


def _row_place(chunk: Chunk, place: Location, *, whole: bool) -> Location:
    """What a cell is cited with: the cells of its page, the row's range where it lies in it, the row's text."""
    row = chunk.location
    if isinstance(place, PageLocation):
        return PageLocation(page=place.page)
    if isinstance(place, SheetLocation):
        inside = isinstance(row, SheetLocation) and place.sheet == row.sheet and within(place.range, row.range)
        return row if whole and inside else place
    return SectionLocation(section=place.section, span=(0, 0))


def _joined(place: Location, group: Sequence[tuple[str, ChunkCell]]) -> Piece:
    """Cells as one quote at the place that holds them all."""
    texts = [text for text, _ in group]
    header = tuple(dict.fromkeys(HEADER_PATH.join(cell.header) for _, cell in group if cell.header))
    if isinstance(place, PageLocation):
        return Piece(BETWEEN_CELLS.join(texts), _boxed(cell.location for _, cell in group), header)
    if isinstance(place, SheetLocation):
        return Piece(BETWEEN_CELLS.join(texts), place, header)
    spans = [cell.location.span for _, cell in group if isinstance(cell.location, SectionLocation)]
    quote = texts[0]
    for text, (_, before), (after, _) in zip(texts[1:], spans, spans[1:], strict=False):
        quote += BAR * max(1, (after - before) // len(BAR)) + text
    span = (min(start for start, _ in spans), max(end for _, end in spans))
    return Piece(quote, SectionLocation(section=place.section, span=span), header)
