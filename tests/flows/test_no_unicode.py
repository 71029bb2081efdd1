"""Texts that are no Unicode, or too long: refused at the door with what to do, over HTTP and on the page."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from streamlit.testing.v1 import AppTest

from kingpost.app import App
from kingpost.web import pages
from kingpost.web.api import application
from serving import serving

HALF = "How wide is \ud800 door D3?"
LOCK = "How heavy is \U0001f512?"


@pytest.fixture
def http(app: App) -> Iterator[TestClient]:
    with TestClient(application(app), raise_server_exceptions=False) as http:
        yield http


def message(content: Any) -> dict[str, Any]:
    return {"model": "kingpost", "messages": [{"role": "user", "content": content}]}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/questions", {"question": HALF}),
        ("/api/v1/questions/stream", {"question": HALF}),
        ("/api/v1/questions", {"question": "Why?", "conversation": HALF}),
        ("/api/v1/questions", {"question": "Why?", "documents": [HALF]}),
        ("/api/v1/jobs", {"question": HALF}),
        ("/api/v1/bank", {"question": "Why?", "answer": "So.", "phrasings": [HALF]}),
        ("/v1/chat/completions", message(HALF)),
        ("/v1/chat/completions", message([{"type": "text", "text": HALF}])),
    ],
)
def test_half_a_character_is_refused_over_http(http: TestClient, path: str, body: dict[str, Any]) -> None:
    response = http.post(path, content=json.dumps(body), headers={"content-type": "application/json"})
    assert response.status_code == 400
    error = response.json()["error"]
    assert "not Unicode" in error["message"]
    assert "surrogate" in error["next"]


def test_a_character_that_json_escapes_in_two_halves_is_whole(http: TestClient) -> None:
    body = json.dumps({"question": LOCK})
    assert "\\ud83d\\udd12" in body
    response = http.post("/api/v1/questions", content=body, headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["question"]) == (200, LOCK)


def test_the_page_shows_why_a_question_was_refused(app: App) -> None:
    with serving(app.workspace.root) as server:
        page = AppTest.from_file(Path(pages.__file__).parent / "ask.py", default_timeout=60)
        page.secrets["api"] = server.address
        page.session_state["question"] = "x" * 8001
        page.run()
        assert not page.exception
        [problem] = page.error
        assert "8000" in problem.value
