"""Words of which only one holds: opposites and rows such as summer, winter; hourly, daily, weekly; months and days."""

import re
from collections.abc import Mapping
from functools import lru_cache

from kingpost.language.normalise import stem_of

_GROUPS_TEXT = """
maximum max maximal most highest largest greatest biggest upper longest heaviest fastest widest hottest | minimum min
minimal least lowest smallest fewest lower shortest lightest slowest narrowest coldest; more greater larger exceed
exceeding bigger large big | fewer less smaller small little; above | below beneath underneath; within | beyond;
during | outside; before prior preceding | after following subsequent; increase increasing rise rose grow grew growth
raise rising ascent ascend | decrease decreasing decline drop fall fell reduce lower falling descent descend; longer |
shorter; higher taller | lower shorter; heavier | lighter; faster quicker quickly fast | slower slowly slow; louder |
quieter quietly; wider | narrower; thicker | thinner; deeper | shallower; hotter warmer | colder cooler; earlier
earliest sooner early | later latest late; high | low; newest new | oldest old obsolete; initial | final latest last;
will expected planned | was were did; average mean | maximum highest largest greatest | minimum lowest smallest
shortest fewest; both | neither; poor | good; introduce | abolish; grow | shrink; mandatory obligatory compulsory |
optional voluntary; enter | leave; approve | block; add | drop; next upcoming | previous prior; next upcoming | last
latest; start begin began commence launch | end finish stop terminate cease | continue extend; enable activate |
disable deactivate; switched-on turned-on switch-on turn-on | switched-off turned-off switch-off turn-off; install add
attach mount | remove delete uninstall detach dismantle; introduce | abolish remove withdraw; create | delete destroy
remove; inside indoor indoors internal interior inner inward | outside outdoor outdoors external exterior outer
outward; in-network | out-of-network; open reopen | close closed shut; input inlet intake suction | output outlet
exhaust discharge; include including inclusive | exclude excluding exclusive; accept approve grant confirm | reject
refuse deny decline withdraw; keep kept retain preserve | lose lost discard; gain | lose loss; profit | loss; buy
bought purchase acquire | sell sold divest; hot heating heated warm heat | cold cooling cooled cool chilled
refrigerated; left | right; north northern | south southern; east eastern | west western; horizontal horizontally |
vertical vertically; advantage benefit pros | disadvantage drawback cons; primary | secondary; static | dynamic; wet |
dry; gross | net; positive | negative; best | worst; better | worse; good | bad; strongest | weakest; stronger |
weaker; strong | weak; useful | useless; large big | small little; succeed success pass passed | fail failed;
identical | different; loaded | unloaded; front | rear; top | bottom; clockwise | counterclockwise counter-clockwise
anticlockwise; read | write; import | export; upload | download; average mean | total overall sum aggregate | median;
arrive arrival arriving | depart departure departing leave; upstream | downstream; upward upwards | downward
downwards; uphill | downhill; forward | backward backwards reverse; trigger cause | prevent; oblige require | forbid
prohibit; encrypt | decrypt; compress | decompress; lock | unlock; full | empty; fill | drain; charge | discharge;
engage | disengage; connect | disconnect; assemble | disassemble; push | pull; lift | lower; tighten | loosen; freeze
| thaw; incoming inbound | outgoing outbound; lend lender | borrow borrower; income revenue | expenditure expense;
asset | liability; debit | credit; surplus | deficit; receivable | payable; internal | external; permanent |
temporary; public | private; manual manually | automatic automatically; male men | female women; buyer purchaser
customer | seller vendor supplier; landlord lessor | tenant lessee; employer | employee; sender | recipient receiver;
client | server; master | slave; parent | child; heavy | light; thick | thin; wide | narrow; deep | shallow; tall |
short; rough | smooth; hard | soft; sharp | blunt; summer | winter | autumn; monday | tuesday | wednesday | thursday |
friday | saturday | sunday; january jan | february feb | march-month | april apr | may-month | june jun | july jul |
august aug | september sep sept | october oct | november nov | december dec; hourly | daily | weekly | monthly |
quarterly | yearly annual annually; weekday | weekend; day-shift | night-shift; daytime | nighttime; domestic inland |
international foreign; urban | rural; onshore | offshore; over-tension overload | under-tension underload; overvoltage
| undervoltage; excess | shortage
"""
_PHRASES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\b(?:per|each|every|a|an) (hour|day|week|month|quarter|year)\b", r" per-\1 "),
        (r"\b(?:per|each|every) annum\b", " per-year "),
        (r"\bswitch(?:ed|es|ing)? (on|off)\b", r" switched-\1 "),
        (r"\bturn(?:ed|s|ing)? (on|off)\b", r" turned-\1 "),
        (r"\b(day|night) shift\b", r" \1-shift "),
        (r"\bby day\b", " daytime "),
        (r"\b(?:at|by) night\b", " nighttime "),
        (r"\b(?:in|of|by|since|until|till|from|end|mid|early|late|during|between) (march|may)\b", r" \1-month "),
        (r"\b1st\b", " initial "),
        (r"\b(march|may)(?= \d)", r" \1-month "),
    )
)  # fmt: skip
_PERIODS = dict(
    pair.split() for pair in "hour hourly,day daily,week weekly,month monthly,quarter quarterly,year yearly".split(",")
)
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
_PREFIXES = ("un", "de", "dis", "re", "over", "under", "sub", "super", "pre", "post", "mis", "non-", "non", "counter")
_MORE = (
    r"more than|greater than|larger than|longer than|higher than|older than|over|above|exceed(?:s|ed|ing)?|beyond|after"
    r"|minimum|from|>=?|\u2265"
)
_LESS = (
    r"less than|fewer than|smaller than|shorter than|lower than|younger than|under|below|within|before|maximum|up to"
    r"|until|<=?|\u2264"
)
_LIMIT = re.compile(
    rf"(?:(?P<more>{_MORE})|(?P<less>{_LESS}))\s?(?:of |the |an? )?(?:[a-z]+ (?:[a-z]+ )?of )?(?P<number>\d[\d.,]*)"
)


