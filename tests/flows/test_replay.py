"""What is kept of how an answer came about, and the same question asked again later."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kingpost.app import App
from kingpost.cli.program import run
from kingpost.documents.sources.folder import FolderSource
from kingpost.errors import NotFound, Refused
from kingpost.records import find_turn
from kingpost.types.answers import Question, Reader, Turn, TurnRecord, Verdict
from kingpost.types.replay import Fate
from kingpost.web.api import application
from kingpost.web.pages.why import considered, passages, understood, versions

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


def test_nothing_changed_is_said_to_be_so_and_nothing_is_stored(demo_app: App) -> None:
    turn = asked(demo_app, CLAUSE)
    replay = demo_app.replayer.replay(turn.id)
    assert replay.verdict == "same answer; nothing that is recorded has changed"
    assert {change.fate for change in replay.passages} == {Fate.SAME}
    assert [change.rank for change in replay.passages] == [change.rank_now for change in replay.passages]
    assert {change.fate for change in replay.citations} == {Fate.SAME}
    assert not replay.documents
    assert demo_app.conversations.turns(turn.conversation, turn.user) == [turn]


def test_an_unknown_turn_is_refused_with_advice(demo_app: App) -> None:
    with pytest.raises(NotFound, match=r"there is no turn 'nowhere\.1'") as refused:
        demo_app.replayer.replay("nowhere.1")
    assert refused.value.next


def test_a_follow_up_is_asked_with_what_came_before_it_and_not_with_what_came_after(demo_app: App) -> None:
    first = asked(demo_app, "What uniform load must the floor of zone C carry?")
    second = asked(demo_app, "and zone B?", conversation=first.conversation)
    asked(demo_app, "How wide must a main aisle be?", conversation=first.conversation)
    replay = demo_app.replayer.replay(second.id)
    assert replay.answer.standalone == second.answer.standalone != "and zone B?"
    assert replay.same_answer


def test_what_a_new_revision_of_the_file_changed_is_told_passage_by_passage(app: App, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    write(folder, flue="150", clear="9.5")
    app.ingestor.ingest(FolderSource(folder))
    flue, clear = (asked(app, question) for question in ("What is the width of a flue?", "What is the clear height?"))
    assert "150" in flue.answer.answer
    write(folder, flue="180", clear="9.5")
    app.ingestor.ingest(FolderSource(folder))
    changed, same = (app.replayer.replay(turn.id) for turn in (flue, clear))
    assert not changed.same_answer
    assert {(run.change, run.text) for run in changed.words if "0" in run.text} >= {
        ("removed", "150"),
        ("added", "180"),
    }
    assert changed.passages[0].fate is Fate.CHANGED
    assert changed.documents[0].revision != changed.documents[0].revision_now
    assert same.same_answer
    assert same.passages[0].fate is Fate.OTHER_REVISION
    assert "now come" in same.verdict
    as_recorded = app.replayer.replay(flue.id, as_recorded=True)
    assert as_recorded.same_answer
    assert as_recorded.verdict.startswith("same answer from the passages of then; rack.md is now revision")


def test_a_passage_that_is_no_longer_kept_cannot_be_read_as_recorded(app: App, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    write(folder, flue="150", clear="9.5")
    app.ingestor.ingest(FolderSource(folder))
    turn = asked(app, "What is the width of a flue?")
    app.library.remove(app.library.find("rack.md").id)
    with pytest.raises(Refused, match=r"a passage of rack\.md, revision .* is no longer kept"):
        app.replayer.replay(turn.id, as_recorded=True)
    gone = app.replayer.replay(turn.id)
    assert {change.fate for change in gone.passages} == {Fate.GONE}
    assert gone.verdict.startswith("not answered now, answered before; ")
    assert "gone" in gone.verdict


def test_a_passage_of_a_document_that_its_asker_may_no_longer_read_is_not_read_as_recorded(demo_app: App) -> None:
    turn = asked(demo_app, CLAUSE)
    document = demo_app.records.documents.get(turn.record.passages[0].document)
    demo_app.records.documents.put(document.id, replace(document, groups=("structures",)))
    with pytest.raises(Refused, match="no longer yours to read"):
        demo_app.replayer.replay(turn.id, as_recorded=True)
    assert demo_app.replayer.replay(turn.id).passages[0].fate is Fate.GONE


def test_a_passage_that_was_read_anew_with_other_words_is_not_taken_for_the_recorded_one(demo_app: App) -> None:
    turn = asked(demo_app, CLAUSE)
    best = turn.record.passages[0]
    chunk = demo_app.records.chunks.get(best.chunk, partition=best.document)
    demo_app.records.chunks.put(chunk.id, replace(chunk, content_hash="other"), partition=best.document)
    with pytest.raises(Refused, match="no longer kept as it was read"):
        demo_app.replayer.replay(turn.id, as_recorded=True)
    assert demo_app.replayer.replay(turn.id).passages[0].fate is Fate.CHANGED


def test_a_changed_setting_and_prompt_are_named(demo_workspace: Path) -> None:
    with App.open(demo_workspace) as app:
        turn = asked(app, CLAUSE)
    (demo_workspace / "kingpost.toml").write_text("[retrieval]\npassages = 3\n", encoding="utf-8")
    with App.open(demo_workspace) as app:
        replay = app.replayer.replay(turn.id)
    assert [(change.what, change.before, change.now) for change in replay.settings] == [
        ("retrieval.passages", "10", "3")
    ]
    assert "settings changed: retrieval.passages" in replay.verdict


def test_an_approved_answer_that_came_later_shows_as_another_route(demo_app: App) -> None:
    turn = asked(demo_app, LOAD)
    demo_app.bank.add(LOAD, "The point load of bay D2 is 90 kN.", approved_by="expert")
    replay = demo_app.replayer.replay(turn.id)
    assert ("route", "rag", "approved") in [(change.what, change.before, change.now) for change in replay.changes]
    assert "by another route (approved, was rag)" in replay.verdict


def test_a_turn_whose_making_was_not_kept_is_still_asked_again(demo_app: App) -> None:
    turn = asked(demo_app, CLAUSE)
    demo_app.records.turns.put(turn.id, replace(turn, record=TurnRecord()), partition=turn.conversation)
    replay = demo_app.replayer.replay(turn.id)
    assert replay.verdict == "same answer; what it was made with then was not kept"


def test_the_command_tells_it_in_words_and_as_json(demo_workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with App.open(demo_workspace) as app:
        turn = asked(app, CLAUSE)
        app.records.turns.put(
            turn.id,
            replace(turn, answer=replace(turn.answer, answer="A flue of\x1b[31m 100 mm.")),
            partition=turn.conversation,
        )
    where = ["--workspace", str(demo_workspace)]
    assert run(["replay", turn.id, *where], as_json=False) == 0
    text = capsys.readouterr().out
    assert text.startswith("other answer; nothing that is recorded has changed")
    assert "[-" in text
    assert "\x1b" not in text
    assert run(["replay", turn.id, *where, "--json"], as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["turn"] == turn.id
    assert told["now"]["answer"] == turn.answer.answer
    assert told["passages"][0]["rank_now"] == 1
    assert run(["replay", "nowhere.1", *where, "--json"], as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "not_found"


def test_ask_tells_what_produced_the_answer_only_when_it_is_to_explain(
    demo_workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["ask", CLAUSE, "--reader", "extractive", "--workspace", str(demo_workspace), "--json"]
    run(words, as_json=True)
    assert "record" not in json.loads(capsys.readouterr().out)
    run([*words, "--explain"], as_json=True)
    record = json.loads(capsys.readouterr().out)["record"]
    assert record["asked"]["text"] == CLAUSE
    assert record["passages"][0]["location"]["page"] == 10


def test_a_turn_with_its_record_is_for_its_owner_alone(demo_app: App) -> None:
    own, other = asked(demo_app, CLAUSE), asked(demo_app, LOAD)
    demo_app.records.turns.put(other.id, replace(other, user="somebody"), partition=other.conversation)
    with TestClient(application(demo_app)) as http:
        told = http.get(f"/api/v1/conversations/{own.conversation}/turns/1").json()
        assert told["record"]["passages"][0]["chunk"] == own.record.passages[0].chunk
        assert told["record"]["versions"] == own.record.versions
        replayed = http.post(f"/api/v1/conversations/{own.conversation}/turns/1/replay", json={}).json()
        assert replayed["verdict"].startswith("same answer")
        for refused in (
            http.get(f"/api/v1/conversations/{other.conversation}/turns/1"),
            http.post(f"/api/v1/conversations/{other.conversation}/turns/1/replay", json={}),
            http.get(f"/api/v1/conversations/{own.conversation}/turns/2"),
        ):
            assert refused.status_code == 404
            assert refused.json()["error"]["next"]


def test_the_page_shows_what_produced_an_answer_with_nothing_left_to_obey(demo_app: App) -> None:
    demo_app.bank.add("What is the permitted point load of bay D7?", "60 *kN*", approved_by="expert")
    turn = asked(demo_app, "Which point load is permitted in bay *D2*?")
    with TestClient(application(demo_app)) as http:
        told = http.get(f"/api/v1/conversations/{turn.conversation}/turns/1").json()
    shown = "\n".join((understood(told), considered(told), passages(told), versions(told)))
    for part in ("Question as understood", "different", "score", "calibrator", "revision", " ms", turn.id[:5]):
        assert part in shown
    assert "*D2*" not in shown.replace("\\*", "")
    (best, *_) = turn.record.passages
    assert f"]({best.view.split('&')[0]}" in shown


def write(folder: Path, *, flue: str, clear: str) -> None:
    """A small standard of racks."""
    text = (
        "# Rack standard\n\n## Flues\n\n"
        f"The width of a flue between two racks shall be at least {flue} mm over its whole height.\n\n"
        f"## Heights\n\nThe clear height below the beams shall be at least {clear} m in every aisle.\n"
    )
    (folder / "rack.md").write_text(text, encoding="utf-8")
