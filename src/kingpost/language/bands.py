"""Reads bands of quantities ("over 7.5 m up to 12 m", "5-10 kg", "12 m and over") and says which of several fit one.

A table that gives values by weight, height or temperature names its columns or rows by such bands; a question names
one band, or one quantity that lies in a band.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kingpost.language.quantities import Quantity, quantities
from kingpost.language.units import UNIT, comparable, in_base_units, pint_name

_HIGHER = r"more|greater|higher|larger|bigger|longer|taller|deeper|heavier|wider|thicker|older|warmer|hotter|faster"
_LOWER = r"less|fewer|lower|smaller|shorter|shallower|lighter|narrower|thinner|younger|colder|cooler|slower"
_NOT = (
    r"(?:(?:not|never|nor|cannot|without|\w+n['\u2019]t)"
    r"(?:\s(?:to|ever|be|being|have|weigh|measure|last|fall|drop|sink|go|rise|get))*|no)\s"
)
"""What turns the comparison behind it: "must not be more than", "cannot fall below"."""
_ABOVE = rf"over|above|beyond|(?:exceed(?:s|ing)?|in excess of|(?:{_HIGHER}) than)(?: the| an?)?"
_BELOW = rf"below|under|(?:{_LOWER}) than(?: the| an?)?"
_EQUAL_OR_ABOVE = rf"(?:{_ABOVE}) or equal(?: to)?|equals?(?: to)? or (?:{_ABOVE})"
_EQUAL_OR_BELOW = rf"(?:{_BELOW}) or equal(?: to)?|equals?(?: to)? or (?:{_BELOW})"
_NOUN_OF = r"(?: of(?: an?| the)?)?"
_LOW_OPEN = rf"{_ABOVE}|{_NOT}(?:{_EQUAL_OR_BELOW})|(?<![<=])>"
_LOW_CLOSED = (
    rf"at least|from|starting at|{_NOT}(?:{_BELOW})|{_EQUAL_OR_ABOVE}"
    rf"|(?:a )?minimum{_NOUN_OF}|min\.?|\u2265|>=|=>"
)
_HIGH_OPEN = rf"{_BELOW}|{_NOT}(?:{_EQUAL_OR_ABOVE})|(?<![>=])<"
_HIGH_CLOSED = (
    rf"up to(?: and including)?|at most|{_NOT}(?:{_ABOVE})|{_EQUAL_OR_BELOW}"
    rf"|(?:a )?maximum{_NOUN_OF}|max\.?|\u2264|<=|=<"
)
_BEFORE = re.compile(
    rf"(?<![\w])(?:(?P<low_closed>{_LOW_CLOSED})|(?P<high_closed>{_HIGH_CLOSED})|(?P<low_open>{_LOW_OPEN})"
    rf"|(?P<high_open>{_HIGH_OPEN}))\s*$",
    re.IGNORECASE,
)
"""Behind a preposition an article tells a number that bounds nothing: "over a 5 m span", "under a 50 kg load"."""
_NUMBER_NEXT = r"\s(?:[\u20ac$\u00a3\u00a5]|(?:EUR|USD|GBP|CHF|JPY)\s)?\s?[-\u2212+\u00b1]?\.?\d"
_AFTER = re.compile(
    rf",?\s?(?:(?:and|or)\s(?:(?P<low>{_HIGHER}|over|above|up|upwards?|beyond)|(?P<high>{_LOWER}|under|below))\b"
    rf"(?!\sto\b|{_NUMBER_NEXT})|\+(?!\s?\d)(?:\s?(?P<unit>{UNIT})(?!\w))?)(?!\sthan\b)",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"\s*(?:-|\u2013|\u2014|\u2212|\.{2,3}|\u2026|to|through|up to(?: and including)?"
    r"|(?P<open>to (?:under|below|less than)))\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\bbetween\s+$", re.IGNORECASE)
_AND = re.compile(
    r"\s*,?\s*(?:(?:and|but|to)\b\s*)?(?:(?:must|may|shall|should|can|could|does|do|is|are)\s+)?$", re.IGNORECASE
)
_HYPHEN = re.compile(r"(?<![\w.-])(\d+(?:\.\d+)?)-(?=\d)(?!\d+-)")
_YEARS = (1000, 2100)
"""Whole numbers without a unit between which a range is one of years or seasons, not of a quantity."""
_BELOW_ZERO = frozenset({"degC", "degF", "degree", "percentage_point", "dB", "dBA"})
"""Units in which a band that begins at 0 is not open downwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """From ``low`` to ``high`` in ``unit`` (as pint names it), each end in it or not; a lone quantity is a point.

    ``from_zero``: whether it begins at 0, and so takes what is said without a lower end, but nothing negative.
    ``start`` and ``end``: where it stands in its text, with the words that say its ends.
    """

    low: float
    high: float
    unit: str
    low_open: bool = False
    high_open: bool = False
    from_zero: bool = False
    start: int = 0
    end: int = 0

    @property
    def is_point(self) -> bool:
        return self.low == self.high


