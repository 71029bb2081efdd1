"""Changes one number, unit, identifier, clause, date or revision of a question, so that it asks something else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from random import Random

from kingpost.language.identifiers import clause_numbers, identifiers
from kingpost.language.siblings import Siblings

_YEAR = re.compile(r"(?<![\w.,/-])(?P<year>(?:19|20)\d\d)(?![\w]|[.,/-]\d)")
_QUARTER = re.compile(r"(?<![A-Za-z0-9])(?P<kind>[QH])(?P<part>[1-4])(?!\d)|\b(?P<short>[1-4])(?=Q\d{2})")
_FISCAL = re.compile(r"\bFY\s?'?(?P<year>(?:20)?\d\d)\b")
_NTH_WORDS = ("first", "second", "third", "fourth")
_NTH = re.compile(
    rf"\b({'|'.join(_NTH_WORDS)})(?=\s(?:fiscal\s)?(?:quarter|half|year|month|phase|stage|shift|floor)\b)"
)
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = re.compile(rf"(?<!^)\b({'|'.join(_MONTHS)})\b")
_ISO_DAY = re.compile(r"\b(?P<month>(?:19|20)\d\d-[01]\d-)(?P<day>[0-3]\d)\b")
_REVISION = re.compile(
    r"\b(?i:rev(?:ision)?|version|release|edition|issue|amendment)\b\.?\s(?P<mark>[A-Z](?![\w-])|\d+(?:\.\d+)*\b)"
)
_NAMED_PART = "clause|section|paragraph|rule|article|chapter|annex|appendix|table|figure"
_CLAUSE = re.compile(
    rf"(?<![\w.-])(?:(?i:{_NAMED_PART})s?\s(?P<named>[A-Z]?\.?\d+(?:\.\d+)*|[A-Z])|(?P<bare>[A-Z]?\.?\d+(?:\.\d+)+))"
    r"(?![\w%-]|\.\d)"
)
_MARKED = re.compile(r"\b[A-Za-z]{3,} (?P<mark>[B-HJ-Z]|A(?! [a-z]))(?![\w'.-])")
"""``zone B``: a letter that tells one thing from its like."""
_TOKEN = re.compile(r"--?[A-Za-z][\w-]*|(?<![\w.-])[A-Za-z0-9_][\w]*(?:[-./:]\w+)*")
_UNITS = (
    "mm cm m km",
    "millimetres centimetres metres kilometres",
    "millimeters centimeters meters kilometers",
    "inches feet yards",
    "mg g kg t",
    "grams kilograms tonnes",
    "N kN MN",
    "Pa kPa MPa bar",
    "kN/m kN/m2",
    "W kW MW",
    "watts kilowatts megawatts",
    "mV V kV",
    "mA A kA",
    "Hz kHz MHz",
    "seconds minutes hours",
    "hours days weeks months years",
    "°C °F K",
    "l m3",
    "litres gallons",
    "€ $ £",
    "EUR USD GBP",
    "dB dBA",
    "kB MB GB TB",
    "m2 m3",
)
_SIBLING_UNITS = {unit: tuple(family.split()) for family in reversed(_UNITS) for unit in family.split()}
_UNIT = re.compile(
    r"(?<=\d)(?P<gap>[\s-]?)(?P<unit>"
    + "|".join(sorted((re.escape(unit) for unit in _SIBLING_UNITS if unit not in "€$£"), key=len, reverse=True))
    + r")(?![\w/])|(?P<currency>[€$£])(?=\d)"
)
_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w.,/-]*\d)(?![A-Z]\b)")
_NUMBER_WORDS = "two three four five six seven eight nine ten eleven twelve".split()
_NUMBER_WORD = re.compile(rf"\b({'|'.join(_NUMBER_WORDS)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A question with one thing changed: ``kind`` of the slot, and what stands there ``instead`` of what."""

    kind: str
    text: str
    instead: str
    of: str


def put(kind: str, question: str, span: tuple[int, int], new: str) -> Change:
    """The question with other text in one place."""
    start, end = span
    return Change(kind=kind, text=question[:start] + new + question[end:], instead=new, of=question[start:end])


def figure_changes(question: str, siblings: Siblings, generator: Random) -> Iterator[Change]:
    """Changes of what holds digits, each place once; places in which other kinds stand are no numbers."""
    taken: list[tuple[int, int]] = []
    by_siblings = partial(_identifiers, siblings)
    for changes in (_revisions, _periods, _clauses, by_siblings, _marks):
        for change, span in list(changes(question, generator)):
            if not _met(span, taken):
                taken.append(span)
                yield change
    yield from _units(question, taken)
    yield from _numbers(question, taken, generator)


Found = Iterator[tuple[Change, tuple[int, int]]]


