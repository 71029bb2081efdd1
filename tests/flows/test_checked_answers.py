"""Answers and what they cite: every quote at its place, every number in a quote, whatever kind of answer it is."""

import re
from pathlib import Path

import openpyxl
import pytest

from kingpost.answering.contract import answer_json
from kingpost.answering.places import stands
from kingpost.answering.readers.cells import read_row
from kingpost.app import App
from kingpost.documents.sources.folder import FolderSource
from kingpost.types.answers import Answer, Question, Reader, Route
from kingpost.types.documents import ChunkKind

STANDARD = """# Northwind warehouse standard

## 4 Racks

4.1 Racks shall be anchored to the floor slab with at least 4 anchors M16 per upright. The floor load shall not
exceed 25 kN/m2 in zone A and 40 kN/m2 in zone B.

4.2 Aisles between racks shall be 2,400 mm wide. Reach trucks need 2,700 mm.

## 5 Doors

| Door | Width [mm] | Fire rating |
|---|---|---|
| D-101 | 1,200 | EI 60 |
| D-102 | 900 |  |
"""
INSPECTIONS = (("Slab", "Cracks 2021", "Cracks 2023"), ("S-1", "none", "3 of 0.2 mm"), ("S-2", "1", "none"))
QUESTIONS = (
    "What does clause 4.1 say?",
    "How wide shall aisles between racks be?",
    "What is the width of door D-101?",
    "List all clauses that mention the floor load",
    "What is the floor load in zone B?",
    "How many cracks has slab S-1?",
)


@pytest.fixture
def warehouse(app: App, tmp_path: Path) -> App:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "standard.md").write_text(STANDARD, encoding="utf-8")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in INSPECTIONS:
        sheet.append(row)
    book.save(folder / "inspections.xlsx")
    app.ingestor.ingest(FolderSource(folder))
    return app


def ask(app: App, question: str, reader: Reader = Reader.EXTRACTIVE) -> Answer:
    return app.answerer.answer(Question(text=question, reader=reader), store=False)


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_number_stands_in_a_quote_and_every_quote_at_its_place(warehouse: App, question: str) -> None:
    answer = ask(warehouse, question)
    assert answer.route is Route.RAG
    quoted = set[str]().union(*(numbers(citation.quote) for citation in answer.citations))
    assert numbers(answer.answer) <= quoted
    for citation in answer.citations:
        assert stands(citation, list(warehouse.records.chunks.all(partition=citation.document)))


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_sentence_has_its_citations_and_misses_nothing(warehouse: App, question: str) -> None:
    answer = ask(warehouse, question)
    told = answer_json(answer)["sentences"]
    assert told
    assert all(sentence["citations"] and not sentence["missing"] for sentence in told)


def test_a_row_is_cited_with_the_headers_that_say_numbers(warehouse: App) -> None:
    findings = warehouse.retriever.search("slab S-1")
    row = next(p for p in findings.passages if p.chunk.kind is ChunkKind.ROW and p.chunk.label == "S-1")
    reading = read_row(findings, row, warehouse.retriever)
    assert numbers(reading.text) <= set[str]().union(*(numbers(citation.quote) for citation in reading.citations))
    chunks = list(warehouse.records.chunks.all(partition=row.document.id))
    assert all(stands(citation, chunks) for citation in reading.citations)


def test_the_default_model_is_not_asked_unless_a_reader_is_chosen(warehouse: App) -> None:
    answer = ask(warehouse, "How wide shall aisles between racks be?", Reader.AUTO)
    assert answer.reader == Reader.EXTRACTIVE
    assert "host" not in warehouse.__dict__
