"""The question bank: known questions with their answers."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from kingpost.types.questions import KnownQuestion
from kingpost.web.context import AppHere, User

router = APIRouter(prefix="/bank", tags=["bank"])


class Pair(BaseModel):
    """A question and its answer; ``approved`` makes the answer serve word for word."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=8000)
    answer: str = Field(min_length=1, max_length=20000)
    phrasings: list[str] = []
    document: str = Field("", description="Where the evidence stands (id or name); empty: anywhere.")
    approved: bool = False


@router.get("")
def list_pairs(app: AppHere, *, retired: bool = False) -> list[KnownQuestion]:
    """All known questions, retired ones on request."""
    return list(app.bank.pairs(include_retired=retired))


@router.post("", status_code=201)
def add_pair(body: Pair, app: AppHere, user: User) -> KnownQuestion:
    """Add a pair with the evidence found for it, or update the one with the same question."""
    evidence = app.bank.locate_evidence(body.question, body.answer, document=body.document)
    return app.bank.add(
        body.question,
        body.answer,
        phrasings=tuple(body.phrasings),
        evidence=evidence,
        approved_by=user if body.approved else "",
    )


@router.get("/{pair_id}")
def show_pair(pair_id: str, app: AppHere) -> KnownQuestion:
    """One known question."""
    return app.bank.get(pair_id)


@router.post("/{pair_id}/retire")
def retire_pair(pair_id: str, app: AppHere) -> KnownQuestion:
    """Keep it, and never serve it again."""
    app.bank.retire(pair_id)
    return app.bank.get(pair_id)
