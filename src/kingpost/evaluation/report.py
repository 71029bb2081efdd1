"""The page of a run: head figures, plots, tables by type and part, and every question with answer and references."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from kingpost.evaluation import charts
from kingpost.evaluation.places import AT
from kingpost.evaluation.rows import ANSWERED, SEARCHED, Row, ShownRow, outcome, shown
from kingpost.evaluation.templates import render

Block = Mapping[str, Any]
Path = tuple[str, ...]

OPEN = ("wrong", "invented", "missing")
"""Groups that are unfolded at first: those that somebody has to look at."""
LEGS = ("fused", "dense", "lexical", "exact")
"""In the order in which they are drawn."""
HEADS: dict[str, tuple[Path, Path, str]] = {
    "Right": (("right",), ("n",), "questions"),
    "Token F1": (("token_f1",), ("token_f1",), "answerable questions with a reference"),
    "Numbers right": (("number_accuracy",), ("number_accuracy",), "references with numbers"),
    "Not answerable: refused": (("abstention", "recall"), ("unanswerable",), "questions"),
    "Answerable: refused": (("abstention", "answerable_refused"), ("answerable",), "questions"),
    "Citations right": (("citation_precision",), ("citation_precision",), "citations"),
    "Quotes that stand": (("citations_standing",), ("citations_standing",), "citations"),
    "Right document cited first": (("cited_first",), ("cited_first",), "questions"),
    "Right page cited first": (("cited_page@1",), ("cited_page",), "questions"),
    "Document in the first 5": (("retrieval", "document_recall@5"), ("retrieval",), "questions"),
    "Place in the first 5": (("retrieval", "place_recall@5"), ("places",), "questions"),
    "Calibration error": (("calibration", "ece_debiased"), ("calibration",), "answers, without chance"),
    "AUROC": (("calibration", "auroc"), ("calibration",), "answers"),
}
"""Title -> where the figure stands in the summary, what it was taken over, and what those are."""
COLUMNS: dict[str, Path] = {
    "right": ("right",),
    "token F1": ("token_f1",),
    "numbers": ("number_accuracy",),
    "place in the first 5": ("retrieval", "place_recall@5"),
    "cited right": ("citation_precision",),
    "document cited first": ("cited_first",),
    "refused, not answerable": ("abstention", "recall"),
    "refused, answerable": ("abstention", "answerable_refused"),
    "ECE": ("calibration", "ece_debiased"),
    "AUROC": ("calibration", "auroc"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value as it is read, its interval, and what it stands for."""

    value: str
    label: str = ""
    interval: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of figures below their heads; ``total``: the first row is the whole."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Figure]]
    total: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A drawing with what it shows in words, and its values as a table."""

    title: str
    caption: str
    svg: Markup
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Questions of one outcome."""

    name: str
    title: str
    rows: Sequence[ShownRow]
    open: bool


def report_page(summary: Block, rows: Sequence[Row], *, tables: Sequence[Table] = ()) -> str:
    """One HTML file that stands alone, from a run's summary and its rows; ``tables`` come before its own."""
    searched = all(row["route"] is None for row in rows)
    viewer = summary.get("viewer") or ""
    return render(
        "report.html",
        title=f"Evaluation of {summary['questions']}",
        facts=_facts(summary),
        problems=summary["problems"],
        heads=_heads(summary),
        figures=_plots(summary),
        tables=[*tables, *(table for table in (_types(summary), _latency(summary)) if len(table.rows) > 0)],
        groups=_groups(rows, SEARCHED if searched else ANSWERED, viewer=viewer),
        searched=searched,
        viewer=viewer,
    )


def at(block: Block, path: Path) -> Any:
    """The value at a path of keys, None where there is none."""
    value: Any = block
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def share(value: float | None) -> str:
    """A share as a percentage; a dash for None."""
    return "–" if value is None else f"{100 * value:.1f} %"


def ends(interval: Sequence[float] | None) -> str:
    """An interval of a share."""
    return f"{100 * interval[0]:.1f} to {100 * interval[1]:.1f}" if interval else ""


def number(value: float | None) -> str:
    """A figure that is no share of something."""
    return "–" if value is None else f"{value:.3f}"


def number_ends(interval: Sequence[float] | None) -> str:
    """An interval of such a figure."""
    return f"{interval[0]:.3f} to {interval[1]:.3f}" if interval else ""


NO_SHARES = ("ece_debiased", "auroc", "token_f1")


def figure(block: Block, path: Path, *, label: str = "", note: str = "") -> Figure:
    """The figure at a path of a block, with its interval."""
    value, interval = at(block, path), at(block, ("intervals", *path))
    if path[-1] in NO_SHARES:
        return Figure(value=number(value), interval=number_ends(interval), label=label, note=note)
    return Figure(value=share(value), interval=ends(interval), label=label, note=note)


def _facts(summary: Block) -> list[str]:
    said = [summary["profile"], f"reader {summary['reader']}", f"scope {summary['scope']}"]
    said += [f"{summary['n']} questions", f"{summary['documents']} documents"]
    return [*said, summary["finished_at"], f"Kingpost {summary['versions']['kingpost']}"]


def _heads(summary: Block) -> list[Figure]:
    heads = [
        figure(summary, path, label=label, note=f"of {over} {what}" if (over := at(summary, _counted(count))) else "")
        for label, (path, count, what) in HEADS.items()
        if at(summary, path) is not None
    ]
    return [*heads, *_numbers(summary), *_median(summary)]


