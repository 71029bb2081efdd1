"""The command line on a workspace with the demo documents: what each command prints, and how it fails."""

import csv
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kingpost.app import App
from kingpost.cli.program import run

KINGPOST = (sys.executable, "-m", "kingpost")
Command = Callable[..., Any]


@pytest.fixture
def command(demo_workspace: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command with ``--json`` on the demo workspace and gives its document."""

    def call(*words: str, code: int = 0) -> Any:
        capsys.readouterr()
        arguments = [*words, "--workspace", str(demo_workspace), "--json"]
        assert run(arguments, as_json=True) == code
        return json.loads(capsys.readouterr().out)

    return call


def test_documents_are_listed_shown_and_removed(command: Command) -> None:
    names = [entry["document"]["name"] for entry in command("documents", "list")]
    assert names == sorted(names)
    assert len(names) == 5
    shown = command("documents", "show", "WDS-100_rev_B.pdf")
    assert shown["document"]["number"] == "WDS-100"
    assert shown["revision"]["pages"] == 14
    command("documents", "remove", "CN-031_change_note.docx")
    assert len(command("documents", "list")) == 4
    assert command("documents", "show", "CN-031_change_note.docx", code=1)["error"]["code"] == "not_found"


def test_the_superseded_revision_is_marked(command: Command) -> None:
    states = {entry["document"]["name"]: entry["document"]["status"] for entry in command("documents", "list")}
    assert states["standards/WDS-100_rev_A.pdf"] == "superseded"
    assert states["standards/WDS-100_rev_B.pdf"] == "current"


def test_search_shows_passages_with_their_places(command: Command) -> None:
    passages = command("search", "flue space between racks", "-k", "3")
    assert len(passages) == 3
    assert {"name", "location", "text", "score"} <= passages[0].keys()


def test_an_answer_has_the_form_of_the_contract(command: Command) -> None:
    answer = command("ask", "What does clause 6.3.2 of WDS-100 say?", "--reader", "extractive")
    contract = "id turn question answer route confidence reasons citations validation model timings_ms usage".split()
    assert set(contract) <= answer.keys()
    assert answer["id"] == answer["turn"]
    assert answer["route"] == "rag"
    assert "150 mm" in answer["answer"]
    (citation, *_) = answer["citations"]
    assert citation["name"] == "standards/WDS-100_rev_B.pdf"
    assert citation["location"]["page"] == 10
    assert all(0 <= edge <= 1 for rect in citation["location"]["rects"] for edge in rect)


def test_an_answer_as_text_has_all_it_stands_on(demo_workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["ask", "What does alarm code E-204A mean?", "--reader", "extractive", "--explain"]
    assert run([*words, "--workspace", str(demo_workspace)], as_json=False) == 0
    text = capsys.readouterr().out
    assert "Oil temperature above 70 °C" in text
    for label in ("route", "confidence", "[1]", "because", "took", "turn", "validation", "feature"):
        assert re.search(rf"^{re.escape(label)} ", text, re.MULTILINE), label
    assert "/view/" in text


def test_a_refused_question_is_offered_to_the_experts_and_answered_by_them(
    command: Command, demo_workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["ask", "What does alarm code E-999 mean?", "--conversation", "c", "--reader", "extractive"]
    assert run([*words, "--workspace", str(demo_workspace)], as_json=False) == 0
    assert "kingpost review request c.1" in capsys.readouterr().out
    review = command("review", "request", "c.1")
    assert [entry["id"] for entry in command("review", "list")] == [review["id"]]
    command("review", "edit", review["id"], "--answer", "E-999 is a test code of the maker.", "--by", "expert")
    assert command("review", "list") == []
    answer = command("ask", "What does alarm code E-999 mean?")
    assert (answer["route"], answer["answer"]) == ("approved", "E-999 is a test code of the maker.")


def test_feedback_is_kept_listed_and_exported(command: Command, tmp_path: Path) -> None:
    turn = command("ask", "Who may commission a leveller?", "--reader", "extractive")["turn"]
    words = (
        "--rating",
        "1",
        "--severity",
        "minor",
        "--wrong",
        "answer",
        "--wrong",
        "reference",
        "--comment",
        "why, so?",
    )
    feedback = command("feedback", "add", turn, *words, "--comment", "why, so?")
    assert feedback["wrong"] == ["answer", "reference"]
    assert [entry["id"] for entry in command("feedback", "list")] == [feedback["id"]]
    assert command("feedback", "export", str(tmp_path / "f.csv"))["rows"] == 1
    with (tmp_path / "f.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["turn"], row["comment"]) == (turn, "why, so?")
    assert command("feedback", "add", "nobody.1", "--rating", "1", code=1)["error"]["code"] == "not_found"


def test_a_rejected_review_serves_nobody(command: Command) -> None:
    question = "To which pressure is the relief valve set?"
    turn = command("ask", question, "--reader", "extractive")["turn"]
    command("feedback", "add", turn, "--rating", "1", "--correct-answer", "200 bar")
    (review,) = command("review", "list")
    assert command("review", "reject", review["id"], "--comment", "no")["state"] == "rejected"
    assert command("ask", question, "--reader", "extractive")["route"] == "rag"


def test_pairs_are_imported_listed_exported_and_retired(command: Command, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    lines = (Path(__file__).parent.parent.parent / "examples" / "pairs.jsonl").read_text().splitlines()
    pairs.write_text("\n".join([lines[0], "{not json", *lines[1:3]]) + "\n")
    report = command("questions", "import", str(pairs))
    assert (report["added"], [problem["line"] for problem in report["problems"]]) == (3, [2])
    bank = command("questions", "list")
    assert {entry["approved_by"] for entry in bank} == {""}
    assert all(entry["evidence"] for entry in bank)
    exported = tmp_path / "bank.jsonl"
    assert command("questions", "export", str(exported))["rows"] == 3
    assert command("questions", "import", str(exported))["added"] == 0
    command("questions", "retire", bank[0]["id"])
    assert len(command("questions", "list")) == 2
    assert len(command("questions", "list", "--retired")) == 3


def test_an_approved_pair_serves_word_for_word(command: Command) -> None:
    words = ("How wide is the clear opening of door D-107?", "Three metres.", "--approved-by", "expert")
    command("questions", "add", *words, "--phrasing", "Clear width of door D-107?")
    answer = command("ask", "Clear width of door D-107?")
    assert (answer["route"], answer["answer"]) == ("approved", "Three metres.")
    near_miss = command("ask", "How wide is the clear opening of door D-108?", "--reader", "extractive")
    assert near_miss["route"] == "rag"


def test_a_dataset_is_built_shown_and_exported_as_trl_reads_it(command: Command, tmp_path: Path) -> None:
    command("questions", "import", str(Path(__file__).parent.parent.parent / "examples" / "pairs.jsonl"))
    dataset = command("dataset", "build")
    assert [entry["id"] for entry in command("dataset", "list")] == [dataset["id"]]
    examples = command("dataset", "show", "latest")["examples"]
    assert {example["split"] for example in examples} == {"train", "held_out_phrasing", "held_out_fact"}
    for form, key in (("messages", "messages"), ("prompt-completion", "completion"), ("examples", "question")):
        path = tmp_path / f"{form}.jsonl"
        assert command("dataset", "export", str(path), "--form", form)["rows"] == len(examples)
        assert key in json.loads(path.read_text().splitlines()[0])


def test_models_before_any_training(command: Command) -> None:
    assert command("models", "list") == {"live": "", "versions": [], "mismatches": {}}
    assert command("models", "promote", "none", code=1)["error"]["code"] == "not_found"
    assert command("models", "rollback", code=1)["error"]["code"] == "refused"


def test_runs_are_evaluated_and_compared(command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = str(Path(__file__).parent.parent.parent / "examples" / "questions.jsonl")
    for profile in ("kingpost", "seed"):
        words = ("--reader", "extractive", "--profile", profile, "--limit", "8", "--out", str(tmp_path / profile))
        summary = command("evaluate", questions, *words, *(("--retrieval-only",) if profile == "seed" else ()))
        assert summary["n"] == 8
        assert (tmp_path / profile / "summary.json").is_file()
        assert "</html>" in (tmp_path / profile / "report.html").read_text()
    kingpost = str(tmp_path / "kingpost")
    assert run(["compare", kingpost, kingpost, "--out", str(tmp_path / "compared")], as_json=False) == 0
    assert "both right" in capsys.readouterr().out
    assert "../kingpost/report.html#q-" in (tmp_path / "compared" / "compare.html").read_text()


def test_question_validation_is_measured(command: Command, tmp_path: Path) -> None:
    rows = [
        {"id": "1", "known": "How wide is door D-101?", "query": "What is the width of door D-101?", "label": 1},
        {"id": "2", "known": "How wide is door D-101?", "query": "How wide is door D-102?", "label": 0},
    ]
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text("".join(json.dumps({**row, "kind": "door"}) + "\n" for row in rows))
    summary = command("validate", str(pairs), "--out", str(tmp_path / "out"))
    assert summary["all"]["positives"] == summary["all"]["negatives"] == 1
    assert summary["all"]["false_match"] == 0


def test_the_doctor_finds_a_healthy_workspace_and_a_lost_original(command: Command, demo_workspace: Path) -> None:
    assert all(finding["well"] for finding in command("doctor")["findings"])
    with App.open(demo_workspace) as app:
        document = app.library.find("CN-031_change_note.docx")
        app.objects.delete(app.library.revision(document).object_key)
    wrong = [finding for finding in command("doctor", code=1)["findings"] if not finding["well"]]
    assert [finding["check"] for finding in wrong] == ["documents"]
    assert "CN-031_change_note.docx" in wrong[0]["found"]
    assert wrong[0]["mend"]


def test_the_doctor_finds_a_broken_database(command: Command, demo_workspace: Path) -> None:
    for name in ("kingpost.db-wal", "kingpost.db-shm"):
        (demo_workspace / name).unlink(missing_ok=True)
    with (demo_workspace / "kingpost.db").open("r+b") as file:
        file.write(b"not a database at all")
    wrong = {finding["check"] for finding in command("doctor", code=1)["findings"] if not finding["well"]}
    assert "database" in wrong


def test_ingest_reports_every_file_and_goes_on(
    demo_workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "note.md").write_text("# Pump\n\nThe pump P-77 runs at 2,900 rpm.\n")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    words = ["ingest", str(folder), "--workspace", str(demo_workspace)]
    assert run(words, as_json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(re.match(r"indexed +note.md", line) for line in lines)
    for name in ("empty.txt", "broken.pdf"):
        assert any(re.match(rf"failed +{name}: \w+ - \w+", line) for line in lines), lines
    assert run([*words, "--strict", "--json"], as_json=True) == 1
    (report,) = json.loads(capsys.readouterr().out)
    assert report["counts"]["unchanged"] == 1


def test_a_document_is_shown_as_it_was_read(
    command: Command, demo_workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parsed = command("documents", "show", "WDS-100_rev_B.pdf", "--blocks")["parsed"]
    assert {"heading", "paragraph", "table"} <= {block["kind"] for block in parsed["blocks"]}
    words = ["documents", "show", "DLS-204_door_and_load_schedule.xlsx", "--blocks", "--workspace", str(demo_workspace)]
    assert run(words, as_json=False) == 0
    shown = capsys.readouterr().out
    assert "[table]" in shown
    assert "A6 D-101" in shown


def test_what_an_ingest_did_can_be_seen_again(command: Command, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (report,) = command("ingest", str(tmp_path / "more"))
    listed = command("documents", "reports")
    assert listed[0]["id"] == report["id"]
    assert len(listed) == 2
    shown = command("documents", "report")
    assert shown == report == command("documents", "report", report["id"])
    assert shown["reasons"] == {shown["files"][0]["reason"]: 1}
    assert command("documents", "report", "none", code=1)["error"]["code"] == "not_found"


def test_a_path_that_is_not_there_is_refused_by_name(command: Command) -> None:
    error = command("ingest", "no/such/folder", code=1)["error"]
    assert "no/such/folder" in error["message"]
    assert error["next"]


def test_a_second_writer_of_the_same_kind_is_refused_with_the_others_pid(
    command: Command, demo_workspace: Path, demo_documents: Path
) -> None:
    with App.open(demo_workspace) as app, app.workspace.lock("ingest"):
        error = command("ingest", str(demo_documents), code=1)["error"]
        assert command("ask", "What does clause 6.3.2 of WDS-100 say?", "--reader", "extractive")["route"] == "rag"
    assert error["code"] == "locked"
    assert str(os.getpid()) in error["message"]


def test_a_port_in_use_is_named(demo_workspace: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        words = [*KINGPOST, "serve", "--port", str(port), "--workspace", str(demo_workspace)]
        ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert str(port) in ended.stderr
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_missing_model_names_the_command_that_fetches_it(demo_workspace: Path, tmp_path: Path) -> None:
    ended = subprocess.run(
        [*KINGPOST, "ask", "Why?", "--workspace", demo_workspace],
        env={**os.environ, "KINGPOST_MODELS": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "kingpost models pull" in ended.stderr


def test_ctrl_c_in_an_ingest_says_what_is_kept(tmp_path: Path, models_ready: object, demo_documents: Path) -> None:
    workspace = tmp_path / "workspace"
    run(["init", str(workspace)], as_json=False)
    words = [*KINGPOST, "ingest", str(demo_documents), "--workspace", str(workspace)]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a child of what ignores it ignores it too
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as ingest:
        assert ingest.stdout is not None
        first = ingest.stdout.readline()
        ingest.send_signal(signal.SIGINT)
        _, said = ingest.communicate()
    assert first.startswith("plan:")
    assert ingest.returncode == 130
    assert "kept" in said
    assert "Traceback" not in said


def test_the_demo_answers_three_questions_and_refuses_one(
    tmp_path: Path, models_ready: object, demo_documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["demo", str(tmp_path / "demo"), "--documents", str(demo_documents), "--json"]
    assert run(words, as_json=True) == 0
    answers = json.loads(capsys.readouterr().out)["answers"]
    for answer, right, file in zip(
        answers, ("50 kN/m²", "44 kN/m²", "150 mm"), ("rev_B", "DLS-204", "rev_B"), strict=False
    ):
        assert right in answer["answer"]
        assert file in answer["citations"][0]["name"]
        assert 0 < answer["confidence"] <= 1
    assert answers[3]["route"] == "abstain"


def test_the_demo_says_where_its_documents_come_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", str(tmp_path / "d"), "--documents", str(tmp_path / "none")], as_json=False) == 2
    assert "make_documents.py" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare to mount a small disk")
def test_a_full_disk_loses_nothing_and_the_next_run_goes_on(
    tmp_path: Path, models_ready: object, demo_documents: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    kingpost = f"{sys.executable} -m kingpost"
    script = f"""
mount -t tmpfs -o size=8m tmpfs {disk} || exit 99
{kingpost} init {disk}/w && head -c 6900000 /dev/zero > {disk}/ballast || exit 98
{kingpost} ingest {demo_documents} --workspace {disk}/w --json > {tmp_path}/full.json && exit 97
rm {disk}/ballast
{kingpost} documents list --workspace {disk}/w --json > {tmp_path}/listed.json || exit 96
{kingpost} search "flue space" --workspace {disk}/w --json > {tmp_path}/found.json || exit 95
{kingpost} ingest {demo_documents} --workspace {disk}/w --json > {tmp_path}/again.json || exit 94
"""
    ended = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "bash", "-c", script], capture_output=True, text=True, check=False
    )
    if ended.returncode == 99 or "unshare" in ended.stderr:
        pytest.skip("may not mount a disk in a namespace of its own here")
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    full, listed, found, (again,) = (
        json.loads((tmp_path / f"{name}.json").read_text()) for name in ("full", "listed", "found", "again")
    )
    assert full["error"]["code"] == "out_of_space"
    kept = {entry["document"]["name"] for entry in listed}
    assert 0 < len(kept) < 5
    assert {passage["name"] for passage in found} <= kept
    assert (again["counts"]["unchanged"], again["counts"]["indexed"]) == (len(kept), 5 - len(kept))
