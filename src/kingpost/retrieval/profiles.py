"""Knows what each document is about, as it was written down at ingest or else as its chunks tell."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kingpost.language.profiles import profile
from kingpost.records import Records
from kingpost.retrieval.kinship import families
from kingpost.retrieval.naming import Meant, meant
from kingpost.types.documents import Document, Profile

Revision = tuple[str, str]
"""Document id and revision id."""
MOST_SELECTIONS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """A revision never changes, so what is known of it is kept for good; families are kept by what is searched."""

    records: Records
    _profiles: dict[Revision, Profile] = field(default_factory=dict)
    _families: dict[tuple[Revision, ...], list[list[Document]]] = field(default_factory=dict)

    def meant(self, question: str, searched: Sequence[Document]) -> Meant:
        """Which of the documents searched the question means."""
        if len(searched) < 2:
            return Meant(kept=tuple(searched))
        profiles = {document.id: self.profile(document) for document in searched}
        return meant(question, searched, self._alike(searched, profiles), profiles)

    def profile(self, document: Document) -> Profile:
        """Of the revision that is the document's current one here."""
        revision = (document.id, document.current_revision)
        if revision not in self._profiles:
            self._profiles[revision] = self._stored(document) or self._derived(document)
        return self._profiles[revision]

    def _stored(self, document: Document) -> Profile | None:
        return self.records.profiles.find(document.current_revision, partition=document.id)

    def _derived(self, document: Document) -> Profile:
        chunks = self.records.chunks.all(partition=document.id)
        return profile([chunk for chunk in chunks if chunk.revision_id == document.current_revision])

    def _alike(self, searched: Sequence[Document], profiles: dict[str, Profile]) -> list[list[Document]]:
        selection = tuple((document.id, document.current_revision) for document in searched)
        known = self._families.get(selection)
        if known is None:
            if len(self._families) >= MOST_SELECTIONS:
                self._families.clear()
            known = self._families[selection] = families(searched, profiles)
        return known