def _counted(count: Path) -> Path:
    return count if count in (("n",), ("answerable",)) else ("counts", *count)


def _numbers(summary: Block) -> list[Figure]:
    """Numbers without a citation, which are a count and not a share: there should be none."""
    counts = summary.get("uncited_numbers") or {"of": 0}
    if not counts["of"]:
        return []
    calculated = counts["calculated"]
    more = f"; calculated: {calculated['uncited']} of {calculated['of']}" if calculated["of"] else ""
    return [Figure(label="Numbers in no citation", value=str(counts["uncited"]), note=f"of {counts['of']}{more}")]


def _median(summary: Block) -> list[Figure]:
    median, late = summary["latency_ms"]["p50"], summary["latency_ms"]["p95"]
    return [] if median is None else [Figure(label="Median time", value=f"{median:.0f} ms", note=f"p95 {late:.0f} ms")]


def _plots(summary: Block) -> list[Plot]:
    drawn: list[Callable[[Block], Plot | None]] = [_reliability, _risk, _recall]
    return [plot for draw in drawn if (plot := draw(summary)) is not None]


def _reliability(summary: Block) -> Plot | None:
    bins = summary["calibration"].get("bins")
    if not bins:
        return None
    return Plot(
        title="Reliability",
        caption="Bins of equal mass, larger dots for more answers, with 95 % intervals. On the dashed line, confidence"
        " is what it says; below it, too sure.",
        svg=charts.reliability(bins),
        head=("confidence", "right", "95 %", "answers"),
        rows=[(number(one["confidence"]), share(one["right"]), ends(one["interval"]), str(one["n"])) for one in bins],
    )


def _risk(summary: Block) -> Plot | None:
    calibration = summary["calibration"]
    lines = {
        "with refusals": calibration["risk_coverage"],
        "answers only": calibration["answered"]["risk_coverage"],
    }
    if not lines["with refusals"]:
        return None
    return Plot(
        title="Risk over coverage",
        caption="How many of the most confident ones are wrong; a refusal is right where the documents do not tell.",
        svg=charts.risk_coverage({name: points for name, points in lines.items() if points}),
        head=("", "given", "wrong", "confidence from"),
        rows=[
            (name, share(point["coverage"]), share(point["risk"]), number(point["confidence"]))
            for name, points in lines.items()
            for point in points
        ],
    )


def _recall(summary: Block) -> Plot | None:
    lines = {name: values for name, path in _recalled(summary).items() if (values := _at_k(summary, path))}
    if not lines:
        return None
    return Plot(
        title="Recall by k",
        caption="Share of what is right (documents, and places in them) among the first passages, with 95 % intervals.",
        svg=charts.recall(lines),
        head=("", *(f"first {k}" for k in AT)),
        rows=[
            (name, *(f"{share(values[k][0])} ({ends(values[k][1:])})" for k in AT)) for name, values in lines.items()
        ],
    )


def _recalled(summary: Block) -> dict[str, Path]:
    """What is drawn: documents and places, or the places (else the documents) by leg where legs were measured."""
    legs = at(summary, ("retrieval", "legs"))
    if not legs:
        return {"documents": ("retrieval", "document"), "places": ("retrieval", "place")}
    what = "place" if at(summary, ("retrieval", "place_recall@1")) is not None else "document"
    return {f"{what}s, {leg}": ("retrieval", "legs", leg, what) for leg in LEGS if leg in legs}


def _at_k(summary: Block, path: Path) -> dict[int, tuple[float, float, float]]:
    """By k: the value and the ends of its interval; empty unless measured at every k."""
    found = {}
    for k in AT:
        place = (*path[:-1], f"{path[-1]}_recall@{k}")
        value, interval = at(summary, place), at(summary, ("intervals", *place))
        if value is not None and interval:
            found[k] = (value, interval[0], interval[1])
    return found if len(found) == len(AT) else {}


def _types(summary: Block) -> Table:
    blocks = [("all", summary), *summary["types"].items()]
    columns = {name: path for name, path in COLUMNS.items() if any(at(b, path) is not None for _, b in blocks)}
    return Table(
        title="By type of question",
        head=("type", "n", *columns),
        rows=[
            [
                Figure(value=name or "(none)"),
                Figure(value=str(block["n"])),
                *(figure(block, p) for p in columns.values()),
            ]
            for name, block in blocks
        ],
        total=True,
        note="ECE: equal-mass bins, without what chance adds (Kumar et al. 2019)." if "ECE" in columns else "",
    )


def _latency(summary: Block) -> Table:
    parts = summary["latency_ms"].get("parts") or {}
    rows = [
        [Figure(value=name.replace("_", " ")), *(Figure(value=f"{part[key]:.0f}") for key in ("p50", "p95", "n"))]
        for name, part in parts.items()
    ]
    return Table(title="Time by part", head=("part", "p50 ms", "p95 ms", "questions"), rows=rows)


def _groups(rows: Sequence[Row], titles: Mapping[str, str], *, viewer: str) -> list[Group]:
    found: dict[str, list[ShownRow]] = {}
    for row in rows:
        found.setdefault(outcome(row), []).append(shown(row, viewer=viewer))
    return [
        Group(name=name, title=title, rows=found[name], open=name in OPEN)
        for name, title in titles.items()
        if name in found
    ]
