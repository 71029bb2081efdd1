"""Follow-ups become questions that stand alone."""

import pytest

from kingpost.answering.conversation import told, understood
from kingpost.answering.rewriting import rewritten

LOAD = "What is the floor load of zone A?"
AISLE = "What is the aisle width for the reach truck?"


@pytest.mark.parametrize(
    ("before", "follow_up", "standalone"),
    [
        (LOAD, "and for zone B?", "What is the floor load of zone B?"),
        (LOAD, "What about zone C?", "What is the floor load of zone C?"),
        ("Which fire rating is required in Spain?", "And in Germany?", "Which fire rating is required in Germany?"),
        (
            "Which rating does Spain ask for below 15 m?",
            "and Germany?",
            "Which rating does Germany ask for below 15 m?",
        ),
        ("How wide is the aisle for a reach truck?", "and for a tow truck?", "How wide is the aisle for a tow truck?"),
        ("What is the width of door D-101?", "and D-102?", "What is the width of door D-102?"),
        ("What does clause 4.2 say?", "and clause 4.3?", "What does clause 4.3 say?"),
        (
            "Which fire rating do doors need in Spain over 12 m?",
            "And in Poland?",
            "Which fire rating do doors need in Poland over 12 m?",
        ),
        (
            "Which fire rating do doors need in Poland over 12 m?",
            "And up to 7.5 m?",
            "Which fire rating do doors need in Poland up to 7.5 m?",
        ),
        (LOAD, "and above 6 m?", "What is the floor load of zone A above 6 m?"),
        (LOAD, "What about the mezzanine?", "What is the floor load of the mezzanine?"),
        (LOAD, "how high is it?", "how high is zone A?"),
        (LOAD, "and its weight?", "What is the weight of zone A?"),
        (LOAD, "and the clear height?", "What is the clear height of zone A?"),
        (LOAD, "What is the clear height of the zone?", "What is the clear height of zone A?"),
        (LOAD, "why?", "why (the floor load of zone A)?"),
        (LOAD, "B?", "What is the floor load of zone B?"),
        (LOAD, "Does that apply to zone B?", "What is the floor load of zone B?"),
        ("What is the aisle width for an order picker?", "is that also so for the reach truck?", AISLE),
        ("Which racks are in hall 2?", "how many are there?", "How many racks are in hall 2?"),
        ("What is the capacity of truck RT-16?", "and at 5 m?", "What is the capacity of truck RT-16 at 5 m?"),
        ("How do I reset the dock controller?", "How do I test it?", "How do I test the dock controller?"),
        ("What is a fire curtain?", "Where can I order one?", "Where can I order a fire curtain?"),
        ("Fire doors", "Are they inspected?", "Are Fire doors inspected?"),
        (LOAD, "Is it checked every year?", "Is the floor load of zone A checked every year?"),
    ],
)
def test_a_follow_up_takes_what_it_leaves_out_from_the_question_before(
    before: str, follow_up: str, standalone: str
) -> None:
    assert rewritten(follow_up, [before]) == standalone


@pytest.mark.parametrize(
    "question",
    [
        "What is the fire rating of door D-104?",
        "How wide must a main aisle be?",
        "Is it possible to store batteries in a rack?",
        "What is the weight of the reach truck?",
        "Which trucks are electric?",
        "What is a dock leveller?",
        "So what is the rule on battery rooms?",
        "If a rack upright is bent, must it be unloaded?",
        "Does hall 2 have its own sprinklers?",
        "What is the highest rack?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert rewritten(question, [LOAD]) == question


def test_the_first_question_of_a_conversation_is_left_as_it_is() -> None:
    assert rewritten("and for zone B?", []) == "and for zone B?"


def test_thanks_do_not_change_the_topic() -> None:
    assert rewritten("how high is it?", [LOAD, "Thank you!"]) == "how high is zone A?"


def test_a_conversation_that_is_given_is_followed_turn_by_turn() -> None:
    history = [("user", LOAD), ("assistant", "50 kN/m²"), ("user", "and zone B?"), ("assistant", "35 kN/m²")]
    assert understood("how high is it?", told(history)).standalone == "how high is zone B?"


def test_the_answer_to_a_question_back_is_understood_in_a_given_conversation() -> None:
    history = [("user", "What is the clear height?"), ("assistant", "Clear height of which zone: A, B or C?")]
    chosen = understood("B", told(history))
    assert chosen.standalone == "What is the clear height for zone B?"
    assert chosen.asked_back


def test_a_new_question_after_a_question_back_is_no_choice() -> None:
    history = [("user", "What is the clear height?"), ("assistant", "Clear height of which zone: A, B or C?")]
    assert understood("How wide are dock doors?", told(history)).standalone == "How wide are dock doors?"


def test_white_space_in_a_question_says_nothing_however_much_of_it_there_is() -> None:
    before = f"What is the floor{' ' * 7_000}load of\n zone A?"
    assert rewritten("How is it measured?", [before]) == "How is the floor load of zone A measured?"
