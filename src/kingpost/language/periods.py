"""Reads the reporting periods of a text: quarters, halves, months, fiscal years, and "months ended" on a day."""

import re
from dataclasses import dataclass

from kingpost.language.dates import dates
from kingpost.language.normalise import one_form

QUARTER_MONTHS = 3
YEAR_MONTHS = 12
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
_COUNTS = {"three": 3, "six": 6, "nine": 9, "twelve": 12, "3": 3, "6": 6, "9": 9, "12": 12}
_YEAR = r"(?P<year>(?:19|20)\d\d|'?\d\d)"
_LONG_YEAR = r"(?P<year>(?:19|20)\d\d)"
_FISCAL = r"(?:fiscal(?:\s+year)?|financial\s+year|FY)"
_NTH = r"(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th)"
_GAP = r"[\s_/-]*"
_PARTS = tuple(
    re.compile(rf"(?<![A-Za-z0-9.]){pattern}(?![A-Za-z0-9]|\.\d)", re.IGNORECASE)
    for pattern in (
        rf"(?P<kind>[QH])(?P<part>[1-4]){_GAP}(?:of\s+)?(?:{_FISCAL}{_GAP})?{_LONG_YEAR}",
        rf"(?P<kind>Q)(?P<part>[1-4])(?=[\s_/'-]|FY){_GAP}(?:{_FISCAL}{_GAP})?{_YEAR}",
        rf"(?:{_FISCAL}{_GAP})?{_LONG_YEAR}{_GAP}(?P<kind>[QH])(?P<part>[1-4])",
        rf"(?:FY){_GAP}{_YEAR}{_GAP}(?P<kind>[QH])(?P<part>[1-4])",
        rf"(?P<part>[1-4])(?P<kind>[QH]){_GAP}(?:{_FISCAL}{_GAP})?{_YEAR}",
        rf"{_NTH}[\s-]+(?:fiscal\s+|calendar\s+)?(?P<kind>quarter|half)(?:\s+of)?(?:\s+the)?(?:\s+(?:{_FISCAL}|year))?"
        rf"\s+{_LONG_YEAR}",
        rf"{_LONG_YEAR}(?:'s)?[\s,]+{_NTH}[\s-]+(?:fiscal\s+)?(?P<kind>quarter|half)",
        rf"{_FISCAL}{_GAP}{_YEAR}",
        r"(?P<kind>Q)(?P<part>[1-4])",
        rf"{_NTH}[\s-]+(?:fiscal\s+|calendar\s+)?(?P<kind>quarter|half)",
    )
)
_ENDED = re.compile(
    r"\b(?:(?P<count>three|six|nine|twelve|3|6|9|12)[\s-]+months?|(?P<what>quarter(?:ly)?(?:\s+period)?|(?:fiscal\s+)?year"
    r"|period|months?|half))\s+(?:period\s+)?end(?:ed|ing)(?:\s+on)?\s*:?\s+",
    re.IGNORECASE,
)
_MONTH = re.compile(r"\d{4}-\d\d")
_LONE_YEAR = re.compile(r"(?<![\w.,$/-])(?:19|20)\d\d(?![\w/]|[.,]\d|-\d)")
_REACH = 24
"""Signs behind "ended" in which its date begins and ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time as a text names it.

    ``part`` is ``Q1`` to ``Q4``, ``H1``, ``H2``, ``M01`` to ``M12``, or empty for a whole year. ``year`` is 0 where
    none is named. ``end`` is the ISO date on which it ends, where the text says so, and ``months`` its length then.
    """

    year: int = 0
    part: str = ""
    end: str = ""
    months: int = 0


def spans(text: str) -> tuple[Span, ...]:
    """All periods that a text names, each once; a lone year is none (see ``years``)."""
    plain = one_form(text)
    found = list(ended(plain))
    taken: list[tuple[int, int]] = []
    for pattern in _PARTS:
        for match in pattern.finditer(plain):
            if all(match.end() <= start or end <= match.start() for start, end in taken):
                taken.append(match.span())
                found.append(_part(match))
    named_ends = {span.end for span in found}
    for date in dates(plain):
        form = min(date.forms)
        if _MONTH.fullmatch(form):
            found.append(Span(year=int(form[:4]), part=f"M{form[5:]}"))
        elif len(form) == len("2000-01-01") and not named_ends & date.forms:
            found += [Span(year=int(form[:4]), end=form) for form in sorted(date.forms)]
    return tuple(dict.fromkeys(found))


def ended(text: str) -> tuple[Span, ...]:
    """Periods that are named by the day on which they end: "for the three months ended June 30, 2023"."""
    found = []
    for match in _ENDED.finditer(text):
        day = next((date for date in dates(text[match.end() : match.end() + _REACH]) if date.start == 0), None)
        forms = sorted(form for form in day.forms if len(form) == len("2000-01-01")) if day else []
        found += [Span(year=int(form[:4]), end=form, months=_months(match)) for form in forms[:1]]
    return tuple(found)


def years(text: str) -> tuple[int, ...]:
    """Years that stand alone in a text, in order, each once."""
    return tuple(dict.fromkeys(int(year) for year in _LONE_YEAR.findall(one_form(text).replace("_", " "))))


def calendar_quarter(day: str) -> tuple[int, int]:
    """Year and quarter of the calendar that ends about an ISO date; one that runs a week over is still that one."""
    year, month, of_month = (int(part) for part in day.split("-"))
    months = year * YEAR_MONTHS + month - 1 - (of_month <= 7)
    return months // YEAR_MONTHS, months % YEAR_MONTHS // QUARTER_MONTHS + 1


def fiscal_year(day: str, quarter: int) -> int:
    """The fiscal year that a fiscal quarter which ends on an ISO date is of, named by the year in which it ends."""
    year, calendar = calendar_quarter(day)
    return (year * 4 + calendar - 1 + 4 - quarter) // 4


def last_day(span: Span) -> str:
    """The ISO date with which a span ends by the calendar; empty when it has no year."""
    if span.end or not span.year:
        return span.end
    if not span.part:
        return f"{span.year}-12-31"
    number = int(span.part[1:])
    month = number * {"Q": QUARTER_MONTHS, "H": 6, "M": 1}[span.part[0]]
    return f"{span.year}-{month:02}-31"


def _part(match: re.Match[str]) -> Span:
    groups = match.groupdict()
    year = _full_year(groups.get("year") or "")
    number = int(groups.get("part") or _ORDINALS.get((groups.get("nth") or "").casefold(), 0))
    kind = (groups.get("kind") or "")[:1].upper()
    return Span(year=year, part=f"{kind}{number}" if kind and number else "")


def _full_year(written: str) -> int:
    digits = written.lstrip("'")
    return int(digits) + (2000 if len(digits) == 2 else 0) if digits else 0


def _months(match: re.Match[str]) -> int:
    if match["count"]:
        return _COUNTS[match["count"].casefold()]
    what = match["what"].casefold()
    if what.startswith("quarter"):
        return QUARTER_MONTHS
    return YEAR_MONTHS if "year" in what else 0
