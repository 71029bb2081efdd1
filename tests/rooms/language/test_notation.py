"""One notation for what is written in several."""

import pytest

from kingpost.language.notation import one_notation


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("run it w/o load", "run it without load"),
        ("sales in 2Q16", "sales in Q2 2016"),
        ("sales in Q2 FY16", "sales in Q2 2016"),
        ("sales in the third quarter", "sales in the Q3"),
        ("costs of FY22", "costs of 2022"),
        ("costs of fiscal year 2022", "costs of 2022"),
        ("tax in FY 2015-16", "tax in 2015 to 2016"),
        ("tax in 2015/16", "tax in 2015 to 2016"),
        ("orders in the second half of 2019", "orders in the half-2 2019"),
        ("orders, July to December 2019", "orders, half-2 2019"),
        ("stored at 7 C", "stored at 7 °C"),
        ("stored at 7 deg C", "stored at 7 °C"),
        ("since v2.3", "since version 2.3"),
        ("twenty-five doors and half an hour", "25 doors and 0.5 hour"),
        ("a dozen doors", "12 doors"),
        ("a gap of 5-10 m", "a gap of 5 to 10 m"),
        ("per thousand customers", "per 1 thousand customers"),
        ("the second floor", "the 2nd floor"),
        ("a phase II survey", "a phase 2 survey"),
        ("the O2 level on 4 Oct.", "the oxygen level on 4 October"),
    ],
)
def test_several_notations_become_one(written, one):
    assert one_notation(written) == one


@pytest.mark.parametrize(
    "text",
    ["second-hand boilers", "5 metres per second", "table A", "the May issue", "part v-belt"],
)
def test_what_only_looks_like_another_notation_stays(text):
    assert one_notation(text) == text
