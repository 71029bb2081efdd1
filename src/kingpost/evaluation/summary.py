"""Rows of an evaluation -> its summary: each measure over all rows and per type, with 95 % intervals."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from kingpost.evaluation import statistics
from kingpost.evaluation.places import AT
from kingpost.types.answers import Route

Row = dict[str, Any]
ANSWER_MEASURES = ("exact_match", "token_f1", "number_accuracy", "rouge_l", "embedding_similarity")
RETRIEVAL_MEASURES = (*(f"{what}_recall@{k}" for what in ("document", "place") for k in AT), "mrr")
CITED_PAGES = ("page@1", "page@5", "page_or_next@1", "page_or_next@5")
PERCENTILES = {"p50": 50.0, "p95": 95.0}
CALIBRATION_DRAWS = 200


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """The measures of DESIGN's contract over all rows, and the same under ``types`` for each type.

    A measure that no row has is null. ``intervals`` mirrors the measures; ``counts`` says over how many rows
    (citations, for ``citation_precision``) each was taken.
    """
    types = sorted({row["type"] for row in rows})
    return _measures(rows) | {"types": {kind: _measures([r for r in rows if r["type"] == kind]) for kind in types}}


def _measures(rows: Sequence[Row]) -> dict[str, Any]:
    answered = [row for row in rows if row["route"] is not None]
    parts = [
        _answers(answered),
        _retrieval(rows),
        _citations(answered),
        _cited(answered),
        _numbers(answered),
        _abstention(answered),
        _calibration(answered),
        _latency(rows),
    ]
    block: dict[str, Any] = {"n": len(rows), "answerable": sum(row["answerable"] for row in rows)}
    block["routes"] = {route.value: count for route in Route if (count := _routes(answered)[route.value])}
    intervals: dict[str, Any] = {}
    counts: dict[str, int] = {}
    for values, ends, numbers in parts:
        block |= values
        intervals |= ends
        counts |= numbers
    rounded: dict[str, Any] = _rounded(block | {"intervals": intervals, "counts": counts})
    return rounded


Part = tuple[dict[str, Any], dict[str, Any], dict[str, int]]


def _routes(rows: Sequence[Row]) -> Counter[str]:
    return Counter(row["route"] for row in rows)


def _answers(rows: Sequence[Row]) -> Part:
    columns = {name: _column([row["measures"] for row in rows], name) for name in ANSWER_MEASURES}
    columns["right"] = [float(row["right"]) for row in rows]
    return (
        {name: statistics.mean(values) for name, values in columns.items()},
        {name: statistics.interval(values) for name, values in columns.items()},
        {name: len(values) for name, values in columns.items()},
    )


def _retrieval(rows: Sequence[Row]) -> Part:
    measured = [row["retrieval"] for row in rows if row["retrieval"] is not None]
    columns = {name: _column(measured, name) for name in RETRIEVAL_MEASURES}
    legs, ends = _legs(rows)
    return (
        {"retrieval": {name: statistics.mean(values) for name, values in columns.items()} | legs},
        {"retrieval": {name: statistics.interval(values) for name, values in columns.items()} | ends},
        {"retrieval": len(measured), "places": len(columns["place_recall@1"])},
    )


def _legs(rows: Sequence[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Recall of each leg alone, where rows were only searched for; a leg that finds nothing for a question misses it.

    A leg that found nothing for any question is left out.
    """
    measured = [row["legs"] for row in rows if row.get("legs")]
    found = dict.fromkeys(leg for one in measured for leg in one)
    columns = {leg: {name: _leg_column(measured, leg, name) for name in RETRIEVAL_MEASURES} for leg in found}
    if not columns:
        return {}, {}
    values = {leg: {name: statistics.mean(column) for name, column in by.items()} for leg, by in columns.items()}
    ends = {leg: {name: statistics.interval(column) for name, column in by.items()} for leg, by in columns.items()}
    return {"legs": values}, {"legs": ends}


def _leg_column(measured: Sequence[Row], leg: str, name: str) -> list[float]:
    return [one.get(leg, {}).get(name, 0.0) for one in measured if one["fused"].get(name) is not None]


def _column(measured: Sequence[Row], name: str) -> list[float]:
    return [values[name] for values in measured if values.get(name) is not None]


def _citations(rows: Sequence[Row]) -> Part:
    """Of single citations: how many are right, and how many quote what stands at the cited place."""
    counts = {
        "citation_precision": _pooled(rows, "citations_right"),
        "citations_standing": _pooled(rows, "citations_standing"),
    }
    return (
        {name: part / n if n else None for name, (part, n) in counts.items()},
        {name: statistics.wilson(part, n) for name, (part, n) in counts.items()},
        {name: n for name, (_, n) in counts.items()},
    )


