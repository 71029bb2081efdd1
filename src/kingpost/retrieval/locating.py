"""Finds the evidence of a known answer: the sentence or the single cell that holds it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kingpost.language.evidence import unsupported
from kingpost.language.normalise import sentences, stems
from kingpost.language.quantities import quantities
from kingpost.language.units import is_unit
from kingpost.types.documents import Chunk, ChunkCell, Location, PageLocation, SectionLocation, SheetLocation
from kingpost.types.questions import Evidence
from kingpost.types.search import Passage

_ENOUGH = 0.6
"""Share of the answer's words that must stand in a chunk for the chunk to hold the answer."""
_ABOUT = 0.34
"""Share of the question's words that must stand there too: "the tenant" alone says nothing of who cleans the roof."""
_CELLS = 3
"""Most cells of a row that are taken one by one; of an answer that needs more the row is the evidence."""
_SHEET_PLACE = re.compile(r"(?P<sheet>.+)!\$?(?P<range>[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)")
_PAGE_PLACE = re.compile(r"(?:p(?:age|\.)?\s*)?(?P<page>\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    passage: Passage
    answer_share: float
    question_share: float


def locate(question: str, answer: str, passages: Sequence[Passage], *, place: str = "") -> tuple[Evidence, ...]:
    """The evidence of the passage that holds the answer best, or nothing when none holds it.

    ``place`` (``page 3``, ``Doors!B5``) prefers passages that stand there.
    """
    there = [passage for passage in passages if place and stands_at(passage.chunk.location, place)]
    for group in (there, passages):
        held = [found for passage in group if (found := _held(question, answer, passage))]
        if held:
            best = max(held, key=lambda found: (found.answer_share, found.question_share))
            return _evidence(question, answer, best.passage)
    return ()


def stands_at(location: Location, place: str) -> bool:
    """Whether a location is at a place as people write it: ``page 3``, ``Doors!B5``, a section's number or title."""
    if isinstance(location, PageLocation):
        found = _PAGE_PLACE.fullmatch(place.strip())
        return found is not None and int(found["page"]) == location.page
    if isinstance(location, SheetLocation):
        found = _SHEET_PLACE.fullmatch(place.strip())
        sheet = found["sheet"].strip("'") if found else place.strip()
        return sheet.casefold() == location.sheet.casefold()
    return any(place.strip().casefold() in heading.casefold() for heading in location.section)


def place_to_write(location: Location) -> str:
    """A place as people write it, so that ``stands_at`` reads it again."""
    if isinstance(location, PageLocation):
        return f"page {location.page}"
    if isinstance(location, SheetLocation):
        return f"{location.sheet}!{location.range}"
    return location.section[-1] if location.section else ""


def _held(question: str, answer: str, passage: Passage) -> _Held | None:
    chunk = passage.chunk
    text = f"{chunk.context}\n{chunk.text}"
    words = plain_words(answer)
    if not words and not quantities(answer):
        return None
    if unsupported(answer, [text]):
        return None
    there = frozenset(stems(text))
    share = _share(words, there)
    about = _share(stems(question), there)
    if share < _ENOUGH or about < _ABOUT:
        return None
    return _Held(passage=passage, answer_share=share, question_share=about)


def plain_words(text: str) -> list[str]:
    """Stems of a text without its numbers and units, which ``unsupported`` checks."""
    return [stem for stem in stems(text) if not stem[0].isdigit() and not is_unit(stem)]


def _share(words: Sequence[str], there: frozenset[str]) -> float:
    return sum(word in there for word in words) / len(words) if words else 1.0


def _evidence(question: str, answer: str, passage: Passage) -> tuple[Evidence, ...]:
    cells = _cells(question, answer, passage.chunk)
    if cells:
        return tuple(
            Evidence(
                document_id=passage.document.id,
                name=passage.document.name,
                content_hash=cell.content_hash,
                quote=cell.text,
                location=cell.location,
                revision=passage.chunk.revision_id,
            )
            for cell in cells
        )
    start, end = _best_sentence(answer, passage.chunk.text)
    return (
        Evidence(
            document_id=passage.document.id,
            name=passage.document.name,
            content_hash=passage.chunk.content_hash,
            quote=passage.chunk.text[start:end],
            location=place_of(passage.chunk, start, end),
            revision=passage.chunk.revision_id,
        ),
    )


def _cells(question: str, answer: str, chunk: Chunk) -> list[ChunkCell]:
    """The cells that say what the answer adds to the question; empty when the row as a whole is needed."""
    added = frozenset(stems(answer)) - frozenset(stems(question))
    adding = [cell for cell in chunk.cells if not cell.label and _adds(cell, answer, added)]
    new = _of_the_column_asked_for(question, adding)
    if not 0 < len(new) <= _CELLS:
        return []
    header = [chunk.context, *(" ".join(cell.header) for cell in new)]
    labels = [cell.text for cell in chunk.cells if cell.label]
    return (
        new if not unsupported(answer, [" ".join([*header, *labels, *(cell.text for cell in new)]), question]) else []
    )


def _of_the_column_asked_for(question: str, cells: Sequence[ChunkCell]) -> list[ChunkCell]:
    """Of cells with one text, those whose heads have most words of the question: width and length may be alike."""
    asked = frozenset(stems(question))
    shared = [len(asked & frozenset(stems(" ".join(cell.header)))) for cell in cells]
    most: dict[str, int] = {}
    for cell, words in zip(cells, shared, strict=True):
        most[cell.text] = max(most.get(cell.text, 0), words)
    return [cell for cell, words in zip(cells, shared, strict=True) if words == most[cell.text]]


def _adds(cell: ChunkCell, answer: str, added: frozenset[str]) -> bool:
    """Whether the cell's text stands in the answer, or all of its words are among those that the answer adds."""
    words = frozenset(stems(cell.text))
    if not words:
        return False
    numbers = quantities(cell.text)
    if numbers:
        with_header = f"{' '.join(cell.header)} {cell.text}"
        return all(any(one.value == other.value for other in quantities(answer)) for one in numbers) or not (
            unsupported(with_header, [answer])
        )
    return words <= added


def _best_sentence(answer: str, text: str) -> tuple[int, int]:
    """The sentence that shares most with the answer; the whole text when it has but one."""
    wanted = frozenset(stems(answer))
    spans = sentences(text) or [(0, len(text))]
    return max(spans, key=lambda span: len(wanted & frozenset(stems(text[slice(*span)]))))


def place_of(chunk: Chunk, start: int, end: int) -> Location:
    """Where a span of a chunk's text stands: the lines it covers on its first page, or its part of a section."""
    parts = [part for part in chunk.parts if part.start < end and part.end > start]
    pages = [part.location for part in parts if isinstance(part.location, PageLocation)]
    if pages:
        first = pages[0].page
        rects = tuple(rect for location in pages if location.page == first for rect in location.rects)
        return PageLocation(page=first, rects=rects)
    for part in parts:
        if part.start <= start and end <= part.end and isinstance(part.location, SectionLocation):
            offset = part.location.span[0] - part.start
            return SectionLocation(section=part.location.section, span=(offset + start, offset + end))
    return chunk.location
