"""Answers from whole tables, from a workbook to the cells cited and the steps shown."""

from pathlib import Path

import openpyxl
import pytest

from kingpost.answering.places import stands
from kingpost.app import App
from kingpost.documents.sources.folder import FolderSource
from kingpost.types.answers import Answer, Question, Reader, Route
from kingpost.types.documents import SheetLocation

ROWS = (
    ("Slab", "Fire zone", "Load [kN/m2]", "Cast on"),
    ("S-1", "A", 25, "2021-03-04"),
    ("S-2", "B", 40, "2021-04-11"),
    ("S-3", "B", 35, "2021-06-02"),
    ("S-4", "C", None, "2022-01-20"),
    ("S-5", "B", 50, "2022-02-14"),
    ("Total", None, 150, None),
)


@pytest.fixture
def slabs(app: App, tmp_path: Path) -> App:
    folder = tmp_path / "documents"
    folder.mkdir()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Slabs"
    for row in ROWS:
        sheet.append(row)
    book.save(folder / "slabs.xlsx")
    app.ingestor.ingest(FolderSource(folder))
    return app


def ask(app: App, question: str) -> Answer:
    return app.answerer.answer(Question(text=question, reader=Reader.EXTRACTIVE), store=False)


def ranges(answer: Answer) -> list[str]:
    return [c.location.range for c in answer.citations if isinstance(c.location, SheetLocation)]


def test_a_sum_is_given_with_its_cells_and_steps(slabs: App) -> None:
    answer = ask(slabs, "What is the total load of the slabs in fire zone B?")
    assert answer.answer == "125"
    assert ranges(answer) == ["C3", "C4", "C6"]
    assert "sum of Load [kN/m2], 3 rows where Fire zone = B (C3, C4, C6)" in answer.confidence.reasons


def test_the_row_with_the_highest_value_is_named(slabs: App) -> None:
    answer = ask(slabs, "Which slab has the highest load?")
    assert answer.answer == "S-5"
    assert ranges(answer) == ["A6", "C6"]


def test_rows_are_counted_without_the_total(slabs: App) -> None:
    assert ask(slabs, "How many slabs are in fire zone B?").answer == "3"
    assert ask(slabs, "How many slabs are listed?").answer == "5"


def test_a_cell_is_looked_up_with_its_unit(slabs: App) -> None:
    assert ask(slabs, "What is the load of slab S-1?").answer == "25 kN/m2"


def test_a_blank_cell_is_never_answered_from_its_neighbour(slabs: App) -> None:
    answer = ask(slabs, "What is the load of slab S-4?")
    assert answer.route is Route.ABSTAIN
    assert "“Load [kN/m2]” of “S-4” is blank" in answer.answer


def test_a_header_that_answers_is_cited_where_it_stands(app: App, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Hall", "April", "May", "June"), ("North", 120, 90, 150), ("South", 80, 60, 95), ("West", 40, 70, 30)):
        sheet.append(row)
    book.save(folder / "pallets.xlsx")
    app.ingestor.ingest(FolderSource(folder))
    answer = ask(app, "Which month has the lowest number for South?")
    assert answer.answer == "May"
    document = answer.citations[0].document
    assert all(stands(citation, app.library.chunks(document)) for citation in answer.citations)


RATES = """# Parcel rates

| Weight | Domestic fee |
| --- | --- |
| up to 5 kg | 4.90 EUR |
| over 5 kg up to 10 kg | 7.40 EUR |
| over 10 kg up to 30 kg | 11.20 EUR |
"""


@pytest.fixture
def rates(app: App, tmp_path: Path) -> App:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "rates.md").write_text(RATES, encoding="utf-8")
    app.ingestor.ingest(FolderSource(folder))
    return app


def test_the_row_whose_band_holds_the_quantity_answers(rates: App) -> None:
    assert ask(rates, "What is the domestic fee for a weight of 7000 g?").answer == "7.40 EUR"


def test_where_no_row_is_for_the_quantity_none_answers(rates: App) -> None:
    answer = ask(rates, "What is the domestic fee for a weight of 50 kg?")
    assert not answer.citations
    assert "No row of the table “Parcel rates” is for 50 kg." in answer.answer
