"""Parser processes that run side by side, one file at a time each."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

from kingpost.documents.parsing.containers import Member, unpacked_members
from kingpost.documents.parsing.limits import MEGABYTE, Limits
from kingpost.documents.parsing.options import DEFAULTS, ReadingOptions
from kingpost.documents.parsing.storage import check_growth
from kingpost.documents.parsing.worker import HINTS, PARSE, UNPACK, read_frame, write_frame
from kingpost.errors import DocumentError
from kingpost.types.documents import Original

COMMAND = (sys.executable, "-m", "kingpost.documents.parsing.worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of one file: the parsed document, packed, or an error; and the most memory its reader took."""

    content: bytes
    error: DocumentError | None
    peak_bytes: int = 0


class ParserPool:
    """``parse`` may be called from as many threads as there are workers. Leaving the context ends all processes."""

    def __init__(self, *, workers: int, limits: Limits, options: ReadingOptions = DEFAULTS) -> None:
        self._limits = limits
        self._options = options
        self._idle: SimpleQueue[subprocess.Popen[bytes] | None] = SimpleQueue()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._guard = threading.Lock()
        self._closed = False
        for _ in range(workers):
            self._idle.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._guard:
            self._closed = True
            running = list(self._running)
        for process in running:
            process.kill()
            _bury(process)

    def parse(self, original: Original) -> bytes:
        """The parsed document, packed (``storage.unpacked`` opens it). Raises ``DocumentError`` with its reason."""
        reading = self.read(original)
        if reading.error:
            raise reading.error
        return reading.content

    def members(self, original: Original) -> Iterator[Member]:
        """What is in an archive, or attached to a mail, one by one. Raises ``DocumentError`` with its reason."""
        reading = self.read(original, operation=UNPACK)
        if reading.error:
            raise reading.error
        try:
            yield from unpacked_members(reading.content)
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise DocumentError(
                f"{original.name} made its reader crash", reason="crashed", next=HINTS["crashed"]
            ) from error

    def read(self, original: Original, *, operation: str = PARSE) -> Reading:
        """What came of a file, and what it took."""
        try:
            self._limits.check_size(original.name, len(original.content))
            with self._worker() as process:
                header, content = self._ask(process, original, operation) or (_crash(original.name), b"")
            if operation == PARSE:
                check_growth(content, name=original.name, most_bytes=self._limits.parsed_megabytes * MEGABYTE)
        except DocumentError as error:
            return Reading(content=b"", error=error)
        failed = DocumentError(header["message"], reason=header["reason"], next=header["hint"])
        return Reading(content=content, error=failed if header["reason"] else None, peak_bytes=header["peak_bytes"])

    def _ask(
        self, process: subprocess.Popen[bytes], original: Original, operation: str
    ) -> tuple[dict[str, Any], bytes] | None:
        if process.stdin is None or process.stdout is None:
            return None
        header = {
            "operation": operation,
            "name": original.name,
            "media_type": original.media_type,
            "limits": asdict(self._limits),
            "options": asdict(self._options),
        }
        try:
            write_frame(process.stdin, header, original.content)
            return read_frame(process.stdout)
        except (BrokenPipeError, ValueError):
            return None

    @contextmanager
    def _worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """An idle process, started when there is none or the last one ended."""
        process = self._idle.get()
        try:
            if process is not None and process.poll() is not None:
                _bury(process)
                process = None
            if process is None:
                process = self._start()
            yield process
        finally:
            self._idle.put(process)

    def _start(self) -> subprocess.Popen[bytes]:
        with self._guard:
            if self._closed:
                raise DocumentError("reading was stopped", reason="crashed", next="run the command again")
            process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
            self._running = {other for other in self._running if other.poll() is None} | {process}
            return process


def _bury(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a process and close its pipes."""
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(BrokenPipeError):  # what was not yet sent is of no use any more
                pipe.close()


def _crash(name: str) -> dict[str, Any]:
    """What is told of a file that took its worker along."""
    message = f"{name} made its reader crash"
    return {"reason": "crashed", "message": message, "hint": HINTS["crashed"], "peak_bytes": 0}
