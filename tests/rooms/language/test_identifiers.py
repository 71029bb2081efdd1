"""Identifiers and clause numbers."""

import pytest

from kingpost.language.identifiers import clause_numbers, identifiers, key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is door E\u2011204A rated for?", ("e-204a",)),
        ("Where did accident NYC08CA055 happen?", ("nyc08ca055",)),
        ("What does the -max_slew option of clock_tree do?", ("max_slew", "clock_tree")),
        ("and \u2014local or -net?", ("-local", "-net")),
        ("per MIL-STD-882E and ISO 9001", ("mil-std-882e", "iso-9001")),
        ("error DRT-0073", ("drt-0073",)),
    ],
)
def test_what_looks_like_an_identifier_is_one(text, expected):
    assert identifiers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a 15 m span",
        "15m and 5 kN/m2",
        "a 90-day self-closing in-network period",
        "on 2023-05-04 at 10:30",
        "Q3 2023",
        "clause 3.2.1",
        "the 2nd floor",
        "REI90",
    ],
)
def test_words_measures_dates_and_clauses_are_not(text):
    assert identifiers(text) == ()


def test_one_identifier_has_one_key():
    assert key("E \u2013 204A.") == key("(e-204a)") == "e-204a"
    assert key("--max_slew") == key("max_slew")
    assert key("--net") == key("-net") != key("net")
    assert key("ISO 9001") == key("iso-9001")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("clause 3.2.1 and section 4.1.2 (b)", ("3.2.1", "4.1.2(b)")),
        ("\u00a7 5.3, rule 19.04", ("5.3", "19.04")),
        ("clauses 3.1, 3.2 and 3.3", ("3.1", "3.2", "3.3")),
        ("Appendix A, annex B.2", ("appendix a", "b.2")),
        ("What is 19.04?", ("19.04",)),
        ("section 5", ("5",)),
        ("a ratio of 2.5, 3.2 m, 10.02.2023, v1.2.3", ()),
    ],
)
def test_clause_numbers_are_found(text, expected):
    assert clause_numbers(text) == expected
