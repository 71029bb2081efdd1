"""Definitions, acronyms, lists of clauses, and what a refusal says of what comes nearest."""

from dataclasses import replace

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from test_retrieval_ranking import chunk, document

from kingpost.answering.readers.extractive import ExtractiveReader
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.backends.memory import MemoryIndex, MemoryRecords
from kingpost.documents.entries import entries
from kingpost.records import Records, chunk_id
from kingpost.retrieval.analysis import analyse
from kingpost.retrieval.search import Findings, Retriever
from kingpost.settings import RetrievalSettings
from kingpost.types.documents import Chunk, ChunkCell, ChunkKind, SectionLocation
from kingpost.types.search import CHUNKS, Passage

WORDS = ("2 Words", "2.1 Short forms")
STANDARD = (
    ("2.2", ChunkKind.CLAUSE, ("2 Words", "2.2 Load (SWL)"), "2.2 Load (SWL). The greatest mass that a bay may carry."),
    ("", ChunkKind.ROW, WORDS, "Load; safe working load of a bay"),
    (
        "2.3",
        ChunkKind.CLAUSE,
        ("2 Words", "2.3 Others"),
        "2.3 Others. Bay: the space between two uprights. It is open.",
    ),
    ("4.1", ChunkKind.CLAUSE, ("4 Doors", "4.1 Leaf"), "4.1 Leaf. Steel is used. A fire door closes by itself."),
    ("4.2", ChunkKind.CLAUSE, ("4 Doors", "4.2 Fire doors in walls"), "4.2 Fire doors in walls. They are kept shut."),
    ("", ChunkKind.ROW, WORDS, "FDX; unit of a fire door and its frame"),
    ("4.3", ChunkKind.CLAUSE, ("4 Doors", "4.3 Ramps"), "4.3 Ramps. The floor load is painted on the ramp."),
    (
        "4.4",
        ChunkKind.CLAUSE,
        ("4 Doors", "4.4 Gates"),
        "4.4 Gates. A gate E-204A is locked. The subfloor load is small.",
    ),
)


def _chunk(ordinal: int, number: str, kind: ChunkKind, section: tuple[str, ...], text: str) -> Chunk:
    keys = (number,) if number else ()
    keys += ("e-204a",) if "E-204A" in text else ()
    label, _, value = text.partition("; ")
    place = SectionLocation(section=section, span=(100 * ordinal, 100 * ordinal + len(text)))
    cells = (
        ChunkCell(header=("Form",), text=label, location=place, content_hash="a", label=True),
        ChunkCell(header=("Meaning",), text=value, location=place, content_hash="b"),
    )
    made = replace(
        chunk(str(ordinal), text, section=section, keys=keys),
        id=chunk_id("standard", "r1", ordinal),
        document_id="standard",
        ordinal=ordinal,
        kind=kind,
        number=number,
        location=place,
    )
    return replace(made, label=label, cells=cells) if kind is ChunkKind.ROW else made


@pytest.fixture(scope="module")
def reader() -> ExtractiveReader:
    records, index = Records(MemoryRecords()), MemoryIndex()
    owner = document("standard", title="Northgate Rack Standard")
    chunks = [_chunk(ordinal, *part) for ordinal, part in enumerate(STANDARD)]
    records.documents.put("standard", owner)
    records.chunks.put_all({each.id: each for each in chunks}, partition="standard")
    index.upsert(CHUNKS, entries(chunks, owner, [[1.0] + [0.0] * 7] * len(chunks)))
    embeddings = DeterministicFakeEmbedding(size=8)
    retriever = Retriever(records=records, index=index, embeddings=embeddings, settings=RetrievalSettings())
    return ExtractiveReader(retriever=retriever, embed=embeddings.embed_documents)


def read(reader: ExtractiveReader, question: str) -> Reading:
    return reader.read(reader.retriever.search(question))


