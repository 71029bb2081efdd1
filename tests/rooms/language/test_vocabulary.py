"""Names of things as the documents give them: siblings, abbreviations, and what they say of two questions."""

import pytest

from kingpost.language.slots import differences, slots
from kingpost.language.vocabulary import EMPTY, MOST_ENTRIES, vocabulary
from kingpost.types.terms import Siblings, Terms

PUMPS = Terms(
    siblings=(Siblings(title="Failure", members=("seal leak", "bearing wear", "worn bearing", "cavitation")),),
    abbreviations={"NPSH": "net positive suction head", "MCP": "manual call point"},
)
ALARMS = Terms(abbreviations={"MCP": "motor control panel"})
KNOWN = vocabulary([("pumps.xlsx", PUMPS)])


def test_a_sibling_in_the_place_of_another_makes_another_question_and_says_where_both_stand():
    known, asked = "Which sensor shows a seal leak of the pump?", "Which sensor shows cavitation of the pump?"
    assert KNOWN.sibling_differences(known, asked) == (
        'another name: cavitation instead of seal leak (both in "Failure" of pumps.xlsx)',
    )
    assert differences(slots(known), slots(asked), KNOWN)
    assert not differences(slots(known), slots(asked))


@pytest.mark.parametrize(
    "asked",
    [
        "Which sensor of the pump shows leaks of the seal?",
        "Which sensor shows seal leaks?",
        "Which sensor shows whether a seal leak or cavitation is there?",
        "How long does the repair of cavitation in the turbine take?",
    ],
)
def test_no_sibling_was_exchanged(asked):
    assert KNOWN.sibling_differences("Which sensor shows a seal leak of the pump?", asked) == ()


def test_abbreviations_of_the_glossary_are_written_out():
    assert KNOWN.expand("What NPSH has it?") == "What net positive suction head has it?"
    assert EMPTY.expand("What NPSH has it?") == "What NPSH has it?"


def test_an_abbreviation_with_two_meanings_is_left_as_it_stands():
    both = vocabulary([("pumps.xlsx", PUMPS), ("alarms.docx", ALARMS)])
    assert both.expand("Where is the MCP?") == "Where is the MCP?"
    assert KNOWN.expand("Where is the MCP?") == "Where is the manual call point?"


def test_the_longest_name_at_a_place_is_found():
    assert [term.text for term in KNOWN.terms("Is it bearing wear or a seal leak?")] == ["bearing wear", "seal leak"]


def test_a_vocabulary_is_bounded():
    many = Terms(siblings=(Siblings(title="Tag", members=tuple(f"valve x{n}" for n in range(MOST_ENTRIES + 9))),))
    assert len(vocabulary([("list.csv", many)]).entries) == MOST_ENTRIES
