"""Chooses what to offer as "did you mean": known questions that are one slot, or a little doubt, away."""

from collections.abc import Callable, Sequence

from kingpost.answering.validation.compared import Compared
from kingpost.types.questions import KnownQuestion

MOST_OFFERED = 3
NEAR_SIMILARITY = 0.6
"""Cosine from which a known question is near enough to be offered."""
_JUST_BELOW = 0.5
"""Share of its threshold that the score of a candidate must reach to count as just below it."""


def nearby(compared: Sequence[Compared], *, offered: Callable[[KnownQuestion], bool]) -> tuple[str, ...]:
    """The one to three nearest that are not the question asked; none when nothing is near.

    ``offered`` says whether a pair could be served at all; it is asked of those alone that would be shown.
    """
    near = (one.pair for one in compared if _is_near(one) and offered(one.pair))
    return tuple(pair.question for pair, _ in zip(near, range(MOST_OFFERED), strict=False))


def _is_near(one: Compared) -> bool:
    if one.similarity < NEAR_SIMILARITY or one.is_same:
        return False
    if one.reasons:
        return len(one.reasons) == 1
    return one.score is not None and one.threshold is not None and one.score >= _JUST_BELOW * one.threshold.value
