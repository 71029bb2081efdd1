"""Fits the confidence that ships from evaluation runs, and tells how well it holds on sets it was not fitted on.

Each RUN is the folder of one set's run, with its ``answers.jsonl``; every question weighs the same. Beside the chance
that an answer is right, the chance that prose holds an answer at all is fitted, on the sets that have questions
without one; there every set weighs the same. Make the runs with nothing held back, or what was refused teaches
nothing:

    export KINGPOST_ANSWERING__REFUSE_BELOW=0 KINGPOST_ANSWERING__REFUSE_UNANSWERABLE_BELOW=0
    kingpost evaluate qa.jsonl --route rag --out runs/forms
    python benchmarks/fit_confidence.py runs/forms runs/manuals --out src/kingpost/answering/confidence.json
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kingpost.answering import confidence
from kingpost.answering.confidence_terms import ANSWERABLE, PROSE
from kingpost.errors import KingpostError
from kingpost.evaluation.calibration import examples, fit_confidence, predict, quality
from kingpost.evaluation.fitting import fit_logistic
from kingpost.evaluation.runs import read_rows

Model = tuple[float, dict[str, float]]
Taught = tuple[list[Mapping[str, float]], list[int]]
Row = dict[str, Any]
FEWEST_WITHOUT = 10
"""Questions that prose does not answer, from which a set teaches answerability."""
HELD_BACK = (0.5, 0.6, 0.7, 0.8)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path, metavar="NAME=RUN", help="runs, each of another set")
    parser.add_argument("--out", type=Path, help="the confidence.json to write (without it: only report)")
    arguments = parser.parse_args()
    try:
        rows = {name: read_rows(run) for name, run in map(named_run, arguments.runs)}
        sets = {name: examples(found) for name, found in rows.items()}
        prose = {name: taught for name, found in rows.items() if (taught := of_prose(found))}
        print(report(sets))
        print(answerability_report(prose))
        right, answerable = fitted(list(sets.values())), fitted_answerable(list(prose.values()))
    except KingpostError as error:
        print(f"{error.message}; {error.next}", file=sys.stderr)
        return error.exit_code
    if arguments.out:
        write(arguments.out, right, answerable, sorted(sets))
    return 0


def named_run(given: Path) -> tuple[str, Path]:
    """``NAME=RUN``, or the run's own folder name."""
    name, separator, run = str(given).partition("=")
    return (name, Path(run)) if separator else (given.resolve().name, given)


def of_prose(rows: Sequence[Row]) -> Taught | None:
    """What answers read from prose teach about whether there was an answer; nothing where too few had none."""
    read = [row for row in rows if row.get("features") and any(row["features"].get(f"kind_{k.value}") for k in PROSE)]
    labels = [int(row["answerable"]) for row in read]
    if len(labels) - sum(labels) < FEWEST_WITHOUT:
        return None
    return [{name: row["features"].get(name, 0.0) for name in ANSWERABLE} for row in read], labels


def fitted(sets: Sequence[Taught]) -> Model:
    return fit_confidence([row for rows, _ in sets for row in rows], [label for _, found in sets for label in found])


def fitted_answerable(sets: Sequence[Taught]) -> Model:
    features = [row for rows, _ in sets for row in rows]
    labels = [label for _, found in sets for label in found]
    scale = len(labels) / max(1, len(sets))
    return fit_logistic(features, labels, weights=[scale / len(found) for _, found in sets for _ in found])


def report(sets: Mapping[str, Taught]) -> str:
    """One line a set: the confidence that ships now, and one fitted on the other sets only; then all sets together."""
    before = confidence.shipped()
    lines = ["| set | n | right | shipped: ECE | Brier | AUROC | left out: said | ECE | Brier | AUROC |"]
    lines.append("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    all_before: list[float] = []
    all_left: list[float] = []
    for name, (features, labels) in sets.items():
        ships = [before.probability(row) for row in features]
        left = predict(*fitted([taught for other, taught in sets.items() if other != name]), features)
        lines.append(line(name, labels, ships, left))
        all_before, all_left = all_before + ships, all_left + left
    return "\n".join(
        [*lines, line("pooled", [label for _, found in sets.values() for label in found], all_before, all_left)]
    )


def line(name: str, labels: Sequence[int], ships: Sequence[float], left: Sequence[float]) -> str:
    values = [*quality(ships, labels).values(), sum(left) / len(left), *quality(left, labels).values()]
    return f"| {name} | {len(labels)} | {sum(labels) / len(labels):.3f} | {' | '.join(map(shown, values))} |"


def answerability_report(sets: Mapping[str, Taught]) -> str:
    """One line a set, fitted on the others: what each bound would refuse of the answerable and of the others."""
    bounds = " | ".join(f"refused below {bound}: answerable / not" for bound in HELD_BACK)
    lines = [f"| set | n | AUROC | {bounds} |", f"|---|---:|---:|{'---:|' * len(HELD_BACK)}"]
    for name, (features, labels) in sets.items():
        others = [taught for other, taught in sets.items() if other != name]
        if not others:
            continue
        chances = predict(*fitted_answerable(others), features)
        shares = [
            f"{below(chances, labels, 1, bound):.3f} / {below(chances, labels, 0, bound):.3f}" for bound in HELD_BACK
        ]
        lines.append(f"| {name} | {len(labels)} | {shown(quality(chances, labels)['auroc'])} | {' | '.join(shares)} |")
    return "\n".join(lines)


def below(chances: Sequence[float], labels: Sequence[int], label: int, bound: float) -> float:
    of_label = [chance for chance, found in zip(chances, labels, strict=True) if found == label]
    return sum(chance < bound for chance in of_label) / max(1, len(of_label))


def shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def write(path: Path, right: Model, answerable: Model, fitted_on: Sequence[str]) -> None:
    content = {
        "version": confidence.VERSION,
        "fitted_on": list(fitted_on),
        **rounded(right),
        "answerable": rounded(answerable),
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def rounded(model: Model) -> dict[str, Any]:
    intercept, weights = model
    return {"intercept": round(intercept, 6), "weights": {name: round(weight, 6) for name, weight in weights.items()}}


if __name__ == "__main__":
    sys.exit(main())
