"""Prompt templates."""

from kingpost.language.prompts import grounded_messages, known_question_messages


def test_a_known_question_is_asked_in_its_wording_and_nothing_else():
    assert known_question_messages(" How wide? ")[-1] == {"role": "user", "content": "How wide?"}


def test_passages_come_before_the_question():
    content = grounded_messages("How wide?", ["The width is 1 m.", "The height is 2 m."])[-1]["content"]
    assert content.index("[1] The width") < content.index("[2] The height") < content.index("How wide?")


def test_two_questions_over_the_same_passages_begin_alike_up_to_the_question():
    passages = ["The width is 1 m.", "The height is 2 m."]
    first, second = (grounded_messages(question, passages) for question in ("How wide?", "What is the height?"))
    assert first[0] == second[0]
    assert first[1]["content"].removesuffix("How wide?") == second[1]["content"].removesuffix("What is the height?")


def test_quotes_are_only_demanded_where_asked_for():
    assert "Quotes:" in grounded_messages("How wide?", ["1 m."], quotes=True)[0]["content"]
    assert "Quotes:" not in grounded_messages("How wide?", ["1 m."])[0]["content"]
