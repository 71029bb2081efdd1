"""The order of passages: by score, with more than one section among the first."""

from dataclasses import replace

from test_retrieval_ranking import chunk, document

from kingpost.retrieval.candidates import varied
from kingpost.types.documents import ChunkKind
from kingpost.types.search import Passage


def passage(name: str, score: float, section: str, kind: ChunkKind = ChunkKind.TEXT) -> Passage:
    own = replace(chunk(name, f"Text {name}."), section=(section,) if section else (), kind=kind)
    return Passage(chunk=own, document=document("guide"), score=score)


def order(*passages: Passage) -> list[str]:
    return [passage.chunk.id for passage in varied(passages)]


def test_a_section_does_not_fill_the_first_places_where_another_is_nearly_as_good() -> None:
    doors = [passage(f"door{number}", 9.0 - number / 10, "Doors") for number in range(3)]
    assert order(*doors, passage("gate", 8.6, "Gates")) == ["doc-door0", "doc-gate", "doc-door1", "doc-door2"]


def test_what_is_much_worse_stays_behind() -> None:
    doors = [passage(f"door{number}", 9.0 - number / 10, "Doors") for number in range(2)]
    assert order(*doors, passage("gate", 6.0, "Gates"))[:2] == ["doc-door0", "doc-door1"]


def test_rows_of_one_table_and_text_without_headings_keep_their_order() -> None:
    rows = [passage(f"row{number}", 9.0 - number / 10, "Loads", ChunkKind.ROW) for number in range(3)]
    flat = [passage(f"flat{number}", 8.7 - number / 10, "") for number in range(3)]
    given = sorted((*rows, *flat), key=lambda each: -each.score)
    assert order(*given) == [each.chunk.id for each in given]
