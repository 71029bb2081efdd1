"""Negations and opposites: words that turn a question round."""

import re

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|except|excluding|exclude[sd]?|cannot|unless|\w+n't|lacks?|fails? to|non)\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\b(?:no\.?\s?\d|whether or not|not only|if not|or not\b|(?:is|are|do|does|did|was|were|ca|could|would|should)n't\s(?:it|there|they|you|we))",
    re.IGNORECASE,
)
_AXES = {
    "max-min": ("maximum max maximal maximally most highest largest greatest biggest upper", "minimum min minimal minimally least lowest smallest lower"),
    "more-less": ("more greater larger exceed exceeds exceeding over", "fewer less smaller"),
    "above-below": ("above", "below beneath underneath"),
    "before-after": ("before prior preceding earlier", "after following later subsequent"),
    "increase-decrease": ("increase increases increased increasing rise rises grow grew growth raise", "decrease decreases decreased decreasing decline declined drop fall reduce reduces reduced reducing"),
    "long-short": ("long longer longest", "short shorter shortest"),
    "high-low": ("high higher", "low"),
    "first-last": ("first initial", "last final"),
    "start-end": ("start starts beginning begin begins started", "end ends ending finish finishes stop stops stopped"),
    "enable-disable": ("enable enables enabled enabling activate activates activated", "disable disables disabled disabling deactivate deactivated"),
    "install-remove": ("install installs installed installing add adds adding", "remove removes removed removing uninstall delete deletes"),
    "inside-outside": ("inside indoor indoors internal interior inner inward", "outside outdoor outdoors external exterior outer outward"),
    "in-network-out": ("in-network", "out-of-network"),
    "open-close": ("open opens opened opening", "close closes closed closing shut"),
    "on-off": ("switched-on", "switched-off"),
    "input-output": ("input inputs inlet intake supply", "output outputs outlet exhaust return"),
    "allowed-forbidden": ("allowed permitted allow permit allows permits acceptable", "forbidden prohibited disallowed prohibit prohibits forbid unacceptable banned"),
    "required-optional": ("required mandatory obligatory compulsory", "optional voluntary"),
    "include-exclude": ("include includes included including inclusive", "exclude excludes excluded excluding exclusive"),
    "hot-cold": ("hot hotter hottest heating warm", "cold colder coldest cooling cool"),
    "left-right": ("left", "right"),
    "north-south": ("north northern", "south southern"),
    "east-west": ("east eastern", "west western"),
    "horizontal-vertical": ("horizontal horizontally", "vertical vertically"),
    "advantage-disadvantage": ("advantage advantages benefit benefits pros", "disadvantage disadvantages drawback drawbacks cons"),
    "primary-secondary": ("primary main", "secondary auxiliary"),
    "static-dynamic": ("static", "dynamic"),
    "wet-dry": ("wet", "dry"),
    "gross-net": ("gross", "net"),
    "positive-negative": ("positive", "negative"),
    "best-worst": ("best", "worst"),
    "success-failure": ("succeed succeeds success passes passed", "fail fails failed failure"),
    "same-different": ("same identical", "different"),
    "new-old": ("new newest latest", "old oldest former"),
    "load-unload": ("loaded loading", "unloaded unloading"),
    "active-inactive": ("active", "inactive passive"),
    "buy-sell": ("buy purchase purchased acquired acquire", "sell sold divest"),
    "front-rear": ("front", "rear back"),
    "top-bottom": ("top", "bottom"),
    "clockwise": ("clockwise", "counterclockwise counter-clockwise anticlockwise"),
    "read-write": ("read reads", "write writes"),
    "import-export": ("import imports", "export exports"),
}  # fmt: skip
_SIDES = {
    word: (axis, side)
    for axis, sides in _AXES.items()
    for side, words in zip(axis.split("-")[:2] if axis.count("-") == 1 else ("in", "out"), sides, strict=True)
    for word in words.split()
}
_WORD = re.compile(r"[a-z]+(?:-of-[a-z]+|-[a-z]+)*")


def negations(text: str) -> tuple[str, ...]:
    """Words of the text that negate."""
    return tuple(found[0].casefold() for found in _NEGATION.finditer(_HARMLESS.sub(" ", text)))


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
