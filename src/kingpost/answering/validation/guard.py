"""The slot guard: a known question that differs in one slot is another question, however alike the two read."""

from collections.abc import Callable, Sequence

from kingpost.answering.validation.compared import Compared
from kingpost.types.questions import QuestionCandidate

Differences = Callable[[str, str], tuple[str, ...]]
"""(known, asked) -> in which slots they differ, a reason each."""

_PHRASINGS = 3
"""Most phrasings of one candidate that are taken apart."""


def guarded(asked: str, candidates: Sequence[QuestionCandidate], differences: Differences) -> list[Compared]:
    """Each candidate by the phrasing that fits best: the nearest whose slots agree, else the nearest of all."""
    return [_best_fitting(asked, candidate, differences) for candidate in candidates]


def _best_fitting(asked: str, candidate: QuestionCandidate, differences: Differences) -> Compared:
    phrasings = ((candidate.phrasing, candidate.similarity), *candidate.further)[:_PHRASINGS]
    nearest: Compared | None = None
    for phrasing, similarity in phrasings:
        reasons = differences(phrasing, asked)
        compared = Compared(candidate=candidate, phrasing=phrasing, similarity=similarity, reasons=reasons)
        if not reasons:
            return compared
        nearest = nearest or compared
    return nearest or Compared(candidate=candidate, phrasing=candidate.phrasing, similarity=candidate.similarity)
