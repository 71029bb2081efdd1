"""Brings a source's originals into the index and takes out what is gone, one file at a time, resumable at any point."""

import errno
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from langchain_core.embeddings import Embeddings

from kingpost.documents.committing import Committer, Prepared, document_of
from kingpost.documents.cutting import Cutter
from kingpost.documents.embedding import EmbeddingQueue
from kingpost.documents.entries import searched
from kingpost.documents.library import Library
from kingpost.documents.parsing.limits import Limits
from kingpost.documents.parsing.options import ReadingOptions
from kingpost.documents.parsing.pool import ParserPool
from kingpost.documents.parsing.storage import unpacked
from kingpost.documents.readership import readable_by, renew
from kingpost.documents.reports import Reports
from kingpost.documents.settling import Settler, conflicts
from kingpost.documents.sources.containers import UnpackedSource
from kingpost.documents.sync import SyncPlan, Task, document_id, failed, plan, revision_id
from kingpost.errors import DocumentError, OutOfSpace
from kingpost.ports import ObjectStore, SearchIndex, Source
from kingpost.records import Records
from kingpost.settings import DocumentSettings
from kingpost.types.documents import (
    ContainerListing,
    Document,
    FileReport,
    FileState,
    IngestReport,
    Original,
)

OCR_SHARE = 0.6
"""Of the time that a file may take: what recognition of text in its images gets."""
OnFile = Callable[[FileReport, int, int], None]
OnPlan = Callable[[SyncPlan], None]
StaleCounter = Callable[[Collection[str]], Callable[[], int]]
"""Called with the ids of the documents that a run may change or remove, before it does; what it gives tells
afterwards how many known questions lost what they stood on."""


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
    stale_counter: StaleCounter

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
            self._committer.clean_up()
            work = self._plan(opened, verify=verify, allow_empty=allow_empty)
            if on_plan:
                on_plan(work)
            count_stale = self.stale_counter(_changing(work))
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
                stale = count_stale()
            except BaseException:
                with suppress(OutOfSpace):
                    self.reports.keep(_ended(report, files, begun_at, stopped=True))
                raise
            found = conflicts(documents, source.id)
            report = _ended(replace(report, conflicts=found, stale_questions=stale), files, begun_at)
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

    @property
    def _cutter(self) -> Cutter:
        return Cutter(embeddings=self.embeddings, settings=self.settings)

    @property
    def _committer(self) -> Committer:
        return Committer(
            records=self.records,
            objects=self.objects,
            index=self.index,
            embeddings=self.embeddings,
            library=self.library,
            cutter=self._cutter,
            settler=self._settler,
            fingerprint=self.fingerprint,
            keep_revisions=self.settings.keep_revisions,
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
                        yield self._committer.store(prepared, vectors)
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                pool.__exit__(None, None, None)
                raise

    def _prepare(
        self,
        future: Future[tuple[Original, bytes]],
        task: Task,
        begun: float,
        encoder: EmbeddingQueue[Prepared],
    ) -> Iterator[FileReport]:
        """Cut what was read and hand it to the encoder; a report only for what cannot be read."""
        try:
            original, packed = future.result()
            revision = revision_id(original.content)
            parsed = unpacked(packed)
            identity, chunks = self._cutter.cut(task.document_id, original.name, revision, parsed)
        except DocumentError as error:
            yield replace(failed(task.reference.name, error, task.existing), seconds=time.monotonic() - begun)
            return
        document = document_of(task, original, revision, identity)
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


def _begun(source: str, work: SyncPlan, begun_at: datetime) -> IngestReport:
    moment = f"{begun_at:%Y%m%dT%H%M%S.%fZ}"
    return IngestReport(source=source, files=(), seconds=0, notes=work.notes, id=moment, begun_at=begun_at.isoformat())


def _changing(work: SyncPlan) -> frozenset[str]:
    """Ids of the documents that will be read again or removed."""
    return frozenset((*(task.document_id for task in work.tasks), *(document.id for document in work.gone)))


def _ended(
    report: IngestReport, files: Sequence[FileReport], begun_at: datetime, *, stopped: bool = False
) -> IngestReport:
    seconds = (datetime.now(UTC) - begun_at).total_seconds()
    return replace(report, files=tuple(files), seconds=seconds, stopped=stopped)


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
