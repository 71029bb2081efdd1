"""Spellings of units as engineers write them, and their conversion by pint."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

_LARGE_OR_SMALL = re.compile(r"(?<![^\W\d_])[mM](?:Wh?|Pa|Hz|Nm?|VA?|Ah?|J|Ω|[Oo]hm|S|bar)(?![^\W_])")
"""Units with milli or mega in front."""


def _table(written: str) -> dict[str, str]:
    """``unit: spelling, spelling; unit: ...`` as spelling -> unit."""
    pairs = (line.split(":", 1) for line in written.replace("\n", ";").split(";") if line.strip())
    return {spelling.strip(): unit.strip() for unit, spellings in pairs for spelling in spellings.split(",")}


_SYMBOLS = _table(
    """
millimeter: mm; centimeter: cm; decimeter: dm; meter: m; kilometer: km; micrometer: um, μm; nanometer: nm; inch: in
foot: ft; yard: yd; mile: mi; nautical_mile: nmi; milligram: mg; gram: g; kilogram: kg; metric_ton: t
pound: lb, lbs; ounce: oz; newton: N; kilonewton: kN; meganewton: MN; pound_force: lbf; kip: kip, kips
kilogram_force: kgf; pascal: Pa; hectopascal: hPa; kilopascal: kPa; megapascal: MPa; gigapascal: GPa; bar: bar
millibar: mbar; psi: psi; pound_force/foot**2: psf; ksi: ksi; atmosphere: atm; mmHg: mmHg; inHg: inHg
nanosecond: ns; microsecond: μs, us; millisecond: ms; second: s, sec; minute: min; hour: h, hr, hrs; day: d
liter: l, L; milliliter: ml, mL; gallon: gal; gallon/minute: gpm; joule: J; kilojoule: kJ; megajoule: MJ
kilowatt_hour: kWh; megawatt_hour: MWh; watt_hour: Wh; watt: W; milliwatt: mW; kilowatt: kW; megawatt: MW
gigawatt: GW; horsepower: hp, HP; volt: V; millivolt: mV; kilovolt: kV; ampere: A; milliampere: mA; kiloampere: kA
volt_ampere: VA; kilovolt_ampere: kVA; megavolt_ampere: MVA; ampere_hour: Ah; milliampere_hour: mAh; ohm: Ω
kiloohm: kΩ; megaohm: MΩ; milliohm: mΩ; farad: F; microfarad: μF, uF; nanofarad: nF; picofarad: pF; femtofarad: fF
henry: H; millihenry: mH; hertz: Hz; kilohertz: kHz; megahertz: MHz; gigahertz: GHz; rpm: rpm, RPM; kelvin: K
degC: °C, ° C, degC; degF: °F, ° F, degF; degree: °, deg; radian: rad; percent: %; permille: ‰; ppm: ppm; lux: lx, lux
lumen: lm; candela: cd; newton*meter: Nm; kilonewton*meter: kNm
dB: dB; dBA: dBA, dB(A); knot: kt, kts, kn; mile/hour: mph; kilometer/hour: kph, kmh
foot/minute: fpm; foot**3/minute: cfm; foot**2: sqft; meter**2: sqm; bit: bit; kilobyte: kB, KB; megabyte: MB
gigabyte: GB; terabyte: TB; dbu: dbu; px: px; pt: pt
"""
)
_WORDS = _table(
    """
millimeter: millimetre, millimeter; centimeter: centimetre, centimeter; meter: metre, meter
kilometer: kilometre, kilometer; micrometer: micron, micrometre, micrometer; nanometer: nanometre, nanometer
inch: inch, inche; foot: foot, feet; yard: yard; mile: mile; gram: gram; kilogram: kilogram, kilo
metric_ton: tonne; ton: ton; pound: pound; ounce: ounce; newton: newton; kilonewton: kilonewton; pascal: pascal
kilopascal: kilopascal; megapascal: megapascal; nanosecond: nanosecond; microsecond: microsecond
millisecond: millisecond; second: second; minute: minute; hour: hour; day: day; week: week; month: month
year: year; liter: litre, liter; gallon: gallon; joule: joule; watt: watt; kilowatt: kilowatt; megawatt: megawatt
volt: volt; kilovolt: kilovolt; ampere: ampere, amp; ohm: ohm; farad: farad; hertz: hertz; degree: degree
percent: percent, per cent; knot: knot; horsepower: horsepower; degC: degrees celsius, degree celsius
degF: degrees fahrenheit, degree fahrenheit; meter**2: square metre, square meter
foot**2: square foot, square feet; meter**3: cubic metre, cubic meter; foot**3: cubic foot, cubic feet
yard**3: cubic yard; EUR: euro; USD: dollar; percentage_point: percentage point
"""
)
CURRENCIES = _table(
    """
