"""The question bank."""

import json

import pytest

from kingpost.cli.bank import left_out
from kingpost.errors import NotFound, Refused
from kingpost.retrieval.locating import locate
from kingpost.types.documents import (
    Chunk,
    ChunkCell,
    ChunkKind,
    Document,
    PageLocation,
    RevisionStatus,
    SheetLocation,
)
from kingpost.types.questions import Provenance
from kingpost.types.search import Passage

WIDTH = "What is the clear width of an exit door?"
LOAD = "What is the floor load of zone D3?"


def test_a_pair_is_found_by_its_wording_whatever_case_and_punctuation(office):
    pair = office.bank.add(WIDTH, "At least 1,200 mm.", phrasings=["How wide are exit doors?"])
    assert office.bank.exact("what is the  CLEAR width of an exit door").pair == pair
    assert office.bank.exact("How wide are exit doors ?").phrasing == "How wide are exit doors?"
    assert office.bank.exact("How high are exit doors?") is None


def test_candidates_come_with_their_nearest_phrasing_most_similar_first(office):
    office.bank.add(LOAD, "15 kN/m2")
    pair = office.bank.add(WIDTH, "1,200 mm", phrasings=["How wide must an exit door be?"])
    first, *rest = office.bank.candidates("How wide does an exit door have to be?", limit=5)
    assert first.pair == pair
    assert first.phrasing == "How wide must an exit door be?"
    assert all(first.similarity >= other.similarity for other in rest)


def test_adding_again_updates_and_keeps_what_is_not_said(office):
    first = office.bank.add(WIDTH, "1,200 mm", phrasings=["How wide?"], split="train")
    again = office.bank.add(f" {WIDTH.upper()} ", "1.2 m", approved_by="bea")
    assert again.id == first.id
    assert (again.answer, again.phrasings, again.split, again.approved_by) == ("1.2 m", ("How wide?",), "train", "bea")
    assert [pair.id for pair in office.bank.pairs()] == [first.id]


def test_a_phrasing_that_is_taken_away_is_no_longer_found(office):
    office.bank.add(WIDTH, "1,200 mm", phrasings=["How wide?", "Which width?"])
    office.bank.add(WIDTH, "1,200 mm", phrasings=["Which width?"])
    assert office.bank.exact("How wide?") is None
    assert office.bank.exact("Which width?") is not None


def test_an_approved_answer_is_not_replaced_by_one_without_an_approver(office):
    office.bank.add(WIDTH, "1,200 mm", approved_by="bea")
    office.bank.add(WIDTH, "1,200 MM")
    with pytest.raises(Refused, match="bea"):
        office.bank.add(WIDTH, "900 mm")
    assert office.bank.exact(WIDTH).pair.approved_by == "bea"


@pytest.mark.parametrize(("answer", "other"), [("5 mW", "5 MW"), ("10³ Pa", "103 Pa")])
def test_an_approved_answer_is_not_replaced_by_one_that_reads_alike(office, answer, other):
    pair = office.bank.add("What is the loss?", answer, approved_by="bea")
    with pytest.raises(Refused):
        office.bank.add("What is the loss?", other)
    office.bank.add("What is the loss?", answer.upper().replace("MW", "mW"))
    assert office.bank.get(pair.id).answer == answer


def test_questions_of_other_numbers_are_other_pairs_though_they_read_alike(office):
    first = office.bank.add("What is lost at 10³ Pa?", "5 W")
    second = office.bank.add("What is lost at 103 Pa?", "6 W")
    assert first.id != second.id
    assert office.bank.exact("What is lost at 10³ Pa?").pair == first


def test_a_retired_pair_is_kept_and_never_found(office):
    pair = office.bank.add(WIDTH, "1,200 mm")
    office.bank.retire(pair.id)
    assert office.bank.exact(WIDTH) is None
    assert office.bank.candidates(WIDTH) == []
    assert office.bank.pairs() == []
    assert [kept.id for kept in office.bank.pairs(include_retired=True)] == [pair.id]
    with pytest.raises(NotFound):
        office.bank.get("q0")


def test_a_pair_is_seen_by_its_groups_only(office):
    office.bank.add(WIDTH, "1,200 mm", groups=("structures",))
    office.bank.add(WIDTH, "Ask structures.")
    assert office.bank.exact(WIDTH, ("everyone",)).pair.answer == "Ask structures."
    assert office.bank.exact(WIDTH, ("structures",)).pair.answer == "1,200 mm"
    assert office.bank.candidates(WIDTH, groups=("others",)) == []


def test_evidence_is_the_sentence_that_holds_the_answer(office):
    [evidence] = office.bank.locate_evidence(WIDTH, "At least 1.2 m.")
    assert evidence.name == "standards/warehouse.pdf"
    assert "1,200 mm" in evidence.quote
    assert "self-closing" not in evidence.quote
    assert isinstance(evidence.location, PageLocation)
    assert evidence.location.page == 4


def test_evidence_in_a_table_is_the_single_cell_of_the_right_row(office):
    [evidence] = office.bank.locate_evidence(LOAD, "15 kN/m2")
    assert evidence.location == SheetLocation(sheet="Loads", range="B5", header=("Floor load", "kN/m2"))
    [evidence] = office.bank.locate_evidence("What is the floor load of zone D4?", "The floor load is 20 kPa.")
    assert evidence.location.range == "B6"


