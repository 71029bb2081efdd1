"""Settles revision chains over all documents, corrections by hand included, and brings the index in line with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from kingpost.documents.corrections import corrected
from kingpost.documents.entries import facets
from kingpost.documents.gazetteer import GAZETTEER, gazetteer
from kingpost.documents.library import CORRECTIONS, IDENTITIES, Library
from kingpost.documents.revisions import Version, history, settled
from kingpost.language.profiles import profile
from kingpost.language.terms import terms
from kingpost.ports import SearchIndex
from kingpost.records import Records
from kingpost.types.documents import Document, Revision, RevisionStatus
from kingpost.types.evaluation import Parameters
from kingpost.types.search import CHUNKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Settler:
    """The caller holds the lock for ingestion."""

    records: Records
    index: SearchIndex
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
        by_hand = {id: tuple(sorted(correction["fields"])) for id, correction in corrections.items()}
        after = [replace(document, corrected=by_hand.get(document.id, ())) for document in after]
        for old, new in zip(documents, after, strict=True):
            if old != new:
                self._refacet(old, new)
                self.records.documents.put(new.id, new)
        self._profile(after)
        identities = {stored.id: stored.values for stored in self.records.parameters.all(partition=IDENTITIES)}
        values: dict[str, Any] = {"documents": gazetteer(after, identities)}
        self.records.parameters.put(GAZETTEER, parameters(GAZETTEER, values, self.fingerprint))
        return after

    def _profile(self, documents: Sequence[Document]) -> None:
        """Write down what each kept revision is about, and what the current one calls things, where not known yet."""
        for document in documents:
            kept = sorted({document.current_revision, *(period.revision for period in document.periods)})
            if len(self.records.profiles.find_all(kept, partition=document.id)) < len(kept):
                chunks = list(self.records.chunks.all(partition=document.id))
                fresh = {id: profile([chunk for chunk in chunks if chunk.revision_id == id]) for id in kept}
                self.records.profiles.delete(partition=document.id)
                self.records.profiles.put_all(fresh, partition=document.id)
                current = [chunk for chunk in chunks if chunk.revision_id == document.current_revision]
                self.records.terms.delete(partition=document.id)
                self.records.terms.put(document.current_revision, terms(current), partition=document.id)

    def correct(self, document: Document, fields: Mapping[str, Any]) -> None:
        """Remember what somebody knows better of the current revision; without fields, forget it again."""
        if not fields:
            self.records.parameters.delete([document.id], partition=CORRECTIONS)
            return
        stored = self.records.parameters.find(document.id, partition=CORRECTIONS)
        values = stored.values if stored else {}
        self._remember(document, {**values, "fields": {**values.get("fields", {}), **fields}})

    def leave_corrected(self, document: Document) -> None:
        """When the next revision comes, the one before stays as it was corrected, whatever is corrected later."""
        stored = self.records.parameters.find(document.id, partition=CORRECTIONS)
        if stored:
            earlier = {**stored.values.get("earlier", {}), document.current_revision: stored.values["fields"]}
            self._remember(document, {**stored.values, "earlier": earlier})

    def _remember(self, document: Document, values: Mapping[str, Any]) -> None:
        self.records.parameters.put(
            document.id, parameters(document.id, values, self.fingerprint), partition=CORRECTIONS
        )

    def _history(self, document: Document, correction: Mapping[str, Any]) -> list[Version]:
        fields = {**correction.get("earlier", {}), document.current_revision: correction.get("fields", {})}
        revisions = [
            corrected(_known(revision, document), fields.get(revision.id, {}))
            for revision in self.records.revisions.all(partition=document.id)
        ]
        held = fields[document.current_revision].get("declared") == RevisionStatus.CURRENT
        return history(document, revisions, held=held)

    def _refacet(self, old: Document, new: Document) -> None:
        """Give the entries whose facets are others now their new ones."""
        kept = {period.revision for period in (*old.periods, *new.periods)} | {new.current_revision}
        changed = {revision for revision in kept if old.facet_of(revision) != new.facet_of(revision)}
        chunks = [chunk for chunk in self.records.chunks.all(partition=new.id) if chunk.revision_id in changed]
        if chunks:
            self.index.refacet(CHUNKS, {chunk.id: facets(chunk, new) for chunk in chunks})


def conflicts(documents: Sequence[Document], source: str) -> tuple[tuple[str, ...], ...]:
    """Names of documents that share a number without an order, each group with one of the source once."""
    names = {document.id: document.name for document in documents}
    groups = {
        tuple(sorted({document.id, *document.conflicts}))
        for document in documents
        if document.conflicts and document.source == source
    }
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
    if revision.read_at or revision.id != document.current_revision:
        return revision
    return replace(revision, number=document.number, mark=document.mark)
