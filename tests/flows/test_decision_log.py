"""Route decisions on the demo documents: explained where the answer stands, and logged, in commands, API and page."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from kingpost.app import App
from kingpost.cli.program import run
from kingpost.types.answers import Question, Reader, Route
from kingpost.web.api import application
from kingpost.web.pages.decisions import decision_in_words
from kingpost.web.pages.why import considered

KNOWN = "What is the permitted point load of bay D2?"
REWORDED = "Which point load is permitted in bay D2?"
NEAR_MISS = "What is the permitted point load of bay D3?"
UNKNOWN = "Who signs the change notes of the warehouse?"


@pytest.fixture
def command(demo_app: App, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Runs a command with ``--json`` on the demo workspace and gives its document, or with ``text`` what it prints."""

    def call(*words: str, text: bool = False) -> Any:
        capsys.readouterr()
        arguments = [*words, "--workspace", str(demo_app.workspace.root), *([] if text else ["--json"])]
        assert run(arguments, as_json=not text) == 0
        out = capsys.readouterr().out
        return out if text else json.loads(out)

    return call


@pytest.fixture
def decided(demo_app: App) -> App:
    """One known question, asked word for word, reworded, as a near miss, and one about something else."""
    demo_app.bank.add(KNOWN, "90 kN", approved_by="expert")
    for text in (KNOWN, REWORDED, NEAR_MISS, UNKNOWN):
        demo_app.answerer.answer(Question(text=text, reader=Reader.EXTRACTIVE))
    return demo_app


def test_ask_explains_candidates_verdicts_score_and_threshold(decided: App, command: Callable[..., Any]) -> None:
    told = command("ask", REWORDED, "--explain")
    validation, [one] = told["validation"], told["record"]["considered"]
    assert (told["route"], validation["verdict"], validation["stage"]) == ("approved", "same", "verifier")
    assert validation["score"] >= validation["threshold"] > 0
    assert validation["threshold_source"] == one["threshold_source"] == "shipped"
    assert validation["threshold_why"]
    assert (one["question"], one["phrasing"], one["verdict"], one["why"]) == (KNOWN, KNOWN, "same", validation["why"])
    assert validation["near"] == []


def test_a_near_miss_says_in_what_it_differs_and_offers_the_command_that_asks_the_known_one(
    decided: App, command: Callable[..., Any]
) -> None:
    told = command("ask", NEAR_MISS, "--explain", "--reader", "extractive")
    assert (told["validation"]["stage"], told["validation"]["near"]) == ("slots", [KNOWN])
    assert "d3" in told["record"]["considered"][0]["why"].lower()
    printed = command("ask", NEAR_MISS, "--explain", "--reader", "extractive", text=True)
    assert f"kingpost ask '{KNOWN}'" in printed
    assert "Known questions considered" in printed


def test_nothing_is_offered_where_nothing_is_near(decided: App, command: Callable[..., Any]) -> None:
    assert command("ask", UNKNOWN, "--reader", "extractive")["validation"]["near"] == []


def test_every_decision_is_logged_latest_first_and_leads_to_its_turn(decided: App, command: Callable[..., Any]) -> None:
    log = command("decisions")
    assert [one["question"] for one in log["decisions"]] == [UNKNOWN, NEAR_MISS, REWORDED, KNOWN]
    assert [one["stage"] for one in log["decisions"]][1:] == ["slots", "verifier", "exact"]
    reworded = log["decisions"][2]
    assert reworded["score"] >= reworded["threshold"] > 0
    assert reworded["nearest"] == KNOWN
    assert reworded["versions"]["kingpost"]
    conversation = reworded["turn"].rpartition(".")[0]
    [turn] = decided.conversations.turns(conversation, "local")
    assert (turn.id, turn.answer.route) == (reworded["turn"], Route.APPROVED)
    assert sum(count["count"] for count in log["counts"]) == 4


def test_what_is_only_measured_is_not_logged(decided: App, command: Callable[..., Any]) -> None:
    decided.answerer.answer(Question(text=KNOWN), store=False)
    assert len(command("decisions")["decisions"]) == 4


def test_decisions_are_filtered_printed_and_written(decided: App, command: Callable[..., Any], tmp_path: Path) -> None:
    approved = command("decisions", "--route", "approved")
    assert [one["question"] for one in approved["decisions"]] == [REWORDED, KNOWN]
    assert command("decisions", "--verdict", "different", "--stage", "slots")["decisions"]
    assert command("decisions", "--since", "2999-01-01")["decisions"] == []
    assert command("decisions", "--limit", "1")["more"]
    assert "approved" in command("decisions", text=True)
    for name in ("log.csv", "log.jsonl"):
        assert command("decisions", "--limit", "1", "--out", str(tmp_path / name))["rows"] == 4
    with (tmp_path / "log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert (
        [row["question"] for row in rows]
        == [line["question"] for line in lines]
        == [UNKNOWN, NEAR_MISS, REWORDED, KNOWN]
    )
    assert rows[2]["route"] == lines[2]["route"] == "approved"


def test_the_api_gives_the_log_by_page_and_its_counts(decided: App) -> None:
    http = TestClient(application(decided))
    first = http.get("/api/v1/decisions", params={"limit": 3}).json()
    rest = http.get("/api/v1/decisions", params={"limit": 3, "after": first["next"]}).json()
    questions = [one["question"] for one in first["decisions"] + rest["decisions"]]
    assert questions == [UNKNOWN, NEAR_MISS, REWORDED, KNOWN]
    assert rest["next"] == ""
    counts = http.get("/api/v1/decisions/counts", params={"route": "approved"}).json()
    assert {(one["stage"], one["count"]) for one in counts} == {("exact", 1), ("verifier", 1)}
    assert http.get("/api/v1/decisions", params={"route": "nowhere"}).status_code == 400


def test_the_page_says_each_decision_in_words(decided: App) -> None:
    http = TestClient(application(decided))
    _, near_miss, reworded, _ = http.get("/api/v1/decisions").json()["decisions"]
    shown = decision_in_words(reworded)
    assert f"/?conversation={reworded['turn'].rpartition('.')[0]}" in shown
    assert f"verifier {reworded['score']:.2f} (from {reworded['threshold']:.2f}, shipped)" in shown
    assert "nearest" in decision_in_words(near_miss)
    conversation, _, number = reworded["turn"].rpartition(".")
    why = considered(http.get(f"/api/v1/conversations/{conversation}/turns/{number}").json())
    assert "**Known question?** same, at stage verifier" in why
    assert f"**Verifier:** {reworded['score']:.2f}, the same from" in why
    assert "shipped" in why
