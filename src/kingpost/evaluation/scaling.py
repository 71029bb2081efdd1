"""Sets temperature and middle of a refined verifier's probabilities on rewordings and near misses of a bank."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kingpost.answering.verifier import Parameters
from kingpost.evaluation.trials import Trial

TEMPERATURES = np.geomspace(0.5, 2.0, 29)
MIDDLES = np.linspace(-3.0, 3.0, 61)
"""What is tried, in logits of the probabilities as they were."""
DOUBT_OF_TEMPERATURE, DOUBT_OF_MIDDLE = 0.35, 1.0
"""How far, in standard deviations, one expects a few steps of training to move them."""
_LARGEST = 30.0

Scale = tuple[float, float]
"""Temperature and middle, in logits of the probabilities as they were."""


def scale(trials: Sequence[Trial]) -> Scale:
    """The most likely one at even odds; near the one in force where the trials say little.

    Those that the guard parted do not count.
    """
    scored = [trial for trial in trials if 0 < trial.score < 1]
    labels = np.array([2 * trial.label - 1 for trial in scored])
    if len(set(labels.tolist())) < 2:
        return 1.0, 0.0
    values = np.array([_logit(trial.score) for trial in scored])
    weights = np.where(labels > 0, 1 / (labels > 0).sum(), 1 / (labels < 0).sum()) * len(scored) / 2

    def unlikely(temperature: float, middle: float) -> float:
        loss = float((weights * np.logaddexp(0, -labels * (values - middle) / temperature)).sum())
        moved = (math.log(temperature) / DOUBT_OF_TEMPERATURE) ** 2 + (middle / DOUBT_OF_MIDDLE) ** 2
        return loss + moved / 2

    tried = [(float(temperature), float(middle)) for temperature in TEMPERATURES for middle in MIDDLES]
    return min(tried, key=lambda one: unlikely(*one))


def scaled(parameters: Parameters, by: Scale) -> Parameters:
    """The parameters of a verifier whose probabilities are to be scaled so."""
    temperature, middle = by
    return replace(
        parameters,
        temperature=parameters.temperature * temperature,
        middle=parameters.middle + parameters.temperature * middle,
    )


def rescored(trials: Sequence[Trial], by: Scale) -> list[Trial]:
    """The trials as they would be scored then."""
    temperature, middle = by
    return [
        replace(trial, score=_chance((_logit(trial.score) - middle) / temperature)) if 0 < trial.score < 1 else trial
        for trial in trials
    ]


def _logit(score: float) -> float:
    return max(-_LARGEST, min(_LARGEST, math.log(score) - math.log1p(-score)))


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-_LARGEST, min(_LARGEST, logit))))
