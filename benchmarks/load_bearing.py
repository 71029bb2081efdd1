"""Reads finished runs and prints, in Markdown, what answers that bear load are held to: one column a run folder.

A RUN_DIR holds a run a set, ``RUN_DIR/SET/answers.jsonl`` (``kingpost evaluate DATA/SET/qa.jsonl --out RUN_DIR/SET``);
the question sets are read from ``--data``. Nothing is asked anew. Below the table of goals stands one by type of
question, and, where runs were made with ``--retrieval-only``, one of the legs of retrieval. Intervals are 95 %.

    python benchmarks/load_bearing.py measured/extractive measured/auto measured/seed --data DIR
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fit_confidence import fitted

from kingpost.errors import KingpostError, Refused
from kingpost.evaluation import statistics
from kingpost.evaluation.calibration import examples, predict
from kingpost.evaluation.question_sets import read_questions
from kingpost.evaluation.runs import ANSWERS, read_rows, read_summary
from kingpost.types.answers import Route
from kingpost.types.evaluation import EvaluationQuestion

CLAUSE = re.compile(r"(?<![\w.])(?:[A-Z]\.)?\d+(?:\.\d+)*(?![\w]|\.\d)")
LEGS = ("exact", "dense", "lexical", "fused")
AT = (1, 5, 10)

Row = dict[str, Any]
Asked = tuple[EvaluationQuestion, Row]
"""A question and what came of it."""
Measured = list[float]
"""One value a question (a citation, a number) that the measure is taken over."""


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What is to be reached on a set: a measure, its bound, and whether the bound is a ceiling."""

    set: str
    what: str
    measure: Callable[..., Measured]
    bound: float
    types: tuple[str, ...] = ()
    at_most: bool = False

    def met(self, value: float) -> bool:
        return value <= self.bound if self.at_most else value >= self.bound


def of_types(asked: Sequence[Asked], types: Sequence[str]) -> list[Asked]:
    return [(question, row) for question, row in asked if not types or question.type in types]


def answerable(asked: Sequence[Asked], *types: str) -> list[Asked]:
    return [(question, row) for question, row in of_types(asked, types) if question.answerable]


def refused(row: Row) -> bool:
    return row["route"] == Route.ABSTAIN


def f1_from(asked: Sequence[Asked], *types: str, bound: float) -> Measured:
    """Of answerable questions: 1 where the token F1 reaches the bound; a refusal has none."""
    scores = [row["measures"].get("token_f1") for _, row in answerable(asked, *types)]
    return [float(score >= bound) for score in scores if score is not None]


def right(asked: Sequence[Asked], *types: str) -> Measured:
    return [float(row["right"]) for _, row in answerable(asked, *types)]


def answered(asked: Sequence[Asked], *types: str) -> Measured:
    return [float(not refused(row)) for _, row in answerable(asked, *types)]


def answerable_refused(asked: Sequence[Asked], *types: str) -> Measured:
    return [float(refused(row)) for _, row in answerable(asked, *types)]


def rightly_refused(asked: Sequence[Asked], *types: str) -> Measured:
    return [float(refused(row)) for question, row in of_types(asked, types) if not question.answerable]


def clause_f1(asked: Sequence[Asked], *types: str) -> Measured:
    """F1 of the clause numbers of an answer, where the locator lists the clauses."""
    listed = [(q, row) for q, row in answerable(asked, *types) if (q.locator or {}).get("clauses")]
    return [_set_f1(_numbers_of(row), {str(clause) for clause in (q.locator or {})["clauses"]}) for q, row in listed]


def _numbers_of(row: Row) -> set[str]:
    return set() if refused(row) else set(CLAUSE.findall(row["answer"]))


def _set_f1(given: set[str], expected: set[str]) -> float:
    return 2 * len(given & expected) / (len(given) + len(expected)) if given or expected else 1.0


