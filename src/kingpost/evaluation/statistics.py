"""Intervals, calibration measures and percentiles: pure functions, seeded where they draw."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Interval = list[float]
"""Lower and upper end, 95 %."""

Z95 = 1.959963984540054
SEED = 7
DRAWS = 1000
BINS = 10


def mean(values: Sequence[float]) -> float | None:
    """The mean, or None of nothing."""
    return None if not values else float(np.mean(values))


def interval(values: Sequence[float]) -> Interval | None:
    """The 95 % interval of a mean: Wilson for shares (only zeros and ones), seeded bootstrap otherwise."""
    if not values:
        return None
    if all(value in (0, 1) for value in values):
        return wilson(sum(value == 1 for value in values), len(values))
    return bootstrap(np.mean, values)


def wilson(successes: float, n: int) -> Interval | None:
    """Wilson's score interval of a share (1927), None of nothing."""
    if n == 0:
        return None
    share, z2 = successes / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return [max(0.0, middle - half), min(1.0, middle + half)]


def bootstrap(statistic: Callable[..., Any], *columns: Sequence[float], draws: int = DRAWS) -> Interval | None:
    """Percentile bootstrap of ``statistic(*columns)`` over rows drawn together; draws without a value are left out."""
    arrays = [np.asarray(column, dtype=float) for column in columns]
    n = len(arrays[0])
    if n == 0:
        return None
    random = np.random.default_rng(SEED)
    drawn = (random.integers(0, n, size=n) for _ in range(draws))
    values = [statistic(*(array[rows] for array in arrays)) for rows in drawn]
    usable = [float(value) for value in values if value is not None]
    return [float(np.percentile(usable, 2.5)), float(np.percentile(usable, 97.5))] if usable else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Answers of like confidence: how many, their mean confidence, the share of right ones and its interval."""

    n: int
    confidence: float
    right: float
    interval: Interval | None

    @property
    def gap(self) -> float:
        return abs(self.confidence - self.right)


def calibration_bins(confidences: Sequence[float], outcomes: Sequence[float], *, bins: int = BINS) -> list[Bin]:
    """Bins of equal mass by confidence, with Wilson intervals.

    Answers of equal confidence are never parted, so that the order of rows has no say; bins may be fewer for that.
    """
    confidence, outcome = np.asarray(confidences, dtype=float), np.asarray(outcomes, dtype=float)
    if len(confidence) == 0:
        return []
    _, group, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    middles = np.cumsum(counts) - counts / 2
    places = (middles * bins / len(confidence)).astype(int)[group]
    inside = [places == place for place in np.unique(places)]
    return [_bin(confidence[those], outcome[those]) for those in inside]


def _bin(confidence: Array, outcome: Array) -> Bin:
    share, n = float(outcome.mean()), len(outcome)
    return Bin(n=n, confidence=float(confidence.mean()), right=share, interval=wilson(share * n, n))


def calibration_error(confidences: Sequence[float], outcomes: Sequence[float], *, bins: int = BINS) -> float | None:
    """Expected calibration error: mean distance between confidence and share of right ones, over bins of equal mass.

    Never below what chance alone gives in bins of that size: compare sets of different sizes by
    ``debiased_calibration_error``.
    """
    found = calibration_bins(confidences, outcomes, bins=bins)
    return _weighted(found, [one.gap for one in found])


def debiased_calibration_error(
    confidences: Sequence[float], outcomes: Sequence[float], *, bins: int = BINS
) -> float | None:
    """Expected calibration error without what chance adds to it, never below 0.

    The estimator of Kumar, Liang and Ma, "Verified Uncertainty Calibration" (NeurIPS 2019, their library's debiased
    ECE): the share of right ones in a bin is taken as normal around its mean with variance ``p (1 - p) / (n - 1)``;
    what the error would come to on average when drawn anew exceeds the error by the bias, which is taken off. Drawing
    is replaced by the mean of the folded normal distribution. Bins of equal mass: Roelofs et al., "Mitigating Bias in
    Calibration Error Estimation" (AISTATS 2022).
    """
    found = calibration_bins(confidences, outcomes, bins=bins)
    error, drawn = _weighted(found, [one.gap for one in found]), _weighted(found, [_drawn_gap(one) for one in found])
    return None if error is None or drawn is None else max(0.0, 2 * error - drawn)


def _weighted(bins: Sequence[Bin], values: Sequence[float]) -> float | None:
    """The mean over bins, each weighing what it holds."""
    total = sum(one.n for one in bins)
    return sum(one.n * value for one, value in zip(bins, values, strict=True)) / total if total else None


def _drawn_gap(one: Bin) -> float:
    """Mean of a folded normal: the distance that a bin's redrawn share has from its confidence."""
    deviation = math.sqrt(one.right * (1 - one.right) / max(1, one.n - 1))
    if deviation == 0:
        return one.gap
    far = one.gap / deviation
    return deviation * math.sqrt(2 / math.pi) * math.exp(-far * far / 2) + one.gap * math.erf(far / math.sqrt(2))


def mcnemar(won: int, lost: int) -> float:
    """Exact two-sided p of McNemar's test (1947): the chance of a split as uneven when both are equally likely."""
    n, fewer = won + lost, min(won, lost)
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(fewer + 1)) / (1 << n))


def _tied_means(confidence: Array, outcome: Array) -> Array:
    _, group, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    means: Array = np.bincount(group, weights=outcome) / counts
    return means[group]


def brier(confidences: Sequence[float], outcomes: Sequence[float]) -> float | None:
    """Mean squared distance between confidence and outcome (Brier 1950)."""
    confidence, outcome = np.asarray(confidences, dtype=float), np.asarray(outcomes, dtype=float)
    return None if len(confidence) == 0 else float(np.mean((confidence - outcome) ** 2))


def auroc(scores: Sequence[float], outcomes: Sequence[float]) -> float | None:
    """Chance that a right one scores above a wrong one, ties counting half; None when one kind is missing."""
    score, positive = np.asarray(scores, dtype=float), np.asarray(outcomes, dtype=float) > 0.5
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if positives == 0 or negatives == 0:
        return None
    _, group, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    return float((ranks[group][positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def risk_coverage(
    confidences: Sequence[float], outcomes: Sequence[float], *, points: int = 10
) -> list[dict[str, float]]:
    """Share of wrong answers among the most confident ones, at coverage 10 to 100 %, and the confidence reached."""
    confidence, outcome = np.asarray(confidences, dtype=float), np.asarray(outcomes, dtype=float)
    n = len(confidence)
    order = np.argsort(-confidence, kind="stable")
    confidence, outcome = confidence[order], _tied_means(confidence[order], outcome[order])
    ends = sorted({math.ceil(n * tenth / 10) for tenth in range(1, 11)}) if n else []
    return [
        {
            "coverage": end / n,
            "risk": float(1 - outcome[:end].mean()),
            "confidence": float(confidence[end - 1]),
        }
        for end in ends
    ]


def percentile(values: Sequence[float], share: float) -> float | None:
    """The percentile ``share`` (0..100), None of nothing."""
    return None if len(values) == 0 else float(np.percentile(values, share))
