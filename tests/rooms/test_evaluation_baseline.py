from itertools import pairwise

from kingpost.evaluation.baseline import CHUNK_CHARACTERS, DONT_KNOW, OVERLAP_CHARACTERS, seed_chunks
from kingpost.types.documents import Block, BlockKind, Document, PageLocation

DOCUMENT = Document(
    id="doc",
    name="a.pdf",
    uri="file:///a.pdf",
    source="s",
    title="A",
    media_type="application/pdf",
    current_revision="r1",
)


def block(text: str, page: int, **fields: str) -> Block:
    return Block(kind=BlockKind.PARAGRAPH, text=text, location=PageLocation(page=page), **fields)


def pages(chunk: object) -> set[int]:
    return {part.location.page for part in chunk.parts}  # type: ignore[attr-defined]


def test_the_text_is_cut_into_windows_that_overlap_and_lose_nothing() -> None:
    words = [f"word{i}" for i in range(600)]
    chunks = seed_chunks([block(" ".join(words), 1)], DOCUMENT)
    assert all(len(chunk.text) <= CHUNK_CHARACTERS for chunk in chunks)
    assert set(" ".join(chunk.text for chunk in chunks).split()) >= set(words)
    for before, after in pairwise(chunks):
        assert before.text[-OVERLAP_CHARACTERS:] == after.text[:OVERLAP_CHARACTERS]


def test_a_window_knows_the_pages_it_covers() -> None:
    chunks = seed_chunks([block("a " * 300, 1), block("b " * 300, 2), block("c " * 300, 3)], DOCUMENT)
    assert [pages(chunk) for chunk in chunks] == [{1, 2}, {2, 3}, {3}]


def test_a_field_is_read_with_its_label() -> None:
    (chunk,) = seed_chunks([block("Tallahassee", 1, label="Location"), block("  ", 1)], DOCUMENT)
    assert chunk.text.startswith("Location: Tallahassee")


def test_a_document_without_text_has_no_chunks() -> None:
    assert seed_chunks([], DOCUMENT) == []


def test_only_saying_so_is_not_knowing() -> None:
    assert DONT_KNOW.search("I don\u2019t know the answer.")
    assert DONT_KNOW.search("I do not know.")
    assert not DONT_KNOW.search("The documents do not say.")
