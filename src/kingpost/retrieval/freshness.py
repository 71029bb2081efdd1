"""Tells whether the evidence of a known answer still stands in the current revision of its document."""

from dataclasses import dataclass, field

from kingpost.records import Records
from kingpost.types.documents import Document, RevisionStatus
from kingpost.types.questions import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFreshness:
    """Derived at the time of asking: nothing has to be called back when a document changes."""

    records: Records
    _revisions: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    """Document id -> its revision when last read, and the content hashes that stood in it."""

    def is_current(self, evidence: Evidence) -> bool:
        """Whether the evidence stands in the document's current revision and the document is in force."""
        document = self.records.documents.find(evidence.document_id)
        if document is None or document.status is RevisionStatus.SUPERSEDED:
            return False
        return evidence.content_hash in self._hashes(document)

    def _hashes(self, document: Document) -> frozenset[str]:
        known = self._revisions.get(document.id)
        if known is None or known[0] != document.current_revision:
            chunks = self.records.chunks.all(partition=document.id)
            current = (chunk for chunk in chunks if chunk.revision_id == document.current_revision)
            known = (document.current_revision, frozenset(mark for chunk in current for mark in chunk.hashes))
            self._revisions[document.id] = known
        return known[1]
