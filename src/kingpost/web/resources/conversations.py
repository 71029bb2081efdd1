"""Conversations and their turns."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from kingpost.answering.contract import answer_json
from kingpost.answering.replay import replay_json
from kingpost.app import App
from kingpost.errors import NotFound
from kingpost.types.answers import Turn, TurnRecord
from kingpost.types.feedback import Feedback
from kingpost.web.context import AppHere, User

router = APIRouter(prefix="/conversations", tags=["conversations"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationView:
    """A conversation by its first question."""

    id: str
    title: str
    turns: int
    asked_at: str
    """When its latest question was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """A turn with what was said of it."""

    turn: str
    number: int
    asked_at: str
    answer: dict[str, Any]
    feedback: list[Feedback]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnDetail(TurnView):
    """A turn with all that produced it."""

    record: TurnRecord


class ReplayBody(BaseModel):
    """How a turn is asked again."""

    model_config = ConfigDict(extra="forbid")

    as_recorded: bool = Field(default=False, description="Read the passages of then, as they were.")


@router.get("")
def list_conversations(app: AppHere, user: User) -> list[ConversationView]:
    """The user's conversations, latest first."""
    conversations = (_turns(app, id, user) for id in app.records.turns.partitions())
    views = [_view(turns) for turns in conversations if turns]
    return sorted(views, key=lambda view: view.asked_at, reverse=True)


@router.get("/{conversation_id}")
def show_conversation(conversation_id: str, app: AppHere, user: User) -> list[TurnView]:
    """All turns of one conversation, in order."""
    turns = _turns(app, conversation_id, user)
    if not turns:
        raise NotFound(f"there is no conversation {conversation_id!r}", next="list them: GET /api/v1/conversations")
    said = app.journal.all()
    return [TurnView(**_fields(turn, said)) for turn in turns]


@router.get("/{conversation_id}/turns/{number}")
def show_turn(conversation_id: str, number: int, app: AppHere, user: User) -> TurnDetail:
    """One turn with all that produced it."""
    turn = _turn(app, conversation_id, number, user)
    return TurnDetail(**_fields(turn, app.journal.all()), record=turn.record)


@router.post("/{conversation_id}/turns/{number}/replay")
def replay_turn(conversation_id: str, number: int, body: ReplayBody, app: AppHere, user: User) -> dict[str, Any]:
    """Ask the turn's question again as it was asked, and say what changed. Nothing is stored."""
    turn = _turn(app, conversation_id, number, user)
    return replay_json(app.replayer.replay(turn.id, as_recorded=body.as_recorded))


def _turn(app: App, conversation: str, number: int, user: str) -> Turn:
    """One of the user's own. Raises ``NotFound`` for any other, without saying whether it is there."""
    turn = next((turn for turn in _turns(app, conversation, user) if turn.number == number), None)
    if turn is None:
        raise NotFound(
            f"there is no turn {conversation}.{number}", next=f"list them: GET /api/v1/conversations/{conversation}"
        )
    return turn


def _fields(turn: Turn, said: list[Feedback]) -> dict[str, Any]:
    return {
        "turn": turn.id,
        "number": turn.number,
        "asked_at": turn.asked_at,
        "answer": answer_json(turn.answer),
        "feedback": [feedback for feedback in said if feedback.turn == turn.id],
    }


def _turns(app: App, conversation: str, user: str) -> list[Turn]:
    return sorted(app.conversations.turns(conversation, user), key=lambda turn: turn.number)


def _view(turns: list[Turn]) -> ConversationView:
    first, last = turns[0], turns[-1]
    return ConversationView(
        id=first.conversation, title=first.answer.question, turns=len(turns), asked_at=last.asked_at
    )
