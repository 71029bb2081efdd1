"""What came of each known question's matches: read from turns, feedback and reviews, which are the only truth."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kingpost.answering.adapting import Outcome
from kingpost.records import ALL, Records, turn_conversation
from kingpost.types.answers import Route, Turn
from kingpost.types.feedback import Feedback, Review, ReviewKind, ReviewState
from kingpost.types.questions import JudgedWording

RIGHT_FROM = 4
"""Ratings from this one on confirm a match."""
WRONG_TO = 2
ROUTE = "route"
"""What feedback names where the known question is another one than the question asked."""
_TABLES = ("feedback", "reviews")

Tally = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchOutcomes:
    """Outcomes by known question, read anew only when feedback or reviews have been written since.

    Of a turn that a known question was verified for, the last expert's decision counts, else each user's feedback.
    An exact wording says nothing of the verifier and is left out, as is what another verifier scored than that of
    ``fingerprint``: its scores are on another scale.
    """

    records: Records
    fingerprint: str
    _held: dict[Tally, Mapping[str, tuple[Outcome, ...]]] = field(default_factory=dict)

    def of(self, pair_id: str) -> tuple[Outcome, ...]:
        """In no particular order; empty where nobody said anything."""
        tally = tuple(self.records.store.tally(table, ALL) for table in _TABLES)
        known = self._held.get(tally)
        if known is None:
            known = dict(_gathered(self.records, self.fingerprint))
            self._held.clear()
            self._held[tally] = known
        return known.get(pair_id, ())


def judged_wordings(records: Records) -> list[JudgedWording]:
    """The questions asked, as they were understood, whose match somebody judged; one for each judgement."""
    return [
        JudgedWording(pair_id=turn.answer.validation.pair_id, text=_understood(turn), right=outcome.right)
        for turn, outcomes in _judged(records)
        for outcome in outcomes
    ]


def _understood(turn: Turn) -> str:
    return turn.answer.standalone or turn.answer.question


def _gathered(records: Records, fingerprint: str) -> Mapping[str, tuple[Outcome, ...]]:
    found = defaultdict[str, list[Outcome]](list)
    for turn, outcomes in _judged(records):
        if turn.record.versions.get("validation", "") == fingerprint:
            found[turn.answer.validation.pair_id] += outcomes
    return {pair: tuple(outcomes) for pair, outcomes in found.items() if outcomes}


def _judged(records: Records) -> Iterator[tuple[Turn, list[Outcome]]]:
    said, decided = defaultdict[str, list[Feedback]](list), defaultdict[str, list[Review]](list)
    for one in records.feedback.all():
        said[one.turn].append(one)
    for review in records.reviews.all():
        if (
            review.kind is ReviewKind.FEEDBACK
            and review.state is not ReviewState.OPEN
            and review.comment != "withdrawn"
        ):
            decided[review.turn].append(review)
    for turn_id in sorted({*said, *decided}):
        turn = records.turns.find(turn_id, partition=turn_conversation(turn_id))
        if turn is not None and _was_verified(turn):
            yield turn, list(_of_turn(turn, said[turn_id], decided[turn_id]))


def _was_verified(turn: Turn) -> bool:
    taken = turn.answer.validation
    known = turn.answer.route in (Route.APPROVED, Route.FINE_TUNED)
    return known and taken.stage == "verifier" and bool(taken.pair_id)


def _of_turn(turn: Turn, said: Sequence[Feedback], decided: Sequence[Review]) -> Iterator[Outcome]:
    score = turn.answer.validation.score
    if decided:
        last = max(decided, key=lambda review: review.decided_at)
        right = _by_expert(last, turn)
        if right is not None:
            yield Outcome(score=score, right=right)
        return
    for one in said:
        right = _by_user(one)
        if right is not None:
            yield Outcome(score=score, right=right)


def _by_expert(review: Review, turn: Turn) -> bool | None:
    """An answer approved for another pair than the one matched: another question. A rejected complaint says nothing."""
    if review.state is ReviewState.APPROVED and review.pair_id:
        return review.pair_id == turn.answer.validation.pair_id
    return None


def _by_user(feedback: Feedback) -> bool | None:
    """A low rating for the reference alone says nothing of the match."""
    if ROUTE in feedback.wrong:
        return False
    if feedback.rating >= RIGHT_FROM:
        return True
    of_match = not feedback.wrong or "answer" in feedback.wrong
    return False if 0 < feedback.rating <= WRONG_TO and of_match else None
