"""The question bank: pairs of question and answer with their evidence."""

from dataclasses import dataclass
from enum import StrEnum

from kingpost.types.documents import EVERYONE, Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A block an answer stands on: current while its ``content_hash`` stands in its document's current revision."""

    document_id: str
    name: str
    content_hash: str
    quote: str
    location: Location


class Provenance(StrEnum):
    """Where a pair comes from."""

    ADDED = "added"
    IMPORTED = "imported"
    FEEDBACK = "feedback"
    GENERATED = "generated"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownQuestion:
    """A pair of the bank. ``approved_by`` empty: nobody has approved the answer. ``retired``: kept, never served."""

    id: str
    question: str
    answer: str
    phrasings: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    provenance: Provenance = Provenance.ADDED
    approved_by: str = ""
    created_at: str = ""
    retired: bool = False
    split: str = ""
    """``train``, ``held_out`` or empty (the dataset builder decides)."""
    groups: tuple[str, ...] = EVERYONE
    turn: str = ""
    """The turn whose feedback made the pair, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCandidate:
    """A known question near the one asked: the phrasing that is nearest and its cosine similarity."""

    pair: KnownQuestion
    phrasing: str
    similarity: float
    exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProblem:
    """A line of an import that was left out, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import of pairs did."""

    added: int
    updated: int
    without_evidence: int
    problems: tuple[ImportProblem, ...] = ()
