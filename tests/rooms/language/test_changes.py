"""Near misses made of a question: one thing is changed, everything else stays as it was."""

import pytest

from kingpost.language.changes import changes, sample
from kingpost.language.siblings import Siblings

DOORS = (
    "What is the maximum width of the escape door in zone B?",
    "What is the maximum width of the sliding door in zone B?",
    "What is the maximum width of the escape door in zone C?",
)


def made(question: str, kind: str, siblings: Siblings | None = None) -> list[str]:
    return [one.text for one in changes(question, siblings=siblings or Siblings()) if one.kind == kind]


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        ("number", "Which pumps deliver more than 40 litres?"),
        ("number", "How are the three pumps driven?"),
        ("unit", "Is a gap of 20 mm allowed?"),
        ("identifier", "Who owns pump E-204A?"),
        ("identifier", "How wide is the aisle in zone B?"),
        ("clause", "What does clause 4.3.1 ask for?"),
        ("period", "What was the revenue in Q3 2022?"),
        ("period", "What was the revenue in 2019?"),
        ("period", "What was measured on 2022-05-04?"),
        ("revision", "What changed in revision B of the plan?"),
        ("negation", "When must the doors be locked?"),
        ("negation", "Which doors open without a key?"),
        ("comparative", "Which beams carry at least four slabs?"),
        ("opposite", "What is the highest load?"),
        ("direction", "How is water pumped from Leiden to Delft?"),
        ("name", "Where is the office of Siemens?"),
        ("qualifier", "What is the nominal pressure of pumps?"),
        ("qualifier", "How long is the pipe in the cellar?"),
        ("asked", "What is the width of the door?"),
        ("question", "When was the door installed?"),
    ],
)
def test_each_kind_of_slot_is_changed_in_one_place(kind: str, question: str) -> None:
    found = made(question, kind)
    assert found
    for text in found:
        assert text != question
        same_start = next(at for at, (one, other) in enumerate(zip(question, text, strict=False)) if one != other)
        same_end = next(
            at for at, (one, other) in enumerate(zip(question[::-1], text[::-1], strict=False)) if one != other
        )
        assert same_start + same_end > len(question) / 2


def test_like_questions_of_a_bank_exchange_what_they_differ_in() -> None:
    found = made(DOORS[0], "sibling", Siblings.found(DOORS))
    assert "What is the maximum width of the sliding door in zone B?" in found


def test_values_of_one_column_stand_for_each_other() -> None:
    siblings = Siblings.found(["Which seal fits the diaphragm pump?"], [("diaphragm pump", "gear pump", "screw pump")])
    found = made("Which seal fits the diaphragm pump?", "sibling", siblings)
    assert found
    assert set(found) <= {"Which seal fits the gear pump?", "Which seal fits the screw pump?"}


def test_words_between_the_same_words_stand_for_each_other_where_nothing_better_is_known() -> None:
    siblings = Siblings.found(["Who cleans the sieve of line one?", "When is the hopper of the mixer emptied?"])
    assert "Who cleans the hopper of line one?" in made("Who cleans the sieve of line one?", "sibling", siblings)


def test_an_article_or_a_pronoun_is_no_mark() -> None:
    found = changes(
        "Can I use a steel pump?", siblings=Siblings.found(["Can we use B steel pump?", "Can I use a pump?"])
    )
    assert not [one for one in found if one.of in ("I", "a")]


def test_the_same_seed_makes_the_same_changes() -> None:
    assert changes(DOORS[0], seed=3) == changes(DOORS[0], seed=3)


def test_a_sample_takes_every_kind_before_a_second_of_one() -> None:
    siblings = Siblings.found(DOORS)
    kinds = len({one.kind for one in changes(DOORS[0], siblings=siblings)})
    assert kinds >= 5
    assert len({one.kind for one in sample(DOORS[0], siblings=siblings, most=kinds)}) == kinds


def test_what_offers_nothing_to_change_yields_nothing() -> None:
    assert not changes("Hello")
