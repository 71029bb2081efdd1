"""Fits a logistic regression whose weights may not turn round: what speaks for an answer never speaks against it."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kingpost.errors import Refused
from kingpost.evaluation.statistics import Array

PENALTY = 5.0
"""Weight of the L2 penalty on standardised features (not on the intercept)."""
ITERATIONS = 200
TOLERANCE = 1e-8
HALVINGS = 30
FEWEST = 20
"""Examples below which nothing is fitted."""


def fit_logistic(
    features: Sequence[Mapping[str, float]],
    labels: Sequence[int],
    *,
    weights: Sequence[float] | None = None,
    free: Collection[str] = (),
) -> tuple[float, dict[str, float]]:
    """Intercept and weights of a logistic regression with an L2 penalty on standardised features.

    Weights are 0 or more, but for the features named in ``free``: a sign that holds on one set of questions only is
    not learnt (projected Newton method, Bertsekas 1982). A feature that is missing counts 0; one that never varies
    gets no weight. ``weights`` weighs examples. The result is for features as they are, not standardised. Raises
    ``Refused`` for fewer than 20 examples or one kind only.
    """
    if len(labels) < FEWEST or len(set(labels)) < 2:
        raise Refused(
            f"cannot fit confidence on {len(labels)} examples, {sum(labels)} of them right",
            next=f"give at least {FEWEST} questions with known answers, some of which are answered wrongly",
        )
    names = sorted({name for row in features for name in row})
    table = np.array([[float(row.get(name, 0.0)) for name in names] for row in features])
    center, spread = table.mean(axis=0), table.std(axis=0)
    varies = spread > 1e-9
    kept = [name for name, used in zip(names, varies, strict=True) if used]
    design = np.column_stack([np.ones(len(table)), (table[:, varies] - center[varies]) / spread[varies]])
    bounded = np.array([False, *(name not in free for name in kept)])
    importance = np.ones(len(labels)) if weights is None else np.asarray(weights, dtype=float)
    solved = _Regression(design, np.asarray(labels, dtype=float), importance).solved(bounded)
    raw = solved[1:] / spread[varies]
    return float(solved[0] - raw @ center[varies]), {n: float(w) for n, w in zip(kept, raw, strict=True) if w}


class _Regression:
    """The loss of one regression, and where it is least."""

    def __init__(self, design: Array, labels: Array, importance: Array) -> None:
        self._design, self._labels, self._importance = design, labels, importance
        self._penalty = np.array([1e-6] + [PENALTY] * (design.shape[1] - 1))

    def solved(self, bounded: NDArray[np.bool_]) -> Array:
        """Weights of the least loss, those that are bounded at 0 or more."""
        at: Array = np.zeros(self._design.shape[1])
        for _ in range(ITERATIONS):
            slope, curvature = self._slope(at), self._curvature(at)
            moving = ~(bounded & (at <= 0) & (slope > 0))
            step = np.zeros_like(at)
            step[moving] = np.linalg.solve(curvature[np.ix_(moving, moving)], slope[moving])
            following = self._search(at, step, bounded)
            if float(np.abs(following - at).max()) < TOLERANCE:
                break
            at = following
        return at

    def _search(self, at: Array, step: Array, bounded: NDArray[np.bool_]) -> Array:
        """The farthest of ever shorter steps that lowers the loss; where none does, ``at`` itself."""
        loss = self._loss(at)
        for halving in range(HALVINGS):
            following = at - step * 0.5**halving
            following = np.where(bounded, np.maximum(following, 0.0), following)
            if self._loss(following) < loss:
                return following
        return at

    def _chance(self, at: Array) -> Array:
        chance: Array = 1 / (1 + np.exp(-np.clip(self._design @ at, -30, 30)))
        return chance

    def _loss(self, at: Array) -> float:
        chance = np.clip(self._chance(at), 1e-12, 1 - 1e-12)
        surprise = self._labels * np.log(chance) + (1 - self._labels) * np.log(1 - chance)
        return float(-self._importance @ surprise + self._penalty @ (at * at) / 2)

    def _slope(self, at: Array) -> Array:
        slope: Array = self._design.T @ (self._importance * (self._chance(at) - self._labels)) + self._penalty * at
        return slope

    def _curvature(self, at: Array) -> Array:
        chance = self._chance(at)
        spread = self._importance * np.maximum(chance * (1 - chance), 1e-6)
        curvature: Array = (self._design.T * spread) @ self._design + np.diag(self._penalty)
        return curvature
