"""Listing what stands in a table that a sentence leads into."""

from dataclasses import replace

import pytest
from test_retrieval_ranking import chunk, document

from kingpost.answering.readers.led_tables import read_led_table
from kingpost.answering.readers.reading import ReadingKind
from kingpost.backends.memory import MemoryRecords
from kingpost.records import Records, chunk_id
from kingpost.retrieval.analysis import analyse
from kingpost.retrieval.search import Findings
from kingpost.retrieval.shelf import Shelf
from kingpost.types.documents import Chunk, ChunkCell, ChunkKind, SectionLocation
from kingpost.types.search import Passage

HALLS = ("3 Halls", "3.2 Hall A")
DOORS = (
    (ChunkKind.CLAUSE, "", "3.2 Hall A\nDoors are numbered. The following doors are kept shut in the hall."),
    (ChunkKind.OVERVIEW, "t1", "Columns: Door; Use. 2 rows: D1; D2"),
    (ChunkKind.ROW, "t1", "D1; to the ramp"),
    (ChunkKind.ROW, "t1", "D2; to the yard"),
    (ChunkKind.OVERVIEW, "t2", "Columns: Door; Use. 1 rows: D3"),
    (ChunkKind.ROW, "t2", "D3; to the office"),
    (ChunkKind.OVERVIEW, "t3", "Columns: Key; Holder. 1 rows: K1"),
    (ChunkKind.ROW, "t3", "K1; shift leader"),
    (ChunkKind.TEXT, "", "Doors of the hall are kept shut at night."),
)
OWNER = document("guide", title="Northgate Hall Guide")


def _chunk(ordinal: int, kind: ChunkKind, table: str, text: str) -> Chunk:
    place = SectionLocation(section=HALLS, span=(100 * ordinal, 100 * ordinal + len(text)))
    label, _, value = text.partition("; ")
    cells = (
        ChunkCell(header=("Door",), text=label, location=place, content_hash="a", label=True),
        ChunkCell(header=("Use",), text=value, location=place, content_hash="b"),
    )
    made = replace(
        chunk(str(ordinal), text, section=HALLS),
        id=chunk_id("guide", "r1", ordinal),
        document_id="guide",
        ordinal=ordinal,
        kind=kind,
        table=table,
        location=place,
    )
    return replace(made, label=label, cells=cells) if kind is ChunkKind.ROW else made


CHUNKS = [_chunk(ordinal, *part) for ordinal, part in enumerate(DOORS)]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    records = Records(MemoryRecords())
    records.chunks.put_all({each.id: each for each in CHUNKS}, partition="guide")
    return Shelf(records=records)


def findings(question: str, first: Chunk) -> Findings:
    passage = Passage(chunk=first, document=OWNER, score=1.0)
    return Findings(analysis=analyse(question), passages=(passage,), searched=(OWNER,))


def test_the_rows_of_a_table_are_listed_over_its_pages_with_the_sentence_that_leads_into_it(shelf: Shelf) -> None:
    reading = read_led_table(findings("Which doors must be kept shut in hall A?", CHUNKS[0]), shelf)
    assert reading is not None
    assert (reading.kind, reading.text) == (ReadingKind.CELLS, "D1; D2; D3")
    assert [citation.quote for citation in reading.citations] == [
        "The following doors are kept shut in the hall.",
        "D1",
        "D2",
        "D3",
    ]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which doors must be kept shut in hall B with sprinklers?", 0),
        ("Why are doors kept shut in the hall?", 0),
        ("Which doors are kept shut at night?", 8),
    ],
)
def test_a_table_is_not_listed_for_what_its_sentence_does_not_tell(shelf: Shelf, question: str, first: int) -> None:
    assert read_led_table(findings(question, CHUNKS[first]), shelf) is None