def test_an_answer_that_stands_nowhere_has_no_evidence(office):
    assert office.bank.locate_evidence(LOAD, "16 kN/m2") == ()
    assert office.bank.locate_evidence("Who paints the roof and the walls?", "Doors") == ()
    assert office.bank.locate_evidence(WIDTH, "1,200 mm", document="loads.xlsx") == ()
    assert office.bank.locate_evidence(WIDTH, "1,200 mm", document="no-such.pdf") == ()
    assert office.bank.locate_evidence(WIDTH, "1,200 mm", document="warehouse.pdf")


def test_of_two_cells_of_a_row_that_say_the_same_the_column_asked_for_is_the_evidence():
    def cell(column: str, place: str, *header: str, text: str = "3000", label: bool = False) -> ChunkCell:
        location = SheetLocation(sheet="Doors", range=place)
        return ChunkCell(header=header, text=text, location=location, content_hash=column, label=label)

    cells = (
        cell("door", "A12", "Door", text="D-107", label=True),
        cell("width", "D12", "Clear opening [mm]", "Width"),
        cell("length", "G12", "Leveller", "Length [mm]"),
    )
    chunk = Chunk(
        id="c", document_id="d", revision_id="r", ordinal=0, kind=ChunkKind.ROW, context="Door schedule",
        text="D-107 | Clear opening [mm] Width 3000 | Leveller Length [mm] 3000", section=(),
        location=SheetLocation(sheet="Doors", range="A12:G12"), content_hash="row", cells=cells,
    )  # fmt: skip
    document = Document(
        id="d", name="doors.xlsx", source="s", uri="u", title="Doors", media_type="", current_revision="r"
    )  # fmt: skip
    row = [Passage(chunk=chunk, document=document, score=1.0)]
    for question, column in (
        ("How wide is the clear opening of door D-107?", "width"),
        ("What is the leveller length at door D-107?", "length"),
    ):
        assert [evidence.content_hash for evidence in locate(question, "3,000 mm", row)] == [column]


def test_evidence_is_current_until_its_own_cell_changes(office):
    d3 = office.bank.add(LOAD, "15 kN/m2", evidence=office.bank.locate_evidence(LOAD, "15 kN/m2"))
    assert office.bank.is_current(d3)
    office.put_schedule("r2", ("15", "25"))
    assert office.bank.is_current(d3)
    office.put_schedule("r3", ("16", "15"))  # the same value, but of another zone
    assert not office.bank.is_current(d3)
    office.put_schedule("r4")
    assert office.bank.is_current(d3)


@pytest.mark.parametrize("gone", ["removed", "superseded"])
def test_evidence_of_a_document_that_is_gone_is_stale(office, gone):
    pair = office.bank.add(WIDTH, "1,200 mm", evidence=office.bank.locate_evidence(WIDTH, "1,200 mm"))
    if gone == "removed":
        office.records.documents.delete(["std"])
    else:
        office.change_document("std", status=RevisionStatus.SUPERSEDED)
    assert not office.bank.is_current(pair)


def test_an_import_reports_bad_lines_and_pairs_without_evidence_and_can_be_repeated(office, tmp_path):
    file = tmp_path / "pairs.jsonl"
    file.write_text(
        '{"question": "What is the clear width of an exit door?", "answer": "1,200 mm", "split": "train"}\n'
        "not json\n"
        '{"question": "Who owns the building?", "answer": "The port authority"}\n'
        '{"question": "What is the clear width of an exit door", "answer": "900 mm"}\n'
        '{"question": "Half a pair?"}\n'
    )
    report = office.importer.read(file)
    assert (report.added, report.updated, report.without_evidence) == (2, 0, 1)
    assert [problem.line for problem in report.problems] == [2, 4, 5]
    pair = office.bank.exact(WIDTH).pair
    assert (pair.provenance, pair.approved_by, pair.split, len(pair.evidence)) == (Provenance.IMPORTED, "", "train", 1)
    again = office.importer.read(file, approved_by="bea")
    assert (again.added, again.updated) == (0, 2)
    assert office.bank.exact(WIDTH).pair.approved_by == "bea"


def test_a_line_that_an_approved_answer_stands_against_says_how_to_see_the_pair_and_how_to_replace_it(office, tmp_path):
    pair = office.bank.add(WIDTH, "1,200 mm", approved_by="bea")
    file = tmp_path / "pairs.jsonl"
    file.write_text(json.dumps({"question": WIDTH, "answer": "900 mm"}))
    [problem] = office.importer.read(file).problems
    line = left_out(file, problem)
    assert line.startswith(f"{file}:1: the answer of this question is approved by bea and differs - ")
    assert f"kingpost questions show {pair.id}" in line
    assert "--approved-by" in line
    assert office.importer.read(file, approved_by="carl").problems == ()
    assert office.bank.exact(WIDTH).pair.answer == "900 mm"


def test_a_phrasing_that_is_imported_as_a_question_updates_its_pair(office, tmp_path):
    pair = office.bank.add(WIDTH, "1,200 mm", phrasings=["How wide?", "Which width?"], split="held_out")
    file = tmp_path / "pairs.csv"
    file.write_text('question,answer,paraphrases\nHow wide?,"1,200 mm","[""How wide?"", ""Which width?""]"\n')
    report = office.importer.read(file)
    assert (report.added, report.updated, report.problems) == (0, 1, ())
    [again] = office.bank.pairs()
    assert (again.question, again.answer, again.phrasings) == (pair.question, pair.answer, pair.phrasings)


def test_pairs_that_the_index_has_lost_are_indexed_again(office):
    pair = office.bank.add(WIDTH, "1,200 mm")
    office.bank.index.delete("questions", [f"{pair.id}#0"])
    assert office.bank.exact(WIDTH) is None
    assert office.bank.index_missing() == 1
    assert office.bank.exact(WIDTH).pair == pair
    assert office.bank.index_missing() == 0
