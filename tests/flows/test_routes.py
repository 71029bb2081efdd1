"""The routes of known questions on the demo documents: word for word, cited where it stands now, side by side."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kingpost.app import App
from kingpost.cli.program import run
from kingpost.documents.sources.folder import FolderSource
from kingpost.evaluation.question_sets import read_questions
from kingpost.evaluation.runs import REPORT, read_rows
from kingpost.types.answers import Question, Reader, Route
from kingpost.types.documents import SheetLocation
from kingpost.types.evaluation import QuestionSet, RunOptions

QUESTIONS = Path(__file__).parent.parent.parent / "examples" / "questions.jsonl"
LOAD = "What is the permitted point load of bay D2?"
WORDED = "The permitted point load of bay D2:\t90 kN;\n  – not 90\u00a0t.  Café: cafe\u0301 \U0001f6a7"
SIDE_BY_SIDE = RunOptions(reader=Reader.EXTRACTIVE, each_route=True)


def test_an_approved_answer_is_served_byte_for_byte(demo_app: App, capsys: pytest.CaptureFixture[str]) -> None:
    demo_app.bank.add(LOAD, WORDED, evidence=demo_app.bank.locate_evidence(LOAD, "90 kN"), approved_by="expert")
    answer = demo_app.answerer.answer(Question(text=LOAD))
    assert (answer.route, answer.answer.encode()) == (Route.APPROVED, WORDED.encode())
    assert run(["ask", LOAD, "--workspace", str(demo_app.workspace.root), "--json"], as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["answer"].encode() == WORDED.encode()


def test_an_approved_answer_cites_its_evidence_where_it_stands_today(app: App, tmp_path: Path) -> None:
    """A row put in above moves the cell; the answer still stands, and its reference must lead to the cell."""
    documents = tmp_path / "documents"
    documents.mkdir()
    write_loads(documents, {"D1": 70, "D2": 90})
    app.ingestor.ingest(FolderSource(documents))
    app.bank.add(LOAD, "90 kN", evidence=app.bank.locate_evidence(LOAD, "90 kN"), approved_by="expert")
    assert cited(app).range == "B3"
    write_loads(documents, {"C9": 60, "D1": 70, "D2": 90})
    app.ingestor.ingest(FolderSource(documents))
    assert cited(app).range == "B4"


def write_loads(folder: Path, loads: Mapping[str, int]) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Bay", "Permitted point load [kN]"])
    for bay, load in loads.items():
        sheet.append([bay, load])
    workbook.save(folder / "loads.xlsx")


def cited(app: App) -> SheetLocation:
    answer = app.answerer.answer(Question(text=LOAD), store=False)
    assert answer.route is Route.APPROVED
    [place] = [citation.location for citation in answer.citations]
    assert isinstance(place, SheetLocation)
    return place


def questions(limit: int) -> QuestionSet:
    return read_questions(QUESTIONS, limit=limit)


def test_the_routes_lie_side_by_side_over_the_same_questions(
    demo_app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong = questions(limit=3).questions[:2]
    demo_app.bank.add(right.question, right.answers[0], approved_by="expert")
    demo_app.bank.add(wrong.question, "REI 15, at any height.", approved_by="careless")
    out = tmp_path / "run"
    where = ["--workspace", str(demo_app.workspace.root), "--out", str(out), "--limit", "3", "--reader", "extractive"]
    assert run(["evaluate", str(QUESTIONS), "--routes", *where, "--json"], as_json=True) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["side_by_side"]
    ways = found["ways"]
    assert [ways[way]["answered"] for way in ("approved", "fine_tuned", "rag")] == [0.666667, 0.0, 1.0]
    assert (ways["approved"]["right"], ways["approved"]["wrong"]) == (0.333333, 0.333333)
    assert ways["routed"]["answered"] == 1.0
    assert ways["approved"]["latency_ms"]["p50"] > 0
    assert found["taken"]["approved"]["n"] == 2
    assert found["lost"] == [wrong.id], "the careless answer is wrong, and RAG alone is right"
    assert [row["ways"].keys() for row in read_rows(out)] == [{"approved", "fine_tuned", "rag"}] * 3
    assert "Routes side by side" in (out / REPORT).read_text(encoding="utf-8")
    assert list(demo_app.records.turns.partitions()) == []


def test_side_by_side_goes_on_where_it_stopped_and_does_not_mix_with_other_options(
    demo_app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(done: int, _: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo_app.evaluator.evaluate(questions(limit=2), SIDE_BY_SIDE, out=tmp_path, on_progress=stop)
    before = read_rows(tmp_path)
    assert demo_app.evaluator.evaluate(questions(limit=2), SIDE_BY_SIDE, out=tmp_path)["side_by_side"]["n"] == 2
    assert read_rows(tmp_path)[:1] == before
    where = ["--workspace", str(demo_app.workspace.root)]
    for other in (["--route", "rag"], ["--retrieval-only"], ["--profile", "seed"]):
        assert run(["evaluate", str(QUESTIONS), "--routes", *other, *where], as_json=False) == 2
    assert "--routes" in capsys.readouterr().err
