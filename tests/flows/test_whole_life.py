"""One question lives its whole life: asked, corrected, approved, trained, validated; all against one running server."""

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kingpost.backends.local.model_cache import ModelCache

ROOT = Path(__file__).parent.parent.parent
PAIRS = ROOT / "examples" / "pairs.jsonl"
APPROVED = 4
"""How many of the pairs an expert has approved; the others come without an approver."""

pytestmark = pytest.mark.slow


class House:
    """A workspace in use: commands of one process each, and one server that runs all the time."""

    def __init__(self, workspace: Path, documents: Path, port: int) -> None:
        self.workspace, self.documents = workspace, documents
        self.address = f"http://127.0.0.1:{port}"

    def run(self, *command: str) -> Any:
        """A command's JSON."""
        done = subprocess.run(
            [sys.executable, "-m", "kingpost", *command, "--workspace", str(self.workspace), "--json"],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """What the server answers."""
        request = urllib.request.Request(
            f"{self.address}/api/v1/{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120) as response:
            return json.load(response)

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.address}/api/v1/{path}", timeout=60) as response:
            return json.load(response)

    def ask(self, question: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.post("questions", {"question": question})
        return answer


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, demo_documents: Path, models_ready: ModelCache) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("life")
    documents = Path(shutil.copytree(demo_documents, folder / "documents"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    house = House(folder / "workspace", documents, port)
    subprocess.run([sys.executable, "-m", "kingpost", "init", str(house.workspace)], check=True, capture_output=True)
    house.run("ingest", str(documents))
    serve = [sys.executable, "-m", "kingpost", "serve", "--port", str(port), "--workspace", str(house.workspace)]
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(serve, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_until_healthy(house, server)
        yield house
    finally:
        os.killpg(server.pid, 15)
        server.wait(timeout=30)


def wait_until_healthy(house: House, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(f"{house.address}/healthz", timeout=5):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            server_wait(server)
    raise AssertionError("the server did not come up")


def server_wait(server: subprocess.Popen[bytes]) -> None:
    """Wait a moment for the server to come up or end."""
    try:
        server.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        return


def test_one_question_lives_its_whole_life(house: House) -> None:
    corrected_answer_serves_the_next_person(house)
    version = train_a_bank_of_pairs(house)
    reworded_question_goes_to_the_fine_tuned_model(house, version)
    near_miss_goes_to_the_documents(house)
    changed_cell_takes_its_pair_out_of_the_route(house)
    rollback_undoes_the_promotion(house)


def corrected_answer_serves_the_next_person(house: House) -> None:
    asked = "What uniform load must the floor of zone C carry?"
    first = house.ask(asked)
    assert first["route"] == "rag"
    assert first["citations"]
    better = "The floor of zone C must carry a uniform load of 50 kN/m²."
    feedback = house.post(
        "feedback",
        {"turn": first["turn"], "rating": 1, "severity": "major", "wrong": ["answer"], "correct_answer": better},
    )
    [review] = [review for review in house.get("reviews") if review["feedback"] == feedback["id"]]
    house.post(f"reviews/{review['id']}/approve", {})
    again = house.ask(asked)
    assert (again["route"], again["answer"]) == ("approved", better)
    assert again["citations"], "the approved answer cites its evidence"


def train_a_bank_of_pairs(house: House) -> str:
    """Import 24 pairs, few of them approved, fine-tune and promote; gives the version's id."""
    lines = PAIRS.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 24
    for name, chosen, options in (
        ("approved.jsonl", lines[:APPROVED], ["--approved-by", "expert"]),
        ("imported.jsonl", lines[APPROVED:], []),
    ):
        path = house.workspace / name
        path.write_text("\n".join(chosen) + "\n", encoding="utf-8")
        assert house.run("questions", "import", str(path), *options)["added"] == len(chosen)
    dataset = house.run("dataset", "build")
    assert dataset["counts"]["train"] >= 20
    version = house.run("finetune", dataset["id"], "--recipe", "cpu")
    assert version["stage"] == "candidate"
    house.run("models", "promote", version["id"])
    assert house.get("models")["live"] == version["id"]
    return str(version["id"])


def reworded_question_goes_to_the_fine_tuned_model(house: House, version: str) -> None:
    answer = house.ask("What point load is permitted in bay D2?")
    assert answer["route"] == "fine_tuned", answer["validation"]
    assert answer["answer"] == "The permitted point load of bay D2 is 90 kN."
    assert answer["model"] == version
    assert answer["citations"][0]["location"]["sheet"]
    assert "90" in answer["citations"][0]["quote"]


def near_miss_goes_to_the_documents(house: House) -> None:
    """One number changed is another question."""
    answer = house.ask("What is the permitted point load of bay D1?")
    assert answer["route"] == "rag", answer["validation"]
    assert answer["validation"]["verdict"] == "different"
    assert answer["validation"]["nearest"] == "What is the permitted point load of bay D2?"


def changed_cell_takes_its_pair_out_of_the_route(house: House) -> None:
    question = "How wide is the clear opening of door D-202?"
    assert house.ask(question)["route"] == "fine_tuned"
    change_cell(next(house.documents.rglob("*.xlsx")), was=3200, to=3300, row_label="D-202")
    house.run("ingest", str(house.documents))
    answer = house.ask(question)
    assert answer["route"] == "rag"
    assert answer["validation"]["verdict"] == "stale"
    assert "3300" in answer["answer"].replace(",", "")


def rollback_undoes_the_promotion(house: House) -> None:
    reworded = "What point load is permitted in bay D2?"
    assert house.ask(reworded)["route"] == "fine_tuned"
    house.run("models", "rollback")
    assert house.get("models")["live"] == ""
    assert house.ask(reworded)["route"] == "rag"


def change_cell(path: Path, *, was: int, to: int, row_label: str) -> None:
    workbook = openpyxl.load_workbook(path)
    rows = [row for sheet in workbook for row in sheet.iter_rows() if any(cell.value == row_label for cell in row)]
    [cell] = [cell for row in rows for cell in row if cell.value == was]
    cell.value = to
    workbook.save(path)
