"""Bands of quantities: how they are written, which of them hold, meet and equal each other, and which one is meant."""

import math

import pytest

from kingpost.language.banded import Meant, meant
from kingpost.language.bands import bands, equal, fitting, holds, meet, named_band

INFINITE = math.inf


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "open_ends"),
    [
        ("up to 7.5 m", -INFINITE, 7.5, "meter", (False, False)),
        ("over 7.5 m up to 12 m", 7.5, 12, "meter", (True, False)),
        ("over 5, but not over 10 kg", 5, 10, "kilogram", (True, False)),
        ("less than 10 kg but more than 5 kg", 5, 10, "kilogram", (True, True)),
        ("from 5 to under 10 kg", 5, 10, "kilogram", (False, True)),
        ("7.5 to 12 m", 7.5, 12, "meter", (False, False)),
        ("5-10 kg", 5, 10, "kilogram", (False, False)),
        ("between 8 and 10 m", 8, 10, "meter", (False, False)),
        ("-20 to -10 °C", -20, -10, "degC", (False, False)),
        ("over 500 g up to 2 kg", 500, 2000, "gram", (True, False)),
        ("0-5 kg", -INFINITE, 5, "kilogram", (False, False)),
        ("0 to 5 °C", 0, 5, "degC", (False, False)),
        ("> 12 m", 12, INFINITE, "meter", (True, False)),
        ("<= 12 m", -INFINITE, 12, "meter", (False, False)),
        ("12 m and over", 12, INFINITE, "meter", (False, False)),
        ("12 m or more", 12, INFINITE, "meter", (False, False)),
        ("12 m or less", -INFINITE, 12, "meter", (False, False)),
        ("12+ kg", 12, INFINITE, "kilogram", (False, False)),
        ("below 12 m", -INFINITE, 12, "meter", (False, True)),
        ("not less than 12 m", 12, INFINITE, "meter", (False, False)),
        ("does not exceed 12 m", -INFINITE, 12, "meter", (False, False)),
        ("exceeding 12 m", 12, INFINITE, "meter", (True, False)),
        ("a height of 10 m", 10, 10, "meter", (False, False)),
        ("a maximum of the 5 kg", -INFINITE, 5, "kilogram", (False, False)),
        ("greater than or equal to 10 kg", 10, INFINITE, "kilogram", (False, False)),
        ("equal to or greater than 10 kg", 10, INFINITE, "kilogram", (False, False)),
        ("less than or equal to 10 kg", -INFINITE, 10, "kilogram", (False, False)),
        ("equal to or less than 10 kg", -INFINITE, 10, "kilogram", (False, False)),
        ("not greater than or equal to 10 kg", -INFINITE, 10, "kilogram", (False, True)),
        ("over 5 kg and not to exceed 10 kg", 5, 10, "kilogram", (True, False)),
        ("over 5 kg but must not exceed 10 kg", 5, 10, "kilogram", (True, False)),
        ("over 0 kg", 0, INFINITE, "kilogram", (True, False)),
        ("over 0 up to 5 kg", 0, 5, "kilogram", (True, False)),
    ],
)
def test_a_band_is_read_with_its_ends_and_its_unit(
    text: str, low: float, high: float, unit: str, open_ends: tuple[bool, bool]
) -> None:
    (band,) = bands(text)
    assert (band.low, band.high, band.unit, (band.low_open, band.high_open)) == (low, high, unit, open_ends)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "must not be more than",
            "must not exceed",
            "not to exceed",
            "cannot exceed",
            "can't exceed",
            "can\u2019t exceed",
        ),
        *("never more than", "without exceeding", "should not be over", "mustn't weigh more than", "no more than"),
    ],
)
def test_what_may_not_be_exceeded_is_an_upper_end(text: str) -> None:
    assert equal(bands(f"It {text} 5 kg")[0], bands("up to 5 kg")[0])


@pytest.mark.parametrize(
    "text", ["must not be less than", "never below", "cannot fall below", "without being under", "can't be lower than"]
)
def test_what_may_not_be_undercut_is_a_lower_end(text: str) -> None:
    assert equal(bands(f"It {text} 5 kg")[0], bands("at least 5 kg")[0])


@pytest.mark.parametrize("text", ["a parcel exceeding the 5 kg limit", "one that weighs more than the 5 kg allowed"])
def test_a_comparison_bounds_with_an_article_too(text: str) -> None:
    [band] = bands(text)
    assert (band.low, band.low_open, band.high) == (5, True, math.inf)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("What load is allowed over a 5 m span?", 5),
        ("deflection under a 50 kg load?", 50),
        ("from a 3 m high wall", 3),
        ("below the 2 m line", 2),
    ],
)
def test_a_number_that_only_describes_what_a_preposition_is_about_is_a_point(text: str, value: float) -> None:
    (band,) = bands(text)
    assert (band.low, band.high) == (value, value)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("10 min 30 s", [(10, 10), (30, 30)]),
        ("5 m and over 20 kg", [(5, 5), (20, INFINITE)]),
        ("5 m and up to 20 kg", [(5, 5), (-INFINITE, 20)]),
        ("5 m and over \u20ac20", [(5, 5), (20, INFINITE)]),
        ("5 m and over, 20 kg or less", [(5, INFINITE), (-INFINITE, 20)]),
    ],
)
def test_the_words_between_two_quantities_belong_to_one_of_them(text: str, ends: list[tuple[float, float]]) -> None:
    assert [(band.low, band.high) for band in bands(text)] == ends


