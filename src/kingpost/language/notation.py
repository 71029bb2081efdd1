"""Writes what has several notations in one of them, so that slots can be compared: "w/o", "7 deg C", "FY22", "2Q16"."""

import re
from collections.abc import Callable

from kingpost.language.numerals import numerals
from kingpost.language.units import UNIT

_ORDINAL_WORDS = {
    "first": "1st", "second": "2nd", "third": "3rd", "eleventh": "11th", "twelfth": "12th", "thirteenth": "13th",
    "fourteenth": "14th", "fifteenth": "15th", "twentieth": "20th", "thirtieth": "30th",
}  # fmt: skip
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_NUMERALS = "|".join(sorted(_ROMAN, key=len, reverse=True))
_QUARTER_OF = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
_SUBSTANCES_TEXT = """
O2 oxygen, H2 hydrogen, N2 nitrogen, CO2 carbon dioxide, H2O water, SO2 sulphur dioxide, NO2 nitrogen dioxide,
NH3 ammonia, CH4 methane, H2S hydrogen sulphide, HNO3 nitric acid, H2SO4 sulphuric acid, H3PO4 phosphoric acid,
SF6 sulphur hexafluoride, O3 ozone, N2O nitrous oxide, Al2O3 alumina, SiO2 silica, TiO2 titania, H2O2 hydrogen peroxide,
C3H8 propane, C4H10 butane, C2H2 acetylene, C2H4 ethylene, CaCO3 calcium carbonate, CaCl2 calcium chloride
"""
_SUBSTANCES = dict(entry.split(maxsplit=1) for entry in re.split(r",\s*", _SUBSTANCES_TEXT.strip()))
_SHORT_NAMES_TEXT = """
Jan January, Feb February, Mar March, Apr April, Jun June, Jul July, Aug August, Sept September, Sep September,
Oct October, Nov November, Dec December, Mon Monday, Tue Tuesday, Wed Wednesday, Thu Thursday, Fri Friday, Sat Saturday,
Sun Sunday
"""
_SHORT_NAMES = dict(entry.split() for entry in re.split(r",\s*", _SHORT_NAMES_TEXT.strip()))
_YEAR = r"(?:19|20)\d\d"
_NTH = "first|second|third|fourth|1st|2nd|3rd|4th|last"
_GAP = r"[\s/'-]*"
_UNTIL = r"\s?(?:to|-|until|through)\s?"
_OF_YEAR = r"(?:\s+the\s+year)?"
_HALVES = "first|second|1st|2nd|last|latter"
_FISCAL = r"(?:FY|fiscal(?:\s+year)?|financial\s+year|business\s+year)"
_LABELLED = r"type|class|category|phase|part|level|stage|grade|group|zone|annex|appendix|table|chapter|volume|tier"
_UNIT_BEHIND = (
    r"(?=\s(?:millimet|centimet|met(?:er|re)|kilomet|inch|foot|feet|mile|gram|kilo|tonne|ton\b|lit|hour|minute|day|week"
    r"|month|year|degree|volt|watt|amp|hertz|bar\b|percent|per cent))"
)


def _full_year(digits: str) -> str:
    return digits if len(digits) == 4 else f"20{digits}"


def _year_range(found: re.Match[str]) -> str:
    return f"{found[1]} to {found[2] if len(found[2]) == 4 else found[1][:2] + found[2]}"


def _quarter(found: re.Match[str]) -> str:
    return f"Q{found['part']} {_full_year(found['year'])}"


def _nth_quarter(found: re.Match[str]) -> str:
    return f"Q{_QUARTER_OF[found['nth'].casefold()]}"


def _nth_half(found: re.Match[str]) -> str:
    number = 1 if found["nth"].casefold() in {"first", "1st", "1"} else 2
    return f"half-{number} {found['year']}"


def _half_of_months(found: re.Match[str]) -> str:
    return f"half-{1 if found['start'].casefold().startswith('jan') else 2} {found['year']}"


def _roman(found: re.Match[str]) -> str:
    return f"{found[1]} {_ROMAN[found[2].casefold()]}"


def _fiscal_year(found: re.Match[str]) -> str:
    return _full_year(found["year"])


def _twenty(found: re.Match[str]) -> str:
    return f"2{_ORDINAL_WORDS[found[1].casefold()]}"


def _ordinal(found: re.Match[str]) -> str:
    return _ORDINAL_WORDS[found[1].casefold()]


def _written_out(found: re.Match[str]) -> str:
    return _SHORT_NAMES.get(found[1]) or _SUBSTANCES[found[1]]


