"""Puts the best candidates whose slots agree to the verifier: at most four, each in its best-fitting phrasing."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from kingpost.answering.bound import Threshold
from kingpost.answering.validation.compared import Compared
from kingpost.types.questions import KnownQuestion

Scores = Callable[[Sequence[str], str], Sequence[float]]
"""(known questions, asked) -> the probability of each that it is the same question."""
Thresholds = Callable[[KnownQuestion], Threshold]
"""Known question -> the score from which on it is the one asked."""

MOST_VERIFIED = 4
WORTH_VERIFYING = 0.5
"""Cosine below which no two questions are the same."""


def verified(asked: str, compared: Sequence[Compared], *, scores: Scores, thresholds: Thresholds) -> list[Compared]:
    """All candidates in their order; those that were verified with score and threshold."""
    chosen = to_verify(compared)
    if not chosen:
        return list(compared)
    given = scores([one.phrasing for one in chosen], asked)
    judged = {
        one.pair.id: replace(one, score=score, threshold=thresholds(one.pair))
        for one, score in zip(chosen, given, strict=True)
    }
    return [judged.get(one.pair.id, one) for one in compared]


def to_verify(compared: Sequence[Compared]) -> list[Compared]:
    """The candidates nearest in meaning among those whose slots agree."""
    likely = [one for one in compared if one.guarded and not one.reasons and one.similarity >= WORTH_VERIFYING]
    return sorted(likely, key=lambda one: -one.similarity)[:MOST_VERIFIED]


def matches(compared: Sequence[Compared]) -> list[Compared]:
    """Those that are the question asked, the nearest in meaning first.

    The verifier was trained to tell the same from another, and its scores of the same all lie close to 1: which of
    several known wordings of a question is meant, the encoder tells better.
    """
    return sorted((one for one in compared if one.is_same), key=lambda one: (-one.similarity, one.pair.id))


def best_scored(compared: Sequence[Compared]) -> Compared | None:
    """The one that the verifier scored highest, or None where it was not asked."""
    scored = [one for one in compared if one.score is not None]
    return max(scored, key=lambda one: one.score or 0.0, default=None)
