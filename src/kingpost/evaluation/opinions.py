"""What users and experts said of stored turns, as rows that teach confidence."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kingpost.language.normalise import normalise
from kingpost.records import Records
from kingpost.types.answers import Route, Turn
from kingpost.types.feedback import Feedback, Review, ReviewKind, ReviewState
from kingpost.types.questions import KnownQuestion

Row = dict[str, Any]
PairOf = Callable[[str], KnownQuestion | None]

RIGHT_FROM = 4
"""Ratings from this one on say that the answer was right."""
WRONG_TO = 2
OTHER_VERSION = "measured by another version of Kingpost"
ASKED_BACK = "a question back"
UNDECIDED = "neither called right nor wrong, or both"
OTHER_ROUTE = "answered from a known question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """Rows in the form of an evaluation's (see ``calibration.examples``), and why other turns have none."""

    rows: tuple[Row, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


def gathered(records: Records, *, version: str) -> Opinions:
    """All stored turns of which somebody said something, asked of this version of the product."""
    turns = (turn for name in records.turns.partitions() for turn in records.turns.all(partition=name))
    said, decided = list(records.feedback.all()), list(records.reviews.all())
    return weighed(turns, said, decided, records.questions.find, version=version)


def weighed(
    turns: Iterable[Turn],
    feedback: Sequence[Feedback],
    reviews: Sequence[Review],
    pair_of: PairOf,
    *,
    version: str,
) -> Opinions:
    """A row a turn that is called right or wrong: by an expert if one decided, else by most of its users."""
    said, decided = _by_turn(feedback), _by_turn(reviews)
    rows, left_out = [], Counter[str]()
    for turn in sorted(turns, key=lambda turn: turn.id):
        if turn.id not in said and turn.id not in decided:
            continue
        right = _by_expert(turn, decided[turn.id], pair_of)
        right = _by_users(said[turn.id]) if right is None else right
        reason = _unusable(turn, version) or (UNDECIDED if right is None else "")
        if reason:
            left_out[reason] += 1
        else:
            rows.append(_row(turn, right=bool(right)))
    return Opinions(rows=tuple(rows), left_out=dict(left_out))


def _by_turn(items: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for item in items:
        found[item.turn].append(item)
    return found


def _unusable(turn: Turn, version: str) -> str:
    """Why the features of a turn cannot teach; measures of another version may mean something else."""
    if turn.answer.route not in (Route.RAG, Route.ABSTAIN):
        return OTHER_ROUTE
    if turn.answer.alternatives:
        return ASKED_BACK
    if turn.record.versions.get("kingpost") != version or not turn.answer.confidence.features:
        return OTHER_VERSION
    return ""


def _by_users(said: Sequence[Feedback]) -> bool | None:
    """What more of them said; None where as many said the opposite, or nobody said either."""
    votes = [vote for vote in map(_vote, said) if vote is not None]
    rights = sum(votes)
    return None if 2 * rights == len(votes) else 2 * rights > len(votes)


def _vote(feedback: Feedback) -> bool | None:
    if feedback.rating >= RIGHT_FROM:
        return True
    if 0 < feedback.rating <= WRONG_TO or (not feedback.rating and "answer" in feedback.wrong):
        return False
    return None


def _by_expert(turn: Turn, reviews: Sequence[Review], pair_of: PairOf) -> bool | None:
    """What the last decision says: an approved answer is the turn's own or another one. A rejection says nothing.

    An approved answer to a question that was not answered shows it to be wrong only where the documents hold it.
    """
    approved = [review for review in reviews if review.state is ReviewState.APPROVED and review.kind in _OF_TURNS]
    if not approved:
        return None
    last = max(approved, key=lambda review: review.decided_at)
    pair = pair_of(last.pair_id) if last.pair_id else None
    if turn.answer.route is Route.ABSTAIN:
        return None if pair is None else not pair.evidence
    answer = pair.answer if pair else last.proposed_answer
    return normalise(answer) == normalise(turn.answer.answer)


_OF_TURNS = (ReviewKind.FEEDBACK, ReviewKind.REQUEST)


def _row(turn: Turn, *, right: bool) -> Row:
    """An abstention that was right had nothing to answer; one that was wrong had."""
    answer = turn.answer
    return {
        "id": turn.id,
        "question": answer.standalone or answer.question,
        "route": answer.route,
        "features": dict(answer.confidence.features),
        "answerable": not right if answer.route is Route.ABSTAIN else True,
        "right": right,
    }
