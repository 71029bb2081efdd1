"""Finds identifiers and clause numbers, and brings them to the one form in which they are looked up."""

import re

from kingpost.language.normalise import STOP_WORDS, normalise, one_form
from kingpost.language.quantities import quantities
from kingpost.language.units import is_unit

_STANDARDS_TEXT = """
ISO IEC IEEE EN BS DIN ASTM ASME API ANSI NFPA AISC ACI AWS SAE UL NEC NEMA MIL-STD MIL-HDBK MIL-PRF MIL-DTL
MIL-SPEC NASA-STD AS NZS AS/NZS JIS GB CSA VDI VDE ETSI RFC AASHTO EIA TIA ECSS STANAG ISO/IEC ISO/TS ISO/TR
IEC/TS CFR OSHA ICAO
"""
_STANDARDS = _STANDARDS_TEXT.split()
_STANDARD = re.compile(
    rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, _STANDARDS), key=len, reverse=True))})(?:\s(?:EN|ISO|IEC))*"
    r"[\s-][A-Z]{0,2}\d[A-Za-z0-9]*(?:[-.:/][A-Za-z0-9]+)*"
)
_OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")
_TOKEN = re.compile(r"(?<![\w.-])[A-Za-z0-9_$][\w$]*(?:[-./:][\w$]+)*")
_PLAIN_COMPOUND = re.compile(r"\d+(?:[.,]\d+)?-[a-z][a-z-]*|[a-z]+(?:-[a-z]+)*-\d{1,2}|\d+(?:st|nd|rd|th|s|D|d|x)")
_PERIOD = re.compile(r"(?:[QH][1-4](?:[-/]?(?:FY)?\d{2,4})?|FY[-/]?\d{2,4}|\d{4}[-/]?Q[1-4]|[1-4]Q\d{0,4})")
_DIGIT_PART = re.compile(r"\d{3,}(?:-\d{2,})+")
_DATE = re.compile(r"(?:19|20)\d\d-\d{1,2}(?:-\d{1,2})?(?:T[\d:]+)?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{2}|\d{4})")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:[ap]m)?")
_DOTTED = re.compile(r"\d+(?:\.\d+)+[a-z]?")


def key(text: str) -> str:
    """The form in which an identifier is looked up: casefolded, one kind of dash, no space around dashes.

    Punctuation around it is off. Leading dashes of an option become one, or none where the name has an
    underscore or digit (``--max_slew`` and ``max_slew`` are one thing). ``ISO 9001`` and ``ISO-9001`` are one key.
    """
    tidy = re.sub(r"\s*-\s*(?=\w)", "-", normalise(text)) if not text.lstrip().startswith("-") else normalise(text)
    tidy = tidy.lstrip("([{<\"'").rstrip(".,;:!?)]}>\"'-")
    if tidy.startswith("-"):
        name = tidy.lstrip("-")
        return name if re.search(r"[_\d]", name) else f"-{name}"
    return re.sub(
        r"^([a-z/-]+(?: (?:en|iso|iec))*) (?=[a-z]{0,2}\d)", lambda found: found[1].replace(" ", "-") + "-", tidy
    )


def identifiers(text: str) -> tuple[str, ...]:
    """Keys of what looks like an identifier, in order, each once.

    Part numbers (E-204A), record ids (NYC08CA055), options (-max_slew), snake_case names, standards
    (MIL-STD-882E), error codes (DRT-0073). Not plain words, numbers with units, dates, quarters, clause numbers.
    """
    plain = one_form(text)
    found: list[tuple[int, str]] = []
    taken: list[tuple[int, int]] = []
    for pattern, accepts in ((_STANDARD, _always), (_OPTION, _option), (_TOKEN, _identifier)):
        for match in pattern.finditer(plain):
            inside = any(start <= match.start() < end for start, end in taken)
            if not inside and accepts(match[0]):
                taken.append(match.span())
                found.append((match.start(), key(match[0])))
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def _always(token: str) -> bool:
    return True


def _option(token: str) -> bool:
    return token.startswith("--") or token.lstrip("-").casefold() not in STOP_WORDS