_PLAIN: tuple[tuple[str, str, str | Callable[[re.Match[str]], str]], ...] = (
    ("w/", r"(?<!\w)w/o(?!\w)", "without"),
    ("w/", r"(?<!\w)w/(?=\s|\w)", "with "),
    ("min", r"\b(?:rev(?:olution)?s?\s?/\s?min(?:ute)?|r/min|1/min|revolutions\s+(?:per|a|each)\s+minute)\b", "rpm"),
    ("2", rf"{_FISCAL}[\s_-]*({_YEAR})[-/](\d\d(?:\d\d)?)\b(?![-/]\d)", _year_range),
    ("0 1 9", rf"(?<![\w/.-])({_YEAR})\s?[-/]\s?({_YEAR}|\d\d)\b(?![-/.]\d|[\w-])", _year_range),
    ("q", rf"\b(?P<part>[1-4])Q\s?'?(?P<year>{_YEAR}|\d\d)\b", _quarter),
    ("q", rf"\bQ(?P<part>[1-4]){_GAP}(?:of\s+)?(?:{_FISCAL})?{_GAP}(?P<year>{_YEAR}|\d\d)\b(?!\s?(?:%|\w))", _quarter),
    ("fy fiscal financial business", rf"{_FISCAL}[\s_'-]*(?P<year>{_YEAR}|\d\d)\b", _fiscal_year),
    ("quarter", rf"\b(?P<nth>{_NTH})[\s-]+(?:fiscal\s+|calendar\s+)?quarter\b", _nth_quarter),
    ("half", rf"(?P<year>{_YEAR})(?:'s)?\s(?P<nth>{_HALVES})[\s-]+half\b", _nth_half),
    ("months", rf"\b(?P<nth>first|last|second) (?:six|6) months\s+(?:of|in){_OF_YEAR}\s+(?P<year>{_YEAR})", _nth_half),
    ("half", rf"\b(?P<nth>{_HALVES})[\s-]+half(?:[\s-]+year)?(?:\s+of)?{_OF_YEAR}\s+(?P<year>{_YEAR})", _nth_half),
    ("h1 h2", rf"\bH(?P<nth>[12]){_GAP}(?P<year>{_YEAR})", _nth_half),
    ("jan", rf"\b(?P<start>jan)[a-z]*\.?{_UNTIL}june?\s+(?:of\s+)?(?P<year>{_YEAR})", _half_of_months),
    ("dec", rf"\b(?P<start>jul)[a-z]*\.?{_UNTIL}dec[a-z]*\.?\s+(?:of\s+)?(?P<year>{_YEAR})", _half_of_months),
    ("'", r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)([a-z]*)\.?\s?'(\d\d)\b", r"\1\2 20\3"),
    ("v", r"(?<![\w.])v\.?\s?(\d+(?:\.\d+)+)", r"version \1"),
    (
        _LABELLED.replace("|", " "),
        rf"\b({_LABELLED})\s({_NUMERALS})\b(?![.-])",
        _roman,
    ),
    ("half", r"\bhalf\s+(?:of\s+)?a\s+year\b", "6 months"),
    ("half", r"\bhalf\s+an?\s+(hour|day|met(?:er|re)|lit(?:er|re)|mile|tonne|percent)\b", r"0.5 \1"),
    ("half", r"\b(?:a|one)\s+and\s+a\s+half\b", "1.5"),
    ("dozen", r"\b(?:one\s+|a\s+)?dozen\b", "12"),
    ("twice", r"\btwice\b", "two times"),
    ("fortnight", r"\b(?:a|one)\s+fortnight\b", "14 days"),
    ("one", rf"\bone{_UNIT_BEHIND}", "1"),
    ("one", rf"\b({_LABELLED})\sone\b", r"\1 1"),
    ("thousand million", r"(?<![\d.]\s)(?<!\bone\s)(?<!\ba\s)\b(thousand|million)\b(?!s)", r"1 \1"),
    ("twenty", r"\btwenty[\s-](first|second|third)\b", _twenty),
    (
        " ".join(_ORDINAL_WORDS),
        rf"(?<!\bper\s)(?<!\d\s)(?<!\bone\s)\b({'|'.join(_ORDINAL_WORDS)})\b(?!-|\s(?:quarter|half)\b)",
        _ordinal,
    ),
)
"""Cues (one of which is in the text in small letters), what is found, what is written for it."""
_REWRITINGS = tuple(
    (tuple(cues.split()), re.compile(pattern, re.IGNORECASE), replacement) for cues, pattern, replacement in _PLAIN
)
_RANGE = re.compile(rf"(?<![\w./-])(\d+(?:\.\d+)?)\s?-\s?(?=\d+(?:\.\d+)?\s?-?{UNIT}(?!\w))")
_SHORT = re.compile(rf"\b({'|'.join([*_SHORT_NAMES, *_SUBSTANCES])})\b\.?(?!\w)")
_DEGREES_WRITTEN = re.compile(
    r"(?<=\d)\s?(?:degrees?|deg)\.?\s?(?:(c)(?:elsius|entigrade)?|f(?:ahrenheit)?)\b", re.IGNORECASE
)
_DEGREES_BEHIND_A_NUMBER = re.compile(r"(?<=\d)\s(C|F)\b(?![\w./+-])")


def one_notation(text: str) -> str:
    """The text with number words as digits and dates, degrees, substances, ordinals and abbreviations in one notation.

    ``text`` is in one form (see ``normalise.one_form``). The meaning stays; the wording is for comparing only.
    """
    small = text.casefold()
    for cues, pattern, replacement in _REWRITINGS:
        if any(cue in small for cue in cues):
            text = pattern.sub(replacement, text)
    text = _SHORT.sub(_written_out, text)
    if "-" in text:
        text = _RANGE.sub(r"\1 to ", text)
    text = numerals(text)
    text = _DEGREES_WRITTEN.sub(lambda found: " °C" if found[1] else " °F", text)
    return _DEGREES_BEHIND_A_NUMBER.sub(r" °\1", text)
