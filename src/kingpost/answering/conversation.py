"""Conversations: turns kept append-only, and a follow-up rewritten into a question that stands alone."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kingpost.language.identifiers import identifiers
from kingpost.language.normalise import normalise, stems
from kingpost.records import Records
from kingpost.types.answers import Answer, Question, Turn, TurnRecord

_OPENING = re.compile(
    r"^\s*(?:(?:and )?(?:what|how) about|and|but|or|also|then|so|same (?:question )?for|now)\b[\s,:]*",
    re.IGNORECASE,
)
_POINTING = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|there|one|ones|same|former|latter)\b", re.I)
_NAMED = re.compile(
    r"\b(?P<kind>[a-z]{3,20})\s+(?P<name>[A-Z]{1,3}\d*(?:[-.]\d+)?|\d+(?:\.\d+)*[a-z]?|[A-Z][\w-]*\d[\w-]*)(?![\w-])",
    re.I,
)
_PLACE = re.compile(
    r"(?:\b(?:in|for|at|from|of|to|by|with)\s+|^)(?P<place>(?:the\s+)?[A-Z][\w&-]+(?:\s+[A-Z][\w&-]+)*)"
)
_PHRASE_WORDS = r"(?:(?!\b(?:for|of|in|at|on|with|from|to|by)\b)[^?,;])+"
_PHRASE = re.compile(rf"(?P<preposition>for|of|in|at|on|with|from|to|by)\s+{_PHRASE_WORDS}", re.IGNORECASE)
_NAME = re.compile(r"(?<=\s)(?:the\s+)?[A-Z][a-z][\w&-]*(?:\s+[A-Z][\w&-]+)*")
_FUNCTION_START = frozenset(
    "what which who where when why how is are was were does do did can could should must may".split()
)


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

    def standalone(self, question: Question, *, history_turns: int = 4) -> str:
        """The question as it stands alone, after the conversation so far (or ``question.history``)."""
        earlier = self._asked_before(question)[-history_turns:] if history_turns else []
        return rewritten(question.text, earlier)

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
            if self.records.turns.put_if(turn_id, turn, version=0, partition=conversation):
                return numbered
            number += 1  # another process answered in the same conversation meanwhile

    def _asked_before(self, question: Question) -> list[str]:
        if question.history:
            return [text for role, text in question.history if role == "user"]
        if not question.conversation:
            return []
        turns = self.turns(question.conversation, question.user)
        return [turn.answer.standalone or turn.answer.question for turn in turns]


def new_conversation() -> str:
    """A fresh conversation id."""
    return f"c{secrets.token_hex(5)}"


def rewritten(text: str, earlier: list[str]) -> str:
    """A follow-up with what it leaves out taken from the question before it; any other question as it is.

    "What is the floor load of zone A?" then "and for zone B?" gives "What is the floor load of zone B?".
    """
    if not earlier or not is_follow_up(text):
        return text
    before = earlier[-1]
    rest = _OPENING.sub("", text).strip()
    swaps = (_with_names, _with_phrase, _with_place)
    return next((changed for swap in swaps if (changed := swap(before, rest))), "") or _with_topic(before, rest)


def is_follow_up(text: str) -> bool:
    """Whether a question leans on the one before: it opens with "and", points back, or has no verb of asking."""
    words = normalise(text).rstrip("?.! ").split()
    if _OPENING.match(text):
        return True
    if len(words) <= 12 and _POINTING.search(text) and not identifiers(text):
        return True
    return (
        len(words) <= 4
        and not (set(words[:1]) & _FUNCTION_START)
        and len(stems(text)) <= 3
        and text.strip().endswith("?")
    )


def _with_names(before: str, rest: str) -> str:
    """Swap "zone A" for "zone B", "door D-101" for "D-102": what is named anew replaces its like."""
    changed = before
    for new in _NAMED.finditer(rest):
        for old in _NAMED.finditer(changed):
            if old["kind"].casefold() == new["kind"].casefold():
                changed = changed[: old.start("name")] + new["name"] + changed[old.end("name") :]
                break
    if changed == before and len(stems(rest)) <= 2:
        changed = _with_identifier(before, rest)
    return changed if changed != before else ""


def _with_identifier(before: str, rest: str) -> str:
    new, old = identifiers(rest), identifiers(before)
    if len(new) != 1 or len(old) != 1:
        return before
    written = re.search(r"[\w$][\w$./-]*[\w$]", re.sub(r"^(?:for|of|in|on|at)\s+", "", rest))
    return re.sub(re.escape(old[0]), written[0] if written else new[0], before, count=1, flags=re.IGNORECASE)


def _with_phrase(before: str, rest: str) -> str:
    """Swap "for a reach truck" for "for a counterbalance truck": the last phrase with the same preposition."""
    new = _PHRASE.fullmatch(rest.rstrip("?. "))
    old = list(re.finditer(rf"\b{new['preposition']}\s+{_PHRASE_WORDS}", before, re.I)) if new else []
    if new is None or not old or len(stems(rest)) > 5:
        return ""
    return before[: old[-1].start()] + rest.rstrip("?. ") + before[old[-1].end() :]


def _with_place(before: str, rest: str) -> str:
    """Swap "in Spain" for "in Germany": the last name of the question before gives way to the one named now."""
    new, old = _PLACE.search(rest), list(_NAME.finditer(before))
    if new is None or not old or len(stems(rest)) > 3:
        return ""
    last = old[-1]
    return before[: last.start()] + new["place"] + before[last.end() :]


def _with_topic(before: str, rest: str) -> str:
    """Nothing to swap: ask the new question about the old one's topic."""
    return f"{rest.rstrip('? ')} ({before.rstrip('? ')})?"
