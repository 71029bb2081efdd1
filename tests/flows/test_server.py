"""One server: page, API, OpenAI dialect and viewer in one process, over real HTTP."""

import io
import json
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from serving import Server, serving

pytestmark = pytest.mark.slow

FROM_A_TABLE = "How often are dock levellers inspected?"
FROM_A_CLAUSE = "What does clause 6.3.2 of WDS-100 say?"
QUOTES_ONLY = {"KINGPOST_ANSWERING__READER": "extractive"}
ASKED = {"role": "user", "content": FROM_A_TABLE}
NOT_TOLD = "What is the mass of part QX-99812?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, ingested_workspace: Path) -> Iterator[Server]:
    workspace = Path(shutil.copytree(ingested_workspace, tmp_path_factory.mktemp("served") / "workspace"))
    with serving(workspace, settings=QUOTES_ONLY) as server:
        yield server


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


def ask(http: httpx.Client, question: str, **more: Any) -> dict[str, Any]:
    response = http.post("/api/v1/questions", json={"question": question, **more})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def events_of(text: str) -> list[tuple[str, Any]]:
    return [
        (kind.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for kind, data in (event.split("\n") for event in text.strip().split("\n\n"))
    ]


def test_page_api_and_health_come_from_one_port(http: httpx.Client) -> None:
    assert http.get("/healthz").json()["status"] == "ok"
    assert http.get("/").headers["content-type"].startswith("text/html")
    assert "/api/v1/questions" in http.get("/api/v1/openapi.json").json()["paths"]
    assert 'kingpost_answers_total{route="rag"}' in http.get("/metrics").text


def test_an_answer_comes_with_a_citation_that_opens_boxed_on_its_page(http: httpx.Client) -> None:
    answer = ask(http, FROM_A_CLAUSE)
    assert "150 mm" in answer["answer"]
    assert answer["route"] == "rag"
    citation = answer["citations"][0]
    assert citation["location"]["page"] == 10
    page = http.get(citation["view"])
    assert page.status_code == 200
    assert 'class="box"' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text


def test_page_images_are_png_whole_or_in_part(http: httpx.Client) -> None:
    document = ask(http, FROM_A_CLAUSE)["citations"][0]["document"]
    whole = http.get(f"/view/{document}/page/10.png")
    band = http.get(f"/view/{document}/page/10.png", params={"top": 0.2, "bottom": 0.4})
    assert whole.headers["content-type"] == "image/png"
    height = Image.open(io.BytesIO(whole.content)).height
    assert Image.open(io.BytesIO(band.content)).height == pytest.approx(height * 0.2, abs=2)
    assert http.get(f"/view/{document}/page/99.png").status_code == 404


def test_every_kind_of_document_opens_in_the_viewer(http: httpx.Client) -> None:
    for view in http.get("/api/v1/documents").json():
        page = http.get(view["view"])
        assert page.status_code == 200, view["document"]["name"]
        assert view["document"]["title"] or view["document"]["name"] in page.text


def test_cited_cells_are_marked_under_their_letters(http: httpx.Client) -> None:
    [workbook] = [v for v in http.get("/api/v1/documents").json() if v["document"]["name"].endswith(".xlsx")]
    page = http.get(f"/view/{workbook['document']['id']}", params={"range": "B6:C6"})
    assert page.text.count('class="cited"') == 2
    assert '<th scope="col">B</th>' in page.text


def test_every_document_shows_what_was_read_of_it_block_by_block(http: httpx.Client) -> None:
    for view in http.get("/api/v1/documents").json():
        page = http.get(
            view["view"], params={"blocks": 1, "page": 4 if view["document"]["name"].endswith("pdf") else 0}
        )
        assert page.status_code == 200, view["document"]["name"]
        assert page.text.count('id="block-') > 2, view["document"]["name"]
        assert "The document alone" in page.text
        if view["document"]["name"].endswith(".pdf"):
            assert page.text.count('class="block-box read-heading"') > 2
        if view["document"]["name"].endswith(".xlsx"):
            assert page.text.count('class="read-head"') > 2


def test_the_report_of_a_run_is_there_with_its_figures(http: httpx.Client) -> None:
    [run] = http.get("/api/v1/reports").json()
    view = http.get(f"/api/v1/reports/{run['id']}").json()
    assert view["overview"] == run
    assert run["counts"]["indexed"] == len(view["report"]["files"]) == len(http.get("/api/v1/documents").json())
    assert view["findings"]["failed"] == []
    assert http.get("/api/v1/reports/..%2Foriginals").status_code == 404


def test_a_superseded_document_is_shown_as_such(http: httpx.Client) -> None:
    [old] = [v for v in http.get("/api/v1/documents").json() if v["document"]["status"] == "superseded"]
    assert "superseded" in http.get(old["view"]).text


def test_a_revision_that_is_gone_is_said_to_be_and_the_current_one_shown(http: httpx.Client) -> None:
    document = http.get("/api/v1/documents").json()[0]["document"]["id"]
    page = http.get(f"/view/{document}", params={"revision": "0000000000000000"})
    assert "no longer kept" in page.text


def test_the_streamed_answer_is_the_answer(http: httpx.Client) -> None:
    response = http.post("/api/v1/questions/stream", json={"question": FROM_A_TABLE})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = events_of(response.text)
    shown = ""
    for kind, data in events:
        shown = {"token": shown + data.get("text", ""), "replace": data.get("text", "")}.get(kind, shown)
    assert events[0][0] == "status"
    assert events[-1][0] == "answer"
    assert shown == events[-1][1]["answer"]


def test_a_job_can_be_tailed_from_anywhere_in_it(http: httpx.Client) -> None:
    job = http.post("/api/v1/jobs", json={"question": FROM_A_TABLE}).json()["id"]
    seen, position, state = [], 0, "running"
    while state == "running":
        told = http.get(f"/api/v1/jobs/{job}", params={"since": position}).json()
        seen, position, state = seen + told["events"], told["next"], told["state"]
    assert state == "done"
    assert http.get(f"/api/v1/jobs/{job}").json()["events"] == seen
    turn = told["answer"]["turn"]
    [kept] = http.get(f"/api/v1/conversations/{turn.rpartition('.')[0]}").json()
    assert kept["answer"]["answer"] == told["answer"]["answer"]


def test_a_conversation_keeps_its_turns_and_is_listed(http: httpx.Client) -> None:
    first = ask(http, "What uniform load must the floor of zone C carry?")
    conversation = first["turn"].rpartition(".")[0]
    second = ask(http, "and zone B?", conversation=conversation)
    assert second["turn"] == f"{conversation}.2"
    assert second["standalone"] != "and zone B?"
    listed = {view["id"]: view for view in http.get("/api/v1/conversations").json()}
    assert listed[conversation]["turns"] == 2


def test_feedback_opens_a_review_whose_approval_answers_at_once(http: httpx.Client) -> None:
    answer = ask(http, "How wide is the gate of the north yard?")
    feedback = http.post(
        "/api/v1/feedback",
        json={"turn": answer["turn"], "rating": 1, "severity": "major", "wrong": ["answer"], "correct_answer": "6.0 m"},
    ).json()
    assert feedback in http.get("/api/v1/feedback").json()
    [review] = [review for review in http.get("/api/v1/reviews").json() if review["feedback"] == feedback["id"]]
    assert http.post(f"/api/v1/reviews/{review['id']}/approve", json={}).status_code == 200
    again = ask(http, "How wide is the gate of the north yard?")
    assert (again["route"], again["answer"]) == ("approved", "6.0 m")


def test_an_abstained_question_goes_to_the_experts_and_can_be_rejected(http: httpx.Client) -> None:
    answer = ask(http, NOT_TOLD)
    assert answer["route"] == "abstain"
    review = http.post("/api/v1/reviews", json={"turn": answer["turn"]}).json()
    assert review["kind"] == "request"
    rejected = http.post(f"/api/v1/reviews/{review['id']}/reject", json={"comment": "not ours"}).json()
    assert rejected["state"] == "rejected"


def test_the_bank_takes_a_pair_and_retires_it(http: httpx.Client) -> None:
    question = "Which colour are the bollards?"
    pair = http.post("/api/v1/bank", json={"question": question, "answer": "Yellow", "approved": True}).json()
    assert ask(http, question)["answer"] == "Yellow"
    http.post(f"/api/v1/bank/{pair['id']}/retire")
    assert pair["id"] not in [kept["id"] for kept in http.get("/api/v1/bank").json()]
    assert ask(http, question)["route"] != "approved"


def test_an_openai_client_gets_the_same_answer_with_its_citations(http: httpx.Client) -> None:
    assert [model["id"] for model in http.get("/v1/models").json()["data"]] == [
        "kingpost",
        "kingpost-rag",
        "kingpost-fine-tuned",
    ]
    body = {"model": "kingpost-rag", "messages": [{"role": "user", "content": FROM_A_CLAUSE}]}
    completion = http.post("/v1/chat/completions", json=body).json()
    streamed = http.post("/v1/chat/completions", json=body | {"stream": True}).text.strip().split("\n\n")
    assert streamed[-1] == "data: [DONE]"
    chunks = [json.loads(line.removeprefix("data: ")) for line in streamed[:-1]]
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert text == completion["choices"][0]["message"]["content"]
    assert "150 mm" in text
    assert completion["citations"][0]["location"]["page"] == 10
    assert chunks[-1]["citations"] == completion["citations"]


def test_the_history_of_an_openai_client_is_understood(http: httpx.Client) -> None:
    messages = [
        {"role": "user", "content": "What uniform load must the floor of zone C carry?"},
        {"role": "assistant", "content": "50 kN/m²"},
        {"role": "user", "content": [{"type": "text", "text": "and zone B?"}]},
    ]
    completion = http.post("/v1/chat/completions", json={"model": "kingpost", "messages": messages}).json()
    assert completion["kingpost"]["standalone"] != "and zone B?"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/api/v1/nothing", None, 404, "not_found"),
        ("GET", "/v1/nothing", None, 404, "not_found"),
        ("GET", "/api", None, 404, "not_found"),
        ("DELETE", "/api/v1/documents", None, 404, "not_found"),
        ("GET", "/api/v1/jobs/none", None, 404, "not_found"),
        ("GET", "/api/v1/conversations/none", None, 404, "not_found"),
        ("GET", "/api/v1/documents/none.pdf", None, 404, "not_found"),
        ("POST", "/api/v1/feedback", {"turn": "none.1", "rating": 5}, 404, "not_found"),
        ("POST", "/api/v1/feedback", {"turn": "none.1", "rating": 6}, 400, "usage"),
        ("POST", "/api/v1/questions", {"question": ""}, 400, "usage"),
        ("POST", "/api/v1/questions", {"question": "x", "colour": "red"}, 400, "usage"),
        ("POST", "/api/v1/questions", {"question": "x", "documents": ["none.pdf"]}, 404, "not_found"),
        ("POST", "/api/v1/models/none/promote", {}, 404, "not_found"),
        ("POST", "/v1/chat/completions", {"model": "gpt", "messages": [ASKED]}, 404, "not_found"),
        ("POST", "/v1/chat/completions", {"model": "kingpost", "messages": []}, 400, "usage"),
    ],
)  # fmt: skip
def test_errors_are_json_that_says_what_to_do(
    http: httpx.Client, method: str, path: str, body: Any, status: int, code: str
) -> None:
    response = http.request(method, path, json=body)
    assert response.status_code == status
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert error["next"]


