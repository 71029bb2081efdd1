"""What each ingest run left: counts, reasons, coverage and speed, kept in the object store and shown again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from kingpost.errors import NotFound, WorkspaceDamaged
from kingpost.ports import ObjectStore
from kingpost.types.documents import FileReport, FileState, IngestReport

PREFIX = "reports/"
KEPT = 50
LOW_COVERAGE = 0.9
"""Share of a file's words below which a person should look at what was read."""
SLOWEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A run in figures. ``coverage`` is the mean over what was indexed, weighted by pages; 1 where nothing was."""

    id: str
    source: str
    begun_at: str
    seconds: float
    stopped: bool
    counts: dict[str, int]
    reasons: dict[str, int]
    """How often each reason code, most frequent first."""
    pages: int
    pages_per_second: float
    chunks: int
    coverage: float
    stale_questions: int
    """Known questions that wait for a review since this run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The files of a run that a person should know of."""

    failed: tuple[FileReport, ...]
    low_coverage: tuple[FileReport, ...]
    warned: tuple[FileReport, ...]
    slowest: tuple[FileReport, ...]


@dataclass(frozen=True)
class Reports:
    """The reports of the latest runs."""

    objects: ObjectStore

    def keep(self, report: IngestReport) -> None:
        """Store it under its id; the oldest leave when there are more than ``KEPT``."""
        self.objects.put(_key(report.id), _codec().dump_json(report, indent=1))
        for key in list(self.objects.keys(PREFIX))[:-KEPT]:
            self.objects.delete(key)

    def overviews(self) -> list[Overview]:
        """All that are kept, newest first."""
        ids = [key.removeprefix(PREFIX).removesuffix(".json") for key in self.objects.keys(PREFIX)]
        return [overview(self.find(id)) for id in reversed(ids)]

    def find(self, id: str = "") -> IngestReport:
        """By id, or the newest. Raises ``NotFound``."""
        key = _key(id) if id else next(reversed(list(self.objects.keys(PREFIX))), "")
        if not key:
            raise NotFound("there is no report yet", next="read documents first: kingpost ingest PATH")
        if key not in self.objects.keys(key):
            raise NotFound(f"there is no report {id!r}", next="list them: kingpost documents reports")
        try:
            return _codec().validate_json(self.objects.get(key))
        except ValidationError as error:
            raise WorkspaceDamaged(f"the report {key} cannot be read", next=f"delete the object {key}") from error


def overview(report: IngestReport) -> Overview:
    """The figures of a run."""
    indexed = [file for file in report.files if file.state is FileState.INDEXED]
    pages = sum(file.pages for file in indexed)
    weights = [max(file.pages, 1) for file in indexed]
    covered = sum(weight * file.coverage for weight, file in zip(weights, indexed, strict=True))
    return Overview(
        id=report.id,
        source=report.source,
        begun_at=report.begun_at,
        seconds=round(report.seconds, 2),
        stopped=report.stopped,
        counts={state.value: report.count(state) for state in FileState},
        reasons=dict(Counter(file.reason for file in report.files if file.reason).most_common()),
        pages=pages,
        pages_per_second=round(pages / report.seconds, 2) if report.seconds else 0.0,
        chunks=sum(file.chunks for file in indexed),
        coverage=round(covered / sum(weights), 4) if weights else 1.0,
        stale_questions=report.stale_questions,
    )


def findings(report: IngestReport) -> Findings:
    """What to look at: failures, text that may be missing, warnings, and where the time went."""
    files = report.files
    read = [file for file in files if file.state in (FileState.INDEXED, FileState.FAILED) and file.seconds]
    return Findings(
        failed=tuple(file for file in files if file.state is FileState.FAILED),
        low_coverage=tuple(sorted(_low(files), key=lambda file: file.coverage)),
        warned=tuple(file for file in files if file.warnings),
        slowest=tuple(sorted(read, key=lambda file: -file.seconds)[:SLOWEST]),
    )


def _low(files: Sequence[FileReport]) -> list[FileReport]:
    return [file for file in files if file.state is FileState.INDEXED and file.coverage < LOW_COVERAGE]


def _key(id: str) -> str:
    return f"{PREFIX}{id}.json"


@lru_cache(maxsize=1)
def _codec() -> TypeAdapter[IngestReport]:
    return TypeAdapter(IngestReport)
