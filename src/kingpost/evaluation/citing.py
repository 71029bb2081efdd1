"""What the citations of an answer are worth: the right document and page first, and the answer's numbers in them."""

import re
from collections.abc import Callable, Sequence

from kingpost.evaluation.metrics import agree
from kingpost.evaluation.places import Place
from kingpost.language.normalise import one_form
from kingpost.language.quantities import Quantity, quantities
from kingpost.types.answers import Citation
from kingpost.types.documents import Chunk, PageLocation, SheetLocation

CITED_AT = (1, 5)
"""Numbers of citations that the cited page is looked for in."""
CUT = "…"
"""What a quote ends with that was too long to be given whole."""

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


def first_is_right(documents: Sequence[frozenset[str]], citations: Sequence[Citation]) -> bool:
    """Whether the first citation is of one of the documents."""
    return bool(citations) and any(citations[0].document in ids for ids in documents)


def pages_cited(expected: Sequence[Place], citations: Sequence[Citation]) -> dict[str, bool]:
    """Whether a right page is among the first citations, exactly or as the next one; empty where no page is named.

    ``page_or_next`` forgives a page too late: some sets give the page on which the passage before begins.
    """
    pages = [place for place in expected if place.page]
    if not pages:
        return {}
    away = [min((_pages_away(place, citation) for place in pages), key=_distance) for citation in citations]
    return {f"page@{k}": 0 in away[:k] for k in CITED_AT} | {
        f"page_or_next@{k}": 0 in away[:k] or 1 in away[:k] for k in CITED_AT
    }


def _pages_away(place: Place, citation: Citation) -> int | None:
    """How many pages behind the place the citation stands; None in another document or not on a page."""
    in_document = place.documents is None or citation.document in place.documents
    if not in_document or not isinstance(citation.location, PageLocation):
        return None
    return citation.location.page - place.page


def _distance(away: int | None) -> float:
    """Right before one page late before the rest."""
    return {0: 0.0, 1: 1.0}.get(-1 if away is None else away, 2.0)


def evidence_texts(citations: Sequence[Citation], chunks_of: Callable[[Citation], Sequence[Chunk]]) -> list[str]:
    """What the citations quote, each with its header path; where a quote was cut, the whole of what it was cut from."""
    return [text for citation in citations for text in _evidence(citation, chunks_of(citation))]


def _evidence(citation: Citation, chunks: Sequence[Chunk]) -> list[str]:
    mark = citation.content_hash
    cited = [chunk for chunk in chunks if mark and mark in chunk.hashes]
    header = [*citation.header, *(citation.location.header if isinstance(citation.location, SheetLocation) else ())]
    for chunk in cited:
        header += [*chunk.section, chunk.number, chunk.label]
        header += [part for cell in chunk.cells if cell.content_hash == mark for part in cell.header]
    whole = [chunk.text for chunk in cited] if citation.quote.endswith(CUT) else []
    return [citation.quote, *filter(None, header), *whole]


def uncited_numbers(answer: str, texts: Sequence[str]) -> tuple[list[str], int]:
    """The numbers of an answer that stand in none of the texts, and how many numbers it has.

    Units are converted; where only one side names a unit, the values decide. Digits in dates, identifiers and clause
    numbers have to stand as they are.
    """
    said, held = one_form(answer), "\n".join(one_form(text) for text in texts)
    there, digits = quantities(held), frozenset(_written(held))
    read = quantities(said)
    uncited = [one.text for one in read if not _stands(one, there, digits)]
    rest = _written("".join(" " if _within(at, read) else letter for at, letter in enumerate(said)))
    return [*uncited, *(number for number in rest if number not in digits)], len(read) + len(rest)


def _stands(said: Quantity, there: Sequence[Quantity], digits: frozenset[str]) -> bool:
    return any(agree(said, other) for other in there) or (not said.unit and said.text.replace(",", "") in digits)


def _written(text: str) -> list[str]:
    return [found.replace(",", "") for found in _DIGITS.findall(text)]


def _within(at: int, read: Sequence[Quantity]) -> bool:
    return any(one.start <= at < one.end for one in read)
