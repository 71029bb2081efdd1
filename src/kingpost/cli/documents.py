"""``kingpost documents``: what has been read, and taking it out again."""

from typing import Annotated, Any

import typer

from kingpost.cli import printing
from kingpost.cli.terminal import JsonOption, WorkspaceOption, open_app, show
from kingpost.types.documents import Document, Revision

commands = typer.Typer(help="What has been read, and taking it out again.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="The document's id, or the end of its name.")]


@commands.command("list")
def list_documents(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the documents with their revision and status."""
    with open_app(workspace) as app:
        pairs = [(document, app.library.revision(document)) for document in app.library.documents()]
    pairs.sort(key=lambda pair: pair[0].name)
    show(
        [document_json(document, revision) for document, revision in pairs],
        as_json=as_json,
        text=lambda: printing.documents(pairs),
    )


@commands.command("show")
def show_document(name: NameArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show one document: revision, pages, chunks, warnings."""
    with open_app(workspace) as app:
        document = app.library.find(name)
        revision = app.library.revision(document)
    show(
        document_json(document, revision),
        as_json=as_json,
        text=lambda: printing.document(document, revision),
    )


@commands.command("remove")
def remove_document(name: NameArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Take a document out of the workspace. Its original stays where it came from."""
    with open_app(workspace) as app:
        document = app.library.find(name)
        app.library.remove(document.id)
    show(
        {"removed": document.id, "name": document.name},
        as_json=as_json,
        text=lambda: print(f"removed {document.name}; the next ingest of its folder reads it again"),
    )


def document_json(document: Document, revision: Revision) -> dict[str, Any]:
    """A document with the revision that readers see now, as the API gives it."""
    return {"document": document, "revision": revision, "view": f"/view/{document.id}"}
