"""Search: what goes into the index and what comes out of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kingpost.types.documents import Chunk, Document

CHUNKS = "chunks"
QUESTIONS = "questions"

Where = Mapping[str, Collection[str]]
"""Facet name -> accepted values; an entry must have one of them for every facet named. Empty: all entries."""

Vector = Sequence[float]
"""One vector of length 1 (a list or a float32 array), shape (dimensions,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that can be found: text for words, a vector for meaning, keys for exact look-up, facets to filter."""

    id: str
    text: str
    vector: Vector
    keys: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A scored id, best first in any list. Scores of different legs are not comparable."""

    id: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A hit with its text: the chunk, its document, and how it was found.

    ``score`` orders passages of one question. ``similarity`` is the cosine to the question, ``legs`` the
    rank (from 1) in each leg that found it: ``lookup``, ``dense``, ``lexical``. ``features`` are what the
    ranking measured of it. ``alike`` are the ids of near-identical chunks of other documents.
    """

    chunk: Chunk
    document: Document
    score: float
    similarity: float = 0.0
    legs: Mapping[str, int] = field(default_factory=dict)
    features: Mapping[str, float] = field(default_factory=dict)
    alike: tuple[str, ...] = ()
