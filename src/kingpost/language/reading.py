"""Takes a question apart into its slots: numbers, dates, identifiers, names, opposites, negations, what is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kingpost.language.dates import Date, dates, without_dates
from kingpost.language.identifiers import clause_numbers, identifiers
from kingpost.language.names import names
from kingpost.language.negation import bounded, negations
from kingpost.language.normalise import STOP_WORDS, normalise, one_form, stem_of, with_powers
from kingpost.language.notation import one_notation
from kingpost.language.opposites import limits, sides
from kingpost.language.quantities import Quantity, quantities
from kingpost.language.relevance import relevance
from kingpost.language.runs import Runs, runs
from kingpost.language.units import is_unit, large_or_small
from kingpost.language.wanted import wanted

_REVISION = re.compile(
    r"\b(?i:rev(?:ision)?s?|version|release|edition|issue|amendment|draft|addendum)\b\.?\s?(?i:no\.?\s?|#)?"
    r"(?P<mark>[A-Z]\d{0,2}\b|v?\d+(?:\.\d+)*\b)"
)
_FIGURE = re.compile(r"[\w./:-]*\d[\w./:-]*")
_LABEL = re.compile(
    r"\b(?i:zone|hall|area|table|type|class|option|plan|line|unit|bay|footnote|annex|part|grade|category|level|group"
    r"|building|block|gate|phase|section|column|row|point|note|item|case|train|pump|tank|team|shift|room|lot|figure|door"
    r"|panel|circuit|axis|platform|dock|wing|tower|schedule|exhibit|method|version|variant|model)s?\s"
    r"(?P<first>[A-Z]|[b-hj-z])(?:(?:\s(?:and|or|to|&)\s|\s?[,/]\s?)(?P<second>[A-Z]|[b-hj-z]))?(?![\w'/-])"
)
_QUOTED = re.compile(r"\"([^\"]{2,60})\"|(?<!\w)'([^']{2,60})'(?!\w)")
_MONTH_YEAR = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)")
_QUARTER = re.compile(r"(?P<quarter>Q\d)(?: (?P<year>\d{4}))?")
_WORD = re.compile(r"[^\W_](?:[\w.'-]*\w)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """What a question fixes. Two questions that differ in one slot are different questions."""

    text: str
    """The normalised question."""
    quantities: tuple[Quantity, ...] = ()
    dates: tuple[Date, ...] = ()
    """Whole dates; of a month or quarter with a year, the year is a number and the rest in ``periods``."""
    periods: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    """Tokens with digits that are none of the above, as written."""
    scales: tuple[str, ...] = ()
    """Units whose case counts, with a number or without: ``mW``, ``MW``."""
    labels: tuple[str, ...] = ()
    """Single letters that name one of a row: zone B, footnote c."""
    quotes: tuple[str, ...] = ()
    """What stands in quotation marks."""
    negations: tuple[str, ...] = ()
    """Words that negate, and words that hide a negation."""
    relevance: int = 0
    """1 where it is about what matters, -1 about what does not; 0 if that is not said."""
    sides: tuple[tuple[int, frozenset[str]], ...] = ()
    """Group of opposites and the sides of it that are named."""
    limits: tuple[tuple[str, str], ...] = ()
    """Numbers of which only more or only less is meant, as written, with ``more`` or ``less``."""
    names: tuple[str, ...] = ()
    capitals: frozenset[str] = frozenset()
    """Those of the names that are written in capitals only, as abbreviations are."""
    wanted: tuple[str, ...] = ()
    """Kinds of quantity or property asked for: ``width``, ``when``, ``default``."""
    words: tuple[str, ...] = ()
    """All words in order, as stems."""
    content: frozenset[str] = frozenset()
    """Stems of the words that carry meaning."""
    runs: Runs
    """Runs of letters and digits in order."""


@lru_cache(maxsize=16_384)
def slots(question: str) -> Slots:
    """The slots of a question; those of known questions are asked for again and again."""
    written = one_notation(one_form(with_powers(question)))
    text = bounded(normalise(written))
    undated = without_dates(written)
    clauses, keys = clause_numbers(undated), identifiers(undated)
    numbers = tuple(number for number in quantities(undated) if not _is_clause(number, clauses))
    whole, periods, years = _dates(written)
    named = tuple(name for name in names(undated) if len(name) > 1 and not is_unit(name))
    words = tuple(_WORD.findall(text))
    return Slots(
        text=normalise(question),
        quantities=numbers + years,
        dates=whole,
        periods=periods,
        identifiers=tuple(dict.fromkeys(key.lstrip("-") for key in keys)),
        clauses=clauses,
        figures=_figures(undated, numbers, (*keys, *clauses)),
        revisions=tuple(dict.fromkeys(found["mark"].casefold() for found in _REVISION.finditer(written))),
        scales=large_or_small(question),
        labels=_labels(undated),
        quotes=tuple(normalise(found[1] or found[2]) for found in _QUOTED.finditer(written)),
        negations=negations(text),
        relevance=relevance(text),
        sides=tuple(sides(text).items()),
        limits=limits(text),
        names=named,
        capitals=frozenset(name for name in named if name.removesuffix("s").upper() in undated),
        wanted=wanted(text),
        words=tuple(word if word in STOP_WORDS else stem_of(word) for word in words),
        content=frozenset(stem_of(word.removesuffix("'s")) for word in words if word not in STOP_WORDS),
        runs=runs(written),
    )


def _is_clause(quantity: Quantity, clauses: Sequence[str]) -> bool:
    return not quantity.unit and any(number.partition("(")[0] == quantity.text for number in clauses)


def _dates(text: str) -> tuple[tuple[Date, ...], tuple[str, ...], tuple[Quantity, ...]]:
    """Whole dates, then months and quarters, then the years of these as numbers."""
    whole, periods, years = [], [], []
    for date in dates(text):
        form = min(date.forms)
        found = _MONTH_YEAR.fullmatch(form) or _QUARTER.fullmatch(form)
        if found is None:
            whole.append(date)
            continue
        groups = found.groupdict()
        periods.append(groups.get("quarter") or f"month {groups['month']}")
        if groups["year"]:
            years.append(
                Quantity(value=float(groups["year"]), unit="", start=date.start, end=date.end, text=groups["year"])
            )
    return tuple(whole), tuple(dict.fromkeys(periods)), tuple(years)


def _labels(text: str) -> tuple[str, ...]:
    found = (letter for match in _LABEL.finditer(text) for letter in (match["first"], match["second"]) if letter)
    return tuple(dict.fromkeys(letter.casefold() for letter in found))


def _figures(text: str, numbers: Sequence[Quantity], keys: Sequence[str]) -> tuple[str, ...]:
    """Tokens with digits that neither number nor identifier nor clause accounts for: ``737-800``."""
    spans = [(number.start, number.end) for number in numbers]
    return tuple(
        dict.fromkeys(
            token
            for found in _FIGURE.finditer(text)
            if (token := found[0].casefold().strip(".-/:"))
            and not any(start < found.end() and found.start() < end for start, end in spans)
            and not any(token in key or key in token for key in keys)
            and not is_unit(found[0].strip(".-/:"))
        )
    )
