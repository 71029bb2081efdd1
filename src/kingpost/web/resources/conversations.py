"""Conversations and their turns."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from kingpost.answering.contract import answer_json
from kingpost.app import App
from kingpost.errors import NotFound
from kingpost.types.answers import Turn
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
    said = [feedback for feedback in app.journal.all() if feedback.turn.startswith(f"{conversation_id}.")]
    return [
        TurnView(
            turn=turn.id,
            number=turn.number,
            asked_at=turn.asked_at,
            answer=answer_json(turn.answer),
            feedback=[feedback for feedback in said if feedback.turn == turn.id],
        )
        for turn in turns
    ]


def _turns(app: App, conversation: str, user: str) -> list[Turn]:
    return sorted(app.conversations.turns(conversation, user), key=lambda turn: turn.number)


def _view(turns: list[Turn]) -> ConversationView:
    first, last = turns[0], turns[-1]
    return ConversationView(
        id=first.conversation, title=first.answer.question, turns=len(turns), asked_at=last.asked_at
    )
