"""Which of several alike documents cover the period that a question names, or are the latest of their series."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from kingpost.language.normalise import normalise, one_form
from kingpost.language.periods import (
    QUARTER_MONTHS,
    YEAR_MONTHS,
    Span,
    calendar_quarter,
    fiscal_year,
    last_day,
    spans,
    years,
)
from kingpost.types.documents import Document, Profile

_ISSUE = (
    r"(?:quarter(?:ly)?|10-[qk]|annual|year(?:ly)?|month(?:ly)?|period|report(?:ing)?|filing|edition|version|issue|release"
    r"|document|statement|results|update|model)"
)
_LATEST = re.compile(rf"\b(?:latest|newest|most recent(?:ly)?|current)\s+(?:[\w'-]+\s+){{0,2}}?{_ISSUE}s?\b", re.I)
_MOST_RECENT = re.compile(rf"\b{_ISSUE}\s+(?:that is\s+)?(?:most recent|latest)\b", re.I)
_BEFORE = re.compile(
    rf"\b(?:previous|prior|preceding|earlier|past|last)\s+(?:[\w'-]+\s+){{0,2}}?(?P<what>{_ISSUE})(?P<plural>s)?\b",
    re.I,
)
_CALENDAR = re.compile(r"\bcalendar\b", re.I)
_REPORT_OF = re.compile(
    r"\b(?:19|20)\d\d\s+(?:[\w'-]+\s+){0,2}?(?:10-[qk]|report|filing|edition|version|issue|release|model|handbook|manual"
    r"|code|standard|catalogue|catalog|guide)\b",
    re.I,
)
_ANNUAL = re.compile(r"\b(?:annual|yearly|10-k)\b", re.I)
_QUARTERLY = re.compile(r"\b(?:quarter(?:ly)?|10-q|Q[1-4])\b", re.I)
_PERIOD_WORD = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|january|february|march|april|june|july|august|september"
    r"|october|november|december|first|second|third|fourth|[\w]*\d[\w]*)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a question says of periods."""

    spans: tuple[Span, ...]
    years: tuple[int, ...]
    of_a_report: bool
    """Whether a year is that of a report or edition ("the 2022 report")."""
    calendar: bool
    latest: bool
    before: str
    """``one`` or ``all``: the issues before are asked for too; empty: not."""
    months: int
    """12 for an annual report, 3 for a quarterly one, 0 where neither or both are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """Documents whose periods are asked for, the one that the question is first about first."""

    documents: tuple[Document, ...]
    several: bool = False
    """Whether more than one period is asked for."""


def asked_periods(question: str) -> Asked:
    """Read the periods of a question."""
    plain = one_form(question)
    before = _BEFORE.search(plain)
    annual, quarterly = bool(_ANNUAL.search(plain)), bool(_QUARTERLY.search(plain))
    return Asked(
        spans=spans(plain),
        years=years(plain),
        of_a_report=_REPORT_OF.search(plain) is not None,
        calendar=_CALENDAR.search(plain) is not None,
        latest=bool(_LATEST.search(plain) or _MOST_RECENT.search(plain)),
        before=("all" if before["plural"] else "one") if before else "",
        months=(YEAR_MONTHS if annual else QUARTER_MONTHS) if annual != quarterly else 0,
    )


def covering(asked: Asked, documents: Sequence[Document], profiles: Mapping[str, Profile]) -> Covered | None:
    """Those of the documents whose period is asked for; None when the question names none that they have."""
    pool = _of_length(asked, documents, profiles)
    if named := _named(asked, pool, profiles):
        found = list(dict.fromkeys(document for documents_of_one in named for document in documents_of_one))
        if asked.before == "all" and len(named) == 1:
            found += [d for d in _in_order(pool, profiles) if _ends(d, profiles) < _ends(found[0], profiles)]
        apart = len({tuple(document.id for document in covered) for covered in named}) > 1
        return Covered(documents=tuple(found), several=apart or asked.before == "all")
    if asked.latest:
        return _latest(asked, pool, profiles)
    return Covered(documents=tuple(pool)) if len(pool) < len(documents) else None


def _of_length(asked: Asked, documents: Sequence[Document], profiles: Mapping[str, Profile]) -> Sequence[Document]:
    """Annual or quarterly reports where the question says which and there are both."""
    lengths = {profiles[document.id].months for document in documents} & {QUARTER_MONTHS, YEAR_MONTHS}
    if asked.months not in lengths or len(lengths) == 1:
        return documents
    other = YEAR_MONTHS if asked.months == QUARTER_MONTHS else QUARTER_MONTHS
    return [document for document in documents if profiles[document.id].months != other]


def _named(asked: Asked, pool: Sequence[Document], profiles: Mapping[str, Profile]) -> list[list[Document]]:
    """By period of the question, those documents that cover it, where some do and others do not."""
    wanted = list(asked.spans)
    if not wanted:
        yearly = any(own_label(d).year and not own_label(d).part for d in pool)
        yearly = yearly or any(profiles[d.id].months == YEAR_MONTHS for d in pool)
        wanted = [Span(year=year) for year in asked.years] if yearly or asked.of_a_report else []
    found = [_matching(span, asked, pool, profiles) for span in wanted]
    return [documents for documents in found if documents and len(documents) < len(pool)]


def _matching(span: Span, asked: Asked, pool: Sequence[Document], profiles: Mapping[str, Profile]) -> list[Document]:
    """By the day on which they end, else by what they call themselves, else by the calendar."""
    if span.end:
        return [document for document in pool if profiles[document.id].period_end == span.end]
    if not span.part:
        return [document for document in pool if _year_of(document, profiles[document.id]) == span.year]
    own = [document for document in pool if _is_part(span, _label(document, profiles[document.id]))]
    calendar = [document for document in pool if _is_part(span, _calendar_label(span, profiles[document.id]))]
    return calendar if asked.calendar or not own else own


def _is_part(span: Span, label: Span) -> bool:
    return span.part == label.part and (not span.year or span.year == label.year)


@lru_cache(maxsize=20_000)
def own_label(document: Document) -> Span:
    """The period in a document's file name or title; a lone year is one of a year."""
    for text in (re.sub(r"[_]+", " ", PurePosixPath(document.name).stem), document.title):
        named = [span for span in spans(text) if span.year]
        if named:
            return named[0]
        if alone := years(text):
            return Span(year=alone[-1])
    return Span()


