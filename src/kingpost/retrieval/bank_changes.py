"""Says what became of evidence that no longer stands: what was quoted, and what stands in its place now."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kingpost.language.normalise import normalise, sentences, stems
from kingpost.records import Records
from kingpost.retrieval.locating import place_of
from kingpost.retrieval.scoping import today
from kingpost.types.documents import Chunk, ChunkCell, Document, Location, SheetLocation
from kingpost.types.questions import ChangeKind, Evidence, EvidenceChange

_ALIKE = 0.5
"""Share of the words of the old quote that a passage elsewhere must hold to count as what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceChanges:
    """Compares evidence with the documents as they are in force today."""

    records: Records
    today: Callable[[], str] = today

    def of(self, evidence: Evidence) -> EvidenceChange:
        """What became of evidence that is not current."""
        document = self.records.documents.find(evidence.document_id)
        if document is None:
            return _change(ChangeKind.REMOVED, evidence)
        chunks = list(self.records.chunks.all(partition=document.id))
        before = next((chunk for chunk in chunks if evidence.content_hash in chunk.hashes), None)
        in_force = self._in_force(document, chunks)
        if in_force:
            kind = ChangeKind.CHANGED
        else:
            kind, document = ChangeKind.SUPERSEDED, self._successor(document)
            in_force = self._in_force(document, list(self.records.chunks.all(partition=document.id)))
        found = in_its_place(evidence, before, in_force)
        if found is None:
            return _change(ChangeKind.GONE if kind is ChangeKind.CHANGED else kind, evidence)
        return _change(kind, evidence, now=found, document=document)

    def _in_force(self, document: Document, chunks: Iterable[Chunk]) -> list[Chunk]:
        """Those of its chunks that are in force today."""
        period = document.period_on(self.today())
        return [chunk for chunk in chunks if period is not None and chunk.revision_id == period.revision]

    def _successor(self, document: Document) -> Document:
        """The document that replaces it in the end; itself where none is known."""
        passed = {document.id}
        while document.superseded_by and document.superseded_by not in passed:
            successor = self.records.documents.find(document.superseded_by)
            if successor is None:
                break
            document = successor
            passed.add(document.id)
        return document


def in_its_place(evidence: Evidence, before: Chunk | None, chunks: Sequence[Chunk]) -> tuple[str, Location] | None:
    """Text and place of what stands where the evidence stood, or None when that cannot be told.

    ``before`` is the passage that held it, if it is still known: the same cell is that of the same row and header,
    the same clause that of the same number; else what stands at the same cells, or what is worded most alike.
    """
    cell = next((cell for cell in before.cells if cell.content_hash == evidence.content_hash), None) if before else None
    if before and cell:
        return _same_cell(before, cell, chunks) or _at_range(evidence.location, chunks)
    if before and before.cells:
        rows = [chunk for chunk in chunks if before.label and normalise(chunk.label) == normalise(before.label)]
        return _most_alike(evidence.quote, rows, least=0.0) or _at_range(evidence.location, chunks)
    clauses = [chunk for chunk in chunks if before and before.number and chunk.number == before.number]
    fields = [chunk for chunk in chunks if before and before.label and chunk.label == before.label]
    return (
        _most_alike(evidence.quote, clauses or fields, least=0.0)
        or _at_range(evidence.location, chunks)
        or _most_alike(evidence.quote, chunks, least=_ALIKE)
    )


def _same_cell(before: Chunk, cell: ChunkCell, chunks: Sequence[Chunk]) -> tuple[str, Location] | None:
    """The cell below the same header in the row of the same label, if there is one such row."""
    header = [normalise(text) for text in cell.header]
    found = [
        (other.text, other.location)
        for chunk in chunks
        if before.label and normalise(chunk.label) == normalise(before.label)
        for other in chunk.cells
        if [normalise(text) for text in other.header] == header and not other.label
    ]
    return found[0] if len(found) == 1 else None


def _at_range(location: Location, chunks: Sequence[Chunk]) -> tuple[str, Location] | None:
    """What stands in the same cells of the same sheet."""
    if not isinstance(location, SheetLocation):
        return None
    for chunk in chunks:
        for text, place in [*((cell.text, cell.location) for cell in chunk.cells), (chunk.text, chunk.location)]:
            if isinstance(place, SheetLocation) and (place.sheet, place.range) == (location.sheet, location.range):
                return text, place
    return None


def _most_alike(quote: str, chunks: Sequence[Chunk], *, least: float) -> tuple[str, Location] | None:
    """The sentence that shares most words with the quote, if it shares ``least`` of them."""
    wanted = frozenset(stems(quote))
    spans = [(chunk, span) for chunk in chunks for span in sentences(chunk.text) or [(0, len(chunk.text))]]
    if not wanted or not spans:
        return None
    chunk, (start, end) = max(spans, key=lambda found: len(wanted & frozenset(stems(found[0].text[slice(*found[1])]))))
    text = chunk.text[start:end]
    if len(wanted & frozenset(stems(text))) < least * len(wanted):
        return None
    return text, place_of(chunk, start, end)


def _change(
    kind: ChangeKind, evidence: Evidence, *, now: tuple[str, Location] | None = None, document: Document | None = None
) -> EvidenceChange:
    return EvidenceChange(
        kind=kind,
        document_id=evidence.document_id,
        name=evidence.name,
        was=evidence.quote,
        location=evidence.location,
        now=now[0] if now else "",
        now_location=now[1] if now else None,
        now_document_id=document.id if document else "",
        now_name=document.name if document else "",
    )
