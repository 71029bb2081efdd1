"""Shifts the threshold of one known question by what came of its matches.

As vCache does (Schroeder et al. 2025, "vCache: Verified Semantic Prompt Caching", arXiv 2502.03771) for each cached
item: the chance that a match is right is a logistic function of its score, whose place is learned for each known
question, and what is not known for certain counts against it. Unlike there, the place starts from a belief held of
all known questions, so that one outcome does not decide alone, and nothing is explored: where a score does not reach
its threshold the question is answered from the documents, and nobody is given a known answer to find out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

SPREAD = 1.5
"""Standard deviation, in logits, of where the known questions' own places lie around the common one."""
_NEAR_CERTAIN = 1e-6
_STEPS = 60
_WIDEST = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A match of a known question: the verifier's score, and whether it was the question asked."""

    score: float
    right: bool


def adapted(threshold: float, floor: float, outcomes: Sequence[Outcome]) -> float:
    """The threshold of a known question with these outcomes, never below ``floor``; the common one without any.

    Above the score of the surest wrong match, unless more matches up to that score were right than wrong.
    """
    if not outcomes:
        return threshold
    place = _place(outcomes)
    uncertain = 1 / math.sqrt(1 / SPREAD**2 + sum(_slope(one, place) for one in outcomes))
    shift = place + uncertain - SPREAD
    shifted = _chance(_logit(threshold) + shift)
    return max(min(floor, threshold), shifted, _above_wrong(outcomes))


def _place(outcomes: Sequence[Outcome]) -> float:
    """The most likely place of the logistic, in logits from the common one: the root of a rising function."""
    low, high = -_WIDEST, _WIDEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        pull = sum(float(one.right) - _chance(_logit(one.score) - middle) for one in outcomes)
        low, high = (low, middle) if middle / SPREAD**2 + pull > 0 else (middle, high)
    return (low + high) / 2


def _slope(outcome: Outcome, place: float) -> float:
    chance = _chance(_logit(outcome.score) - place)
    return chance * (1 - chance)


def _above_wrong(outcomes: Sequence[Outcome]) -> float:
    """Just above the surest wrong match that the right ones do not outweigh; 0 when there is none."""
    wrong = sorted((one.score for one in outcomes if not one.right), reverse=True)
    for score in wrong:
        up_to = [one.right for one in outcomes if one.score <= score]
        if 2 * sum(up_to) <= len(up_to):
            return min(1.0, score + _NEAR_CERTAIN)
    return 0.0


def _logit(score: float) -> float:
    kept = min(max(score, _NEAR_CERTAIN), 1 - _NEAR_CERTAIN)
    return math.log(kept / (1 - kept))


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-_WIDEST, min(_WIDEST, logit))))
