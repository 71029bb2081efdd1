"""The documents that answers come from."""

from dataclasses import dataclass

from fastapi import APIRouter

from kingpost.app import App
from kingpost.types.documents import Document, Revision
from kingpost.web.context import AppHere

router = APIRouter(prefix="/documents", tags=["documents"])


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """A document with the revision that readers see now."""

    document: Document
    revision: Revision
    view: str


@router.get("")
def list_documents(app: AppHere) -> list[DocumentView]:
    """All documents, by name."""
    return sorted((_view(app, document) for document in app.library.documents()), key=lambda view: view.document.name)


@router.get("/{document_id}")
def show_document(document_id: str, app: AppHere) -> DocumentView:
    """One document, by id or by the end of its name."""
    return _view(app, app.library.find(document_id))


def _view(app: App, document: Document) -> DocumentView:
    return DocumentView(document=document, revision=app.library.revision(document), view=f"/view/{document.id}")
