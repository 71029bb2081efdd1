"""Answering jobs: a thread writes an answer's events to a job; the page, the API and openai clients tail it."""

import logging
import secrets
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from kingpost.errors import KingpostError, NotFound
from kingpost.types.answers import Answer, AnswerEvent, Question

log = logging.getLogger(__name__)

KEPT_JOBS = 200
"""Jobs that stay readable; the oldest finished ones go first."""


class AnswerJob:
    """One answer in the making. Events are appended by its thread and read by any number of others."""

    def __init__(self, question: Question) -> None:
        self.id = secrets.token_hex(8)
        self.question = question
        self.answer: Answer | None = None
        self.error: KingpostError | None = None
        self._events: list[AnswerEvent] = []
        self._changed = threading.Condition()

    @property
    def state(self) -> str:
        """``running``, ``done`` or ``failed``."""
        if self.error is not None:
            return "failed"
        return "running" if self.answer is None else "done"

    def append(self, event: AnswerEvent) -> None:
        """Add an event; the one that carries the answer ends the job."""
        with self._changed:
            self._events.append(event)
            self.answer = event.answer or self.answer
            self._changed.notify_all()

    def fail(self, error: KingpostError) -> None:
        """End the job without an answer."""
        with self._changed:
            self.error = error
            self._changed.notify_all()

    def since(self, position: int) -> tuple[str, list[AnswerEvent]]:
        """The state, and the events from ``position`` (0: all) on, without waiting. Consistent with each other."""
        with self._changed:
            return self.state, self._events[max(position, 0) :]

    def follow(self) -> Iterator[AnswerEvent]:
        """Every event as it comes, until the job ends. Raises the job's error."""
        position = 0
        state = "running"
        while state == "running":
            state, events = self._wait_for_more(position)
            position += len(events)
            yield from events
        if self.error is not None:
            raise self.error

    def result(self) -> Answer:
        """Wait for the answer. Raises the job's error."""
        answers = [event.answer for event in self.follow() if event.answer is not None]
        return answers[-1]

    def _wait_for_more(self, position: int) -> tuple[str, list[AnswerEvent]]:
        with self._changed:
            self._changed.wait_for(lambda: len(self._events) > position or self.state != "running")
            return self.state, self._events[position:]


@dataclass
class AnswerCounts:
    """What was answered since the server started, for ``/metrics``."""

    answers: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    running: int = 0


class AnswerJobs:
    """Starts a thread for each question and keeps its job readable for a while.

    ``stream`` is the answerer's: its last event carries the answer.
    """

    def __init__(self, stream: Callable[[Question], Iterator[AnswerEvent]]) -> None:
        self.counts = AnswerCounts()
        self._stream = stream
        self._jobs: OrderedDict[str, AnswerJob] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, question: Question) -> AnswerJob:
        """Begin to answer; returns at once."""
        job = AnswerJob(question)
        with self._lock:
            self._jobs[job.id] = job
            self._forget_oldest()
            self.counts.running += 1
        threading.Thread(target=self._answer, args=(job,), name=f"answer-{job.id}", daemon=True).start()
        return job

    def get(self, job_id: str, *, user: str) -> AnswerJob:
        """A user's own job. Raises ``NotFound`` for one that never was, was forgotten, or is another user's."""
        with self._lock:
            job = self._jobs.get(job_id)
        if job is None or job.question.user != user:
            raise NotFound(
                f"there is no answering job {job_id!r}",
                next="finished answers are kept in their conversation: GET /api/v1/conversations",
            )
        return job

    def _answer(self, job: AnswerJob) -> None:
        started = time.monotonic()
        try:
            for event in self._stream(job.question):
                job.append(event)
            if job.answer is None:
                job.fail(KingpostError("the answer ended before it was complete", next="ask again"))
        except KingpostError as error:
            job.fail(error)
        except Exception:
            log.exception("answering failed: job %s", job.id)
            job.fail(KingpostError("answering failed unexpectedly", next="see the server's log for the cause"))
        self._count(job, time.monotonic() - started)

    def _count(self, job: AnswerJob, seconds: float) -> None:
        with self._lock:
            self.counts.running -= 1
            self.counts.seconds += seconds
            if job.answer is not None:
                self.counts.answers[job.answer.route] += 1
            elif job.error is not None:
                self.counts.failures[job.error.code] += 1

    def _forget_oldest(self) -> None:
        finished = [job.id for job in self._jobs.values() if job.state != "running"]
        for job_id in finished[: max(len(self._jobs) - KEPT_JOBS, 0)]:
            del self._jobs[job_id]
