"""Brings a source's originals into the index and takes out what is gone, one file at a time, resumable at any point."""

import errno
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol, runtime_checkable

from langchain_core.embeddings import Embeddings

from kingpost.documents.chunking import Chunker, Measure
from kingpost.documents.embedding import EmbeddingQueue
from kingpost.documents.entries import entries, searched
from kingpost.documents.gazetteer import identifiers_of
from kingpost.documents.identity import Identity, identify
from kingpost.documents.library import IDENTITIES, Library, original_key, parsed_key
from kingpost.documents.parsing.limits import Limits
from kingpost.documents.parsing.options import ReadingOptions
from kingpost.documents.parsing.pool import ParserPool
from kingpost.documents.parsing.storage import unpacked
from kingpost.documents.readership import readable_by, renew
from kingpost.documents.reports import Reports
from kingpost.documents.settling import Settler, conflicts, parameters
from kingpost.documents.sources.containers import UnpackedSource
from kingpost.documents.sync import SyncPlan, Task, document_id, failed, plan, revision_id
from kingpost.errors import DocumentError, OutOfSpace, Refused
from kingpost.ports import ObjectStore, SearchIndex, Source
from kingpost.records import Records
from kingpost.settings import DocumentSettings
from kingpost.types.documents import (
    Chunk,
    ContainerListing,
    Document,
    FileReport,
    FileState,
    IngestReport,
    Original,
    ParsedDocument,
    Revision,
)
from kingpost.types.search import CHUNKS, Vector

logger = logging.getLogger(__name__)

CHARACTERS_PER_TOKEN = 4
OCR_SHARE = 0.6
"""Of the time that a file may take: what recognition of text in its images gets."""
OnFile = Callable[[FileReport, int, int], None]
OnPlan = Callable[[SyncPlan], None]


@runtime_checkable
class CountsTokens(Protocol):
    """Embeddings that know their own tokens."""

    def token_offsets(self, text: str) -> list[tuple[int, int]]: ...


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


