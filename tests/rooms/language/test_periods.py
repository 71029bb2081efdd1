"""Reporting periods in texts, and what a document says of the one that it is about."""

from dataclasses import replace

import pytest

from kingpost.language.periods import Span, calendar_quarter, fiscal_year, last_day, spans, years
from kingpost.language.profiles import profile
from kingpost.types.documents import Chunk, ChunkKind, SectionLocation


@pytest.mark.parametrize(
    "text",
    "Q3 2024|2024 Q3|3Q24|Q3'24|2024-Q3|Q3_2024|FY2024Q3|Q3 FY24|third quarter of fiscal 2024|third-quarter 2024"
    "|the 2024 third quarter|third fiscal quarter of 2024".split("|"),
)
def test_a_quarter_reads_the_same_however_it_is_written(text: str) -> None:
    assert spans(text) == (Span(year=2024, part="Q3"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for the quarterly period ended June 29, 2024", Span(year=2024, end="2024-06-29", months=3)),
        ("nine months ended 30 September 2024", Span(year=2024, end="2024-09-30", months=9)),
        ("fiscal year ended 2024-12-31", Span(year=2024, end="2024-12-31", months=12)),
        ("the second quarter", Span(part="Q2")),
        ("first half of 2024", Span(year=2024, part="H1")),
        ("FY2024", Span(year=2024)),
        ("inspections of May 2024", Span(year=2024, part="M05")),
    ],
)
def test_periods_are_read_with_their_end_and_length(text: str, expected: Span) -> None:
    assert spans(text) == (expected,)


@pytest.mark.parametrize("text", ["rack type Q235", "zone H2", "a load of 2024 kg in 12 bays", "clause 3.2.1", "bay 4"])
def test_what_only_looks_like_a_period_is_none(text: str) -> None:
    assert spans(text) == ()


def test_lone_years_are_read_apart_from_numbers() -> None:
    assert years("Racking guide 2019 and guide_2021, 2,019 mm, 2019.5, clause 7-2019-01") == (2019, 2021)


def test_a_quarter_that_runs_a_few_days_over_is_that_of_the_calendar_before() -> None:
    assert calendar_quarter("2024-04-02") == (2024, 1)
    assert calendar_quarter("2023-12-31") == (2023, 4)


def test_a_fiscal_year_is_named_by_the_year_in_which_it_ends() -> None:
    assert fiscal_year("2023-12-30", 1) == 2024
    assert fiscal_year("2024-09-28", 4) == 2024
    assert fiscal_year("2024-06-29", 2) == 2024


def test_what_is_named_without_a_day_ends_by_the_calendar() -> None:
    assert last_day(Span(year=2024, part="Q2")) == "2024-06-31"
    assert last_day(Span(year=2024)) > last_day(Span(year=2024, part="Q3"))
    assert last_day(Span(part="Q3")) == ""


def chunk(ordinal: int, text: str, *, label: str = "") -> Chunk:
    return Chunk(
        id=f"doc-{ordinal}",
        document_id="doc",
        revision_id="r1",
        ordinal=ordinal,
        kind=ChunkKind.TEXT,
        text=text,
        context="",
        section=(),
        location=SectionLocation(section=(), span=(0, len(text))),
        content_hash=str(ordinal),
        label=label,
    )


def test_a_report_that_counts_nine_months_too_is_of_the_third_quarter() -> None:
    head = chunk(0, "Racking report for the quarterly period ended June 29, 2024")
    rows = [
        chunk(n, f"Three months ended June 29, 2024; nine months ended June 29, 2024; bay {n}") for n in range(1, 7)
    ]
    read = profile([head, *rows])
    assert (read.period_end, read.months, read.quarter) == ("2024-06-29", 3, 3)
    first = profile([head, *(replace(row, text="Three months ended June 29, 2024") for row in rows)])
    assert first.quarter == 1


def test_the_period_is_told_by_the_whole_text_where_the_head_does_not() -> None:
    rows = [chunk(n, "Three Months Ended March 30, 2024 and Three Months Ended April 1, 2023") for n in range(6)]
    assert profile(rows).period_end == "2024-03-30"
    assert profile(rows[:2]).period_end != ""
    assert profile([chunk(n, "Doors close at six.") for n in range(6)]).period_end == ""


def test_names_are_counted_by_chunk_and_parts_of_a_form_are_its_shape() -> None:
    read = profile(
        [chunk(1, "The racks of Ridge Steel and of Ridge Steel.", label="Bay 3"), chunk(2, "Built by Ridge.")]
    )
    assert read.names["ridge"] == 2
    assert read.shape == profile([chunk(1, "x", label="Bay 4")]).shape
