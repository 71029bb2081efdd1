"""Keeps what users said of answers, and opens a review where there is something to decide."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypedDict, Unpack

from kingpost.errors import UsageError
from kingpost.records import Records, find_turn
from kingpost.types.answers import LOCAL_USER, Turn
from kingpost.types.feedback import Feedback, Review, ReviewKind, ReviewState, Severity

WRONG_KINDS = ("answer", "reference", "route", "incomplete", "other")
_BAD_RATING = 2
"""Ratings up to this one say that the answer was wrong."""


class Opinion(TypedDict, total=False):
    """What is said of a turn; all of it may be left out."""

    rating: int
    severity: Severity
    wrong: Sequence[str]
    correct_answer: str
    comment: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackJournal:
    """Feedback by turn and user: a user who thinks again replaces what they said of that turn."""

    records: Records

    def add(self, turn_id: str, **opinion: Unpack[Opinion]) -> Feedback:
        """Keep what a user says of a turn; opens a review when it calls the answer wrong or corrects it.

        Raises ``NotFound`` for an unknown turn and ``UsageError`` for a rating or kind that does not exist.
        """
        turn = find_turn(self.records, turn_id)
        _check(opinion)
        user = opinion.get("user", LOCAL_USER)
        feedback = Feedback(
            id=f"{turn_id}-{hashlib.sha256(user.encode()).hexdigest()[:6]}",
            turn=turn_id,
            rating=opinion.get("rating", 0),
            severity=opinion.get("severity", Severity.NONE),
            wrong=tuple(dict.fromkeys(opinion.get("wrong", ()))),
            correct_answer=opinion.get("correct_answer", "").strip(),
            comment=opinion.get("comment", "").strip(),
            user=user,
            groups=turn.groups,
            created_at=now(),
        )
        self.records.feedback.put(feedback.id, feedback)
        self._review(turn, feedback)
        return feedback

    def all(self) -> list[Feedback]:
        """All feedback, latest first."""
        return sorted(self.records.feedback.all(), key=lambda feedback: feedback.created_at, reverse=True)

    def _review(self, turn: Turn, feedback: Feedback) -> None:
        """Open, refresh or withdraw the review of this feedback. A decided one stands; a new opinion opens another."""
        number = 1
        while (earlier := self.records.reviews.find(_review_id(feedback, number))) is not None:
            if earlier.state is ReviewState.OPEN or not _says_more(feedback, earlier):
                break
            number += 1
        if earlier is not None and earlier.state is not ReviewState.OPEN:
            return
        id = _review_id(feedback, number)
        if _is_complaint(feedback):
            self.records.reviews.put(id, _opened(id, turn, feedback))
        elif earlier is not None:
            withdrawn = replace(
                earlier, state=ReviewState.REJECTED, decided_by=feedback.user, decided_at=now(), comment="withdrawn"
            )
            self.records.reviews.put(id, withdrawn)


def now() -> str:
    """The time as it is kept."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def question_of(turn: Turn) -> str:
    """The turn's question as it stands alone."""
    return turn.answer.standalone or turn.answer.question


def _check(opinion: Opinion) -> None:
    if opinion.get("rating", 0) not in range(6):
        raise UsageError(f"rating {opinion.get('rating')} is not 1 to 5", next="rate 1 (wrong) to 5 (right)")
    unknown = [kind for kind in opinion.get("wrong", ()) if kind not in WRONG_KINDS]
    if unknown:
        raise UsageError(f"nothing is called {unknown[0]!r}", next=f"name one of {', '.join(WRONG_KINDS)}")


def _is_complaint(feedback: Feedback) -> bool:
    bad = 0 < feedback.rating <= _BAD_RATING
    return bad or bool(feedback.correct_answer or feedback.wrong) or feedback.severity is not Severity.NONE


def _says_more(feedback: Feedback, decided: Review) -> bool:
    """Whether the feedback asks for something else than what was decided on."""
    return bool(feedback.correct_answer) and feedback.correct_answer != decided.proposed_answer


def _review_id(feedback: Feedback, number: int) -> str:
    return f"review-{feedback.id}" + (f"-{number}" if number > 1 else "")


def _opened(id: str, turn: Turn, feedback: Feedback) -> Review:
    return Review(
        id=id,
        kind=ReviewKind.FEEDBACK,
        turn=turn.id,
        question=question_of(turn),
        proposed_answer=feedback.correct_answer,
        severity=feedback.severity,
        feedback=feedback.id,
        user=feedback.user,
        groups=turn.groups,
        created_at=feedback.created_at,
    )
