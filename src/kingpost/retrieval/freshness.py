"""Tells where a known question stands today: whether it is valid, and what its answer stands on in force."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kingpost.records import Records
from kingpost.retrieval.scoping import today
from kingpost.types.documents import Document
from kingpost.types.questions import Evidence, KnownQuestion, PairState


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFreshness:
    """Derived at the time of asking: nothing has to be called back when a document changes or a day passes."""

    records: Records
    today: Callable[[], str] = today
    _revisions: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    """Document id -> its revision when last read, and the content hashes that stood in it."""

    def state(self, pair: KnownQuestion) -> PairState:
        """Where a pair stands today."""
        day = self.today()
        if pair.retired:
            return PairState.RETIRED
        if not pair.is_valid_on(day):
            return PairState.EXPIRED if pair.is_expired_on(day) else PairState.UPCOMING
        return PairState.CURRENT if all(map(self.is_current, pair.evidence)) else PairState.STALE

    def is_current(self, evidence: Evidence) -> bool:
        """Whether the evidence stands in the revision of the document that is in force today."""
        return self.stands_in(evidence, self.document(evidence.document_id))

    def stands_in(self, evidence: Evidence, document: Document | None) -> bool:
        """Whether the evidence stands in what is in force today of its document, of which this is the record."""
        in_force = document.period_on(self.today()) if document else None
        return in_force is not None and evidence.content_hash in self._hashes(evidence.document_id, in_force.revision)

    def document(self, id: str) -> Document | None:
        """The document as it is stored now."""
        return self.records.documents.find_all([id]).get(id)

    def _hashes(self, document_id: str, revision: str) -> frozenset[str]:
        known = self._revisions.get(document_id)
        if known is None or known[0] != revision:
            chunks = self.records.chunks.all(partition=document_id)
            current = (chunk for chunk in chunks if chunk.revision_id == revision)
            known = (revision, frozenset(mark for chunk in current for mark in chunk.hashes))
            self._revisions[document_id] = known
        return known[1]
