"""The wordings of a known question are heard together: what one leaves unsaid, another says."""

import pytest

from kingpost.answering.bound import Threshold
from kingpost.answering.validation import guard
from kingpost.answering.validation.compared import Compared
from kingpost.answering.validation.verification import verified
from kingpost.language.slots import differences, slots
from kingpost.types.questions import KnownQuestion, QuestionCandidate

ALWAYS = Threshold(value=0.5, source="settings", why="")


def wordings(*texts: str, similarity: float = 0.9) -> QuestionCandidate:
    """A candidate of which the last wording is the nearest."""
    pair = KnownQuestion(id=texts[0], question=texts[0], answer="", phrasings=texts[1:])
    return QuestionCandidate(pair=pair, phrasing=texts[-1], similarity=similarity, further=())


def passed_all_else(found: QuestionCandidate, asked: str) -> Compared:
    """The candidate after guard and a verifier that says yes to everything."""
    compared = guard.guarded(asked, [found], lambda known, asked: differences(slots(known), slots(asked)))
    yes = verified(asked, compared, scores=lambda known, _: [1.0] * len(known), thresholds=lambda _: ALWAYS)
    [one] = guard.heard(asked, yes)
    return one


@pytest.mark.parametrize(
    ("known", "silent", "asked"),
    [
        (
            "Which fire resistance does Spain require for storage heights over 12 m?",
            "Which fire resistance does Spain require where goods stand 12 m high?",
            "Which fire resistance does Spain require for storage heights up to 12 m?",
        ),
        (
            "What is the leveller capacity of a T5 container dock?",
            "How much can the leveller of a T5 container dock carry?",
            "What is the leveller length of a T5 container dock?",
        ),
        (
            "What is the first action for alarm code E-311?",
            "Alarm code E-311 is shown: what now?",
            "What does alarm code E-311 mean?",
        ),
    ],
)
def test_a_wording_that_leaves_a_slot_unsaid_does_not_save_a_question_that_another_wording_rules_out(
    known, silent, asked
):
    found = wordings(known, silent)
    one = passed_all_else(found, asked)
    assert one.reasons
    assert one.phrasing == known
    assert not one.is_same
    same = passed_all_else(found, known)
    assert same.reasons == ()
    assert same.is_same


def test_an_abbreviation_means_the_known_question_that_spells_it_out():
    robot = wordings("What is the clear aisle width for an autonomous mobile robot?")
    truck = wordings("What is the clear aisle width for a pedestrian pallet truck?")
    told = guard.guarded("clear aisle width of an AMR", [truck, robot], lambda known, asked: ())
    assert [one.reasons for one in told] == [("AMR is named by another known question, not by this one",), ()]
    [alone] = guard.guarded("clear aisle width of an AMR", [truck], lambda known, asked: ())
    assert alone.reasons == ()
