"""Proves that a citation's quote stands at the place it cites, by the texts stored for that place."""

import re
from collections.abc import Iterable, Iterator, Sequence

from kingpost.answering.citations import pieces, row_cells
from kingpost.language.normalise import normalise
from kingpost.language.quotes import words_of
from kingpost.language.ranges import within
from kingpost.types.answers import Citation
from kingpost.types.documents import Chunk, ChunkKind, Location, PageLocation, Part, SectionLocation, SheetLocation

EDGE = 1e-4
"""Of the page: by how much two edges may differ and be one, as rounded by the contract."""
CUT = "…"
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]\s*\n?\s*(?=[^\W\d_])")
"""Inside a word, or at the end of its line, where nobody can tell whether the word has one: ``in-`` / ``line``."""


def stands(citation: Citation, chunks: Iterable[Chunk]) -> bool:
    """Whether the words of the quote follow each other at the cited place, and nothing else of it is cited.

    ``chunks`` are those of the cited document; only those of the cited revision count. Places are compared as
    they are stored: lines of a page by their rectangles, cells by their range, flowing text by its span.
    """
    own = [chunk for chunk in chunks if chunk.revision_id == citation.revision]
    quote = citation.quote.removesuffix(CUT)
    return any(_holds(text, quote) for text in texts_at(citation.location, own))


def texts_at(place: Location, chunks: Sequence[Chunk]) -> Iterator[str]:
    """What stands at a place, as each chunk there has it, then all chunks together."""
    found = [text for chunk in chunks if (text := _text_at(place, chunk))]
    yield from found
    yield "\n".join(dict.fromkeys(found))


def _text_at(place: Location, chunk: Chunk) -> str:
    """The chunk's parts at the place; a word that runs from one part into the next stays one word."""
    text, end = "", -1
    for part, words in _parts(chunk):
        if here := _at(place, part, words):
            text += here if part.start == end else f"\n{here}"
        end = part.end
    return text.strip()


def _parts(chunk: Chunk) -> Iterator[tuple[Part, str]]:
    """Texts as they stand in the document, without the names that a row or field repeats in front of its values."""
    if chunk.kind is ChunkKind.ROW:
        yield from ((part, text) for part, text, _ in row_cells(chunk))
    elif chunk.kind is ChunkKind.FIELD:
        yield from (
            (Part(start=0, end=len(piece.text), location=piece.location), piece.text)
            for piece in pieces(chunk, 0, len(chunk.text))
        )
    else:
        yield from ((part, chunk.text[part.start : part.end]) for part in chunk.parts)


def _at(place: Location, part: Part, text: str) -> str:
    """As much of a part as stands at the place."""
    here = part.location
    if isinstance(place, PageLocation) and isinstance(here, PageLocation):
        return text if here.page == place.page and _covered(here, place) else ""
    if isinstance(place, SheetLocation) and isinstance(here, SheetLocation):
        return text if here.sheet == place.sheet and within(here.range, place.range) else ""
    if isinstance(place, SectionLocation) and isinstance(here, SectionLocation):
        return _in_span(place, here, text)
    return ""


def _covered(here: PageLocation, place: PageLocation) -> bool:
    """Whether each rectangle of a part is one of those cited; a place without any is its whole page."""
    return not place.rects or all(any(_same_box(rect, cited) for cited in place.rects) for rect in here.rects)


def _same_box(first: Sequence[float], second: Sequence[float]) -> bool:
    return all(abs(one - other) <= EDGE for one, other in zip(first, second, strict=True))


def _in_span(place: SectionLocation, here: SectionLocation, text: str) -> str:
    """The characters of a part in the cited span; all of them where its own span does not tell where they stand."""
    begin, end = max(place.span[0], here.span[0]), min(place.span[1], here.span[1])
    if begin >= end:
        return ""
    if here.span[1] - here.span[0] != len(text):
        return text
    return text[begin - here.span[0] : end - here.span[0]]


def _holds(text: str, quote: str) -> bool:
    """Whether the words of a quote stand in a text one after another; signs count where it has no words."""
    quoted = words_of(quote)
    if not quoted:
        return normalise(quote) in normalise(text).split()
    return _follow(quoted, words_of(text)) or _follow(words_of(_HYPHEN.sub("", quote)), words_of(_HYPHEN.sub("", text)))


def _follow(words: Sequence[str], text: Sequence[str]) -> bool:
    return f" {' '.join(words)} " in f" {' '.join(text)} "
