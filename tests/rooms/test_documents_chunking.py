"""Chunks carry who and where they are, fit the embedding model, and change their hashes only with their content."""

from itertools import pairwise

from document_makers import cut, one, pdf

from kingpost.documents.chunking import chunk_id
from kingpost.documents.passages import Span, spans_within
from kingpost.records import chunk_partition
from kingpost.types.documents import ChunkKind, SectionLocation

LONG_CLAUSE = "4.2 Loads. " + " ".join(
    f"Sentence number {number} says that the slab shall be strong." for number in range(60)
)
TABLE = "# Standard\n\n## Loads\n\n| Zone | Load [kN] |\n| --- | --- |\n| A | 25 |\n| B | 40 |\n"


def words(text: str) -> int:
    return len(text.split())


def test_a_long_clause_is_several_chunks_that_share_their_number() -> None:
    lines = [LONG_CLAUSE[start : start + 90] for start in range(0, len(LONG_CLAUSE), 90)]
    chunks = [chunk for chunk in cut("std.pdf", pdf(lines), chunk_tokens=120) if chunk.number == "4.2"]
    assert len(chunks) > 3
    assert {chunk.section for chunk in chunks} == {("4.2 Loads",)}
    assert all(words(f"{chunk.context}\n{chunk.text}") <= 120 for chunk in chunks)
    assert all("4.2" in chunk.keys for chunk in chunks)
    assert "".join(chunk.text for chunk in chunks).count("Sentence number 37 ") == 1


def test_whatever_stands_in_a_cell_nothing_is_longer_than_allowed() -> None:
    long_cell = " ".join(f"word{number}" for number in range(500))
    content = (
        f"# T\n\n| Item | Text | Note |\n| --- | --- | --- |\n| P-1 | {long_cell} | last |\n| {long_cell} | x | y |\n"
    )
    chunks = cut("wide.md", content, chunk_tokens=100, context_tokens=20)
    assert all(words(f"{chunk.context}\n{chunk.text}") <= 100 for chunk in chunks)
    whole = " ".join(chunk.text for chunk in chunks)
    assert all(f"word{number}" in whole for number in range(500))
    assert all(chunk.text.startswith("Item: P-1") for chunk in chunks if chunk.label == "P-1")


def test_context_names_document_and_headings_and_keeps_to_its_length() -> None:
    chunks = cut("standard.md", TABLE)
    assert one(cut("FS-7 loads.md", TABLE), label="B").context == "Standard (FS-7 loads) > Loads"
    assert one(chunks, label="B").context == "Standard > Loads"
    deep = "# A document with a rather long title for a context line\n\n" + "".join(
        f"{'#' * level} Heading of level {level} with some words\n\n" for level in range(2, 7)
    )
    chunk = cut("README.md", deep + "Text at the end.", context_tokens=20)[-1]
    assert words(chunk.context) <= 20 + chunk.context.count(">")
    assert "Heading of level 6" in chunk.context


def test_a_row_inserted_above_changes_no_hash_of_the_rows_below() -> None:
    before = one(cut("std.md", TABLE), label="B")
    after = one(cut("std.md", TABLE.replace("| A | 25 |", "| A | 25 |\n| A2 | 30 |")), label="B")
    changed = one(cut("std.md", TABLE.replace("| B | 40 |", "| B | 45 |")), label="B")
    assert before.id != after.id
    assert before.hashes == after.hashes
    assert before.cells[1].content_hash != changed.cells[1].content_hash
    assert before.cells[0].content_hash == changed.cells[0].content_hash


def test_parts_cover_the_text_and_quote_what_they_place() -> None:
    for chunk in cut("std.md", TABLE + "\nSome text.\n\nMore text.\n"):
        assert all(chunk.text[part.start : part.end].strip() for part in chunk.parts)
        assert chunk.parts[0].start == 0
        assert chunk.parts[-1].end == len(chunk.text)


def test_ids_are_the_same_each_time_and_name_their_document() -> None:
    first, again = cut("std.md", TABLE), cut("std.md", TABLE)
    assert [chunk.id for chunk in first] == [chunk.id for chunk in again]
    assert chunk_partition(first[0].id) == "d" * 12
    assert len({chunk_id("d", "r", ordinal) for ordinal in range(1000)}) == 1000


def test_items_of_a_long_list_keep_the_sentence_that_opens_it() -> None:
    items = "\n".join(f"- part {number} of the sprinkler system, with its valve and its gauge" for number in range(30))
    stem = "Every month the site manager shall check:"
    chunks = [
        chunk for chunk in cut("plan.md", f"# Plan\n\n{stem}\n\n{items}\n", chunk_tokens=80) if "part" in chunk.text
    ]
    assert len(chunks) > 2
    assert chunks[0].text.startswith(stem)
    assert all(chunk.context.endswith(stem) for chunk in chunks[1:])
    assert all(words(f"{chunk.context}\n{chunk.text}") <= 80 for chunk in chunks)


def test_loose_text_stays_within_its_section() -> None:
    chunks = cut("notes.md", "# A\n\nOne.\n\nTwo.\n\n# B\n\nThree.\n")
    assert [(chunk.kind, chunk.text) for chunk in chunks] == [
        (ChunkKind.TEXT, "One.\nTwo."),
        (ChunkKind.TEXT, "Three."),
    ]


def test_spans_are_whole_sentences_where_they_fit() -> None:
    text = "The first sentence is here. The second one follows it. " + "x" * 10
    assert [text[span.start : span.end] for span in spans_within(text, 6, words)] == [
        "The first sentence is here.",
        "The second one follows it. " + "x" * 10,
    ]
    assert spans_within("", 6, words) == []
    assert spans_within("short", 6, words) == [Span(0, 5)]


def test_a_single_word_longer_than_a_chunk_is_cut() -> None:
    text = "a" * 1000
    spans = spans_within(text, 50, lambda piece: -(-len(piece) // 4))
    assert "".join(text[span.start : span.end] for span in spans) == text
    assert max(span.end - span.start for span in spans) <= 200


def test_an_item_of_a_clause_is_looked_up_by_its_number() -> None:
    lines = ["3.2.1 Guards shall be", "(a) bolted to the slab,", "(b) painted yellow."]
    chunk = next(chunk for chunk in cut("std.pdf", pdf(["3.2 Uprights", *lines])) if "yellow" in chunk.text)
    assert "3.2.1(b)" in chunk.keys


def test_each_piece_of_a_cut_paragraph_is_placed_where_it_stands() -> None:
    chunks = cut("std.md", f"# Loads\n\n{LONG_CLAUSE[4:]}\n", chunk_tokens=120)
    places = [part.location for chunk in chunks for part in chunk.parts]
    spans = [place.span for place in places if isinstance(place, SectionLocation)]
    assert len(spans) == len(places) > 3
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    for chunk in chunks:
        (part,) = chunk.parts
        assert isinstance(part.location, SectionLocation)
        assert part.location.span[1] - part.location.span[0] == part.end - part.start
