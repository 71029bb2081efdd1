"""``kingpost demo``: a workspace with the demo documents, and four questions asked of it."""

from pathlib import Path
from typing import Annotated

import typer

from kingpost.cli.answers import print_answer
from kingpost.cli.ask import stream
from kingpost.cli.ingest import Manner, read
from kingpost.cli.progress import progress
from kingpost.cli.reports import report_json
from kingpost.cli.terminal import JsonOption, WorkspaceOption, open_app, show, stoppable
from kingpost.errors import UsageError
from kingpost.types.answers import Answer, Question

DIRECTORY = Path("demo-workspace")
QUESTIONS = (
    (
        "from a table of a PDF",
        "What uniform load must the floor of zone C carry?",
    ),
    ("from a cell of a workbook", "What is the permitted uniform load of bay C3?"),
    ("a clause by its number", "What does clause 6.3.2 of WDS-100 say?"),
    ("not in the documents", "How wide is the clear opening of door D-940?"),
)


def demo(
    directory: Annotated[Path | None, typer.Argument(help="Where the workspace is made.")] = None,
    documents: Annotated[Path, typer.Option(help="The demo documents.")] = Path("examples/documents"),
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a workspace, read the demo documents, and ask four questions; the last must be refused."""
    from kingpost.answering.contract import answer_json
    from kingpost.backends.local.workspace import Workspace

    if not documents.is_dir():
        raise UsageError(
            f"{documents}: the demo documents are not there", next=f"run: python examples/make_documents.py {documents}"
        )
    kept = stoppable("stopped; the workspace is kept", next="run the same command again to go on")
    with kept, open_app(Workspace.create(directory or workspace or DIRECTORY).root) as app:
        with progress("ingest") as shown:
            reports = read(app, [app.sources().open(str(documents))], shown, Manner(quiet=as_json))
        answers = [stream(app, Question(text=text), silent=True) for _, text in QUESTIONS]
        server = f"http://{app.settings.server.host}:{app.settings.server.port}"
    document = {"ingest": [report_json(report) for report in reports], "answers": [answer_json(a) for a in answers]}
    show(document, as_json=as_json, text=lambda: print_demo(answers, server))


def print_demo(answers: list[Answer], server: str) -> None:
    """The four questions with their answers."""
    for (kind, text), answer in zip(QUESTIONS, answers, strict=True):
        print(f"\n{'=' * 100}\n{text}   [{kind}]\n")
        print_answer(answer, server=server)
    print()
