"""``kingpost ingest``: read documents into the workspace."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from kingpost.cli import printing
from kingpost.cli.plans import counts_line, plan_json, print_plans
from kingpost.cli.progress import Progress, progress
from kingpost.cli.reports import print_ends, print_stale, report_json
from kingpost.cli.terminal import JsonOption, WorkspaceOption, open_app, show, stoppable
from kingpost.errors import UsageError
from kingpost.types.documents import FileReport, FileState, IngestReport

if TYPE_CHECKING:
    from kingpost.app import App
    from kingpost.documents.sync import SyncPlan
    from kingpost.ports import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How sources are read: ``quiet`` keeps lines off standard output, ``news`` tells of what has changed only."""

    verify: bool = False
    allow_empty: bool = False
    quiet: bool = False
    news: bool = False


def ingest(
    places: Annotated[list[str], typer.Argument(help="Folders, files, or addresses: https://wiki.example/space/.")],
    plan: Annotated[bool, typer.Option("--plan", help="Show what would be read and removed, and do nothing.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Read what looks unchanged too.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Stay and read what changes, until stopped.")] = False,
    allow_empty: Annotated[
        bool, typer.Option("--allow-empty", help="Remove all documents of a place that has none of them any more.")
    ] = False,
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", help="Another host whose pages are read; may be given again.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 when a file failed.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read new and changed documents, and forget those that have vanished from these places."""
    if watch and (plan or as_json):
        raise UsageError("--watch goes on for ever", next="leave out --plan and --json")
    manner = Manner(verify=verify, allow_empty=allow_empty, quiet=as_json)
    kept = stoppable("stopped; files reported as indexed are kept", next="run the same command again to go on")
    with kept, open_app(workspace) as app:
        opener = app.sources(hosts=tuple(allow_host or ()), verify=verify, dry=plan)
        sources = [opener.open(place) for place in places]
        if plan:
            show_plans(app, sources, manner)
            return
        with progress("ingest") as shown:
            reports = read(app, sources, shown, manner)
        show([report_json(report) for report in reports], as_json=as_json, text=lambda: print_ends(reports))
        if watch:
            stay(app, sources, manner)
    if strict and any(report.count(FileState.FAILED) for report in reports):
        raise typer.Exit(1)


def show_plans(app: "App", sources: "Sequence[Source]", manner: Manner) -> None:
    """What would be done, source by source."""
    with progress("look") as shown:
        plans = []
        for number, source in enumerate(sources):
            shown.at(number, len(sources))
            plans.append((source, app.ingestor.plan(source, verify=manner.verify, allow_empty=manner.allow_empty)))
    document = [plan_json(source, work) for source, work in plans]
    show(document, as_json=manner.quiet, text=lambda: print_plans([work for _, work in plans]))


def read(app: "App", sources: "Sequence[Source]", shown: Progress, manner: Manner) -> list[IngestReport]:
    """Ingest each source: a line on what there is to do, and a line a file."""

    def begin(work: "SyncPlan") -> None:
        if not manner.news or work.has_news:
            shown.line(counts_line(work), result=not manner.quiet)

    def tell(report: FileReport, done: int, total: int) -> None:
        if not manner.news or report.state is not FileState.UNCHANGED or report.hint:
            shown.line(printing.file_line(report), result=not manner.quiet)
        shown.at(done, total, printing.visible(report.name))

    reports = [
        app.ingestor.ingest(source, verify=manner.verify, allow_empty=manner.allow_empty, on_plan=begin, on_file=tell)
        for source in sources
    ]
    app.bank.index_missing()
    return reports


def stay(app: "App", sources: "Sequence[Source]", manner: Manner) -> None:
    """Read what changes, until stopped."""
    from kingpost.cli.watching import watch

    def again() -> None:
        with progress("ingest") as shown:
            reports = read(app, sources, shown, Manner(verify=False, allow_empty=manner.allow_empty, news=True))
        for report in reports:
            print_stale(report)

    watch(sources, again)
