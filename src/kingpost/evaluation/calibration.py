"""Fits what turns measured features into a probability, on questions with known answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from kingpost.answering import confidence
from kingpost.answering.confidence_terms import FREE, TERMS
from kingpost.evaluation import statistics
from kingpost.evaluation.fitting import FEWEST, fit_logistic
from kingpost.evaluation.runner import Evaluator
from kingpost.records import Records
from kingpost.types.answers import Route
from kingpost.types.evaluation import Parameters, QuestionSet, RunOptions

Row = dict[str, Any]
Features = Mapping[str, float]


def examples(rows: Sequence[Row]) -> tuple[list[Features], list[int]]:
    """What an evaluation's rows teach about confidence: features of what was read, and whether it was right.

    Nothing read: 1 when the question could have been answered, so that an abstention's confidence is the chance
    that there was no answer. Answers of known questions have a confidence of their own and are left out, and so
    are abstentions on answerable questions: nobody knows whether the answer held back was right (measure with
    ``answering.refuse_below`` and ``answering.refuse_unanswerable_below`` 0 to have none).
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


def fit_confidence(
    features: Sequence[Features], labels: Sequence[int], *, weights: Sequence[float] | None = None
) -> tuple[float, dict[str, float]]:
    """Intercept and weights over the terms that confidence is weighed from (see ``fitting.fit_logistic``)."""
    weighed = [{name: row[name] for name in TERMS if name in row} for row in features]
    return fit_logistic(weighed, labels, weights=weights, free=FREE)


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
        intercept, weights = fit_confidence(features, labels)
        before = confidence.fitted(self.records)
        parameters = Parameters(
            id=confidence.PARAMETERS_ID,
            fingerprint=summary["fingerprint"],
            fitted_on=questions.name,
            fitted_at=datetime.now(UTC).isoformat(timespec="seconds"),
            values={
                "version": confidence.VERSION,
                "intercept": intercept,
                "weights": weights,
                "fitted_on": [questions.name],
            },
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
        settings = answerer.settings.model_copy(update={"refuse_below": 0.0, "refuse_unanswerable_below": 0.0})
        documents = replace(answerer.documents, settings=settings)
        return replace(self.evaluator, answerer=replace(answerer, documents=documents, settings=settings))


def cross_validated(features: Sequence[Features], labels: Sequence[int], *, folds: int = 5) -> list[float]:
    """The probability of each example from a fit on the other folds (the full fit where those have one kind only)."""
    fold = np.random.default_rng(statistics.SEED).permutation(len(labels)) % folds
    probabilities = [0.0] * len(labels)
    for number in range(folds):
        others, held = np.flatnonzero(fold != number).tolist(), np.flatnonzero(fold == number).tolist()
        taught = [labels[i] for i in others]
        enough = len(taught) >= FEWEST and len(set(taught)) == 2
        rows = others if enough else range(len(labels))
        fitted = fit_confidence([features[i] for i in rows], [labels[i] for i in rows])
        for i, probability in zip(held, predict(*fitted, [features[i] for i in held]), strict=True):
            probabilities[i] = probability
    return probabilities
