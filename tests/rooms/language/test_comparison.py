"""Two questions that are one sentence with one thing exchanged, and two that are worded anew."""

import pytest

from kingpost.language.comparison import one_exchanged


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("What is the set point of pump P-12?", "What is the flow rate of pump P-12?"),
        ("Who maintains the gearbox of the conveyor?", "who maintains the motor of the conveyor"),
        ("Which paint is used for the columns?", "Which paint is used for the beams?"),
        ("Does rotor imbalance show in the motor current?", "Does shaft misalignment show in the motor current?"),
    ],
)
def test_one_phrase_in_the_place_of_another_is_an_exchange(known: str, asked: str) -> None:
    assert one_exchanged(known, asked)
    assert one_exchanged(asked, known)


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("How wide is the dock door?", "How wide is the dock door?"),
        ("How wide is the dock door?", "Tell me the width of the door at the dock."),
        ("Which grease does the feed pump take?", "Which grease does the main feed pump take?"),
        ("Who signs the permit?", "What does the permit cost?"),
        ("Which load holds at a height of 12 m?", "Which load holds at a height of 12 metres?"),
        ("Which torque holds for two bolts?", "Which torque holds for 2 bolts?"),
        ("How often is the leveller inspected?", "How often is the levellre inspected?"),
        ("For zone B, which load holds?", "Which load holds for zone B?"),
    ],
)
def test_what_is_worded_anew_or_has_a_word_more_is_none(known: str, asked: str) -> None:
    assert not one_exchanged(known, asked)