def _identifier(token: str) -> bool:
    token = token.rstrip(".:/-")
    has_letter = re.search(r"[A-Za-z]", token) is not None
    if "_" in token and has_letter:
        return True
    if not re.search(r"\d", token):
        return False
    if not has_letter:
        return _digit_part(token)
    ordinary = (_PLAIN_COMPOUND, _PERIOD, _DATE, _CLOCK, _DOTTED)
    return not any(pattern.fullmatch(token) for pattern in ordinary) and not _measured(token)


def _digit_part(token: str) -> bool:
    """``4051-22`` is a part number; ``1000-2000`` is a range and ``2023-05-04`` a date."""
    if not _DIGIT_PART.fullmatch(token) or _DATE.fullmatch(token):
        return False
    first, second = token.split("-")[:2]
    return not (len(first) == len(second) and int(first) < int(second))


def _measured(token: str) -> bool:
    """``15m``, ``kN/m2`` and ``REI90`` are quantities."""
    if is_unit(token):
        return True
    return any(found.unit and len(found.text) == len(token) for found in quantities(token))


_NUMBER = r"[A-Z]?\.?\d+(?:[.-]\d+)*[a-z]?(?:\s?\([a-z0-9]{1,4}\))*"
_NAMED = re.compile(
    r"(?:\b(?:sub)?-?(?:clauses?|sections?|sect?\.|rules?|paragraphs?|paras?\.?|articles?|chapters?|tasks?"
    r"|requirements?|items?)|\u00a7{1,2})"
    rf"\s?(?P<list>{_NUMBER}(?:(?:,\s|\s(?:and|or|to|through)\s|,?\sand\s){_NUMBER})*)(?![\w%])",
    re.IGNORECASE,
)
_ANNEX = re.compile(r"\b(?P<kind>appendix|annex)\s(?P<letter>[A-Z])(?P<rest>(?:\.\d+)*)\b", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![\w.,$\u20ac\u00a3=<>~\u2264\u2265-])(?P<number>[A-Z]?\.?\d+(?:\.\d+)+[a-z]?(?:\s?\([a-z0-9]{1,4}\))*)"
    r"(?![\w%-]|\.\d|\s?[%\u00b0])"
)
_MEASURE_BEFORE = re.compile(
    r"(?:\b(?:of|(?<!what )(?:is|was|are)|be|than|least|most|by|to|at|about|approximately|from|and|between|equals?|x"
    r"|grade|class|factor|ratio|up|rev|revision|version|release|v)\.?|[=<>~])\s*$",
    re.IGNORECASE,
)


def clause_numbers(text: str) -> tuple[str, ...]:
    """Clause numbers named in a text, in order, each once: ``3.2.1``, ``4.1.2(b)``, ``19.04``, ``a.3``, ``appendix a``.

    Named ones ("section 5", "rule 19.04", "§ 5.3") and bare dotted numbers that are no measure, date or version.
    """
    plain = one_form(text)
    found = [
        (match.start("list") + number.start(), _clause_key(number[0]))
        for match in _NAMED.finditer(plain)
        for number in re.finditer(_NUMBER, match["list"], re.IGNORECASE)
    ]
    for match in _ANNEX.finditer(plain):
        rest = match["rest"]
        name = f"{match['letter']}{rest}" if rest else f"{match['kind']} {match['letter']}"
        found.append((match.start(), name.casefold()))
    found += [
        (match.start(), _clause_key(match["number"])) for match in _BARE.finditer(plain) if _bare_clause(plain, match)
    ]
    return tuple(dict.fromkeys(number for _, number in sorted(found)))


def _bare_clause(text: str, match: re.Match[str]) -> bool:
    number = match["number"]
    if _DATE.fullmatch(number):
        return False
    if number.count(".") >= 2 or "(" in number or number[0].isalpha():
        return True
    measured = any(q.start == match.start() and q.unit for q in quantities(text[: match.end() + 24]))
    return not measured and _MEASURE_BEFORE.search(text[: match.start()]) is None


def _clause_key(number: str) -> str:
    return re.sub(r"\s", "", number).casefold().rstrip(".")
