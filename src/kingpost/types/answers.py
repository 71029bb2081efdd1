"""Answers: a question's way from validation to a cited answer, kept as a turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kingpost.types.documents import EVERYONE, Location, RevisionStatus

LOCAL_USER = "local"


class Route(StrEnum):
    """The way an answer took."""

    APPROVED = "approved"
    FINE_TUNED = "fine_tuned"
    RAG = "rag"
    ABSTAIN = "abstain"


class Reader(StrEnum):
    """How passages become an answer."""

    AUTO = "auto"
    EXTRACTIVE = "extractive"
    GENERATIVE = "generative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as asked, with who asks and how it is to be answered.

    ``route`` None means that question validation decides. ``documents`` limits retrieval to these document
    ids; ``include_superseded`` searches every revision that is kept. ``history`` is used instead of a stored
    conversation when given (pairs of role and text).
    """

    text: str
    conversation: str = ""
    user: str = LOCAL_USER
    groups: tuple[str, ...] = EVERYONE
    route: Route | None = None
    reader: Reader = Reader.AUTO
    documents: tuple[str, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    as_of: str = ""
    """ISO date: answer from what was in force then; empty: today."""
    include_superseded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A reference: a verified quote at its place in one revision of a document."""

    document: str
    name: str
    title: str
    revision: str
    location: Location
    quote: str
    uri: str
    view: str
    score: float = 0.0
    content_hash: str = ""
    status: RevisionStatus = RevisionStatus.CURRENT
    """Of the revision, on the day of the answer."""
    header: tuple[str, ...] = ()
    """What governs the quote without being part of it: the headers of a cell, the name of a field."""
    mark: str = ""
    """The revision as the document calls itself: ``B``, ``3``; empty where it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSentence:
    """A sentence of an answer, the numbers (from 1) of the citations that hold it, and what of it none holds."""

    text: str
    citations: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """Calibrated probability that the answer is right, its reasons in words, and the features it came from."""

    value: float
    reasons: tuple[str, ...] = ()
    features: Mapping[str, float] = field(default_factory=dict)


class Verdict(StrEnum):
    """What question validation said of the nearest known question."""

    SAME = "same"
    DIFFERENT = "different"
    STALE = "stale"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """The decision of the question router, with the nearest known question and why.

    ``stage`` is where it was decided: ``exact``, ``candidates``, ``slots``, ``verifier``, ``evidence``,
    ``asked`` (the caller chose the route). ``pair_id`` is the matched pair, or empty.
    """

    nearest: str = ""
    similarity: float = 0.0
    verdict: Verdict = Verdict.NONE
    stage: str = "candidates"
    why: str = ""
    pair_id: str = ""
    near: tuple[str, ...] = ()
    """Known questions that were close but not the same, for "did you mean"."""
    scored: str = ""
    """The known question that was taken, else of those put to the verifier the one it scored highest, or none."""
    score: float = 0.0
    threshold: float = 0.0
    """The score from which on that one counts as the same; 0 when none was scored."""
    threshold_source: str = ""
    """Where the threshold comes from: ``settings``, ``shipped``, ``fitted``, ``outcomes``."""
    threshold_why: str = ""
    """The same in words."""
    mismatch: str = ""
    """What the fine-tuned model said where that did not match the known answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What ``kingpost ask`` and the API give back (see ``answering.contract`` for its JSON form)."""

    id: str
    turn: str
    question: str
    answer: str
    route: Route
    confidence: Confidence
    citations: tuple[Citation, ...] = ()
    validation: Validation = Validation()
    model: str = ""
    standalone: str = ""
    """The question as rewritten from the conversation; equal to ``question`` where nothing was rewritten."""
    reader: str = ""
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    usage: Mapping[str, int] = field(default_factory=dict)
    sentences: tuple[AnswerSentence, ...] = ()
    alternatives: tuple[str, ...] = ()
    """What a question back offers to choose from; the next turn may name one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsideredQuestion:
    """A known question that question validation compared with the one asked, and what it made of it.

    ``phrasing`` is the wording of it that was laid beside the one asked. ``score`` is the verifier's and ``threshold``
    the score from which on it would be the same, both 0 where the verifier was not asked.
    """

    question: str
    pair_id: str
    similarity: float
    verdict: Verdict
    stage: str
    why: str
    score: float = 0.0
    phrasing: str = ""
    threshold: float = 0.0
    threshold_source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageRead:
    """A passage as the readers were handed it, with how it was found (see ``types.search.Passage``)."""

    chunk: str
    content_hash: str
    document: str
    name: str
    revision: str
    location: Location
    mark: str = ""
    """Of the revision, such as ``B``."""
    view: str = ""
    """Link into the viewer."""
    score: float = 0.0
    similarity: float = 0.0
    legs: Mapping[str, int] = field(default_factory=dict)
    features: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """What a fine-tuned model said to a known question, where that was not served.

    ``why`` says in what it differs from the pair's answer (``expected``), and what of it the evidence does not hold;
    ``citations`` are that evidence, in the documents as they stood then.
    """

    pair_id: str
    model: str
    """The model version's id."""
    wording: str
    """The wording in which the model was asked."""
    expected: str
    said: str
    why: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    turn: str = ""
    """The turn in which it was said; empty as long as that is not stored."""
    asked_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """All that produced an answer and is not part of it; empty for turns that were stored before it was kept.

    ``asked`` is the question with how it was asked. ``versions`` names product, prompt, models with their digests,
    fingerprints of settings and calibrator, each by a name of its own; ``settings`` holds the values that matter.
    """

    asked: Question | None = None
    considered: tuple[ConsideredQuestion, ...] = ()
    passages: tuple[PassageRead, ...] = ()
    """Best first."""
    searched: int = 0
    """Documents that could be searched."""
    unknown: tuple[str, ...] = ()
    """Identifiers of the question that stand in none of them."""
    apart: bool = False
    """Whether its identifiers stand there, but never together."""
    mismatch: Mismatch | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and its answer in a conversation, with all that produced it. Append-only."""

    id: str
    conversation: str
    number: int
    answer: Answer
    user: str
    groups: tuple[str, ...]
    asked_at: str
    record: TurnRecord = TurnRecord()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerEvent:
    """What a streamed answer sends.

    ``status`` (what is being done), ``token`` (text), ``replace`` (the text so far is withdrawn for this one),
    ``answer`` (the whole answer, last).
    """

    kind: str
    text: str = ""
    answer: Answer | None = None
