"""The experts' queue: list, decide, and send an abstained question to it."""

from datetime import date
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from kingpost.types.feedback import Review
from kingpost.types.questions import KnownQuestion
from kingpost.web.context import AppHere, User

router = APIRouter(prefix="/reviews", tags=["reviews"])


class Request(BaseModel):
    """The turn whose question the experts are asked."""

    model_config = ConfigDict(extra="forbid")

    turn: str


class Approval(BaseModel):
    """An expert's answer; without one the proposed answer is approved as it stands."""

    model_config = ConfigDict(extra="forbid")

    answer: str | None = Field(None, min_length=1, max_length=20000)
    valid_until: date | None = Field(None, description="Last day on which it is served; none: no end.")


class Rejection(BaseModel):
    """Why nothing comes of it."""

    model_config = ConfigDict(extra="forbid")

    comment: str = Field("", max_length=20000)


@router.get("")
def list_reviews(app: AppHere, state: Literal["open", "all"] = "open") -> list[Review]:
    """Open reviews, or all of them."""
    return list(app.reviews.open() if state == "open" else app.reviews.all())


@router.post("", status_code=201)
def request_review(body: Request, app: AppHere, user: User) -> Review:
    """Ask an expert."""
    return app.reviews.request(body.turn, user=user)


@router.get("/{review_id}")
def show_review(review_id: str, app: AppHere) -> Review:
    """One review."""
    return app.reviews.get(review_id)


@router.post("/{review_id}/approve")
def approve_review(review_id: str, body: Approval, app: AppHere, user: User) -> KnownQuestion:
    """Approve, as proposed or with an answer of one's own; it serves the next question at once."""
    last_day = body.valid_until.isoformat() if body.valid_until else ""
    return app.reviews.approve(review_id, by=user, answer=body.answer, valid_until=last_day)


@router.post("/{review_id}/reject")
def reject_review(review_id: str, body: Rejection, app: AppHere, user: User) -> Review:
    """Close without an approved answer; a known question that is stale or has expired is retired."""
    app.reviews.reject(review_id, by=user, comment=body.comment)
    return app.reviews.get(review_id)
