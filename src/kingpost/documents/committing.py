"""Writes a file that has been read and embedded: all of it becomes visible at once, and what is not kept leaves."""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from langchain_core.embeddings import Embeddings

from kingpost.documents.cutting import Cutter
from kingpost.documents.entries import entries, searched
from kingpost.documents.gazetteer import identifiers_of
from kingpost.documents.identity import Identity
from kingpost.documents.library import IDENTITIES, Library, original_key, parsed_key
from kingpost.documents.readership import readable_by
from kingpost.documents.settling import Settler, parameters
from kingpost.documents.sync import Task, revision_id
from kingpost.errors import Refused
from kingpost.ports import ObjectStore, SearchIndex
from kingpost.records import Records
from kingpost.types.documents import Chunk, Document, FileReport, FileState, Original, ParsedDocument, Revision
from kingpost.types.search import CHUNKS, Vector

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A file that has been read and cut, and waits for its vectors."""

    original: Original
    packed: bytes
    parsed: ParsedDocument
    document: Document
    identity: Identity
    chunks: list[Chunk]
    seconds: float
    """That reading and cutting took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committer:
    """The commit point of a file is ``Document.current_revision``: whoever is killed before has shown nothing."""

    records: Records
    objects: ObjectStore
    index: SearchIndex
    embeddings: Embeddings
    library: Library
    cutter: Cutter
    settler: Settler
    fingerprint: str
    keep_revisions: bool

    def store(self, prepared: Prepared, vectors: Sequence[Vector]) -> FileReport:
        """Write order: original, parsed, chunks, index, revision, commit point; then what is not kept leaves."""
        document, original, parsed = prepared.document, prepared.original, prepared.parsed
        revision = document.current_revision
        pending = f"pending/{document.id}"
        self.objects.put(pending, revision.encode())
        self.objects.put(original_key(document.id, revision, original.name), original.content)
        self.objects.put(parsed_key(document.id, revision), prepared.packed)
        self._put(document, revision, prepared.chunks, vectors)
        self._commit(prepared)
        self._drop_stale(document.id, revision, {chunk.id for chunk in prepared.chunks})
        self._cut_again(document)
        self.objects.delete(pending)
        return FileReport(
            name=original.name,
            state=FileState.INDEXED,
            document_id=document.id,
            chunks=len(prepared.chunks),
            pages=parsed.pages,
            seconds=prepared.seconds,
            warnings=(*parsed.warnings, *prepared.identity.warnings),
            coverage=parsed.coverage,
            ocr_pages=len(parsed.ocr_pages),
        )

    def clean_up(self) -> None:
        """Finish or undo what a run that was killed had begun: its marks name the documents."""
        for mark in list(self.objects.keys("pending/")):
            document_id = mark.removeprefix("pending/")
            document = self.records.documents.find(document_id)
            if document is None:
                self.library.forget(document_id)
            else:
                self._undo(document, self.objects.get(mark).decode())
            self.objects.delete(mark)
            logger.info("cleaned up after an interrupted run", extra={"document": document_id})

    def _undo(self, document: Document, begun: str) -> None:
        """A revision that was not committed leaves; one that was leaves what it was cut into before."""
        cut = self.library.revision(document).chunks
        current = {chunk.id for chunk in self.library.chunks(document.id) if chunk.ordinal < cut}
        self._drop_stale(document.id, begun, current)
        if begun == document.current_revision:
            self._cut_again(document)
        else:
            self.records.revisions.delete([begun], partition=document.id)

    def _commit(self, prepared: Prepared) -> None:
        document, before = prepared.document, self.records.documents.find(prepared.document.id)
        version = self.records.documents.version(document.id)
        values = {**asdict(prepared.identity), "identifiers": identifiers_of(prepared.chunks)}
        self.records.parameters.put(
            document.id, parameters(document.id, values, self.fingerprint), partition=IDENTITIES
        )
        changed = before is not None and before.current_revision != document.current_revision
        if before is not None and changed:
            self.settler.leave_corrected(before)
        revision = self._revision(prepared, read_again=changed)
        self.records.revisions.put(revision.id, revision, partition=document.id)
        if not self.records.documents.put_if(document.id, document, version=version):
            raise Refused(f"{document.name} was changed by another process meanwhile", next="run the command again")

    def _revision(self, prepared: Prepared, *, read_again: bool) -> Revision:
        """The record of a revision; one that was known before keeps when it was read."""
        document, identity = prepared.document, prepared.identity
        now = datetime.now(UTC)
        known = self.records.revisions.find(document.current_revision, partition=document.id)
        read_at = (known.read_at or (known.indexed_at,)) if known else ()
        if known is None or read_again:
            read_at = (*read_at, now.isoformat(timespec="microseconds"))
        return Revision(
            id=document.current_revision,
            document_id=document.id,
            digest=revision_id(prepared.original.content),
            object_key=original_key(document.id, document.current_revision, prepared.original.name),
            indexed_at=now.isoformat(timespec="seconds"),
            fingerprint=self.fingerprint,
            chunks=len(prepared.chunks),
            pages=prepared.parsed.pages,
            warnings=(*prepared.parsed.warnings, *identity.warnings),
            number=identity.number,
            mark=identity.mark,
            effective_date=identity.effective_date,
            declared=identity.declared,
            supersedes=identity.supersedes,
            numbered=identity.numbered,
            text_digest=identity.text_digest,
            read_at=read_at,
        )

    def _put(self, document: Document, revision: str, chunks: Sequence[Chunk], vectors: Sequence[Vector]) -> None:
        """The chunks of a revision. What it is about, as other chunks told before, is forgotten: settling tells it."""
        self.records.profiles.delete([revision], partition=document.id)
        self.records.terms.delete([revision], partition=document.id)
        self.records.chunks.put_all({chunk.id: chunk for chunk in chunks}, partition=document.id)
        self.index.upsert(CHUNKS, entries(chunks, document, vectors))

    def _drop_stale(self, document_id: str, revision: str, keep: set[str]) -> None:
        """Chunks of a revision that it no longer has leave the index, then the records; of others if none is kept."""
        stored = {chunk.id: chunk.revision_id for chunk in self.records.chunks.all(partition=document_id)}
        kept = {id for id, of in stored.items() if self.keep_revisions and of != revision} | keep
        indexed = self.index.scan(CHUNKS, where={"document": [document_id]})
        self.index.delete(CHUNKS, [id for id in indexed if id not in kept])
        if old := [id for id in stored if id not in kept]:
            self.records.chunks.delete(old, partition=document_id)

    def _cut_again(self, document: Document) -> None:
        """Kept revisions that were cut under other settings are cut as the current one was."""
        if not self.keep_revisions:
            return
        for revision in self.records.revisions.all(partition=document.id):
            if revision.fingerprint == self.fingerprint or not revision.read_at:
                continue
            parsed = self.library.parsed(document.id, revision=revision.id)
            _, chunks = self.cutter.cut(document.id, document.name, revision.id, parsed)
            chunks = readable_by(document.groups, chunks)
            vectors = self.embeddings.embed_documents([searched(chunk) for chunk in chunks])
            self._put(document, revision.id, chunks, vectors)
            self._drop_stale(document.id, revision.id, {chunk.id for chunk in chunks})
            again = replace(revision, fingerprint=self.fingerprint, chunks=len(chunks))
            self.records.revisions.put(revision.id, again, partition=document.id)


def document_of(task: Task, original: Original, revision: str, identity: Identity) -> Document:
    """A document keeps its source and status; the status is settled at the end of the run."""
    existing = task.existing
    fresh = Document(
        id=task.document_id,
        name=original.name,
        uri=original.uri,
        source=task.source,
        title=identity.title,
        media_type=original.media_type,
        current_revision=revision,
        number=identity.number,
        mark=identity.mark,
        groups=task.reference.groups,
        stamp=task.reference.stamp,
    )
    if existing is None:
        return fresh
    return replace(
        fresh,
        name=existing.name,
        source=existing.source,
        status=existing.status,
        superseded_by=existing.superseded_by,
        periods=existing.periods,
        duplicate_of=existing.duplicate_of,
        corrected=existing.corrected,
    )
