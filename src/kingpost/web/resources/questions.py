"""Ask a question: wait for the answer, have it streamed, or tail it as a job."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from kingpost.answering.contract import answer_json
from kingpost.app import App
from kingpost.errors import KingpostError
from kingpost.types.answers import AnswerEvent, Question, Reader, Route
from kingpost.web.context import AppHere, JobsHere, User
from kingpost.web.jobs import AnswerJob
from kingpost.web.problems import error_json

router = APIRouter(tags=["questions"])


class Ask(BaseModel):
    """A question as it comes in."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=8000)
    conversation: str = ""
    route: Literal["auto", "rag", "fine_tuned", "approved"] = "auto"
    reader: Reader = Reader.AUTO
    documents: list[str] = Field(default=[], description="Limit the search to these documents (ids or names).")
    as_of: date | None = Field(default=None, description="Answer from what was in force on that day.")
    include_superseded: bool = Field(default=False, description="Search superseded revisions too.")


@router.post("/questions")
def ask(body: Ask, app: AppHere, jobs: JobsHere, user: User) -> dict[str, Any]:
    """Answer, and wait for it."""
    return answer_json(jobs.start(question_of(body, app, user)).result())


@router.post("/questions/stream")
def ask_streamed(body: Ask, app: AppHere, jobs: JobsHere, user: User) -> StreamingResponse:
    """Answer as server-sent events: ``status``, ``token``, ``replace`` (drop the text so far), last ``answer``."""
    job = jobs.start(question_of(body, app, user))
    return StreamingResponse(_server_sent(job), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


@router.post("/jobs", status_code=202)
def start(body: Ask, app: AppHere, jobs: JobsHere, user: User) -> dict[str, str]:
    """Start to answer, and return at once with the id to tail."""
    return {"id": jobs.start(question_of(body, app, user)).id}


@router.get("/jobs/{job_id}")
def tail(job_id: str, jobs: JobsHere, user: User, since: Annotated[int, Query(ge=0)] = 0) -> dict[str, Any]:
    """The events from ``since`` on, the state (running, done, failed), and the answer once it is there."""
    job = jobs.get(job_id, user=user)
    state, events = job.since(since)
    return {
        "id": job.id,
        "question": job.question.text,
        "conversation": job.question.conversation,
        "state": state,
        "events": [{"kind": event.kind, "text": event.text} for event in events],
        "next": since + len(events),
        "answer": answer_json(job.answer) if state == "done" and job.answer else None,
        "error": error_json(job.error) if state == "failed" and job.error else None,
    }


def question_of(body: Ask, app: App, user: str) -> Question:
    """The question with its documents found. Raises ``NotFound`` for an unknown one."""
    return Question(
        text=body.question,
        conversation=body.conversation,
        user=user,
        route=None if body.route == "auto" else Route(body.route),
        reader=body.reader,
        documents=tuple(app.library.find(name).id for name in body.documents),
        as_of=body.as_of.isoformat() if body.as_of else "",
        include_superseded=body.include_superseded,
    )


def _server_sent(job: AnswerJob) -> Iterator[str]:
    try:
        for event in job.follow():
            yield _event(event.kind, _payload(event))
    except KingpostError as error:
        yield _event("error", error_json(error))


def _payload(event: AnswerEvent) -> dict[str, Any]:
    return {"text": event.text} if event.answer is None else answer_json(event.answer)


def _event(kind: str, payload: dict[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(payload, ensure_ascii=False)}\n\n"
