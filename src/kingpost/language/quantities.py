"""Reads numbers with their units and compares them after conversion."""

import math
import re
from dataclasses import dataclass

from kingpost.language.units import CLASSES, CURRENCIES, UNIT, comparable, in_base_units, pint_name

_NUMBER = (
    r"(?:\d{1,3}(?:[,\u00a0\u2009\u202f']\d{3})+(?:\.\d+)?(?![\d,]*\d)|\d+\s\d/\d{1,2}|\d+/\d{1,2}(?=\s?(?:in|inch|ft|\"))"
    r"|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)"
)
_SCALE = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "mio": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}
_CURRENCY = r"(?P<currency>[\u20ac$\u00a3\u00a5]|\b(?:EUR|USD|GBP|CHF|JPY))\s?"
_BEFORE = rf"(?:{_CURRENCY}|\b(?P<rating>{'|'.join(CLASSES)})(?:[\s-]|(?<!\d)))?"
_QUANTITY = re.compile(
    rf"(?<![\w.])(?<![A-Za-z]-)(?<!\d[-/,]){_BEFORE}(?P<sign>[-\u2212+\u00b1](?=[\d.]))?(?P<number>{_NUMBER})"
    rf"(?P<power>\s?[x\u00d7]\s?10\^?(?P<exponent>[-\u2212]?\d+))?"
    rf"(?:\s?(?P<scale>{'|'.join(_SCALE)})\b)?"
    rf"(?:[\s\u00a0\u2009\u202f-]?(?P<unit>{UNIT})|(?P<ordinal>st|nd|rd|th)\b)?"
    r"(?![\w]|[-/.][A-Za-z0-9]*\d|,\d)(?(rating)|(?!-[A-Z]\b))"
)
_RANGE = re.compile(
    rf"(?<![\w.-])(?<!\d\s)(?<!\d/)(?P<number>{_NUMBER})(?!\s\d/\d|/)"
    rf"(?=\s?(?:-|\u2013|\u2212|to|and|or|x|\u00d7)\s?(?P<other>{_NUMBER})(?P<rest>.{{0,24}}))"
)
_RANGE_UNIT = re.compile(
    rf"(?:\s?(?:-|\u2013|to|and|or|x|\u00d7)\s?{_NUMBER})*[\s\u00a0\u2009\u202f-]?(?P<unit>{UNIT})(?![\w])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number of a text with its unit as pint names it (our own name for currencies and ratings; empty: none)."""

    value: float
    unit: str
    start: int
    end: int
    text: str


def quantities(text: str) -> tuple[Quantity, ...]:
    """All numbers of a text in order; digits inside identifiers and clause numbers of three parts are none."""
    return tuple(sorted((*_plain(text), *_range_starts(text)), key=lambda quantity: quantity.start))


def _plain(text: str) -> list[Quantity]:
    shared = {found.start("number") for found in _ranges(text)}
    return [
        Quantity(value=_value(found), unit=_unit(found), start=found.start(), end=found.end(), text=found[0])
        for found in _QUANTITY.finditer(text)
        if found.start("number") not in shared
    ]


def _range_starts(text: str) -> list[Quantity]:
    """The first numbers of ``10 to 20 mm`` and ``1200 x 600 mm``, whose unit stands behind the last."""
    return [
        Quantity(
            value=_number(found["number"]),
            unit=pint_name(_range_unit(found)),
            start=found.start(),
            end=found.end(),
            text=found[0],
        )
        for found in _ranges(text)
    ]


def _ranges(text: str) -> list[re.Match[str]]:
    return [found for found in _RANGE.finditer(text) if _range_unit(found)]


def _range_unit(found: re.Match[str]) -> str:
    unit = _RANGE_UNIT.match(found["rest"])
    return unit["unit"] if unit else ""


def _value(found: re.Match[str]) -> float:
    value = _number(found["number"]) * _SCALE.get(found["scale"] or "", 1.0)
    if found["exponent"]:
        value *= 10.0 ** int(found["exponent"].replace("\u2212", "-"))
    return -value if found["sign"] in {"-", "\u2212"} else value


def _number(written: str) -> float:
    if "/" in written:
        whole, _, fraction = written.rpartition(" ")
        above, _, below = fraction.partition("/")
        return float(whole or 0) + float(above) / (float(below) or math.inf)
    return float(re.sub(r"[,\u00a0\u2009\u202f']", "", written))


def _unit(found: re.Match[str]) -> str:
    if found["currency"]:
        return CURRENCIES[found["currency"]]
    if found["rating"]:
        return found["rating"]
    return "ordinal" if found["ordinal"] else pint_name(found["unit"] or "")


def same(first: Quantity, second: Quantity) -> bool:
    """Whether two quantities are equal after unit conversion; a bare number equals only a bare number."""
    if first.unit == second.unit:
        return math.isclose(first.value, second.value, rel_tol=1e-9)
    if not comparable(first.unit, second.unit):
        return False
    left, right = in_base_units(first.value, first.unit), in_base_units(second.value, second.unit)
    return math.isclose(left, right, rel_tol=1e-6)
