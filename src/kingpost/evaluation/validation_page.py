"""The pages of question validation: of a measured set, and of a bound fitted to the bank."""

from collections.abc import Mapping, Sequence
from typing import Any

from kingpost.evaluation import charts
from kingpost.evaluation.report import Figure, Plot, Table, ends, share
from kingpost.evaluation.templates import render

Block = Mapping[str, Any]
Point = tuple[float, float]
HEAD = ("", "different", "taken for a known one", "same", "recognised")


def validation_page(summary: Block) -> str:
    """One HTML file that stands alone, from the summary of a validation run."""
    plain = summary.get("cosine", {})
    chosen = {"in force": _point(summary["all"])} | {
        f"cosine {name}": _point(block["all"]) for name, block in plain.items()
    }
    tables = [_table("By kind, the worst first", summary["kinds"], whole=summary["all"])]
    if summary["sets"]:
        tables.append(_table("By set", summary["sets"], whole=summary["all"]))
    if plain:
        blocks = {f"cosine from {name}": block["all"] for name, block in plain.items()}
        tables.append(_table("Plain thresholds", blocks, whole=summary["all"]))
        tables += [
            _table(f"Cosine from {name}, by kind", block["kinds"], whole=block["all"]) for name, block in plain.items()
        ]
    return render(
        "validation.html",
        title=f"Validation of {summary['pairs']}",
        facts=[summary["profile"], f"{summary['n']} pairs", summary["finished_at"]],
        notices=summary["problems"],
        heads=_heads(summary["all"]),
        figures=_plots(summary["curve"], chosen),
        tables=tables,
    )


def bound_page(result: Block) -> str:
    """One HTML file that stands alone, from what fitting a bound found."""
    held = result["held_out"]
    chosen = {
        f"chosen: {result['chosen']['threshold']:.4f}": _point(held["chosen"]),
        f"shipped: {result['shipped']['threshold']:.4f}": _point(held["shipped"]),
    }
    facts = [f"{result['questions']} known questions", f"{result['trials']} rewordings and near misses"]
    return render(
        "validation.html",
        title=f"Bound of {100 * result['maximum_false_match_rate']:.3g} % false matches",
        facts=facts,
        notices=[result["verdict"]],
        heads=_heads(held["chosen"]),
        figures=_plots(result["curve"], {name: point for name, point in chosen.items() if point}),
        tables=[
            _table("On known questions held out", held),
            _table("By kind, the worst first, at the chosen threshold", result["kinds"]),
            _surest(result["surest"]),
        ],
    )


def _heads(block: Block) -> list[Figure]:
    return [
        Figure(
            label=label,
            value=share(block[name]),
            interval=ends(block["intervals"][name]),
            note=f"of {block[of]} {what}",
        )
        for label, name, of, what in (
            ("Recall", "recall", "positives", "rewordings"),
            ("False matches", "false_match", "negatives", "different questions"),
        )
    ]


def _plots(curve: Sequence[Block], chosen: Mapping[str, Point | None]) -> list[Plot]:
    points = [(one["false_match"], one["recall"]) for one in curve if None not in (one["false_match"], one["recall"])]
    marks = {name: point for name, point in chosen.items() if point is not None}
    if not points:
        return []
    return [
        Plot(
            title="Recall over false matches",
            caption="What every other threshold would give, and the points named: further left, fewer false matches.",
            svg=charts.matches({"every threshold": points}, marks),
            head=("threshold", "false matches", "recall"),
            rows=[
                (f"{one['threshold']:.4f}", share(one["false_match"]), share(one["recall"]))
                for one in curve[:: max(1, len(curve) // 50)]
            ],
        )
    ]


def _point(block: Block) -> Point | None:
    if block["recall"] is None or block["false_match"] is None:
        return None
    return block["false_match"], block["recall"]


def _table(title: str, blocks: Mapping[str, Block], *, whole: Block | None = None) -> Table:
    rows = ([("all", whole)] if whole else []) + list(blocks.items())
    return Table(title=title, head=HEAD, rows=[_row(name, block) for name, block in rows], total=whole is not None)


def _surest(found: Sequence[Block]) -> Table:
    rows = [
        [Figure(value=one["asked"]), Figure(value=one["known"]), Figure(value=one["kind"]), _scored(one["score"])]
        for one in found
    ]
    note = "Two known questions that ask the same with two answers end up here: kingpost questions check finds them."
    head = ("asked", "known question", "kind", "score")
    return Table(title="Different questions scored highest", head=head, rows=rows, note=note)


def _scored(score: float) -> Figure:
    return Figure(value=f"{score:.4f}")


def _row(name: str, block: Block) -> list[Figure]:
    intervals = block["intervals"]
    return [
        Figure(value=name or "(none)"),
        Figure(value=str(block["negatives"])),
        Figure(value=share(block["false_match"]), interval=ends(intervals["false_match"])),
        Figure(value=str(block["positives"])),
        Figure(value=share(block["recall"]), interval=ends(intervals["recall"])),
    ]
