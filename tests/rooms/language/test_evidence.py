"""Quotes and the check of an answer against its evidence."""

import pytest

from kingpost.language.evidence import loses_negation, unsupported
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


@pytest.mark.parametrize(
    ("answer", "evidence"),
    [
        ("The aisle is 2.5 m wide and carries 5 kPa.", "Aisle: 2,500 mm; load 5 kN/m2"),
        ("Three doors have 25 %.", "3 doors; twenty-five per cent"),
        ("1,200 mm", "1\u00a0200 mm wide"),
        ("1 200 mm", "1,200 mm wide"),
        ("1.2 m", "1,2 m breit"),
        ("10 to 20 mm", "between 10 mm and 20 mm"),
        ("-20 \u00b0C is the lowest", "from -20 to 40 \u00b0C"),
        ("\u00b15 mm", "plus/minus 5 mm"),
        ("At least 2,000 pallets", "not less than two thousand pallets"),
        ("It is EUR 2 million", "\u20ac 2,000,000"),
    ],
)
def test_one_value_is_the_same_in_every_notation(answer, evidence):
    assert unsupported(answer, [evidence]) == ()


@pytest.mark.parametrize(
    ("answer", "evidence", "said"),
    [
        ("\u00b15 mm", "5 mm", "\u00b1"),
        ("-5 \u00b0C", "5 \u00b0C", "-5 \u00b0C"),
        ("12 t", "Rule 12 allows 5 t", "12 t"),
        ("Type x3y", "Type x", "3"),
        ("Seven doors", "77 doors", "7"),
        ("the maximum load is 5 kN", "a minimum load of 5 kN", "maximum"),
        ("Doors may be opened before the alarm", "Doors may be opened after the alarm", "before"),
    ],
)
def test_another_value_sign_or_limit_is_not(answer, evidence, said):
    assert said in unsupported(answer, [evidence])


def test_a_title_holds_names_and_no_numbers():
    assert unsupported("The Northwind rack carries 9 t.", ["It carries 9 t."], identity=["Northwind racks"]) == ()
    assert unsupported("The Northwind rack carries 9 t.", ["It carries a lot."], identity=["Racks of 9 t"]) == (
        "9 t",
        "northwind",
    )


@pytest.mark.parametrize(
    ("said", "quoted", "lost"),
    [
        ("Gates shall be locked at night.", "Gates shall not be locked at night.", True),
        ("be locked at night", "Gates shall not be locked at night.", False),
        ("Gates are never locked.", "Gates shall not be locked at night.", False),
        ("Gates shall be locked.", "Gates shall be locked at night.", False),
    ],
)
def test_a_negation_that_was_left_out_is_noticed(said, quoted, lost):
    assert loses_negation(said, quoted) is lost
