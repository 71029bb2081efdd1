"""Follow-ups become questions that stand alone."""

import pytest

from kingpost.answering.rewriting import rewritten

LOAD = "What is the floor load of zone A?"


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
        (LOAD, "Is it checked every year?", "Is the floor load of zone A checked every year?"),
    ],
)
def test_a_follow_up_takes_what_it_leaves_out_from_the_question_before(
    before: str, follow_up: str, standalone: str
) -> None:
    assert rewritten(follow_up, [before]) == standalone


@pytest.mark.parametrize("question", ["What is the fire rating of door D-104?", "How wide must a main aisle be?"])
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert rewritten(question, [LOAD]) == question


def test_the_first_question_of_a_conversation_is_left_as_it_is() -> None:
    assert rewritten("and for zone B?", []) == "and for zone B?"
