"""Prompt templates."""

from kingpost.language.prompts import grounded_messages, known_question_messages


def test_a_known_question_is_asked_in_its_wording_and_nothing_else():
    assert known_question_messages(" How wide? ")[-1] == {"role": "user", "content": "How wide?"}


def test_passages_come_before_the_question():
    content = grounded_messages("How wide?", ["The width is 1 m.", "The height is 2 m."])[-1]["content"]
    assert content.index("[1] The width") < content.index("[2] The height") < content.index("How wide?")
