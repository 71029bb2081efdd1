"""The question bank over real documents: what leaves the route, what comes back, and who may be served."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient
from streamlit.testing.v1 import AppTest

from kingpost.app import App
from kingpost.backends.local.model_cache import ModelCache
from kingpost.backends.local.workspace import Workspace
from kingpost.cli.program import run
from kingpost.documents.sources.folder import FolderSource
from kingpost.types.answers import Answer, Question, Route
from kingpost.types.documents import IngestReport
from kingpost.types.feedback import ReviewKind
from kingpost.types.questions import ChangeKind, KnownQuestion, PairState, ProblemKind
from kingpost.web import pages
from kingpost.web.api import application
from serving import serving

LOAD = "What is the permitted point load of bay D3?"
REWORDED = "Which point load is permitted in bay D3?"
BAYS = {"D1": 70, "D2": 80, "D3": 90}
RULE = "# Doors\n\nThe clear width of every exit door shall be at least 1,200 mm.\n"
WIDTH = "What is the clear width of an exit door?"
READERS = ("everyone", "structural")
PAGE = Path(pages.__file__).parent / "bank.py"


@dataclass
class Site:
    """A folder with a workbook, read into a workspace."""

    app: App
    folder: Path

    def write_bays(self, loads: dict[str, int], *, above: int = 0) -> None:
        """The workbook, with some empty rows above its table."""
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "Bays"
        for _ in range(above):
            sheet.append(["", "Note"])
        sheet.append(["Bay", "Permitted point load [kN]"])
        for bay, load in loads.items():
            sheet.append([bay, load])
        book.save(self.folder / "bays.xlsx")

    def ingest(self) -> IngestReport:
        return self.app.ingestor.ingest(FolderSource(self.folder))

    def know(self, question: str, answer: str, **details: Any) -> KnownQuestion:
        """Add a pair as the command does: with the evidence that is found for it."""
        evidence = self.app.bank.locate_evidence(question, answer)
        return self.app.bank.add(question, answer, evidence=evidence, approved_by="expert", **details)

    def ask(self, question: str, *groups: str) -> Answer:
        return self.app.answerer.answer(Question(text=question, groups=groups or ("everyone",)), store=False)


@pytest.fixture
def site(tmp_path: Path, models_ready: ModelCache) -> Any:
    folder = tmp_path / "site"
    folder.mkdir()
    root = Workspace.create(tmp_path / "workspace").root
    (root / "kingpost.toml").write_text('[answering]\nreader = "extractive"\n')
    with App.open(root) as app:
        site = Site(app=app, folder=folder)
        site.write_bays(BAYS)
        (folder / "doors.md").write_text(RULE)
        site.ingest()
        yield site


def test_a_changed_cell_takes_its_answer_out_within_the_ingest_that_sees_it_and_approval_puts_it_back(
    site: Site,
) -> None:
    pair = site.know(LOAD, "90 kN")
    assert site.ask(LOAD).route is Route.APPROVED
    site.write_bays(BAYS, above=2)
    site.ingest()
    assert site.ask(LOAD).route is Route.APPROVED, "the row has moved, and its cell says the same"
    site.write_bays(BAYS | {"D3": 95}, above=2)
    site.ingest()
    for asked in (LOAD, REWORDED):
        answer = site.ask(asked)
        assert answer.route is Route.RAG
        assert "95" in answer.answer
    assert site.app.bank.state(pair) is PairState.STALE
    [review] = site.app.reviews.open()
    assert review.kind is ReviewKind.STALE
    assert [(change.kind, change.was, change.now) for change in review.changes] == [(ChangeKind.CHANGED, "90", "95")]
    site.app.reviews.approve(review.id, by="expert", answer="95 kN")
    assert site.app.reviews.open() == []
    answer = site.ask(LOAD)
    assert (answer.route, answer.answer) == (Route.APPROVED, "95 kN")
    assert [citation.quote for citation in answer.citations] == ["95"]


def test_a_document_that_is_removed_or_superseded_takes_its_answers_with_it(site: Site) -> None:
    pair = site.know(WIDTH, "At least 1,200 mm.")
    (site.folder / "doors.md").unlink()
    site.ingest()
    assert site.ask(WIDTH).route is not Route.APPROVED
    [review] = site.app.reviews.open()
    assert [change.kind for change in review.changes] == [ChangeKind.REMOVED]
    head = "# Door standard\n\nDocument number: DS-100\n\nRevision: {mark}\n\nEffective date: {day}\n\n"
    for mark, day, width in (("A", "2023-01-01", "1,200"), ("B", "2024-01-01", "1,300")):
        text = f"{head.format(mark=mark, day=day)}The clear width of every exit door shall be at least {width} mm.\n"
        (site.folder / f"DS-100 {mark}.md").write_text(text)
        site.ingest()
        if mark == "A":
            again = site.app.reviews.approve(review.id, by="expert")
            assert again.id == pair.id
            assert site.ask(WIDTH).route is Route.APPROVED
    assert site.ask(WIDTH).route is not Route.APPROVED
    [change] = site.app.reviews.open()[0].changes
    assert change.kind is ChangeKind.SUPERSEDED
    assert "1,300 mm" in change.now
    assert change.now_name == "DS-100 B.md"


def test_an_ingest_counts_the_known_questions_that_it_sends_to_the_experts(site: Site) -> None:
    site.know(LOAD, "90 kN")
    site.know(WIDTH, "At least 1,200 mm.")
    assert site.ingest().stale_questions == 0
    site.write_bays(BAYS | {"D3": 95})
    (site.folder / "doors.md").unlink()
    assert site.ingest().stale_questions == 2 == len(site.app.reviews.open())
    assert site.app.ingestor.reports.find().stale_questions == 2
    assert site.ingest().stale_questions == 0


def test_what_one_group_knows_is_rag_for_all_others(site: Site) -> None:
    site.know(LOAD, "90 kN", groups=("structural",))
    assert site.ask(LOAD, *READERS).route is Route.APPROVED
    for asked in (LOAD, REWORDED):
        outside = site.ask(asked)
        assert outside.route is Route.RAG
        assert outside.validation.nearest != LOAD


def test_what_stands_in_a_restricted_document_is_for_its_readers_though_nobody_said_so(site: Site) -> None:
    (site.folder / "kingpost.folder.toml").write_text('groups = ["structural"]\n')
    site.ingest()
    pair = site.know(LOAD, "90 kN")
    assert pair.groups == ("structural",)
    assert site.ask(LOAD, *READERS).route is Route.APPROVED
    for asked in (LOAD, REWORDED):
        outside = site.ask(asked)
        assert outside.route is Route.ABSTAIN
        assert "90" not in outside.answer
        assert outside.validation.nearest != LOAD


def test_a_pair_is_served_on_its_days_only(site: Site) -> None:
    site.know(LOAD, "90 kN", valid_from="2020-01-01", valid_until="2020-12-31")
    assert site.ask(LOAD).route is Route.RAG
    [review] = site.app.reviews.open()
    assert (review.kind, review.valid_until) == (ReviewKind.EXPIRED, "2020-12-31")
    site.app.reviews.approve(review.id, by="expert")
    assert site.ask(LOAD).route is Route.APPROVED


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx"])
def test_a_bank_goes_to_another_workspace_and_stands_on_the_same_cells(site: Site, tmp_path: Path, form: str) -> None:
    site.know(LOAD, "90 kN", phrasings=("Point load of D3?",), valid_until="2099-12-31", split="train")
    site.know(WIDTH, "At least 1,200 mm.", groups=("fire",))
    file = tmp_path / f"bank.{form}"
    assert call("questions", "export", str(file), workspace=site.app.workspace.root) == 0
    copy = tmp_path / "site-copy"
    site.folder.rename(copy)
    with App.open(Workspace.create(tmp_path / "other").root) as other:
        other.ingestor.ingest(FolderSource(copy))
        report = other.pair_importer.read(file)
        assert (report.added, report.without_evidence, report.problems) == (2, 0, ())
        told = {pair.question: _essence(pair) for pair in other.bank.pairs()}
        assert told == {pair.question: _essence(pair) for pair in site.app.bank.pairs()}
        assert all(other.bank.state(pair) is PairState.CURRENT for pair in other.bank.pairs())


def _essence(pair: KnownQuestion) -> tuple[Any, ...]:
    """All of a pair but the ids of documents, which are of their workspace."""
    evidence = [(item.name, item.content_hash, item.quote, item.location, item.revision) for item in pair.evidence]
    dates = (pair.valid_from, pair.valid_until, pair.created_at)
    return (
        pair.id,
        pair.answer,
        pair.phrasings,
        pair.approved_by,
        pair.groups,
        pair.split,
        pair.provenance,
        dates,
        evidence,
    )


def test_contradictions_are_found_by_the_command_and_told_on_import(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.know(LOAD, "90 kN")
    site.know("What is the permitted point load of bay D2?", "80 kN")
    file = tmp_path / "pairs.csv"
    file.write_text(f'instruction,response\n"{REWORDED}",95 kN\n')
    capsys.readouterr()
    root = site.app.workspace.root
    assert call("questions", "import", str(file), workspace=root) == 0
    assert "warning: contradiction" in capsys.readouterr().err
    assert call("questions", "check", "--json", workspace=root) == 0
    [problem] = json.loads(capsys.readouterr().out)
    assert problem["kind"] == ProblemKind.CONTRADICTION
    assert set(problem["questions"]) == {LOAD, REWORDED}
    assert call("questions", "coverage", "--json", workspace=root) == 0
    [sheet] = [part for part in json.loads(capsys.readouterr().out)["parts"] if part["kind"] == "sheet"]
    assert (sheet["part"], sheet["chunks"], sheet["covered"]) == ("Bays", 3, 2)


def test_the_commands_show_states_and_what_has_changed(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    root = site.app.workspace.root
    words = ("questions", "add", LOAD, "90 kN", "--approved-by", "expert", "--group", "everyone")
    assert call(*words, "--valid-until", "2099-12-31", "--json", workspace=root) == 0
    pair = json.loads(capsys.readouterr().out)
    assert (pair["state"], pair["valid_until"]) == ("current", "2099-12-31")
    site.write_bays(BAYS | {"D3": 95})
    site.ingest()
    capsys.readouterr()
    assert call("questions", "list", "--state", "stale", "--json", workspace=root) == 0
    assert [row["id"] for row in json.loads(capsys.readouterr().out)] == [pair["id"]]
    assert call("review", "show", f"stale-{pair['id']}", workspace=root) == 0
    shown = capsys.readouterr().out
    assert "was: 90" in shown
    assert "now: 95" in shown
    assert call("questions", "retire", pair["id"], workspace=root) == 0
    assert call("questions", "list", "--state", "retired", workspace=root) == 0
    assert "retired" in capsys.readouterr().out


def test_the_api_lists_exports_imports_and_retires(site: Site) -> None:
    pair = site.know(LOAD, "90 kN")
    with TestClient(application(site.app)) as http:
        [listed] = http.get("/api/v1/bank").json()
        assert (listed["id"], listed["state"], listed["changes"]) == (pair.id, "current", [])
        assert http.get("/api/v1/bank/problems").json() == []
        assert http.get("/api/v1/bank/coverage").json()["parts"][0].keys() >= {"part", "chunks", "covered"}
        exported = http.get("/api/v1/bank/export", params={"form": "xlsx"})
        assert 'filename="question-bank.xlsx"' in exported.headers["content-disposition"]
        assert http.post(f"/api/v1/bank/{pair.id}/retire").json()["state"] == "retired"
        assert http.get("/api/v1/bank").json() == []
        sent = {"content": exported.content, "headers": {"content-type": "application/octet-stream"}}
        report = http.post("/api/v1/bank/import", params={"name": "bank.xlsx"}, **sent).json()
        assert (report["file"], report["problems"], len(report["pairs"])) == ("bank.xlsx", [], 1)
        assert [pair["state"] for pair in http.get("/api/v1/bank").json()] == ["current"]
        assert http.post("/api/v1/bank/import", params={"name": "bank.doc"}, **sent).status_code == 400
        body = {"question": WIDTH, "answer": "1,200 mm", "approved": True, "valid_until": "2020-01-01", "groups": ["a"]}
        added = http.post("/api/v1/bank", json=body).json()
        assert (added["state"], added["groups"]) == ("expired", ["a"])
        [review] = http.get("/api/v1/reviews").json()
        again = http.post(f"/api/v1/reviews/{review['id']}/approve", json={"valid_until": "2099-01-01"}).json()
        assert again["valid_until"] == "2099-01-01"


def test_the_page_shows_states_changes_problems_and_gaps(site: Site) -> None:
    pair = site.know(LOAD, "90 kN")
    site.know(WIDTH, "At least 1,200 mm.")
    site.know("How wide must the clear width of an exit door be?", "900 mm")
    site.write_bays(BAYS | {"D3": 95})
    site.ingest()
    with serving(site.app.workspace.root) as server:
        page = AppTest.from_file(PAGE, default_timeout=60)
        page.secrets["api"] = server.address
        page.run()
        assert not page.exception
        assert "3 of 3 known questions" in [caption.value for caption in page.caption]
        assert any("was: 90" in shown.value and "now: 95" in shown.value for shown in page.markdown)
        page.button(key=f"retire-{pair.id}").click().run()
        assert "2 of 3 known questions" in [caption.value for caption in page.caption]
        page.segmented_control(key="view").set_value("Problems").run()
        page.button[0].click().run()
        assert any("contradiction" in shown.value for shown in page.markdown)
        page.segmented_control(key="view").set_value("Coverage").run()
        assert any("passages have known questions" in caption.value for caption in page.caption)
        page.segmented_control(key="view").set_value("Import and export").run()
        assert not page.exception
        assert [header.value for header in page.header] == ["Export", "Import"]


def test_the_empty_queue_says_what_will_wait_in_it(site: Site) -> None:
    with serving(site.app.workspace.root) as server:
        page = AppTest.from_file(Path(pages.__file__).parent / "reviews.py", default_timeout=60)
        page.secrets["api"] = server.address
        page.run()
    assert not page.exception
    [told] = [shown.value for shown in page.markdown]
    assert all(what in told for what in ("Nothing waits", "Feedback", "evidence has changed", "validity has ended"))


def call(*words: str, workspace: Path) -> int:
    return run([*words, "--workspace", str(workspace)], as_json="--json" in words)
