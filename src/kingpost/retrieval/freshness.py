"""Tells whether the evidence of a known answer still stands in the current revision of its document."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from kingpost.records import Records
from kingpost.types.documents import Document, RevisionStatus
from kingpost.types.questions import Evidence

Holders = Mapping[str, frozenset[str]]
"""Content hash -> ids of the chunks that hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFreshness:
    """Derived at the time of asking: nothing has to be called back when a document changes."""

    records: Records
    _revisions: dict[str, tuple[str, Holders]] = field(default_factory=dict)
    """Document id -> its revision when last read, and what stood in it."""

    def is_current(self, evidence: Evidence) -> bool:
        """Whether the evidence stands in the document's current revision and the document is in force."""
        document = self.records.documents.find(evidence.document_id)
        if document is None or document.status is RevisionStatus.SUPERSEDED:
            return False
        holders = self._holders(document)
        chunks = holders.get(evidence.content_hash, frozenset())
        for label in evidence.beside:
            chunks &= holders.get(label, frozenset())
        return bool(chunks)

    def _holders(self, document: Document) -> Holders:
        known = self._revisions.get(document.id)
        if known is None or known[0] != document.current_revision:
            known = (document.current_revision, self._read(document))
            self._revisions[document.id] = known
        return known[1]

    def _read(self, document: Document) -> Holders:
        holders: defaultdict[str, set[str]] = defaultdict(set)
        for chunk in self.records.chunks.all(partition=document.id):
            if chunk.revision_id == document.current_revision:
                for content_hash in chunk.hashes:
                    holders[content_hash].add(chunk.id)
        return {content_hash: frozenset(ids) for content_hash, ids in holders.items()}
