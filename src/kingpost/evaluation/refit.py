"""Refits confidence where it measures better on questions held out: shifted as a whole, or fitted anew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kingpost.answering.confidence import ConfidenceModel
from kingpost.errors import Refused
from kingpost.evaluation import statistics
from kingpost.evaluation.calibration import Features, fit_confidence
from kingpost.evaluation.fitting import FEWEST, fit_logistic

FOLDS = 5
NEAR_CERTAIN = 1e-6
LOGIT = "logit"

Fit = Callable[[Sequence[Features], Sequence[int]], ConfidenceModel]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refit:
    """The model to use, how it came about (``kept``, ``shifted``, ``fitted``), and what it was measured by.

    ``before`` and ``after`` are probabilities of the examples: those of the model there was, and those that the best
    refit gives to examples held out of it. ``gain`` is by how much its mean squared error is less, ``spread`` the
    standard error of that.
    """

    model: ConfidenceModel
    how: str
    before: list[float]
    after: list[float]
    gain: float
    spread: float


def refit(
    current: ConfidenceModel, features: Sequence[Features], labels: Sequence[int], groups: Sequence[str]
) -> Refit:
    """The current model unless a refit is better by more than one standard error on held-out groups of examples.

    ``groups`` names what must not be torn apart: examples of one question. Raises ``Refused`` for too few examples.
    """
    _refuse_few(labels, groups)
    before = [current.probability(row) for row in features]
    ways: dict[str, Fit] = {"shifted": lambda rows, taught: shifted(current, rows, taught), "fitted": anew}
    found = {}
    for how, fit in ways.items():
        after = held_out(fit, current, features, labels, groups)
        found[how] = (*_gain(before, after, labels, groups), after)
    how = max(found, key=lambda name: found[name][0])
    gain, spread, after = found[how]
    better = gain > spread
    model = ways[how](features, labels) if better else current
    return Refit(model=model, how=how if better else "kept", before=before, after=after, gain=gain, spread=spread)


def anew(features: Sequence[Features], labels: Sequence[int]) -> ConfidenceModel:
    """A model of its own."""
    intercept, weights = fit_confidence(features, labels)
    return ConfidenceModel(intercept=intercept, weights=weights)


def shifted(current: ConfidenceModel, features: Sequence[Features], labels: Sequence[int]) -> ConfidenceModel:
    """The current model made surer or less sure as a whole (Platt 1999): few examples do for two numbers."""
    logits = [{LOGIT: _logit(current.probability(row))} for row in features]
    offset, slopes = fit_logistic(logits, labels)
    slope = slopes.get(LOGIT, 1.0)
    return ConfidenceModel(
        intercept=offset + slope * current.intercept,
        weights={name: slope * weight for name, weight in current.weights.items()},
    )


def held_out(
    fit: Fit,
    current: ConfidenceModel,
    features: Sequence[Features],
    labels: Sequence[int],
    groups: Sequence[str],
) -> list[float]:
    """The probability of each example from a fit on the other folds; the current one's where those are of one kind."""
    fold = _folds(groups)
    probabilities = [0.0] * len(labels)
    for number in sorted(set(fold)):
        others = [i for i, own in enumerate(fold) if own != number]
        taught = [labels[i] for i in others]
        model = fit([features[i] for i in others], taught) if len(set(taught)) == 2 else current
        for i in (i for i, own in enumerate(fold) if own == number):
            probabilities[i] = model.probability(features[i])
    return probabilities


def _folds(groups: Sequence[str]) -> list[int]:
    names = sorted(set(groups))
    order = np.random.default_rng(statistics.SEED).permutation(len(names)).tolist()
    fold = {name: place % FOLDS for name, place in zip(names, order, strict=True)}
    return [fold[group] for group in groups]


def _gain(
    before: Sequence[float], after: Sequence[float], labels: Sequence[int], groups: Sequence[str]
) -> tuple[float, float]:
    """By how much the squared error fell in the mean, and the standard error of that over groups."""
    old, new, truth = (np.asarray(column, dtype=float) for column in (before, after, labels))
    falls = (old - truth) ** 2 - (new - truth) ** 2
    gain = float(falls.mean())
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    beyond = np.bincount(group, weights=falls - gain)
    return gain, float(np.sqrt((beyond**2).sum() * len(beyond) / max(1, len(beyond) - 1)) / len(falls))


def _logit(probability: float) -> float:
    kept = min(max(probability, NEAR_CERTAIN), 1 - NEAR_CERTAIN)
    return float(np.log(kept / (1 - kept)))


def _refuse_few(labels: Sequence[int], groups: Sequence[str]) -> None:
    if len(labels) >= FEWEST and len(set(labels)) == 2 and len(set(groups)) >= FOLDS:
        return
    raise Refused(
        f"too little to learn confidence from: {len(labels)} answers known to be right or wrong, "
        f"{sum(labels)} of them right, to {len(set(groups))} questions",
        next=f"wait until {FEWEST} turns have been rated, right and wrong ones, or add questions with known answers: "
        "kingpost calibrate QUESTIONS.jsonl --feedback",
    )
