"""Conversations over real documents: follow-ups, questions back, sources that contradict each other, users apart."""

from pathlib import Path

import openpyxl
import pytest
from fastapi.testclient import TestClient

from kingpost.answering import contradictions
from kingpost.answering.readers.extractive import ExtractiveReader
from kingpost.app import App
from kingpost.cli.answers import print_answer
from kingpost.documents.sources.folder import FolderSource
from kingpost.types.answers import Answer, Question, Reader, Route
from kingpost.web.api import application
from kingpost.web.context import user_of_request

ZONES = (
    ("Zone", "Clear height [m]", "Floor load [kN/m²]", "Sprinklers"),
    ("A", 9.5, 50, "ESFR"),
    ("B", 10, 35, "ESFR"),
    ("C", 12.5, 25, "ESFR"),
)
BAYS = (
    ("Zone", "Bay", "Uniform load [kN/m²]", None),
    (None, None, "Design", "Permitted"),
    ("C", "C1", 50, 50),
    (None, "C3", 50, 44),
    ("D", "D1", 60, 58),
)
STANDARD = """# Warehouse design standard

## 3 Floors

### 3.1 Loads

The floor load of zone A is 45 kN/m².

The floor load of zone B is 35,000 N/m².

## 4 Doors

### 4.1 Dock doors

Dock doors are 3 m wide and are closed at night.
"""
WHICH_ZONE = "Clear height of which zone: A, B or C?"


@pytest.fixture
def halls(app: App, tmp_path: Path) -> App:
    folder = tmp_path / "documents"
    folder.mkdir()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Zones"
    for row in ZONES:
        sheet.append(row)
    book.save(folder / "Zone table.xlsx")
    (folder / "standard.md").write_text(STANDARD, encoding="utf-8")
    app.ingestor.ingest(FolderSource(folder))
    return app


def ask(app: App, question: str, *, conversation: str = "c1", user: str = "ana") -> Answer:
    asked = Question(text=question, conversation=conversation, user=user, reader=Reader.EXTRACTIVE)
    return app.answerer.answer(asked)


def test_a_question_that_names_no_row_gets_one_question_back_with_the_alternatives(halls: App) -> None:
    answer = ask(halls, "What is the clear height?")
    assert answer.answer == WHICH_ZONE
    assert answer.route is Route.ABSTAIN
    assert answer.alternatives == ("zone A", "zone B", "zone C")


@pytest.mark.parametrize("choice", ["B", "zone B", "for zone B please", "the second one"])
def test_the_next_turn_chooses_among_the_alternatives(halls: App, choice: str) -> None:
    ask(halls, "What is the clear height?")
    answer = ask(halls, choice)
    assert answer.standalone == "What is the clear height for zone B?"
    assert answer.answer == "10 m"


def test_a_question_is_never_asked_back_twice_in_a_row(halls: App) -> None:
    ask(halls, "What is the clear height?")
    answer = ask(halls, "What is the clear height?")
    assert answer.answer == "zone A: 9.5 m; zone B: 10 m; zone C: 12.5 m"
    assert [citation.quote for citation in answer.citations] == ["A", "9.5", "B", "10", "C", "12.5"]
    assert answer.route is Route.RAG


@pytest.mark.parametrize(
    "question",
    [
        "What is the clear height of zone B?",
        "What is the highest clear height?",
        "Which zone has a clear height of 10 m?",
        "How many zones are there?",
        "What are the clear heights of all zones?",
        "What is the width of dock doors?",
    ],
)
def test_a_question_that_the_documents_decide_is_not_asked_back(halls: App, question: str) -> None:
    assert ask(halls, question).alternatives == ()


def test_what_is_the_same_for_all_rows_is_not_asked_back(halls: App) -> None:
    assert ask(halls, "What is the sprinkler type?").alternatives == ()


