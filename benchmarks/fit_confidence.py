"""Fits the confidence that ships from evaluation runs, and tells how well it holds on sets it was not fitted on.

Each RUN is the folder of one set's run, with its ``answers.jsonl``; every set weighs the same. Make the runs with
nothing held back, or what was refused teaches nothing:

    KINGPOST_ANSWERING__REFUSE_BELOW=0 kingpost evaluate qa.jsonl --route rag --out runs/forms
    python benchmarks/fit_confidence.py runs/forms runs/manuals --out src/kingpost/answering/confidence.json
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from kingpost.answering import confidence
from kingpost.errors import KingpostError, Refused
from kingpost.evaluation.calibration import VERSION, examples, fit_logistic, predict, quality
from kingpost.evaluation.runs import read_rows

Taught = tuple[list[Mapping[str, float]], list[int]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path, metavar="NAME=RUN", help="runs, each of another set")
    parser.add_argument("--out", type=Path, help="the confidence.json to write (without it: only report)")
    arguments = parser.parse_args()
    try:
        sets = {name: examples(read_rows(run)) for name, run in map(named_run, arguments.runs)}
        print(report(sets))
        intercept, weights = fitted(list(sets.values()))
    except KingpostError as error:
        print(f"{error.message}; {error.next}", file=sys.stderr)
        return error.exit_code
    if arguments.out:
        write(arguments.out, intercept, weights, sorted(sets))
    return 0


def named_run(given: Path) -> tuple[str, Path]:
    """``NAME=RUN``, or the run's own folder name."""
    name, separator, run = str(given).partition("=")
    return (name, Path(run)) if separator else (given.resolve().name, given)


def fitted(sets: Sequence[Taught]) -> tuple[float, dict[str, float]]:
    features = [row for rows, _ in sets for row in rows]
    labels = [label for _, found in sets for label in found]
    scale = len(labels) / max(1, len(sets))
    importance = [scale / len(found) for _, found in sets for _ in found]
    return fit_logistic(features, labels, weights=importance)


def report(sets: Mapping[str, Taught]) -> str:
    """One line a set: the confidence that ships now, and one fitted on the other sets only."""
    before = confidence.shipped()
    lines = ["| set | n | right | shipped: ECE | Brier | AUROC | left out: ECE | Brier | AUROC |"]
    lines.append("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name, (features, labels) in sets.items():
        others = [taught for other, taught in sets.items() if other != name]
        values = [*quality([before.probability(row) for row in features], labels).values()]
        values += left_out(others, features, labels)
        right = sum(labels) / max(1, len(labels))
        lines.append(f"| {name} | {len(labels)} | {right:.3f} | {' | '.join(map(shown, values))} |")
    return "\n".join(lines)


def left_out(others: Sequence[Taught], features: list[Mapping[str, float]], labels: list[int]) -> list[float | None]:
    """How good a fit on the other sets is on this one; nothing where the others cannot be fitted."""
    try:
        return list(quality(predict(*fitted(others), features), labels).values())
    except Refused:
        return [None] * 3


def shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def write(path: Path, intercept: float, weights: Mapping[str, float], fitted_on: Sequence[str]) -> None:
    content = {
        "version": VERSION,
        "fitted_on": list(fitted_on),
        "intercept": round(intercept, 6),
        "weights": {name: round(weight, 6) for name, weight in weights.items()},
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
