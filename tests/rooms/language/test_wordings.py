"""What counts as one wording, and what does not."""

import pytest

from kingpost.language.wordings import plain_wording, same_wording


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("What is the load, of zone D-3?", "what is  the LOAD of zone d-3"),
        ("(Exit) doors: how wide?!", "exit doors how wide"),
        ("Self-closing doors?", "self closing doors"),
        ("What – exactly – is it", "what exactly is it"),
        ("Which load has zone “D3”?", "which load has zone D3"),
        ("What is the load in kN/m²?", "what is the load in kN/m2"),
        ("What is the pressure in MPa?", "what is the pressure in mpa"),
        ("What does clause 3.2 say?", "What does clause 3.2 say"),
        ("Is 'Rev. B' in force?", "is rev B in force"),
    ],
)
def test_case_spaces_and_punctuation_do_not_count(known, asked):
    assert same_wording(known, asked)
    assert plain_wording(known) == plain_wording(asked)


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("What is E-204A?", "What is E-204B?"),
        ("What is E-204A?", "What is E204A?"),
        ("Is the limit 10³ Pa?", "Is the limit 103 Pa?"),
        ("Is 10⁻³ the limit?", "Is 10-3 the limit?"),
        ("What is its power in mW?", "What is its power in MW?"),
        ("Is it 5 mW?", "Is it 5 MW?"),
        ("Is it -5 °C?", "Is it 5 °C?"),
        ("Is it - 5 °C?", "Is it 5 °C?"),
        ("Is it .5 mm?", "Is it 5 mm?"),
        ("Is it 1,200 mm?", "Is it 1.200 mm?"),
        ("Is it 5' wide?", 'Is it 5" wide?'),
        ("Is it 5' wide?", "Is it 5 wide?"),
        ("Is it 5% or less?", "Is it 5 or less?"),
        ("A limit of 3-5?", "A limit of 35?"),
        ("Which limit is in kN/m?", "Which limit is in kN m?"),
        ("Is C++ allowed?", "Is C allowed?"),
        ("Does it need a re-sign?", "Does it need a resign?"),
    ],
)
def test_numbers_signs_units_and_tags_always_count(known, asked):
    assert not same_wording(known, asked)
