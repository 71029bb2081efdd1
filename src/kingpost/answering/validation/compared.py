"""What is known of a candidate on its way through the stages: in what it differs, its score, and the bound on it."""

from dataclasses import dataclass
from typing import Protocol

from kingpost.types.questions import KnownQuestion, QuestionCandidate


class Threshold(Protocol):
    """A score from which on two questions are the same, where it comes from, and why, in words."""

    @property
    def value(self) -> float: ...

    @property
    def source(self) -> str:
        """``settings``, ``shipped``, ``fitted``, ``outcomes``."""

    @property
    def why(self) -> str: ...


class Bound(Protocol):
    """Keeps false matches below the share that the user set."""

    def threshold(self, pair: KnownQuestion | None = None) -> Threshold:
        """What the verifier's score of a known question is measured by, or of any when none is named."""


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
