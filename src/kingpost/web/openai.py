"""The OpenAI dialect: ``/v1/models`` and ``/v1/chat/completions``, with citations in extra fields.

A streamed completion is sent once the answer has been checked against its evidence: this dialect has no way to
take back text, and unchecked text is never shown as an answer.
"""

import json
import re
import time
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from kingpost.answering.contract import answer_json
from kingpost.errors import KingpostError, NotFound, UsageError
from kingpost.types.answers import Answer, Question, Route
from kingpost.web.context import JobsHere, User
from kingpost.web.jobs import AnswerJob
from kingpost.web.problems import error_json

router = APIRouter(prefix="/v1", tags=["openai"])

MODELS: dict[str, Route | None] = {
    "kingpost": None,
    "kingpost-rag": Route.RAG,
    "kingpost-fine-tuned": Route.FINE_TUNED,
}


class Message(BaseModel):
    """A message of the conversation; content as text or as a list of text parts."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[dict[str, Any]]

    @property
    def text(self) -> str:
        if isinstance(self.content, str):
            return self.content
        return "\n".join(str(part.get("text", "")) for part in self.content if part.get("type") == "text")


class Completion(BaseModel):
    """A chat completion request. Sampling parameters are accepted and have no effect: answers are not sampled."""

    model: str
    messages: list[Message] = Field(min_length=1)
    stream: bool = False
    as_of: date | None = None
    """An extra of this dialect: answer from what was in force on that day."""
    include_superseded: bool = False


@router.get("/models")
def list_models() -> dict[str, Any]:
    """The three ways to ask, as models."""
    return {
        "object": "list",
        "data": [{"id": name, "object": "model", "created": 0, "owned_by": "kingpost"} for name in MODELS],
    }


@router.post("/chat/completions")
def complete(body: Completion, jobs: JobsHere, user: User) -> Response:
    """Answer the last user message; those before it are its history."""
    job = jobs.start(question_of(body, user))
    if body.stream:
        return StreamingResponse(_chunks(job, body.model), media_type="text/event-stream")
    answer = job.result()
    message = {"role": "assistant", "content": answer.answer}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return JSONResponse(
        _envelope(job, body.model, "chat.completion", choice) | _extras(answer) | {"usage": _usage(answer)}
    )


def question_of(body: Completion, user: str) -> Question:
    """The last user message with its history. Raises ``NotFound`` for the model, ``UsageError`` without a question."""
    if body.model not in MODELS:
        raise NotFound(f"there is no model {body.model!r}", next=f"the models are {', '.join(MODELS)}")
    said = [(message.role, message.text) for message in body.messages if message.role in ("user", "assistant")]
    if not said or said[-1][0] != "user" or not said[-1][1].strip():
        raise UsageError("the last message is not a question of the user", next="end messages with role user")
    return Question(
        text=said[-1][1],
        user=user,
        route=MODELS[body.model],
        history=tuple(said[:-1]),
        as_of=body.as_of.isoformat() if body.as_of else "",
        include_superseded=body.include_superseded,
    )


def _chunks(job: AnswerJob, model: str) -> Iterator[str]:
    yield _data(_chunk(job, model, {"role": "assistant", "content": ""}))
    try:
        answer = job.result()
    except KingpostError as error:
        yield _data({"error": error_json(error) | {"type": error.code}})
        return
    for piece in re.findall(r"\s*\S+\s*$|\s*\S+", answer.answer):
        yield _data(_chunk(job, model, {"content": piece}))
    yield _data(_chunk(job, model, {}, finish="stop") | _extras(answer) | {"usage": _usage(answer)})
    yield "data: [DONE]\n\n"


def _chunk(job: AnswerJob, model: str, delta: dict[str, str], *, finish: str | None = None) -> dict[str, Any]:
    return _envelope(job, model, "chat.completion.chunk", {"index": 0, "delta": delta, "finish_reason": finish})


def _envelope(job: AnswerJob, model: str, kind: str, choice: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{job.id}",
        "object": kind,
        "created": int(time.time()),
        "model": model,
        "choices": [choice],
    }


def _extras(answer: Answer) -> dict[str, Any]:
    contract = answer_json(answer)
    return {"citations": contract.pop("citations"), "kingpost": contract}


def _usage(answer: Answer) -> dict[str, int]:
    prompt = answer.usage.get("prompt_tokens", 0)
    completion = answer.usage.get("completion_tokens", 0)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _data(payload: dict[str, Any]) -> str:
    return f"data: {json.dumps(payload, ensure_ascii=False)}\n\n"