def test_two_current_sources_that_contradict_each_other_are_both_shown(halls: App) -> None:
    answer = ask(halls, "What is the floor load of zone A?")
    assert "50 kN/m²" in answer.answer
    assert "45 kN/m²" in answer.answer
    assert answer.answer.endswith("They differ.")
    assert {citation.name for citation in answer.citations} == {"Zone table.xlsx", "standard.md"}
    assert answer.confidence.features["contradicted"] == 1.0
    assert any("contradict each other" in reason for reason in answer.confidence.reasons)


def test_the_same_value_in_another_unit_is_no_contradiction(halls: App) -> None:
    answer = ask(halls, "What is the floor load of zone B?")
    assert answer.answer == "35 kN/m²"
    assert "contradicted" not in answer.confidence.features


def with_reports(app: App, folder: Path, words: str) -> App:
    """The app with a report on the north hall and one on the south hall, the words differing in the load only."""
    folder.mkdir()
    for hall, load in (("north", 20), ("south", 30)):
        text = f"# Rack report {hall}\n\n{words.format(load=load)}\n"
        (folder / f"rack report {hall}.md").write_text(text, encoding="utf-8")
    app.ingestor.ingest(FolderSource(folder))
    return app


def test_documents_of_one_family_do_not_contradict_each_other(halls: App, tmp_path: Path) -> None:
    app = with_reports(halls, tmp_path / "more", "The upper beams of each bay carry {load} kN.")
    findings = app.retriever.search("What do the upper beams of each bay carry?")
    reader = ExtractiveReader(retriever=app.retriever, embed=app.retriever.embeddings.embed_documents)
    assert contradictions.contradicted(findings, reader.read(findings)) is None


