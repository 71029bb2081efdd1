"""Opens the revision that was cited, or says plainly that another one is shown."""

from collections.abc import Callable
from dataclasses import dataclass

from kingpost.app import App
from kingpost.errors import NotFound
from kingpost.retrieval.scoping import today
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

    @property
    def status(self) -> RevisionStatus:
        """Of the revision shown, today."""
        return self.document.status_of(self.revision.id, today())


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
            read = f"An earlier revision, read on {earlier.indexed_at[:10]}."
            return _opened(
                app, document, earlier, " ".join(filter(None, (read, _out_of_force(app, document, earlier.id))))
            )
        notice = "The cited revision is no longer kept. This is the current one: the passage may have changed or moved."
        return _opened(app, document, app.library.revision(document), notice)
    return _opened(app, document, app.library.revision(document), _out_of_force(app, document))


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


def _out_of_force(app: App, document: Document, revision: str = "") -> str:
    """What must be known of a revision (or of the current one) that is not in force today."""
    shown = revision or document.current_revision
    match document.status_of(shown, today()):
        case RevisionStatus.SUPERSEDED if shown == document.current_revision:
            newer = app.records.documents.find(document.superseded_by)
            name = f" by {newer.title}{f' Rev. {newer.mark}' if newer.mark else ''}" if newer else ""
            return f"This document is superseded{name}."
        case RevisionStatus.SUPERSEDED:
            mark = f" by Rev. {document.mark}" if document.mark else ""
            return f"It is superseded{mark}."
        case RevisionStatus.UPCOMING:
            starts = next((period.starts for period in document.periods if period.revision == shown), "")
            return f"This revision is not in force before {starts}."
        case RevisionStatus.DRAFT:
            return "This is a draft."
        case RevisionStatus.WITHDRAWN:
            return "This document is withdrawn."
        case RevisionStatus.CURRENT:
            return _conflict(app, document)


def _conflict(app: App, document: Document) -> str:
    others = [other.name for id in document.conflicts if (other := app.records.documents.find(id))]
    return f"{', '.join(others)} has the same number, and nothing tells which is in force." if others else ""