def cited_page(asked: Sequence[Asked], *types: str, first: int) -> Measured:
    """1 where one of the first citations is on a right page or the one after it."""
    places = [(_pages(question), row) for question, row in answerable(asked, *types)]
    return [
        float(any(_on_page(citation, pages) for citation in _citations(row)[:first])) for pages, row in places if pages
    ]


def _pages(question: EvaluationQuestion) -> list[tuple[tuple[str, ...], int]]:
    """Documents and page of each place that the question's locator names."""
    locator = question.locator or {}
    cites = locator["cites"] if isinstance(locator.get("cites"), list) else [locator]
    return [
        ((str(cite["doc"]),) if cite.get("doc") else question.documents, cite["page"])
        for cite in cites
        if isinstance(cite.get("page"), int)
    ]


def _on_page(citation: Row, pages: Sequence[tuple[tuple[str, ...], int]]) -> bool:
    page = citation["location"].get("page")
    return any(_is_of(citation, documents) and page in (place, place + 1) for documents, place in pages)


def first_document(asked: Sequence[Asked], *types: str, single: bool = False) -> Measured:
    """1 where the first citation is of a right document; ``single``: questions that name one document only."""
    named = [
        (question.documents, _citations(row))
        for question, row in answerable(asked, *types)
        if question.documents and not question.passages and (len(question.documents) == 1 or not single)
    ]
    return [float(bool(cited) and _is_of(cited[0], documents)) for documents, cited in named]


def _citations(row: Row) -> list[Row]:
    return [] if refused(row) else row["citations"]


def _is_of(citation: Row, documents: Sequence[str]) -> bool:
    return any(f"/{citation['name']}".endswith(f"/{document}") for document in documents)


def standing(asked: Sequence[Asked]) -> Measured:
    counts = [row["citations_standing"] for _, row in asked if row.get("citations_standing")]
    return [float(at < stand) for stand, cited in counts for at in range(cited)]


def uncited(asked: Sequence[Asked]) -> Measured:
    """One value a number of an answer that was not calculated: 1 where no citation holds it."""
    found = [row["numbers"] for _, row in asked if row.get("numbers") and not row["numbers"]["calculated"]]
    return [float(at < len(one["uncited"])) for one in found for at in range(one["count"])]


GOALS = (
    Goal(
        set="standards_pdf", what="clause text", measure=partial(f1_from, bound=0.9), types=("clause_text",), bound=0.95
    ),
    Goal(
        set="standards_pdf",
        what="definition, acronym",
        measure=right,
        types=("definition", "acronym"),
        bound=0.92,
    ),
    Goal(set="standards_pdf", what="no such clause: refused", measure=rightly_refused, bound=0.95),
    Goal(set="standards_pdf", what="answerable: refused", measure=answerable_refused, bound=0.03, at_most=True),
    Goal(set="standards_pdf", what="list of clauses: F1", measure=clause_f1, bound=0.75),
    Goal(set="openroad_md", what="option, default: F1 from 0.8", measure=partial(f1_from, bound=0.8), bound=0.85),
    Goal(set="openroad_md", what="option of another command: refused", measure=rightly_refused, bound=0.95),
    Goal(set="openroad_md", what="answerable: refused", measure=answerable_refused, bound=0.05, at_most=True),
    Goal(set="ntsb_pdf", what="form field", measure=right, types=("form_field",), bound=0.92),
    Goal(set="ntsb_pdf", what="blank, unknown: refused", measure=rightly_refused, bound=0.95),
    Goal(set="contoso_pdf", what="page or next in the first 5", measure=partial(cited_page, first=5), bound=0.95),
    Goal(set="contoso_pdf", what="page or next first", measure=partial(cited_page, first=1), bound=0.75),
    Goal(set="sec10q_pdf", what="document first (single)", measure=partial(first_document, single=True), bound=0.90),
    Goal(set="sstqa_xlsx", what="right", measure=right, bound=0.50),
    Goal(set="wtq_html", what="right", measure=right, bound=0.35),
    Goal(set="clapnq_passages", what="answerable: answered", measure=answered, bound=0.85),
    Goal(set="clapnq_passages", what="not answerable: refused", measure=rightly_refused, bound=0.70),
    Goal(set="mtragun_dialog", what="answerable: answered", measure=answered, bound=0.85),
    Goal(set="mtragun_dialog", what="not answerable: refused", measure=rightly_refused, bound=0.70),
)
OVER_ALL = (
    Goal(set="all", what="quotes that stand at the cited place", measure=standing, bound=1.0),
    Goal(set="all", what="numbers in no citation (share)", measure=uncited, bound=0.0, at_most=True),
)
POOLED_ERROR, POOLED_AUROC = 0.06, 0.80
TYPE_COLUMNS: dict[str, Callable[..., Measured]] = {
    "right": right,
    "F1 from 0.9": partial(f1_from, bound=0.9),
    "clauses F1": clause_f1,
    "page or next first": partial(cited_page, first=1),
    "in the first 5": partial(cited_page, first=5),
    "document first": first_document,
    "refused, not answerable": rightly_refused,
    "refused, answerable": answerable_refused,
}

