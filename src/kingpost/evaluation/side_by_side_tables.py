"""The routes side by side as tables of a report."""

from collections.abc import Mapping, Sequence
from typing import Any

from kingpost.evaluation.report import Figure, Table, figure
from kingpost.evaluation.side_by_side import SHARES, WAYS

Row = Mapping[str, Any]
CONFIDENCE = {"ECE": ("calibration", "ece_debiased"), "AUROC": ("calibration", "auroc")}
LONGEST = 200


def tables(block: Mapping[str, Any] | None, rows: Sequence[Row]) -> list[Table]:
    """Of a run that was asked each way; none of another one."""
    if block is None:
        return []
    found = [_ways(block), _taken(block), _changed(block, {row["id"]: row for row in rows})]
    return [table for table in found if len(table.rows) > 0]


def _ways(block: Mapping[str, Any]) -> Table:
    return Table(
        title="Routes side by side",
        head=("way", "n", *(name.replace("_", " ") for name in SHARES), *CONFIDENCE, "p50 ms", "p95 ms"),
        rows=[
            [
                Figure(value=f"{way.replace('_', '-')} only" if WAYS[way] else way),
                Figure(value=str(one["n"])),
                *(figure(one, (name,)) for name in SHARES),
                *(figure(one, path) for path in CONFIDENCE.values()),
                *_times(one["latency_ms"]),
            ]
            for way, one in block["ways"].items()
        ],
        note="The same questions, asked each way. Shares of all questions; a route that was asked for and cannot be"
        " taken refuses. ECE and AUROC are of the answers given.",
    )


def _taken(block: Mapping[str, Any]) -> Table:
    return Table(
        title="What each route earns",
        head=("route taken", "n", "right", "right by RAG alone", "won", "lost", "p50 ms", "p50 ms by RAG alone"),
        rows=[
            [
                Figure(value=route),
                *(Figure(value=str(one[name])) for name in ("n", "right", "right_by_rag", "won", "lost")),
                _times(one["latency_ms"])[0],
                _times(one["latency_ms_by_rag"])[0],
            ]
            for route, one in block["taken"].items()
        ],
        note=f"Won: right as routed, wrong by RAG alone; lost: the other way round. McNemar's p is {block['p']:.3g}.",
    )


def _changed(block: Mapping[str, Any], rows: Mapping[str, Row]) -> Table:
    """The questions that routing lost, then those that it won."""
    changed = [(name, rows[id]) for name in ("lost", "won") for id in block[name] if id in rows]
    return Table(
        title="Where routing changes the outcome",
        head=("question", "outcome", "route taken", "as routed", "by RAG alone", "why this route"),
        rows=[
            [
                Figure(value=row["question"]),
                Figure(value=name),
                Figure(value=row["route"]),
                Figure(value=_short(row["answer"])),
                Figure(value=_short(row["ways"]["rag"]["answer"])),
                Figure(value=_short((row.get("validation") or {}).get("why", ""))),
            ]
            for name, row in changed
        ],
    )


def _times(times: Mapping[str, float | None]) -> list[Figure]:
    return [Figure(value="–" if value is None else f"{value:.0f}") for value in times.values()]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
