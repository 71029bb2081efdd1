"""``kingpost ingest``: read documents into the workspace."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kingpost.cli import printing
from kingpost.cli.progress import Progress, progress
from kingpost.cli.reports import print_ends, report_json
from kingpost.cli.terminal import JsonOption, WorkspaceOption, open_app, show, stoppable
from kingpost.types.documents import FileReport, FileState, IngestReport

if TYPE_CHECKING:
    from kingpost.app import App


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Folders and files.")],
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 when a file failed.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read new and changed files, and forget those that have vanished from these folders."""
    kept = stoppable("stopped; files reported as indexed are kept", next="run the same command again to go on")
    with kept, open_app(workspace) as app, progress("ingest") as shown:
        reports = read(app, paths, shown, quiet=as_json)
    document = [report_json(report) for report in reports]
    show(document, as_json=as_json, text=lambda: print_ends(reports))
    if strict and any(report.count(FileState.FAILED) for report in reports):
        raise typer.Exit(1)


def read(app: "App", paths: list[Path], shown: Progress, *, quiet: bool) -> list[IngestReport]:
    """Ingest each path, with a line a file. ``quiet`` keeps the lines off standard output."""
    from kingpost.documents.sources.folder import FolderSource

    def tell(report: FileReport, done: int, total: int) -> None:
        shown.line(printing.file_line(report), result=not quiet)
        shown.at(done, total, printing.visible(report.name))

    sources = [FolderSource(path) for path in paths]
    reports = [app.ingestor.ingest(source, on_file=tell) for source in sources]
    app.bank.index_missing()
    return reports