EUR: €, EUR; USD: $, USD; GBP: £, GBP; JPY: ¥, JPY; CHF: CHF
"""
)
CLASSES = ("REI", "EI1", "EI2", "EI", "RE", "EW", "IP", "IK")
"""Marks in front of a number that make it a rating of its own kind: REI 90, IP 65."""

SPELLINGS = frozenset({*_SYMBOLS, *_WORDS})
"""Every unit as it may be written, without currencies."""

_NOT_CONVERTED = frozenset(
    {*CURRENCIES.values(), *CLASSES, "dB", "dBA", "dbu", "px", "pt", "ordinal", "percentage_point", ""}
)


def _alternatives(spellings: list[str]) -> str:
    return "|".join(re.escape(spelling) for spelling in sorted(spellings, key=len, reverse=True))


_WORD_PATTERN = "|".join(
    sorted((re.escape(word) + ("" if word.endswith(("s", "feet")) else "s?") for word in _WORDS), key=len, reverse=True)
)
_NO_INCH = (
    r"(?!in\s+(?!(?:wide|high|deep|long|thick|dia|diameter|square|nominal|clear|pipe|bolt|or|and|to|by|of|from|above"
    r"|below|between|apart|x)\b)[A-Za-z0-9])"
)
"""``5 in 2018`` and ``3 in Paris`` are no inches."""
_ATOM = (
    rf"(?:{_NO_INCH}(?:{_alternatives([*_SYMBOLS, *CURRENCIES])})(?![A-Za-z\u03bc\u03a9])"
    rf"|(?i:{_WORD_PATTERN})(?![A-Za-z]))"
    r"(?:\^?-?[23](?!\d|\.\d)|[\u00b2\u00b3])?"
)
UNIT = rf"{_ATOM}(?:\s?(?:/|\u00b7|\*|\u22c5)\s?{_ATOM}|\s(?:per)\s{_ATOM})*"
"""A unit as written, products and quotients included, as a regular expression."""

_PIECE = re.compile(r"\s*(/|\u00b7|\*|\u22c5|\bper\b)\s*", re.IGNORECASE)
_WHOLE = re.compile(UNIT)


def is_unit(text: str) -> bool:
    """Whether the whole text is a unit as written: ``kN/m2``."""
    return _WHOLE.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def pint_name(written: str) -> str:
    """The unit as pint names it, or our own name for currencies and classes; empty for no unit."""
    written = written.strip().replace("\u00b5", "\u03bc").replace("\u2126", "\u03a9").replace("\u00ba", "\u00b0")
    if not written:
        return ""
    if written.casefold() in _WORDS:
        return _WORDS[written.casefold()]
    pieces = _PIECE.split(written)
    name = _atom_name(pieces[0])
    for joint, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        name += ("/" if joint.strip().lower() in {"/", "per"} else "*") + _atom_name(piece)
    return name


def _atom_name(written: str) -> str:
    found = re.fullmatch(r"(.+?)\^?(-?[23]|[\u00b2\u00b3])?", written.strip())
    if found is None:
        return written
    atom, power = found[1], {"\u00b2": "2", "\u00b3": "3"}.get(found[2] or "", found[2] or "")
    name = _SYMBOLS.get(atom) or CURRENCIES.get(atom) or _word_name(atom.casefold())
    return f"({name})**{power}" if power else name


def _word_name(word: str) -> str:
    return _WORDS.get(word) or _WORDS.get(word.removesuffix("s")) or word


def comparable(first: str, second: str) -> bool:
    """Whether two units (as pint names them) measure the same kind of thing."""
    if first == second:
        return True
    if first in _NOT_CONVERTED or second in _NOT_CONVERTED:
        return False
    left, right = _dimension(first), _dimension(second)
    return left is not None and left == right


@lru_cache(maxsize=4096)
def _dimension(unit: str) -> str | None:
    import pint

    try:
        return str(_registry().Unit(unit).dimensionality)
    except (pint.UndefinedUnitError, pint.DefinitionSyntaxError):  # a price per area: compared as written
        return None


def in_base_units(value: float, unit: str) -> float:
    """The value in pint's base units of the same dimension; of a unit that pint does not know: the value itself."""
    if unit in _NOT_CONVERTED or _dimension(unit) is None:
        return value
    registry = _registry()
    return float(registry.Quantity(value, unit).to_base_units().magnitude)


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint

    return pint.UnitRegistry(cache_folder=None)


def large_or_small(text: str) -> tuple[str, ...]:
    """Units of a text, with a number or without, that another case makes others of: ``MW`` and ``mW``."""
    return tuple(dict.fromkeys(_LARGE_OR_SMALL.findall(text)))


def exchanged_scales(known: Sequence[str], asked: Sequence[str]) -> list[tuple[str, str]]:
    """Of two texts' ``large_or_small``: units of the first that the second has with milli for mega, or mega for milli.

    What is written in small letters throughout says neither.
    """
    others = [(unit, unit[0].swapcase() + unit[1:]) for unit in known]
    return [(unit, other) for unit, other in others if other in asked and unit not in asked]
