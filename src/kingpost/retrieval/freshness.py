"""Tells whether the evidence of a known answer still stands in the current revision of its document."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kingpost.records import Records
from kingpost.retrieval.scoping import today
from kingpost.types.questions import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFreshness:
    """Derived at the time of asking: nothing has to be called back when a document changes."""

    records: Records
    today: Callable[[], str] = today
    _revisions: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    """Document id -> its revision when last read, and the content hashes that stood in it."""

    def is_current(self, evidence: Evidence) -> bool:
        """Whether the evidence stands in the revision of the document that is in force today."""
        document = self.records.documents.find(evidence.document_id)
        in_force = document.period_on(self.today()) if document else None
        return in_force is not None and evidence.content_hash in self._hashes(evidence.document_id, in_force.revision)

    def _hashes(self, document_id: str, revision: str) -> frozenset[str]:
        known = self._revisions.get(document_id)
        if known is None or known[0] != revision:
            chunks = self.records.chunks.all(partition=document_id)
            current = (chunk for chunk in chunks if chunk.revision_id == revision)
            known = (revision, frozenset(mark for chunk in current for mark in chunk.hashes))
            self._revisions[document_id] = known
        return known[1]
