"""Tells which sections, tables and sheets of the documents have known questions, the big uncovered ones first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kingpost.records import Records
from kingpost.retrieval.questions import QuestionBank
from kingpost.types.documents import Chunk, ChunkKind, Document, SheetLocation
from kingpost.types.questions import Coverage, Evidence, KnownQuestion, PairState, PartCoverage

_DEPTH = 2
"""Levels of headings that are told apart."""

Part = tuple[str, str]
"""Kind (``section``, ``table``, ``sheet``) and name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankCoverage:
    """Derived from the bank and the documents in force today each time it is asked for."""

    records: Records
    bank: QuestionBank

    def report(self) -> Coverage:
        """Every part of every document in force; duplicates of other documents are left out."""
        current, stale = self._standing()
        documents, parts = [], []
        for document in self.records.documents.all():
            period = document.period_on(self.bank.today())
            if period is None or document.duplicate_of:
                continue
            chunks = list(self.records.chunks.all(partition=document.id))
            counted = [chunk for chunk in chunks if _counts(chunk, period.revision)]
            known, lost = current.get(document.id, []), _by_part(chunks, stale.get(document.id, []))
            by_part: dict[Part, list[Chunk]] = {}
            for chunk in counted:
                by_part.setdefault(part_of(chunk), []).append(chunk)
            whole = set().union(*lost.values())
            documents.append(_covered(document, ("document", document.name), counted, known, whole))
            parts += [
                _covered(document, part, by_part.get(part, []), known, lost.get(part, set()))
                for part in dict.fromkeys((*by_part, *lost))
            ]
        return Coverage(documents=_largest_gap_first(documents), parts=_largest_gap_first(parts))

    def _standing(self) -> tuple[Mapping[str, list["_Stands"]], Mapping[str, list["_Stands"]]]:
        """Evidence of current and of stale pairs, by document."""
        by_state: dict[PairState, dict[str, list[_Stands]]] = {PairState.CURRENT: {}, PairState.STALE: {}}
        for pair in self.bank.pairs():
            found = by_state.get(self.bank.state(pair), {})
            for evidence in pair.evidence:
                found.setdefault(evidence.document_id, []).append((pair, evidence))
        return by_state[PairState.CURRENT], by_state[PairState.STALE]


_Stands = tuple[KnownQuestion, Evidence]


def part_of(chunk: Chunk) -> Part:
    """The sheet, table or section that a chunk belongs to."""
    if isinstance(chunk.location, SheetLocation):
        return "sheet", chunk.location.sheet
    section = " > ".join(chunk.section[:_DEPTH])
    if chunk.table:
        return "table", section or "tables without a heading"
    return "section", section or "text without a heading"


def _counts(chunk: Chunk, revision: str) -> bool:
    """Overviews of tables only repeat what their rows say."""
    return chunk.revision_id == revision and chunk.kind is not ChunkKind.OVERVIEW


def _by_part(chunks: Sequence[Chunk], stale: Sequence[_Stands]) -> dict[Part, set[str]]:
    """Ids of stale pairs by the part in which their evidence stood, as far as that is still known."""
    found: dict[Part, set[str]] = {}
    held = {mark: chunk for chunk in chunks for mark in chunk.hashes}
    for pair, evidence in stale:
        chunk = held.get(evidence.content_hash)
        if chunk is not None:
            found.setdefault(part_of(chunk), set()).add(pair.id)
        elif isinstance(evidence.location, SheetLocation):
            found.setdefault(("sheet", evidence.location.sheet), set()).add(pair.id)
    return found


def _covered(
    document: Document, part: Part, chunks: Sequence[Chunk], known: Sequence[_Stands], stale: Iterable[str]
) -> PartCoverage:
    marks: dict[str, set[str]] = {}
    for pair, evidence in known:
        marks.setdefault(evidence.content_hash, set()).add(pair.id)
    standing = [set().union(*(marks.get(mark, set()) for mark in chunk.hashes)) for chunk in chunks]
    return PartCoverage(
        document_id=document.id,
        name=document.name,
        kind=part[0],
        part=part[1],
        chunks=len(chunks),
        covered=sum(bool(pairs) for pairs in standing),
        questions=len(set().union(*standing)),
        stale=len(set(stale)),
    )


def _largest_gap_first(parts: Iterable[PartCoverage]) -> tuple[PartCoverage, ...]:
    return tuple(sorted(parts, key=lambda part: (-part.uncovered, part.name, part.kind, part.part)))
