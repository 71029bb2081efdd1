"""Every question asked each way: by approved answers alone, the fine-tuned model alone, RAG alone, and as routed."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from kingpost.evaluation import metrics, statistics
from kingpost.types.answers import Answer, Route
from kingpost.types.evaluation import EvaluationQuestion

Row = Mapping[str, Any]

ROUTED = "routed"
WAYS: dict[str, Route | None] = {
    "approved": Route.APPROVED,
    "fine_tuned": Route.FINE_TUNED,
    "rag": Route.RAG,
    ROUTED: None,
}
"""What a way is called, and the route that is asked for in it; the routed one leaves that to question validation."""
SHARES = ("answered", "right", "wrong", "refused", "right_of_answered")


def in_turn(question_id: str) -> list[tuple[str, Route | None]]:
    """The ways in the order in which a question is asked: each comes first equally often, so that times compare."""
    ways = list(WAYS.items())
    first = zlib.crc32(question_id.encode("utf-8", "replace")) % len(ways)
    return ways[first:] + ways[:first]


def outcome(question: EvaluationQuestion, answer: Answer, latency_ms: float) -> dict[str, Any]:
    """What came of one way, as it is kept in the question's row under ``ways``."""
    abstained = answer.route is Route.ABSTAIN
    return {
        "route": answer.route.value,
        "answer": answer.answer,
        "confidence": answer.confidence.value,
        "right": metrics.is_right(answer.answer, question.answers, answerable=question.answerable, abstained=abstained),
        "why": answer.validation.why,
        "latency_ms": round(latency_ms, 1),
    }


def compared(rows: Sequence[Row]) -> dict[str, Any] | None:
    """The ways side by side over all rows that were asked each way; None when none was.

    ``ways`` has the figures of each way, ``taken`` what each route that validation chose did and what RAG would have
    done with the same questions, ``won`` and ``lost`` are ids of questions that only the routed answer, or only RAG
    alone, got right (a refusal is right where the documents do not tell); ``p`` is McNemar's for such a split.
    """
    asked = [row for row in rows if row.get("ways")]
    if not asked:
        return None
    won, lost = _won(asked), _lost(asked)
    return {
        "n": len(asked),
        "ways": {way: _figures([_of(row, way) for row in asked]) for way in WAYS},
        "taken": {
            route.value: _taken(chosen) for route in Route if (chosen := [r for r in asked if r["route"] == route])
        },
        "won": [row["id"] for row in won],
        "lost": [row["id"] for row in lost],
        "p": round(statistics.mcnemar(len(won), len(lost)), 6),
    }


def _of(row: Row, way: str) -> Row:
    """The row itself is the routed way."""
    return row if way == ROUTED else row["ways"][way]


def _won(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["right"] and not _of(row, "rag")["right"]]


def _lost(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if not row["right"] and _of(row, "rag")["right"]]


def _figures(found: Sequence[Row]) -> dict[str, Any]:
    """Shares of all questions, but for the share of the given answers that are right; confidence over given answers."""
    given = [one for one in found if one["route"] != Route.ABSTAIN]
    right = sum(bool(one["right"]) for one in given)
    parts = {
        "answered": (len(given), len(found)),
        "right": (right, len(found)),
        "wrong": (len(given) - right, len(found)),
        "refused": (len(found) - len(given), len(found)),
        "right_of_answered": (right, len(given)),
    }
    confidence, outcomes = [float(one["confidence"]) for one in given], [float(one["right"]) for one in given]
    return {
        "n": len(found),
        **{name: _rounded(part / of if of else None) for name, (part, of) in parts.items()},
        "intervals": {name: statistics.wilson(part, of) for name, (part, of) in parts.items()},
        "calibration": {
            "ece_debiased": _rounded(statistics.debiased_calibration_error(confidence, outcomes)),
            "brier": _rounded(statistics.brier(confidence, outcomes)),
            "auroc": _rounded(statistics.auroc(confidence, outcomes)),
        },
        "latency_ms": _times(found),
    }


def _taken(rows: Sequence[Row]) -> dict[str, Any]:
    """What a route did with its questions, and what RAG alone did with the same."""
    rag = [_of(row, "rag") for row in rows]
    return {
        "n": len(rows),
        "right": sum(bool(row["right"]) for row in rows),
        "right_by_rag": sum(bool(one["right"]) for one in rag),
        "won": len(_won(rows)),
        "lost": len(_lost(rows)),
        "latency_ms": _times(rows),
        "latency_ms_by_rag": _times(rag),
    }


def _times(found: Sequence[Row]) -> dict[str, float | None]:
    milliseconds = [float(one["latency_ms"]) for one in found]
    return {f"p{share}": _rounded(statistics.percentile(milliseconds, share)) for share in (50, 95)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
