"""What is kept of how an answer came about, and the same question asked again later."""

from dataclasses import replace

import pytest

from kingpost.app import App
from kingpost.records import find_turn
from kingpost.types.answers import Question, Reader, Turn, TurnRecord, Verdict

CLAUSE = "What does clause 6.3.2 of WDS-100 say?"
LOAD = "What is the permitted point load of bay D2?"


def asked(app: App, text: str, **how: str) -> Turn:
    return find_turn(app.records, app.answerer.answer(Question(text=text, reader=Reader.EXTRACTIVE, **how)).turn)


def test_a_turn_keeps_how_it_was_asked_what_was_read_and_with_what(demo_app: App) -> None:
    turn = asked(demo_app, CLAUSE, as_of="2026-06-01")
    record = turn.record
    assert record.asked == Question(
        text=CLAUSE, reader=Reader.EXTRACTIVE, as_of="2026-06-01", conversation=record.asked.conversation
    )
    best = record.passages[0]
    chunk = demo_app.records.chunks.get(best.chunk, partition=best.document)
    assert (best.content_hash, best.revision, best.location) == (chunk.content_hash, chunk.revision_id, chunk.location)
    assert best.legs
    assert record.searched >= 1
    assert record.versions["kingpost"]
    assert len(record.versions["model_sha256"]) == len(record.versions["embeddings_sha256"]) == 64
    assert record.settings["answering"]["refuse_below"] == demo_app.settings.answering.refuse_below


def test_known_questions_that_were_compared_are_kept_with_their_verdicts(demo_app: App) -> None:
    demo_app.bank.add(LOAD, "90 kN", approved_by="expert")
    demo_app.bank.add("What is the permitted point load of bay D7?", "60 kN", approved_by="expert")
    turn = asked(demo_app, "Which point load is permitted in bay D2?")
    verdicts = {one.question: one for one in turn.record.considered}
    assert verdicts[LOAD].verdict is Verdict.SAME
    other = verdicts["What is the permitted point load of bay D7?"]
    assert (other.verdict, other.stage) == (Verdict.DIFFERENT, "slots")
    assert "d7" in other.why.lower()


def test_a_turn_stored_before_records_were_kept_still_reads(demo_app: App) -> None:
    turn = asked(demo_app, CLAUSE)
    stored = demo_app.record_store.get("turns", turn.conversation, turn.id)
    old = {name: value for name, value in stored.record.items() if name != "record"}
    old |= {"passages": ["chunk-1"], "versions": {"prompt": "1"}}
    demo_app.record_store.put("turns", turn.conversation, {turn.id: old})
    assert find_turn(demo_app.records, turn.id) == replace(turn, record=TurnRecord())
