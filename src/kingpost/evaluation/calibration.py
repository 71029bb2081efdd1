"""Fits what turns measured features into a probability, on questions with known answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from kingpost.answering import confidence
from kingpost.errors import Refused
from kingpost.evaluation import statistics
from kingpost.evaluation.runner import Evaluator
from kingpost.records import Records
from kingpost.types.answers import Route
from kingpost.types.evaluation import Parameters, QuestionSet, RunOptions

Row = dict[str, Any]
Features = Mapping[str, float]

VERSION = 1
PENALTY = 1.0
"""Weight of the L2 penalty on standardised features (not on the intercept)."""
ITERATIONS = 50
TOLERANCE = 1e-8
FEWEST = 20
"""Examples below which nothing is fitted."""


def examples(rows: Sequence[Row]) -> tuple[list[Features], list[int]]:
    """What an evaluation's rows teach about confidence: features of what was read, and whether it was right.

    Nothing read: 1 when the question could have been answered, so that an abstention's confidence is the chance
    that there was no answer. Answers of known questions have a confidence of their own and are left out, and so
    are abstentions on answerable questions: nobody knows whether the answer held back was right (measure with
    ``answering.refuse_below`` 0 to have none).
    """
    features, labels = [], []
    for row in rows:
        label = _label(row)
        if label is not None:
            features.append(row["features"])
            labels.append(label)
    return features, labels


def _label(row: Row) -> int | None:
    if not row.get("features") or row["route"] not in (Route.RAG, Route.ABSTAIN):
        return None
    if row["features"].get("kind_nothing"):
        return int(row["answerable"])
    if row["route"] == Route.ABSTAIN:
        return None if row["answerable"] else 0
    return int(row["right"])


def fit_logistic(
    features: Sequence[Features], labels: Sequence[int], *, weights: Sequence[float] | None = None
) -> tuple[float, dict[str, float]]:
    """As ``logistic``. Raises ``Refused`` for fewer than 20 examples or one kind only."""
    if len(labels) < FEWEST or len(set(labels)) < 2:
        raise Refused(
            f"cannot fit confidence on {len(labels)} examples, {sum(labels)} of them right",
            next=f"give at least {FEWEST} questions with known answers, some of which are answered wrongly",
        )
    return logistic(features, labels, weights=weights)


def logistic(
    features: Sequence[Features], labels: Sequence[int], *, weights: Sequence[float] | None = None
) -> tuple[float, dict[str, float]]:
    """Intercept and weights of a logistic regression with an L2 penalty on standardised features (Newton's method).

    A feature that is missing counts 0; one that never varies gets no weight. ``weights`` weighs examples. The result
    is for features as they are, not standardised.
    """
    names = sorted({name for row in features for name in row})
    table = np.array([[float(row.get(name, 0.0)) for name in names] for row in features])
    center, spread = table.mean(axis=0), table.std(axis=0)
    varies = spread > 1e-9
    design = np.column_stack([np.ones(len(table)), (table[:, varies] - center[varies]) / spread[varies]])
    importance = np.ones(len(labels)) if weights is None else np.asarray(weights, dtype=float)
    solved = _newton(design, np.asarray(labels, dtype=float), importance)
    raw = solved[1:] / spread[varies]
    kept = [name for name, used in zip(names, varies, strict=True) if used]
    return float(solved[0] - raw @ center[varies]), {n: float(w) for n, w in zip(kept, raw, strict=True)}


def _newton(design: statistics.Array, labels: statistics.Array, importance: statistics.Array) -> statistics.Array:
    penalty = np.diag([1e-6] + [PENALTY] * (design.shape[1] - 1))
    solved: statistics.Array = np.zeros(design.shape[1])
    for _ in range(ITERATIONS):
        chance = 1 / (1 + np.exp(-np.clip(design @ solved, -30, 30)))
        slope = design.T @ (importance * (chance - labels)) + penalty @ solved
        curvature = (design.T * (importance * np.maximum(chance * (1 - chance), 1e-6))) @ design + penalty
        step = np.linalg.solve(curvature, slope)
        solved = solved - step
        if float(np.abs(step).max()) < TOLERANCE:
            break
    return solved


def predict(intercept: float, weights: Features, features: Sequence[Features]) -> list[float]:
    """Probabilities as answering computes them."""
    model = confidence.ConfidenceModel(intercept=intercept, weights=weights)
    return [model.probability(row) for row in features]


def quality(probabilities: Sequence[float], labels: Sequence[int]) -> dict[str, float | None]:
    """How good probabilities are: ``ece``, ``brier``, ``auroc``."""
    return {
        "ece": statistics.calibration_error(probabilities, labels),
        "brier": statistics.brier(probabilities, labels),
        "auroc": statistics.auroc(probabilities, labels),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrator:
    """Fits the workspace's own confidence on a question set; answering uses it from the next question on."""

    records: Records
    evaluator: Evaluator

    def calibrate(
        self,
        questions: QuestionSet,
        *,
        out: Path | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> dict[str, Any]:
        """Ask the questions by RAG with nothing held back, fit, store, and tell how good the old and the new one are.

        The new one's figures come from five-fold cross-validation. Raises ``Refused`` when the questions do not do.
        """
        summary, rows = self.measure(questions, out=out, on_progress=on_progress)
        features, labels = examples(rows)
        intercept, weights = fit_logistic(features, labels)
        before = confidence.fitted(self.records)
        parameters = Parameters(
            id=confidence.PARAMETERS_ID,
            fingerprint=summary["fingerprint"],
            fitted_on=questions.name,
            fitted_at=datetime.now(UTC).isoformat(timespec="seconds"),
            values={"version": VERSION, "intercept": intercept, "weights": weights, "fitted_on": [questions.name]},
        )
        self.records.parameters.put(parameters.id, parameters)
        return {
            "fitted_on": questions.name,
            "examples": len(labels),
            "right": sum(labels),
            "fingerprint": parameters.fingerprint,
            "before": quality([before.probability(row) for row in features], labels),
            "after": quality(cross_validated(features, labels), labels),
            "weights": weights,
            "intercept": intercept,
            "problems": summary["problems"],
        }

    def measure(
        self, questions: QuestionSet, *, out: Path | None = None, on_progress: Callable[[int, int], None] | None = None
    ) -> tuple[dict[str, Any], list[Row]]:
        """Ask the questions by RAG with nothing held back: the summary, and the rows that teach (see ``examples``)."""
        options = RunOptions(route=Route.RAG)
        return self._unrefusing().measure(questions, options, out=out, on_progress=on_progress)

    def _unrefusing(self) -> Evaluator:
        answerer = self.evaluator.answerer
        settings = answerer.settings.model_copy(update={"refuse_below": 0.0})
        return replace(self.evaluator, answerer=replace(answerer, settings=settings))


def cross_validated(features: Sequence[Features], labels: Sequence[int], *, folds: int = 5) -> list[float]:
    """The probability of each example from a fit on the other folds (the full fit where those have one kind only)."""
    fold = np.random.default_rng(statistics.SEED).permutation(len(labels)) % folds
    probabilities = [0.0] * len(labels)
    for number in range(folds):
        others, held = np.flatnonzero(fold != number).tolist(), np.flatnonzero(fold == number).tolist()
        taught = [labels[i] for i in others]
        enough = len(taught) >= FEWEST and len(set(taught)) == 2
        rows = others if enough else range(len(labels))
        fitted = fit_logistic([features[i] for i in rows], [labels[i] for i in rows])
        for i, probability in zip(held, predict(*fitted, [features[i] for i in held]), strict=True):
            probabilities[i] = probability
    return probabilities
