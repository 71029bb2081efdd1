"""Compares a source with what is known of it: which originals are new, changed, the same, moved, gone or unfit."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kingpost.documents.parsing import family
from kingpost.documents.parsing.limits import Limits
from kingpost.documents.parsing.unsupported import unsupported
from kingpost.errors import DocumentError, Refused
from kingpost.ports import Source
from kingpost.records import Records
from kingpost.types.documents import Document, FileReport, FileState, Original, OriginalReference

MEND = "open the file in its program and save it again"
WHAT_NOW = {
    "permissions": "mend that file; nobody sees these documents meanwhile",
    "too_large": "unpack it and ingest the folder",
    "encrypted": "pack it again without password",
    "empty": "check the file",
}
"""What to do about an original that its source will not hand over, by reason code."""


class Change(StrEnum):
    """What a run makes of an original, or of a document that has none any more."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    REGROUPED = "regrouped"
    GONE = "gone"
    UNCHANGED = "unchanged"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One line of a plan."""

    change: Change
    name: str
    document_id: str = ""
    note: str = ""

    @property
    def is_news(self) -> bool:
        return self.change is not Change.UNCHANGED


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
    renewed: list[Document] = field(default_factory=list)
    """Documents whose record changes, whether or not they are read again: name, groups, stamp."""
    gone: list[Document] = field(default_factory=list)
    settled: list[FileReport] = field(default_factory=list)
    lines: list[Planned] = field(default_factory=list)
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return len(self.tasks) + len(self.gone) + len(self.settled)

    @property
    def has_news(self) -> bool:
        return any(line.is_news for line in self.lines)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind of change, none left out."""
        counted = Counter(line.change for line in self.lines)
        return {change.value: counted[change] for change in Change}


def plan(
    source: Source,
    records: Records,
    *,
    fingerprint: str,
    limits: Limits,
    verify: bool = False,
    allow_empty: bool = False,
) -> SyncPlan:
    """Compare the source with what is known of it. "Gone" are documents of this very source only.

    Bytes are read and hashed where the stamp is another one, or with ``verify``. Raises ``BackendUnavailable`` when
    the source cannot be listed, and ``Refused`` when all its documents would go, unless ``allow_empty``.
    """
    return _Planner(source, records, fingerprint=fingerprint, limits=limits, verify=verify).plan(allow_empty)


