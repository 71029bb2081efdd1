"""Lays the slots of two questions side by side and says in words where they disagree."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kingpost.language.countries import same_country
from kingpost.language.dates import Date
from kingpost.language.directions import exchanged_places, reversed_relation
from kingpost.language.normalise import STOP_WORDS, stems
from kingpost.language.opposites import exchanged, is_side, prefixed
from kingpost.language.qualifiers import added_qualifiers
from kingpost.language.quantities import Quantity, same
from kingpost.language.reading import Slots
from kingpost.language.units import exchanged_scales
from kingpost.language.vocabulary import EMPTY, Vocabulary
from kingpost.language.wanted import compatible

_ALIKE = 0.5
"""Share of words in common from which two questions have one frame, so that what differs in it was exchanged."""
_MUCH_ALIKE = 0.7
_COVERED = 0.65
"""Share of the shorter question in the longer one from which the rest of the longer one was put around it."""


def differences(known: Slots, asked: Slots, vocabulary: Vocabulary = EMPTY) -> tuple[str, ...]:
    """Why the two questions are not the same, in words; empty when every slot agrees.

    ``vocabulary`` tells which names are siblings in the documents, so that one is not taken for the other.
    """
    rules: tuple[Callable[[Slots, Slots], Iterator[str]], ...] = (
        _numbers,
        _dates,
        _periods,
        _identifiers,
        _marks,
        _scales,
        _labels,
        _quotes,
        _negation,
        _relevance,
        _opposites,
        _limits,
        _names,
        _wanted,
        _qualifiers,
        _directions,
    )
    reasons = (reason for rule in rules for reason in rule(known, asked))
    return (*reasons, *vocabulary.sibling_differences(known.text, asked.text))


def contradictions(known: Slots, asked: Slots, agreeing: Slots) -> tuple[str, ...]:
    """Why a wording of a known question rules out the asked one, although ``agreeing``, another of it, does not.

    All wordings of a known question ask one thing. One that says nothing of a bound, of one of two opposites, or of the
    kind of thing asked for agrees with everything there, and what the others say of it holds.
    """
    reasons: list[str] = []
    if not dict(agreeing.limits).keys() & dict(asked.limits).keys():
        reasons += _limits(known, asked)
    if not dict(agreeing.sides).keys() & dict(asked.sides).keys():
        reasons += _opposites(known, asked)
    if not any(compatible(one, other) or one == other for one in agreeing.wanted for other in asked.wanted):
        reasons += _wanted(known, asked)
    return tuple(reasons)


def abbreviations(known: Slots, asked: Slots) -> frozenset[str]:
    """What the asked question writes in capitals only and the known one has too, as written or as first letters."""
    return frozenset(name for name in asked.capitals if _mentions(known, name))


def _exchange(kind: str, missing: Sequence[str], extra: Sequence[str]) -> str:
    return f"another {kind}: {', '.join(extra) or 'none'} instead of {', '.join(missing) or 'none'}"


def alike(known: Slots, asked: Slots) -> float:
    """Share of the content words of both questions that they have in common."""
    return len(known.content & asked.content) / max(1, len(known.content | asked.content))


def _covered(known: Slots, asked: Slots) -> float:
    """Share of the content words of the shorter question that the other has: words put in front change nothing."""
    return len(known.content & asked.content) / max(1, min(len(known.content), len(asked.content)))


def _in_one_frame(known: Slots, asked: Slots, share: float) -> bool:
    """Whether so much is in common, or but one word is another, that what differs was exchanged or added."""
    few = max(len(known.content - asked.content), len(asked.content - known.content)) <= 1
    return few or alike(known, asked) >= share


def _numbers(known: Slots, asked: Slots) -> Iterator[str]:
    missing = [one.text for one in known.quantities if not _counted(one, known, asked)]
    extra = [one.text for one in asked.quantities if not _counted(one, asked, known)]
    if _speaks(missing, extra, known, asked):
        yield _exchange("number", missing, extra)


def _speaks(missing: Sequence[str], extra: Sequence[str], known: Slots, asked: Slots) -> bool:
    """An exchange always; what only one of them has, where the two are alike: else it may be told in other words."""
    return bool(missing and extra) or (bool(missing or extra) and alike(known, asked) >= _ALIKE)


def _counted(number: Quantity, own: Slots, other: Slots) -> bool:
    """Whether the other question has the number too, with a unit or without, or as part of what both name."""
    if any(same(number, one) or _same_as_written(number, one) for one in other.quantities):
        return True
    if any(number.text in form for date in other.dates for form in date.forms):
        return True
    if number.value == 1 and number.unit not in {"", "ordinal"}:
        return not any(one.unit == number.unit for one in other.quantities)
    if number.unit in {"", "ordinal"}:
        return (number.value in {1.0, 2.0} and _small(number, other)) or _named(number, own, other)
    return False


def _same_as_written(one: Quantity, other: Quantity) -> bool:
    """``12`` and ``12 years``, ``20 October`` and ``October 20th``: the unit may be left out or stand elsewhere."""
    bare = {"", "ordinal"}
    return one.value == other.value and bool({one.unit, other.unit} & bare)


def _small(number: Quantity, other: Slots) -> bool:
    """One and two may be told otherwise ("both", "a second opinion"), unless the other has another number there."""
    return not any(one.unit == number.unit and one.value < 100 for one in other.quantities)


def _named(number: Quantity, own: Slots, other: Slots) -> bool:
    """Whether the figures stand in the other question by themselves or in a name that both have."""
    digits = re.sub(r"[^\d.]", "", number.text).strip(".")
    holders = [key for key in (*other.identifiers, *other.figures) if digits in re.findall(r"\d+(?:\.\d+)*", key)]
    if holders:
        return any(own.runs.hold(key) or own.runs.abbreviated(key) for key in holders)
    return digits in other.runs.texts and digits in (*other.clauses, *other.revisions)


def _dates(known: Slots, asked: Slots) -> Iterator[str]:
    missing = [one.text for one in known.dates if not _dated(one, asked)]
    extra = [one.text for one in asked.dates if not _dated(one, known)]
    if missing or extra:
        yield _exchange("date", missing, extra)


def _dated(date: Date, question: Slots) -> bool:
    """Whether the question names the day too, or only its month ("at the end of March 2012")."""
    if any(date.forms & other.forms for other in question.dates):
        return True
    return not question.dates and any(f"month {form[5:7]}" in question.periods for form in date.forms)


def _periods(known: Slots, asked: Slots) -> Iterator[str]:
    missing = [one for one in known.periods if one not in asked.periods]
    extra = [one for one in asked.periods if one not in known.periods]
    if missing and extra and {one[0] for one in missing} & {one[0] for one in extra}:
        yield _exchange("date", missing, extra)


def _identifiers(known: Slots, asked: Slots) -> Iterator[str]:
    missing = [key for key in known.identifiers if not _has(asked, key)]
    extra = [key for key in asked.identifiers if not _has(known, key)]
    if missing or extra:
        yield _exchange("identifier", missing, extra)


def _has(question: Slots, key: str) -> bool:
    return key in question.identifiers or question.runs.hold(key) or question.runs.abbreviated(key)


def _marks(known: Slots, asked: Slots) -> Iterator[str]:
    """Clause numbers, revisions, and figures of no kind; each may be called by another kind in the other question."""
    for kind, first, second in (
        ("clause", known.clauses, asked.clauses),
        ("revision", known.revisions, asked.revisions),
        ("figure", known.figures, asked.figures),
    ):
        missing = [key for key in first if not asked.runs.hold(key)]
        extra = [key for key in second if not known.runs.hold(key)]
        if _speaks(missing, extra, known, asked):
            yield _exchange(kind, missing, extra)


def _scales(known: Slots, asked: Slots) -> Iterator[str]:
    """Milli for mega, where the unit has no number: with one it is a number that differs."""
    for unit, other in exchanged_scales(known.scales, asked.scales):
        yield _exchange("unit", [unit], [other])


def _labels(known: Slots, asked: Slots) -> Iterator[str]:
    missing = [letter for letter in known.labels if letter not in asked.runs.texts]
    extra = [letter for letter in asked.labels if letter not in known.runs.texts]
    if missing and extra:
        yield _exchange("letter", missing, extra)


def _quotes(known: Slots, asked: Slots) -> Iterator[str]:
    missing = [quote for quote in known.quotes if not _says(asked, quote)]
    extra = [quote for quote in asked.quotes if not _says(known, quote)]
    if missing and extra:
        yield _exchange("wording", missing, extra)


def _says(question: Slots, quote: str) -> bool:
    return set(stems(quote)) <= question.content or quote in question.text


def _negation(known: Slots, asked: Slots) -> Iterator[str]:
    """An odd number of negations more, wherever they hide ("ineffective"), in questions of one frame."""
    if (len(known.negations) - len(asked.negations)) % 2 and _in_one_frame(known, asked, _MUCH_ALIKE):
        more = max(known.negations, asked.negations, key=len)
        yield f"negated here and not there: {', '.join(more)}"


def _relevance(known: Slots, asked: Slots) -> Iterator[str]:
    """What matters most is not what matters least, whatever else differs; unless a negation says so already."""
    if known.relevance * asked.relevance < 0 and not any(_negation(known, asked)):
        told = {1: "what matters", -1: "what does not matter"}
        yield f"opposite sense: {told[asked.relevance]} instead of {told[known.relevance]}"


def _opposites(known: Slots, asked: Slots) -> Iterator[str]:
    if _in_one_frame(known, asked, _ALIKE) and _turned(known) == _turned(asked):
        for there, here in exchanged(dict(known.sides), dict(asked.sides)):
            yield f"opposite sense: {here} instead of {there}"
        changed = prefixed(known.content, asked.content)
        if changed:
            yield f"opposite sense: {changed[1]} instead of {changed[0]}"


def _turned(question: Slots) -> int:
    """How often it is negated by words that are not themselves one of two opposites."""
    return sum(not is_side(word) for word in question.negations)


def _limits(known: Slots, asked: Slots) -> Iterator[str]:
    """The same number as an upper bound here and as a lower one there."""
    there, here = dict(known.limits), dict(asked.limits)
    if len(known.negations) == len(asked.negations):
        for number in there.keys() & here.keys():
            if there[number] != here[number]:
                yield f"opposite sense: {here[number]} than {number} instead of {there[number]} than {number}"


def _names(known: Slots, asked: Slots) -> Iterator[str]:
    """Names exchanged for others of the same make: capitals for capitals, words for words."""
    missing = [name for name in known.names if not _mentions(asked, name)]
    extra = [name for name in asked.names if not _mentions(known, name)]
    capitals = known.capitals | asked.capitals
    short = [[name for name in names if name in capitals] for names in (missing, extra)]
    words = [[name for name in names if name not in capitals] for names in (missing, extra)]
    if all(short) or all(words):
        yield _exchange("name", missing, extra)


def _mentions(question: Slots, name: str) -> bool:
    """Whether the name stands in the question, in another number or case, or spelled out as initials."""
    singular = name.removesuffix("s")
    words = _worded(question.text)
    if words.stems.issuperset(stems(name)) or not {singular, f"{name}s"}.isdisjoint(question.runs.texts):
        return True
    if any(same_country(name, other) for other in question.runs.texts):
        return True
    letters = re.sub(r"[^a-z]", "", singular)
    return 2 <= len(letters) <= 5 and any(letters in initials for initials in words.initials)


@dataclass(frozen=True, slots=True)
class _Worded:
    """Stems of a text, and the first letters of its words, with small words and without."""

    stems: frozenset[str]
    initials: tuple[str, str]


@lru_cache(maxsize=16_384)
def _worded(text: str) -> _Worded:
    words = re.findall(r"[a-z]+", text)
    whole = "".join(word[0] for word in words)
    return _Worded(frozenset(stems(text)), (whole, "".join(word[0] for word in words if word not in STOP_WORDS)))


def _wanted(known: Slots, asked: Slots) -> Iterator[str]:
    missing = [kind for kind in known.wanted if kind not in asked.wanted]
    extra = [kind for kind in asked.wanted if kind not in known.wanted]
    if not missing or not extra or (not _in_one_frame(known, asked, _ALIKE) and _covered(known, asked) < _COVERED):
        return
    if not any(compatible(one, other) for one in missing for other in extra):
        yield f"another thing asked for: {', '.join(extra)} instead of {', '.join(missing)}"


def _qualifiers(known: Slots, asked: Slots) -> Iterator[str]:
    words = (*added_qualifiers(known.text, asked.text), *added_qualifiers(asked.text, known.text))
    if words:
        yield f"only one of the two says: {', '.join(words)}"


def _directions(known: Slots, asked: Slots) -> Iterator[str]:
    shared = known.content & asked.content
    changed = exchanged_places(known.words, asked.words)
    if not changed and alike(known, asked) >= _MUCH_ALIKE:
        changed = reversed_relation(known.words, asked.words, shared)
    if changed:
        yield f"the other way round: {changed[0]} and {changed[1]} have changed places"