def test_two_sentences_that_differ_in_the_value_alone_contradict_each_other(halls: App, tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    text = "# Notes of the site walk\n\nDock doors are 2.7 m wide and are closed at night.\n"
    (folder / "walk.md").write_text(text, encoding="utf-8")
    halls.ingestor.ingest(FolderSource(folder))
    answer = ask(halls, "How wide are dock doors?")
    assert "3 m wide" in answer.answer
    assert "2.7 m wide" in answer.answer
    assert answer.confidence.features["contradicted"] == 1.0


def test_one_row_in_two_alike_documents_is_asked_back(halls: App, tmp_path: Path) -> None:
    app = with_reports(halls, tmp_path / "more", "| Rack | Bay load [kN] |\n|---|---|\n| R-7 | {load} |")
    answer = ask(app, "What is the bay load of rack R-7?")
    assert sorted(answer.alternatives) == ["Rack report north", "Rack report south"]
    assert ask(app, "Rack report south").answer == "30 kN"


def test_a_follow_up_is_asked_of_what_the_conversation_is_about(halls: App) -> None:
    ask(halls, "What is the clear height of zone C?")
    follow_up = ask(halls, "and of zone B?")
    assert follow_up.standalone == "What is the clear height of zone B?"
    assert follow_up.answer == "10 m"


def test_a_conversation_is_read_only_by_its_own_user(halls: App) -> None:
    ask(halls, "What is the clear height of zone C?", user="ana")
    foreign = ask(halls, "and of zone B?", user="ben")
    assert foreign.standalone == "and of zone B?"
    assert [turn.user for turn in halls.conversations.turns("c1", "ana")] == ["ana"]
    assert [turn.user for turn in halls.conversations.turns("c1", "ben")] == ["ben"]


def test_a_stored_turn_is_never_rewritten(halls: App) -> None:
    first = ask(halls, "What is the clear height of zone C?")
    stored = halls.records.turns.find(first.turn, partition="c1")
    ask(halls, "What is the clear height?")
    ask(halls, "and of zone B?")
    assert halls.records.turns.find(first.turn, partition="c1") == stored
    assert stored is not None
    assert not halls.records.turns.put_if(first.turn, stored, version=0, partition="c1")
    assert [turn.number for turn in halls.conversations.turns("c1", "ana")] == [1, 2, 3]


def api_of(app: App, user: str) -> TestClient:
    """The HTTP API as this user sees it."""
    web = application(app)
    web.dependency_overrides[user_of_request] = lambda: user
    return TestClient(web)


def test_two_users_never_see_each_others_conversations_over_http(halls: App) -> None:
    ana, ben = api_of(halls, "ana"), api_of(halls, "ben")
    asked = {"question": "What is the clear height of zone C?", "conversation": "shared", "reader": "extractive"}
    first = ana.post("/api/v1/questions", json=asked).json()
    assert first["answer"] == "12.5 m"
    assert ben.get("/api/v1/conversations").json() == []
    assert ben.get("/api/v1/conversations/shared").status_code == 404
    follow_up = {"question": "and of zone B?", "conversation": "shared", "reader": "extractive"}
    assert ben.post("/api/v1/questions", json=follow_up).json()["standalone"] == "and of zone B?"
    assert ana.post("/api/v1/questions", json=follow_up).json()["standalone"] == "What is the clear height of zone B?"
    assert [turn["answer"]["question"] for turn in ana.get("/api/v1/conversations/shared").json()] == [
        "What is the clear height of zone C?",
        "and of zone B?",
    ]
    assert len(ben.get("/api/v1/conversations/shared").json()) == 1


def test_an_answer_under_way_is_shown_only_to_the_user_who_asked(halls: App) -> None:
    web = application(halls)
    web.dependency_overrides[user_of_request] = lambda: "ana"
    client = TestClient(web)
    job = client.post("/api/v1/jobs", json={"question": "How wide are dock doors?", "reader": "extractive"}).json()
    assert client.get(f"/api/v1/jobs/{job['id']}").status_code == 200
    web.dependency_overrides[user_of_request] = lambda: "ben"
    assert client.get(f"/api/v1/jobs/{job['id']}").status_code == 404


def test_the_api_offers_the_alternatives_of_a_question_back(halls: App) -> None:
    asked = {"question": "What is the clear height?", "reader": "extractive"}
    answer = api_of(halls, "ana").post("/api/v1/questions", json=asked).json()
    assert answer["alternatives"] == ["zone A", "zone B", "zone C"]
    assert answer["route"] == "abstain"


def test_the_command_line_lists_what_a_question_back_offers(halls: App, capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(ask(halls, "What is the clear height?"), server="http://127.0.0.1:8420")
    shown = capsys.readouterr().out
    assert WHICH_ZONE in shown
    assert "choice 2      zone B" in shown
    assert "kingpost ask --conversation c1 'zone A'" in shown


def test_the_command_line_says_how_a_follow_up_was_understood(halls: App, capsys: pytest.CaptureFixture[str]) -> None:
    ask(halls, "What is the clear height of zone C?")
    print_answer(ask(halls, "and of zone B?"), server="http://127.0.0.1:8420")
    assert "understood    What is the clear height of zone B?" in capsys.readouterr().out


def test_rows_with_two_labels_are_asked_back_by_the_one_that_tells_them_apart(halls: App, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in BAYS:
        sheet.append(row)
    for merged in ("A1:A2", "B1:B2", "C1:D1", "A3:A4"):
        sheet.merge_cells(merged)
    book.save(tmp_path / "documents" / "Bay loads.xlsx")
    halls.ingestor.ingest(FolderSource(tmp_path / "documents"))
    asked = ask(halls, "What is the permitted uniform load?")
    assert asked.answer == "Permitted uniform load of which bay: C1, C3 or D1?"
    assert ask(halls, "C3").answer == "44 kN/m²"


def test_a_refusal_says_once_what_was_searched_and_names_its_neighbours(halls: App) -> None:
    refused = ask(halls, "What does clause 3.7 of the Warehouse design standard say?")
    assert "searched" not in refused.answer
    assert refused.answer.endswith("3 has 3.1.")
