"""Chunks by id and by place: tables, neighbours, and what another process writes meanwhile."""

from dataclasses import replace

import pytest
from test_retrieval_ranking import chunk, document

from kingpost.backends.memory import MemoryRecords
from kingpost.records import Records, chunk_id
from kingpost.retrieval.shelf import Shelf, by_revision
from kingpost.types.documents import Chunk, ChunkKind
from kingpost.types.search import Hit

TABLE_ROWS = 70


def placed(ordinal: int, text: str, **fields: object) -> Chunk:
    return replace(chunk(str(ordinal), text), id=chunk_id("doc", "r1", ordinal), ordinal=ordinal, **fields)  # type: ignore[arg-type]


@pytest.fixture
def store() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def shelf(store: MemoryRecords) -> Shelf:
    """Two paragraphs on doors, one on gates, a table of seventy rows, a last paragraph."""
    records = Records(store)
    chunks = [
        placed(0, "Doors close.", section=("Doors",)),
        placed(1, "Doors open.", section=("Doors",)),
        placed(2, "Gates lift.", section=("Gates",)),
        placed(3, "Columns: bay; load.", kind=ChunkKind.OVERVIEW, table="doc-t1"),
        *(placed(4 + n, f"Bay {n}", kind=ChunkKind.ROW, table="doc-t1") for n in range(TABLE_ROWS)),
        placed(4 + TABLE_ROWS, "End.", section=("Gates",)),
    ]
    records.chunks.put_all({each.id: each for each in chunks}, partition="doc")
    return Shelf(records=records)


def at(shelf: Shelf, ordinal: int) -> Chunk:
    return shelf.beside(placed(0, ""), [ordinal])[0]


def test_a_table_is_fetched_whole_from_any_of_its_rows_and_no_further(shelf: Shelf) -> None:
    for ordinal in (3, 4, 40, 3 + TABLE_ROWS):
        assert [row.ordinal for row in shelf.table(at(shelf, ordinal))] == list(range(3, 4 + TABLE_ROWS))
    assert shelf.table(at(shelf, 2)) == []


def test_the_overview_of_a_table_is_found_from_any_of_its_rows(shelf: Shelf) -> None:
    for ordinal in (3, 4, 41, 3 + TABLE_ROWS):
        assert shelf.overview(at(shelf, ordinal)).ordinal == 3


def test_what_another_process_writes_is_seen_at_once(shelf: Shelf, store: MemoryRecords) -> None:
    before = at(shelf, 2)
    other = Records(store)
    other.chunks.delete(partition="doc")
    other.chunks.put(before.id, replace(before, text="Gates slide."), partition="doc")
    hits = [Hit(id=before.id, score=1.0), Hit(id=chunk_id("doc", "r1", 0), score=0.5)]
    found = shelf.of_hits(hits, by_revision([replace(document("doc"), id="doc")]))
    assert [each.text for each in found] == ["Gates slide."]


def test_chunks_of_a_revision_that_is_not_seen_are_not_found(shelf: Shelf) -> None:
    hits = [Hit(id=chunk_id("doc", "r1", 0), score=1.0)]
    assert shelf.of_hits(hits, by_revision([document("doc", current_revision="r2")])) == []
    assert shelf.of_hits(hits, by_revision([document("other")])) == []
