"""Checks that what an answer states stands in the texts it cites, after unit and notation normalisation."""

import re
from collections.abc import Sequence
from functools import lru_cache

from kingpost.language.dates import dates, without_dates
from kingpost.language.identifiers import clause_numbers, identifiers
from kingpost.language.names import names
from kingpost.language.normalise import normalise, one_form
from kingpost.language.numerals import numerals
from kingpost.language.polarity import negations, poles
from kingpost.language.quantities import Quantity, quantities, same
from kingpost.language.units import CURRENCIES, UNIT, comparable, pint_name

_UNIT_ALONE = re.compile(rf"(?<=[\s(\[/|,])(?<!\d\s)(?P<unit>{UNIT})(?=[\s)\]|,;:.]|$)")
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})((?: \d{3})+)(?![\d,]|\.\d{3})")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d,]|\.\d)")
PLUS_MINUS = "\u00b1"
_PLUS_MINUS = re.compile(r"\+\s?/\s?-|\bplus[ /]?(?:or[ /])?minus\b", re.IGNORECASE)
_RANGE_BETWEEN = re.compile(r"\s?(?:-|to|and|or|\.{2,3})\s?")
_LIMITS = frozenset(
    {
        "maximum-minimum",
        "more-fewer",
        "above-below",
        "before-after",
        "increase-decrease",
        "enable-disable",
        "open-close",
        "allowed-forbidden",
        "required-optional",
        "include-exclude",
    }
)
"""Pairs of opposites that turn a rule round when one stands for the other."""


def unsupported(answer: str, texts: Sequence[str], *, identity: Sequence[str] = ()) -> tuple[str, ...]:
    """What the answer states and none of the texts holds: numbers with units, dates, identifiers, clause numbers,
    negations, opposites of what is written, capitalised names. Empty: supported.

    ``identity`` (titles, headings) may hold dates, identifiers and names, but no number and no negation.
    """
    plain = one_form(answer)
    undated = without_dates(plain)
    evidence = "\n".join(one_form(text) for text in texts)
    around = "\n".join([evidence, *(one_form(text) for text in identity)])
    missing = [
        *_missing_dates(plain, around),
        *_missing_identifiers(undated, around),
        *_missing_numbers(undated, evidence, around),
        *_missing_negation(plain, evidence),
        *_opposites(plain, evidence),
        *_missing_names(undated, around),
    ]
    return tuple(dict.fromkeys(missing))


def loses_negation(said: str, quoted: str) -> bool:
    """Whether the quote negates and what is said does not, in other words than the quote's own."""
    return bool(negations(quoted)) and not negations(said) and normalise(said).rstrip(".") not in normalise(quoted)


def _opposites(answer: str, evidence: str) -> list[str]:
    """``maximum`` where the evidence speaks of a minimum only."""
    there = dict(poles(evidence))
    return [side for axis, side in poles(answer) if axis in _LIMITS and there.get(axis, side) != side]


def _missing_dates(answer: str, evidence: str) -> list[str]:
    there = dates(evidence)
    return [
        date.text
        for date in dates(answer)
        if not any(date.forms & other.forms or _month_of(date.forms, other.forms) for other in there)
    ]


def _month_of(said: frozenset[str], written: frozenset[str]) -> bool:
    """``May 2023`` is supported by ``4 May 2023``."""
    return any(full.startswith(f"{month}-") for month in said for full in written)


def _missing_identifiers(answer: str, evidence: str) -> list[str]:
    there = normalise(evidence)
    held = frozenset(identifiers(evidence)) | frozenset(clause_numbers(evidence))
    named = (*identifiers(answer), *clause_numbers(answer))
    return [name for name in named if name not in held and not _stands(there, name)]


def _stands(evidence: str, name: str) -> bool:
    return re.search(rf"(?<![\w]){re.escape(name.lstrip('-'))}(?![\w]|\.\d)", evidence) is not None


def _missing_numbers(answer: str, evidence: str, around: str) -> list[str]:
    """Of the readings of an answer ("1 200" may be one number or two) the one that the evidence supports best."""
    said = _in_digits(answer)
    if PLUS_MINUS in said and PLUS_MINUS not in _in_digits(evidence):
        return [PLUS_MINUS]
    readings = dict.fromkeys((said, _joined(said)))
    return min((_missing_quantities(reading, evidence, around) for reading in readings), key=len)


def _missing_quantities(answer: str, evidence: str, around: str) -> list[str]:
    there = _quantities_of(evidence)
    said = quantities(answer)
    missing = [
        quantity.text
        for quantity in said
        if not any(same(quantity, other) for other in there) and not _unit_apart(quantity, there, evidence)
    ]
    written = frozenset(found.replace(",", "") for found in _DIGITS.findall(around))
    loose = [found for found in _DIGITS.finditer(answer) if not _inside(found.start(), said)]
    return [*missing, *(found[0] for found in loose if found[0].replace(",", "") not in written)]


def _inside(at: int, said: Sequence[Quantity]) -> bool:
    return any(quantity.start <= at < quantity.end for quantity in said)


def _in_digits(text: str) -> str:
    """Number words as digits, one sign for plus/minus."""
    return numerals(_PLUS_MINUS.sub(PLUS_MINUS, text))


def _joined(text: str) -> str:
    """Spaces between thousands taken out, a comma before decimals turned into a point."""
    joined = _THOUSANDS.sub(lambda found: found[1] + found[2].replace(" ", ""), text)
    return _DECIMAL_COMMA.sub(r"\1.\2", joined)


@lru_cache(maxsize=256)
def _quantities_of(evidence: str) -> tuple[Quantity, ...]:
    digits = _in_digits(evidence)
    readings = dict.fromkeys((without_dates(evidence), evidence, digits, _joined(digits)))
    return tuple(dict.fromkeys(quantity for reading in readings for quantity in quantities(reading)))


def _unit_apart(said: Quantity, there: Sequence[Quantity], evidence: str) -> bool:
    """Tables state the unit in the header, ranges behind their last number: the bare number stands there without it.

    The other way round, a bare number is supported by the same number with a unit: the unit was left out, not changed.
    """
    if not said.unit:
        return any(other.value == said.value for other in there)
    alone = {pint_name(found["unit"]) for found in _UNIT_ALONE.finditer(evidence)}
    return any(
        same(said, Quantity(value=other.value, unit=unit, start=0, end=0, text=""))
        for other in there
        if not other.unit
        for unit in alone
        | {end.unit for end in there if end.unit and _RANGE_BETWEEN.fullmatch(evidence[other.end : end.start])}
        if comparable(said.unit, unit)
    )


def _missing_negation(answer: str, evidence: str) -> list[str]:
    said = negations(answer)
    return [said[0]] if said and not negations(evidence) else []


def _missing_names(answer: str, evidence: str) -> list[str]:
    there = frozenset(_WORD.findall(evidence.casefold()))
    said = [name for name in names(answer) if name.upper() not in CURRENCIES]
    return [name for name in said if not all(part in there for part in _WORD.findall(name))]
