"""Number words."""

import pytest

from kingpost.language.numerals import numerals


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("Twenty-five doors", "25 doors"),
        ("seventy one racks", "71 racks"),
        ("two thousand pallets", "2 thousand pallets"),
        ("a hundred metres", "1 hundred metres"),
        ("the fifth bay", "the 5th bay"),
        ("one of the doors, the second", "one of the doors, the second"),
        ("tender and often", "tender and often"),
    ],
)
def test_number_words_become_digits(words, digits):
    assert numerals(words) == digits
