"""Which documents a question is taken to name, from what the asker may see alone."""

from dataclasses import replace

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from test_retrieval_ranking import chunk, document

from kingpost.backends.memory import MemoryIndex, MemoryRecords
from kingpost.documents.entries import entries
from kingpost.records import Records
from kingpost.retrieval.search import Retriever
from kingpost.settings import RetrievalSettings
from kingpost.types.documents import EVERYONE, Document
from kingpost.types.search import CHUNKS

QUESTION = "Who is a manager at Ridge Steel?"


@pytest.fixture
def retriever() -> Retriever:
    """A document titled Ridge Steel, and one for the group ``hr`` that writes of Ridge Steel again and again."""
    records, index = Records(MemoryRecords()), MemoryIndex()
    embeddings = DeterministicFakeEmbedding(size=8)
    add(records, index, replace(document("guide", title="Ridge Steel")), ["Doors close at six."])
    about = [f"Ridge Steel has a manager of kind {number}." for number in range(4)]
    add(records, index, replace(document("roles", title="Roles"), groups=("hr",)), about)
    return Retriever(records=records, index=index, embeddings=embeddings, settings=RetrievalSettings())


def add(records: Records, index: MemoryIndex, owner: Document, texts: list[str]) -> None:
    chunks = [
        replace(chunk(str(number), text), id=f"{owner.id}-{number}", document_id=owner.id, groups=owner.groups)
        for number, text in enumerate(texts)
    ]
    records.documents.put(owner.id, owner)
    records.chunks.put_all({each.id: each for each in chunks}, partition=owner.id)
    index.upsert(CHUNKS, entries(chunks, owner, [[1.0] + [0.0] * 7] * len(chunks)))


def test_a_title_that_other_documents_write_of_does_not_limit_the_search(retriever: Retriever) -> None:
    found = retriever.search(QUESTION, groups=(*EVERYONE, "hr"))
    assert found.named == ()
    assert found.passages[0].document.id == "roles"


def test_what_the_asker_may_not_read_does_not_decide_what_is_named(retriever: Retriever) -> None:
    found = retriever.search(QUESTION, groups=EVERYONE)
    assert [named.id for named in found.named] == ["guide"]


def test_a_question_of_two_steps_shows_its_parts_and_the_best_passage_of_each(retriever: Retriever) -> None:
    found = retriever.search("When do doors close, and who is a manager at Ridge Steel?", groups=(*EVERYONE, "hr"))
    assert found.parts == ("When do doors close", "who is a manager at Ridge Steel?")
    assert {passage.document.id for passage in found.passages[:3]} == {"guide", "roles"}


def test_the_time_of_each_part_of_a_search_is_told(retriever: Retriever) -> None:
    found = retriever.search(QUESTION)
    assert set(found.timings_ms) == {"scope", "search", "encode", "rank"}
    assert all(spent >= 0 for spent in found.timings_ms.values())
