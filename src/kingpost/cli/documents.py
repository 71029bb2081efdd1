"""``kingpost documents``: what has been read, correcting what is known of it, and taking it out again."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from kingpost.cli import printing, reports
from kingpost.cli.terminal import JsonOption, WorkspaceOption, iso_day, open_app, show
from kingpost.errors import UsageError
from kingpost.types.documents import Document, ParsedDocument, Revision

commands = typer.Typer(help="What has been read, correcting it, and taking it out again.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="The document's id, or the end of its name.")]


class Declared(StrEnum):
    """What a document may be said to be."""

    CURRENT = "current"
    DRAFT = "draft"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@commands.command("list")
def list_documents(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the documents: number, revision mark, status, effective date, successor, conflicts."""
    with open_app(workspace) as app:
        pairs = [(as_of_today(document), app.library.revision(document)) for document in app.library.documents()]
    pairs.sort(key=lambda pair: pair[0].name)
    show(
        [document_json(document, revision) for document, revision in pairs],
        as_json=as_json,
        text=lambda: printing.documents(pairs),
    )


@commands.command("show")
def show_document(
    name: NameArgument,
    blocks: Annotated[bool, typer.Option("--blocks", help="Show what was read, block by block.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one document: what is known of it, and all revisions that are kept; or what was read of it."""
    with open_app(workspace) as app:
        document = as_of_today(app.library.find(name))
        revisions = app.library.revisions(document)
        names = {other.id: other.name for other in app.library.documents()}
        parsed = app.library.parsed(document.id) if blocks else None
    known = document_json(document, revisions[-1])
    if parsed:
        show(known | {"parsed": parsed}, as_json=as_json, text=lambda: print_blocks(parsed))
        return
    show(
        known | {"revisions": revisions},
        as_json=as_json,
        text=lambda: printing.document(document, revisions, names),
    )


def print_blocks(parsed: ParsedDocument) -> None:
    """What was read, in words."""
    from kingpost.documents.preview import preview

    printing.lines(preview(parsed))


commands.command("reports")(reports.list_reports)
commands.command("report")(reports.show_report)


@commands.command("correct")
def correct_document(
    name: NameArgument,
    number: Annotated[str | None, typer.Option(help="Its document number.")] = None,
    mark: Annotated[str | None, typer.Option(help="Its revision mark.")] = None,
    effective: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="From when it is in force.")
    ] = None,
    status: Annotated[Declared | None, typer.Option(help="What it is.")] = None,
    supersedes: Annotated[list[str] | None, typer.Option(help='What it replaces, as "WDS-100 Rev. B".')] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Forget what was corrected before.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Correct by hand what is known of a document. It holds until it is cleared, whatever the file says."""
    from kingpost.documents.corrections import correction

    fields = correction(number=number, mark=mark, effective_date=iso_day(effective), declared=status, said=supersedes)
    if bool(fields) == clear:
        raise UsageError(
            "nothing to correct", next="give --number, --mark, --effective, --status, --supersedes or --clear"
        )
    with open_app(workspace) as app:
        document = as_of_today(app.ingestor.correct(app.library.find(name), fields))
        revision = app.library.revision(document)
    show(document_json(document, revision), as_json=as_json, text=lambda: printing.documents([(document, revision)]))


@commands.command("remove")
def remove_document(name: NameArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Take a document out of the workspace. Its original stays where it came from."""
    with open_app(workspace) as app:
        document = app.library.find(name)
        app.ingestor.remove(document)
    show(
        {"removed": document.id, "name": document.name},
        as_json=as_json,
        text=lambda: print(f"removed {document.name}; the next ingest of its folder reads it again"),
    )


def as_of_today(document: Document) -> Document:
    """The document with the status that it has today: a date may have come since the last ingest."""
    from kingpost.retrieval.scoping import today

    return replace(document, status=document.status_of(document.current_revision, today()))


def document_json(document: Document, revision: Revision) -> dict[str, Any]:
    """A document with the revision that readers see now, as the API gives it."""
    return {"document": document, "revision": revision, "view": f"/view/{document.id}"}
