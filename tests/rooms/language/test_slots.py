"""Slots: where two questions must agree to be the same."""

import pytest

from kingpost.language.slots import differences, slots


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("Is one needed above a storage height of 5 m?", "Is one needed up to a storage height of 5 m?"),
        ("What does alarm A-12 mean?", "What should I do on alarm A-12?"),
        ("What is the maximum load of zone D3?", "What is the maximum load of zone D4?"),
        ("May the span exceed 15 m?", "May the span exceed 15 mm?"),
        ("Is the limit 10³ Pa?", "Is the limit 103 Pa?"),
        ("What is its power in mW?", "What is its power in MW?"),
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
        ("Which doors open after 5 minutes?", "Which doors open after 5 hours?"),
        ("What is the load of zone B?", "What is the load of zone C?"),
        ("Who signs on the second floor?", "Who signs on the third floor?"),
        ("Is a bend of more than 5 mm allowed?", "Is a bend of less than 5 mm allowed?"),
        ("What were sales in March?", "What were sales in April?"),
        ("Is the lamp checked weekly?", "Is the lamp checked every month?"),
        ('What does the switch "fill delay" do?', 'What does the switch "drain delay" do?'),
        ("Which settings are kept after a restart?", "Which settings are lost after a restart?"),
        ("What are the advantages of the new mesh over bars?", "What are the disadvantages of the new mesh over bars?"),
        ("What does -power of set_inst_power do?", "What does -inst of set_inst_power do?"),
        ("Who can lock the gate?", "Who can unlock the gate?"),
        ("How is oil pumped from the tank to the mixer?", "How is oil pumped from the mixer to the tank?"),
        ("Why use steel instead of timber?", "Why use timber instead of steel?"),
        ("How is text converted to numbers?", "How are numbers converted to text?"),
        ("Which grade is used for S235 plates?", "Which grade is used for S355 plates?"),
        ("Is Plan Basic free?", "Is Plan Plus free?"),
        ("Which fault is most relevant when the flow drops?", "The flow drops: what cause may be ruled out?"),
        ("Which gauge tells most reliably of a leak?", "To find leaks, what gauge isn't useful?"),
        ("Which risk is most likely on site?", "Name the least likely danger there"),
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
        ("Which gauge is of no use for leaks?", "Which gauge is unsuitable to find leaks?"),
        ("Which lights are critical for the driver?", "Which lights must not be ignored by the driver?"),
        ("Which is least relevant to a leak?", "Which has the smallest relevance to a leak?"),
        ("What does section 4.1 require?", "What is required by \u00a7 4.1?"),
        ("Which sensor is not effective?", "Which sensor is ineffective?"),
        ("What is the default of -net?", "Which value has -net when it is not given?"),
        ("When a pump leaks, which seal failed?", "Which seal failed where a pump leaks?"),
        ("What failure mode does the pump show?", "What specific failure mode is shown by the pump?"),
        ("Which two exits are there on 4 May 2023?", "Which 2 exits are there on 2023-05-04?"),
        ("May the span be 10 m?", "May the span be ten metres?"),
        ("May the span be 10 m?", "May the span be 1000 cm?"),
        ("Is a gap between 5 and 10 m allowed?", "Is a gap of 5-10 m allowed?"),
        ("Is a gap between 5 and 10 m allowed?", "Is a gap from 5 up to 10 m allowed?"),
        ("Who signs on the 2nd floor?", "Who signs on the second floor?"),
        ("What does column 5 tell?", "What does the fifth column tell?"),
        ("What corrosion has exchanger E-512?", "E 512 exchanger: what corrosion?"),
        ("Which paint is on HEA 300 columns?", "HEA300 columns: which paint?"),
        ("How high is the ramp at most?", "The ramp must not exceed which height?"),
        ("Is it due no later than 5 May 2023?", "Is it due at most on 5 May 2023?"),
        ("Which part fails to meet the limit?", "Which part does not meet the limit?"),
        ("Which sensor is irrelevant?", "Which sensor is not relevant?"),
        ("Which sensor is to be disregarded?", "Which sensor is not relevant?"),
        ("Which rule holds in Turkey?", "Which Turkish rule holds?"),
        ("How many RCDs are tested?", "Number of tests of the RCD?"),
        ("What is the interval of 500 hours for?", "What is the interval of 500 operating hours for?"),
        ("What changed since version 2.3?", "What has changed since v2.3?"),
        ("Is tax included in the price?", "Is tax not excluded from the price?"),
        ("How do bolts and nuts differ?", "How do nuts and bolts differ?"),
        ("How wide is the hall?", "What is the width of the hall?"),
        ("Is the registration number on the plate?", "Is the registration no. on the plate?"),
    ],
)
def test_another_wording_of_the_same_slots_agrees(known, asked):
    assert differences(slots(known), slots(asked)) == ()


def test_the_reason_names_both_values():
    [reason] = differences(slots("Load of zone D3?"), slots("Load of zone D4?"))
    assert "d3" in reason
    assert "d4" in reason


@pytest.mark.parametrize("before", ["Hello, ", "One more: ", "I have been asked this: "])
def test_words_in_front_do_not_hide_what_is_asked_for(before):
    known = slots("How wide is door D-108?")
    assert differences(known, slots(f"{before}how deep is door D-108?"))
    assert not differences(known, slots(f"{before}how wide is door D-108?"))


def test_one_turn_of_what_matters_is_one_reason():
    known, asked = slots("Which test is relevant for a leak?"), slots("Which test is not relevant for a leak?")
    assert len(differences(known, asked)) == 1
