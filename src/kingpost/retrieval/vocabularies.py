"""Keeps what the documents that an asker may read call things, merged, until one of their revisions changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kingpost.language.terms import terms
from kingpost.language.vocabulary import Vocabulary, vocabulary
from kingpost.records import Records
from kingpost.types.documents import Document, RevisionStatus
from kingpost.types.terms import Terms

Revision = tuple[str, str]
"""Document id and revision id."""
MOST_SELECTIONS = 16
"""Merged vocabularies kept: one for each set of groups that asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabularies:
    """A revision never changes, so its terms are kept for good; merged ones are kept by the revisions in them."""

    records: Records
    _terms: dict[Revision, Terms] = field(default_factory=dict)
    """Of whole revisions only."""
    _merged: dict[tuple[Revision, ...], Vocabulary] = field(default_factory=dict)

    def of(self, groups: Sequence[str]) -> Vocabulary:
        """Over the documents that are in force and that one of the groups may read."""
        readers = frozenset(groups)
        documents = {
            (document.id, document.current_revision): document
            for document in self.records.documents.all()
            if document.status is RevisionStatus.CURRENT and not readers.isdisjoint(document.groups)
        }
        selection = tuple(documents)
        merged = self._merged.get(selection)
        if merged is None:
            merged = vocabulary((document.name, self._terms_of(document)) for document in documents.values())
            if documents.keys() <= self._terms.keys():
                self._keep(selection, merged)
        return merged

    def _keep(self, selection: tuple[Revision, ...], merged: Vocabulary) -> None:
        if len(self._merged) >= MOST_SELECTIONS:
            self._merged.clear()
        self._merged[selection] = merged

    def _terms_of(self, document: Document) -> Terms:
        """Of its current revision; kept unless the document was removed or changed meanwhile, its passages with it."""
        revision = (document.id, document.current_revision)
        found = self._terms.get(revision)
        if found is None:
            found = self.records.terms.find(document.current_revision, partition=document.id)
            found = found or self._derived(document)
            now = self.records.documents.find_all([document.id]).get(document.id)
            if now is not None and now.current_revision == document.current_revision:
                self._terms[revision] = found
        return found

    def _derived(self, document: Document) -> Terms:
        """Of a revision that was read before terms were written down."""
        chunks = self.records.chunks.all(partition=document.id)
        return terms([chunk for chunk in chunks if chunk.revision_id == document.current_revision])
