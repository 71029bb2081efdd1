"""What is known of a candidate on its way through the stages: in what it differs, its score, and the bound on it."""

from dataclasses import dataclass

from kingpost.answering.bound import Threshold
from kingpost.types.questions import KnownQuestion, QuestionCandidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A candidate beside the question asked.

    ``phrasing`` is the wording of it that fits best, ``reasons`` tell in which slots it differs, if it was ``guarded``
    (looked at by the slot guard) at all. ``score`` and ``threshold`` are None until the verifier was asked.
    """

    candidate: QuestionCandidate
    phrasing: str
    similarity: float
    reasons: tuple[str, ...] = ()
    guarded: bool = True
    score: float | None = None
    threshold: Threshold | None = None

    @property
    def pair(self) -> KnownQuestion:
        return self.candidate.pair

    @property
    def is_same(self) -> bool:
        return self.score is not None and self.threshold is not None and self.score >= self.threshold.value
