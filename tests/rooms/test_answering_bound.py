"""The learned bound: where a threshold comes from, what refuses it, and what outcomes do to one known question's."""

import pytest

from kingpost.answering.adapting import Outcome, adapted
from kingpost.answering.bound import PARAMETERS_ID, VERSION, LearnedBound, fingerprint
from kingpost.answering.outcomes import MatchOutcomes, judged_wordings
from kingpost.backends.memory import MemoryRecords
from kingpost.records import Records
from kingpost.settings import ValidationSettings
from kingpost.types.answers import Answer, Confidence, Route, Turn, TurnRecord, Validation
from kingpost.types.documents import EVERYONE
from kingpost.types.evaluation import Parameters
from kingpost.types.feedback import Feedback, Review, ReviewKind, ReviewState
from kingpost.types.questions import KnownQuestion

SHIPPED = 0.9
MARK = fingerprint("encoder", "verifier")
PAIR = KnownQuestion(id="k1", question="How wide is the door?", answer="1,200 mm")
OTHER = KnownQuestion(id="k2", question="How high is the door?", answer="2,100 mm")


@pytest.fixture
def records() -> Records:
    return Records(MemoryRecords())


def bound(records: Records, *, mark: str = MARK, **settings) -> LearnedBound:
    return LearnedBound(
        settings=ValidationSettings(**settings),
        records=records,
        shipped=lambda _: SHIPPED,
        fingerprint=mark,
        outcomes=MatchOutcomes(records=records, fingerprint=mark).of,
    )


def fit(records: Records, **changes) -> None:
    values = {"version": VERSION, "threshold": 0.8, "floor": 0.7, "maximum_false_match_rate": 0.005} | changes
    parameters = Parameters(id=PARAMETERS_ID, fingerprint=MARK, fitted_on="40 questions", fitted_at="", values=values)
    records.parameters.put(parameters.id, parameters)


def turn(records: Records, number: int, score: float, *, pair: str = "k1", **made: str) -> str:
    id = f"c1.{number}"
    answer = Answer(
        id=id, turn=id, question="q", answer="1,200 mm", route=Route.APPROVED, confidence=Confidence(value=0.9),
        validation=Validation(pair_id=pair, stage=made.get("stage", "verifier"), score=score),
    )  # fmt: skip
    taken = Turn(
        id=id, conversation="c1", number=number, answer=answer, user="anna", groups=EVERYONE, asked_at="",
        record=TurnRecord(versions={"validation": made.get("mark", MARK)}),
    )  # fmt: skip
    records.turns.put(id, taken, partition="c1")
    return id


def rate(records: Records, turn_id: str, rating: int, *wrong: str) -> None:
    records.feedback.put(turn_id, Feedback(id=turn_id, turn=turn_id, rating=rating, wrong=wrong))


def decide(records: Records, turn_id: str, pair_id: str, state: ReviewState = ReviewState.APPROVED) -> None:
    review = Review(
        id=f"review-{turn_id}", kind=ReviewKind.FEEDBACK, turn=turn_id, question="q", state=state, pair_id=pair_id
    )
    records.reviews.put(review.id, review)


def test_without_a_fit_the_shipped_threshold_holds_and_says_so(records: Records) -> None:
    threshold = bound(records).threshold(PAIR)
    assert (threshold.value, threshold.source) == (SHIPPED, "shipped")
    assert "none was fitted here" in threshold.why


def test_a_fit_is_used_and_names_what_it_was_fitted_on(records: Records) -> None:
    fit(records)
    threshold = bound(records).threshold(PAIR)
    assert (threshold.value, threshold.source) == (0.8, "fitted")
    assert "40 questions" in threshold.why


def test_a_threshold_in_the_settings_wins(records: Records) -> None:
    fit(records)
    threshold = bound(records, threshold=0.6).threshold(PAIR)
    assert (threshold.value, threshold.source) == (0.6, "settings")


@pytest.mark.parametrize("mark", [fingerprint("other", "verifier"), fingerprint("encoder", "other")])
def test_a_fit_of_another_encoder_or_verifier_is_refused(records: Records, mark: str) -> None:
    fit(records)
    other = bound(records, mark=mark)
    assert other.threshold(PAIR).source == "shipped"
    assert "kingpost calibrate --validation" in other.refused()
    assert not bound(records).refused()


def test_a_fit_for_another_bound_is_refused(records: Records) -> None:
    fit(records)
    assert bound(records, maximum_false_match_rate=0.01).threshold(PAIR).source == "shipped"