@pytest.mark.parametrize("text", ["12 m", "Zone B", "1998-99", "1999-2003", "D-101 to D-105", "5 kg or 10 kg"])
def test_lone_quantities_seasons_and_codes_name_no_band(text: str) -> None:
    assert named_band(text) is None


def test_bands_compare_in_one_unit_and_an_end_that_is_not_in_one_counts() -> None:
    low, middle, high = (bands(text)[0] for text in ("up to 7.5 m", "over 7.5 m up to 12 m", "over 12 m"))
    assert equal(bands("over 750 cm up to 1200 cm")[0], middle)
    assert holds(middle, bands("12 m")[0])
    assert not holds(high, bands("12 m")[0])
    assert holds(high, bands("at least 13 m")[0])
    assert not meet(low, middle)
    assert meet(low, bands("7.5 m or more")[0])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("over 12 m", ["over 12 m"]),
        ("up to 12 m", ["up to 7.5 m", "over 7.5 m up to 12 m"]),
        ("10 m", ["over 7.5 m up to 12 m"]),
        ("1200 cm", ["over 7.5 m up to 12 m"]),
        ("between 8 and 10 m", ["over 7.5 m up to 12 m"]),
        ("12 m and more", ["over 7.5 m up to 12 m", "over 12 m"]),
        ("12 kg", []),
    ],
)
def test_the_band_that_holds_what_is_asked_fits_or_else_all_that_it_overlaps(asked: str, expected: list[str]) -> None:
    offered = ["up to 7.5 m", "over 7.5 m up to 12 m", "over 12 m"]
    found = fitting(bands(asked)[0], [bands(text)[0] for text in offered])
    assert list(found) == [bands(text)[0] for text in expected]


@pytest.mark.parametrize(
    ("asked", "offered", "expected"),
    [
        ("-10 V", ["0 to 5 V", "5 to 10 V"], []),
        ("below 0 V", ["0 to 5 V", "5 to 10 V"], []),
        ("-10 to -2 V", ["0 to 5 V", "-20 to 0 V"], ["-20 to 0 V"]),
        ("0 kg", ["0 to 5 kg", "5 to 10 kg"], ["0 to 5 kg"]),
        ("0 kg", ["over 0 up to 5 kg", "over 5 up to 10 kg"], []),
        ("under 5 kg", ["0-5 kg", "5-10 kg"], ["0-5 kg"]),
        ("under 5 kg", ["0 to under 5 kg", "0 to 5 kg"], ["0 to under 5 kg"]),
        ("up to 5 kg", ["over 0 up to 5 kg", "over 0 up to 10 kg"], ["over 0 up to 5 kg"]),
        ("3 kg", ["not to exceed 5 kg", "over 5 kg and not to exceed 10 kg", "over 10 kg"], ["not to exceed 5 kg"]),
    ],
)
def test_a_band_from_0_takes_what_has_no_lower_end_but_nothing_negative(
    asked: str, offered: list[str], expected: list[str]
) -> None:
    found = fitting(bands(asked)[0], [bands(text)[0] for text in offered])
    assert list(found) == [bands(text)[0] for text in expected]


def test_of_bands_within_each_other_the_narrowest_fits() -> None:
    offered = [bands(text)[0] for text in ("up to 5 kg", "up to 10 kg", "up to 20 kg")]
    assert fitting(bands("8 kg")[0], offered) == (offered[1],)


HEIGHTS = [("Site",), ("Height", "up to 7.5 m"), ("Height", "over 7.5 m up to 12 m"), ("Height", "over 12 m")]


def fitting_heights(question: str, caption: str = "") -> frozenset[int] | None:
    found: Meant | None = meant(question, HEIGHTS, caption=caption)
    return found.fitting if found else None


def test_a_question_means_the_columns_of_its_band() -> None:
    assert fitting_heights("Which class applies to heights over 12 m?") == {3}
    assert fitting_heights("Which class applies if goods are higher than 12 m?") == {3}
    assert fitting_heights("Which class applies to heights up to 12 m?") == {1, 2}


def test_a_number_about_something_else_means_no_column() -> None:
    assert fitting_heights("Which class applies to a hall 13 m wide?") is None
    assert fitting_heights("Which class applies to a hall with a width of 13 m?", caption="Class of the hall") is None
    assert fitting_heights("Which class applies to heights of 13 kg?") is None
    assert fitting_heights("Which class applies at 13 m?") is None
    assert fitting_heights("Which class applies at 13 m?", caption="Class of the hall") == {3}


def test_two_bands_in_one_question_decide_nothing() -> None:
    assert fitting_heights("Is the height class up to 7.5 m that of over 12 m?") is None


def test_a_unit_above_the_bands_is_that_of_the_bands() -> None:
    rows = [("Weight [kg]", text) for text in ("up to 5", "over 5 up to 10", "over 10")]
    found = meant("What does a weight of 6000 g cost?", rows)
    assert found is not None
    assert found.fitting == {1}


def test_numbers_without_a_unit_choose_only_where_they_are_said_to_measure() -> None:
    ages = [("Age", text) for text in ("18-24", "25-64", "65+")]
    found = meant("What is the fare at an age of 70?", ages)
    assert found is not None
    assert found.fitting == {2}
    assert meant("What is the fare for 3 people of this age?", ages) is None
