"""Tells which known questions a change of documents makes stale: what they stood on before stands no more."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from kingpost.records import Records
from kingpost.retrieval.freshness import EvidenceFreshness
from kingpost.retrieval.scoping import today
from kingpost.types.documents import Document
from kingpost.types.questions import Evidence, KnownQuestion, PairState


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingBefore:
    """What known questions stood on before documents changed.

    Passages are read of the documents that will be read again or removed, before they are, and of those that turn out
    to be in force no more, afterwards: nothing of theirs was removed.
    """

    records: Records
    today: Callable[[], str]
    changing: frozenset[str]
    """Ids of the documents that will be read again or removed."""
    stood: frozenset[tuple[str, str]]
    """Document id and content hash of the evidence that stood in them."""
    documents: Mapping[str, Document]
    """All, by id, as they were."""

    def made_stale(self) -> list[KnownQuestion]:
        """The pairs that were current before and are stale now, by id."""
        freshness = EvidenceFreshness(records=self.records, today=self.today)
        now = {document.id: document for document in self.records.documents.all()}
        return [
            pair
            for pair in _with_evidence(self.records)
            if any(self._has_moved(evidence, now) for evidence in pair.evidence)
            and freshness.state(pair) is PairState.STALE
            and all(self._stood(evidence, freshness) for evidence in pair.evidence)
        ]

    def _has_moved(self, evidence: Evidence, now: Mapping[str, Document]) -> bool:
        """Whether other text is in force now of the document that the evidence is in, or might be."""
        id = evidence.document_id
        return id in self.changing or self._in_force(self.documents.get(id)) != self._in_force(now.get(id))

    def _in_force(self, document: Document | None) -> str:
        period = document.period_on(self.today()) if document else None
        return period.revision if period else ""

    def _stood(self, evidence: Evidence, freshness: EvidenceFreshness) -> bool:
        if evidence.document_id in self.changing:
            return (evidence.document_id, evidence.content_hash) in self.stood
        return freshness.stands_in(evidence, self.documents.get(evidence.document_id))


def standing(records: Records, changing: Collection[str], *, today: Callable[[], str] = today) -> StandingBefore:
    """What stands now, before documents with the ids ``changing`` are read again or removed."""
    freshness = EvidenceFreshness(records=records, today=today)
    changing = frozenset(changing)
    stood = {
        (evidence.document_id, evidence.content_hash)
        for pair in _with_evidence(records)
        for evidence in pair.evidence
        if evidence.document_id in changing and freshness.is_current(evidence)
    }
    return StandingBefore(
        records=records,
        today=today,
        changing=changing,
        stood=frozenset(stood),
        documents={document.id: document for document in records.documents.all()},
    )


def _with_evidence(records: Records) -> list[KnownQuestion]:
    return [pair for pair in records.questions.all() if pair.evidence and not pair.retired]
