"""Feedback on turns."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from kingpost.types.feedback import Feedback, Severity
from kingpost.web.context import AppHere, User

router = APIRouter(prefix="/feedback", tags=["feedback"])


class Opinion(BaseModel):
    """What a user says of one turn; rating 0 means that none was given."""

    model_config = ConfigDict(extra="forbid")

    turn: str
    rating: int = Field(0, ge=0, le=5)
    severity: Severity = Severity.NONE
    wrong: list[Literal["answer", "reference", "route", "incomplete", "other"]] = []
    correct_answer: str = Field("", max_length=20000)
    comment: str = Field("", max_length=20000)


@router.get("")
def list_feedback(app: AppHere) -> list[Feedback]:
    """All feedback."""
    return list(app.journal.all())


@router.post("", status_code=201)
def add_feedback(body: Opinion, app: AppHere, user: User) -> Feedback:
    """Keep feedback on a turn; opens a review where there is something to decide."""
    return app.journal.add(
        body.turn,
        rating=body.rating,
        severity=body.severity,
        wrong=tuple(body.wrong),
        correct_answer=body.correct_answer,
        comment=body.comment,
        user=user,
    )
