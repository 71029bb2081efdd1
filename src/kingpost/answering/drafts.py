"""An answer in the making: what has been found out so far, and the events that it sends meanwhile."""

import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from kingpost.answering.citations import view_link
from kingpost.errors import BackendUnavailable, MissingModel, NotFound
from kingpost.retrieval.search import Findings
from kingpost.types.answers import (
    Answer,
    AnswerEvent,
    Confidence,
    ConsideredQuestion,
    Mismatch,
    PassageRead,
    Question,
    Route,
    Validation,
)
from kingpost.types.search import Passage

T = TypeVar("T")

NO_MODEL = (BackendUnavailable, MissingModel, NotFound)
"""A model that cannot be asked costs its words, never the answer: the quote or the documents are still there."""

Answering = Generator[AnswerEvent, None, Answer]
"""Yields events; its value is the answer."""


@dataclass
class Draft:
    """An answer in the making: what has been found so far, and how long each step took."""

    question: Question
    standalone: str
    started: float
    asked_back: bool = False
    """Whether the turn before asked back: that is never done twice in a row."""
    topic: str = ""
    """The question before, if there was one."""
    timings: dict[str, float] = field(default_factory=dict)
    findings: Findings | None = None
    considered: tuple[ConsideredQuestion, ...] = ()
    validation: Validation = field(default_factory=Validation)
    mismatch: Mismatch | None = None
    """What the fine-tuned model said, where that was not served."""
    usage: dict[str, int] = field(default_factory=dict)

    def timed(self, step: str, since: float) -> None:
        self.timings[step] = (time.perf_counter() - since) * 1000

    def spent(self, milliseconds: Mapping[str, float]) -> None:
        """Add to the time of parts that come more than once."""
        for part, took in milliseconds.items():
            self.timings[part] = self.timings.get(part, 0.0) + took


def abstained(sure: Confidence, reason: str, draft: Draft) -> Answer:
    """The answer that the documents do not tell, and why."""
    return Answer(
        id="",
        turn="",
        question=draft.standalone,
        answer=f"The documents do not tell. {reason}".strip(),
        route=Route.ABSTAIN,
        confidence=sure,
        validation=draft.validation,
    )


def as_read(passage: Passage) -> PassageRead:
    """A passage as it is kept with the turn."""
    chunk = passage.chunk
    return PassageRead(
        chunk=chunk.id,
        content_hash=chunk.content_hash,
        document=chunk.document_id,
        name=passage.document.name,
        revision=chunk.revision_id,
        location=chunk.location,
        mark=passage.document.mark,
        view=view_link(passage.document, chunk.location, quote=""),
        score=passage.score,
        similarity=passage.similarity,
        legs=dict(passage.legs),
        features=dict(passage.features),
    )


def drained(events: Generator[AnswerEvent, None, T]) -> T:
    """Run a generator of events to its end and give back what it returns."""
    while True:
        try:
            next(events)
        except StopIteration as end:
            result: T = end.value
            return result
