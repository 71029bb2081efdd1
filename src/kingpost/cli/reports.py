"""``kingpost documents reports|report``: what ingest runs did, what failed and why, and what to look at."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kingpost.cli.printing import columns, conflict, visible
from kingpost.cli.terminal import JsonOption, WorkspaceOption, open_app, plain, show
from kingpost.types.documents import FileReport, FileState, IngestReport

if TYPE_CHECKING:
    from kingpost.documents.reports import Overview


def list_reports(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the ingest runs that left a report, the newest first."""
    with open_app(workspace) as app:
        runs = app.ingestor.reports.overviews()
    show(runs, as_json=as_json, text=lambda: print_overviews(runs))


def show_report(
    report: Annotated[str, typer.Argument(help="The report's id; without it, the newest.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what an ingest run did: counts, reasons, coverage, speed, and each file that needs a look."""
    with open_app(workspace) as app:
        found = app.ingestor.reports.find(report)
    show(report_json(found), as_json=as_json, text=lambda: print_report(found))


def report_json(report: IngestReport) -> dict[str, Any]:
    """A report with its figures."""
    from kingpost.documents.reports import overview

    more = {"conflicts": report.conflicts, "notes": report.notes, "files": report.files}
    result: dict[str, Any] = plain(overview(report)) | plain(more)
    return result


def print_overviews(runs: Iterable["Overview"]) -> None:
    """A line a run."""
    columns(
        ("ID", "SECONDS", "PAGES/S", "COVERAGE", "FILES", "REASONS"),
        (
            (
                run.id,
                f"{run.seconds:.1f}",
                run.pages_per_second,
                _percent(run.coverage),
                _files(run),
                _counts(run.reasons),
            )
            for run in runs
        ),
    )


def print_report(report: IngestReport) -> None:
    """The figures of a run, then its files by what is to be known of them."""
    from kingpost.documents.reports import findings, overview

    found = findings(report)
    print(f"{report.id}, from {report.source}")
    print_summary(overview(report))
    if found.failed:
        print("\nFailed")
    for file in found.failed:
        print(f"{file.reason:<12} {visible(file.name)}\n{'':<12} {visible(file.hint)}")
    print_stale(report)
    _low_coverage(found.low_coverage)
    _table("Warnings", ("NAME", "WARNING"), ((f.name, warning) for f in found.warned for warning in f.warnings))
    slowest = ((f.name, f"{f.seconds:.1f}", f.pages or "-", f.chunks) for f in found.slowest)
    _table("Slowest", ("NAME", "SECONDS", "PAGES", "CHUNKS"), slowest)
    _table("Same number, no order", ("NAMES",), ((", ".join(names),) for names in report.conflicts))
    _table("Of the source", ("NOTE",), ((note,) for note in report.notes))


def print_ends(reports: Iterable[IngestReport]) -> None:
    """The end of an ingest, source by source."""
    for report in reports:
        print_end(report)


def print_end(report: IngestReport) -> None:
    """What a run ends with on the terminal, below its lines for each file."""
    from kingpost.documents.reports import findings, overview

    run = overview(report)
    print_summary(run)
    examples = {file.reason: file for file in reversed(report.files) if file.state is FileState.FAILED}
    rows = ((reason, count, examples[reason].name) for reason, count in run.reasons.items() if reason in examples)
    _table("Failed", ("REASON", "FILES", "FOR EXAMPLE"), rows)
    _low_coverage(findings(report).low_coverage)
    for names in report.conflicts:
        print(conflict(names))
    print_stale(report)
    for note in report.notes:
        print(visible(note))
    if examples:
        print("\nwhat to do for each: kingpost documents report")


def print_stale(report: IngestReport) -> None:
    """How many known questions a run has put before the experts; nothing where there are none."""
    count = report.stale_questions
    if count:
        print(f"{count} known {'question needs' if count == 1 else 'questions need'} a new look: kingpost review list")


def print_summary(run: "Overview") -> None:
    """A run in one line."""
    speed = f"{run.pages_per_second} a second, {_percent(run.coverage)} of their words"
    read = f", {run.pages} pages, {speed}" if run.pages else ""
    stopped = " (stopped before its end)" if run.stopped else ""
    print(f"{_files(run) or 'no files'} in {run.seconds:.1f} s from {run.source}{read}{stopped}")


def _low_coverage(files: Iterable[FileReport]) -> None:
    rows = ((file.name, _percent(file.coverage), file.pages or "-") for file in files)
    _table("Text may be missing", ("NAME", "WORDS READ", "PAGES"), rows)


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Nothing where there are no rows."""
    found = [tuple(visible(str(cell)) for cell in row) for row in rows]
    if found:
        print(f"\n{title}")
        columns(head, found)


def _files(run: "Overview") -> str:
    return ", ".join(f"{run.counts[state]} {state.value}" for state in FileState if run.counts.get(state))


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "-"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
