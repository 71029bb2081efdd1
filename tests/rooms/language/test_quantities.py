"""Numbers with units."""

import pytest

from kingpost.language.quantities import quantities, same
from kingpost.language.units import SPELLINGS, comparable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,200 mm", [(1200.0, "millimeter")]),
        ("2.5 t and 30 %", [(2.5, "metric_ton"), (30.0, "percent")]),
        ("It is 5 kN/m2.", [(5.0, "kilonewton/(meter)**2")]),
        ("25 per cent", [(25.0, "percent")]),
        ("REI 90", [(90.0, "REI")]),
        ("EI2 30-C", [(30.0, "EI2")]),
        ("EUR 500 or \u20ac5 million", [(500.0, "EUR"), (5e6, "EUR")]),
        ("10 to 20 mm", [(10.0, "millimeter"), (20.0, "millimeter")]),
        ("1200 x 600 mm", [(1200.0, "millimeter"), (600.0, "millimeter")]),
        ("1 1/2 in bolt", [(1.5, "inch")]),
        ("-5 \u00b0C", [(-5.0, "degC")]),
        ("in 2018", [(2018.0, "")]),
        ("rose by 5 in 2018", [(5.0, ""), (2018.0, "")]),
        ("2 in wide, 3 in.", [(2.0, "inch"), (3.0, "inch")]),
        ("the 2nd floor", [(2.0, "ordinal")]),
    ],
)
def test_a_number_is_read_with_its_unit(text, expected):
    assert [(found.value, found.unit) for found in quantities(text)] == expected


@pytest.mark.parametrize("text", ["E-204A", "DRT-0073", "clause 3.2.1", "NYC08CA055", "max_slew2"])
def test_digits_of_identifiers_and_clauses_are_no_quantities(text):
    assert quantities(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "1,200 mm and 1.2 m",
        "5 kN/m2 and 5 kPa",
        "5 kN/m\u00b2 and 5 kPa",
        "20 \u00b0C and 68 \u00b0F",
        "30 % and 30 percent",
        "90 min and 1.5 hours",
        "20 \u00b0 C and 20 degrees Celsius",
        "12 Nm and 12 N\u00b7m",
        "EUR 5 and 5 EUR",
        "1 psi and 6.894757293168 kPa",
    ],
)
def test_equal_quantities_in_other_units_are_the_same(text):
    first, second = quantities(text)
    assert same(first, second)


@pytest.mark.parametrize(
    "text", ["15 m and 15 mm", "15 kN and 15 t", "15 m and 15", "EUR 5 and USD 5", "15 m and 16 m", "EI 90 and REI 90"]
)
def test_other_values_and_units_differ(text):
    first, second = quantities(text)
    assert not same(first, second)


def test_a_price_per_area_is_compared_as_written():
    first, second, third = quantities("5 EUR/m2, 5 EUR/m2 and 5 EUR/ft2")
    assert same(first, second)
    assert not same(first, third)


@pytest.mark.parametrize("unit", sorted(SPELLINGS))
def test_every_spelling_of_a_unit_is_read_as_one(unit):
    [found] = quantities(f"7 {unit} of it")
    assert found.unit
    assert comparable(found.unit, found.unit)
