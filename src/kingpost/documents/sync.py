"""Compares a source with what is known of it: which originals are new, changed, the same, moved, gone or unfit."""

import hashlib
from dataclasses import dataclass, field, replace

from kingpost.documents.parsing import family
from kingpost.documents.parsing.limits import Limits
from kingpost.errors import DocumentError
from kingpost.ports import Source
from kingpost.records import Records
from kingpost.types.documents import Document, FileReport, FileState, Original, OriginalReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An original to be read: into which document, and what that document is so far."""

    reference: OriginalReference
    source: str
    document_id: str
    existing: Document | None


@dataclass(slots=True, kw_only=True)
class SyncPlan:
    """What a run has to do. ``settled`` are files that need no reading."""

    tasks: list[Task] = field(default_factory=list)
    moved: list[Document] = field(default_factory=list)
    """Documents under their new names."""
    gone: list[Document] = field(default_factory=list)
    settled: list[FileReport] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.tasks) + len(self.gone) + len(self.settled)


def plan(source: Source, records: Records, *, fingerprint: str, limits: Limits) -> SyncPlan:
    """Read and hash every original of the source. "Gone" are documents of this very source only."""
    references = list(source.references())
    documents = list(records.documents.all())
    by_uri = {document.uri: document for document in documents}
    uris = {reference.uri for reference in references}
    gone = {
        document.id: document for document in documents if document.source == source.id and document.uri not in uris
    }
    result = SyncPlan()
    taken = {document.id for document in documents}
    for reference in references:
        existing = by_uri.get(reference.uri)
        try:
            revision_id = _revision_id(source, reference, limits)
        except DocumentError as error:
            result.settled.append(failed(reference.name, error, existing))
            continue
        moved_from = None if existing else _moved_from(gone, revision_id)
        if moved_from:
            del gone[moved_from.id]
            existing = _renamed(moved_from, reference)
            result.moved.append(existing)
        if existing and _is_indexed(records, existing, revision_id, fingerprint):
            note = f"moved from {moved_from.name}" if moved_from else ""
            result.settled.append(
                FileReport(name=reference.name, state=FileState.UNCHANGED, document_id=existing.id, hint=note)
            )
            continue
        document_id = existing.id if existing else _new_id(source, reference, revision_id, taken)
        taken.add(document_id)
        result.tasks.append(Task(reference=reference, source=source.id, document_id=document_id, existing=existing))
    result.gone = list(gone.values())
    return result


def failed(name: str, error: DocumentError, existing: Document | None = None) -> FileReport:
    """The report of a file that cannot be read. What was indexed of it before stays."""
    hint = error.next + ("; its earlier revision still answers" if existing else "")
    return FileReport(
        name=name,
        state=FileState.FAILED,
        document_id=existing.id if existing else "",
        reason=error.reason,
        hint=f"{error.message}: {hint}",
    )


def revision_id(content: bytes) -> str:
    """The id of the revision with these bytes."""
    return hashlib.sha256(content).hexdigest()[:16]


def document_id(*parts: str) -> str:
    """The id of a document: from its source and first path."""
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]


def _revision_id(source: Source, reference: OriginalReference, limits: Limits) -> str:
    limits.check_size(reference.name, reference.size)
    if not family(reference.name):
        raise DocumentError(
            f"{reference.name}: this kind of file is not read",
            reason="unsupported",
            next="convert it to PDF, Word, Excel, PowerPoint, HTML, Markdown, CSV or text",
        )
    original: Original = source.read(reference)
    if not original.content:
        raise DocumentError(f"{reference.name} has no bytes", reason="empty", next="check the file")
    return revision_id(original.content)


def _moved_from(gone: dict[str, Document], revision: str) -> Document | None:
    return next((document for document in gone.values() if document.current_revision == revision), None)


def _renamed(document: Document, reference: OriginalReference) -> Document:
    return replace(document, name=reference.name, uri=reference.uri)


def _is_indexed(records: Records, document: Document, revision: str, fingerprint: str) -> bool:
    if document.current_revision != revision:
        return False
    stored = records.revisions.find(revision, partition=document.id)
    return stored is not None and stored.fingerprint == fingerprint


def _new_id(source: Source, reference: OriginalReference, revision: str, taken: set[str]) -> str:
    """The path may have been another document's first one, which has moved since."""
    first = document_id(source.id, reference.name)
    return first if first not in taken else document_id(source.id, reference.name, revision)
