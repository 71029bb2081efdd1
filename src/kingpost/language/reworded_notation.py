"""Writes numbers, units, dates, abbreviations and words otherwise, without touching the sense of a question."""

import re
from collections.abc import Iterator, Mapping
from random import Random

from kingpost.language.normalise import STOP_WORDS

_UNIT_WORDS = {
    "mm": "millimetres", "cm": "centimetres", "m": "metres", "km": "kilometres", "kg": "kilograms", "t": "tonnes",
    "kN": "kilonewtons", "kW": "kilowatts", "MW": "megawatts", "V": "volts", "A": "amps", "Hz": "hertz", "l": "litres",
    "h": "hours", "min": "minutes", "s": "seconds", "%": "percent", "°C": "degrees Celsius", "kPa": "kilopascals",
}  # fmt: skip
_UNIT_SIGNS = {word: sign for sign, word in _UNIT_WORDS.items()}
_CONVERTED = (
    (re.compile(r"(?<![\w.,/-])(?P<n>\d+) ?m(?![\w/²³^])"), 100, "cm"),
    (re.compile(r"(?<![\w.,/-])(?P<n>\d+) ?cm(?![\w/²³^])"), 10, "mm"),
    (re.compile(r"(?<![\w.,/-])(?P<n>\d+) ?km(?![\w/²³^])"), 1000, "m"),
    (re.compile(r"(?<![\w.,/-])(?P<n>\d+(?:\.\d+)?) ?kN/m(?:2|²)(?!\w)"), 1, "kPa"),
    (re.compile(r"(?<![\w.,/-])(?P<n>\d+(?:\.\d+)?) ?kPa(?!\w)"), 1, "kN/m2"),
    (re.compile(r"(?<![\w.,/-])(?P<n>\d+) ?kW(?!\w)"), 1000, "W"),
    (re.compile(r"(?<![\w.,/-])(?P<n>\d+) ?MPa(?!\w)"), 1, "N/mm2"),
)
_SIGN = re.compile(
    r"(?P<n>(?<![\w.,/-])\d+(?:\.\d+)?) ?(?P<unit>"
    + "|".join(sorted(map(re.escape, _UNIT_WORDS), key=len, reverse=True))
    + r")(?![\w/²³^%])"
)
_WORD_UNIT = re.compile(rf"(?P<n>(?<![\w.,/-])\d+(?:\.\d+)?) (?P<unit>{'|'.join(_UNIT_SIGNS)})\b")
_NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()
_SPELT = {str(value): word for value, word in enumerate(_NUMBERS, start=2)} | {"15": "fifteen", "20": "twenty"}
_DIGITS = {word: digits for digits, word in _SPELT.items()}
_LONE = re.compile(r"(?<![\w.,/:-])(?:[2-9]|1[0125]|20)(?= (?:[a-z]{3,}))")
_SPELT_WORD = re.compile(rf"\b(?:{'|'.join(_DIGITS)})(?= [a-z]{{3,}})")
_QUARTER = re.compile(r"\bQ([1-4]) ?(?:of )?((?:19|20)\d\d)\b")
_QUARTER_WORDS = re.compile(r"\b(?:the )?(first|second|third|fourth) quarter (?:of )?((?:19|20)\d\d)\b")
_NTH = ("first", "second", "third", "fourth")
_ISO = re.compile(r"\b((?:19|20)\d\d)-([01]\d)-([0-3]\d)\b")
_MONTHS = "January February March April May June July August September October November December".split()
_SPELLINGS_TEXT = """
colour color; metre meter; metres meters; centre center; aluminium aluminum; organisation organization; fibre fiber;
programme program; labour labor; authorised authorized; analyse analyze; catalogue catalog; grey gray; tyre tire;
litre liter; litres liters; mould mold; vapour vapor; sulphur sulfur; licence license; defence defense;
behaviour behavior; galvanised galvanized; pressurised pressurized; labelled labeled; cancelled canceled
"""
_SYNONYMS_TEXT = """
required|needed; allowed|permitted; begin|start; begins|starts; purchase|buy; purchased|bought; happen|occur;
happened|occurred; located|situated; carry out|perform; carried out|performed; employees|staff; maximum|largest;
minimum|smallest; at least|a minimum of; at most|a maximum of; approximately|about; every year|annually; each|every;
each month|monthly; immediately|at once; people|persons; show|display; obtain|get; choose|select; chosen|selected;
finish|complete; also called|also known as; as well as|and also; in case of|in the event of; due to|because of;
about|regarding; must|have to; has to be|must be;
for what reason|why; how many|what number of; responsible for|in charge of; repaired|mended; replace|exchange;
frequently|often; additional|further; assist|help; company|firm; vehicle fleet|fleet of vehicles; error|fault;
document|paper; allow|permit; ensure|make sure; per|for each; stored|kept; shown|displayed; cost|price;
how often|at what intervals; what date|which date; what kind of|what type of; what type of|which type of;
"""


def _both_ways(text: str, split: str | None = None) -> dict[str, str]:
    pairs = [
        [part.strip() for part in line.split(split)] for line in text.replace("\n", " ").split(";") if line.strip()
    ]
    return {old: new for one, other in pairs for old, new in ((other, one), (one, other)) if old != new}