def test_a_fit_stored_in_another_form_is_refused(records: Records) -> None:
    fit(records, version=VERSION + 1)
    assert bound(records).threshold(PAIR).source == "shipped"


def test_a_match_called_wrong_raises_the_threshold_of_that_question_alone(records: Records) -> None:
    rate(records, turn(records, 1, 0.97), 1)
    raised = bound(records).threshold(PAIR)
    assert raised.value > 0.97
    assert raised.source == "outcomes"
    assert "0 of its 1" in raised.why
    assert bound(records).threshold(OTHER).value == SHIPPED
    assert bound(records).threshold().value == SHIPPED


def test_confirmed_matches_lower_it_but_never_below_the_floor(records: Records) -> None:
    fit(records)
    rate(records, turn(records, 1, 0.9), 5)
    few = bound(records).threshold(PAIR).value
    for number in range(2, 80):
        rate(records, turn(records, number, 0.9), 5)
    many = bound(records).threshold(PAIR).value
    assert 0.8 > few > many == 0.7


def test_without_a_fit_confirmed_matches_lower_nothing(records: Records) -> None:
    for number in range(1, 20):
        rate(records, turn(records, number, 0.95), 5)
    assert bound(records).threshold(PAIR).value == SHIPPED


def test_what_is_said_later_counts_at_once(records: Records) -> None:
    one = bound(records)
    asked = turn(records, 1, 0.97)
    rate(records, asked, 1)
    raised = one.threshold(PAIR).value
    rate(records, asked, 5)
    assert one.threshold(PAIR).value <= SHIPPED < raised


def test_an_expert_outweighs_the_users(records: Records) -> None:
    asked = turn(records, 1, 0.97)
    rate(records, asked, 5)
    decide(records, asked, "another")
    assert bound(records).threshold(PAIR).value > 0.97
    decide(records, asked, "k1")
    assert bound(records).threshold(PAIR).value == SHIPPED


def test_a_rejected_complaint_says_nothing(records: Records) -> None:
    asked = turn(records, 1, 0.97)
    rate(records, asked, 1)
    decide(records, asked, "", ReviewState.REJECTED)
    assert bound(records).threshold(PAIR).value == SHIPPED


def test_feedback_that_names_the_route_calls_the_match_wrong_and_the_reference_alone_does_not(records: Records) -> None:
    rate(records, turn(records, 1, 0.95), 1, "reference")
    assert bound(records).threshold(PAIR).value == SHIPPED
    rate(records, turn(records, 2, 0.95), 0, "route")
    assert bound(records).threshold(PAIR).value > 0.95


def test_an_exact_wording_says_nothing_of_the_verifier(records: Records) -> None:
    rate(records, turn(records, 1, 1.0, stage="exact"), 1)
    assert bound(records).threshold(PAIR).value == SHIPPED


def test_what_another_verifier_scored_says_nothing_of_this_one(records: Records) -> None:
    rate(records, turn(records, 1, 0.97, mark="another"), 1)
    assert bound(records).threshold(PAIR).value == SHIPPED
    rate(records, turn(records, 2, 0.97), 1)
    assert bound(records).threshold(PAIR).value > 0.97


def test_questions_whose_match_was_judged_are_told_whatever_verifier_matched_them(records: Records) -> None:
    rate(records, turn(records, 1, 0.8), 5)
    rate(records, turn(records, 2, 0.8, pair="k2"), 1)
    turn(records, 3, 0.8)
    asked = {id: records.turns.get(id, partition="c1").answer.question for id in ("c1.1", "c1.2")}
    told = {(one.pair_id, one.text, one.right) for one in judged_wordings(records)}
    assert told == {("k1", asked["c1.1"], True), ("k2", asked["c1.2"], False)}


def test_many_right_matches_outweigh_one_wrong_one() -> None:
    wrong = Outcome(score=0.95, right=False)
    right = [Outcome(score=0.94, right=True)] * 20
    assert adapted(0.9, 0.9, [wrong]) > 0.95
    assert adapted(0.9, 0.9, [wrong, *right]) < 0.95


def test_a_surer_wrong_match_raises_it_further() -> None:
    raised = [adapted(0.9, 0.8, [Outcome(score=score, right=False)]) for score in (0.92, 0.97, 0.9999)]
    assert raised == sorted(raised)
    assert all(value > score for value, score in zip(raised, (0.92, 0.97, 0.9999), strict=True))
