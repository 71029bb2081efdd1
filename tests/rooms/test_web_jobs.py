"""Answering jobs: a thread writes, any number of readers tail."""

import threading
from collections.abc import Iterator

import pytest

from kingpost.errors import BackendUnavailable, KingpostError, NotFound
from kingpost.types.answers import LOCAL_USER, Answer, AnswerEvent, Confidence, Question, Route
from kingpost.web.health import prometheus_text
from kingpost.web.jobs import KEPT_JOBS, AnswerJobs

QUESTION = Question(text="What is the design floor load of zone B?")
ANSWER = Answer(
    id="c.1", turn="c.1", question=QUESTION.text, answer="40 kN/m²", route=Route.RAG, confidence=Confidence(value=0.9)
)


def answered(question: Question) -> Iterator[AnswerEvent]:
    yield AnswerEvent(kind="status", text="Searching the documents")
    yield AnswerEvent(kind="token", text="40 ")
    yield AnswerEvent(kind="token", text="kN/m²")
    yield AnswerEvent(kind="answer", text=ANSWER.answer, answer=ANSWER)


def unreachable(question: Question) -> Iterator[AnswerEvent]:
    yield AnswerEvent(kind="token", text="4")
    raise BackendUnavailable("the model does not answer", next="wait a moment")


def broken(question: Question) -> Iterator[AnswerEvent]:
    yield AnswerEvent(kind="token", text="4")
    raise ZeroDivisionError


def without_answer(question: Question) -> Iterator[AnswerEvent]:
    yield AnswerEvent(kind="token", text="4")


def test_following_a_job_yields_every_event_to_its_answer() -> None:
    job = AnswerJobs(answered).start(QUESTION)
    assert [event.kind for event in job.follow()] == ["status", "token", "token", "answer"]
    assert job.result() == ANSWER


def test_a_reader_that_comes_later_sees_what_it_missed() -> None:
    job = AnswerJobs(answered).start(QUESTION)
    job.result()
    assert [event.kind for event in job.since(1)[1]] == ["token", "token", "answer"]
    assert job.since(4) == ("done", [])


def test_tokens_can_be_read_while_the_answer_is_in_the_making() -> None:
    may_end = threading.Event()

    def slow(question: Question) -> Iterator[AnswerEvent]:
        yield AnswerEvent(kind="token", text="40 ")
        may_end.wait()
        yield AnswerEvent(kind="answer", text=ANSWER.answer, answer=ANSWER)

    job = AnswerJobs(slow).start(QUESTION)
    following = job.follow()
    assert next(following).text == "40 "
    assert job.state == "running"
    may_end.set()
    assert next(following).answer == ANSWER


def test_an_error_of_ours_ends_the_job_and_reaches_every_reader() -> None:
    job = AnswerJobs(unreachable).start(QUESTION)
    with pytest.raises(BackendUnavailable, match="does not answer"):
        job.result()
    assert job.state == "failed"


@pytest.mark.parametrize("stream", [broken, without_answer])
def test_a_job_never_ends_without_an_answer_or_an_error_that_says_what_to_do(stream) -> None:
    job = AnswerJobs(stream).start(QUESTION)
    with pytest.raises(KingpostError) as raised:
        job.result()
    assert raised.value.next


def test_an_unknown_job_is_not_found() -> None:
    with pytest.raises(NotFound, match="no answering job 'nothing'"):
        AnswerJobs(answered).get("nothing", user=LOCAL_USER)


def test_the_oldest_finished_jobs_are_forgotten_first() -> None:
    jobs = AnswerJobs(answered)
    first = jobs.start(QUESTION)
    first.result()
    for _ in range(KEPT_JOBS):
        jobs.start(QUESTION).result()
    last = jobs.start(QUESTION)
    with pytest.raises(NotFound):
        jobs.get(first.id, user=LOCAL_USER)
    assert jobs.get(last.id, user=LOCAL_USER) is last


def test_metrics_count_answers_by_route_and_failures_by_code() -> None:
    text = counted_text()
    assert 'kingpost_answers_total{route="rag"} 1' in text
    assert 'kingpost_answer_failures_total{code="backend_unavailable"} 1' in text
    assert "kingpost_answers_running 0" in text


def counted_text() -> str:
    streams = iter((answered, unreachable))
    jobs = AnswerJobs(lambda question: next(streams)(question))
    jobs.start(QUESTION).result()
    with pytest.raises(BackendUnavailable):
        jobs.start(QUESTION).result()
    for thread in threading.enumerate():
        if thread.name.startswith("answer-"):
            thread.join()
    return prometheus_text(jobs.counts)