def bands(text: str) -> tuple[Band, ...]:
    """All bands of a text in order, lone quantities as points."""
    text = _HYPHEN.sub("\\1\u2013", text)
    found = [quantity for quantity in quantities(text) if quantity.unit != "ordinal"]
    read: list[Band] = []
    at = 0
    while at < len(found):
        behind = found[at - 1].end if at else 0
        pair = _joined(text, found[at], found[at + 1], behind=behind) if at + 1 < len(found) else None
        read.append(pair or _alone(text, found[at], behind=behind))
        at += 2 if pair else 1
    return tuple(_open_downwards(band) for band in read)


def named_band(text: str) -> Band | None:
    """The one band that a header or the label of a row names; None where it names none, or only a lone quantity."""
    found = bands(text)
    return found[0] if len(found) == 1 and not found[0].is_point and not is_of_years(found[0]) else None


def with_unit_of(band: Band, unit: str) -> Band:
    """A band without a unit, in the unit that stands elsewhere: "up to 5" below "Weight [kg]"."""
    return band if band.unit else replace(band, unit=unit)


def alike(one: Band, other: Band) -> bool:
    """Whether two bands are of one kind of quantity; without a unit only where both are."""
    return comparable(one.unit, other.unit)


def equal(one: Band, other: Band) -> bool:
    """Whether two bands have the same ends: "up to 1200 cm" and "up to 12 m"."""
    return _ends(one, other) == _ends(other, one)


def holds(outer: Band, inner: Band) -> bool:
    """Whether all of one band lies in another."""
    (low, high), (inner_low, inner_high) = _ends(outer, inner), _ends(inner, outer)
    return low <= inner_low and inner_high <= high


def meet(one: Band, other: Band) -> bool:
    """Whether two bands have something in common, be it one point that is in both."""
    (low, high), (other_low, other_high) = _ends(one, other), _ends(other, one)
    return low <= other_high and other_low <= high


def fitting(asked: Band, offered: Iterable[Band]) -> tuple[Band, ...]:
    """Of several bands the one that equals what is asked, or the narrowest that holds it; else all that it overlaps."""
    alternatives = [band for band in offered if alike(asked, band)]
    if same := [band for band in alternatives if equal(band, asked)]:
        return tuple(same)
    around = [band for band in alternatives if holds(band, asked)]
    narrowest = [band for band in around if not any(holds(band, other) and not equal(band, other) for other in around)]
    return tuple(narrowest or (band for band in alternatives if meet(band, asked)))


def in_order(offered: Sequence[Band]) -> bool:
    """Whether bands of one kind go on rising or falling, as those of a table do; unlike scores and seasons."""
    distinct = list(dict.fromkeys(replace(band, start=0, end=0) for band in offered))
    ends = [_ends(band, distinct[0]) for band in distinct]
    lows, highs = [low for low, _ in ends], [high for _, high in ends]
    return any((lows, highs) == (sorted(lows, reverse=down), sorted(highs, reverse=down)) for down in (False, True))


def is_of_years(band: Band) -> bool:
    """Whether its ends are whole numbers without a unit that may be years or seasons, which are no quantities."""
    ends = [end for end in (band.low, band.high) if math.isfinite(end)]
    return not band.unit and all(_YEARS[0] <= end <= _YEARS[1] and end == int(end) for end in ends)