_SPELLINGS = _both_ways(_SPELLINGS_TEXT)
_SYNONYMS = _both_ways(_SYNONYMS_TEXT, "|")
_NOT_BACK_TEXT = "have to|largest|smallest|about|kept|firm|paper|price|fault|for each|exchange|further"
_NOT_BACK = frozenset(_NOT_BACK_TEXT.split("|"))
"""Words of everyday that stand for more than their pair: they are put in, never taken out."""


def notations(question: str, generator: Random, glossary: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Kind and text of each way to write something of the question otherwise."""
    yield from _units(question)
    yield from _numbers(question)
    yield from _dates(question)
    yield from _abbreviations(question, glossary)
    yield from (("spelling", text) for text in _exchanged(question, _SPELLINGS))
    yield from (("synonym", text) for text in _exchanged(question, _SYNONYMS, left=_NOT_BACK))
    yield from _mistakes(question, generator)
    yield from _plurals(question)


def _units(question: str) -> Iterator[tuple[str, str]]:
    for found in _SIGN.finditer(question):
        yield "unit", _put(question, found, f"{found['n']} {_UNIT_WORDS[found['unit']]}")
        tight = found["n"] + ("" if " " in found[0] else " ") + found["unit"]
        yield "unit", _put(question, found, tight)
    for found in _WORD_UNIT.finditer(question):
        yield "unit", _put(question, found, f"{found['n']} {_UNIT_SIGNS[found['unit']]}")
    for pattern, factor, unit in _CONVERTED:
        for found in pattern.finditer(question):
            number = found["n"] if factor == 1 else str(int(found["n"]) * factor)
            yield "unit", _put(question, found, f"{number} {unit}")


def _numbers(question: str) -> Iterator[tuple[str, str]]:
    for found in _LONE.finditer(question):
        yield "number", _put(question, found, _SPELT[found[0]])
    for found in _SPELT_WORD.finditer(question):
        yield "number", _put(question, found, _DIGITS[found[0]])


def _dates(question: str) -> Iterator[tuple[str, str]]:
    for found in _QUARTER.finditer(question):
        yield "period", _put(question, found, f"the {_NTH[int(found[1]) - 1]} quarter of {found[2]}")
    for found in _QUARTER_WORDS.finditer(question):
        yield "period", _put(question, found, f"Q{_NTH.index(found[1]) + 1} {found[2]}")
    for found in _ISO.finditer(question):
        if 1 <= int(found[2]) <= 12:
            yield "period", _put(question, found, f"{int(found[3])} {_MONTHS[int(found[2]) - 1]} {found[1]}")


def _abbreviations(question: str, glossary: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for short, long in glossary.items():
        for old, new in ((short, long), (long, short)):
            flags = 0 if old == short else re.IGNORECASE
            found = re.search(rf"(?<![\w-]){re.escape(old)}(?![\w-])", question, flags)
            if found:
                yield "abbreviation", _put(question, found, new)


def _exchanged(question: str, pairs: Mapping[str, str], left: frozenset[str] = frozenset()) -> Iterator[str]:
    for old, new in pairs.items():
        if old in left or old not in question.casefold():
            continue
        found = re.search(rf"(?<![\w-]){re.escape(old)}(?![\w-])", question, re.IGNORECASE)
        if found:
            yield _put(question, found, new[:1].upper() + new[1:] if found[0][:1].isupper() else new)


def _mistakes(question: str, generator: Random) -> Iterator[tuple[str, str]]:
    """A letter left out or two exchanged inside a long plain word; and a question without its mark."""
    words = [
        found
        for found in re.finditer(r"(?<![\w-])(?!under|over|in|un|non|dis|ab|mi|ma)[a-z]{7,}(?![\w-])", question)
        if found[0] not in STOP_WORDS
    ]
    if words:
        found = generator.choice(words)
        word, at = found[0], generator.randrange(2, len(found[0]) - 3)
        wrong = generator.choice((word[:at] + word[at + 1 :], word[:at] + word[at + 1] + word[at] + word[at + 2 :]))
        yield "mistake", _put(question, found, wrong)
    bare = question.rstrip(" ?.!").replace(",", "")
    yield "mistake", bare.lower() if bare.casefold() != question.casefold() and not _has_marks(bare) else bare


def _has_marks(text: str) -> bool:
    return re.search(r"[A-Z](?!\w)|\w[A-Z\d]|\d", text) is not None


def _plurals(question: str) -> Iterator[tuple[str, str]]:
    """``of a door`` and ``of doors``: where no verb goes with the word."""
    end = r"(?=[?.]|$)"
    found = re.search(rf"\b(?P<joint>of|for) an? (?P<noun>[a-z]+ )?(?P<head>[a-z]{{3,}}[^sxyhf\W]){end}", question)
    if found:
        yield "plural", _put(question, found, f"{found['joint']} {found['noun'] or ''}{found['head']}s")
    found = re.search(rf"\b(?P<joint>of|for) (?P<head>[b-df-hj-np-tv-z][a-z]{{2,}}[^sxyhfeiu\W])s{end}", question)
    if found:
        yield "plural", _put(question, found, f"{found['joint']} a {found['head']}")


def _put(question: str, found: re.Match[str], new: str) -> str:
    return question[: found.start()] + new + question[found.end() :]
