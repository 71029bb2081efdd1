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
    revision: str = ""
    """The revision it was found in; empty where that was not kept."""


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
    valid_from: str = ""
    """ISO date of the first day on which it may be served, or empty."""
    valid_until: str = ""
    """ISO date of the last day on which it may be served, or empty."""

    def is_valid_on(self, day: str) -> bool:
        """Whether it may be served on a day (an ISO date), as far as its validity goes."""
        return (not self.valid_from or self.valid_from <= day) and not self.is_expired_on(day)

    def is_expired_on(self, day: str) -> bool:
        """Whether its last day is over on a day."""
        return bool(self.valid_until) and self.valid_until < day


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedWording:
    """A question somebody asked that the verifier took for a known one, and whether it was that one."""

    pair_id: str
    text: str
    right: bool


class PairState(StrEnum):
    """Where a pair stands today. Only a ``current`` one can be served.

    ``stale``: what its answer stands on has changed or is no longer in force. ``upcoming``: its validity has not begun.
    """

    CURRENT = "current"
    STALE = "stale"
    EXPIRED = "expired"
    UPCOMING = "upcoming"
    RETIRED = "retired"


class ChangeKind(StrEnum):
    """What became of the evidence of a known answer."""

    CHANGED = "changed"
    GONE = "gone"
    SUPERSEDED = "superseded"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceChange:
    """Evidence that no longer stands: ``was``, and ``now`` what stands in its place as far as that can be told.

    ``changed``: its place reads otherwise now. ``gone``: nothing in the document takes its place. ``superseded``: its
    document is no longer in force. ``removed``: its document is not there any more.
    """

    kind: ChangeKind
    document_id: str
    name: str
    was: str
    location: Location
    now: str = ""
    now_document_id: str = ""
    now_name: str = ""
    now_location: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedQuestion(KnownQuestion):
    """A pair with where it stands today, and what has changed where it is stale."""

    state: PairState = PairState.CURRENT
    changes: tuple[EvidenceChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCandidate:
    """A known question near the one asked: the phrasing that is nearest and its cosine similarity."""

    pair: KnownQuestion
    phrasing: str
    similarity: float
    exact: bool = False
    further: tuple[tuple[str, float], ...] = ()
    """Its other phrasings that came near, with their similarity, most similar first."""


class ProblemKind(StrEnum):
    """Two pairs that are one question: with one answer, or with two."""

    DUPLICATE = "duplicate"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankProblem:
    """Two pairs of the bank that ask the same; ``score`` is the verifier's (1 for the very wording)."""

    kind: ProblemKind
    pair_ids: tuple[str, str]
    questions: tuple[str, str]
    answers: tuple[str, str]
    score: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProblem:
    """A line of an import that was left out, why, and what to do; ``cell`` names the cell of a workbook (``C7``)."""

    line: int
    reason: str
    cell: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import of pairs did. ``pairs`` are their ids, ``warnings`` what they double or contradict."""

    added: int
    updated: int
    without_evidence: int
    problems: tuple[ImportProblem, ...] = ()
    file: str = ""
    pairs: tuple[str, ...] = ()
    warnings: tuple[BankProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCoverage:
    """How far known questions reach in one section, table or sheet of a document.

    ``chunks`` counts its passages, ``covered`` those that a current known question stands on. ``questions`` are the
    current known questions there, ``stale`` those whose evidence stood there and does not any more.
    """

    document_id: str
    name: str
    kind: str
    """``section``, ``table`` or ``sheet``."""
    part: str
    chunks: int
    covered: int
    questions: int
    stale: int

    @property
    def uncovered(self) -> int:
        return self.chunks - self.covered


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Which parts of the documents in force have known questions: parts with most uncovered passages first.

    ``documents`` sums up each document (``kind`` is ``document``).
    """

    documents: tuple[PartCoverage, ...] = ()
    parts: tuple[PartCoverage, ...] = ()
