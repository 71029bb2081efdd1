"""Negations and opposites: words that turn a question round."""

import re

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|except|excluding|exclude[sd]?|cannot|unless|\w+n't|lacks?"
    r"|fails? to|non)\b",
    re.IGNORECASE,
)
_PREFIXED = re.compile(
    r"\b(?:abnormal|atypical|disregard|disallow|discontinu|disconnect|dissimilar|disapprov|disadvantag"
    r"|in(?:effective|capable|correct|valid|complete|sufficient|adequate|accurate|appropriate|applicable|eligible|active"
    r"|compatible|consistent|visible|accessible|admissible|significant)"
    r"|ir(?:relevant|regular|responsible|reversible)|im(?:possible|proper|permissible|material)|il(?:legal|licit|legible)"
    r"|un(?!der|til|ion|it|ivers|iq|ifor|ify|balanc|load|lock|install|wind)[a-z]{5,}"
    r"|negligib|rul(?:e|ed) out"
    r"|non-?[a-z]{4,})\w*|\bleast\b(?!\s(?:one|two|\d))",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(r"\bat least\b", re.IGNORECASE)
_HARMLESS = re.compile(
    r"\b(?:no\.?\s?\d|whether or not|not only|if not|or not\b"
    r"|(?:is|are|do|does|did|was|were|ca|could|would|should)n't\s(?:it|there|they|you|we))",
    re.IGNORECASE,
)
_AXES = """
maximum max maximal maximally most highest largest greatest biggest upper | minimum min minimal minimally least
lowest smallest lower;
more greater larger exceed exceeds exceeding over | fewer less smaller;
above | below beneath underneath;
before prior preceding earlier | after following later subsequent;
increase increases increased increasing rise rises grow grew growth raise | decrease decreases decreased
decreasing decline declined drop fall reduce reduces reduced reducing;
long longer longest | short shorter shortest;
high higher | low;
first initial | last final;
start starts beginning begin begins started | end ends ending finish finishes stop stops stopped;
enable enables enabled enabling activate activates activated | disable disables disabled disabling deactivate
deactivated;
install installs installed installing add adds adding | remove removes removed removing uninstall delete
deletes;
inside indoor indoors internal interior inner inward | outside outdoor outdoors external exterior outer outward;
in-network | out-of-network;
open opens opened opening | close closes closed closing shut;
switched-on | switched-off;
input inputs inlet intake supply | output outputs outlet exhaust return;
allowed permitted allow permit allows permits acceptable | forbidden prohibited disallowed prohibit prohibits
forbid unacceptable banned;
required mandatory obligatory compulsory | optional voluntary;
include includes included including inclusive | exclude excludes excluded excluding exclusive;
hot hotter hottest heating warm | cold colder coldest cooling cool;
left | right;
north northern | south southern;
east eastern | west western;
horizontal horizontally | vertical vertically;
advantage advantages benefit benefits pros | disadvantage disadvantages drawback drawbacks cons;
primary main | secondary auxiliary;
static | dynamic;
wet | dry;
gross | net;
positive | negative;
best | worst;
succeed succeeds success passes passed | fail fails failed failure;
same identical | different;
new newest latest | old oldest former;
loaded loading | unloaded unloading;
active | inactive passive;
buy purchase purchased acquired acquire | sell sold divest;
front | rear back;
top | bottom;
clockwise | counterclockwise counter-clockwise anticlockwise;
read reads | write writes;
import imports | export exports;
average mean median | total overall sum aggregate;
"""


def _sides(axes: str) -> dict[str, tuple[str, str]]:
    """Word -> axis and side, both named by their first words: ``minimal`` -> ``maximum-minimum``, ``minimum``."""
    found: dict[str, tuple[str, str]] = {}
    for line in axes.split(";"):
        sides = [side.split() for side in line.split("|")]
        axis = "-".join(words[0] for words in sides if words)
        found.update({word: (axis, words[0]) for words in sides for word in words if words})
    return found


_SIDES = _sides(_AXES)
_WORD = re.compile(r"[a-z]+(?:-of-[a-z]+|-[a-z]+)*")


def negations(text: str) -> tuple[str, ...]:
    """Words of the text that negate: ``not``, ``without``, ``fails to``."""
    return tuple(found[0].casefold() for found in _NEGATION.finditer(_HARMLESS.sub(" ", text)))


def turns(text: str) -> tuple[str, ...]:
    """Negations, and words in which a wording may hide one (``ineffective``, ``abnormal``, ``least``)."""
    plain = _AT_LEAST.sub(" ", _HARMLESS.sub(" ", text))
    explicit = [(found.start(), found[0].casefold()) for found in _NEGATION.finditer(plain)]
    starts = {start for start, _ in explicit}
    hidden = [
        (found.start(), found[0].casefold()) for found in _PREFIXED.finditer(plain) if found.start() not in starts
    ]
    return tuple(word for _, word in sorted(explicit + hidden))


def poles(text: str) -> tuple[tuple[str, str], ...]:
    """For every axis (maximum-minimum, enable-disable, ...) of which exactly one side is named: axis and side."""
    sides: dict[str, set[str]] = {}
    for found in _WORD.finditer(text.casefold()):
        for word in (found[0], *found[0].split("-")):
            if word in _SIDES:
                axis, side = _SIDES[word]
                sides.setdefault(axis, set()).add(side)
                break
    return tuple((axis, next(iter(named))) for axis, named in sorted(sides.items()) if len(named) == 1)
