"""The documents that answers come from."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from kingpost.app import App
from kingpost.documents.corrections import correction
from kingpost.errors import UsageError
from kingpost.retrieval.scoping import today
from kingpost.types.documents import Document, Revision
from kingpost.web.context import AppHere

router = APIRouter(prefix="/documents", tags=["documents"])


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """A document with the revision that readers see now."""

    document: Document
    revision: Revision
    view: str
    revisions: tuple[Revision, ...] = ()
    """All that are kept, where one document is asked for."""


class Correction(BaseModel):
    """What somebody knows better of a document than its file says; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    number: str | None = None
    mark: str | None = None
    effective_date: date | None = None
    status: Literal["current", "draft", "superseded", "withdrawn"] | None = None
    supersedes: list[str] | None = None


@router.get("")
def list_documents(app: AppHere) -> list[DocumentView]:
    """All documents, by name."""
    return sorted((_view(app, document) for document in app.library.documents()), key=lambda view: view.document.name)


@router.get("/{document_id}")
def show_document(document_id: str, app: AppHere) -> DocumentView:
    """One document, by id or by the end of its name."""
    document = app.library.find(document_id)
    return replace(_view(app, document), revisions=tuple(app.library.revisions(document)))


@router.put("/{document_id}/correction")
def correct_document(document_id: str, body: Correction, app: AppHere) -> DocumentView:
    """Correct by hand what is known of a document; it holds until it is cleared."""
    fields = correction(
        number=body.number,
        mark=body.mark,
        effective_date=body.effective_date.isoformat() if body.effective_date else "",
        declared=body.status,
        said=body.supersedes,
    )
    if not fields:
        raise UsageError("nothing to correct", next="give a field, or delete the correction to clear it")
    return _view(app, app.ingestor.correct(app.library.find(document_id), fields))


@router.delete("/{document_id}/correction")
def clear_correction(document_id: str, app: AppHere) -> DocumentView:
    """Forget what was corrected: the document is again what its file says."""
    return _view(app, app.ingestor.correct(app.library.find(document_id), {}))


def _view(app: App, document: Document) -> DocumentView:
    """With the status that it has today: a date may have come since the last ingest."""
    shown = replace(document, status=document.status_of(document.current_revision, today()))
    return DocumentView(document=shown, revision=app.library.revision(document), view=f"/view/{document.id}")
