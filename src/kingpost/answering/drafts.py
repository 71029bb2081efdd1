"""An answer in the making: what has been found out so far, and the events that it sends meanwhile."""

import time
from collections.abc import Generator
from dataclasses import dataclass, field

from kingpost.errors import BackendUnavailable, MissingModel, NotFound
from kingpost.types.answers import Answer, AnswerEvent, Confidence, Question, Route, Validation

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
    timings: dict[str, float] = field(default_factory=dict)
    passages: tuple[str, ...] = ()
    validation: Validation = field(default_factory=Validation)

    def timed(self, step: str, since: float) -> None:
        self.timings[step] = (time.perf_counter() - since) * 1000


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


def drain(events: Answering) -> Answer:
    """Run a generator of events to its end and give back the answer that it returns."""
    while True:
        try:
            next(events)
        except StopIteration as end:
            answer: Answer = end.value
            return answer