def _revisions(question: str, generator: Random) -> Found:
    for found in _REVISION.finditer(question):
        mark = found["mark"]
        span = found.span("mark")
        yield put("revision", question, span, _neighbour(mark, generator)), span


def _periods(question: str, generator: Random) -> Found:
    for found in _QUARTER.finditer(question):
        name = "part" if found["part"] else "short"
        parts = "12" if found["kind"] == "H" else "1234"
        yield put("period", question, found.span(name), _other(parts, found[name], generator)), found.span()
    for pattern, words in ((_NTH, _NTH_WORDS), (_MONTH, tuple(_MONTHS))):
        for found in pattern.finditer(question):
            yield put("period", question, found.span(1), _other(words, found[1], generator)), found.span()
    for found in _ISO_DAY.finditer(question):
        day = int(found["day"])
        near = f"{day + 1 if day < 28 else day - 1:02}"
        yield put("period", question, found.span("day"), near), found.span()
    for pattern in (_FISCAL, _YEAR):
        for found in pattern.finditer(question):
            written = found["year"]
            year = str(int(written) + generator.choice((-2, -1, 1, 2))).zfill(len(written))
            yield put("period", question, found.span("year"), year), found.span()


def _clauses(question: str, generator: Random) -> Found:
    for found in _CLAUSE.finditer(question):
        name = "named" if found["named"] else "bare"
        if found["named"] or clause_numbers(question[max(0, found.start() - 24) : found.end()]):
            yield put("clause", question, found.span(name), _neighbour(found[name], generator)), found.span(name)


def _marks(question: str, generator: Random) -> Found:
    for found in _MARKED.finditer(question):
        span = found.span("mark")
        yield put("identifier", question, span, _neighbour(found["mark"], generator)), span


def _identifiers(siblings: Siblings, question: str, generator: Random) -> Found:
    for found in _TOKEN.finditer(question):
        token = found[0]
        if not identifiers(token):
            continue
        others = siblings.of.get(token.casefold(), ())
        if re.search(r"\d", token):
            new = _near_mark(token, generator)
        elif others:
            new = generator.choice(others)
        else:
            continue
        yield put("identifier", question, found.span(), new), found.span()


def _units(question: str, taken: list[tuple[int, int]]) -> Iterator[Change]:
    for found in _UNIT.finditer(question):
        name = "currency" if found["currency"] else "unit"
        family = _SIBLING_UNITS[found[name]]
        if not _met(found.span(name), taken):
            new = family[(family.index(found[name]) + 1) % len(family)]
            yield put("unit", question, found.span(name), new)


def _numbers(question: str, taken: list[tuple[int, int]], generator: Random) -> Iterator[Change]:
    for found in _NUMBER.finditer(question):
        if not _met(found.span(), taken):
            yield put("number", question, found.span(), _near_number(found[0], generator))
    for found in _NUMBER_WORD.finditer(question):
        yield put("number", question, found.span(), _other(tuple(_NUMBER_WORDS), found[0].casefold(), generator))


def _near_number(written: str, generator: Random) -> str:
    """Another number of the same form: another last digit that counts, a step up, or the double."""
    plain = written.replace(",", "")
    if "." in plain:
        digits = len(plain.partition(".")[2])
        return f"{float(plain) + generator.choice((1, 2, 3)) * 10**-digits:.{digits}f}"
    value, zeros = int(plain), len(plain) - len(plain.rstrip("0"))
    step = 10 ** min(zeros, len(plain) - 1)
    new = generator.choice((value + step, value + 2 * step, value * 2 if value else 1, max(1, value - step)))
    new = new if new != value else value + step
    return f"{new:,}" if "," in written else str(new)


def _near_mark(token: str, generator: Random) -> str:
    """An identifier with another digit, or another letter after its last digit."""
    if re.search(r"\d[A-Z]$", token) and generator.random() < 0.5:
        return token[:-1] + _next_letter(token[-1])
    places = [place for place, sign in enumerate(token) if sign.isdigit()]
    place = generator.choice(places[-2:])
    digit = _other("0123456789" if place != places[0] else "123456789", token[place], generator)
    return token[:place] + digit + token[place + 1 :]


def _neighbour(mark: str, generator: Random) -> str:
    """The next letter, or the last number one or two on: ``B`` to ``C``, ``4.1`` to ``4.2``."""
    if mark[-1].isalpha():
        return mark[:-1] + _next_letter(mark[-1])
    found = re.search(r"\d+$", mark)
    last = found[0] if found else mark
    return mark[: len(mark) - len(last)] + str(int(last) + generator.choice((1, 2)))


def _next_letter(letter: str) -> str:
    return chr(ord(letter) + 1) if letter not in "Zz" else chr(ord(letter) - 1)


def _other(choices: str | tuple[str, ...], written: str, generator: Random) -> str:
    return generator.choice([choice for choice in choices if choice.casefold() != written.casefold()])


def _met(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in taken)
