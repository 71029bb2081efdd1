"""Opens the revision that was cited, or says plainly that another one is shown."""

from collections.abc import Callable
from dataclasses import dataclass

from kingpost.app import App
from kingpost.errors import NotFound
from kingpost.types.documents import Document, ParsedDocument, Revision, RevisionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A document at one revision. ``notice`` is what the reader must know before trusting the place shown."""

    document: Document
    revision: Revision
    notice: str
    read: Callable[[], bytes]
    parsed: Callable[[], ParsedDocument]

    @property
    def is_current(self) -> bool:
        return self.revision.id == self.document.current_revision


def open_document(app: App, document_id: str, revision_id: str) -> Opened:
    """The document at the revision asked for (empty: the current one). Raises ``NotFound`` for the document."""
    document = app.records.documents.find(document_id)
    if document is None:
        raise NotFound(
            f"there is no document {document_id!r}: it was removed, or never was here",
            next="see which documents are here: kingpost documents list",
        )
    if revision_id not in ("", document.current_revision):
        earlier = app.records.revisions.find(revision_id, partition=document_id)
        if earlier is not None and _is_stored(app, earlier):
            return _opened(app, document, earlier, f"An earlier revision, read on {earlier.indexed_at[:10]}.")
        notice = "The cited revision is no longer kept. This is the current one: the passage may have changed or moved."
        return _opened(app, document, app.library.revision(document), notice)
    return _opened(app, document, app.library.revision(document), _superseded(app, document))


def _opened(app: App, document: Document, revision: Revision, notice: str) -> Opened:
    return Opened(
        document=document,
        revision=revision,
        notice=notice,
        read=lambda: app.objects.get(revision.object_key),
        parsed=lambda: app.library.parsed(document.id, revision=revision.id),
    )


def _is_stored(app: App, revision: Revision) -> bool:
    return any(key == revision.object_key for key in app.objects.keys(revision.object_key))


def _superseded(app: App, document: Document) -> str:
    if document.status is not RevisionStatus.SUPERSEDED:
        return ""
    newer = app.records.documents.find(document.superseded_by)
    return "This document is superseded." if newer is None else f"This document is superseded by {newer.title}."