@lru_cache(maxsize=1)
def _members() -> Mapping[str, tuple[tuple[int, str], ...]]:
    """Stem -> the groups it is in, each with its side, named by the side's first word."""
    found: dict[str, tuple[tuple[int, str], ...]] = {}
    for number, group in enumerate(_GROUPS_TEXT.split(";")):
        for side in group.split("|"):
            words = side.split()
            for stem in dict.fromkeys(stem_of(word) for word in words):
                found[stem] = (*found.get(stem, ()), (number, words[0]))
    return found


def sides(text: str) -> dict[int, frozenset[str]]:
    """By group: the sides that a normalised text names."""
    for pattern, replacement in _PHRASES:
        text = pattern.sub(replacement, text)
    members = _members()
    found: dict[int, set[str]] = {}
    for word in _WORD.findall(text):
        written = _PERIODS.get(word.removeprefix("per-"), word) if word.startswith("per-") else word
        for part in dict.fromkeys((written, *written.split("-"))):
            for group, side in members.get(stem_of(part), ()):
                found.setdefault(group, set()).add(side)
    return {group: frozenset(named) for group, named in found.items()}


def is_side(word: str) -> bool:
    """Whether a word in small letters is one of two or more opposites, as ``disadvantages`` is."""
    return stem_of(word) in _members()


def exchanged(known: Mapping[int, frozenset[str]], asked: Mapping[int, frozenset[str]]) -> tuple[tuple[str, str], ...]:
    """Sides that only the known and only the asked question names, where each names one that the other lacks."""
    return tuple(
        (min(known[group] - asked[group]), min(asked[group] - known[group]))
        for group in sorted(known.keys() & asked.keys())
        if known[group] - asked[group] and asked[group] - known[group]
    )


def limits(text: str) -> tuple[tuple[str, str], ...]:
    """Numbers of a normalised text that bound something, each with ``more`` or ``less``: "over 5 mm", "within 5 mm"."""
    found = ((match["number"].rstrip(".,"), "more" if match["more"] else "less") for match in _LIMIT.finditer(text))
    return tuple(dict.fromkeys(found))


def prefixed(known: frozenset[str], asked: frozenset[str]) -> tuple[str, str] | None:
    """The only stem that each has alone, where one is the other with a prefix: ``pin`` and ``unpin``."""
    here, there = asked - known, known - asked
    if len(here) != 1 or len(there) != 1:
        return None
    one, other = min(there), min(here)
    short, long = sorted((one, other), key=len)
    return (one, other) if long.endswith(short) and long[: -len(short)] in _PREFIXES else None
