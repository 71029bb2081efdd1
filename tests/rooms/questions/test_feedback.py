"""Feedback and what becomes of it."""

import pytest

from kingpost.errors import NotFound, Refused, UsageError
from kingpost.types.answers import Question, Route
from kingpost.types.feedback import ReviewKind, ReviewState, Severity
from kingpost.types.questions import Provenance

WIDTH = "What is the clear width of an exit door?"
LOAD = "What is the floor load of zone D3?"


def test_an_approved_correction_serves_the_next_person_at_once_with_its_evidence(office):
    turn = office.turn(WIDTH, "900 mm")
    office.journal.add(
        turn.id, rating=1, severity=Severity.MAJOR, wrong=["answer"], correct_answer="1,200 mm", user="anna"
    )
    [review] = office.desk.open()
    assert (review.kind, review.proposed_answer, review.severity) == (ReviewKind.FEEDBACK, "1,200 mm", Severity.MAJOR)
    pair = office.desk.approve(review.id, by="bea")
    assert (pair.approved_by, pair.provenance, pair.turn) == ("bea", Provenance.FEEDBACK, turn.id)
    assert "1,200 mm" in pair.evidence[0].quote
    decision = office.router().route(Question(text=WIDTH))
    assert (decision.route, decision.pair.answer) == (Route.APPROVED, "1,200 mm")
    assert office.desk.open() == []
    assert office.desk.get(review.id).pair_id == pair.id


def test_an_edited_answer_is_the_one_that_serves(office):
    turn = office.turn(LOAD, "20 kN/m2")
    office.journal.add(turn.id, rating=2, correct_answer="15 t")
    pair = office.desk.approve(office.desk.open()[0].id, by="bea", answer="15 kN/m2")
    assert (pair.answer, pair.evidence[0].location.range) == ("15 kN/m2", "B5")


def test_an_answer_approved_as_it_was_keeps_its_references(office):
    turn = office.turn(WIDTH, "At least 1.2 metres.", citations=(office.citation(),))
    review = office.desk.request(turn.id, user="anna")
    pair = office.desk.approve(review.id, by="bea", answer="At least 1.2 metres.")
    assert [item.quote for item in pair.evidence] == ["at least 1,200 mm"]
    assert office.bank.is_current(pair)


@pytest.mark.parametrize("opinion", [{"rating": 5}, {"rating": 3}, {"comment": "thanks"}, {}])
def test_content_or_neutral_feedback_opens_no_review(office, opinion):
    office.journal.add(office.turn(WIDTH, "1,200 mm").id, **opinion)
    assert office.desk.open() == []
    assert len(office.journal.all()) == 1


@pytest.mark.parametrize(
    "opinion", [{"rating": 2}, {"wrong": ["reference"]}, {"correct_answer": "x"}, {"severity": Severity.MINOR}]
)
def test_a_complaint_opens_a_review(office, opinion):
    office.journal.add(office.turn(WIDTH, "900 mm").id, **opinion)
    assert [review.kind for review in office.desk.open()] == [ReviewKind.FEEDBACK]


def test_a_user_who_thinks_again_replaces_what_they_said(office):
    turn = office.turn(WIDTH, "900 mm")
    office.journal.add(turn.id, rating=1, user="anna")
    office.journal.add(turn.id, rating=1, correct_answer="1,200 mm", user="anna")
    office.journal.add(turn.id, rating=1, user="ben")
    assert sorted(review.proposed_answer for review in office.desk.open()) == ["", "1,200 mm"]
    office.journal.add(turn.id, rating=5, user="anna")
    assert [review.user for review in office.desk.open()] == ["ben"]


def test_feedback_after_the_decision_opens_a_review_only_when_it_says_something_new(office):
    turn = office.turn(WIDTH, "900 mm")
    office.journal.add(turn.id, correct_answer="1,200 mm")
    office.desk.approve(office.desk.open()[0].id, by="bea")
    office.journal.add(turn.id, correct_answer="1,200 mm")
    assert office.desk.open() == []
    office.journal.add(turn.id, correct_answer="1,300 mm")
    assert [review.proposed_answer for review in office.desk.open()] == ["1,300 mm"]


def test_bad_feedback_is_refused(office):
    turn = office.turn(WIDTH, "900 mm")
    with pytest.raises(NotFound, match=r"c9\.1"):
        office.journal.add("c9.1", rating=1)
    with pytest.raises(UsageError, match="rating 6"):
        office.journal.add(turn.id, rating=6)
    with pytest.raises(UsageError, match="colour"):
        office.journal.add(turn.id, wrong=["colour"])
    assert office.journal.all() == []


