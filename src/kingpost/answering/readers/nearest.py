"""What comes nearest to something that is not there, and where it stands, so that a refusal can be acted on."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from kingpost.answering.contract import place_in_words
from kingpost.language.normalise import STOP_WORDS, stems
from kingpost.retrieval.search import Findings, Retriever
from kingpost.types.documents import Chunk, Document, Location
from kingpost.types.search import Passage

SCANNED_DOCUMENTS = 10
"""Documents whose identifiers are all compared; of more, only those of the passages found."""
ALIKE = 0.7
MOST_ADDED = 0.15
"""What the same beginning and letters in the same places add to a likeness at most."""
NEAREST = 3
_WORD = re.compile(r"[^\W\d_][\w'-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """An identifier as it is written, and a place where it stands."""

    name: str
    document: Document
    location: Location

    def __str__(self) -> str:
        return f"“{self.name}” ({self.document.title or self.document.name}, {place_in_words(self.location)})"


def unknown_reason(findings: Findings, retriever: Retriever) -> str:
    """That identifiers of the question stand in none of the documents searched, and which are like them."""
    names = ", ".join(f"“{written(name, findings.analysis.question)}”" for name in findings.unknown)
    verb = "do not stand" if len(findings.unknown) > 1 else "does not stand"
    near = [near for name in findings.unknown for near in like(name, findings, retriever)]
    nearest = ", ".join(str(one) for one in near[:NEAREST]) or _nearest_passage(findings)
    return f"{names} {verb} in {searched_in_words(findings)}.{f' Nearest: {nearest}.' if nearest else ''}"


def apart_reason(findings: Findings) -> str:
    """That identifiers, each known, never meet, and where each of them stands."""
    keys = findings.analysis.identifiers
    names = " and ".join(f"“{written(name, findings.analysis.question)}”" for name in keys)
    places = [place for name in keys if (place := _place_of(name, findings))]
    where = f" {'; '.join(places)}." if places else ""
    return f"{names} stand in the documents, but never together.{where}"


def weak_reason(findings: Findings, passages: Sequence[Passage]) -> str:
    """Which words of the question nothing found speaks of; empty where all of them are there."""
    found = frozenset(stem for p in passages for stem in stems(f"{p.document.title} {p.chunk.context} {p.chunk.text}"))
    words = [word for word in _WORD.findall(findings.analysis.question) if word.casefold() not in STOP_WORDS]
    missing = [word for word in words if (parts := stems(word)) and not any(part in found for part in parts)]
    listed = ", ".join(f"“{word}”" for word in dict.fromkeys(missing))
    return f"Nothing found speaks of {listed}." if listed else ""


def clause_reason(number: str, documents: Sequence[Document], retriever: Retriever) -> str:
    """That a clause does not exist, and which clauses stand beside the place where it would be."""
    names = ", ".join(document.title or document.name for document in documents)
    parent = number.rpartition(".")[0]
    known = dict.fromkeys(
        chunk.number
        for document in documents
        for chunk in _chunks_of([document], retriever)
        if parent and chunk.number.rpartition(".")[0] == parent
    )
    beside = f" {parent} has {_first_and_last(tuple(known))}." if known else ""
    return f"There is no clause {number} in {names}.{beside}"


def like(name: str, findings: Findings, retriever: Retriever) -> list[Near]:
    """Known identifiers that are written nearly the same, nearest first, each where least stands around it."""
    places = findings.named or findings.searched
    chunks = [passage.chunk for passage in findings.passages]
    if len(places) <= SCANNED_DOCUMENTS:
        chunks += _chunks_of(places, retriever)
    owners = {document.id: document for document in (*places, *(p.document for p in findings.passages))}
    first: dict[str, Chunk] = {}
    for chunk in chunks:
        for known in chunk.keys:
            if chunk.document_id in owners:
                first[known] = min(first.get(known, chunk), chunk, key=lambda each: _farness(known, each))
    ranked = sorted(((_likeness(name, known), known) for known in first), key=lambda pair: (-pair[0], pair[1]))
    return [
        Near(name=written(known, chunk.text), document=owners[chunk.document_id], location=chunk.location)
        for likeness, known in ranked[:NEAREST]
        if likeness >= ALIKE and (chunk := first[known])
    ]


def written(name: str, text: str) -> str:
    """The identifier as the text writes it, or as it is where the text does not hold it."""
    found = re.search(re.escape(name), text, re.IGNORECASE)
    return found[0] if found else name


def searched_in_words(findings: Findings) -> str:
    """What was searched, by title where the question names it or there is little of it."""
    documents = findings.named or findings.searched
    if findings.named or len(documents) <= 2:
        return ", ".join(document.title or document.name for document in documents) or "any document"
    return f"the {len(documents)} documents searched"


def _nearest_passage(findings: Findings) -> str:
    if not findings.passages:
        return ""
    best = findings.passages[0]
    return f"{best.document.title or best.document.name}, {place_in_words(best.chunk.location)}"


def _place_of(name: str, findings: Findings) -> str:
    for passage in findings.passages:
        if name in passage.chunk.keys:
            near = Near(
                name=written(name, passage.chunk.text), document=passage.document, location=passage.chunk.location
            )
            return str(near)
    return ""


def _likeness(name: str, known: str) -> float:
    """0..1; an identifier that only has another last part is nearer than one that differs at its beginning."""
    if known == name or (name[:1].isdigit() != known[:1].isdigit()):
        return 0.0
    matcher = SequenceMatcher(None, name, known, autojunk=False)
    if matcher.quick_ratio() < ALIKE - MOST_ADDED:
        return 0.0
    same = matcher.ratio()
    in_place = sum(one == other for one, other in zip(name, known, strict=False)) / max(len(name), len(known))
    return same + 0.1 * (name[:2] == known[:2]) - 0.1 * (name[:1] != known[:1]) + 0.05 * in_place


def _farness(name: str, chunk: Chunk) -> tuple[bool, int]:
    """Less where a row or field is called by the name, and where less stands around it."""
    return chunk.label.strip().casefold() != name, len(chunk.text)


def _chunks_of(documents: Iterable[Document], retriever: Retriever) -> list[Chunk]:
    return [
        chunk
        for document in documents
        for chunk in sorted(retriever.records.chunks.all(partition=document.id), key=lambda chunk: chunk.ordinal)
        if chunk.revision_id == document.current_revision
    ]


def _first_and_last(numbers: tuple[str, ...]) -> str:
    if len(numbers) <= 2:
        return " and ".join(numbers)
    return f"{numbers[0]} to {numbers[-1]}"