@dataclass(frozen=True, kw_only=True)
class Ingestor:
    """One run at a time on a workspace: ``lock("ingest")`` raises ``Locked`` for the second."""

    records: Records
    objects: ObjectStore
    index: SearchIndex
    embeddings: Embeddings
    library: Library
    settings: DocumentSettings
    fingerprint: str
    lock: Callable[[str], AbstractContextManager[None]]

    def plan(self, source: Source, *, verify: bool = False, allow_empty: bool = False) -> SyncPlan:
        """What ``ingest`` would do. Raises ``BackendUnavailable`` and ``Refused`` as it does."""
        with self._opened(source, remember=False) as opened:
            return self._plan(opened, verify=verify, allow_empty=allow_empty)

    def _plan(self, source: Source, *, verify: bool, allow_empty: bool) -> SyncPlan:
        return plan(
            source,
            self.records,
            fingerprint=self.fingerprint,
            limits=self.limits,
            verify=verify,
            allow_empty=allow_empty,
        )

    @contextmanager
    def _opened(self, place: Source, *, remember: bool = True) -> Iterator[Source]:
        """The source with what is in its archives and mails."""
        listings = self.records.containers

        def keep(listing: ContainerListing) -> None:
            if remember:
                listings.put(document_id(listing.uri), listing, partition=place.id)

        with (
            ParserPool(workers=1, limits=self.limits) as pool,
            UnpackedSource(
                place,
                pool.members,
                known=lambda uri: listings.find(document_id(uri), partition=place.id),
                remember=keep,
            ) as opened,
        ):
            yield opened

    def ingest(
        self,
        source: Source,
        *,
        verify: bool = False,
        allow_empty: bool = False,
        on_plan: OnPlan | None = None,
        on_file: OnFile | None = None,
    ) -> IngestReport:
        """Synchronise with the source. ``on_file`` gets each report with the number done and the total.

        ``verify`` reads what looks unchanged too; ``allow_empty`` removes all documents of a source that has none
        any more. Raises ``BackendUnavailable`` or ``Refused`` (by the source: nothing was changed), ``Locked``,
        ``OutOfSpace``. On KeyboardInterrupt what is committed stays; the next run goes on there.
        """
        begun_at = datetime.now(UTC)
        with self.lock("ingest"), _disk_full_is_told(), self._opened(source) as opened:
            self._clean_up()
            work = self._plan(opened, verify=verify, allow_empty=allow_empty)
            if on_plan:
                on_plan(work)
            for document in work.renewed:
                renew(document, records=self.records, index=self.index)
            report = _begun(source.id, work, begun_at)
            files: list[FileReport] = []
            try:
                for file in self._run(opened, work):
                    files.append(file)
                    if on_file:
                        on_file(file, len(files), work.total)
                documents = self._settler.settle()
            except BaseException:
                with suppress(OutOfSpace):
                    self.reports.keep(_ended(report, files, begun_at, stopped=True))
                raise
            found = conflicts(documents, source.id)
            report = _ended(replace(report, conflicts=found), files, begun_at)
            self.reports.keep(report)
        return report

    @property
    def reports(self) -> Reports:
        """What earlier runs left."""
        return Reports(self.objects)

    def remove(self, document: Document) -> None:
        """Forget a document with all its revisions; what it superseded is in force again. Raises ``Locked``."""
        with self.lock("ingest"):
            self.library.remove(document.id)
            self._settler.settle()

    def correct(self, document: Document, fields: Mapping[str, Any]) -> Document:
        """Correct by hand what is known of a document (see ``Settler.correct``). Raises ``Locked``."""
        with self.lock("ingest"):
            self._settler.correct(document, fields)
            self._settler.settle()
        return self.records.documents.get(document.id)

    @property
    def limits(self) -> Limits:
        """What reading one file may cost."""
        return Limits(
            seconds=self.settings.file_seconds,
            memory_megabytes=self.settings.file_memory_megabytes,
            file_megabytes=self.settings.file_megabytes,
            unpacked_megabytes=self.settings.unpacked_megabytes,
            parsed_megabytes=self.settings.parsed_megabytes,
        )

    @property
    def reading(self) -> ReadingOptions:
        """How files are read; recognition of text ends early enough for what was read to be sent."""
        return ReadingOptions(
            ocr=self.settings.ocr == "auto",
            ocr_language=self.settings.ocr_language,
            ocr_seconds=OCR_SHARE * self.settings.file_seconds,
            sheet_rows=self.settings.sheet_rows,
        )

    @property
    def _settler(self) -> Settler:
        return Settler(
            records=self.records,
            index=self.index,
            library=self.library,
            fingerprint=self.fingerprint,
        )

    def _run(self, source: Source, work: SyncPlan) -> Iterator[FileReport]:
        yield from work.settled
        yield from self._read_all(source, work.tasks)
        for document in work.gone:
            self.library.remove(document.id)
            yield FileReport(name=document.name, state=FileState.REMOVED, document_id=document.id)

    def _read_all(self, source: Source, tasks: list[Task]) -> Iterator[FileReport]:
        """Parsers run side by side, a few files ahead of the encoder; records and index are written here."""
        waiting = iter(tasks)
        running: dict[Future[tuple[Original, bytes]], tuple[Task, float]] = {}
        with (
            ParserPool(workers=self.settings.workers, limits=self.limits, options=self.reading) as pool,
            ThreadPoolExecutor(self.settings.workers) as threads,
            EmbeddingQueue[Prepared](self.embeddings, workers=self.settings.workers) as encoder,
        ):

            def read(task: Task) -> tuple[Original, bytes]:
                original = source.read(task.reference)
                return original, pool.parse(original)

            try:
                while True:
                    ahead = 0 if encoder.is_full else self.settings.workers + 1 - len(running)
                    for task in _take(waiting, ahead):
                        running[threads.submit(read, task)] = (task, time.monotonic())
                    if not running and encoder.is_empty:
                        return
                    if not encoder.is_ready:
                        awaited: list[Future[Any]] = [*running, *encoder.futures]
                        wait(awaited, return_when=FIRST_COMPLETED)
                    for future in [future for future in running if future.done()]:
                        yield from self._prepare(future, *running.pop(future), encoder)
                    for prepared, vectors in encoder.ready():
                        yield self._store(prepared, vectors)
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                pool.__exit__(None, None, None)
                raise

    def _prepare(
        self,
        future: Future[tuple[Original, bytes]],
        task: Task,
        begun: float,
        encoder: "EmbeddingQueue[Prepared]",
    ) -> Iterator[FileReport]:
        """Cut what was read and hand it to the encoder; a report only for what cannot be read."""
        try:
            original, packed = future.result()
            revision = revision_id(original.content)
            parsed = unpacked(packed)
            identity, chunks = self._cut(task.document_id, original.name, revision, parsed)
        except DocumentError as error:
            yield replace(failed(task.reference.name, error, task.existing), seconds=time.monotonic() - begun)
            return
        document = self._document(task, original, revision, identity)
        prepared = Prepared(
            original=original,
            packed=packed,
            parsed=parsed,
            document=document,
            identity=identity,
            chunks=readable_by(document.groups, chunks),
            seconds=time.monotonic() - begun,
        )
        encoder.put(prepared, [searched(chunk) for chunk in chunks])

    def _store(self, prepared: "Prepared", vectors: Sequence[Vector]) -> FileReport:
        """Write order: original, parsed, chunks, index, revision, commit point; then what is not kept leaves."""
        document, original, parsed = prepared.document, prepared.original, prepared.parsed
        revision = document.current_revision
        pending = f"pending/{document.id}"
        self.objects.put(pending, revision.encode())
        self.objects.put(original_key(document.id, revision, original.name), original.content)
        self.objects.put(parsed_key(document.id, revision), prepared.packed)
        self.records.chunks.put_all({chunk.id: chunk for chunk in prepared.chunks}, partition=document.id)
        self.index.upsert(CHUNKS, entries(prepared.chunks, document, vectors))
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

    def _cut(self, document_id: str, name: str, revision: str, parsed: ParsedDocument) -> tuple[Identity, list[Chunk]]:
        """Who the document is, and its chunks. One odd document must not end the run of all."""
        measure = Measure(
            chunk_tokens=self.settings.chunk_tokens,
            context_tokens=self.settings.context_tokens,
            count=token_counter(self.embeddings),
        )
        try:
            identity = identify(parsed, name)
            chunks = Chunker(document_id, revision, identity, measure).cut(parsed)
        except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
            logger.exception("cannot cut a document", extra={"document": document_id})
            raise DocumentError(
                f"{name} was read, but cannot be cut into chunks ({type(error).__name__})",
                reason="crashed",
                next="report it with the log, and convert the file to another format meanwhile",
            ) from error
        if not chunks:
            raise DocumentError(f"{name}: no text found", reason="no_text", next="check the file")
        return identity, chunks

    def _document(self, task: Task, original: Original, revision: str, identity: Identity) -> Document:
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

    def _commit(self, prepared: Prepared) -> None:
        document, before = prepared.document, self.records.documents.find(prepared.document.id)
        version = self.records.documents.version(document.id)
        values = {**asdict(prepared.identity), "identifiers": identifiers_of(prepared.chunks)}
        self.records.parameters.put(
            document.id, parameters(document.id, values, self.fingerprint), partition=IDENTITIES
        )
        changed = before is not None and before.current_revision != document.current_revision
        if before is not None and changed:
            self._settler.leave_corrected(before)
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

    def _drop_stale(self, document_id: str, revision: str, keep: set[str]) -> None:
        """Chunks of a revision that it no longer has leave the index, then the records; of others if none is kept."""
        stored = {chunk.id: chunk.revision_id for chunk in self.records.chunks.all(partition=document_id)}
        kept = {id for id, of in stored.items() if self.settings.keep_revisions and of != revision} | keep
        indexed = self.index.scan(CHUNKS, where={"document": [document_id]})
        self.index.delete(CHUNKS, [id for id in indexed if id not in kept])
        if old := [id for id in stored if id not in kept]:
            self.records.chunks.delete(old, partition=document_id)

    def _cut_again(self, document: Document) -> None:
        """Kept revisions that were cut under other settings are cut as the current one was."""
        if not self.settings.keep_revisions:
            return
        for revision in self.records.revisions.all(partition=document.id):
            if revision.fingerprint == self.fingerprint or not revision.read_at:
                continue
            parsed = self.library.parsed(document.id, revision=revision.id)
            _, chunks = self._cut(document.id, document.name, revision.id, parsed)
            chunks = readable_by(document.groups, chunks)
            vectors = self.embeddings.embed_documents([searched(chunk) for chunk in chunks])
            self.records.chunks.put_all({chunk.id: chunk for chunk in chunks}, partition=document.id)
            self.index.upsert(CHUNKS, entries(chunks, document, vectors))
            self._drop_stale(document.id, revision.id, {chunk.id for chunk in chunks})
            again = replace(revision, fingerprint=self.fingerprint, chunks=len(chunks))
            self.records.revisions.put(revision.id, again, partition=document.id)

    def _clean_up(self) -> None:
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


