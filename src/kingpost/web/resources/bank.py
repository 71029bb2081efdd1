"""The question bank: known questions with their answers, what is wrong among them, and how far they reach."""

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePath
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from kingpost.errors import UsageError
from kingpost.retrieval.bank_files import encoded
from kingpost.types.questions import BankProblem, Coverage, ImportReport, ListedQuestion, PairState
from kingpost.web.context import AppHere, User

router = APIRouter(prefix="/bank", tags=["bank"])

LARGEST_IMPORT_BYTES = 50_000_000
MEDIA_TYPES = {
    "jsonl": "application/jsonl",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Pair(BaseModel):
    """A question and its answer; ``approved`` makes the answer serve word for word."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=8000)
    answer: str = Field(min_length=1, max_length=20000)
    phrasings: list[str] = []
    document: str = Field("", description="Where the evidence stands (id or name); empty: anywhere.")
    approved: bool = False
    groups: list[str] = Field([], description="Who may be served it; none: everyone who may read its evidence.")
    valid_from: date | None = None
    valid_until: date | None = None


@router.get("")
def list_pairs(app: AppHere, *, retired: bool = False, state: PairState | None = None) -> list[ListedQuestion]:
    """All known questions with their states, retired ones on request; or those in one state."""
    pairs = app.bank.pairs(include_retired=retired or state is PairState.RETIRED)
    listed = (app.bank.listed(pair) for pair in pairs)
    return [pair for pair in listed if state in (None, pair.state)]


@router.post("", status_code=201)
def add_pair(body: Pair, app: AppHere, user: User) -> ListedQuestion:
    """Add a pair with the evidence found for it, or update the one with the same question."""
    details = body.model_dump(include={"valid_from", "valid_until"}, exclude_none=True, mode="json")
    if body.groups:
        details["groups"] = body.groups
    evidence = app.bank.locate_evidence(body.question, body.answer, document=body.document)
    pair = app.bank.add(
        body.question,
        body.answer,
        phrasings=tuple(body.phrasings),
        evidence=evidence,
        approved_by=user if body.approved else "",
        **details,
    )
    return app.bank.listed(pair)


@router.get("/problems")
def list_problems(app: AppHere) -> list[BankProblem]:
    """Known questions that ask the same: contradictions first, then duplicates."""
    return list(app.bank_checker.problems())


@router.get("/coverage")
def show_coverage(app: AppHere) -> Coverage:
    """Which parts of the documents have known questions, those with most uncovered passages first."""
    return app.bank_coverage.report()


@router.get("/export")
def export_pairs(app: AppHere, *, form: Literal["jsonl", "csv", "xlsx"] = "jsonl", retired: bool = False) -> Response:
    """All known questions as a file that can be imported again."""
    content = encoded(app.bank.pairs(include_retired=retired), form)
    headers = {"Content-Disposition": f'attachment; filename="question-bank.{form}"'}
    return Response(content, media_type=MEDIA_TYPES[form], headers=headers)


@router.post("/import")
def import_pairs(
    content: Annotated[bytes, Body(media_type="application/octet-stream", max_length=LARGEST_IMPORT_BYTES)],
    app: AppHere,
    user: User,
    *,
    name: Annotated[str, Query(description="The file's name, which tells its form.")],
    approved: bool = False,
) -> ImportReport:
    """Import the pairs of a file, sent as it is; ``approved`` approves those that name no approver."""
    suffix = PurePath(name).suffix.lower()
    if suffix.removeprefix(".") not in MEDIA_TYPES:
        raise UsageError(f"{name}: pairs are not read from such files", next="send JSONL, CSV or XLSX")
    with tempfile.TemporaryDirectory(prefix="kingpost-import-") as folder:
        path = Path(folder) / f"pairs{suffix}"
        path.write_bytes(content)
        report = app.pair_importer.read(path, approved_by=user if approved else "")
    return replace(report, file=name)


@router.get("/{pair_id}")
def show_pair(pair_id: str, app: AppHere) -> ListedQuestion:
    """One known question."""
    return app.bank.listed(app.bank.get(pair_id))


@router.post("/{pair_id}/retire")
def retire_pair(pair_id: str, app: AppHere) -> ListedQuestion:
    """Keep it, and never serve it again."""
    return app.bank.listed(app.bank.retire(pair_id))
