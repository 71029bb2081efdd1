"""What a question wants done with a table, read off its words: count, total, most, first, next, between, or."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from kingpost.answering.tables.values import NUMERALS, Token, Value, read, tokens


class Cue(StrEnum):
    """A kind of operation that words of a question ask for."""

    NUMBER = "number"
    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    RANGE = "range"
    MOST = "most"
    LEAST = "least"
    ABOVE = "above"
    AT_LEAST = "at_least"
    BELOW = "below"
    AT_MOST = "at_most"
    BETWEEN = "between"
    NOT = "not"
    FIRST = "first"
    LAST = "last"
    NEXT = "next"
    PREVIOUS = "previous"
    DIFFERENCE = "difference"
    RATIO = "ratio"
    SHARE = "share"
    SAME = "same"
    MORE = "more"
    FEWER = "fewer"
    EITHER = "either"
    LIST = "list"
    SPAN = "span"
    RUN = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A cue at its words (token positions ``start`` to ``end``), with the numbers or dates it speaks of."""

    cue: Cue
    start: int
    end: int
    values: tuple[Value, ...] = ()

    @property
    def positions(self) -> frozenset[int]:
        return frozenset(range(self.start, self.end))


class Asked(StrEnum):
    """What kind of thing answers: told by the question word."""

    NUMBER = "number"
    MOMENT = "moment"
    PERSON = "person"
    PLACE = "place"
    THING = "thing"
    WHETHER = "whether"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A question, read for tables. ``head`` are the token positions of the noun phrase behind the question word."""

    text: str
    tokens: tuple[Token, ...]
    cues: tuple[Found, ...]
    asked: Asked
    head: frozenset[int]
    plural: bool
    implied: frozenset[str] = frozenset()
    """Stems of what adjectives measure: "wider" and "widest" speak of a width."""

    def of(self, *cues: Cue) -> list[Found]:
        return [found for found in self.cues if found.cue in cues]


ABOUT_TABLES = frozenset(
    "tabl chart list column row record entri entry sheet spreadsheet accord shown show given display mention onli only"
    " data there".split()
)
"""Stems of words that speak of the table, not of what stands in it."""
ROWS = frozenset("entri record row line".split())
"""Stems of words for rows: to ask how many there are asks for no column."""
_NUMERALS = {"zero": "0", "one": "1", **NUMERALS}
_OPERAND = (
    r"(?P<value>(?:[$\u20ac\u00a3]\s?)?[-+]?\d[\d,]*(?:\.\d+)?(?:\s?(?:%|percent|hundred|thousand|million"
    r"|billion))?(?!\w)|" + "|".join(_NUMERALS) + r")"
)
_DATE = (
    r"(?P<value>[^?.;]{0,24}?\b(?:1[5-9]\d\d|20\d\d)\b"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:\s\d{1,2})?)"
)
_PATTERNS: tuple[tuple[Cue, str], ...] = (
    (
        Cue.BETWEEN,
        rf"\b(?:between|from)\s+(?:the\s+)?{_OPERAND}\s+(?:and|to|through"
        rf"|until)\s+{_OPERAND.replace('value', 'other')}",
    ),
    (Cue.BETWEEN, rf"\b(?:between|from)\s+{_DATE}\s+(?:and|to|through|until)\s+{_DATE.replace('value', 'other')}"),
    (Cue.AT_LEAST, rf"\b(?:at least|no (?:less|fewer) than|not less than|minimum of),?\s+{_OPERAND}"),
    (Cue.AT_LEAST, rf"\b{_OPERAND}\s+(?:\w+\s)?or\s+(?:more|higher|greater|above|better|over)\b"),
    (Cue.AT_MOST, rf"\b(?:at most|no more than|not more than|not exceeding|maximum of|up to),?\s+{_OPERAND}"),
    (Cue.AT_MOST, rf"\b{_OPERAND}\s+(?:\w+\s)?or\s+(?:less|fewer|lower|below|under)\b"),
    (
        Cue.BELOW,
        rf"\b(?:(?:less|fewer|lower|smaller|shorter|lighter|earlier|younger|narrower|thinner|cheaper|slower|weaker"
        rf"|shallower)\s+th[ae]n|under|below|beneath)\s+(?:the\s+)?{_OPERAND}",
    ),
    (
        Cue.ABOVE,
        rf"\b(?:(?:more|(?!other|rather)\w{{2,}}er)\s+th[ae]n|over|above|exceed(?:s|ed|ing)?|in excess of)"
        rf"\s+(?:the\s+)?{_OPERAND}",
    ),
    (Cue.BELOW, r"\bnegative\b"),
    (Cue.ABOVE, r"\bpositive\b"),
    (Cue.ABOVE, rf"\b(?:after|since|later than)\s+(?:the\s+)?(?:year\s+)?{_DATE}"),
    (Cue.BELOW, rf"\b(?:before|prior to|earlier than|until)\s+(?:the\s+)?(?:year\s+)?{_DATE}"),
    (
        Cue.DIFFERENCE,
        r"\bdifferences?\b|\bhow (?:many|much) (?:\w+\s){0,2}?(?:more|less|fewer|higher|lower|larger"
        r"|smaller|greater|longer|taller|earlier|later)\b|\bdifferential\b|\bhow (?:long"
        r"|many (?:years|months|weeks|days|hours|minutes)) (?:\w+\s){0,3}between\b|\bmargin\b",
    ),
    (
        Cue.DIFFERENCE,
        r"\b(?:increas|decreas|declin|chang|dropp?|rise|rose|fell|fall|gr[eo]w|reduc|improv)\w*\b"
        r"(?=.*\b(?:compared|from|between|th[ae]n|over|versus)\b)",
    ),
    (
        Cue.RATIO,
        r"\bratio\b|\bhow many times\b(?=.*\b(?:compared|as (?:many|much|high|large)|th[ae]n|of that|that of)\b)",
    ),
    (Cue.SHARE, r"\b(?:percentage|percent|proportion|share|fraction)\b"),
    (Cue.SPAN, r"\bhow long (?:is|was|does|did|has|have)\b|\b(?:time frame|time span|timespan|how many years)\b"),
    (Cue.RUN, r"\bconsecutive(?:ly)?\b|\bin a row\b|\bstreak\b"),
    (
        Cue.LEAST,
        r"\b(?:least(?: (?:number|amount|quantity) of| amount)?|fewest(?: number of)?|lowest(?: (?:number"
        r"|amount) of)?|smallest(?: (?:number|amount) of)?|shortest|minimum|min|youngest|lightest|cheapest"
        r"|slowest|worst|narrowest|lowest-\w+)\b",
    ),
    (
        Cue.MOST,
        r"\b(?:most(?: (?:number|amount) of)?|(?:highest|largest|greatest|biggest|max)(?: (?:number|amount"
        r"|quantity) of)?|longest|maximum|top-\w+|tallest|oldest|heaviest|widest|best|best-\w+|strongest"
        r"|fastest|furthest|farthest|deepest|thickest|higher|peak|highest-\w+)\b",
    ),
    (Cue.FEWER, r"\b(?:less|fewer|lower|smaller|shorter|lighter|narrower|earlier|cheaper)\b(?=.*\bth[ae]n\b)"),
    (
        Cue.MORE,
        r"\b(?:more|greater|higher|larger|bigger|longer|wider|taller|heavier|older|faster|deeper|thicker|stronger|better"
        r"|later|newer|farther|further)\b(?=.*\bth[ae]n\b)",
    ),
    (Cue.MEDIAN, r"\bmedian\b"),
    (Cue.RANGE, r"\brange\b"),
    (Cue.MEAN, r"\b(?:average|mean|on average)\b"),
    (Cue.COUNT, r"\b(?:how many|number of|count|how often|quantity of|no\. of)\b"),
    (Cue.NUMBER, r"\b(?:how much|amount of)\b"),
    (
        Cue.SUM,
        r"\b(?:totals?|sum|altogether|combined|in all|add(?:ed)? up|overall|cumulative|aggregate"
        r"|all together|entire)\b",
    ),
    (
        Cue.FIRST,
        r"\b(?:first(?![ -](?:half|quarter|name|class|grade|level|degree|aid|party|floor))|earlier|sooner"
        r"|earliest|initial|top(?! of)|at the top|oldest)\b",
    ),
    (Cue.LAST, r"\b(?:last|latest|final|most recent|newest|bottom|at the bottom)\b"),
    (
        Cue.NEXT,
        r"\b(?:(?:directly |right |immediately |just |listed |comes? |is |was |who |the one |next "
        r"|placed )+(?:after|below|beneath|following)|next(?: to)?|following|after(?!wards)"
        r"|subsequent(?: to)?|succeed(?:ed|s)?)\b",
    ),
    (
        Cue.PREVIOUS,
        r"\b(?:(?:directly |right |immediately |just |listed |comes? |is |was |who |the one |drafted "
        r"|placed )*(?:before|above|prior to|ahead of|preceding)|previous(?: to|ly)?|prior|preced(?:ed|es"
        r"|ing))\b",
    ),
    (
        Cue.NOT,
        r"\b(?:other than|besides|except(?: for)?|excluding|aside from|apart from|not (?:in|on|at|from"
        r"|including|counting|featuring)|without|did(?: not|n't)|was(?: not|n't)|not|what other"
        r"|which other|other)\b",
    ),
    (Cue.SAME, r"\b(?:same|equal(?: to)?|identical|tied(?: with)?|as many|share[sd]?)\b"),
    (Cue.EITHER, r"\bor\b"),
    (Cue.LIST, r"\b(?:list(?! of)|name (?:all|the|every)|enumerate|what are|which are|who are)\b"),
)
_COMPILED = tuple((cue, re.compile(pattern, re.IGNORECASE)) for cue, pattern in _PATTERNS)
_WHETHER = re.compile(
    r"^\s*(?:and\s+)?(?:is|are|was|were|do|does|did|has|have|had|can|could|may|must|shall|should|will)\b", re.I
)
_MOMENT = re.compile(
    r"\bwhen\b|\b(?:what|which|the)\s+(?:\w+\s)?(?:year|date|day|month|season)s?\b|\bwhat time\b", re.I
)
_NUMBER = re.compile(
    r"\bhow (?:many|much|long|old|high|far|big|large|tall|wide|deep|heavy|fast|often)\b"
    r"|^\W*(?:what|tell|give|count|calculate|the|number|and|is|was|are|were|s|me|'s|\s)*"
    r"\b(?:number of|amount|total|sum|average|mean|median|difference|percentage|ratio|quantity|cost|price"
    r"|score|count)\b",
    re.I,
)
_HEAD = re.compile(
    r"\b(?:what|which|whose|how many|how much|name (?:the|a|an|all)|list (?:all|the)?|number of|tell me|give me|who)\b"
    r"(?:\s+(?:is|are|was|were|of|the|a|an|all|only|total|other|different|these|those|this|his|her|their|its))*\s+"
    r"(?P<head>(?:[\w'/-]+\s*){1,4}?)(?=\s*(?:\?|,|\.|$|\b(?:is|are|was|were|do|does|did|has|have|had|can"
    r"|could|of|for|in|on|at|with|that|by|to|from|who|which|during|between|he|she|they|it|the|were|where"
    r"|when|than|listed|won|under|per|if|after|before|and)\b))",
    re.I,
)


_MEASURES = {
    "wid": "width",
    "narrow": "width",
    "long": "length duration",
    "short": "length duration",
    "tall": "height",
    "high": "height",
    "deep": "depth",
    "shallow": "depth",
    "thick": "thickness",
    "thinn": "thickness",
    "heav": "weight mass load",
    "light": "weight mass",
    "old": "age year",
    "young": "age year",
    "fast": "speed time",
    "slow": "speed time",
    "cheap": "price cost",
    "hott": "temperature",
    "cold": "temperature",
    "strong": "strength",
}
_GRADED = re.compile(rf"(?P<adjective>{'|'.join(_MEASURES)})i?(?:er|est)", re.IGNORECASE)
_QUANTITY_STEMS = frozenset(
    token.stem
    for token in tokens(
        "cost fee price amount expense expenditure salary wage revenue income profit balance budget quantity volume"
        " rate percentage weight mass height width length depth thickness diameter area load capacity temperature"
        " pressure speed score total sum population distance duration age value tax debit credit payment deposit"
    )
)


def understand(question: str) -> Request:
    """Read a question; costs well under a millisecond."""
    words = tokens(question)
    cues: list[Found] = []
    taken: set[int] = set()
    for cue, pattern in _COMPILED:
        for found in pattern.finditer(question):
            start, end = _span(words, found.start(), found.end())
            place = set(range(start, end))
            if start < end and not place & taken:
                taken |= place
                cues.append(Found(cue=cue, start=start, end=end, values=_operands(found)))
    if any(found.cue is Cue.DIFFERENCE for found in cues):
        cues = [found for found in cues if found.cue is not Cue.BETWEEN]
    head = _HEAD.search(question)
    span = _span(words, head.start("head"), head.end("head")) if head else (0, 0)
    return Request(
        text=question,
        tokens=words,
        cues=tuple(sorted(cues, key=lambda found: found.start)),
        asked=_asked(question, words, span),
        head=frozenset(at for at in range(*span) if words[at].content),
        plural=_plural(question, words, span),
        implied=frozenset(stem for token in words for stem in _measured(token.text)),
    )


@lru_cache(maxsize=4096)
def _measured(word: str) -> tuple[str, ...]:
    """What a comparative or superlative measures; nothing for other words."""
    found = _GRADED.fullmatch(word)
    return tuple(token.stem for token in tokens(_MEASURES[found["adjective"].casefold()])) if found else ()


def _span(words: tuple[Token, ...], start: int, end: int) -> tuple[int, int]:
    inside = [at for at, token in enumerate(words) if token.start < end and token.end > start]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _operands(found: re.Match[str]) -> tuple[Value, ...]:
    if found[0].casefold() in ("negative", "positive"):
        return (read("0"),)
    texts = [found.groupdict().get(name) for name in ("value", "other")]
    return tuple(read(_NUMERALS.get(text.strip().casefold(), text.strip())) for text in texts if text)


def _asked(question: str, words: tuple[Token, ...], head: tuple[int, int]) -> Asked:
    if _WHETHER.match(question) and not re.search(r",?\s(?:who|what|which|how many)\b", question, re.IGNORECASE):
        return Asked.WHETHER
    if re.search(r"\bhow (?:many|much)\b|^\W*(?:the\s)?(?:total\s)?(?:number of|count)\b", question, re.IGNORECASE):
        return Asked.NUMBER
    if _MOMENT.search(question):
        return Asked.MOMENT
    if re.search(r"\bwho(?:m|se)?\b", question, re.IGNORECASE):
        return Asked.PERSON
    if re.search(r"\bwhere\b", question, re.IGNORECASE):
        return Asked.PLACE
    numbers = _NUMBER.search(question) is not None or _heads_a_quantity(words, head)
    return Asked.NUMBER if numbers else Asked.THING


def _heads_a_quantity(words: tuple[Token, ...], head: tuple[int, int]) -> bool:
    """Whether what is asked for is measured in numbers: "what was the transport fee of ..."."""
    return any(words[at].stem in _QUANTITY_STEMS for at in range(*head))


def _plural(question: str, words: tuple[Token, ...], span: tuple[int, int]) -> bool:
    if re.search(r"\b(?:list|all|every|are|were|which are)\b", question, re.IGNORECASE):
        return True
    return any(re.search(r"[^s]s$", words[at].text.casefold()) is not None for at in range(*span))
