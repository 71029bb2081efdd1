"""Finds known questions with another answer that could be meant as well, so that none is served unasked."""

from collections.abc import Sequence

from kingpost.answering.validation.compared import Compared
from kingpost.retrieval.bank_check import difference


def rivals(served: Sequence[Compared]) -> list[Compared]:
    """Of matches that can be served those that the verifier is surer of than of the nearest, and that answer otherwise.

    Encoder and verifier then point at different known questions. Where their answers agree, it does not matter which.
    """
    if not served:
        return []
    nearest, *others = served
    return [one for one in others if _score(one) > _score(nearest) and difference(nearest.pair.answer, one.pair.answer)]


def _score(one: Compared) -> float:
    return one.score or 0.0
