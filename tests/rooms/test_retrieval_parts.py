"""Questions of several steps: when they are split, and what their parts bring along."""

import pytest
from test_retrieval_candidates import passage

from kingpost.retrieval.parts import parts_of, with_best_of_each


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "What is the difference between the floor load of zone A and zone B?",
            ("the floor load of zone A", "the floor load of zone B"),
        ),
        ("Compare the load of zone A with B.", ("the load of zone A", "the load of zone B")),
        ("What is the difference in floor load between hall 3 and hall 4?", ("floor load hall 3", "floor load hall 4")),
        (
            "How do fire doors and roller shutters differ in inspection interval?",
            ("fire doors in inspection interval", "roller shutters in inspection interval"),
        ),
        (
            "How does rack type P differ from rack type Q?",
            ("rack type P", "rack type Q"),
        ),
        (
            "What are the clear heights of zone A and zone B?",
            ("What are the clear heights of zone A?", "What are the clear heights of zone B?"),
        ),
        (
            "What is the load of zone A, and who approves racks of type P?",
            ("What is the load of zone A", "who approves racks of type P?"),
        ),
    ],
)
def test_a_question_of_several_steps_is_split(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "What is the load of zone A, and who approves it?",
        "How do I open and close a fire door?",
        "Which fire doors and gates must be inspected each year?",
        "What is the aisle width between racks and walls?",
        "How does the sprinkler react and compare pressure?",
        "What does clause 5.2 say?",
        "",
    ],
)
def test_a_question_that_says_one_thing_stays_whole(question: str) -> None:
    assert parts_of(question) == ()


def test_the_best_of_each_part_comes_right_after_the_first_of_the_whole() -> None:
    whole = [passage(name, 9.0, "") for name in ("a", "b", "c", "d")]
    found = with_best_of_each(whole, [[whole[3], whole[1]], [whole[0]], [passage("e", 1.0, "")], []])
    assert [each.chunk.id for each in found] == ["doc-a", "doc-d", "doc-e", "doc-b", "doc-c"]
