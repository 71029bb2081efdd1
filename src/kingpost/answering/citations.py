"""Citations: a quote placed in one revision of a document, with a link that opens the viewer there."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote as url_quote
from urllib.parse import urlencode

from kingpost.types.answers import Citation
from kingpost.types.documents import Chunk, ChunkCell, Document, Location, PageLocation, SectionLocation, SheetLocation
from kingpost.types.questions import Evidence
from kingpost.types.search import Passage

QUOTE_LENGTH = 600


def cite_span(passage: Passage, start: int, end: int) -> list[Citation]:
    """Cite a span of a passage's text: one citation a page it runs over."""
    chunk = passage.chunk
    places = _places(chunk, start, end)
    quotes = [chunk.text[max(start, first) : min(end, last)].strip() for first, last, _ in places]
    return [
        cite(passage.document, chunk, quote=quote, location=location, score=passage.score)
        for (_, _, location), quote in zip(places, quotes, strict=True)
        if quote
    ]


def cite_cells(passage: Passage, cells: Sequence[ChunkCell]) -> list[Citation]:
    """Cite single cells of a row."""
    return [
        cite(
            passage.document,
            passage.chunk,
            quote=cell.text,
            location=cell.location,
            score=passage.score,
            content_hash=cell.content_hash,
        )
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
    )


def cite(
    document: Document, chunk: Chunk, *, quote: str, location: Location, score: float, content_hash: str = ""
) -> Citation:
    """A citation of a place in a chunk; the document is given as the chunk's revision (see ``scoping.seen``)."""
    short = quote if len(quote) <= QUOTE_LENGTH else quote[: QUOTE_LENGTH - 1].rstrip() + "…"
    return Citation(
        document=document.id,
        name=document.name,
        title=document.title,
        revision=chunk.revision_id,
        location=location,
        quote=short,
        uri=document.uri,
        view=view_link(document, location, quote=short),
        score=score,
        content_hash=content_hash or chunk.content_hash,
        status=document.status,
    )


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
    query.append(("quote", quote[:200]))
    return f"/view/{url_quote(document.id)}?{urlencode(query)}"


def without_repeats(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Keep the first citation of each place."""
    seen: dict[tuple[str, str, Location], Citation] = {}
    for citation in citations:
        seen.setdefault((citation.document, citation.revision, citation.location), citation)
    return tuple(seen.values())


def _places(chunk: Chunk, start: int, end: int) -> list[tuple[int, int, Location]]:
    """(start, end, location) of the span, page by page; the chunk's own location where its parts say nothing."""
    parts = [part for part in chunk.parts if part.start < end and part.end > start]
    if not parts or not all(isinstance(part.location, PageLocation) for part in parts):
        return [(start, end, _narrowed(chunk, start, end))]
    pages: dict[int, list[tuple[int, int, PageLocation]]] = {}
    for part in parts:
        if isinstance(part.location, PageLocation):
            pages.setdefault(part.location.page, []).append((part.start, part.end, part.location))
    return [
        (
            min(first for first, _, _ in lines),
            max(last for _, last, _ in lines),
            PageLocation(page=page, rects=tuple(rect for _, _, place in lines for rect in place.rects)),
        )
        for page, lines in sorted(pages.items())
    ]


def _narrowed(chunk: Chunk, start: int, end: int) -> Location:
    """A span inside a chunk whose location is a text span; other kinds of place stay as they are."""
    for part in chunk.parts:
        if part.start <= start and end <= part.end and isinstance(part.location, SectionLocation):
            offset = part.location.span[0]
            return SectionLocation(
                section=part.location.section, span=(offset + start - part.start, offset + end - part.start)
            )
    return chunk.location
