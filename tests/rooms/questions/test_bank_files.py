"""The bank as files: everything that is known of a pair goes out and comes in again."""

import json
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from kingpost.errors import BadInput, Refused, UsageError
from kingpost.retrieval import bank_files, pair_files
from kingpost.retrieval.bank_files import escaped, unescaped
from kingpost.types.questions import KnownQuestion, Provenance

WIDTH = "What is the clear width of an exit door?"
LOAD = "What is the floor load of zone D3?"
FORMULA = '=HYPERLINK("http://example.invalid", "see")'


@pytest.fixture
def filled(office):
    """A bank with a pair of every kind."""
    office.bank.add(
        WIDTH, "At least\n1,200 mm, \u201cclear\u201d", approved_by="bea",
        phrasings=["How wide | broad?", "-40 or wider?"],
        evidence=office.bank.locate_evidence(WIDTH, "1,200 mm"), valid_from="2026-01-01", valid_until="2026-12-31",
        split="train", provenance=Provenance.FEEDBACK, turn="c1.1",
    )  # fmt: skip
    office.change_document("sched", groups=("structures",))
    office.bank.add(LOAD, "15 kN/m2", evidence=office.bank.locate_evidence(LOAD, "15 kN/m2"), split="held_out")
    office.bank.add("@who owns the building?", FORMULA, groups=("owners", "fire"))
    office.bank.add("'=what is it?", "-40 °C")
    office.bank.retire(office.bank.add("Who cleans the roof?", "Nobody.").id)
    return office


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx"])
def test_what_is_exported_comes_back_whole(filled, tmp_path, form):
    before = filled.bank.pairs(include_retired=True)
    file = tmp_path / f"bank.{form}"
    assert bank_files.write(file, before) == 5
    filled.records.questions.delete([pair.id for pair in before])
    filled.bank.index.delete("questions", list(filled.bank.index.scan("questions", where={})))
    report = filled.importer.read(file)
    assert (report.added, report.updated, report.problems) == (5, 0, ())
    assert filled.bank.pairs(include_retired=True) == before
    again = filled.importer.read(file)
    assert (again.added, again.updated, again.problems) == (0, 5, ())
    assert filled.bank.pairs(include_retired=True) == before


def test_in_another_workspace_evidence_is_found_by_the_name_of_its_document(filled, tmp_path):
    [pair] = [pair for pair in filled.bank.pairs() if pair.question == WIDTH]
    elsewhere = replace(pair, evidence=tuple(replace(item, document_id="other") for item in pair.evidence))
    bank_files.write(tmp_path / "bank.jsonl", [elsewhere])
    filled.importer.read(tmp_path / "bank.jsonl")
    assert filled.bank.get(pair.id).evidence == pair.evidence


def test_a_stale_pair_comes_back_as_stale(filled, tmp_path):
    file = tmp_path / "bank.csv"
    bank_files.write(file, filled.bank.pairs())
    filled.put_standard("r2", "3.2.1 Exit doors. The clear width of an exit door shall be at least 900 mm.")
    filled.importer.read(file)
    assert [review.question for review in filled.desk.open()] == [WIDTH]


def test_a_workbook_opens_with_its_header_frozen_and_without_formulas(filled, tmp_path):
    bank_files.write(tmp_path / "bank.xlsx", filled.bank.pairs())
    sheet = openpyxl.load_workbook(tmp_path / "bank.xlsx").active
    assert sheet.freeze_panes == "B2"
    assert sheet.column_dimensions["A"].width > 30
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    [formula] = [cell for cell in cells if cell.value == FORMULA]
    assert (formula.data_type, bool(formula.quotePrefix)) == ("s", True)


def test_a_table_holds_no_text_that_a_spreadsheet_would_run(filled, tmp_path):
    bank_files.write(tmp_path / "bank.csv", filled.bank.pairs())
    text = (tmp_path / "bank.csv").read_text(encoding="utf-8")
    assert "'=HYPERLINK" in text
    assert "'@who owns" in text
    assert ",-40 °C," in text, "a plain quantity stays as it is"


@pytest.mark.parametrize("text", ["=1+1", "'=1", "''@x", "-2+3+cmd", "+1 x", "-40", "'tis", "\tx", "plain", ""])
def test_escaping_is_taken_back(text):
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx"])
@pytest.mark.parametrize("answer", ["-5 %", "+3 K", "=1+1", "@site", "+49 30 1234-5", "-2+3", "'=1"])
def test_an_answer_that_looks_like_a_formula_comes_back_as_it_was(office, tmp_path, answer, form):
    file = tmp_path / f"bank.{form}"
    bank_files.write(file, [KnownQuestion(id="q", question=WIDTH, answer=answer)])
    [row] = pair_files.read(file)
    assert row.answer == answer


