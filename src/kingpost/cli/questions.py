"""``kingpost questions``: the question bank."""

from pathlib import Path
from typing import Annotated

import typer

from kingpost.cli import printing
from kingpost.cli.files import write_rows
from kingpost.cli.terminal import JsonOption, WorkspaceOption, note, open_app, show, stoppable
from kingpost.types.questions import KnownQuestion

commands = typer.Typer(help="The question bank.", no_args_is_help=True)

ApproverOption = Annotated[str, typer.Option("--approved-by", help="Who approves; none: nobody has.")]
RetiredOption = Annotated[bool, typer.Option("--retired", help="Retired ones too.")]


@commands.command("list")
def list_questions(
    retired: RetiredOption = False, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """List the known questions."""
    with open_app(workspace) as app:
        pairs = list(app.bank.pairs(include_retired=retired))
    show(pairs, as_json=as_json, text=lambda: printing.known_questions(pairs))


@commands.command("add")
def add_question(
    question: Annotated[str, typer.Argument(help="The question.")],
    answer: Annotated[str, typer.Argument(help="Its answer.")],
    phrasing: Annotated[list[str] | None, typer.Option(help="Another wording; may be repeated.")] = None,
    document: Annotated[str, typer.Option(help="Where the answer stands: id, or end of a document's name.")] = "",
    approved_by: ApproverOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a pair, or update the one with the same question."""
    with open_app(workspace) as app:
        evidence = app.bank.locate_evidence(question, answer, document=document)
        pair = app.bank.add(
            question, answer, phrasings=tuple(phrasing or ()), evidence=evidence, approved_by=approved_by
        )
    show(pair, as_json=as_json, text=lambda: printing.known_question(pair))


@commands.command("import")
def import_questions(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Pairs as .jsonl, .csv or .xlsx.")],
    approved_by: ApproverOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import pairs; a bad line is reported by its number, and the rest goes on."""
    kept = stoppable("stopped; pairs imported so far are kept", next="import the file again: nothing is doubled")
    with kept, open_app(workspace) as app:
        report = app.bank.import_file(path, approved_by=approved_by)
    for problem in report.problems:
        note(f"{path}:{problem.line}: {problem.reason}")
    show(report, as_json=as_json, text=lambda: printing.import_report(report))


@commands.command("export")
def export_questions(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, .jsonl or .csv.")],
    retired: RetiredOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the bank to a file that ``import`` reads again."""
    with open_app(workspace) as app:
        count = write_rows(path, [pair_row(pair) for pair in app.bank.pairs(include_retired=retired)])
    show({"file": path, "rows": count}, as_json=as_json, text=lambda: print(f"wrote {count} pairs to {path}"))


@commands.command("retire")
def retire_question(
    pair_id: Annotated[str, typer.Argument(metavar="PAIR", help="The pair's id.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep a pair, and never serve it again."""
    with open_app(workspace) as app:
        app.bank.retire(pair_id)
        pair = app.bank.get(pair_id)
    show(pair, as_json=as_json, text=lambda: print(f"retired {pair.id}: {pair.question}"))


def pair_row(pair: KnownQuestion) -> dict[str, object]:
    """A pair as a line of a pairs file."""
    return {
        "question": pair.question,
        "answer": pair.answer,
        "paraphrases": list(pair.phrasings),
        "document": pair.evidence[0].name if pair.evidence else "",
        "split": pair.split,
    }
