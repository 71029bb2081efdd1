"""Runs of letters and digits."""

import pytest

from kingpost.language.runs import runs


@pytest.mark.parametrize(
    ("text", "key"),
    [("pump E204A", "e-204a"), ("pump E-204 A", "e-204a"), ("HEA 300 columns", "hea300"), ("115,200 baud", "115200")],
)
def test_an_identifier_stands_there_however_it_is_divided(text, key):
    assert runs(text).hold(key)


@pytest.mark.parametrize(
    ("text", "key"), [("pump E-204A", "e-204"), ("pump E-204-3", "e-204"), ("pump E-204A", "e-204b"), ("P-12", "p-1")]
)
def test_an_identifier_that_goes_on_is_another_one(text, key):
    assert not runs(text).hold(key)


@pytest.mark.parametrize(
    ("key", "text"), [("cet1", "common equity tier 1 ratio"), ("bh6", "borehole 6"), ("ahu2", "air handling unit 2")]
)
def test_an_abbreviation_with_its_number_may_be_written_out(key, text):
    assert runs(text).abbreviated(key)


def test_another_number_is_not_the_abbreviated_one():
    assert not runs("common equity tier 2").abbreviated("cet1")
