"""Settles revision chains over all documents, corrections by hand included, and brings the index in line with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from langchain_core.embeddings import Embeddings

from kingpost.documents.corrections import corrected
from kingpost.documents.entries import entries, searched
from kingpost.documents.gazetteer import GAZETTEER, gazetteer
from kingpost.documents.library import CORRECTIONS, IDENTITIES, Library
from kingpost.documents.revisions import Version, history, settled
from kingpost.ports import SearchIndex
from kingpost.records import Records
from kingpost.types.documents import Chunk, Document, Revision, RevisionStatus
from kingpost.types.evaluation import Parameters
from kingpost.types.search import CHUNKS

BATCH = 32
"""Chunks whose entries are written together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settler:
    """The caller holds the lock for ingestion."""

    records: Records
    index: SearchIndex
    embeddings: Embeddings
    library: Library
    fingerprint: str

    def settle(self) -> list[Document]:
        """Which revision is in force when, and the gazetteer; all documents as they are now.

        The entries are written before the document that makes them count: whatever is cut short here is done by
        the next run, and until then a document shows its current revision only.
        """
        documents = self.library.documents()
        corrections = {stored.id: stored.values for stored in self.records.parameters.all(partition=CORRECTIONS)}
        histories = {document.id: self._history(document, corrections.get(document.id, {})) for document in documents}
        after = settled(documents, histories, today=datetime.now(UTC).date().isoformat())
        after = [replace(document, corrected=tuple(sorted(corrections.get(document.id, {})))) for document in after]
        for old, new in zip(documents, after, strict=True):
            if old != new:
                self._write_again(old, new)
                self.records.documents.put(new.id, new)
        identities = {stored.id: stored.values for stored in self.records.parameters.all(partition=IDENTITIES)}
        values: dict[str, Any] = {"documents": gazetteer(after, identities)}
        self.records.parameters.put(GAZETTEER, parameters(GAZETTEER, values, self.fingerprint))
        return after

    def correct(self, document: Document, fields: Mapping[str, Any]) -> None:
        """Remember what somebody knows better (see ``corrections``); without any, forget it again."""
        if not fields:
            self.records.parameters.delete([document.id], partition=CORRECTIONS)
            return
        stored = self.records.parameters.find(document.id, partition=CORRECTIONS)
        values = {**(stored.values if stored else {}), **fields}
        self.records.parameters.put(
            document.id, parameters(document.id, values, self.fingerprint), partition=CORRECTIONS
        )

    def _history(self, document: Document, correction: Mapping[str, Any]) -> list[Version]:
        revisions = [
            corrected(_known(revision, document), correction) if revision.id == document.current_revision else revision
            for revision in self.records.revisions.all(partition=document.id)
        ]
        return history(document, revisions, held=correction.get("declared") == RevisionStatus.CURRENT)

    def _write_again(self, old: Document, new: Document) -> None:
        """Give the entries whose facets are others now their new ones."""
        kept = {period.revision for period in (*old.periods, *new.periods)} | {new.current_revision}
        changed = {revision for revision in kept if old.facet_of(revision) != new.facet_of(revision)}
        chunks = [chunk for chunk in self.records.chunks.all(partition=new.id) if chunk.revision_id in changed]
        for batch in _batches(chunks):
            vectors = self.embeddings.embed_documents([searched(chunk) for chunk in batch])
            self.index.upsert(CHUNKS, entries(batch, new, vectors))


def conflicts(documents: Sequence[Document]) -> tuple[tuple[str, ...], ...]:
    """Names of documents that share a number without an order, each group once."""
    names = {document.id: document.name for document in documents}
    groups = {tuple(sorted({document.id, *document.conflicts})) for document in documents if document.conflicts}
    return tuple(sorted(tuple(names[id] for id in group if id in names) for group in groups))


def parameters(id: str, values: Mapping[str, Any], fingerprint: str) -> Parameters:
    """What was found out about the documents, as a record."""
    return Parameters(
        id=id,
        fingerprint=fingerprint,
        fitted_on="documents",
        fitted_at=datetime.now(UTC).isoformat(timespec="seconds"),
        values=dict(values),
    )


def _known(revision: Revision, document: Document) -> Revision:
    """A revision that was read before revisions had an identity of their own has its document's."""
    return revision if revision.read_at else replace(revision, number=document.number, mark=document.mark)


def _batches(chunks: Sequence[Chunk]) -> Iterator[Sequence[Chunk]]:
    for begin in range(0, len(chunks), BATCH):
        yield chunks[begin : begin + BATCH]
