"""Conversations: turns kept append-only, each user's own, and what a question says after those before it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kingpost.answering.asking_back import asked_in, chosen
from kingpost.answering.decisions import DecisionLog
from kingpost.answering.rewriting import rewritten
from kingpost.records import Records
from kingpost.types.answers import Answer, Question, Turn, TurnRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A question as it stands alone; ``asked_back`` tells that the turn before it was a question back.

    ``topic`` is the question before it, whether it was needed to understand this one or not.
    """

    standalone: str
    asked_back: bool = False
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A turn before: its question as it stood alone, and what was said to it."""

    standalone: str
    answer: str = ""
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversations:
    """The turns of all conversations. A user sees only conversations of their own.

    ``before`` shows conversations as they were before the turn of that number.
    """

    records: Records
    before: int | None = None

    def turns(self, conversation: str, user: str) -> list[Turn]:
        """The conversation's turns in order; none of another user's."""
        kept = self.records.turns.all(partition=conversation)
        turns = [turn for turn in kept if turn.user == user and (self.before is None or turn.number < self.before)]
        return sorted(turns, key=lambda turn: turn.number)

    def understood(self, question: Question, *, history_turns: int = 4) -> Understood:
        """The question as it stands alone, after the conversation so far (or ``question.history``)."""
        if not history_turns:
            return Understood(standalone=question.text)
        earlier = told(question.history) if question.history else self._earlier(question)
        return understood(question.text, earlier[-history_turns:])

    def append(self, answer: Answer, question: Question, record: TurnRecord) -> Answer:
        """Store the answer as the conversation's next turn; gives it back with its turn id."""
        conversation = question.conversation or new_conversation()
        number = len(list(self.records.turns.all(partition=conversation))) + 1
        while True:
            turn_id = f"{conversation}.{number}"
            numbered = replace(answer, id=turn_id, turn=turn_id)
            turn = Turn(
                id=turn_id,
                conversation=conversation,
                number=number,
                answer=numbered,
                user=question.user,
                groups=question.groups,
                asked_at=datetime.now(UTC).isoformat(timespec="seconds"),
                record=record,
            )
            logged = self._decisions.add(turn)
            if self.records.turns.put_if(turn_id, turn, version=0, partition=conversation):
                return numbered
            self._decisions.withdraw(logged)
            number += 1  # another process answered in the same conversation meanwhile

    @property
    def _decisions(self) -> DecisionLog:
        return DecisionLog(records=self.records)

    def _earlier(self, question: Question) -> list[Earlier]:
        if not question.conversation:
            return []
        answers = [turn.answer for turn in self.turns(question.conversation, question.user)]
        return [
            Earlier(
                standalone=answer.standalone or answer.question, answer=answer.answer, alternatives=answer.alternatives
            )
            for answer in answers
        ]


def new_conversation() -> str:
    """A fresh conversation id."""
    return f"c{secrets.token_hex(5)}"


def understood(text: str, earlier: Sequence[Earlier]) -> Understood:
    """A question after those before it: the choice that a question back offered, or a follow-up rewritten."""
    last = earlier[-1] if earlier else Earlier(standalone="")
    completed = chosen(text, last.standalone, last.answer, last.alternatives) if last.alternatives else ""
    standalone = completed or rewritten(text, [turn.standalone for turn in earlier])
    return Understood(standalone=standalone, asked_back=bool(last.alternatives), topic=last.standalone)


def told(history: Sequence[tuple[str, str]]) -> list[Earlier]:
    """The turns of a conversation that is given as pairs of role and text, oldest first."""
    earlier: list[Earlier] = []
    for role, text in history:
        if role == "user":
            earlier.append(Earlier(standalone=understood(text, earlier).standalone))
        elif role == "assistant" and earlier:
            earlier[-1] = replace(earlier[-1], answer=text, alternatives=asked_in(text))
    return earlier
