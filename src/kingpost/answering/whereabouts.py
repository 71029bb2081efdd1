"""What became of what an answer stood on: whether its words still stand in the revision that is seen now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kingpost.records import Records
from kingpost.retrieval.scoping import Moment, allowed, asked_marks, seen
from kingpost.types.answers import Citation, PassageRead, Question
from kingpost.types.documents import Document
from kingpost.types.replay import DocumentChange, Fate

LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Of one question's documents, as its asker sees them on ``moment``."""

    records: Records
    asked: Question
    standalone: str
    moment: Moment
    _views: dict[str, list[Document]] = field(default_factory=dict)
    _hashes: dict[str, frozenset[tuple[str, str]]] = field(default_factory=dict)

    def of(self, passage: PassageRead) -> tuple[Fate, Document | None]:
        """The passage's fate, and the document as the revision that it is seen in now."""
        views = self.views(passage.document)
        if not views:
            return Fate.GONE, None
        then = next((view for view in views if _is_of(view, passage)), None)
        if then is not None and self._stands_in(then, passage):
            return Fate.SAME, then
        other = next((view for view in views if self._stands_in(view, passage)), None)
        return (Fate.OTHER_REVISION, other) if other else (Fate.CHANGED, then or views[0])

    def changed(self, sources: Sequence[PassageRead | Citation]) -> tuple[DocumentChange, ...]:
        """Documents of these passages and references that are no longer seen as the revision that they were then."""
        changes: dict[tuple[str, str], DocumentChange] = {}
        for source in sources:
            views = self.views(source.document)
            same = any((view.id, view.current_revision) == (source.document, source.revision) for view in views)
            if not same:
                mark = source.mark if isinstance(source, PassageRead) else ""
                change = _document_change(source, mark, views[0] if views else None)
                changes.setdefault((source.document, source.revision), change)
        return tuple(changes.values())

    def views(self, document_id: str) -> list[Document]:
        """The document once for each revision that is seen now, the latest first; else its first successor seen."""
        if document_id not in self._views:
            chain = (list(reversed(self._seen(document))) for document in self._successors(document_id))
            self._views[document_id] = next((views for views in chain if views), [])
        return self._views[document_id]

    def _seen(self, document: Document) -> list[Document]:
        if not allowed([document], self.asked.groups):
            return []
        views = seen(document, self.moment, marks=asked_marks(self.standalone))
        handed_in = document.id in self.asked.documents and not self.moment.as_of
        return views or ([document] if handed_in else [])

    def _successors(self, document_id: str) -> Iterator[Document]:
        """The document, what superseded it, and so on."""
        following = document_id
        for _ in range(LONGEST_CHAIN):
            document = self.records.documents.find(following) if following else None
            if document is None:
                return
            yield document
            following = document.superseded_by

    def _stands_in(self, view: Document, passage: PassageRead) -> bool:
        """Whether the words, with their headings, stand in the document as this revision."""
        if _is_of(view, passage):
            chunk = self.records.chunks.find(passage.chunk, partition=passage.document)
            if chunk is not None and chunk.content_hash == passage.content_hash:
                return True
        if view.id not in self._hashes:
            chunks = self.records.chunks.all(partition=view.id)
            self._hashes[view.id] = frozenset((chunk.revision_id, chunk.content_hash) for chunk in chunks)
        return (view.current_revision, passage.content_hash) in self._hashes[view.id]


def _is_of(view: Document, passage: PassageRead) -> bool:
    return (view.id, view.current_revision) == (passage.document, passage.revision)


def _document_change(source: PassageRead | Citation, mark: str, view: Document | None) -> DocumentChange:
    return DocumentChange(
        document=source.document,
        name=source.name,
        revision=source.revision,
        mark=mark,
        revision_now=view.current_revision if view else "",
        mark_now=view.mark if view else "",
        name_now=view.name if view else "",
    )
