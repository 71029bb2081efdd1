"""Boilerplate that stands in many documents takes one place among the first hits, and nothing is lost."""

from kingpost.retrieval.clustering import spread
from kingpost.types.documents import Chunk, ChunkKind, Document, SectionLocation
from kingpost.types.search import Passage

BOILERPLATE = (
    "This document is the property of the company and may not be copied or passed on to third parties without the"
    " written consent of the quality department, which keeps the list of all controlled copies at every site."
)


def passage(document: str, text: str, *, kind: ChunkKind = ChunkKind.TEXT) -> Passage:
    chunk = Chunk(
        id=f"{document}-{abs(hash(text))}",
        document_id=document,
        revision_id="r",
        ordinal=0,
        kind=kind,
        text=text,
        context=document,
        section=(),
        location=SectionLocation(section=(), span=(0, len(text))),
        content_hash=text,
    )
    owner = Document(
        id=document, name=document, uri=document, source="s", title=document, media_type="", current_revision="r"
    )
    return Passage(chunk=chunk, document=owner, score=1.0)


def documents(passages: list[Passage]) -> list[str]:
    return [found.document.id for found in passages]


def test_a_text_repeated_in_other_documents_leaves_its_place_to_what_else_there_is() -> None:
    found = [passage(name, BOILERPLATE) for name in "abcde"] + [passage("f", "Aisles are 3.2 m wide in zone B.")]
    assert documents(spread(found)) == ["a", "b", "c", "f", "d", "e"]


def test_the_best_of_the_alike_names_the_others() -> None:
    first = passage("a", BOILERPLATE)
    others = [passage("b", BOILERPLATE.replace("company", "group")), passage("c", BOILERPLATE)]
    assert spread([first, *others])[0].alike == tuple(other.chunk.id for other in others)


def test_texts_that_differ_in_one_number_are_not_alike() -> None:
    found = [
        passage(name, f"{BOILERPLATE} Keep it for {years} years.")
        for name, years in zip("abcd", (1, 2, 3, 4), strict=True)
    ]
    assert documents(spread([*found, passage("e", "Aisles are wide.")])) == list("abcde")


def test_rows_and_fields_that_read_the_same_are_facts_of_their_own() -> None:
    found = [passage(name, "Injuries: none", kind=ChunkKind.FIELD) for name in "abcde"]
    assert documents(spread([*found, passage("f", "Aisles are wide.")])) == list("abcdef")


def test_documents_that_the_question_names_keep_their_places() -> None:
    found = [passage(name, BOILERPLATE) for name in "abcdef"]
    spread_out = spread([*found, passage("g", "Aisles are wide.")], named={"d", "e"})
    assert documents(spread_out) == ["a", "b", "c", "d", "e", "g", "f"]


def test_repeats_within_one_document_stay() -> None:
    found = [passage("a", BOILERPLATE), passage("a", BOILERPLATE.replace("company", "group")), passage("b", "Wide.")]
    assert documents(spread(found)) == ["a", "a", "b"]
