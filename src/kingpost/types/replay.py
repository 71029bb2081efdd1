"""A turn asked again: what came of it then, what comes of it now, and what changed between the two."""

from dataclasses import dataclass
from enum import StrEnum

from kingpost.types.answers import Answer, PassageRead, Turn, TurnRecord


class Fate(StrEnum):
    """What became of something that was read or cited.

    ``same``: it stands where it stood. ``other_revision``: the same words stand in the revision that is seen now.
    ``changed``: that revision does not hold them. ``gone``: neither the document nor a successor is seen. ``dropped``:
    it stands there, but is not read or cited now. ``new``: it was not read or cited then.
    """

    SAME = "same"
    OTHER_REVISION = "other_revision"
    CHANGED = "changed"
    GONE = "gone"
    DROPPED = "dropped"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is not as it was, both values in words (empty: there was or is none)."""

    what: str
    before: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageChange:
    """A passage that was read then, now, or both. ``rank`` counts from 1; None: it was, or is, not among those read.

    ``revision`` and ``mark`` are those that it was read in, ``revision_now`` and ``mark_now`` those that are seen now.
    """

    document: str
    name: str
    passage: PassageRead
    fate: Fate
    rank: int | None
    rank_now: int | None
    revision_now: str = ""
    mark_now: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationChange:
    """A reference of the answer then, now, or both."""

    document: str
    name: str
    quote: str
    place: str
    fate: Fate
    revision: str = ""
    revision_now: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChange:
    """A document that was read or cited and is now seen in another revision, or (``revision_now`` empty) not at all."""

    document: str
    name: str
    revision: str
    mark: str
    revision_now: str
    mark_now: str
    name_now: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A run of words of the answer: ``same``, ``removed`` (said then only) or ``added`` (said now only)."""

    change: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What ``kingpost replay`` tells of a turn. ``record`` is of the answer now; ``verdict`` is it all in a line."""

    turn: Turn
    answer: Answer
    record: TurnRecord
    as_recorded: bool
    same_answer: bool
    words: tuple[Words, ...]
    changes: tuple[Change, ...]
    versions: tuple[Change, ...]
    settings: tuple[Change, ...]
    citations: tuple[CitationChange, ...]
    passages: tuple[PassageChange, ...]
    documents: tuple[DocumentChange, ...]
    verdict: str
