"""Feedback on turns and what experts made of it."""

from dataclasses import dataclass
from enum import StrEnum

from kingpost.types.answers import LOCAL_USER, Mismatch
from kingpost.types.documents import EVERYONE
from kingpost.types.questions import EvidenceChange


class Severity(StrEnum):
    """How bad a wrong answer is."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What a user said of one turn. ``rating`` 1 (strongly disagree) to 5 (strongly agree), 0 when none was given."""

    id: str
    turn: str
    rating: int = 0
    severity: Severity = Severity.NONE
    wrong: tuple[str, ...] = ()
    """What was wrong: ``answer``, ``reference``, ``route``, ``incomplete``, ``other``."""
    correct_answer: str = ""
    comment: str = ""
    user: str = LOCAL_USER
    groups: tuple[str, ...] = EVERYONE
    created_at: str = ""


class ReviewState(StrEnum):
    """Where a review stands."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


class ReviewKind(StrEnum):
    """Why a review is in the queue.

    Feedback, an abstained question sent to the experts, a known question whose evidence has changed, one whose
    validity is over, or one to which the fine-tuned model said something else.
    """

    FEEDBACK = "feedback"
    REQUEST = "request"
    STALE = "stale"
    EXPIRED = "expired"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One item of the experts' queue, and its decision."""

    id: str
    kind: ReviewKind
    turn: str
    question: str
    proposed_answer: str = ""
    state: ReviewState = ReviewState.OPEN
    severity: Severity = Severity.NONE
    feedback: str = ""
    """Id of the feedback that opened it, or empty."""
    pair_id: str = ""
    """The known question it yielded (or, when stale, expired or a mismatch, concerns)."""
    user: str = LOCAL_USER
    groups: tuple[str, ...] = EVERYONE
    created_at: str = ""
    decided_by: str = ""
    decided_at: str = ""
    comment: str = ""
    valid_until: str = ""
    """Last day of the known question that has expired, or empty."""
    changes: tuple[EvidenceChange, ...] = ()
    """What became of the evidence of a stale known question."""
    mismatch: Mismatch | None = None
    """What the fine-tuned model said instead of the known answer, when last it was asked."""
    times: int | None = None
    """How often it said so; None of any other review."""
