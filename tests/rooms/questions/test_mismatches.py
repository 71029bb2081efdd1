"""A fine-tuned model's answer against its pair and its evidence, and what experts see when it does not stand."""

import pytest

from kingpost.answering.evidence_blocks import Block, EvidenceBlocks
from kingpost.answering.known import objections
from kingpost.errors import NotFound, Refused
from kingpost.records import LIVE, Pointer
from kingpost.types.answers import Mismatch, Question, Route
from kingpost.types.feedback import ReviewKind, ReviewState
from kingpost.types.models import TrainedQuestion

LOAD = "What is the floor load of zone D3?"
ANSWER = "The floor load of zone D3 is 15 kN/m2."
WIDTH = "What is the clear width of an exit door?"
HELD = Block(text="Loads: Zone | Floor load [kN/m2]\nFloor load kN/m2 D3 15", identity=("Loads",))


def trained(answer=ANSWER, wording=LOAD):
    return TrainedQuestion(pair_id="p", wording=wording, answer=answer)


@pytest.mark.parametrize(
    "said",
    [
        ANSWER,
        "the floor load of zone D3 is 15 kN/m²",
        "15 kN/m2 is the floor load of zone D3.",
    ],
)
def test_what_the_pair_says_and_the_evidence_holds_is_served(said):
    assert objections(said, trained(), [HELD]) == ()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("The floor load of zone D3 is 25 kN/m2.", "25 kN/m2” is not in the known answer"),
        ("The floor load of zone D3 is 15 kN.", "15 kN” is not in the known answer"),
        ("The floor load of zone D4 is 15 kN/m2.", "not in the known answer"),
        ("The floor load of zone D3 is not 15 kN/m2.", "“not” is not in the known answer"),
        ("The floor load of zone D3.", "“15 kN/m2” of the known answer is missing"),
        ("Zone D3 is painted with 15 kN/m2 stripes every summer.", "not those of the known answer"),
        ("", "it said nothing"),
    ],
)
def test_another_number_unit_identifier_negation_or_wording_is_not_served(said, told):
    assert told in "; ".join(objections(said, trained(), [HELD]))


def test_what_the_evidence_does_not_hold_now_is_not_served_though_the_pair_says_it():
    [why] = objections(ANSWER, trained(), [Block(text="Floor load kN/m2 D3 16", identity=())])
    assert why == "“15 kN/m2” is not in the evidence"
    assert objections(ANSWER, trained(), [])
    allowed = "Doors may be wedged."
    assert objections(allowed, trained(allowed), [HELD]) == ()
    assert objections("Doors may not be wedged.", trained("Doors may not be wedged."), [HELD])


def test_what_was_asked_about_may_be_said_again():
    wording = "At 12 m storage height, which rating is asked for?"
    assert objections("At 12 m it is 15 kN/m2.", trained("At 12 m it is 15 kN/m2.", wording), [HELD]) == ()


def test_a_cell_is_read_with_its_headers_and_row_and_without_its_neighbours(office):
    blocks = EvidenceBlocks(records=office.records)
    evidence = office.bank.locate_evidence(LOAD, ANSWER)
    [block] = blocks.of(evidence)
    assert {"D3", "15", "Floor load"} <= {word for word in ("D3", "15", "Floor load", "D4", "20") if word in block.text}
    assert "20" not in block.text
    office.put_schedule("r2", ("16", "20"))
    assert blocks.of(evidence) == [], "it reads otherwise now"


def test_a_clause_is_read_whole(office):
    [block] = EvidenceBlocks(records=office.records).of(office.bank.locate_evidence(WIDTH, "1,200 mm"))
    assert "self-closing" in block.text
    assert "standards/warehouse.pdf" in block.identity


@pytest.fixture
def pair(office):
    """A known question that nobody has approved, and a live model."""
    office.records.pointers.put(LIVE, Pointer(target="m1"))
    return office.bank.add(LOAD, ANSWER, evidence=office.bank.locate_evidence(LOAD, ANSWER))


def said(office, pair, text="The floor load of zone D3 is 25 kN/m2.", *, turn="c1.1", model="m1"):
    mismatch = Mismatch(
        pair_id=pair.id, model=model, wording=LOAD, expected=pair.answer, said=text, why=("25",), turn=turn,
        asked_at=f"2026-06-01T00:00:0{turn[-1]}", citations=(office.citation(),),
    )  # fmt: skip
    office.records.mismatches.put(turn, mismatch, partition=model)


def test_experts_see_once_what_the_model_says_how_often_and_what_the_evidence_is(office, pair):
    said(office, pair)
    said(office, pair, turn="c1.2")
    said(office, pair, "Zone D3 is blue.", turn="c1.3")
    reviews = {review.mismatch.said: review for review in office.desk.open()}
    assert {text: review.times for text, review in reviews.items()} == {
        "The floor load of zone D3 is 25 kN/m2.": 2,
        "Zone D3 is blue.": 1,
    }
    review = reviews["Zone D3 is blue."]
    assert (review.kind, review.proposed_answer, review.turn) == (ReviewKind.MISMATCH, ANSWER, "c1.3")
    assert review.mismatch.citations[0].quote
    assert office.desk.get(review.id) == review
    assert office.desk.mismatches() == {"m1": 3}


def test_the_known_answer_approved_serves_word_for_word_and_settles_it(office, pair):
    said(office, pair)
    [review] = office.desk.open()
    approved = office.desk.approve(review.id, by="bea")
    assert (approved.answer, approved.approved_by, approved.evidence) == (ANSWER, "bea", pair.evidence)
    assert office.router().route(Question(text=LOAD)).route is Route.APPROVED
    said(office, pair, turn="c1.2")
    assert office.desk.open() == []
    assert office.desk.get(review.id).state is ReviewState.APPROVED
    with pytest.raises(Refused, match="approved by bea"):
        office.desk.reject(review.id, by="carl")


def test_another_answer_settles_all_that_was_said_to_the_pair(office, pair):
    said(office, pair)
    said(office, pair, "Zone D3 is blue.", turn="c1.2")
    edited = office.desk.approve(office.desk.open()[0].id, by="bea", answer="15 kN/m2")
    assert (edited.id, edited.answer) == (pair.id, "15 kN/m2")
    assert office.bank.is_current(edited)
    assert office.desk.open() == []


def test_rejecting_it_retires_the_pair(office, pair):
    said(office, pair)
    office.desk.reject(office.desk.open()[0].id, by="bea")
    assert office.bank.get(pair.id).retired
    assert office.desk.open() == []


def test_what_a_version_said_that_does_not_serve_any_more_waits_for_nobody(office, pair):
    said(office, pair)
    [review] = office.desk.open()
    office.records.pointers.put(LIVE, Pointer(target=""))
    assert office.desk.open() == []
    with pytest.raises(NotFound):
        office.desk.get(review.id)
    assert office.desk.mismatches() == {"m1": 1}