def _pooled(rows: Sequence[Row], name: str) -> tuple[int, int]:
    judged = [row[name] for row in rows if row.get(name) is not None]
    return sum(part for part, _ in judged), sum(n for _, n in judged)


def _cited(rows: Sequence[Row]) -> Part:
    """Over answerable questions that name a document (a page); a refusal cites none."""
    columns = {"cited_first": _column(rows, "cited_first")}
    columns |= {f"cited_{name}": _column([row.get("cited_pages") or {} for row in rows], name) for name in CITED_PAGES}
    return (
        {name: statistics.mean(values) for name, values in columns.items()},
        {name: statistics.interval(values) for name, values in columns.items()},
        {"cited_first": len(columns["cited_first"]), "cited_page": len(columns["cited_page@1"])},
    )


def _numbers(rows: Sequence[Row]) -> Part:
    """Numbers of answers that stand in no citation, and of how many; those of calculated answers on their own."""
    found = [row["numbers"] for row in rows if row.get("numbers")]
    read, calculated = ([one for one in found if one["calculated"] is wanted] for wanted in (False, True))
    counts = {"read": _uncited(read), "calculated": _uncited(calculated)}
    return (
        {"uncited_numbers": {**counts["read"], "calculated": counts["calculated"]}},
        {"uncited_numbers": statistics.wilson(counts["read"]["uncited"], counts["read"]["of"])},
        {"numbers": counts["read"]["of"]},
    )


def _uncited(found: Sequence[Row]) -> dict[str, int]:
    return {"uncited": sum(len(one["uncited"]) for one in found), "of": sum(one["count"] for one in found)}


def _abstention(rows: Sequence[Row]) -> Part:
    abstained = [row["route"] == Route.ABSTAIN for row in rows]
    answerable = [bool(row["answerable"]) for row in rows]
    rightly = sum(refused and not can for refused, can in zip(abstained, answerable, strict=True))
    shares = {
        "precision": (rightly, sum(abstained)),
        "recall": (rightly, len(rows) - sum(answerable)),
        "answerable_refused": (sum(abstained) - rightly, sum(answerable)),
    }
    return (
        {"abstention": {name: part / n if n else None for name, (part, n) in shares.items()}},
        {"abstention": {name: statistics.wilson(part, n) for name, (part, n) in shares.items()}},
        {"abstained": sum(abstained), "unanswerable": len(rows) - sum(answerable)},
    )


def _calibration(rows: Sequence[Row]) -> Part:
    """Over all answers, an abstention's confidence being that abstaining is right; ``answered`` leaves those out."""
    values, ends = _calibrated(rows)
    given = [row for row in rows if row["route"] != Route.ABSTAIN]
    values["answered"], ends["answered"] = _calibrated(given)
    return {"calibration": values}, {"calibration": ends}, {"calibration": len(rows), "answered": len(given)}


def _calibrated(rows: Sequence[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
    confidence, right = [float(row["confidence"]) for row in rows], [float(row["right"]) for row in rows]
    functions = {
        "ece": statistics.calibration_error,
        "ece_debiased": statistics.debiased_calibration_error,
        "brier": statistics.brier,
        "auroc": statistics.auroc,
    }
    values: dict[str, Any] = {name: function(confidence, right) for name, function in functions.items()}
    values["bins"] = [asdict(one) for one in statistics.calibration_bins(confidence, right)]
    values["risk_coverage"] = statistics.risk_coverage(confidence, right)
    ends: dict[str, Any] = {
        name: statistics.bootstrap(function, confidence, right, draws=CALIBRATION_DRAWS)
        for name, function in functions.items()
    }
    return values, ends


def _latency(rows: Sequence[Row]) -> Part:
    """Of whole answers, and of each part that their timings name."""
    milliseconds = [float(row["latency_ms"]) for row in rows]
    timed = [row.get("timings_ms") or {} for row in rows]
    parts = {name: _column(timed, name) for name in dict.fromkeys(name for row in timed for name in row)}
    by_part = {name: _percentiles(values) | {"n": len(values)} for name, values in parts.items()}
    ends = {name: _percentile_interval(milliseconds, share) for name, share in PERCENTILES.items()}
    return {"latency_ms": _percentiles(milliseconds) | {"parts": by_part}}, {"latency_ms": ends}, {}


def _percentiles(values: Sequence[float]) -> dict[str, Any]:
    return {name: statistics.percentile(values, share) for name, share in PERCENTILES.items()}


def _percentile_interval(values: Sequence[float], share: float) -> statistics.Interval | None:
    return statistics.bootstrap(lambda drawn: statistics.percentile(drawn, share), values, draws=CALIBRATION_DRAWS)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, list) else value
