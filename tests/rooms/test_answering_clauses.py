"""Reading a clause by its number, in the document that the question means."""

from dataclasses import replace

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from test_retrieval_ranking import chunk, document

from kingpost.answering.open_questions import left_open
from kingpost.answering.readers.clauses import read_clause
from kingpost.answering.readers.extractive import ExtractiveReader
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.backends.memory import MemoryIndex, MemoryRecords
from kingpost.documents.entries import entries
from kingpost.records import Records, chunk_id
from kingpost.retrieval.search import Retriever
from kingpost.settings import RetrievalSettings
from kingpost.types.documents import FOOTNOTE, Chunk, ChunkKind
from kingpost.types.search import CHUNKS

ANCHORS = ("7 Racks", "7.2 Anchors")
GUIDE = (
    ("7.1", ChunkKind.CLAUSE, ("7 Racks", "7.1 Uprights"), "7.1 Uprights\nUprights shall be straight."),
    ("7.2", ChunkKind.CLAUSE, ANCHORS, "7.2 Anchors\nEach upright shall be anchored as follows:"),
    ("", ChunkKind.CODE, ANCHORS, "2 x M12"),
    ("", ChunkKind.TEXT, (*ANCHORS, "Wet rooms"), "In wet rooms anchors are stainless."),
    ("", ChunkKind.ROW, (*ANCHORS, "Table 4"), "M12: 40 kN"),
    ("", ChunkKind.TEXT, ANCHORS, "Footnote 1: Of grade 8.8."),
    ("7.2 (b)", ChunkKind.CLAUSE, ANCHORS, "b. Anchors are inspected once a year."),
    ("7.3", ChunkKind.CLAUSE, ("7 Racks", "7.3 Beams"), "7.3 Beams\nBeams shall be locked."),
)
MANUAL = (("7.2", ChunkKind.CLAUSE, ("7.2 Belts",), "7.2 Belts\nBelts are replaced in pairs."),)
REFERENCE = (("8.1", ChunkKind.CLAUSE, ("8.1 Keys",), "8.1 Keys\nKeys are kept by the fitter."),)


@pytest.fixture(scope="module")
def retriever() -> Retriever:
    records, index = Records(MemoryRecords()), MemoryIndex()
    for name, title, parts in (
        ("guide", "Northgate Rack Guide", GUIDE),
        ("manual", "Northgate Belt Manual", MANUAL),
        ("reference", "Northgate Fitter's Reference", REFERENCE),
    ):
        owner = document(name, title=title)
        chunks = [_chunk(name, ordinal, *part) for ordinal, part in enumerate(parts)]
        records.documents.put(name, owner)
        records.chunks.put_all({each.id: each for each in chunks}, partition=name)
        index.upsert(CHUNKS, entries(chunks, owner, [[1.0] + [0.0] * 7] * len(chunks)))
    embeddings = DeterministicFakeEmbedding(size=8)
    return Retriever(records=records, index=index, embeddings=embeddings, settings=RetrievalSettings())


def _chunk(name: str, ordinal: int, number: str, kind: ChunkKind, section: tuple[str, ...], text: str) -> Chunk:
    made = chunk(str(ordinal), text, section=section, keys=(number,) if number else ())
    place = chunk_id(name, "r1", ordinal)
    label, colon, _ = text.partition(":")
    label = label if colon and label.startswith(FOOTNOTE) else ""
    return replace(made, id=place, document_id=name, ordinal=ordinal, kind=kind, number=number, label=label)


def read(retriever: Retriever, question: str) -> Reading | None:
    return read_clause(retriever.search(question), retriever)


def test_a_clause_is_read_with_what_is_set_apart_in_it_and_without_its_items_and_tables(retriever: Retriever) -> None:
    reading = read(retriever, "What does section 7.2 of the Northgate Rack Guide say?")
    assert reading is not None
    assert reading.text.splitlines()[1:] == [
        "Each upright shall be anchored as follows:",
        "2 x M12",
        "In wet rooms anchors are stainless.",
    ]


def test_a_part_of_the_documents_name_says_which_document_is_meant(retriever: Retriever) -> None:
    reading = read(retriever, "Quote Northgate Belt section 7.2.")
    assert reading is not None
    assert "Belts are replaced" in reading.text


def test_a_clause_of_another_document_is_not_given_for_the_one_asked(retriever: Retriever) -> None:
    reading = read(retriever, "What does section 7.3 of the Northgate Belt Manual say?")
    assert reading is not None
    assert not reading.text
    assert "no clause 7.3 in Northgate Belt Manual" in reading.reason


def test_a_title_written_small_is_no_question_about_what_stands_in_the_clause(retriever: Retriever) -> None:
    reader = ExtractiveReader(retriever=retriever, embed=retriever.embeddings.embed_documents)
    reading = reader.read(retriever.search("What does section 8.1 of the fitter's reference say?"))
    assert reading.kind is ReadingKind.CLAUSE
    assert reading.text == "8.1 Keys\nKeys are kept by the fitter."


def test_a_document_named_in_part_is_not_asked_back_for_one_that_has_the_clause(retriever: Retriever) -> None:
    reader = ExtractiveReader(retriever=retriever, embed=retriever.embeddings.embed_documents)

    def asked_back(question: str) -> bool:
        findings = retriever.search(question)
        return left_open(findings, reader.read(findings), retriever, read=reader.read) is not None

    assert asked_back("What does section 7.2 say?")
    assert not asked_back("What does section 7.2 of the Fitter papers say?")


def test_a_refusal_of_a_clause_says_once_where_it_was_looked_for(retriever: Retriever) -> None:
    reading = read(retriever, "What does clause 9.9.9 of the rack manual say?")
    assert reading is not None
    assert reading.kind is ReadingKind.NOTHING
    assert reading.says_where
