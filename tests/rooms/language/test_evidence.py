"""Quotes and the check of an answer against its evidence."""

import pytest

from kingpost.language.evidence import unsupported
from kingpost.language.quotes import find_quote

TEXT = (
    "The door shall have a clear\nwidth of 1,200 mm (47 in) and be self-clos-\ning. Fire rating: EI 60."
    " Installed on 4 May 2023."
)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("CLEAR WIDTH of 1200 mm", "clear\nwidth of 1,200 mm"),
        ("be self-closing", "be self-clos-\ning"),
        ("door shall have a clear opening", "door shall have a clear"),
        ("fire rating \u2013 EI 60", "Fire rating: EI 60"),
    ],
)
def test_a_quote_is_found_in_whatever_layout(quote, found):
    span = find_quote(quote, TEXT)
    assert span is not None
    assert TEXT[slice(*span)] == found


@pytest.mark.parametrize("quote", ["", "an elephant of two tonnes", "width of 1,300 mm is what every gate needs"])
def test_what_does_not_stand_there_is_not_found(quote):
    assert find_quote(quote, TEXT) is None


@pytest.mark.parametrize(
    "answer",
    ["The clear width is 1.2 m.", "It is rated EI 60.", "Installed in May 2023.", "It is self-closing.", "47 inches"],
)
def test_what_the_evidence_holds_is_supported(answer):
    assert unsupported(answer, [TEXT]) == ()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("The clear width is 900 mm.", "900 mm"),
        ("It is rated EI 90.", "EI 90"),
        ("Door E-204A is meant.", "e-204a"),
        ("Installed on 5 May 2023.", "5 May 2023"),
        ("It shall not be self-closing.", "not"),
        ("This holds in Paris too.", "paris"),
    ],
)
def test_what_it_does_not_hold_is_named(answer, said):
    assert said in unsupported(answer, [TEXT])


def test_a_unit_in_the_header_supports_the_number_in_the_cell():
    assert unsupported("15 kN", ["Door | Load [kN]\nD3 | 15"]) == ()
    assert unsupported("15 t", ["Door | Load [kN]\nD3 | 15"]) == ("15 t",)
