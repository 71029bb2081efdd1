"""Slots: where two questions must agree to be the same."""

import pytest

from kingpost.language.slots import differences, slots


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("What is the maximum load of zone D3?", "What is the maximum load of zone D4?"),
        ("May the span exceed 15 m?", "May the span exceed 15 mm?"),
        ("What does clause 3.2.1 say?", "What does clause 3.2.2 say?"),
        ("What is the minimum width of exit doors?", "What is the maximum width of exit doors?"),
        ("Which doors are rated?", "Which doors are not rated?"),
        ("What is allowed in revision A?", "What is allowed in Rev. B?"),
        ("Where is the office in Paris?", "Where is the office in London?"),
        ("How wide is door E-204A?", "How high is door E-204A?"),
        ("What was revenue in Q1 2023?", "What was revenue in Q2 2023?"),
        ("What was revenue in 2016?", "What was revenue in 2017?"),
        ("Who reported by 4 May 2023?", "Who reported by 5 May 2023?"),
        ("What is the total income tax provision?", "What is the total deferred income tax provision?"),
        ("What is the average stage length?", "What is the total stage length?"),
        ("Which seat has a 737-800?", "Which seat has a 737-799?"),
        ("Which sensor is effective?", "Which sensor is ineffective?"),
    ],
)
def test_one_exchanged_slot_makes_another_question(known, asked):
    assert differences(slots(known), slots(asked))
    assert differences(slots(asked), slots(known))


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("How wide must door E-204A be?", "What is the required width of door e\u2011204a?"),
        ("Does it apply at 5 kN/m2?", "Does it apply at 5 kPa?"),
        ("What was Apple's Q3 2023 revenue?", "What was Apple's revenue in the third quarter of 2023?"),
        ("What did United spend on fuel?", "Get me the fuel cost of United Airlines"),
        ("What does section 4.1 require?", "What is required by \u00a7 4.1?"),
        ("Which sensor is not effective?", "Which sensor is ineffective?"),
        ("What is the default of -net?", "Which value has -net when it is not given?"),
        ("When a pump leaks, which seal failed?", "Which seal failed where a pump leaks?"),
        ("What failure mode does the pump show?", "What specific failure mode is shown by the pump?"),
        ("Which two exits are there on 4 May 2023?", "Which 2 exits are there on 2023-05-04?"),
    ],
)
def test_another_wording_of_the_same_slots_agrees(known, asked):
    assert differences(slots(known), slots(asked)) == ()


def test_the_reason_names_both_values():
    [reason] = differences(slots("Load of zone D3?"), slots("Load of zone D4?"))
    assert "d3" in reason
    assert "d4" in reason
