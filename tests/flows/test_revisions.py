"""Revisions: what is in force today, and was on another day; conflicts, duplicates, corrections by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kingpost.app import App
from kingpost.backends.local.workspace import Workspace
from kingpost.documents.sources.folder import FolderSource
from kingpost.types.answers import Answer, Question, Reader, Route
from kingpost.types.documents import FileState, IngestReport, RevisionStatus

LOAD = "What is the floor load of zone B?"
STANDARD = """# Floor standard

Document number: WDS-100

Revision: {mark}

{dated}

## 1 Loads

| Zone | Floor load [kN/m2] |
| --- | --- |
| A | 25 |
| B | {load} |
"""


@dataclass
class Desk:
    """A workspace and the folder it reads."""

    app: App
    folder: Path

    def write(self, name: str, *, mark: str, load: int, dated: str = "") -> Path:
        path = self.folder / name
        path.write_text(STANDARD.format(mark=mark, load=load, dated=dated), encoding="utf-8")
        return path

    def ingest(self) -> IngestReport:
        return self.app.ingestor.ingest(FolderSource(self.folder))

    def ask(self, text: str = LOAD, **more: object) -> Answer:
        question = Question(text=text, reader=Reader.EXTRACTIVE, **more)  # type: ignore[arg-type]
        return self.app.answerer.answer(question, store=False)

    def status(self, name: str) -> RevisionStatus:
        return self.app.library.find(name).status


@pytest.fixture
def desk(tmp_path: Path, models_ready: object) -> Iterator[Desk]:
    folder = tmp_path / "documents"
    folder.mkdir()
    with App.open(Workspace.create(tmp_path / "workspace").root) as app:
        yield Desk(app=app, folder=folder)


@pytest.fixture
def three(desk: Desk) -> Desk:
    """Three revisions of one document in three files."""
    for mark, load, day in (("A", 30, "2021-02-01"), ("B", 40, "2023-03-01"), ("C", 50, "2024-06-01")):
        desk.write(f"WDS-100 {mark}.md", mark=mark, load=load, dated=f"Effective date: {day}")
    desk.ingest()
    return desk


def test_the_answer_is_that_of_the_revision_in_force_on_the_day(three: Desk) -> None:
    for day, load, mark in (("2022-01-01", "30", "A"), ("2023-03-01", "40", "B"), ("", "50", "C")):
        answer = three.ask(as_of=day)
        assert load in answer.answer
        assert {citation.name for citation in answer.citations} == {f"WDS-100 {mark}.md"}
        current = {citation.status for citation in answer.citations} == {RevisionStatus.CURRENT}
        assert current is (mark == "C")
    then = three.ask(as_of="2022-01-01")
    assert any("as of 2022-01-01" in reason for reason in then.confidence.reasons)
    assert any("WDS-100 Rev. A is superseded by WDS-100 Rev. C" in reason for reason in then.confidence.reasons)


def test_before_the_first_revision_was_in_force_there_is_no_answer(three: Desk) -> None:
    assert three.ask(as_of="2020-12-31").route is Route.ABSTAIN


def test_the_list_tells_number_mark_status_date_and_successor(three: Desk) -> None:
    told = {
        document.mark: (document.number, document.status, document.effective_date, document.superseded_by)
        for document in three.app.library.documents()
    }
    ids = {document.mark: document.id for document in three.app.library.documents()}
    assert told == {
        "A": ("WDS-100", RevisionStatus.SUPERSEDED, "2021-02-01", ids["B"]),
        "B": ("WDS-100", RevisionStatus.SUPERSEDED, "2023-03-01", ids["C"]),
        "C": ("WDS-100", RevisionStatus.CURRENT, "2024-06-01", ""),
    }


def test_when_the_latest_revision_is_removed_its_predecessor_is_in_force_again(three: Desk) -> None:
    (three.folder / "WDS-100 C.md").unlink()
    report = three.ingest()
    assert report.count(FileState.REMOVED) == 1
    assert three.status("WDS-100 B.md") is RevisionStatus.CURRENT
    assert "40" in three.ask().answer
    assert "40" in three.ask(as_of="2024-12-31").answer
    assert "30" in three.ask(as_of="2022-01-01").answer
    three.app.ingestor.remove(three.app.library.find("WDS-100 B.md"))
    answer = three.ask()
    assert "30" in answer.answer
    assert [citation.status for citation in answer.citations] == [RevisionStatus.CURRENT]


def test_when_one_in_the_middle_is_removed_the_first_is_in_force_until_the_last(three: Desk) -> None:
    three.app.ingestor.remove(three.app.library.find("WDS-100 B.md"))
    assert "30" in three.ask(as_of="2023-06-01").answer
    assert "50" in three.ask().answer


def test_superseded_revisions_are_found_where_they_are_included_and_are_marked_so(three: Desk) -> None:
    default = three.app.retriever.retrieve(LOAD)
    assert {passage.document.mark for passage in default} == {"C"}
    everything = three.app.retriever.retrieve(LOAD, include_superseded=True)
    assert {passage.document.mark: passage.document.status for passage in everything} == {
        "A": RevisionStatus.SUPERSEDED,
        "B": RevisionStatus.SUPERSEDED,
        "C": RevisionStatus.CURRENT,
    }


def test_a_question_that_names_a_mark_reaches_the_superseded_revision(three: Desk) -> None:
    answer = three.ask("What is the floor load of zone B according to Rev. A?")
    assert "30" in answer.answer
    assert {citation.status for citation in answer.citations} == {RevisionStatus.SUPERSEDED}
    assert any("superseded by" in reason for reason in answer.confidence.reasons)


def test_a_file_changed_in_place_keeps_what_it_said_before(desk: Desk) -> None:
    for mark, load, day in (("A", 30, "2021-02-01"), ("B", 40, "2023-03-01"), ("C", 50, "2024-06-01")):
        desk.write("standard.md", mark=mark, load=load, dated=f"Valid from: {day}")
        desk.ingest()
    assert len(desk.app.library.documents()) == 1
    loads = {day: desk.ask(as_of=day).answer for day in ("2022-01-01", "2024-01-01", "2024-06-01", "")}
    assert [load in answer for load, answer in zip(("30", "40", "50", "50"), loads.values(), strict=True)] == [True] * 4
    then = desk.ask(as_of="2022-01-01")
    document = desk.app.library.find("standard.md")
    assert {citation.revision for citation in then.citations} == {document.periods[0].revision}
    assert document.periods[0].revision in then.citations[0].view
    assert {citation.status for citation in then.citations} == {RevisionStatus.SUPERSEDED}
    assert any("WDS-100 Rev. A is superseded by WDS-100 Rev. C" in reason for reason in then.confidence.reasons)
    assert {passage.chunk.revision_id for passage in desk.app.retriever.retrieve(LOAD)} == {document.current_revision}
    assert "40" in desk.ask("What is the floor load of zone B in revision B?").answer
    desk.app.ingestor.remove(document)
    assert not list(desk.app.index.scan("chunks", where={}))
    assert not list(desk.app.objects.keys("originals/"))


def test_a_file_that_tells_no_date_was_in_force_as_long_as_it_stood_there(desk: Desk) -> None:
    desk.write("standard.md", mark="A", load=30)
    desk.ingest()
    before = desk.app.library.find("standard.md").current_revision
    desk.write("standard.md", mark="B", load=40)
    desk.ingest()
    document = desk.app.library.find("standard.md")
    assert (document.periods[0].revision, document.periods[0].starts) == (before, "")
    assert document.periods[0].ends == document.periods[1].starts
    answer = desk.ask(as_of="2020-01-01")
    assert "30" in answer.answer
    assert any("does not tell from when" in reason for reason in answer.confidence.reasons)


def test_a_file_that_goes_back_to_what_it_said_is_in_force_as_that_again(desk: Desk) -> None:
    for load in (30, 40, 30):
        desk.write("standard.md", mark="A", load=load)
        desk.ingest()
    document = desk.app.library.find("standard.md")
    assert [period.revision for period in document.periods] == [
        document.current_revision,
        document.periods[1].revision,
        document.current_revision,
    ]
    assert "30" in desk.ask().answer
    assert {p.chunk.revision_id for p in desk.app.retriever.retrieve(LOAD)} == {document.current_revision}


def test_a_revision_of_the_future_is_not_in_force_before_its_day(desk: Desk) -> None:
    desk.write("now.md", mark="A", load=30)
    desk.write("next.md", mark="B", load=40, dated="Effective date: 2099-01-01")
    desk.ingest()
    assert (desk.status("now.md"), desk.status("next.md")) == (RevisionStatus.CURRENT, RevisionStatus.UPCOMING)
    assert "30" in desk.ask().answer
    assert "40" in desk.ask(as_of="2099-01-01").answer
    later = desk.app.retriever.model_copy(update={"today": lambda: "2099-06-01"})
    assert {passage.document.mark for passage in later.retrieve(LOAD)} == {"B"}


def test_a_change_in_place_that_is_not_in_force_yet_leaves_the_earlier_revision_in_force(desk: Desk) -> None:
    desk.write("standard.md", mark="A", load=30)
    desk.ingest()
    desk.write("standard.md", mark="B", load=40, dated="Effective date: 2099-01-01")
    desk.ingest()
    answer = desk.ask()
    assert "30" in answer.answer
    assert {citation.status for citation in answer.citations} == {RevisionStatus.CURRENT}
    assert "40" in desk.ask(as_of="2099-06-01").answer


def test_two_files_with_one_number_and_no_order_are_a_conflict(desk: Desk) -> None:
    desk.write("one.md", mark="B", load=40)
    desk.write("two.md", mark="B", load=45)
    report = desk.ingest()
    assert report.conflicts == (("one.md", "two.md"),) or report.conflicts == (("two.md", "one.md"),)
    one, two = desk.app.library.find("one.md"), desk.app.library.find("two.md")
    assert (one.conflicts, two.conflicts) == ((two.id,), (one.id,))
    assert {passage.document.name for passage in desk.app.retriever.retrieve(LOAD)} == {"one.md", "two.md"}
    assert any("have the same number" in reason for reason in desk.ask().confidence.reasons)


def test_a_correction_by_hand_settles_a_conflict_and_sticks(desk: Desk) -> None:
    desk.write("one.md", mark="B", load=40)
    path = desk.write("two.md", mark="B", load=45)
    desk.ingest()
    two = desk.app.ingestor.correct(desk.app.library.find("two.md"), {"mark": "C"})
    assert (two.mark, two.conflicts, two.corrected) == ("C", (), ("mark",))
    assert desk.status("one.md") is RevisionStatus.SUPERSEDED
    assert "45" in desk.ask().answer
    path.rename(desk.folder / "renamed.md")
    desk.ingest()
    desk.write("renamed.md", mark="B", load=46)
    desk.ingest()
    assert (desk.app.library.find("renamed.md").mark, desk.status("one.md")) == ("C", RevisionStatus.SUPERSEDED)
    desk.app.ingestor.correct(desk.app.library.find("renamed.md"), {})
    assert desk.app.library.find("renamed.md").mark == "B"
    assert desk.status("one.md") is RevisionStatus.CURRENT


def test_the_same_file_twice_is_no_conflict_and_is_searched_once(desk: Desk) -> None:
    desk.write("one.md", mark="B", load=40)
    desk.write("two.md", mark="B", load=40)
    report = desk.ingest()
    one, two = desk.app.library.find("one.md"), desk.app.library.find("two.md")
    assert report.conflicts == ()
    assert (one.duplicate_of, two.duplicate_of) == ("", one.id)
    assert {passage.document.name for passage in desk.app.retriever.retrieve(LOAD)} == {"one.md"}
    (desk.folder / "one.md").unlink()
    desk.ingest()
    assert {passage.document.name for passage in desk.app.retriever.retrieve(LOAD)} == {"two.md"}


def test_without_keeping_revisions_a_changed_file_leaves_nothing_in_the_index(tmp_path: Path, desk: Desk) -> None:
    (desk.app.workspace.root / "kingpost.toml").write_text("[documents]\nkeep_revisions = false\n")
    with App.open(desk.app.workspace.root) as app:
        desk.app = app
        for mark, load in (("A", 30), ("B", 40)):
            desk.write("standard.md", mark=mark, load=load)
            desk.ingest()
        document = app.library.find("standard.md")
        assert set(app.index.scan("chunks", where={})) == {chunk.id for chunk in app.library.chunks(document.id)}


def test_known_answers_are_not_used_for_another_day(three: Desk) -> None:
    three.app.bank.add(LOAD, "50 kN/m2", approved_by="anna", document="WDS-100 C.md")
    assert three.ask().route is Route.APPROVED
    assert three.ask(as_of="2022-01-01").route is Route.RAG
