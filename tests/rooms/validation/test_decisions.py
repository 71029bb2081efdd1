"""The log of route decisions."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from kingpost.answering.conversation import Conversations
from kingpost.answering.decisions import DecisionLog, decision_of
from kingpost.backends.memory import MemoryRecords
from kingpost.records import Records
from kingpost.types.answers import Answer, Confidence, Question, Route, Turn, TurnRecord, Validation, Verdict
from kingpost.types.decisions import DecisionFilter

WAYS = (
    (Route.RAG, "slots", Verdict.DIFFERENT),
    (Route.APPROVED, "exact", Verdict.SAME),
    (Route.FINE_TUNED, "verifier", Verdict.SAME),
)


def turn(number: int, asked_at: str, way: tuple[Route, str, Verdict] = WAYS[0]) -> Turn:
    route, stage, verdict = way
    validation = Validation(
        nearest="known", verdict=verdict, stage=stage, why="so", scored="known", score=0.4, threshold=0.7,
        threshold_source="shipped", mismatch="12 mm",
    )  # fmt: skip
    answer = Answer(
        id="", turn="", question=f"question {number}", answer="", route=route, confidence=Confidence(value=0.5),
        validation=validation, standalone=f"whole question {number}",
    )  # fmt: skip
    return Turn(
        id=f"c.{number}", conversation="c", number=number, answer=answer, user="anna", groups=(), asked_at=asked_at,
        record=TurnRecord(versions={"kingpost": "1", "live_model": ""}),
    )  # fmt: skip


@pytest.fixture
def log():
    """Ninety decisions on three days, thirty a day."""
    log = DecisionLog(records=Records(MemoryRecords()))
    for number in range(90):
        log.add(turn(number, f"2026-03-0{1 + number // 30}T10:{number % 30:02}:00+00:00", WAYS[number % 3]))
    return log


def test_a_decision_says_what_its_turn_says():
    decision = decision_of(turn(1, "2026-03-01T10:00:00+00:00"))
    assert (decision.turn, decision.user, decision.decided_at) == ("c.1", "anna", "2026-03-01T10:00:00+00:00")
    assert (decision.question, decision.standalone) == ("question 1", "whole question 1")
    assert (decision.route, decision.verdict, decision.stage, decision.why) == (*_swapped(WAYS[0]), "so")
    assert (decision.nearest, decision.score, decision.threshold) == ("known", 0.4, 0.7)
    assert (decision.threshold_source, decision.mismatch, decision.versions) == ("shipped", "12 mm", {"kingpost": "1"})


def _swapped(way):
    route, stage, verdict = way
    return route, verdict, stage


def test_pages_run_backwards_without_gap_or_repetition(log):
    seen, after = [], ""
    while True:
        page = log.page(limit=40, after=after)
        seen += [decision.turn for decision in page.decisions]
        after = page.next
        if not after:
            break
    assert seen == [f"c.{number}" for number in reversed(range(90))]


def test_a_page_that_ends_with_the_last_decision_has_no_next(log):
    assert log.page(limit=90).next == ""
    assert log.page(limit=89).next


def test_decisions_are_found_by_day_route_verdict_and_stage(log):
    assert {one.decided_at[:10] for one in log.all(DecisionFilter(since="2026-03-02"))} == {"2026-03-02", "2026-03-03"}
    assert len(list(log.all(DecisionFilter(since="2026-03-02", until="2026-03-02")))) == 30
    assert {one.route for one in log.all(DecisionFilter(route="approved"))} == {Route.APPROVED}
    assert len(list(log.all(DecisionFilter(verdict="same")))) == 60
    assert len(list(log.all(DecisionFilter(stage="slots")))) == 30
    assert log.page(DecisionFilter(stage="nowhere")).decisions == ()


def test_only_what_a_page_shows_is_decoded(log, monkeypatch):
    decoded = []
    decode = log.records.decisions._decode
    monkeypatch.setattr(log.records.decisions, "_decode", lambda record: decoded.append(record) or decode(record))
    log.page(limit=10)
    assert len(decoded) == 11


def test_days_that_are_known_to_hold_nothing_wanted_are_not_read_again(log, monkeypatch):
    log.counts()
    read = []
    unread = log.records.decisions.unread
    monkeypatch.setattr(
        log.records.decisions, "unread", lambda partition: read.append(partition) or unread(partition=partition)
    )
    assert log.page(DecisionFilter(route="abstain")).decisions == ()
    assert read == []
    assert len(log.page(DecisionFilter(route="rag")).decisions) == 30


def test_counts_are_by_day_and_way(log):
    counts = log.counts()
    assert sum(count.count for count in counts) == 90
    assert [count.count for count in counts if count.day == "2026-03-02"] == [10, 10, 10]
    assert {count.route for count in log.counts(DecisionFilter(route="rag"))} == {"rag"}
    assert log.counts() == counts


def test_what_is_added_today_is_counted_at_once():
    conversations = Conversations(records=Records(MemoryRecords()))
    log = DecisionLog(records=conversations.records)
    for expected in (1, 2):
        conversations.append(turn(1, "").answer, Question(text="q"), TurnRecord())
        assert sum(count.count for count in log.counts()) == expected


def test_each_turn_has_one_decision_however_many_write_at_once():
    conversations = Conversations(records=Records(MemoryRecords()))

    def append(number: int) -> str:
        question = Question(text=f"question {number}", conversation="c1")
        return conversations.append(turn(number, "").answer, question, TurnRecord()).turn

    with ThreadPoolExecutor(8) as pool:
        turns = list(pool.map(append, range(40)))
    decided = [decision.turn for decision in DecisionLog(records=conversations.records).all()]
    assert sorted(decided) == sorted(turns)
    assert len(set(turns)) == 40
