"""Counts what turns a question round: "not", "without", "fails to", "irrelevant", "forbidden" - each once."""

import re

from kingpost.language.polarity import turns
from kingpost.language.wanted import without_default_phrase

_BOUNDS = (
    (
        r"(?:must|shall|may|should|can|could|do|does|is|are)?\s?(?:not|never|n't)\s(?:be\s)?(?:exceed(?:ed)?|go over"
        r"|go above|rise above|be more than|be higher than|be greater than|be above)"
        r"|cannot\s(?:be\s)?exceed(?:ed)?|at most|at the most"
        r"|(?:no|not) (?:more|later|longer|higher|larger|greater|bigger) than",
        "maximum",
    ),
    (
        r"(?:must|shall|may|should|can)?\s?(?:not|never)\s(?:fall|drop|go|be|lie|sink) (?:below|under|less than)"
        r"|(?:no|not) (?:less|fewer|earlier|lower|smaller|shorter) than|at least|at the least",
        "minimum",
    ),
    (r"rather than|instead of|as opposed to|and not|but not", "rather than"),
    (r",\s?not", "rather than"),
    (r"not the same|not identical|not equal", "different"),
    (
        r"free of charge|without (?:a |any )?(?:charge|payment|cost|fee)"
        r"|at no (?:extra |additional )?(?:charge|cost)",
        "free",
    ),
    (
        r"not (?:yet )?(?:known|sure|clear)|no idea|(?:do(?:es)? ?n.t|do not|never|can ?not|can.t|cannot|could ?n.t) "
        r"(?:know|find|see|read|remember|recall|understand|figure)",
        " ",
    ),
    (r"yes or no|or not|why not|if not|not only|whether or not|by no means|no matter|no doubt|no longer", " "),
    (r"no\.", " "),
    (r"without (?:anybody|anyone|somebody|someone) \w+ing (?:it|anything)|by itself|on its own", "automatically"),
    (r"not applicable|n/a", "irrelevant"),
    (
        r"out of (?=(?:service|order|use|tolerance|range|date|stock|spec|alignment|balance|control|position|round)\b)",
        "not in",
    ),
)
_REWRITINGS = tuple((re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])"), f" {word} ") for pattern, word in _BOUNDS)
_CUE = re.compile(
    r"not?\b|n't|never|without|least|most|instead|rather|opposed|exceed|n/a|out of|itself|own\b|free|idea"
)
"""One of these stands in every text that has a bound or a turn of phrase above."""
_NEGATIVE = re.compile(
    r"\b(?:forbid(?:s|den|ding)?|prohibit\w*|ban(?:s|ned)|disallow\w*|unacceptable|omitt?\w*|left out|leav\w+ out"
    r"|fails?|failed|failing|excludes?|excluded|excluding|except|reject\w*|rul(?:e|ed|ing) out|missing|lack\w*|absent"
    r"|absence|less likely|of (?:little|no) \w+|(?:smallest|slightest|minimal) (?:relevance|significance|importance)"
    r"|insignifican\w+|unimportant|disregard\w*|ignor(?:e|ed))\b"
)
_DOUBLE = re.compile(r"\b(?:abnormal|unusual|atypical|anomalous|unbalance|unsold|unused|untreated|unauthori[sz]ed)\w*")
"""Words whose opposite nobody asks for: they name a thing."""


def bounded(text: str) -> str:
    """A normalised text in which negations that set a bound are written as one: "must not exceed" is "maximum"."""
    if not _CUE.search(text):
        return text
    for pattern, word in _REWRITINGS:
        text = pattern.sub(word, text)
    return text


def negations(text: str) -> tuple[str, ...]:
    """What negates in a text that ``bounded`` has been through; each word or phrase once, in no order."""
    plain = _DOUBLE.sub(" ", without_default_phrase(text))
    negative = tuple(found[0] for found in _NEGATIVE.finditer(plain))
    return (*negative, *turns(_NEGATIVE.sub(" ", plain)))
