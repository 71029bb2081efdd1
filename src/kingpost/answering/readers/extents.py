"""How much of a text a question asks for: a value, a fact, or a description of several sentences."""

import re
from dataclasses import dataclass
from enum import StrEnum

from kingpost.language.wanted import wanted


class Extent(StrEnum):
    """How long an answer is asked for."""

    VALUE = "value"
    FACT = "fact"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The bounds of an extract. A list that follows its lead-in may go beyond ``words``, up to ``listed``."""

    window: int
    sentences: int
    words: int
    listed: int


MEASURES = {
    Extent.VALUE: Measure(window=2, sentences=2, words=40, listed=0),
    Extent.FACT: Measure(window=3, sentences=3, words=75, listed=110),
    Extent.DESCRIPTION: Measure(window=3, sentences=5, words=90, listed=120),
}
"""A value is told in one sentence, and in two only where both are short; the list it stands in is not told."""
_DESCRIBED = frozenset("purpose definition responsibility material".split())
"""Kinds of thing that are told in sentences, not in a number, a name or a date."""
_VALUE = re.compile(
    r"^(?:and\s+)?(?:(?:in|on|at|by|from|to|for|since|of)\s+)?(?:who(?:m|se)?|when|where|what (?:date|time|year|day)"
    r"|which (?:date|year|day)|how (?:many|much|long|high|wide|thick|heavy|large|big|often|far|old|deep|fast|tall))\b",
    re.I,
)
_DESCRIPTION = re.compile(
    r"^(?:and\s+)?(?:how\s+(?:do|does|did|can|is|are|was|were|has|have|had|to|would|should|might|could)\b|why\b|describe"
    r"|explain|summari[sz]e|discuss|outline|compare|contrast|analy[sz]e|examine|evaluate|assess|identify|tell me|talk"
    r"|what (?:are|were|can|do|does|did|should|must|happens|happened|kinds?|types?|steps?|tips|factors|measures)\b"
    r"|which \w+ (?:are|were)\b|(?:list|name|give|provide)\b)"
    r"|\b(?:differ(?:s|ences?)?|compared?|versus|vs|advantages|benefits|steps|process|tips|reasons|overview|summary"
    r"|requirements|features|information about|basic information|more about)\b"
    r"|\band (?:what|how|why|which|who|when|where)\b",
    re.I,
)
_TOLD = re.compile(
    r"^(?:and\s+)?(?:how (?:do|does|did|has|have|might|could|is|are)\b|why\b|describe|explain|summari[sz]e|discuss"
    r"|outline|analy[sz]e|examine|evaluate|assess"
    r"|(?:what|which) (?:impact|effects?|influences?|factors?|reasons?|risks?)\b"
    r"|what (?:is|was|are|were) the (?:\w+ )?(?:impacts?|effects?|influences?|factors?|reasons?|risks?|causes?)\b)",
    re.I,
)
_ACROSS = re.compile(
    r"\b(?:differ(?:s|ences?|ent)?|compar\w+|versus|vs|both|each|across|between|respectively|all (?:the )?(?:documents"
    r"|plans|reports|quarters|years|filings|standards)|over (?:time|the)|changed?|changes)\b",
    re.I,
)
_ASKS_WHICH = re.compile(r"(?:(?:in|on|at|by|from|to|for|of|with|under)\s+)?(?:what|which)\b|state\b", re.I)
_TAIL = re.compile(r"(?<=[.?!])\s+(?=\S)")


def extent_of(question: str) -> Extent:
    """What the question asks for. Several questions in one, and anything that is no question, want a description."""
    text = " ".join(question.split()).strip()
    if len([part for part in _TAIL.split(text) if part.endswith("?")]) > 1:
        return Extent.DESCRIPTION
    if _VALUE.match(text) and not re.search(r"\band (?:what|how|why)\b", text, re.I):
        return Extent.VALUE
    if _DESCRIPTION.search(text):
        return Extent.DESCRIPTION
    kinds = wanted(text)
    if _ASKS_WHICH.match(text) and kinds and not set(kinds) & _DESCRIBED:
        return Extent.VALUE
    return Extent.FACT


def is_told(question: str) -> bool:
    """Whether the answer is told in sentences: how, why, what influences. No number alone answers it."""
    return _TOLD.match(question.strip()) is not None


def goes_across(question: str) -> bool:
    """Whether several documents are asked about, so that an answer may be put together from them."""
    return _ACROSS.search(question) is not None
