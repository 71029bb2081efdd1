"""Spellings of units as engineers write them, and their conversion by pint."""

import re
from functools import lru_cache
from typing import Any

_SYMBOLS = {
    "mm": "millimeter", "cm": "centimeter", "dm": "decimeter", "m": "meter", "km": "kilometer", "um": "micrometer",
    "\u03bcm": "micrometer", "nm": "nanometer", "in": "inch", "ft": "foot", "yd": "yard", "mi": "mile", "nmi": "nautical_mile",
    "mg": "milligram", "g": "gram", "kg": "kilogram", "t": "metric_ton", "lb": "pound", "lbs": "pound", "oz": "ounce",
    "N": "newton", "kN": "kilonewton", "MN": "meganewton", "lbf": "pound_force", "kip": "kip", "kips": "kip", "kgf": "kilogram_force",
    "Pa": "pascal", "hPa": "hectopascal", "kPa": "kilopascal", "MPa": "megapascal", "GPa": "gigapascal", "bar": "bar",
    "mbar": "millibar", "psi": "psi", "psf": "pound_force/foot**2", "ksi": "ksi", "atm": "atmosphere", "mmHg": "mmHg", "inHg": "inHg",
    "ns": "nanosecond", "\u03bcs": "microsecond", "us": "microsecond", "ms": "millisecond", "s": "second", "sec": "second", "min": "minute",
    "h": "hour", "hr": "hour", "hrs": "hour", "d": "day",
    "l": "liter", "L": "liter", "ml": "milliliter", "mL": "milliliter", "gal": "gallon", "gpm": "gallon/minute",
    "J": "joule", "kJ": "kilojoule", "MJ": "megajoule", "kWh": "kilowatt_hour", "MWh": "megawatt_hour", "Wh": "watt_hour",
    "W": "watt", "mW": "milliwatt", "kW": "kilowatt", "MW": "megawatt", "GW": "gigawatt", "hp": "horsepower", "HP": "horsepower",
    "V": "volt", "mV": "millivolt", "kV": "kilovolt", "A": "ampere", "mA": "milliampere", "kA": "kiloampere", "VA": "volt_ampere",
    "kVA": "kilovolt_ampere", "MVA": "megavolt_ampere", "Ah": "ampere_hour", "mAh": "milliampere_hour",
    "\u03a9": "ohm", "k\u03a9": "kiloohm", "M\u03a9": "megaohm", "m\u03a9": "milliohm", "F": "farad", "\u03bcF": "microfarad", "uF": "microfarad", "nF": "nanofarad",
    "pF": "picofarad", "fF": "femtofarad", "H": "henry", "mH": "millihenry", "Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz",
    "rpm": "rpm", "RPM": "rpm", "K": "kelvin", "\u00b0C": "degC", "degC": "degC", "\u00b0F": "degF", "degF": "degF", "\u00b0": "degree", "deg": "degree", "rad": "radian",
    "%": "percent", "\u2030": "permille", "ppm": "ppm", "lx": "lux", "lux": "lux", "lm": "lumen", "cd": "candela", "dB": "dB", "dBA": "dBA", "dB(A)": "dBA",
    "kt": "knot", "kts": "knot", "kn": "knot", "mph": "mile/hour", "kph": "kilometer/hour", "kmh": "kilometer/hour", "fpm": "foot/minute",
    "cfm": "foot**3/minute", "sqft": "foot**2", "sqm": "meter**2", "bit": "bit", "kB": "kilobyte", "KB": "kilobyte", "MB": "megabyte", "GB": "gigabyte", "TB": "terabyte",
    "dbu": "dbu", "px": "px", "pt": "pt",
}  # fmt: skip
_WORDS = {
    "millimetre": "millimeter", "millimeter": "millimeter", "centimetre": "centimeter", "centimeter": "centimeter",
    "metre": "meter", "meter": "meter", "kilometre": "kilometer", "kilometer": "kilometer", "micron": "micrometer",
    "micrometre": "micrometer", "micrometer": "micrometer", "nanometre": "nanometer", "nanometer": "nanometer",
    "inch": "inch", "inche": "inch", "foot": "foot", "feet": "foot", "yard": "yard", "mile": "mile",
    "gram": "gram", "kilogram": "kilogram", "kilo": "kilogram", "tonne": "metric_ton", "ton": "ton", "pound": "pound", "ounce": "ounce",
    "newton": "newton", "kilonewton": "kilonewton", "pascal": "pascal", "kilopascal": "kilopascal", "megapascal": "megapascal",
    "nanosecond": "nanosecond", "microsecond": "microsecond", "millisecond": "millisecond", "second": "second", "minute": "minute",
    "hour": "hour", "day": "day", "week": "week", "month": "month", "year": "year",
    "litre": "liter", "liter": "liter", "gallon": "gallon", "joule": "joule", "watt": "watt", "kilowatt": "kilowatt", "megawatt": "megawatt",
    "volt": "volt", "kilovolt": "kilovolt", "ampere": "ampere", "amp": "ampere", "ohm": "ohm", "farad": "farad", "hertz": "hertz",
    "degree": "degree", "percent": "percent", "per cent": "percent", "knot": "knot", "horsepower": "horsepower",
    "degrees celsius": "degC", "degree celsius": "degC", "degrees fahrenheit": "degF", "degree fahrenheit": "degF",
    "square metre": "meter**2", "square meter": "meter**2", "square foot": "foot**2", "square feet": "foot**2",
    "cubic metre": "meter**3", "cubic meter": "meter**3", "cubic foot": "foot**3", "cubic feet": "foot**3", "cubic yard": "yard**3",
    "euro": "EUR", "dollar": "USD", "percentage point": "percentage_point",
}  # fmt: skip
CURRENCIES = {
    "\u20ac": "EUR",
    "$": "USD",
    "\u00a3": "GBP",
    "\u00a5": "JPY",
    "EUR": "EUR",
    "USD": "USD",
    "GBP": "GBP",
    "CHF": "CHF",
    "JPY": "JPY",
}
CLASSES = ("REI", "EI", "RE", "EW", "IP", "IK")
"""Marks in front of a number that make it a rating of its own kind: REI 90, IP 65."""

_NOT_CONVERTED = frozenset(
    {*CURRENCIES.values(), *CLASSES, "dBA", "dbu", "px", "pt", "ordinal", "percentage_point", ""}
)


def _alternatives(spellings: list[str]) -> str:
    return "|".join(re.escape(spelling) for spelling in sorted(spellings, key=len, reverse=True))


_WORD_PATTERN = "|".join(
    sorted((re.escape(word) + ("" if word.endswith(("s", "feet")) else "s?") for word in _WORDS), key=len, reverse=True)
)
_CURRENCY_CODES = [code for code in CURRENCIES if code.isalpha()]
_ATOM = (
    rf"(?:(?:{_alternatives([*_SYMBOLS, *CURRENCIES])})(?![A-Za-z\u03bc\u03a9])|(?i:{_WORD_PATTERN})(?![A-Za-z]))"
    r"(?:\^?-?[23](?![\d.])|[\u00b2\u00b3])?"
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
    try:
        return str(_registry().Unit(unit).dimensionality)
    except Exception:  # noqa: BLE001  pint raises many kinds for what it does not know; such a unit is compared as written
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
