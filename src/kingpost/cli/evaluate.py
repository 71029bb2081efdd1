"""``kingpost evaluate``, ``compare``, ``validate`` and ``calibrate``: measuring."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kingpost.cli import figures
from kingpost.cli.ask import AskedRoute, ReaderOption, RouteOption
from kingpost.cli.progress import progress
from kingpost.cli.terminal import JsonOption, WorkspaceOption, note, open_app, show, stoppable
from kingpost.errors import UsageError
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
CosineOption = Annotated[
    str, typer.Option(metavar="0.8,0.9,...", help="Plain thresholds of cosine similarity to measure beside it.")
]
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
    bound: Annotated[float | None, typer.Option(min=0, max=1, help="Else validation.maximum_false_match_rate.")] = None,
    profile: ProfileOption = Profile.KINGPOST,
    cosine: CosineOption = "",
    limit: LimitOption = None,
    out: ReportOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how well known questions are told from other ones."""
    from kingpost.evaluation.question_sets import read_pairs

    pairs = read_pairs(path, limit=limit)
    with stoppable("stopped", next=GO_ON), open_app(workspace) as app, progress("validate") as shown:
        summary = app.evaluator.validate(
            pairs, bound=bound, profile=profile, cosine=shares(cosine), out=out, on_progress=shown.at
        )
    tell_problems(summary["problems"])
    show(summary, as_json=as_json, text=lambda: figures.validation(summary))


def calibrate(
    path: Annotated[Path | None, typer.Argument(metavar="[QUESTIONS]", help="A question set, JSONL.")] = None,
    feedback: Annotated[
        bool, typer.Option("--feedback", help="Learn from feedback and reviews too; alone without a question set.")
    ] = False,
    validation: Annotated[
        bool, typer.Option("--validation", help="Fit the bound of question validation to the question bank instead.")
    ] = False,
    verifier: Annotated[
        bool,
        typer.Option("--verifier", help="Refine the verifier of question validation on the question bank."),
    ] = False,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="With --validation or --verifier: put back what was in force before.")
    ] = False,
    limit: LimitOption = None,
    out: ReportOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fit this workspace's confidence to questions whose answers are known, and to what was said of its answers."""
    if verifier:
        refine_verifier(Bounding(path=path, rollback=rollback, limit=limit, out=out), workspace, as_json=as_json)
        return
    if validation or rollback:
        fit_bound(Bounding(path=path, rollback=rollback, limit=limit, out=out), workspace, as_json=as_json)
        return
    from kingpost.evaluation.question_sets import read_questions

    questions = read_questions(path, limit=limit) if path else None
    with stoppable("stopped", next=GO_ON), open_app(workspace) as app, progress("calibrate") as shown:
        if feedback or questions is None:
            result = app.recalibrator.relearn(questions, out=out, on_progress=shown.at)
        else:
            result = app.calibrator.calibrate(questions, out=out, on_progress=shown.at)
    tell_problems(result["problems"])
    show(result, as_json=as_json, text=lambda: figures.calibration(result))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounding:
    """How the bound of question validation is to be fitted, or its verifier to be refined."""

    path: Path | None
    rollback: bool
    limit: int | None
    out: Path | None


def refine_verifier(asked: Bounding, workspace: Path | None, *, as_json: bool) -> None:
    """``kingpost calibrate --verifier``: refine the verifier on the question bank, or put back the one before.

    A bound belongs to its verifier, so that it is fitted anew where the verifier is another one now.
    """
    refuse_file(asked)
    go_on = "nothing was changed; the same command goes on with the training where it was"
    with stoppable("stopped", next=go_on), open_app(workspace) as app, progress("calibrate") as shown:
        if asked.rollback:
            result = app.verifier_refiner.roll_back()
        else:
            result = app.verifier_refiner.refine(limit=asked.limit, out=asked.out, on_progress=shown.at)
    # As the next command finds it: this app still has the verifier before.
    late = "the verifier is another one now; fit its bound: kingpost calibrate --validation"
    with stoppable("stopped", next=late), open_app(workspace) as app, progress("calibrate") as shown:
        if result.get("kept") or app.bound.refused():
            out = asked.out / "bound" if asked.out else None
            result["bound"] = app.bound_fitter.fit(limit=asked.limit, out=out, on_progress=shown.at)
    show(result, as_json=as_json, text=lambda: figures.refinement(result))


def refuse_file(asked: Bounding) -> None:
    """Raises ``UsageError`` where a question set is named."""
    if asked.path is not None:
        raise UsageError("this learns from the question bank, not from a file", next="leave the file out")


def fit_bound(asked: Bounding, workspace: Path | None, *, as_json: bool) -> None:
    """``kingpost calibrate --validation``: fit the bound to the question bank, or put back the one before."""
    refuse_file(asked)
    with stoppable("stopped", next="nothing was changed"), open_app(workspace) as app, progress("calibrate") as shown:
        if asked.rollback:
            result = app.bound_fitter.roll_back()
        else:
            result = app.bound_fitter.fit(limit=asked.limit, out=asked.out, on_progress=shown.at)
    show(result, as_json=as_json, text=lambda: figures.bound(result))


def shares(text: str) -> tuple[float, ...]:
    """Numbers from 0 to 1, separated by commas. Raises ``UsageError``."""
    try:
        found = tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        found = (-1.0,)
    if not all(0 <= share <= 1 for share in found):
        raise UsageError(f"{text!r} is no list of numbers from 0 to 1", next="for example 0.8,0.85,0.9,0.95")
    return found


def tell_problems(problems: list[str]) -> None:
    """Lines that were left out, and documents that are not there."""
    for problem in problems:
        note(problem)
