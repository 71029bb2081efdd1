"""Says which of several names that are bands (of columns, of rows) a question means by the quantity it names.

A number of a question chooses a column only where the question speaks of what the columns are about: a door 3 m wide
says nothing of heights.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kingpost.language.bands import Band, alike, bands, equal, fitting, in_order, is_of_years, named_band, with_unit_of
from kingpost.language.normalise import stems
from kingpost.language.units import is_unit, pint_name

MOST = 0.6
"""Share of the labels of rows from which they are bands, not names of which some hold a number."""
_UNIT_IN_BRACKETS = re.compile(r"[\[(](?:in\s)?([^\])]{1,24})[\])]")
_MEASURES = (
    "width wide wider narrower",
    "height high higher tall taller elevation",
    "length long longer shorter distance span",
    "depth deep deeper shallower",
    "thickness thick thicker thinner",
    "weight mass load heavy heavier lighter weighs weighing",
    "temperature warm warmer hotter colder cooler",
    "age aged old older younger",
    "diameter",
    "speed fast faster slower",
    "duration time",
)
_MEASURE_OF = {stem: at for at, words in enumerate(_MEASURES) for word in words.split() for stem in stems(word)}
"""What a word measures: "heavier" a weight, "wide" a width."""
_MEASURED_BY = dict.fromkeys(("kilogram", "gram", "metric_ton", "ton", "pound", "ounce"), "weight") | dict.fromkeys(
    ("degC", "degF", "kelvin"), "temperature"
)
"""What units measure that measure only one thing; a length may be a height or a width."""
_OWN_BEFORE = re.compile(r"(?P<word>\w+)\s(?:of|is|at|=)\s+(?:an?\s|the\s)?$", re.IGNORECASE)
_OWN_BEHIND = re.compile(r"\s(?P<word>\w+)")
_STATED = re.compile(r"(?:\b(?:of|at|is|age|aged)|=)\s*$", re.IGNORECASE)
"""What stands before a number without a unit that states a quantity and counts nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """``asked``: what the question names; ``banded``: which names are bands of that kind; ``fitting``: which it means.

    ``several``: whether those are different bands. ``said``: by banded name the stems of the words that say its band.
    """

    asked: Band
    banded: frozenset[int]
    fitting: frozenset[int]
    several: bool
    said: dict[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    band: Band
    said: tuple[str, ...]
    rest: frozenset[str]


def meant(question: str, names: Sequence[Sequence[str]], *, caption: str = "", mostly: bool = False) -> Meant | None:
    """Which of the names (paths of headers, the own name last) a question means; None where no bands decide that.

    ``mostly``: most of the names must be bands.
    """
    spoken = [band for band in bands(question) if not is_of_years(band) and _is_stated(question, band)]
    if not spoken:
        return None
    read = {at: named for at, name in enumerate(names) if (named := _named(tuple(name))) is not None}
    asked = [band for band in spoken if any(alike(band, named.band) for named in read.values())]
    if not asked or not all(alike(band, asked[0]) and equal(band, asked[0]) for band in asked):
        return None
    kin = {at: named for at, named in read.items() if alike(asked[0], named.band)}
    if mostly and len(kin) < MOST * sum(any(name[-1:]) for name in names):
        return None
    if not _differ([named.band for named in kin.values()]) or not _is_about(question, asked[0], kin, caption):
        return None
    fits = fitting(asked[0], [named.band for named in kin.values()])
    return Meant(
        asked=asked[0],
        banded=frozenset(kin),
        fitting=frozenset(at for at, named in kin.items() if named.band in fits),
        several=_differ(fits),
        said={at: named.said for at, named in kin.items()},
    )


def _named(name: tuple[str, ...]) -> _Named | None:
    """The band in a path of headers, in the unit that stands beside it or above it, and what else the path says."""
    found = [(part, band) for part in name if (band := named_band(part)) is not None]
    if len(found) != 1:
        return None
    part, band = found[0]
    units = (pint_name(match[1]) for text in name for match in _UNIT_IN_BRACKETS.finditer(text) if is_unit(match[1]))
    others = " ".join([*(text for text in name if text != part), part[: band.start], part[band.end :]])
    rest = frozenset(stems(_UNIT_IN_BRACKETS.sub(" ", others)))
    return _Named(band=with_unit_of(band, next(units, "")), said=tuple(stems(part[band.start : band.end])), rest=rest)


def _is_stated(question: str, band: Band) -> bool:
    """A bare number counts things or names them, unless words say that it measures."""
    return bool(band.unit) or not band.is_point or _STATED.search(question[: band.start]) is not None


def _differ(found: Sequence[Band]) -> bool:
    return any(not equal(band, found[0]) for band in found)


def _is_about(question: str, asked: Band, kin: dict[int, _Named], caption: str) -> bool:
    """Whether the question speaks of what the bands are of, and its quantity is not said to be of something else."""
    rest = frozenset(stem for named in kin.values() for stem in named.rest)
    own, measured = _own_measures(question, asked), _measures(rest)
    if own and measured and not own & measured:
        return False
    said = frozenset(stems(question[: asked.start] + " " + question[asked.end :]))
    spoken = (*stems(question), *stems(_MEASURED_BY.get(asked.unit, "")))
    shared = bool(rest & said or measured & _measures(spoken))
    if not asked.unit:
        return in_order([named.band for named in kin.values()]) and (shared or not rest)
    about = frozenset(stems(caption))
    return shared or bool(about & said) or not (rest or about)


def _own_measures(question: str, asked: Band) -> frozenset[int]:
    """What the words right beside a quantity say that it measures: "a width of 3 m", "3 m wide", "wider than 3 m"."""
    before, behind = _OWN_BEFORE.search(question[: asked.start]), _OWN_BEHIND.match(question, asked.end)
    words = [question[asked.start : asked.end], *(found["word"] for found in (before, behind) if found)]
    return _measures(stem for word in words for stem in stems(word))


def _measures(words: Iterable[str]) -> frozenset[int]:
    return frozenset(_MEASURE_OF[stem] for stem in words if stem in _MEASURE_OF)