def _ends(band: Band, other: Band) -> tuple[tuple[float, int], tuple[float, int]]:
    """Both ends so that they compare: an end that is not in the band lies a step inside of one that is."""
    (low, low_open), high = _low(band, other), band.high
    if band.unit != other.unit:
        low, high = (
            float(f"{in_base_units(end, band.unit):.9g}") if math.isfinite(end) else end for end in (low, high)
        )
    return (low, int(low_open)), (high, -int(band.high_open))


def _low(band: Band, other: Band) -> tuple[float, bool]:
    """The low end and whether it is open; of a band that begins at 0 as far down as the other is silent about its own.

    So "0-5 kg" equals "up to 5 kg", while "0 to 5 V" has no room for -10 V.
    """
    if not band.from_zero:
        return band.low, band.low_open
    negative = (other.high, -int(other.high_open)) < (0, 0)
    return (0.0, band.low_open) if negative or math.isfinite(other.low) else (-math.inf, False)


def _joined(text: str, one: Quantity, other: Quantity, *, behind: int) -> Band | None:
    """Two quantities as the ends of one band, or None where they are not: "5 to 10 kg", "over 5 kg up to 10 kg".

    ``behind``: where the quantity before them ends, whose words say nothing of these two.
    """
    if one.unit and other.unit and not comparable(one.unit, other.unit):
        return None
    gap = text[one.end : other.start]
    before, between = _BEFORE.search(text, behind, one.start), _BETWEEN.search(text, behind, one.start)
    first, second = _side(before), _side(_BEFORE.search(gap))
    joint = _JOINT.fullmatch(gap)
    if joint and not first.startswith("high"):
        start = before.start() if before else between.start() if between else one.start
        return _between(one, other, start=start, first=first or "low_closed", second="open" if joint["open"] else "")
    if between and gap.strip() == "and":
        return _between(one, other, start=between.start(), first="low_closed", second="")
    if not before or {first[:3], second[:3]} != {"low", "hig"} or not _AND.fullmatch(_without_mark(gap)):
        return None
    if first.startswith("low"):
        return _between(one, other, start=before.start(), first=first, second=second)
    return _between(other, one, start=before.start(), first=second, second=first)


def _between(lower: Quantity, upper: Quantity, *, start: int, first: str, second: str) -> Band | None:
    unit = lower.unit or upper.unit
    low, high = _in(lower, unit), _in(upper, unit)
    if not low < high:
        return None
    end = max(lower.end, upper.end)
    opens = first.endswith("open"), second.endswith("open")
    return Band(low=low, high=high, unit=unit, low_open=opens[0], high_open=opens[1], start=start, end=end)


def _in(quantity: Quantity, unit: str) -> float:
    """The number of a quantity in another unit of its kind."""
    if quantity.unit in ("", unit):
        return quantity.value
    zero, one = in_base_units(0.0, unit), in_base_units(1.0, unit)
    return float(f"{(in_base_units(quantity.value, quantity.unit) - zero) / (one - zero):.9g}")


def _alone(text: str, quantity: Quantity, *, behind: int) -> Band:
    """A band with one end, as the words before or behind its quantity say, or the quantity as a point."""
    before, after = _BEFORE.search(text, behind, quantity.start), _AFTER.match(text, quantity.end)
    side = _side(before)
    start = before.start() if before else quantity.start
    end = after.end() if after and not side else quantity.end
    unit = quantity.unit
    if after and not side:
        unit = unit or pint_name(after["unit"] or "")
        side = "high_closed" if after["high"] else "low_closed"
    low = -math.inf if side.startswith("high") else quantity.value
    high = math.inf if side.startswith("low") else quantity.value
    opens = side == "low_open", side == "high_open"
    return Band(low=low, high=high, unit=unit, low_open=opens[0], high_open=opens[1], start=start, end=end)


def _side(found: re.Match[str] | None) -> str:
    """Which end the last words before a quantity make it, and whether that is in the band; empty: neither."""
    return next((name for name, text in found.groupdict().items() if text), "") if found else ""


def _without_mark(gap: str) -> str:
    found = _BEFORE.search(gap)
    return gap[: found.start()] if found else gap


def _open_downwards(band: Band) -> Band:
    """Nothing weighs or measures less than 0: "0-5 kg" is "up to 5 kg"."""
    if band.low == 0 and not band.is_point and band.unit not in _BELOW_ZERO:
        return replace(band, low=0.0 if band.low_open else -math.inf, from_zero=True)
    return band
