"""``kingpost feedback``: what users say of answers."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kingpost.cli import printing
from kingpost.cli.files import write_rows
from kingpost.cli.terminal import JsonOption, WorkspaceOption, open_app, show
from kingpost.types.answers import LOCAL_USER
from kingpost.types.feedback import Severity

commands = typer.Typer(help="What users say of answers.", no_args_is_help=True)


class Wrong(StrEnum):
    """What can be wrong with an answer."""

    ANSWER = "answer"
    REFERENCE = "reference"
    ROUTE = "route"
    INCOMPLETE = "incomplete"
    OTHER = "other"


@commands.command("list")
def list_feedback(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List all feedback, oldest first."""
    with open_app(workspace) as app:
        everything = sorted(app.journal.all(), key=lambda feedback: feedback.created_at)
    show(everything, as_json=as_json, text=lambda: printing.feedback(everything))


@commands.command("add")
def add_feedback(
    turn: Annotated[str, typer.Argument(help="The turn that ask printed.")],
    rating: Annotated[int, typer.Option(min=0, max=5, help="1 strongly disagree ... 5 strongly agree; 0: none.")] = 0,
    severity: Annotated[Severity, typer.Option(help="How bad a wrong answer is.")] = Severity.NONE,
    wrong: Annotated[list[Wrong] | None, typer.Option(help="What was wrong; may be repeated.")] = None,
    correct_answer: Annotated[str, typer.Option(help="What the answer should have been.")] = "",
    comment: Annotated[str, typer.Option(help="Anything else.")] = "",
    user: Annotated[str, typer.Option(help="Who says so.")] = LOCAL_USER,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what you think of an answer; a wrong one goes to the experts' queue."""
    with open_app(workspace) as app:
        feedback = app.journal.add(
            turn,
            rating=rating,
            severity=severity,
            wrong=tuple(kind.value for kind in wrong or ()),
            correct_answer=correct_answer,
            comment=comment,
            user=user,
        )
    show(feedback, as_json=as_json, text=lambda: print(f"kept feedback {feedback.id}; see: kingpost review list"))


@commands.command("export")
def export_feedback(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, .jsonl or .csv.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write all feedback to a file."""
    with open_app(workspace) as app:
        count = write_rows(path, sorted(app.journal.all(), key=lambda feedback: feedback.created_at))
    show({"file": path, "rows": count}, as_json=as_json, text=lambda: print(f"wrote {count} rows to {path}"))
