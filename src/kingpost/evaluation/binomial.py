"""Exact confidence limits of a share (Clopper and Pearson 1934), also of weighted counts, which are no integers."""

import math
from collections.abc import Callable

CONFIDENCE = 0.95
"""Of a limit on one side."""
_STEPS = 60
_TERMS = 300
_TINY = 1e-300


def upper_limit(events: float, trials: float, *, confidence: float = CONFIDENCE) -> float:
    """The highest share under which so few events are not less likely than 1 - ``confidence``; 1 of no trials."""
    if trials <= 0 or events >= trials:
        return 1.0
    return _solved(lambda share: incomplete_beta(share, events + 1, trials - events) - confidence)


def surely_below(events: float, trials: float, share: float, *, confidence: float = CONFIDENCE) -> bool:
    """Whether ``upper_limit`` is at most ``share``, without solving for it."""
    return events < trials and incomplete_beta(share, events + 1, trials - events) >= confidence


def lower_limit(events: float, trials: float, *, confidence: float = CONFIDENCE) -> float:
    """The lowest share under which so many events are not less likely than 1 - ``confidence``; 0 of no events."""
    if trials <= 0 or events <= 0:
        return 0.0
    return _solved(lambda share: incomplete_beta(share, events, trials - events + 1) - (1 - confidence))


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by its continued fraction (Numerical Recipes, 6.4)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Lentz's method."""
    c, d = 1.0, _inverse(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _TERMS):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = _inverse(1 + numerator * d)
            c = _away_from_zero(1 + numerator / c)
            value *= c * d
        if abs(c * d - 1) < 1e-12:
            break
    return value


def _inverse(value: float) -> float:
    return 1 / _away_from_zero(value)


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _solved(rising: Callable[[float], float]) -> float:
    """Where a function that rises from below 0 to above it over 0 to 1 is 0."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2
