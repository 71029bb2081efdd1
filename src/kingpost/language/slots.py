"""Takes a question apart into the slots in which two questions must agree to be the same."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kingpost.language.dates import Date, dates, without_dates
from kingpost.language.identifiers import clause_numbers, identifiers
from kingpost.language.names import names
from kingpost.language.normalise import normalise, one_form, stems
from kingpost.language.polarity import poles, turns
from kingpost.language.qualifiers import added_qualifiers
from kingpost.language.quantities import Quantity, quantities, same
from kingpost.language.wanted import wanted, without_default_phrase

_REVISION = re.compile(
    r"\b(?i:rev(?:ision)?s?|version|release|edition|issue|amendment|draft|addendum)\b\.?\s?(?i:no\.?\s?|#)?"
    r"(?P<mark>[A-Z]\d{0,2}\b|v?\d+(?:\.\d+)*\b)"
)
_FIGURE = re.compile(r"[\w./:-]*\d[\w./:-]*")
_NUMBER_WORDS = {
    word: float(value)
    for value, word in enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=2
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """What a question fixes. Two questions that differ in one slot are different questions."""

    text: str
    """The normalised question."""
    quantities: tuple[Quantity, ...] = ()
    dates: tuple[Date, ...] = ()
    identifiers: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    """Tokens with digits that are none of the above, as written."""
    negations: tuple[str, ...] = ()
    """Words that negate, and words that hide a negation."""
    poles: tuple[tuple[str, str], ...] = ()
    """Axis and side: ``("max-min", "max")``."""
    names: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    """Kinds of quantity or property asked for: ``width``, ``when``, ``default``."""


@lru_cache(maxsize=8192)
def slots(question: str) -> Slots:
    """The slots of a question; those of known questions are asked for again and again."""
    plain = one_form(question)
    undated = without_dates(plain)
    clauses = clause_numbers(undated)
    numbers = tuple(quantity for quantity in quantities(undated) if not _is_clause(quantity, clauses))
    return Slots(
        text=normalise(question),
        quantities=numbers + _number_words(undated),
        dates=dates(plain),
        identifiers=identifiers(undated),
        clauses=clauses,
        figures=_figures(undated, numbers, (*identifiers(undated), *clauses)),
        revisions=tuple(dict.fromkeys(found["mark"].casefold() for found in _REVISION.finditer(plain))),
        negations=turns(without_default_phrase(plain)),
        poles=poles(plain),
        names=names(undated),
        wanted=wanted(plain),
    )


def _is_clause(quantity: Quantity, clauses: Sequence[str]) -> bool:
    return not quantity.unit and any(number.partition("(")[0] == quantity.text for number in clauses)


def _figures(text: str, numbers: Sequence[Quantity], keys: Sequence[str]) -> tuple[str, ...]:
    """Tokens with digits that neither number nor identifier nor clause accounts for: ``737-800``."""
    spans = [(number.start, number.end) for number in numbers]
    return tuple(
        dict.fromkeys(
            token
            for found in _FIGURE.finditer(text)
            if (token := found[0].casefold().strip(".-/:"))
            and not any(start < found.end() and found.start() < end for start, end in spans)
            and not any(token in key or key in token for key in keys)
        )
    )


def _number_words(text: str) -> tuple[Quantity, ...]:
    return tuple(
        Quantity(value=_NUMBER_WORDS[word], unit="", start=found.start(), end=found.end(), text=found[0])
        for found in re.finditer(r"[A-Za-z]+", text)
        if (word := found[0].casefold()) in _NUMBER_WORDS
    )


def differences(known: Slots, asked: Slots) -> tuple[str, ...]:
    """Why the two questions are not the same, in words; empty when every slot agrees."""
    reasons = [
        *_quantity_differences(known, asked),
        *_date_differences(known, asked),
        *_set_differences("identifier", _bare(known.identifiers), _bare(asked.identifiers)),
        *_set_differences("clause", known.clauses, asked.clauses),
        *_set_differences("figure", known.figures, asked.figures),
        *_set_differences("revision", known.revisions, asked.revisions),
        *_negation_differences(known, asked),
        *_pole_differences(known, asked),
        *_name_differences(known, asked),
        *_wanted_differences(known, asked),
        *_qualifier_differences(known, asked),
    ]
    return tuple(reasons)


def _quantity_differences(known: Slots, asked: Slots) -> list[str]:
    missing = [one for one in known.quantities if not any(same(one, other) for other in asked.quantities)]
    extra = [one for one in asked.quantities if not any(same(one, other) for other in known.quantities)]
    return _exchanged("number", [one.text for one in missing], [one.text for one in extra])


def _date_differences(known: Slots, asked: Slots) -> list[str]:
    missing = [one.text for one in known.dates if not any(one.forms & other.forms for other in asked.dates)]
    extra = [one.text for one in asked.dates if not any(one.forms & other.forms for other in known.dates)]
    return _exchanged("date", missing, extra)


def _set_differences(kind: str, known: Sequence[str], asked: Sequence[str]) -> list[str]:
    missing = [one for one in known if one not in asked]
    return _exchanged(kind, missing, [one for one in asked if one not in known])


def _bare(keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(key.lstrip("-") for key in keys)


def _exchanged(kind: str, missing: Sequence[str], extra: Sequence[str]) -> list[str]:
    if not missing and not extra:
        return []
    here, there = ", ".join(extra) or "none", ", ".join(missing) or "none"
    return [f"another {kind}: {here} instead of {there}"]


def _negation_differences(known: Slots, asked: Slots) -> list[str]:
    """The same number of negations on both sides, wherever they hide: ``not effective`` and ``ineffective``."""
    if len(known.negations) == len(asked.negations):
        return []
    more = max(known.negations, asked.negations, key=len)
    return [f"negated here and not there: {', '.join(more)}"]


def _pole_differences(known: Slots, asked: Slots) -> list[str]:
    left, right = dict(known.poles), dict(asked.poles)
    return [
        f"opposite sense: {right[axis]} instead of {left[axis]}"
        for axis in left
        if axis in right and left[axis] != right[axis]
    ]


def _name_differences(known: Slots, asked: Slots) -> list[str]:
    missing = [name for name in known.names if not _mentions(asked, name)]
    extra = [name for name in asked.names if not _mentions(known, name)]
    return _exchanged("name", missing, extra) if missing and extra else []


def _mentions(question: Slots, name: str) -> bool:
    """Whether the name stands in the question, in another number or case, or spelled out as initials."""
    there = frozenset(stems(question.text))
    if all(stem in there for stem in stems(name)):
        return True
    letters = re.sub(r"[^a-z]", "", name.removesuffix("s"))
    initials = "".join(word[0] for word in re.findall(r"[a-z]+", question.text))
    return 2 <= len(letters) <= 5 and letters in initials


def _wanted_differences(known: Slots, asked: Slots) -> list[str]:
    missing = [kind for kind in known.wanted if kind not in asked.wanted]
    extra = [kind for kind in asked.wanted if kind not in known.wanted]
    if missing and extra:
        return [f"another thing asked for: {', '.join(extra)} instead of {', '.join(missing)}"]
    return []


def _qualifier_differences(known: Slots, asked: Slots) -> list[str]:
    words = (*added_qualifiers(known.text, asked.text), *added_qualifiers(asked.text, known.text))
    return [f"only one of the two says: {', '.join(words)}"] if words else []
