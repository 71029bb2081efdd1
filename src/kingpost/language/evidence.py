"""Checks that what an answer states stands in the texts it cites, after unit and notation normalisation."""

import re
from collections.abc import Sequence
from functools import lru_cache

from kingpost.language.dates import dates, without_dates
from kingpost.language.identifiers import clause_numbers, identifiers
from kingpost.language.names import names
from kingpost.language.normalise import normalise, one_form
from kingpost.language.polarity import negations
from kingpost.language.quantities import Quantity, quantities, same
from kingpost.language.units import UNIT, comparable, pint_name

_UNIT_ALONE = re.compile(rf"(?<=[\s(\[/|,])(?P<unit>{UNIT})(?=[\s)\]|,;:.]|$)")
_WORD = re.compile(r"[^\W_]+")


def unsupported(answer: str, texts: Sequence[str]) -> tuple[str, ...]:
    """What the answer states and none of the texts holds: numbers with units, dates, identifiers, clause numbers,
    negations, capitalised names. Empty: supported.
    """
    plain = one_form(answer)
    undated = without_dates(plain)
    evidence = "\n".join(one_form(text) for text in texts)
    missing = [
        *_missing_dates(plain, evidence),
        *_missing_identifiers(undated, evidence),
        *_missing_quantities(undated, evidence),
        *_missing_negation(plain, evidence),
        *_missing_names(undated, evidence),
    ]
    return tuple(dict.fromkeys(missing))


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


def _missing_quantities(answer: str, evidence: str) -> list[str]:
    there = _quantities_of(evidence)
    return [
        quantity.text
        for quantity in quantities(answer)
        if not any(same(quantity, other) for other in there) and not _unit_apart(quantity, there, evidence)
    ]


@lru_cache(maxsize=256)
def _quantities_of(evidence: str) -> tuple[Quantity, ...]:
    return (*quantities(without_dates(evidence)), *quantities(evidence))


def _unit_apart(said: Quantity, there: Sequence[Quantity], evidence: str) -> bool:
    """Tables state the unit in the header: the bare number stands there and its unit elsewhere.

    The other way round, a bare number is supported by the same number with a unit: the unit was left out, not changed.
    """
    if not said.unit:
        return any(other.value == said.value for other in there)
    bare = [other for other in there if not other.unit]
    units = {pint_name(found["unit"]) for found in _UNIT_ALONE.finditer(evidence)}
    return any(
        same(said, Quantity(value=other.value, unit=unit, start=0, end=0, text=""))
        for other in bare
        for unit in units
        if comparable(said.unit, unit)
    )


def _missing_negation(answer: str, evidence: str) -> list[str]:
    said = negations(answer)
    return [said[0]] if said and not negations(evidence) else []


def _missing_names(answer: str, evidence: str) -> list[str]:
    there = frozenset(_WORD.findall(evidence.casefold()))
    return [name for name in names(answer) if not all(part in there for part in _WORD.findall(name))]