def test_a_request_waits_for_the_experts_once(office):
    turn = office.turn("Who may open the gate?", "The documents do not tell.", route=Route.ABSTAIN)
    assert office.desk.request(turn.id, user="anna") == office.desk.request(turn.id, user="ben")
    [review] = office.desk.open()
    assert review.kind is ReviewKind.REQUEST
    with pytest.raises(Refused, match="proposes no answer"):
        office.desk.approve(review.id, by="bea")
    assert office.desk.approve(review.id, by="bea", answer="The shift lead.").evidence == ()
    assert office.router().route(Question(text="Who may open the gate?")).route is Route.APPROVED


def test_a_decision_stands_and_names_who_decided(office):
    review = office.desk.request(office.turn(WIDTH, "").id, user="anna")
    office.desk.reject(review.id, by="bea", comment="out of scope")
    assert (office.desk.get(review.id).state, office.desk.get(review.id).comment) == (
        ReviewState.REJECTED,
        "out of scope",
    )
    with pytest.raises(Refused, match="rejected by bea"):
        office.desk.approve(review.id, by="carl", answer="1,200 mm")
    with pytest.raises(UsageError):
        office.desk.approve(review.id, by="", answer="1,200 mm")
    with pytest.raises(NotFound):
        office.desk.get("review-0")


def test_correcting_an_approved_answer_corrects_the_known_question_for_every_wording(office):
    pair = office.bank.add(WIDTH, "900 mm", approved_by="old", phrasings=["How wide?"])
    turn = office.turn("What clear width has an exit door?", "900 mm", route=Route.APPROVED, pair_id=pair.id)
    office.journal.add(turn.id, rating=1, correct_answer="1,200 mm")
    corrected = office.desk.approve(office.desk.open()[0].id, by="bea")
    assert corrected.id == pair.id
    assert corrected.phrasings == ("How wide?", "What clear width has an exit door?")
    assert office.bank.exact("How wide?").pair.answer == "1,200 mm"


def test_a_wrong_route_makes_a_question_of_its_own(office):
    pair = office.bank.add(WIDTH, "1,200 mm", approved_by="old")
    turn = office.turn("What is the clear width of a gate?", "1,200 mm", route=Route.APPROVED, pair_id=pair.id)
    office.journal.add(turn.id, wrong=["route"], correct_answer="3 m")
    assert office.desk.approve(office.desk.open()[0].id, by="bea").id != pair.id
    assert office.bank.get(pair.id).answer == "1,200 mm"


def test_a_stale_pair_waits_in_the_queue_and_approval_finds_its_evidence_again(office):
    pair = office.bank.add(LOAD, "15 kN/m2", approved_by="bea", evidence=office.bank.locate_evidence(LOAD, "15 kN/m2"))
    assert office.desk.open() == []
    office.put_schedule("r2", ("16", "20"))
    [review] = office.desk.open()
    assert (review.id, review.kind, review.pair_id) == (f"stale-{pair.id}", ReviewKind.STALE, pair.id)
    with pytest.raises(Refused, match="no longer stands"):
        office.desk.approve(review.id, by="bea")
    renewed = office.desk.approve(review.id, by="bea", answer="16 kN/m2")
    assert (renewed.id, renewed.answer) == (pair.id, "16 kN/m2")
    assert office.bank.is_current(renewed)
    assert office.desk.open() == []
    office.put_schedule("r3", ("17", "20"))
    assert [review.state for review in office.desk.open()] == [ReviewState.OPEN]


def test_rejecting_a_stale_pair_retires_it(office):
    pair = office.bank.add(LOAD, "15 kN/m2", evidence=office.bank.locate_evidence(LOAD, "15 kN/m2"))
    office.put_schedule("r2", ("16", "20"))
    office.desk.reject(f"stale-{pair.id}", by="bea", comment="gone")
    assert office.bank.get(pair.id).retired
    assert office.desk.open() == []
    assert office.desk.get(f"stale-{pair.id}").state is ReviewState.REJECTED


def test_two_experts_cannot_both_decide(office):
    review = office.desk.request(office.turn(WIDTH, "").id, user="anna")
    stale_view = office.desk._undecided(review.id, "carl")
    office.desk.approve(review.id, by="bea", answer="1,200 mm")
    with pytest.raises(Refused, match="somebody else"):
        office.desk._decide(stale_view, ReviewState.REJECTED, by="carl", pair_id="")
