"""What a reader made of the passages: an answer with its references, or the reason why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kingpost.types.answers import Citation


class ReadingKind(StrEnum):
    """How an answer was read."""

    CLAUSE = "clause"
    CLAUSE_LIST = "clause_list"
    ACRONYM = "acronym"
    DEFINITION = "definition"
    FIELD = "field"
    CELL = "cell"
    CELLS = "cells"
    CALCULATED = "calculated"
    ROW = "row"
    SENTENCES = "sentences"
    GENERATED = "generated"
    NOTHING = "nothing"


EXACT = frozenset(
    {
        ReadingKind.CLAUSE,
        ReadingKind.CLAUSE_LIST,
        ReadingKind.ACRONYM,
        ReadingKind.DEFINITION,
        ReadingKind.FIELD,
        ReadingKind.CELL,
        ReadingKind.CELLS,
        ReadingKind.CALCULATED,
    }
)
"""Kinds whose text is given as it stands: no model words them anew."""

COMPUTED = frozenset({ReadingKind.CLAUSE_LIST, ReadingKind.CELLS, ReadingKind.CALCULATED})
"""Kinds that hold counts and lists rather than one place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An answer as read. ``text`` empty: nothing was found, and ``reason`` says why, in a sentence for the user.

    ``support`` is the weighted share of the question's content words that stand in what was read (0..1).
    """

    kind: ReadingKind
    text: str = ""
    citations: tuple[Citation, ...] = ()
    support: float = 0.0
    reason: str = ""
    says_where: bool = False
    """Whether ``reason`` says itself what was searched and what comes nearest."""
    note: str = ""
    """Where in its table or form the answer stands, in words."""
    features: Mapping[str, float] = field(default_factory=dict)
