"""The page of a comparison: what was won and lost per type, and each question with both answers and references."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kingpost.evaluation.report import Figure, Table, number, share
from kingpost.evaluation.rows import Reference, anchor, references
from kingpost.evaluation.runs import REPORT, read_summary, write_page
from kingpost.evaluation.templates import render

Block = Mapping[str, Any]

COMPARE = "compare.html"
TITLES = {"lost": "Lost", "won": "Won", "both_wrong": "Both wrong", "both_right": "Both right"}
OPEN = ("lost", "won")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One run's answer to a question, with the address of its row in the run's report (empty: there is no report)."""

    answer: str
    facts: str
    row: str
    citations: tuple[Reference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A question with the answers of both runs."""

    id: str
    anchor: str
    question: str
    type: str
    a: Side
    b: Side
    references: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareGroup:
    """Questions of one outcome."""

    name: str
    title: str
    rows: Sequence[Compared]
    open: bool


def compare_page(result: Block, directory: Path) -> str:
    """One HTML file for ``directory``, from which the links to both runs' reports are counted."""
    reports = {side: _report(Path(result[side]), directory) for side in ("a", "b")}
    viewers = {side: read_summary(Path(result[side])).get("viewer") or "" for side in ("a", "b")}
    names = _names(result)
    rows = {
        outcome: [_compared(one, reports, viewers) for one in result["questions"] if one["outcome"] == outcome]
        for outcome in TITLES
    }
    return render(
        "compare.html",
        title=f"{names['b']} against {names['a']}",
        facts=_facts(result),
        names=names,
        heads=_heads(result),
        tables=[_types(result)],
        groups=[
            CompareGroup(name=name, title=title, rows=rows[name], open=name in OPEN)
            for name, title in TITLES.items()
            if rows[name]
        ],
    )


def write_comparison(result: Block, directory: Path) -> None:
    """Write the page into a directory, which is made if need be. Raises ``UsageError`` where it cannot be."""
    write_page(directory / COMPARE, compare_page(result, directory))


def verdict(p: float) -> str:
    """What a p says, in words."""
    return "hardly chance" if p < 0.05 else "may be chance"


def _names(result: Block) -> dict[str, str]:
    """The directories' names, and as much above them as tells them apart."""
    a, b = (Path(result[side]).absolute().parts for side in ("a", "b"))
    size = next((n for n in range(1, max(len(a), len(b)) + 1) if a[-n:] != b[-n:]), 1)
    return {"a": "/".join(a[-size:]), "b": "/".join(b[-size:])}


def _report(run: Path, directory: Path) -> str:
    """The report of a run, relative to the directory; empty where there is none."""
    page = run / REPORT
    return Path(os.path.relpath(page.absolute(), directory.absolute())).as_posix() if page.exists() else ""


def _facts(result: Block) -> list[str]:
    alone = [f"{result[f'only_{side}']} in {side.upper()} only" for side in ("a", "b") if result[f"only_{side}"]]
    return [f"A: {result['a']}", f"B: {result['b']}", f"{result['n']} questions in both", *alone]


def _heads(result: Block) -> list[Figure]:
    right = result["right"]
    return [
        Figure(label="Lost", value=str(result["lost"]), note="right in A only"),
        Figure(label="Won", value=str(result["won"]), note="right in B only"),
        Figure(label="Both wrong", value=str(result["both_wrong"])),
        Figure(label="Both right", value=str(result["both_right"])),
        Figure(label="Right", value=_points(right["difference"]), interval=_point_ends(right), note=_change(right)),
        Figure(label="McNemar's exact p", value=number(result["p"]), note=verdict(result["p"])),
    ]


def _points(difference: float) -> str:
    return f"{100 * difference:+.1f} points"


def _point_ends(paired: Block) -> str:
    ends = paired["interval"]
    return f"{100 * ends[0]:+.1f} to {100 * ends[1]:+.1f}" if ends else ""


def _change(paired: Block) -> str:
    return f"{share(paired['a'])} to {share(paired['b'])}"


def _types(result: Block) -> Table:
    blocks = [("all", result), *result["types"].items()]
    return Table(
        title="By type of question",
        head=("type", "n", "lost", "won", "both wrong", "both right", "right in A", "right in B", "difference", "p"),
        rows=[[Figure(value=name or "(none)"), *_figures(block)] for name, block in blocks],
        total=True,
        note="p: McNemar's exact test, two-sided, for each row alone. Among many rows, some fall below 0.05 by chance.",
    )


def _figures(block: Block) -> list[Figure]:
    right = block["right"]
    return [
        *(Figure(value=str(block[name])) for name in ("n", *TITLES)),
        *(Figure(value=share(right[side])) for side in ("a", "b")),
        Figure(value=_points(right["difference"]), interval=_point_ends(right)),
        Figure(value=number(block["p"])),
    ]


def _compared(one: Block, reports: Mapping[str, str], viewers: Mapping[str, str]) -> Compared:
    name = anchor(one["id"])
    sides = {side: _side(one[side], reports[side], name, viewers[side]) for side in ("a", "b")}
    return Compared(
        id=one["id"], anchor=name, question=one["question"], type=one["type"], references=one["answers"], **sides
    )


def _side(side: Block, report: str, name: str, viewer: str) -> Side:
    f1 = side["token_f1"]
    facts = [side["route"].replace("_", " "), f"confidence {side['confidence']:.2f}"]
    facts += [f"F1 {f1:.2f}"] if f1 is not None else []
    return Side(
        answer=side["answer"],
        facts=" · ".join(facts),
        row=f"{report}#{name}" if report else "",
        citations=references(side, viewer=viewer),
    )
