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
    _merged: dict[tuple[Revision, ...], Vocabulary] = field(default_factory=dict)

    def of(self, groups: Sequence[str]) -> Vocabulary:
        """Over the documents that are in force and that one of the groups may read."""
        documents = sorted(
            (document for document in self.records.documents.all() if _is_read(document, groups)),
            key=lambda document: document.id,
        )
        selection = tuple((document.id, document.current_revision) for document in documents)
        if selection not in self._merged:
            if len(self._merged) >= MOST_SELECTIONS:
                self._merged.clear()
            self._merged[selection] = vocabulary((document.name, self._terms_of(document)) for document in documents)
        return self._merged[selection]

    def _terms_of(self, document: Document) -> Terms:
        revision = (document.id, document.current_revision)
        if revision not in self._terms:
            stored = self.records.terms.find(document.current_revision, partition=document.id)
            self._terms[revision] = stored or self._derived(document)
        return self._terms[revision]

    def _derived(self, document: Document) -> Terms:
        """Of a revision that was read before terms were written down."""
        chunks = self.records.chunks.all(partition=document.id)
        return terms([chunk for chunk in chunks if chunk.revision_id == document.current_revision])


def _is_read(document: Document, groups: Sequence[str]) -> bool:
    return document.status is RevisionStatus.CURRENT and bool(set(document.groups) & set(groups))