Sets = dict[str, list[Asked]]


def main() -> int:
    arguments = parsed(sys.argv[1:])
    try:
        runs = {name: sets_of(folder, arguments.data) for name, folder in named(arguments.runs).items()}
    except KingpostError as error:
        print(f"{error.message}; {error.next}", file=sys.stderr)
        return error.exit_code
    print(goals_table(runs))
    for name, sets in runs.items():
        print(f"{name}, by type of question\n\n{types_table(sets)}")
    for name, folder in named(arguments.runs).items():
        legs = legs_table(folder)
        print(f"{name}, legs of retrieval\n\n{legs}" if legs else "", end="")
    return 0


def parsed(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN_DIR", help="folders with a run a set")
    parser.add_argument("--data", type=Path, default=os.environ.get("KINGPOST_DATA"), help="default: $KINGPOST_DATA")
    arguments = parser.parse_args(given)
    if arguments.data is None or not Path(arguments.data).is_dir():
        parser.error("give the data directory: --data DIR, or KINGPOST_DATA")
    for run in arguments.runs:
        if not run.is_dir():
            parser.error(f"{run} is not a directory")
    return arguments


def named(folders: Sequence[Path]) -> dict[str, Path]:
    """Folders by their own name, or by the whole path where two share one."""
    names = [folder.resolve().name for folder in folders]
    return {
        name if names.count(name) == 1 else str(folder): folder for name, folder in zip(names, folders, strict=True)
    }


def sets_of(folder: Path, data: Path) -> Sets:
    """The answered runs of a folder, each row beside its question; rows of a run that only searched are left out."""
    sets: Sets = {}
    for path in sorted(folder.glob(f"*/{ANSWERS}")):
        name = path.parent.name
        if not (data / name / "qa.jsonl").exists():
            continue
        questions = {question.id: question for question in read_questions(data / name / "qa.jsonl").questions}
        rows = [row for row in read_rows(path.parent) if row["route"] is not None and row["id"] in questions]
        if rows:
            sets[name] = [(questions[row["id"]], row) for row in rows]
    return sets


def goals_table(runs: dict[str, Sets]) -> str:
    lines = [f"| set | measure | goal | {' | '.join(runs)} |", "|---|---|---:|" + "---:|" * len(runs)]
    for goal in GOALS:
        values = [reached(goal, sets.get(goal.set, [])) for sets in runs.values()]
        lines.append(f"| {goal.set} | {goal.what} | {bounded(goal)} | {' | '.join(values)} |")
    for goal in OVER_ALL:
        values = [reached(goal, [one for asked in sets.values() for one in asked]) for sets in runs.values()]
        lines.append(f"| all | {goal.what} | {bounded(goal)} | {' | '.join(values)} |")
    pooled = [left_out(sets) for sets in runs.values()]
    errors = [judged(error, met=error is not None and error <= POOLED_ERROR) for error, _ in pooled]
    areas = [judged(area, met=area is not None and area >= POOLED_AUROC) for _, area in pooled]
    lines.append(f"| all, each left out | ECE, debiased | ≤ {POOLED_ERROR:.2f} | {' | '.join(errors)} |")
    lines.append(f"| all, each left out | AUROC | ≥ {POOLED_AUROC:.2f} | {' | '.join(areas)} |")
    return "\n".join(lines) + "\n"


def bounded(goal: Goal) -> str:
    return f"{'≤' if goal.at_most else '≥'} {goal.bound:.2f}"


def reached(goal: Goal, asked: Sequence[Asked]) -> str:
    """The mean with its interval, marked where the goal is missed; how many it is over; refusals never alone."""
    values = goal.measure(asked, *goal.types)
    value = statistics.mean(values)
    if value is None:
        return "-"
    beside = f"; answerable refused {shown(answerable_refused(asked))}" if goal.measure is rightly_refused else ""
    return f"{judged(value, met=goal.met(value))} {ends(values)} n={len(values)}{beside}"


def judged(value: float | None, *, met: bool) -> str:
    return "-" if value is None else f"{value:.3f}" + ("" if met else " ✗")


def ends(values: Measured) -> str:
    interval = statistics.interval(values)
    return f"({interval[0]:.3f}-{interval[1]:.3f})" if interval else ""


def left_out(sets: Sets) -> tuple[float | None, float | None]:
    """Debiased ECE and AUROC over all sets together, each set's confidence from a fit on the other sets."""
    taught = {name: examples([row for _, row in asked]) for name, asked in sets.items()}
    probabilities: list[float] = []
    labels: list[int] = []
    for name, (features, outcomes) in taught.items():
        try:
            model = fitted([other for one, other in taught.items() if one != name and other[1]])
        except Refused:
            return None, None
        probabilities += predict(*model, features)
        labels += outcomes
    error = statistics.debiased_calibration_error(probabilities, labels)
    return error, statistics.auroc(probabilities, labels)


def types_table(sets: Sets) -> str:
    lines = [f"| set | type | n | {' | '.join(TYPE_COLUMNS)} |", "|---|---|---:|" + "---:|" * len(TYPE_COLUMNS)]
    for name, asked in sets.items():
        for kind in ("", *sorted({question.type for question, _ in asked if question.type})):
            some = of_types(asked, (kind,) if kind else ())
            values = [shown(measure(some)) for measure in TYPE_COLUMNS.values()]
            lines.append(f"| {name} | {kind or 'all'} | {len(some)} | {' | '.join(values)} |")
    return "\n".join(lines) + "\n"


def shown(values: Measured) -> str:
    mean = statistics.mean(values)
    return "-" if mean is None else f"{mean:.3f}"


def legs_table(folder: Path) -> str:
    """Right places (else documents) among the first of each leg; empty where no run has measured legs."""
    lines = []
    for path in sorted(folder.glob("*/summary.json")):
        summary = read_summary(path.parent)
        legs = (summary.get("retrieval") or {}).get("legs") or {}
        what = "place" if summary.get("counts", {}).get("places") else "document"
        for leg in (leg for leg in LEGS if leg in legs):
            values = [of_leg(summary, leg, f"{what}_recall@{k}") for k in AT]
            lines.append(f"| {path.parent.name} | {what} | {leg} | {' | '.join(values)} |")
    head = ["| set | right | leg | @1 | @5 | @10 |", "|---|---|---|---:|---:|---:|"]
    return "\n".join([*head, *lines]) + "\n" if lines else ""


def of_leg(summary: Row, leg: str, name: str) -> str:
    value, interval = summary["retrieval"]["legs"][leg][name], summary["intervals"]["retrieval"]["legs"][leg][name]
    return "-" if value is None else f"{value:.3f} ({interval[0]:.3f}-{interval[1]:.3f})"


if __name__ == "__main__":
    sys.exit(main())
