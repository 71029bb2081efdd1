"""Chooses the score from which on two questions are the same, so that false matches keep the bound the user set.

The operating point is the lowest threshold whose share of false matches keeps the bound with confidence: its exact
upper limit (Clopper and Pearson 1934) is tested from the strictest threshold downwards, up to the first that fails.
In that order no correction for trying many thresholds is needed (fixed-sequence testing; Angelopoulos et al. 2021,
"Learn then Test", arXiv 2110.01052). Conformal risk control (arXiv 2208.02814) would bound the expected share only.
The shipped verifier's own curve counts as so many pairs more (pseudo-counts), so that a small bank is not judged by
its few near misses alone.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kingpost.evaluation import statistics
from kingpost.evaluation.binomial import CONFIDENCE, lower_limit, surely_below, upper_limit
from kingpost.evaluation.trials import Trial

PRIOR_PAIRS = 600
"""What the shipped curve counts as: it was measured on other banks, so no more than a small one of this bank's own."""
WORST = 4
"""How many times the bound the worst kind may reach, of those with enough pairs to tell."""
ENOUGH = 100
CANDIDATES = 400
STRICTEST = 1.0
OWN, PRIOR, NOTHING = "own", "prior", "nothing"

Share = Callable[[float], float]
"""Threshold -> share of different questions that reach it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The threshold chosen, the lowest one that a single known question may come down to, and why.

    ``source``: ``own`` data chose it, the shipped ``prior`` did, or ``nothing`` but the very wording can be let pass.
    """

    threshold: float
    floor: float
    source: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a threshold does on some trials."""

    positives: int
    negatives: int
    recalled: int
    false_matches: int

    @property
    def recall(self) -> float | None:
        return self.recalled / self.positives if self.positives else None

    @property
    def false_match(self) -> float | None:
        return self.false_matches / self.negatives if self.negatives else None


def pairs_needed(allowed: float) -> int:
    """Different pairs of which not one may match, to support a bound with confidence."""
    return math.ceil(math.log(1 - CONFIDENCE) / math.log(1 - allowed))


def choose(trials: Sequence[Trial], *, prior: Callable[[float], float], allowed: float) -> Choice:
    """The operating point for a bound on trials. ``prior`` gives the shipped threshold of a bound."""
    negatives = [trial for trial in trials if not trial.label]
    needed, shipped = pairs_needed(allowed), prior(allowed)
    supports = _Support(negatives, share_of(prior), allowed)
    if len(negatives) < needed and supports.not_refuted(shipped):
        why = (
            f"{len(negatives)} near misses of this bank's own do not support a bound of {allowed:.2%} ({needed} would)"
        )
        return Choice(threshold=shipped, floor=shipped, source=PRIOR, why=f"{why}: the shipped threshold decides")
    candidates = _candidates(trials)
    threshold = _lowest(candidates, supports.keeps)
    if threshold is None or threshold >= STRICTEST:
        why = "different questions are scored as high as the same ones: nothing passes but the very wording"
        return Choice(threshold=STRICTEST, floor=STRICTEST, source=NOTHING, why=why)
    floor = _lowest(candidates, supports.keeps_by_count) or threshold
    limit = supports.limit(threshold)
    of_both = f"of {len(negatives)} near misses of this bank, beside {PRIOR_PAIRS} as the shipped curve has them"
    why = f"{of_both}, {supports.reached(threshold)} reach it; at most {limit:.2%} with confidence"
    return Choice(threshold=threshold, floor=min(floor, threshold), source=OWN, why=why)


def measured(trials: Sequence[Trial], threshold: float) -> Measured:
    """Recall and false matches at a threshold."""
    same = [trial.score for trial in trials if trial.label]
    other = [trial.score for trial in trials if not trial.label]
    return Measured(
        positives=len(same),
        negatives=len(other),
        recalled=sum(score >= threshold for score in same),
        false_matches=sum(score >= threshold for score in other),
    )


def keeps(trials: Sequence[Trial], threshold: float, allowed: float) -> bool:
    """Whether the counted false matches keep the bound, over all and in the worst kind with enough pairs."""
    supports = _Support([trial for trial in trials if not trial.label], lambda _: 0.0, allowed)
    return supports.share(threshold) <= allowed and supports.worst(threshold) <= WORST * allowed


def split(trials: Sequence[Trial], *, held_out: float = 1 / 3) -> tuple[list[Trial], list[Trial]]:
    """Trials to fit on and trials to judge by; those of one known question stay together."""
    names = sorted({trial.question for trial in trials})
    order = np.random.default_rng(statistics.SEED).permutation(len(names)).tolist()
    held = {names[at] for at in order[: round(held_out * len(names))]}
    return [one for one in trials if one.question not in held], [one for one in trials if one.question in held]


def share_of(prior: Callable[[float], float]) -> Share:
    """The shipped curve the other way round: the least bound whose threshold a score reaches."""

    def share(threshold: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (low, middle) if prior(middle) <= threshold else (middle, high)
        return high if high > 1e-9 else 0.0

    return share


class _Support:
    """How far different pairs, and the shipped curve, support a threshold."""

    def __init__(self, negatives: Sequence[Trial], prior: Share, allowed: float) -> None:
        self._scores = np.sort(np.array([trial.score for trial in negatives], dtype=float))
        self._prior, self._allowed = prior, allowed
        by_kind = defaultdict[str, list[float]](list)
        for trial in negatives:
            by_kind[trial.kind].append(trial.score)
        self._kinds = [np.array(scores) for scores in by_kind.values() if len(scores) >= ENOUGH]

    def reached(self, threshold: float) -> int:
        return len(self._scores) - int(np.searchsorted(self._scores, threshold, side="left"))

    def share(self, threshold: float) -> float:
        return self.reached(threshold) / len(self._scores) if len(self._scores) else 0.0

    def worst(self, threshold: float) -> float:
        return max((float((scores >= threshold).mean()) for scores in self._kinds), default=0.0)

    def limit(self, threshold: float) -> float:
        """Upper limit of the share, the shipped curve counted in."""
        return upper_limit(self._events(threshold), len(self._scores) + PRIOR_PAIRS)

    def not_refuted(self, threshold: float) -> bool:
        """Whether this bank's own pairs leave it possible that the bound is kept: when there are enough, by count."""
        if len(self._scores) < pairs_needed(self._allowed):
            possible = lower_limit(self.reached(threshold), len(self._scores)) <= self._allowed
        else:
            possible = self.share(threshold) <= self._allowed
        return possible and self.worst(threshold) <= WORST * self._allowed

    def keeps(self, threshold: float) -> bool:
        pairs = len(self._scores) + PRIOR_PAIRS
        return self.not_refuted(threshold) and surely_below(self._events(threshold), pairs, self._allowed)

    def keeps_by_count(self, threshold: float) -> bool:
        """As ``keeps``, by what was counted, without the margin that confidence asks for."""
        counted = self._events(threshold) / (len(self._scores) + PRIOR_PAIRS)
        return self.not_refuted(threshold) and counted <= self._allowed

    def _events(self, threshold: float) -> float:
        return self.reached(threshold) + PRIOR_PAIRS * self._prior(threshold)


def _candidates(trials: Sequence[Trial]) -> list[float]:
    """Thresholds to try, the strictest first."""
    scores = sorted({trial.score for trial in trials if 0 < trial.score < STRICTEST}, reverse=True)
    step = max(1, len(scores) // CANDIDATES)
    return [STRICTEST, *scores[:CANDIDATES], *scores[CANDIDATES::step]]


def _lowest(candidates: Sequence[float], holds: Callable[[float], bool]) -> float | None:
    """The last of the candidates before the first that fails."""
    last = None
    for candidate in candidates:
        if not holds(candidate):
            break
        last = candidate
    return last
