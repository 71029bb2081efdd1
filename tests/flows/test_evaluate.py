"""Evaluation, validation and calibration on the demo documents, with the real small models."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kingpost.answering import confidence
from kingpost.app import App
from kingpost.cli.program import run
from kingpost.errors import NotFound, UsageError
from kingpost.evaluation.compare import compare
from kingpost.evaluation.question_sets import read_pairs, read_questions
from kingpost.evaluation.runs import MATCHES, read_rows
from kingpost.records import find_turn
from kingpost.types.answers import Question, Reader
from kingpost.types.evaluation import QuestionSet, RunOptions

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
QUOTED = RunOptions(reader=Reader.EXTRACTIVE)


def questions(limit: int | None = None) -> QuestionSet:
    return read_questions(EXAMPLES / "questions.jsonl", limit=limit)


def written(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def test_an_evaluation_leaves_a_row_for_each_question_a_summary_and_no_turn(demo_app: App, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    summary = demo_app.evaluator.evaluate(
        questions(), QUOTED, out=tmp_path / "run", on_progress=lambda done, total: seen.append((done, total))
    )
    rows = read_rows(tmp_path / "run")
    assert [row["id"] for row in rows] == [question.id for question in questions().questions]
    assert seen[-1] == (24, 24)
    assert json.loads((tmp_path / "run" / "summary.json").read_text()) == json.loads(json.dumps(summary))
    assert list(demo_app.records.turns.partitions()) == []
    assert sum(summary["routes"].values()) == summary["n"] == 24
    assert summary["retrieval"]["document_recall@10"] > 0.8
    assert summary["retrieval"]["place_recall@10"] > 0.6
    assert summary["right"] > 0.5
    assert summary["fingerprint"] == demo_app.settings.fingerprint()
    answered = next(row for row in rows if row["route"] == "rag")
    assert answered["citations"][0]["quote"]
    assert answered["features"]


def test_an_interrupted_evaluation_goes_on_where_it_stopped(demo_app: App, tmp_path: Path) -> None:
    def stop(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo_app.evaluator.evaluate(questions(limit=4), QUOTED, out=tmp_path, on_progress=stop)
    before = read_rows(tmp_path)
    summary = demo_app.evaluator.evaluate(questions(limit=4), QUOTED, out=tmp_path)
    assert read_rows(tmp_path)[:2] == before
    assert summary["n"] == 4


def test_an_unfinished_run_is_not_continued_over_other_documents(demo_app: App, tmp_path: Path) -> None:
    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo_app.evaluator.evaluate(questions(limit=2), QUOTED, out=tmp_path / "run", on_progress=stop)
    demo_app.library.remove(demo_app.library.find("CN-031_change_note.docx").id)
    with pytest.raises(UsageError, match="different: workspace"):
        demo_app.evaluator.evaluate(questions(limit=2), QUOTED, out=tmp_path / "run")


def test_retrieval_alone_is_measured_without_answers(demo_app: App) -> None:
    summary = demo_app.evaluator.evaluate(questions(), RunOptions(retrieval_only=True))
    assert summary["retrieval"]["mrr"] > 0.5
    assert summary["counts"]["retrieval"] == 18
    assert summary["exact_match"] is None
    assert summary["routes"] == {}


def test_each_question_can_be_asked_inside_its_own_document(demo_app: App, tmp_path: Path) -> None:
    path = written(
        tmp_path / "set.jsonl",
        {"id": "inside", "question": "What does alarm code E-204A mean?", "doc": "CN-031_change_note.docx"},
    )
    rows: list[dict[str, Any]]
    _, rows = demo_app.evaluator.measure(read_questions(path), RunOptions(scope="document", reader=Reader.EXTRACTIVE))
    assert {citation["name"] for citation in rows[0]["citations"]} <= {"changes/CN-031_change_note.docx"}
    _, rows = demo_app.evaluator.measure(read_questions(path), RunOptions(scope="document", retrieval_only=True))
    assert {passage["document"] for passage in rows[0]["passages"]} == {"changes/CN-031_change_note.docx"}


def test_passages_and_history_of_a_row_are_the_only_evidence(demo_app: App, tmp_path: Path) -> None:
    path = written(
        tmp_path / "set.jsonl",
        {
            "question": "How wide is the gate of hall 7?",
            "answers": ["4.2 m"],
            "doc": "Halls",
            "passages": ["The gate of hall 7 is 4.2 m wide. It is painted green.", "Hall 8 has no gate."],
        },
        {
            "question": "How wide is the clear opening of door D-107?",
            "answerable": False,
            "passages": ["Otters sleep on their backs."],
        },
    )
    summary, rows = demo_app.evaluator.measure(read_questions(path), QUOTED)
    assert "4.2 m" in rows[0]["answer"]
    assert "3000" not in rows[1]["answer"]
    assert summary["retrieval"]["mrr"] is None
    assert summary["citation_precision"] is None


def test_documents_that_are_not_in_the_workspace_are_named(demo_app: App, tmp_path: Path) -> None:
    elsewhere = {"id": "a", "question": "How wide?", "doc": "elsewhere.pdf", "answers": ["1 m"]}
    with pytest.raises(NotFound, match=r"elsewhere\.pdf.*WDS-100_rev_B\.pdf"):
        demo_app.evaluator.evaluate(read_questions(written(tmp_path / "set.jsonl", elsewhere)), QUOTED)
    here = {"id": "b", "question": "Who is the change coordinator?", "doc": "CN-031_change_note.docx"}
    options = RunOptions(scope="document", reader=Reader.EXTRACTIVE)
    summary, rows = demo_app.evaluator.measure(
        read_questions(written(tmp_path / "set.jsonl", elsewhere, here)), options
    )
    assert summary["problems"] == ["1 documents that the questions name are not in the workspace: elsewhere.pdf"]
    assert rows[0]["route"] == "abstain"
    assert rows[0]["retrieval"]["document_recall@10"] == 0.0


def test_the_seed_profile_answers_from_nearest_chunks_and_cites_nothing(demo_app: App, tmp_path: Path) -> None:
    demo_app.evaluator.evaluate(questions(limit=1), QUOTED, out=tmp_path / "kingpost")
    summary = demo_app.evaluator.evaluate(questions(limit=1), RunOptions(profile="seed"), out=tmp_path / "seed")
    assert summary["profile"] == "seed"
    assert summary["citation_precision"] is None
    assert summary["retrieval"]["document_recall@10"] is not None
    assert all(0 <= row["confidence"] <= 1 and row["answer"] for row in read_rows(tmp_path / "seed"))
    assert compare(tmp_path / "seed", tmp_path / "kingpost")["n"] == 1


def test_a_profile_that_is_not_there_is_refused(demo_app: App) -> None:
    with pytest.raises(UsageError, match="no profile 'other'"):
        demo_app.evaluator.evaluate(questions(limit=1), RunOptions(profile="other"))


PAIRS = (
    {"id": "same", "known": "How wide is door D-107?", "query": "how wide is door D-107", "label": 1, "kind": "same"},
    {"id": "other", "known": "How wide is door D-107?", "query": "How wide is door D-108?", "label": 0, "kind": "id"},
    {
        "id": "far",
        "known": "Who may commission a leveller?",
        "query": "What colour is the roof?",
        "label": 0,
        "kind": "far",
    },
)


def test_validation_is_measured_in_a_bank_of_its_own(demo_app: App, tmp_path: Path) -> None:
    pairs = read_pairs(written(tmp_path / "pairs.jsonl", *PAIRS))
    summary = demo_app.evaluator.validate(pairs, out=tmp_path / "run")
    assert summary["all"]["recall"] == 1.0
    assert summary["all"]["false_match"] == 0.0
    assert set(summary["kinds"]) == {"same", "id", "far"}
    assert [row["matched"] for row in read_rows(tmp_path / "run", name=MATCHES)] == [
        "How wide is door D-107?",
        None,
        None,
    ]
    assert demo_app.bank.pairs() == []


def test_the_seed_routes_by_similarity_alone(demo_app: App, tmp_path: Path) -> None:
    pairs = read_pairs(written(tmp_path / "pairs.jsonl", *PAIRS))
    summary = demo_app.evaluator.validate(pairs, profile="seed")
    assert summary["kinds"]["id"]["false_match"] == 1.0
    assert summary["kinds"]["same"]["recall"] == 1.0
    assert summary["kinds"]["far"]["false_match"] == 0.0


def test_plain_thresholds_stand_beside_validation_in_one_run(demo_app: App, tmp_path: Path) -> None:
    marked = [pair | {"set": "doors" if "door" in pair["known"] else "roof"} for pair in PAIRS]
    pairs = read_pairs(written(tmp_path / "pairs.jsonl", *marked))
    summary = demo_app.evaluator.validate(pairs, cosine=(0.9, 1.0), out=tmp_path / "run")
    assert summary["cosine"]["0.9"]["all"]["false_match"] > summary["cosine"]["1"]["all"]["false_match"]
    assert summary["cosine"]["0.9"]["kinds"]["id"]["false_match"] == 1.0
    assert set(summary["sets"]) == {marked_pair["set"] for marked_pair in marked}
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "Recall over false matches" in page
    assert "Cosine from 0.9" in page


def test_the_bound_is_fitted_to_the_bank_told_and_rolled_back(
    demo_app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--workspace", str(demo_app.workspace.root), "--json"]
    assert run(["calibrate", "--validation", *where], as_json=True) == 1
    assert "no known question" in json.loads(capsys.readouterr().out)["error"]["message"]
    for number, question in enumerate(
        ("How wide is door D-107?", "How wide is door D-108?", "Who inspects levellers?")
    ):
        demo_app.bank.add(question, f"answer {number}", approved_by="ines")
    assert run(["calibrate", "--validation", "--out", str(tmp_path / "out"), *where], as_json=True) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["chosen"]["source"] == "prior"
    assert "do not support" in result["verdict"]
    assert not result["kept"]
    assert (tmp_path / "out" / "report.html").exists()
    assert demo_app.bound.threshold().source == "shipped"
    assert run(["calibrate", "--validation", "--rollback", *where], as_json=True) == 1
    assert "no bound was fitted" in json.loads(capsys.readouterr().out)["error"]["message"]


def test_a_calibration_is_stored_and_used_from_then_on(demo_workspace: Path) -> None:
    (demo_workspace / "kingpost.toml").write_text('[answering]\nreader = "extractive"\n')
    with App.open(demo_workspace) as app:
        shipped = confidence.fitted(app.records)
        result = app.calibrator.calibrate(questions())
        own = confidence.fitted(app.records)
    assert result["examples"] >= 20
    assert own.weights == result["weights"]
    assert own.weights != shipped.weights
    assert result["after"]["brier"] is not None


def test_confidence_learns_from_ratings_and_forgets_them_when_they_no_longer_bear_it_out(
    demo_app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = Question(text="How often are dock levellers inspected?", reader=Reader.EXTRACTIVE)
    first = find_turn(demo_app.records, demo_app.answerer.answer(asked).turn)
    where = ["--workspace", str(demo_app.workspace.root), "--json"]
    assert run(["calibrate", *where], as_json=True) == 1
    assert "rated" in json.loads(capsys.readouterr().out)["error"]["next"]
    for number in range(30):
        answer = replace(first.answer, standalone=f"How often is leveller L-{number} inspected?")
        turn = replace(first, id=f"c{number}.1", conversation=f"c{number}", number=1, answer=answer)
        demo_app.records.turns.put(turn.id, turn, partition=turn.conversation)
        demo_app.journal.add(turn.id, rating=5 if number % 3 == 0 else 1)
    assert run(["calibrate", "--feedback", *where], as_json=True) == 0
    learned = json.loads(capsys.readouterr().out)
    assert (learned["examples"], learned["right"], learned["from_feedback"], learned["kept"]) == (30, 10, 30, False)
    assert learned["after"]["brier"] < learned["before"]["brier"]
    features = first.answer.confidence.features
    assert confidence.fitted(demo_app.records).probability(features) == pytest.approx(1 / 3, abs=0.05)
    as_shipped = min(29, max(1, round(30 * confidence.shipped().probability(features))))
    for number in range(30):
        demo_app.journal.add(f"c{number}.1", rating=5 if number < as_shipped else 1)
    assert demo_app.recalibrator.relearn()["kept"]
    assert confidence.fitted(demo_app.records) == confidence.shipped()
