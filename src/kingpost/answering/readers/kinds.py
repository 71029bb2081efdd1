"""What kind of thing would answer a question (a name, a date, a number, a place), and whether a text holds one."""

import re
from collections.abc import Callable
from enum import StrEnum

from kingpost.language.dates import dates
from kingpost.language.names import names
from kingpost.language.normalise import normalise, one_form
from kingpost.language.quantities import quantities
from kingpost.language.wanted import wanted


class AnswerKind(StrEnum):
    """What would answer: "who" asks for a name, "how many" for a number."""

    NAME = "name"
    DATE = "date"
    NUMBER = "number"
    PLACE = "place"
    REASON = "reason"
    OPEN = "open"


_DAY = re.compile(
    r"\b(?:1[0-9]|20|21)\d\d\b|\b\d{1,2}(?:st|nd|rd|th)?\s+century\b|\b\d{1,2}:\d\d\b|\b(?:mon|tues|wednes|thurs|fri|satur"
    r"|sun)day\b|\b(?:january|february|march|april|june|july|august|september|october|november|december)\b"
    r"|\b(?:daily|weekly|monthly|yearly|annually|after|before|until|during|within|when|once|upon|prior to)\b",
    re.I,
)
_NUMBER_WORD = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred"
    r"|thousand|million|billion|dozen|half|once|twice|several|no)\b",
    re.I,
)
_PERSON = re.compile(
    r"\b(?:manager|officer|director|team|department|company|person|supervisor|employer|authority)\b", re.I
)
_PLACE = re.compile(
    r"\b(?:in|at|on|near|from|to|of|inside|outside|between|along|under|above|beside|behind|across)\s+(?:the\s+)?\w",
    re.I,
)
_REASON = re.compile(
    r"\b(?:because|since|due to|so that|in order to|to ensure|therefore|thus|as a result|caused?|reasons?|owing to"
    r"|leads? to|purpose|allows?|helps?|prevents?|designed to)\b",
    re.I,
)
_ASKED = (
    (
        re.compile(r"\bhow (?:many|much|old|long|high|tall|wide|thick|heavy|large|big|far|fast|deep)\b", re.I),
        AnswerKind.NUMBER,
    ),
    (re.compile(r"\b(?:when\b|(?:what|which) (?:date|year|day|time|month)\b)", re.I), AnswerKind.DATE),
    (re.compile(r"\bwho(?:m|se)?\b", re.I), AnswerKind.NAME),
    (re.compile(r"\bwhere\b", re.I), AnswerKind.PLACE),
    (re.compile(r"\bwhy\b", re.I), AnswerKind.REASON),
)
_OPENING = re.compile(r"^\W*(?:\w+\W+){0,3}?(?=(?:how|when|what|which|who|whom|whose|where|why)\b)", re.I)
_NO_NUMBER = frozenset(
    "when where who material colour default unit purpose definition responsibility model serial registration".split()
)


def kind_asked(question: str) -> AnswerKind:
    """The kind of thing asked for; open where the question does not say."""
    text = normalise(question)
    opening = _OPENING.match(text)
    rest = text[opening.end() :] if opening else text
    for pattern, kind in _ASKED:
        if pattern.match(rest):
            return kind
    kinds = wanted(text)
    if rest.startswith(("what is", "what was", "what are", "what were")) and kinds and kinds[0] not in _NO_NUMBER:
        return AnswerKind.NUMBER
    return AnswerKind.OPEN


def holds_kind(kind: AnswerKind, question: str, text: str) -> bool:
    """Whether the text holds such a thing that the question does not name already."""
    return _HOLDERS[kind](question, one_form(text))


def _new_name(question: str, text: str) -> bool:
    asked = frozenset(normalise(question).split())
    return any(name not in asked for name in names(f"x {text}")) or _PERSON.search(text) is not None


def _new_place(question: str, text: str) -> bool:
    asked = frozenset(normalise(question).split())
    return any(name not in asked for name in names(f"x {text}")) or _PLACE.search(text) is not None


def _new_number(question: str, text: str) -> bool:
    asked = {quantity.value for quantity in quantities(question)}
    found = [quantity.value for quantity in quantities(text)]
    return any(value not in asked for value in found) or (not found and _NUMBER_WORD.search(text) is not None)


_HOLDERS: dict[AnswerKind, Callable[[str, str], bool]] = {
    AnswerKind.NAME: _new_name,
    AnswerKind.DATE: lambda _, text: bool(dates(text)) or _DAY.search(text) is not None,
    AnswerKind.NUMBER: _new_number,
    AnswerKind.PLACE: _new_place,
    AnswerKind.REASON: lambda _, text: _REASON.search(text) is not None,
    AnswerKind.OPEN: lambda _, __: True,
}
