"""Measures question validation on pairs of questions, each set in a bank of its own, beside plain thresholds of cosine.

    python benchmarks/validation.py [DATA] [--sets NAME ...] [--out measured/validation] [--bound 0.005]
                                    [--cosine 0.8,0.85,0.9,0.95] [--again]

DATA (or ``KINGPOST_DATA``) has ``router/SET/pairs.jsonl``. All known questions of a set make its bank; each query is
asked of it. Recall: rewordings taken for their own known question. False matches: different questions taken for the
known one. The seed profile is a threshold of cosine, 0.9. Rows go to ``--out`` as they come: a stopped run goes on.
The pooled figures count every pair; the mean over sets is of sets that have pairs of the label.
"""

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kingpost.app import App
from kingpost.backends.local.workspace import Workspace
from kingpost.evaluation.question_sets import read_pairs
from kingpost.evaluation.runs import MATCHES, read_rows
from kingpost.evaluation.statistics import wilson

Row = dict[str, Any]
ENOUGH = 100
"""Pairs from which a kind counts as one that can be the worst."""


@dataclass(frozen=True)
class Figure:
    """A share of a number of pairs."""

    part: int
    of: int

    @property
    def share(self) -> float | None:
        return self.part / self.of if self.of else None

    def __str__(self) -> str:
        if not self.of:
            return f"{'-':>22}"
        low, high = wilson(self.part, self.of) or (0.0, 1.0)
        return f"{100 * self.part / self.of:5.1f} ({100 * low:4.1f} to {100 * high:5.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", default=os.environ.get("KINGPOST_DATA"), type=Path)
    parser.add_argument("--sets", nargs="*", help="names of folders; else all")
    parser.add_argument("--out", type=Path, default=Path("measured") / "validation")
    parser.add_argument("--bound", type=float, default=0.005)
    parser.add_argument("--cosine", default="0.8,0.85,0.9,0.95")
    parser.add_argument("--again", action="store_true", help="measure what is there already anew")
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("name the data folder or set KINGPOST_DATA")
    paths = [path for path in sorted(arguments.data.glob("router/*/pairs.jsonl")) if wanted(path, arguments.sets)]
    with App.open(workspace(arguments.out)) as app:
        profiles = {f"kingpost, bound {arguments.bound:g}": rows_of(app, paths, arguments, "kingpost")}
        plain = rows_of(app, paths, arguments, "seed")
    for threshold in (float(part) for part in arguments.cosine.split(",")):
        profiles[f"cosine from {threshold:g}"] = [at(row, threshold) for row in plain]
    profiles["seed profile"] = plain
    for name, rows in profiles.items():
        tell(name, rows)
    compare(profiles)


def wanted(path: Path, sets: Sequence[str] | None) -> bool:
    return not sets or path.parent.name in sets


def workspace(out: Path) -> Path:
    """A workspace without documents."""
    directory = out / "workspace"
    if not (directory / "kingpost.toml").exists():
        Workspace.create(directory)
    return directory


def rows_of(app: App, paths: Sequence[Path], arguments: argparse.Namespace, profile: str) -> list[Row]:
    """The matches of every set by one profile; a set that was measured is read."""
    found: list[Row] = []
    for path in paths:
        name = path.parent.name
        out = arguments.out / profile / name
        if arguments.again or not (out / "summary.json").exists():
            bound = arguments.bound if profile == "kingpost" else None
            app.evaluator.validate(read_pairs(path), bound=bound, profile=profile, out=out, on_progress=progress(name))
        found += [row | {"set": name} for row in read_rows(out, name=MATCHES)]
    return found


def progress(name: str):  # noqa: ANN201 - a callback
    def told(done: int, of: int) -> None:
        if done % 200 == 0 or done == of:
            print(f"{name} {done}/{of}", file=sys.stderr)

    return told


def at(row: Row, threshold: float) -> Row:
    """The row as a plain threshold decides it."""
    return row | {"matched": row["scored"] if row["score"] >= threshold else None}


def figures(rows: Sequence[Row]) -> tuple[Figure, Figure]:
    """Recall and false matches."""
    same, other = [row for row in rows if row["label"]], [row for row in rows if not row["label"]]
    own = [sum(row["matched"] == row["known"] for row in part) for part in (same, other)]
    return Figure(own[0], len(same)), Figure(own[1], len(other))


def grouped(rows: Sequence[Row]) -> Iterator[tuple[str, str, list[Row]]]:
    found = defaultdict[tuple[str, str], list[Row]](list)
    for row in rows:
        found[row["set"], row["kind"]].append(row)
    yield from ((name, kind, found[name, kind]) for name, kind in sorted(found))


def tell(name: str, rows: Sequence[Row]) -> None:
    """A line a set and kind."""
    print(f"\n{name}\n{'set':16} {'kind':30} {'same':>6} {'recall %':>22}   {'other':>6} {'false matches %':>22}")
    for group, kind, part in grouped(rows):
        recall, false = figures(part)
        print(f"{group:16} {kind:30} {recall.of:6} {recall}   {false.of:6} {false}")


def compare(profiles: dict[str, list[Row]]) -> None:
    """Pooled, mean over sets, and worst kind, a line a profile."""
    head = ("recall %", "mean of sets", "worst kind", "false %", "mean of sets", "worst kind")
    print(f"\n{'':24}" + "".join(f"{name:>16}" for name in head))
    for name, rows in profiles.items():
        pooled = [figure.share for figure in figures(rows)]
        sets = [figures([row for row in rows if row["set"] == one]) for one in sorted({row["set"] for row in rows})]
        kinds = [figures(part) for _, _, part in grouped(rows)]
        recalls = [recall.share for recall, _ in kinds if recall.share is not None and recall.of >= ENOUGH]
        falses = [false.share for _, false in kinds if false.share is not None and false.of >= ENOUGH]
        recalled = [pooled[0], mean([recall.share for recall, _ in sets]), min(recalls, default=None)]
        values = [*recalled, pooled[1], mean([false.share for _, false in sets]), max(falses, default=None)]
        print(f"{name:24}" + "".join(f"{'-' if value is None else f'{100 * value:.2f}':>16}" for value in values))


def mean(values: Sequence[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return sum(found) / len(found) if found else None


if __name__ == "__main__":
    main()
