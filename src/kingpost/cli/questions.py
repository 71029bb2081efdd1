"""``kingpost questions``: the question bank."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from kingpost.cli import bank, printing
from kingpost.cli.progress import progress
from kingpost.cli.terminal import JsonOption, WorkspaceOption, iso_day, note, open_app, show, stoppable
from kingpost.types.questions import PairState

commands = typer.Typer(help="The question bank.", no_args_is_help=True)

ApproverOption = Annotated[str, typer.Option("--approved-by", help="Who approves; none: nobody has.")]
RetiredOption = Annotated[bool, typer.Option("--retired", help="Retired ones too.")]
GroupOption = Annotated[
    list[str] | None, typer.Option("--group", help="Who may be served it; may be repeated. None: everyone.")
]
PairArgument = Annotated[str, typer.Argument(metavar="PAIR", help="The pair's id.")]
FromOption = Annotated[
    datetime | None, typer.Option("--valid-from", formats=["%Y-%m-%d"], metavar="DATE", help="Its first day.")
]
UntilOption = Annotated[
    datetime | None, typer.Option("--valid-until", formats=["%Y-%m-%d"], metavar="DATE", help="Its last day.")
]


@commands.command("list")
def list_questions(
    retired: RetiredOption = False,
    state: Annotated[PairState | None, typer.Option(help="Those in this state only.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the known questions, each with its state: current, stale, expired, upcoming or retired."""
    with open_app(workspace) as app:
        found = [
            app.bank.listed(pair) for pair in app.bank.pairs(include_retired=retired or state is PairState.RETIRED)
        ]
    pairs = [pair for pair in found if state in (None, pair.state)]
    show(pairs, as_json=as_json, text=lambda: bank.known_questions(pairs))


@commands.command("show")
def show_question(pair_id: PairArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show one known question: state, readers, validity, and what it stands on."""
    with open_app(workspace) as app:
        pair = app.bank.listed(app.bank.get(pair_id))
    show(pair, as_json=as_json, text=lambda: bank.known_question(pair))


@commands.command("add")
def add_question(
    question: Annotated[str, typer.Argument(help="The question.")],
    answer: Annotated[str, typer.Argument(help="Its answer.")],
    phrasing: Annotated[list[str] | None, typer.Option(help="Another wording; may be repeated.")] = None,
    document: Annotated[str, typer.Option(help="Where the answer stands: id, or end of a document's name.")] = "",
    approved_by: ApproverOption = "",
    group: GroupOption = None,
    valid_from: FromOption = None,
    valid_until: UntilOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a pair, or update the one with the same question. A restricted document restricts it too."""
    details: dict[str, Any] = {"phrasings": tuple(phrasing or ())} if phrasing else {}
    details |= {"groups": tuple(group)} if group else {}
    details |= {"valid_from": iso_day(valid_from)} if valid_from else {}
    details |= {"valid_until": iso_day(valid_until)} if valid_until else {}
    with open_app(workspace) as app:
        evidence = app.bank.locate_evidence(question, answer, document=document)
        added = app.bank.add(question, answer, evidence=evidence, approved_by=approved_by, **details)
        pair = app.bank.listed(added)
    show(pair, as_json=as_json, text=lambda: bank.known_question(pair))


@commands.command("import")
def import_questions(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Pairs as .jsonl, .csv or .xlsx.")],
    approved_by: ApproverOption = "",
    group: GroupOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import pairs; a bad line is reported by its number or cell, and the rest goes on.

    An approver, groups or validity that a line of the file names hold for that line.
    """
    kept = stoppable("stopped; pairs imported so far are kept", next="import the file again: nothing is doubled")
    with kept, open_app(workspace) as app, progress("import") as shown:
        report = app.pair_importer.read(path, approved_by=approved_by, groups=group or (), on_progress=shown.at)
    for problem in report.problems:
        note(bank.left_out(path, problem))
    for warning in report.warnings:
        note(f"warning: {bank.problem_line(warning)}")
    show(report, as_json=as_json, text=lambda: printing.import_report(report))


@commands.command("export")
def export_questions(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, .jsonl, .csv or .xlsx.")],
    retired: RetiredOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the bank to a file that ``import`` reads again, with all that is known of each pair."""
    from kingpost.retrieval.bank_files import write

    with open_app(workspace) as app:
        count = write(path, app.bank.pairs(include_retired=retired))
    show({"file": path, "rows": count}, as_json=as_json, text=lambda: print(f"wrote {count} pairs to {path}"))


@commands.command("check")
def check_questions(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Find pairs that ask the same, in whatever words: with one answer, or with two that contradict each other."""
    kept = stoppable("stopped; nothing was changed", next="run it again")
    with kept, open_app(workspace) as app, progress("check") as shown:
        problems = app.bank_checker.problems(on_progress=shown.at)
    show(problems, as_json=as_json, text=lambda: bank.problems(problems))


@commands.command("coverage")
def show_coverage(
    limit: Annotated[int, typer.Option(min=1, help="Most lines that are printed.")] = 40,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show which sections, tables and sheets have known questions, those with most uncovered passages first."""
    with open_app(workspace) as app:
        coverage = app.bank_coverage.report()
    show(coverage, as_json=as_json, text=lambda: bank.coverage(coverage, limit))


@commands.command("retire")
def retire_question(pair_id: PairArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Keep a pair, and never serve it again."""
    with open_app(workspace) as app:
        pair = app.bank.listed(app.bank.retire(pair_id))
    show(pair, as_json=as_json, text=lambda: print(f"retired {pair.id}: {pair.question}"))