class _Planner:
    """Makes one plan."""

    def __init__(self, source: Source, records: Records, *, fingerprint: str, limits: Limits, verify: bool) -> None:
        self._source, self._records = source, records
        self._fingerprint, self._limits, self._verify = fingerprint, limits, verify
        self._references = list(source.references())
        documents = list(records.documents.all())
        self._by_uri = {document.uri: document for document in documents}
        self._taken = {document.id for document in documents}
        uris = {reference.uri for reference in self._references}
        self._own = [document for document in documents if document.source == source.id]
        gone = [document for document in self._own if document.uri not in uris]
        self._gone = {document.id: document for document in gone if not document.name.startswith(source.unlisted)}
        self._result = SyncPlan(notes=source.notes)

    def plan(self, allow_empty: bool) -> SyncPlan:  # noqa: FBT001 - handed on
        for reference in self._references:
            existing = self._by_uri.get(reference.uri)
            if existing and existing.groups != reference.groups:
                existing = replace(existing, groups=reference.groups)
            try:
                self._place(reference, existing)
            except DocumentError as error:
                self._settle(failed(reference.name, error, existing), Change.UNREADABLE)
                self._renew(existing)
        self._result.gone = list(self._gone.values())
        if self._own and len(self._result.gone) == len(self._own) and not allow_empty:
            raise _all_would_go(self._own, self._references)
        for document in self._result.gone:
            self._line(Change.GONE, document.name, document.id)
        return self._result

    def _place(self, reference: OriginalReference, existing: Document | None) -> None:
        """Decide what is to be done with an original. Raises ``DocumentError`` when it cannot be read."""
        if reference.refused:
            raise DocumentError(reference.refused, reason=reference.refusal, next=WHAT_NOW.get(reference.refusal, MEND))
        _check_readable(reference, self._limits)
        known = existing and reference.stamp and existing.stamp == reference.stamp and not self._verify
        revision = existing.current_revision if existing and known else self._revision(reference)
        moved_from = None if existing else _moved_from(self._gone, revision)
        if moved_from:
            del self._gone[moved_from.id]
            existing = replace(moved_from, name=reference.name, uri=reference.uri, groups=reference.groups)
        if existing and existing.current_revision == revision:
            existing = replace(existing, stamp=reference.stamp)
            self._renew(existing)
            if self._is_indexed(existing):
                self._settle_known(reference, existing, moved_from)
                return
        else:
            self._renew(existing)
        document_id = existing.id if existing else self._new_id(reference, revision)
        self._taken.add(document_id)
        self._result.tasks.append(
            Task(reference=reference, source=self._source.id, document_id=document_id, existing=existing)
        )
        self._line(Change.CHANGED if existing else Change.ADDED, reference.name, existing.id if existing else "")

    def _revision(self, reference: OriginalReference) -> str:
        original: Original = self._source.read(reference)
        self._limits.check_size(reference.name, len(original.content))
        if not original.content:
            raise DocumentError(f"{reference.name} has no bytes", reason="empty", next="check the file")
        return revision_id(original.content)

    def _settle_known(self, reference: OriginalReference, document: Document, moved_from: Document | None) -> None:
        """A file that need not be read, though it may have another name or other readers now."""
        before = moved_from or self._by_uri[document.uri]
        notes = []
        if moved_from:
            notes.append(f"moved from {moved_from.name}")
        if before.groups != document.groups:
            notes.append(f"now for: {', '.join(document.groups)}")
        note = "; ".join(notes)
        change = Change.MOVED if moved_from else Change.REGROUPED if notes else Change.UNCHANGED
        report = FileReport(name=reference.name, state=FileState.UNCHANGED, document_id=document.id, hint=note)
        self._settle(report, change)

    def _settle(self, report: FileReport, change: Change) -> None:
        self._result.settled.append(report)
        self._line(change, report.name, report.document_id, report.hint)

    def _line(self, change: Change, name: str, document_id: str = "", note: str = "") -> None:
        self._result.lines.append(Planned(change=change, name=name, document_id=document_id, note=note))

    def _renew(self, document: Document | None) -> None:
        """Remember that the record of a document changes, if it does."""
        if document and document not in (self._by_uri.get(document.uri),):
            self._result.renewed.append(document)

    def _is_indexed(self, document: Document) -> bool:
        stored = self._records.revisions.find(document.current_revision, partition=document.id)
        return stored is not None and stored.fingerprint == self._fingerprint

    def _new_id(self, reference: OriginalReference, revision: str) -> str:
        """The path may have been another document's first one, which has moved since."""
        first = document_id(self._source.id, reference.name)
        return first if first not in self._taken else document_id(self._source.id, reference.name, revision)


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


def _check_readable(reference: OriginalReference, limits: Limits) -> None:
    limits.check_size(reference.name, reference.size)
    if not family(reference.name):
        raise unsupported(reference.name)


def _moved_from(gone: dict[str, Document], revision: str) -> Document | None:
    return next((document for document in gone.values() if document.current_revision == revision), None)


def _all_would_go(documents: Sequence[Document], references: Sequence[OriginalReference]) -> Refused:
    """A share that is not mounted looks like an empty folder."""
    found = f"{len(references)} other files are there" if references else "nothing is there"
    return Refused(
        f"none of the {len(documents)} documents read from here before is there any more ({found}):"
        " nothing was removed",
        next="check that the place is mounted and complete; if they are really gone, add --allow-empty",
    )
