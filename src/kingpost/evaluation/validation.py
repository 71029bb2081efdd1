"""Puts question validation to the test: known questions are to be recognised, and no others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kingpost.answering.routing import QuestionRouter
from kingpost.evaluation.statistics import wilson
from kingpost.language.normalise import normalise
from kingpost.retrieval.questions import QuestionBank
from kingpost.types.answers import Question, Route
from kingpost.types.evaluation import ValidationPair

Row = dict[str, Any]
APPROVER = "validation"
"""Who approves the pairs of a bank under test, so that a match takes the approved route."""
ANSWER = "the answer"
"""Of all known questions of a bank under test: pairs do not tell which of them are answered alike, and what is measured
is which known question is recognised, not that the product asks back where two could be meant."""
NOTHING: Mapping[str, str] = {}
STEPS = 101
"""Thresholds of the curve: 0, 0.01, ... 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a matcher says of one query. ``score`` is of ``scored``, the known question that was scored highest."""

    matched: str | None
    scored: str
    verdict: str
    stage: str
    score: float
    near: tuple[str, ...] = ()


class Matcher(Protocol):
    """Something that says which known question is asked, if any."""

    def learn(self, known: Sequence[str]) -> None:
        """Take the known questions in; a repeated one counts once."""

    def match(self, query: str) -> Match:
        """The known question that the query asks, or None with the one that came nearest to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KingpostMatcher:
    """The question router over a bank of its own."""

    bank: QuestionBank
    router: QuestionRouter

    def learn(self, known: Sequence[str]) -> None:
        for question in dict.fromkeys(known):
            self.bank.add(question, ANSWER, approved_by=APPROVER)

    def match(self, query: str) -> Match:
        decision = self.router.route(Question(text=query))
        matched = decision.route is Route.APPROVED and decision.pair is not None
        said = decision.validation
        return Match(
            matched=decision.pair.question if matched and decision.pair else None,
            scored=said.scored,
            verdict=said.verdict.value,
            stage=said.stage,
            score=1.0 if said.stage == "exact" else said.score,
            near=said.near,
        )


def row(pair: ValidationPair, match: Match) -> Row:
    """The row of matches.jsonl; ``matched`` is worded as the pair words it when it is the pair's own question."""
    own = match.matched is not None and normalise(match.matched) == normalise(pair.known)
    return {
        "id": pair.id,
        "query": pair.query,
        "matched": pair.known if own else match.matched,
        "verdict": match.verdict,
        "stage": match.stage,
        "score": round(match.score, 6),
        "near": list(match.near),
        "scored": pair.known if normalise(match.scored) == normalise(pair.known) else match.scored or None,
        "known": pair.known,
        "label": pair.label,
        "kind": pair.kind,
        "set": pair.set,
    }


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """Recall and false matches over all, per kind (the worst first) and per set, and what other thresholds would give.

    ``sets`` is empty when no row names one.
    """
    equal = _equal(rows)
    return {
        "all": _shares(rows, equal),
        "kinds": _by(rows, "kind", equal),
        "sets": _by(rows, "set", equal) if any(row.get("set") for row in rows) else {},
        "curve": _curve(rows),
    }


def at_threshold(rows: Sequence[Row], threshold: float) -> dict[str, Any]:
    """The same measures, without a curve, if everything matched from one score on."""
    moved = [row | {"matched": _at(row, threshold)} for row in rows]
    measures = summarise(moved)
    return {name: measures[name] for name in ("all", "kinds", "sets")}


def _equal(rows: Sequence[Row]) -> Mapping[str, str]:
    """What the rows call the same, directly or by others between: normalised question -> one that stands for all."""
    heads: dict[str, str] = {}

    def head(text: str) -> str:
        while heads.setdefault(text, text) != text:
            text = heads[text]
        return text

    for row in rows:
        if row["label"] == 1:
            heads[head(normalise(row["query"]))] = head(normalise(row["known"]))
    return {text: head(text) for text in list(heads)}


def _by(rows: Sequence[Row], name: str, equal: Mapping[str, str]) -> dict[str, Any]:
    """By what a key says: most false matches first, then the least recalled."""
    found = {
        value: _shares([row for row in rows if row.get(name, "") == value], equal) for value in _values(rows, name)
    }
    return dict(sorted(found.items(), key=lambda one: (-(one[1]["false_match"] or 0), _recalled(one[1]), one[0])))


def _values(rows: Sequence[Row], name: str) -> set[str]:
    return {row.get(name, "") for row in rows}


def _recalled(shares: dict[str, Any]) -> float:
    recall: float | None = shares["recall"]
    return 2.0 if recall is None else recall


def _shares(rows: Sequence[Row], equal: Mapping[str, str] = NOTHING) -> dict[str, Any]:
    """``other_match`` counts queries taken for a known question that is not the one of their pair.

    ``recall_equal`` counts also those taken for one that the pairs themselves call the same as their own: a bank may
    know one question twice.
    """
    positives = [row for row in rows if row["label"] == 1]
    negatives = [row for row in rows if row["label"] == 0]
    recalled, false = _own(positives), _own(negatives)
    recalled_equal = sum(_is_equal(row, equal) for row in positives)
    return {
        "positives": len(positives),
        "negatives": len(negatives),
        "recall": _share(recalled, len(positives)),
        "false_match": _share(false, len(negatives)),
        "recalled": recalled,
        "recall_equal": _share(recalled_equal, len(positives)),
        "false_matches": false,
        "other_match": sum(row["matched"] not in (None, row["known"]) for row in rows),
        "intervals": {"recall": wilson(recalled, len(positives)), "false_match": wilson(false, len(negatives))},
    }


def _own(rows: Sequence[Row]) -> int:
    return sum(row["matched"] == row["known"] for row in rows)


def _is_equal(row: Row, equal: Mapping[str, str]) -> bool:
    """Taken for its own known question, or for one that is the same by the rows' own word."""
    if row["matched"] in (None, row["known"]):
        return row["matched"] is not None
    matched = equal.get(normalise(row["matched"]))
    return matched is not None and matched == equal.get(normalise(row["known"]))


def _share(part: int, n: int) -> float | None:
    return part / n if n else None


def _curve(rows: Sequence[Row]) -> list[dict[str, float | None]]:
    """If the threshold lay elsewhere: what was weighed by its score matches from that score on; all else stays."""
    points = []
    for step in range(STEPS):
        threshold = step / (STEPS - 1)
        moved = [row | {"matched": _at(row, threshold)} for row in rows]
        shares = _shares(moved)
        points.append({"threshold": threshold, "recall": shares["recall"], "false_match": shares["false_match"]})
    return points


def _at(row: Row, threshold: float) -> str | None:
    if row["scored"] is None:
        matched: str | None = row["matched"]
        return matched
    return row["scored"] if row["score"] >= threshold else None
