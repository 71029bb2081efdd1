"""How sure an answer is: measured features through a calibrator fitted on questions with known answers."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kingpost.answering.confidence_terms import PROSE, terms
from kingpost.answering.readers.reading import COMPUTED, EXACT, Reading, ReadingKind
from kingpost.records import Records
from kingpost.retrieval.search import Findings
from kingpost.types.answers import Confidence, Validation

PARAMETERS_ID = "confidence"
VERSION = 2
"""Of the terms that are weighed: what was fitted for others is not used."""
BANDS = ((0.8, "high"), (0.5, "medium"), (0.0, "low"))
"""Lower edge of each band. What they mean as measured frequencies stands in the docs."""

SAME_WORDING = 0.99
"""Confidence where the wording itself is known: what is left is that the pair may be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceModel:
    """Logistic regression over named features; an unknown feature counts nothing."""

    intercept: float
    weights: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        total = self.intercept + sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def fitted(records: Records) -> ConfidenceModel:
    """The workspace's own calibrator if one was fitted, else the shipped one."""
    own = records.parameters.find(PARAMETERS_ID)
    return _model(own.values) if own and own.values.get("version") == VERSION else shipped()


@cache
def shipped() -> ConfidenceModel:
    """The calibrator that ships, fitted on public questions (see confidence.json)."""
    return _model(_shipped())


@cache
def answerability() -> ConfidenceModel:
    """Tells, of prose, how likely it is that the documents hold an answer at all (see confidence.json)."""
    return _model(_shipped()["answerable"])


def chance_of_answer(reading: Reading, features: Mapping[str, float]) -> float:
    """The probability that the documents hold an answer; 1 where another kind of reading than prose found one."""
    return answerability().probability(features) if reading.kind in PROSE else 1.0


@cache
def _shipped() -> Mapping[str, Any]:
    text = files("kingpost.answering").joinpath("confidence.json").read_text(encoding="utf-8")
    values: Mapping[str, Any] = json.loads(text)
    return values


def band(value: float) -> str:
    """``high``, ``medium`` or ``low``."""
    return next(name for edge, name in BANDS if value >= edge)


def reading_features(findings: Findings, reading: Reading) -> dict[str, float]:
    """What is measured of a question's findings and of what was read from them, and the terms made of it."""
    best = findings.passages[0] if findings.passages else None
    second = findings.passages[1].score if len(findings.passages) > 1 else 0.0
    measured = {
        "held": best.features.get("held", 0.0) if best else 0.0,
        "similarity": best.similarity if best else 0.0,
        "words": best.features.get("words", 0.0) if best else 0.0,
        "label": best.features.get("label", 0.0) if best else 0.0,
        "margin": max(0.0, min(1.0, best.score - second)) if best else 0.0,
        "support": reading.support,
        "identified": float(bool(findings.analysis.identifiers or findings.analysis.clauses)),
        "named": float(bool(findings.named)),
        "computes": float(findings.analysis.computes and reading.kind not in COMPUTED),
        "exact": float(reading.kind in EXACT),
        **{f"kind_{kind.value}": float(reading.kind is kind) for kind in ReadingKind},
        **reading.features,
    }
    return {**measured, **terms(measured)}


def of_reading(findings: Findings, reading: Reading, model: ConfidenceModel) -> Confidence:
    """Confidence of an answer that was read from passages."""
    features = reading_features(findings, reading)
    return Confidence(value=model.probability(features), reasons=tuple(_reasons(findings, reading)), features=features)


def of_known(validation: Validation, *, approved: bool, exact: bool) -> Confidence:
    """Confidence of a known question's answer: how sure the verifier is that the questions are the same."""
    value = SAME_WORDING if exact else validation.score
    reasons = ["word for word a known question" if exact else f"same question as “{validation.nearest}”"]
    reasons.append(
        "answer approved by an expert" if approved else "answer of the fine-tuned model, checked against its pair"
    )
    return Confidence(value=value, reasons=tuple(reasons), features={"known": value, "known_exact": float(exact)})


def of_abstention(findings: Findings, reading: Reading, model: ConfidenceModel) -> Confidence:
    """Confidence that abstaining is right: that nothing answers, or that what was read instead would be wrong."""
    features = reading_features(findings, reading)
    value = 1.0 - min(model.probability(features), chance_of_answer(reading, features))
    return Confidence(value=value, reasons=(reading.reason,) if reading.reason else (), features=features)


def _reasons(findings: Findings, reading: Reading) -> list[str]:
    reasons = []
    kind = reading.kind.value.replace("_", " ")
    how = {
        ReadingKind.GENERATED: "generated, every sentence checked",
        ReadingKind.CALCULATED: "worked out from the cells of a table",
    }
    reasons.append(how.get(reading.kind, f"quoted: {kind}"))
    if reading.note:
        reasons.append(reading.note)
    if findings.analysis.identifiers:
        reasons.append(f"looked up {', '.join(_as_asked(findings))}")
    if findings.named:
        reasons.append(f"looked in {', '.join(document.title or document.name for document in findings.named[:3])}")
    if findings.parts:
        reasons.append(f"searched for each part: {'; '.join(findings.parts)}")
    reasons.append(f"{round(100 * reading.support)} % of the question's words stand in what was read")
    return reasons


def _as_asked(findings: Findings) -> list[str]:
    """The identifiers of the question as it writes them."""
    question = findings.analysis.question
    found = [(re.search(re.escape(name), question, re.IGNORECASE), name) for name in findings.analysis.identifiers]
    return [f"“{match[0] if match else name}”" for match, name in found]


def _model(values: Mapping[str, Any]) -> ConfidenceModel:
    return ConfidenceModel(intercept=float(values["intercept"]), weights=dict(values["weights"]))
