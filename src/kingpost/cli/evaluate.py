"""``kingpost evaluate``, ``compare``, ``validate`` and ``calibrate``: measuring."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kingpost.cli import figures
from kingpost.cli.ask import AskedRoute, ReaderOption, RouteOption
from kingpost.cli.progress import progress
from kingpost.cli.terminal import JsonOption, WorkspaceOption, note, open_app, show, stoppable
from kingpost.types.answers import Reader


class Profile(StrEnum):
    """What is measured: Kingpost, or the plain pipeline that every comparison names."""

    KINGPOST = "kingpost"
    SEED = "seed"


class Scope(StrEnum):
    """Where each question is asked: of the whole workspace, or of its own document."""

    ALL = "all"
    DOCUMENT = "document"


QuestionsArgument = Annotated[Path, typer.Argument(metavar="QUESTIONS", help="A question set, JSONL.")]
ProfileOption = Annotated[Profile, typer.Option(help="What is measured; seed is the plain pipeline.")]
OutOption = Annotated[Path | None, typer.Option(help="Write rows and summary.json into this directory.")]
ReportOption = Annotated[
    Path | None, typer.Option("--out", help="Write rows, summary.json and report.html into this directory.")
]
LimitOption = Annotated[int | None, typer.Option(min=1, help="The first so many rows only.")]
GO_ON = "with --out, the same command goes on where it stopped"


def evaluate(
    path: QuestionsArgument,
    route: RouteOption = AskedRoute.AUTO,
    reader: ReaderOption = Reader.AUTO,
    profile: ProfileOption = Profile.KINGPOST,
    scope: Annotated[Scope, typer.Option(help="Where each question is asked.")] = Scope.ALL,
    retrieval_only: Annotated[bool, typer.Option("--retrieval-only", help="Passages, no answers.")] = False,
    routes: Annotated[
        bool, typer.Option("--routes", help="Ask each question by every route too, and lay them side by side.")
    ] = False,
    limit: LimitOption = None,
    out: ReportOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every question of a set and measure the answers. No turn is stored."""
    from kingpost.evaluation.question_sets import read_questions
    from kingpost.types.evaluation import RunOptions

    questions = read_questions(path, limit=limit)
    options = RunOptions(
        route=route.route,
        reader=reader,
        profile=profile,
        scope=scope,
        retrieval_only=retrieval_only,
        each_route=routes,
    )
    with stoppable("stopped", next=GO_ON), open_app(workspace) as app, progress("evaluate") as shown:
        summary = app.evaluator.evaluate(questions, options, out=out, on_progress=shown.at)
    tell_problems(summary["problems"])
    show(summary, as_json=as_json, text=lambda: figures.evaluation(summary))


def compare(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="The --out directory of a run.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="That of another run.")],
    out: Annotated[Path | None, typer.Option(help="Write compare.html into this directory.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare two evaluation runs, question by question. Needs no workspace."""
    from kingpost.evaluation.compare import compare as compare_runs
    from kingpost.evaluation.compare_page import write_comparison

    comparison = compare_runs(run_a, run_b)
    if out is not None:
        write_comparison(comparison, out)
    show(comparison, as_json=as_json, text=lambda: figures.comparison(comparison))


def validate(
    path: Annotated[Path, typer.Argument(metavar="PAIRS", help="A validation set, JSONL.")],
    bound: Annotated[float | None, typer.Option(min=0, max=1, help="Else the setting validation.bound.")] = None,
    profile: ProfileOption = Profile.KINGPOST,
    limit: LimitOption = None,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how well known questions are told from other ones."""
    from kingpost.evaluation.question_sets import read_pairs

    pairs = read_pairs(path, limit=limit)
    with stoppable("stopped", next=GO_ON), open_app(workspace) as app, progress("validate") as shown:
        summary = app.evaluator.validate(pairs, bound=bound, profile=profile, out=out, on_progress=shown.at)
    tell_problems(summary["problems"])
    show(summary, as_json=as_json, text=lambda: figures.validation(summary))


def calibrate(
    path: Annotated[Path | None, typer.Argument(metavar="[QUESTIONS]", help="A question set, JSONL.")] = None,
    feedback: Annotated[
        bool, typer.Option("--feedback", help="Learn from feedback and reviews too; alone without a question set.")
    ] = False,
    limit: LimitOption = None,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fit this workspace's confidence to questions whose answers are known, and to what was said of its answers."""
    from kingpost.evaluation.question_sets import read_questions

    questions = read_questions(path, limit=limit) if path else None
    with stoppable("stopped", next=GO_ON), open_app(workspace) as app, progress("calibrate") as shown:
        if feedback or questions is None:
            result = app.recalibrator.relearn(questions, out=out, on_progress=shown.at)
        else:
            result = app.calibrator.calibrate(questions, out=out, on_progress=shown.at)
    tell_problems(result["problems"])
    show(result, as_json=as_json, text=lambda: figures.calibration(result))


def tell_problems(problems: list[str]) -> None:
    """Lines that were left out, and documents that are not there."""
    for problem in problems:
        note(problem)
