"""Two evaluation runs, question by question: what was won, what was lost, and whether the difference is real."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kingpost.errors import BadInput
from kingpost.evaluation.runs import Row, read_rows
from kingpost.evaluation.statistics import bootstrap, mcnemar
from kingpost.evaluation.summary import ANSWER_MEASURES

OUTCOMES = ("both_right", "won", "lost", "both_wrong")
LOOKED_AT = {"lost": 0, "won": 1, "both_wrong": 2, "both_right": 3}
"""The order in which outcomes are shown: first what somebody has to look at."""


def compare(run_a: Path, run_b: Path) -> dict[str, Any]:
    """Compare the runs in two directories over the questions that both asked.

    ``won``: right in B only; ``lost``: right in A only; ``p`` is McNemar's, exact and two-sided, for as uneven a split
    of those by chance. Differences are B - A, with paired bootstrap intervals. ``questions`` has the lost ones first.
    Raises ``BadInput`` when a directory has no rows or the runs share no question.
    """
    rows_a, rows_b = _by_id(run_a), _by_id(run_b)
    shared = [id for id in rows_a if id in rows_b]
    if not shared:
        raise BadInput(f"{run_a} and {run_b} have no question in common", next="compare runs of one question set")
    pairs = [(rows_a[id], rows_b[id]) for id in shared]
    return _compared(pairs) | {
        "a": str(run_a),
        "b": str(run_b),
        "only_a": len(rows_a) - len(shared),
        "only_b": len(rows_b) - len(shared),
        "types": {kind: _compared([p for p in pairs if p[0]["type"] == kind]) for kind in _types(pairs)},
        "questions": sorted((_question(a, b) for a, b in pairs), key=lambda one: LOOKED_AT[one["outcome"]]),
    }


def _by_id(directory: Path) -> dict[str, Row]:
    rows = {row["id"]: row for row in read_rows(directory) if row.get("right") is not None}
    if not rows:
        raise BadInput(
            f"{directory}: its rows have no answers", next="compare runs that were not made with --retrieval-only"
        )
    return rows


def _types(pairs: Sequence[tuple[Row, Row]]) -> list[str]:
    return sorted({a["type"] for a, _ in pairs})


def _compared(pairs: Sequence[tuple[Row, Row]]) -> dict[str, Any]:
    outcomes = Counter(_outcome(a, b) for a, b in pairs)
    measures = {name: _difference(pairs, name) for name in ANSWER_MEASURES}
    right = _paired([float(a["right"]) for a, _ in pairs], [float(b["right"]) for _, b in pairs])
    counts = {name: outcomes[name] for name in OUTCOMES}
    p = mcnemar(outcomes["won"], outcomes["lost"])
    return {"n": len(pairs), **counts, "p": round(p, 6), "right": right, **measures}


def _outcome(a: Row, b: Row) -> str:
    if a["right"]:
        return "both_right" if b["right"] else "lost"
    return "won" if b["right"] else "both_wrong"


def _difference(pairs: Sequence[tuple[Row, Row]], name: str) -> dict[str, Any] | None:
    values = [(a["measures"].get(name), b["measures"].get(name)) for a, b in pairs]
    both = [(first, second) for first, second in values if first is not None and second is not None]
    return _paired([first for first, _ in both], [second for _, second in both]) if both else None


def _paired(first: Sequence[float], second: Sequence[float]) -> dict[str, Any]:
    return {
        "a": round(float(np.mean(first)), 6),
        "b": round(float(np.mean(second)), 6),
        "difference": round(float(np.mean(second) - np.mean(first)), 6),
        "interval": bootstrap(lambda a, b: np.mean(b - a), first, second),
    }


def _question(a: Row, b: Row) -> dict[str, Any]:
    return {
        "id": a["id"],
        "question": a["question"],
        "type": a["type"],
        "outcome": _outcome(a, b),
        "answers": a["answers"],
        "a": _side(a),
        "b": _side(b),
    }


def _side(row: Row) -> dict[str, Any]:
    return {
        "answer": row["answer"],
        "route": row["route"],
        "confidence": row["confidence"],
        "token_f1": row["measures"].get("token_f1"),
        "citations": row["citations"],
    }