def test_a_term_is_defined_by_its_clause_before_an_entry_with_its_label(reader: ExtractiveReader) -> None:
    reading = read(reader, "How does the Northgate Rack Standard define load?")
    assert reading.kind is ReadingKind.DEFINITION
    assert reading.text.startswith("2.2 Load (SWL). The greatest mass")


def test_a_term_inside_a_text_is_defined_by_its_sentence(reader: ExtractiveReader) -> None:
    assert read(reader, "What is meant by bay?").text == "Bay: the space between two uprights."


def test_an_acronym_whose_initials_spell_nothing_is_read_off_its_list(reader: ExtractiveReader) -> None:
    assert read(reader, "What does FDX stand for?").text == "unit of a fire door and its frame"


def test_an_acronym_that_is_spelt_out_nowhere_is_refused(reader: ExtractiveReader) -> None:
    reading = read(reader, "What does SWL stand for?")
    assert reading.kind is ReadingKind.NOTHING
    assert reading.reason == "“SWL” is not spelt out in Northgate Rack Standard."


def test_all_clauses_on_a_subject_are_listed_with_the_sentences_that_name_it(
    reader: ExtractiveReader,
) -> None:
    reading = read(reader, "List all clauses that mention fire door.")
    assert reading.text.split(", ") == ["4.1", "4.2", "2.1"]
    assert "A fire door closes by itself." in [citation.quote for citation in reading.citations]


def test_a_clause_that_only_holds_a_longer_word_is_not_listed(reader: ExtractiveReader) -> None:
    assert read(reader, "List all clauses that mention floor load.").text == "4.3"


def test_a_refusal_names_the_identifier_that_is_written_nearly_the_same(reader: ExtractiveReader) -> None:
    reading = read(reader, "When is gate E-204B locked?")
    assert reading.kind is ReadingKind.NOTHING
    assert "“E-204B” does not stand in Northgate Rack Standard." in reading.reason
    assert "Nearest: “E-204A” (Northgate Rack Standard, section 4 Doors > 4.4 Gates)" in reading.reason


def test_a_refusal_says_which_clauses_stand_beside_the_one_that_is_not_there(reader: ExtractiveReader) -> None:
    reading = read(reader, "What does clause 4.9 of the Northgate Rack Standard say?")
    assert reading.reason == "There is no clause 4.9 in Northgate Rack Standard. 4 has 4.1 to 4.4."


def test_what_nothing_found_speaks_of_is_named(reader: ExtractiveReader) -> None:
    assert read(reader, "How are sprinklers kept shut?").reason == "Nothing found speaks of “sprinklers”."


def test_of_two_fields_the_one_whose_whole_name_is_meant_answers(reader: ExtractiveReader) -> None:
    fields = [
        replace(chunk(name, f"{label}: {value}", label=label), kind=ChunkKind.FIELD)
        for name, label, value in (("1", "Bearing from Site", "270°"), ("2", "Location", "Hall 4"))
    ]
    form = document("form", title="Rack damage form")
    passages = tuple(
        Passage(chunk=each, document=form, score=score) for each, score in zip(fields, (9.8, 9.7), strict=True)
    )
    found = Findings(analysis=analyse("Where is the site of the damage?"), passages=passages, searched=(form,))
    assert reader.read(found).text == "Hall 4"
    far = (passages[0], replace(passages[1], score=4.0))
    assert reader.read(replace(found, passages=far)).text == "270°"


def test_a_field_that_only_says_what_the_question_says_gives_way_to_the_next(reader: ExtractiveReader) -> None:
    fields = [
        replace(chunk(name, f"{label}: {value}", label=label), kind=ChunkKind.FIELD)
        for name, label, value in (("1", "Item", "Fire door north"), ("2", "Service life", "14"))
    ]
    form = document("form", title="Door form")
    passages = tuple(Passage(chunk=each, document=form, score=9.8) for each in fields)
    question = "What is the service life of the fire door north in the item list?"
    found = Findings(analysis=analyse(question), passages=passages, searched=(form,))
    assert reader.read(found).text == "14"