def test_what_cannot_be_written_is_refused(tmp_path):
    pair = KnownQuestion(id="q", question="Why?", answer="x" * 40_000)
    with pytest.raises(Refused, match="too long"):
        bank_files.write(tmp_path / "bank.xlsx", [pair])
    with pytest.raises(UsageError, match="docx"):
        bank_files.write(tmp_path / "bank.docx", [pair])
    with pytest.raises(UsageError, match="no such directory"):
        bank_files.write(tmp_path / "none" / "bank.csv", [pair])
    assert list(tmp_path.iterdir()) == []


def test_a_bad_cell_is_named_by_its_address_and_the_rest_goes_on(office, tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["Known questions"],
        ["Question", "Answer", "Valid_until"],
        [WIDTH, "1,200 mm", "soon"],
        ["Who owns the building?", None, None],
        [LOAD, "15 kN/m2", "2026-12-31"],
    ):
        book.active.append(row)
    book.save(tmp_path / "pairs.xlsx")
    report = office.importer.read(tmp_path / "pairs.xlsx")
    assert report.file.endswith("pairs.xlsx")
    assert [(problem.line, problem.cell) for problem in report.problems] == [(3, "C3"), (4, "B4")]
    assert "no date" in report.problems[0].reason
    assert [pair.valid_until for pair in office.bank.pairs()] == ["2026-12-31"]


def test_approver_and_groups_of_a_line_stand_above_those_given_for_all(office, tmp_path):
    file = tmp_path / "pairs.jsonl"
    rows = [
        {"question": WIDTH, "answer": "1,200 mm", "approved_by": "anna", "groups": ["fire"]},
        {"question": LOAD, "answer": "15 kN/m2", "provenance": "handbook", "evidence": "page 3"},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert office.importer.read(file, approved_by="bea", groups=["structures"]).problems == ()
    told = {pair.question: (pair.approved_by, pair.groups, pair.provenance) for pair in office.bank.pairs()}
    assert told == {
        WIDTH: ("anna", ("fire",), Provenance.IMPORTED),
        LOAD: ("bea", ("structures",), Provenance.IMPORTED),
    }


def test_what_was_stored_before_an_import_was_stopped_stays(office, tmp_path):
    file = tmp_path / "pairs.jsonl"
    file.write_text("".join(f'{{"question": "What is part {n}?", "answer": "A part."}}\n' for n in range(120)))

    def stop(done: int, total: int) -> None:
        if done == 110:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        office.importer.read(file, on_progress=stop)
    assert len(office.bank.pairs()) == 100
    assert office.importer.read(file).added == 20


@pytest.mark.parametrize(
    "line",
    [
        '{"question": "q", "answer": "a", "x": ' + "[" * 200_000 + "]" * 200_000 + "}",
        '{"question": "q", "answer": ' + "1" * 5_000 + "}",
        '{"question": "half a character: \\ud800", "answer": "a"}',
    ],
    ids=["nested", "endless number", "no unicode"],
)
def test_a_line_that_cannot_be_read_is_named_and_the_rest_goes_on(office, tmp_path, line):
    file = tmp_path / "bad.jsonl"
    file.write_text(f'{line}\n{{"question": "Who owns it?", "answer": "We do."}}\n', encoding="utf-8")
    report = office.importer.read(file)
    assert report.added == 1
    assert [problem.line for problem in report.problems] == [1]


@pytest.mark.parametrize("column", ["paraphrases", "evidence"])
def test_a_cell_that_is_nested_without_end_is_no_list(tmp_path, column):
    file = tmp_path / "bad.csv"
    file.write_text(f"question,answer,{column}\nWho owns it?,We do.,{'[' * 100_000}\n", encoding="utf-8")
    assert [row.question for row in pair_files.read(file)] == ["Who owns it?"]


@pytest.mark.parametrize(
    ("part", "content"),
    [("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"), ("xl/workbook.xml", b"<workbook")],
)
def test_a_broken_workbook_is_refused_by_name(tmp_path, part, content):
    book = openpyxl.Workbook()
    book.active.append(["question", "answer"])
    book.active.append(["Who owns it?", "We do."])
    book.save(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as bad:
        for name in whole.namelist():
            bad.writestr(name, content if name == part else whole.read(name))
    with pytest.raises(BadInput, match=r"bad\.xlsx: is no readable workbook"):
        pair_files.read(tmp_path / "bad.xlsx")