def test_another_sites_form_cannot_post(http: httpx.Client) -> None:
    """A browser sends text/plain across sites without asking; JSON it does not."""
    response = http.post("/api/v1/questions", content=b'{"question": "x"}', headers={"Content-Type": "text/plain"})
    assert response.status_code == 400


@pytest.mark.parametrize("query", ["page=1&box=1,2", "page=0&box=a,b,c,d", "span=x", "page=-1", "top=2"])
def test_a_bad_place_is_a_page_that_says_so(http: httpx.Client, query: str) -> None:
    document = ask(http, FROM_A_CLAUSE)["citations"][0]["document"]
    response = http.get(f"/view/{document}?{query}")
    assert response.headers["content-type"].startswith("text/html")
    assert response.status_code == (200 if query == "top=2" else 400)


def test_a_port_in_use_is_named_with_a_way_out(server: Server, demo_workspace: Path) -> None:
    port = server.address.rpartition(":")[2]
    command = [sys.executable, "-m", "kingpost", "serve", "--workspace", str(demo_workspace), "--port", port]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1
    assert port in ended.stderr
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_amid_an_answer_ends_the_server_and_all_its_children(
    how: signal.Signals, demo_workspace: Path
) -> None:
    with serving(demo_workspace, "--host", "0.0.0.0") as server:
        assert any("no authentication" in line for line in server.said)
        with server.client() as http:
            children = children_while_generating(http, server.process.pid)
        assert children
        assert server.stop(how) == 0
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(server.address.rpartition(":")[2]))) != 0


def children_while_generating(http: httpx.Client, pid: int) -> list[int]:
    """Processes that serve the model, as soon as it has said something."""
    question = {"question": "How are dock levellers tested?", "reader": "generative"}
    job, told = http.post("/api/v1/jobs", json=question).json()["id"], {"state": "running", "events": []}
    while told["state"] == "running" and "token" not in [event["kind"] for event in told["events"]]:
        told = http.get(f"/api/v1/jobs/{job}").json()
    return children_of(pid)


def children_of(pid: int) -> list[int]:
    """All descendants, from the process table."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children_of(int(child))]
    return found