def _begun(source: str, work: SyncPlan, begun_at: datetime) -> IngestReport:
    moment = f"{begun_at:%Y%m%dT%H%M%S.%fZ}"
    return IngestReport(source=source, files=(), seconds=0, notes=work.notes, id=moment, begun_at=begun_at.isoformat())


def _ended(
    report: IngestReport, files: Sequence[FileReport], begun_at: datetime, *, stopped: bool = False
) -> IngestReport:
    seconds = (datetime.now(UTC) - begun_at).total_seconds()
    return replace(report, files=tuple(files), seconds=seconds, stopped=stopped)


def token_counter(embeddings: Embeddings) -> Callable[[str], int]:
    """Counts tokens of the embedding model, or estimates them where the model does not tell."""
    if isinstance(embeddings, CountsTokens):
        return lambda text: len(embeddings.token_offsets(text))
    return lambda text: -(-len(text) // CHARACTERS_PER_TOKEN)


def _take(tasks: Iterator[Task], count: int) -> Iterator[Task]:
    for _ in range(count):
        task = next(tasks, None)
        if task is None:
            return
        yield task


@contextmanager
def _disk_full_is_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise OutOfSpace(
                "the disk is full: the file being written was left out, all before it are kept",
                next="free some space, then run the command again",
            ) from error
        raise
