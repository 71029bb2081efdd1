"""What a question asks for."""

import pytest

from kingpost.retrieval.analysis import Wanted, analyse, asks_only_for_clause


@pytest.mark.parametrize(
    ("question", "wanted", "subject"),
    [
        ("Quote clause 4.2.1 of WDS-100.", Wanted.CLAUSE, "4.2.1"),
        ("What does section 5.3 of the design standard say?", Wanted.CLAUSE, "5.3"),
        ("What does section 8.6 of the Northgate Design Manual say?", Wanted.CLAUSE, "8.6"),
        ("Quote Northgate Rack Rules section 4.1.", Wanted.CLAUSE, "4.1"),
        ("What is stated in section 2.1 of racks.pdf?", Wanted.CLAUSE, "2.1"),
        ("What does SFP stand for in WDS-100?", Wanted.ACRONYM, "SFP"),
        ("How does WDS-100 define clear height?", Wanted.DEFINITION, "clear height"),
        ("List all clauses of WDS-100 that mention 'point load'.", Wanted.LIST, "point load"),
        ("Which rules deal with forklift charging?", Wanted.LIST, "forklift charging"),
        ("What floor load does zone B take?", Wanted.VALUE, ""),
        ("Describe how racks are anchored.", Wanted.PROSE, ""),
    ],
)
def test_the_form_of_answer_wanted_is_read_from_the_question(question: str, wanted: Wanted, subject: str) -> None:
    analysis = analyse(question)
    assert (analysis.wanted, analysis.subject) == (wanted, subject)


def test_a_question_for_a_value_inside_a_clause_is_not_a_question_for_the_clause() -> None:
    analysis = analyse("What floor load does clause 5.2 allow in the mezzanine area?")
    assert analysis.wanted is Wanted.VALUE
    assert analysis.clauses == ("5.2",)


def test_the_words_of_a_title_ask_for_nothing_inside_a_clause() -> None:
    title = "Northgate Rack Fitter's Reference"
    assert asks_only_for_clause(analyse("What does section 7.2 of the rack fitter's reference say?"), [title])
    assert not asks_only_for_clause(analyse("What does section 7.2 of the rack fitter's reference say?"), [])
    assert not asks_only_for_clause(analyse("Which anchors does section 7.2 of the rack reference require?"), [title])


def test_white_space_says_nothing_however_much_of_it_there_is() -> None:
    analysis = analyse(f"List{' ' * 7_000}all clauses{chr(10) * 900}about \t anchors")
    assert (analysis.wanted, analysis.subject) == (Wanted.LIST, "anchors")
    assert analyse(f"What is the{' ' * 7_000}load?").wanted is Wanted.VALUE
