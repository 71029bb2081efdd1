"""Reads dates and reporting periods (quarters, fiscal years) and compares them by what they mean."""

import re
from dataclasses import dataclass

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_PATTERNS = tuple(
    re.compile(rf"(?<![\w.-]){pattern}(?![\w-]|\.\d)", re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}-(?P<month>[01]?\d)-(?P<day>[0-3]?\d)",
        rf"{_DAY}\s(?:of\s)?{_MONTH},?\s{_YEAR}",
        rf"{_MONTH}\s{_DAY},?\s{_YEAR}",
        rf"{_MONTH},?\s(?:of\s)?{_YEAR}",
        rf"{_DAY}\.(?P<month>[01]?\d)\.{_YEAR}",
        rf"(?P<first>[0-3]?\d)/(?P<second>[0-3]?\d)/{_YEAR}",
        r"(?P<period>Q[1-4])(?:\s|[-/])?(?:of\s)?(?:FY\s?)?(?P<year>(?:19|20)\d\d)?",
        r"(?P<ordinal>first|second|third|fourth)\s(?:fiscal\s)?quarter(?:\s(?:of\s)?(?:fiscal\s)?(?P<year>(?:19|20)\d\d))?",
        r"(?:FY|fiscal(?:\syear)?)\s?(?P<year>(?:19|20)\d\d)",
    )
)
_ORDINALS = {"first": "Q1", "second": "Q2", "third": "Q3", "fourth": "Q4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A date or period of a text: ``forms`` are its possible meanings (``2023-05-04``, ``2023-05``, ``Q3 2023``)."""

    forms: frozenset[str]
    start: int
    end: int
    text: str


def dates(text: str) -> tuple[Date, ...]:
    """Dates and periods of a text in order; lone years are numbers, not dates."""
    found: list[Date] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            forms = _forms(match.groupdict())
            free = all(match.end() <= other.start or other.end <= match.start() for other in found)
            if forms and free:
                found.append(Date(forms=forms, start=match.start(), end=match.end(), text=match[0]))
    return tuple(sorted(found, key=lambda date: date.start))


def _forms(groups: dict[str, str | None]) -> frozenset[str]:
    year = groups.get("year") or ""
    if groups.get("first"):
        return frozenset(
            form
            for month, day in ((groups["first"], groups["second"]), (groups["second"], groups["first"]))
            if (form := _iso(year, int(month or 0), int(day or 0)))
        )
    if period := groups.get("period"):
        return frozenset({f"{period.upper()} {year}".strip()})
    if ordinal := groups.get("ordinal"):
        return frozenset({f"{_ORDINALS[ordinal.casefold()]} {year}".strip()})
    month = groups.get("month")
    if month is None:
        return frozenset({f"FY {year}"})
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].casefold()) + 1
    return frozenset({form} if (form := _iso(year, number, int(groups.get("day") or 0))) else ())


def _iso(year: str, month: int, day: int) -> str:
    if not 1 <= month <= 12 or day > 31:
        return ""
    return f"{year}-{month:02}-{day:02}" if day else f"{year}-{month:02}"


def without_dates(text: str) -> str:
    """The text with its dates blanked out, every other character at its place."""
    for date in dates(text):
        text = text[: date.start] + " " * (date.end - date.start) + text[date.end :]
    return text