def _label(document: Document, profile: Profile) -> Span:
    """What the document calls its period, else the quarter of its fiscal year."""
    label = own_label(document)
    if label.part or not profile.period_end or not profile.quarter:
        return label
    return Span(year=fiscal_year(profile.period_end, profile.quarter), part=f"Q{profile.quarter}")


def _calendar_label(span: Span, profile: Profile) -> Span:
    """The part of the calendar, of the kind asked for, that the document's period ends in."""
    if not profile.period_end:
        return Span()
    if span.part.startswith("M"):
        return Span(year=int(profile.period_end[:4]), part=f"M{profile.period_end[5:7]}")
    year, quarter = calendar_quarter(profile.period_end)
    return Span(year=year, part=f"Q{quarter}") if span.part.startswith("Q") else Span()


def _year_of(document: Document, profile: Profile) -> int:
    if label := own_label(document).year:
        return label
    return int(profile.period_end[:4]) if profile.period_end else 0


def _latest(asked: Asked, pool: Sequence[Document], profiles: Mapping[str, Profile]) -> Covered | None:
    """The last of each series, with those before it where they are asked for too."""
    issues_of: dict[frozenset[str], list[Document]] = defaultdict(list)
    for document in _in_order(pool, profiles):
        issues_of[series(document)].append(document)
    if not issues_of or all(len(issues) == 1 for issues in issues_of.values()):
        return None
    reach = {"": 1, "one": 2, "all": len(pool)}[asked.before]
    chosen = [document for issues in issues_of.values() for document in issues[:reach]]
    return Covered(documents=tuple(chosen), several=reach > 1)


def _in_order(pool: Collection[Document], profiles: Mapping[str, Profile]) -> list[Document]:
    """Those whose end is known, the latest first."""
    dated = [document for document in pool if _ends(document, profiles)]
    return sorted(dated, key=lambda document: _ends(document, profiles), reverse=True)


def _ends(document: Document, profiles: Mapping[str, Profile]) -> str:
    return profiles[document.id].period_end or last_day(own_label(document)) or document.effective_date


@lru_cache(maxsize=20_000)
def series(document: Document) -> frozenset[str]:
    """The words of title and file name that are no period: issues of one series share them."""
    text = normalise(f"{document.title} {PurePosixPath(document.name).stem}".replace("_", " "))
    return frozenset(word for word in re.findall(r"[^\W\d_]+", _PERIOD_WORD.sub(" ", text)))
