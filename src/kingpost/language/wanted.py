"""What a question asks for: the kind of quantity or property, so that width and height are told apart."""

import re

from kingpost.language.normalise import normalise

_KINDS_TEXT = """
when: on-what-date what-date what-time which-date which-year what-year which-day what-day date;
where: location place site;
who: who whom whose manufacturer manufactured supplier owner author;
count: how-many number-of count quantity-of; age: how-old age;
length: how-long length long; width: how-wide width wide breadth; height: how-high how-tall height tall altitude
headroom; elevation: elevation; depth: how-deep depth deep; thickness: how-thick thickness thick;
diameter: diameter bore;
radius: radius; distance: how-far distance spacing clearance gap; area: area; volume: volume;
weight: how-heavy weight mass weigh heavy; speed: how-fast speed velocity;
frequency: how-often frequency interval; pressure: pressure; temperature: temperature how-hot how-cold;
load: load loading; capacity: capacity; power: power; voltage: voltage; current: amperage; force: force;
torque: torque; cost: how-much-cost cost price fee expense expenses costs charge;
revenue: revenue sales turnover income; material: material; colour: colour color;
action: action actions step steps do-i-do should-i-do must-i-do;
default: default defaults; unit: unit units; purpose: purpose role function why reason;
definition: definition meaning define stand-for stands-for; responsibility: responsible responsibility;
model: model; serial: serial; registration: registration; duration: duration; efficiency: efficiency;
density: density; flow: flow-rate; slope: slope gradient inclination; angle: angle; strength: strength;
tolerance: tolerance; rating: rating; grade: grade;
share: percentage percent share fraction proportion ratio
"""
_KINDS = {
    phrase: kind.strip()
    for kind, _, phrases in (line.partition(":") for line in _KINDS_TEXT.split(";"))
    for phrase in phrases.split()
}
_ASKING = re.compile(
    r"\b(when|where)\s(?:is|are|was|were|do|does|did|must|should|shall|will|can|could|may|has|have|had)\b|\b(when|where)\s?\?"
)
_MEANING = re.compile(r"\bwhat (?:does|do|did) [^?]+ mean\b")
_NOT_GIVEN = re.compile(
    r"\b(?:(?:is|are|was|were)n't|not|un)\s?(?:given|specified|set|provided|supplied|defined|stated)\b"
    r"|\bif omitted\b|\bwhen omitted\b|\bby default\b"
)


def wanted(question: str) -> tuple[str, ...]:
    """Kinds of thing the question names or asks for, in order, each once ("when not given" asks for a default)."""
    text = normalise(question)
    words = re.findall(r"[a-z]+", text)
    kinds = [found[1] or found[2] for found in _ASKING.finditer(text)]
    kinds += ["definition"] if _MEANING.search(text) else []
    kinds += ["default"] if _NOT_GIVEN.search(text) else []
    for at, word in enumerate(words):
        phrases = ("-".join(words[at : at + size]) for size in (3, 2))
        kind = next((_KINDS[phrase] for phrase in phrases if phrase in _KINDS), None) or _KINDS.get(word)
        if kind:
            kinds.append(kind)
    return tuple(dict.fromkeys(kinds))


def without_default_phrase(text: str) -> str:
    """The text without "when it is not given", which asks for a default and negates nothing."""
    return _NOT_GIVEN.sub(" ", text)


_OTHER_WORDS_FOR = tuple(
    frozenset(group.split())
    for group in (
        "length duration when frequency age",
        "weight load capacity force strength rating",
        "speed frequency",
        "height elevation",
        "who responsibility",
        "who where",
        "definition purpose",
        "cost share",
        "rating current voltage power capacity",
    )
)


_NOT_COUNTED = frozenset("who where purpose definition default material colour model serial registration".split())


def compatible(one: str, other: str) -> bool:
    """Whether two kinds may be two words for one thing: "how long" is a length or a duration, "how many" any extent."""
    if "count" in (one, other) and not {one, other} & _NOT_COUNTED:
        return True
    return any({one, other} <= group for group in _OTHER_WORDS_FOR)
