"""Rewordings made of a question: they ask the same in other words."""

import pytest

from kingpost.language.changes import changes
from kingpost.language.disagreement import differences
from kingpost.language.rewordings import rewordings, sample
from kingpost.language.slots import slots

QUESTIONS = (
    "What is the width of the door?",
    "For a load of 4 kN/m2, what is the thickness of a slab?",
    "Who approves the drawings for zone B?",
    "When must extinguishers be inspected according to clause 4.3.1?",
    "What was United's fuel expense in Q3 2022?",
    "How many employees are required for a shift of 8 hours?",
    "Which sensor detects wear of the bearing in pump E-204A?",
)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What is the width of the door?", "How wide is the door?"),
        ("How wide is the door?", "What is the width of the door?"),
        ("What is the width of the door?", "width of door"),
        ("Who approves the drawings?", "By whom are the drawings approved?"),
        ("In 2019, what was the revenue?", "What was the revenue in 2019?"),
        ("What was the total revenue in 2019?", "In 2019, what was the total revenue?"),
        ("Is a gap of 20 mm allowed?", "Is a gap of 20 millimetres allowed?"),
        ("Is a gap of 2 m allowed?", "Is a gap of 200 cm allowed?"),
        ("Is a load of 4 kN/m2 allowed?", "Is a load of 4 kPa allowed?"),
        ("Are 3 pumps enough?", "Are three pumps enough?"),
        ("What was sold in Q3 2022?", "What was sold in the third quarter of 2022?"),
        ("Which colour is the pipe?", "Which color is the pipe?"),
        ("Is a permit required?", "Is a permit needed?"),
        ("What is the width of a door?", "What is the width of doors?"),
    ],
)
def test_a_question_is_written_otherwise(question: str, wanted: str) -> None:
    assert wanted in [one.text for one in rewordings(question)]


def test_abbreviations_of_the_glossary_are_spelt_out_and_back() -> None:
    glossary = {"FMEA": "failure modes and effects analysis"}
    spelt = [one.text for one in rewordings("Who signs the FMEA?", glossary=glossary)]
    assert "Who signs the failure modes and effects analysis?" in spelt
    back = [one.text for one in rewordings(spelt[0], glossary=glossary)]
    assert any("FMEA" in text for text in [*back, *spelt])


@pytest.mark.parametrize("question", QUESTIONS)
def test_slots_agree_with_those_of_the_question(question: str) -> None:
    found = rewordings(question)
    assert len(found) >= 4
    unlike = {one.text: differences(slots(question), slots(one.text)) for one in found}
    assert not {text: reasons for text, reasons in unlike.items() if reasons}


def test_no_rewording_is_a_near_miss() -> None:
    for question in QUESTIONS:
        missed = {one.text for one in changes(question)}
        assert not missed & {one.text for one in rewordings(question)}


def test_a_last_part_that_belongs_to_a_negation_or_a_choice_stays_in_its_place() -> None:
    for question in (
        "How is the hoist stored when it is not in use?",
        "Are bolts checked on all sites or only on one?",
    ):
        assert not [one for one in rewordings(question) if one.kind == "order"]


def test_the_same_seed_makes_the_same_rewordings() -> None:
    assert rewordings(QUESTIONS[0], seed=3) == rewordings(QUESTIONS[0], seed=3)


def test_a_sample_takes_every_kind_before_a_second_of_one() -> None:
    kinds = len({one.kind for one in rewordings(QUESTIONS[0])})
    assert kinds >= 4
    assert len({one.kind for one in sample(QUESTIONS[0], most=kinds)}) == kinds
