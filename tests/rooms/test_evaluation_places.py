from dataclasses import replace
from typing import Any

import pytest

from kingpost.evaluation.places import Names, legs, places, recall, right_citations, stands_at
from kingpost.types.answers import Citation
from kingpost.types.documents import (
    Chunk,
    ChunkCell,
    ChunkKind,
    Document,
    Location,
    PageLocation,
    Part,
    SectionLocation,
    SheetLocation,
)
from kingpost.types.evaluation import EvaluationQuestion
from kingpost.types.search import Passage


def document(id: str, name: str) -> Document:
    return Document(
        id=id,
        name=name,
        uri=f"file:///srv/documents/{name}",
        source="srv",
        title=name,
        media_type="application/pdf",
        current_revision="r1",
    )


STANDARD, MANUAL = document("std", "standards/WDS 100.pdf"), document("man", "src/ant/README.md")
PAGE_3 = PageLocation(page=3)
NAMES = Names([STANDARD, MANUAL])


def chunk(document: Document = STANDARD, location: Location = PAGE_3, **fields: Any) -> Chunk:
    values: dict[str, Any] = {"text": "text", "context": "", "section": (), "content_hash": "h"} | fields
    return Chunk(
        id=f"{document.id}-{id(values)}",
        document_id=document.id,
        revision_id="r1",
        ordinal=0,
        kind=ChunkKind.TEXT,
        location=location,
        **values,
    )


def there(locator: dict[str, Any], found: Chunk, doc: str = "WDS 100.pdf") -> bool:
    question = EvaluationQuestion(id="q", question="q", answers=("a",), documents=(doc,), locator=locator)
    return any(stands_at(place, found) for place in places(question, NAMES))


def test_a_document_is_found_by_any_suffix_of_its_path() -> None:
    assert NAMES.ids("WDS 100.pdf") == {"std"}
    assert NAMES.ids("./standards/WDS 100.pdf") == {"std"}
    assert NAMES.ids("documents\\src\\ant\\README.md") == {"man"}
    assert NAMES.ids("100.pdf") == frozenset()


def test_the_page_must_be_the_page_and_the_document_the_document() -> None:
    assert there({"page": 3}, chunk())
    assert not there({"page": 4}, chunk())
    assert not there({"page": 3}, chunk(MANUAL))


def test_a_chunk_over_two_pages_is_on_both() -> None:
    parts = (
        Part(start=0, end=2, location=PageLocation(page=3)),
        Part(start=2, end=4, location=PageLocation(page=4)),
    )
    assert there({"page": 4}, chunk(parts=parts))


def test_a_clause_is_found_by_its_number_whatever_page_it_runs_over_to() -> None:
    assert there({"page": 2, "clause": "3.2.1"}, chunk(number="3.2.1"))
    assert not there({"page": 3, "clause": "3.2.1"}, chunk(number="3.2.10"))


def test_a_row_of_a_table_stands_in_the_innermost_numbered_clause_above_it() -> None:
    row = chunk(text="FM; fire main", section=("3 Definitions", "3.1 Acronyms", "Table 2"))
    assert there({"clause": "3.1"}, row)
    assert not there({"clause": "3"}, row)


def test_text_without_clause_numbers_is_there_when_a_line_begins_with_the_number() -> None:
    assert there({"clause": "3.2.1"}, chunk(text="before\n3.2.1 Doors shall close."))
    assert not there({"clause": "3.2.1"}, chunk(text="3.2.10 Windows, see 3.2.1"))
    assert not there({"clause": "3.2"}, chunk(text="3.2.1 Doors shall close."))


def test_a_field_is_found_by_label_or_header_on_its_page() -> None:
    locator = {"page": 3, "field": "Door Type"}
    cell = ChunkCell(header=("Doors", "Door type"), text="B", location=PageLocation(page=3), content_hash="c")
    assert there(locator, chunk(label="Door type:"))
    assert there(locator, chunk(cells=(cell,)))
    assert not there(locator, chunk(label="Door"))
    assert not there(locator, chunk(label="Door Type", location=PageLocation(page=4)))
    assert there(locator, chunk(text="Width: 3 m   Door Type: B"))
    assert not there(locator, chunk(text="no such thing as another door type here"))


def test_an_option_must_stand_with_its_command_or_section() -> None:
    locator = {"section": "Check Antennas", "line": 4, "command": "check_antennas", "option": "-net"}
    doc = "ant/README.md"
    row = chunk(MANUAL, SectionLocation(section=("Check Antennas",), span=(0, 9)), text="| -net | the net |")
    assert there(locator, row, doc)
    assert not there(locator, replace(row, text="| -netlist | a file |"), doc)
    assert not there(locator, replace(row, location=SectionLocation(section=("Repair",), span=(0, 9))), doc)
    assert there(locator, replace(row, location=PageLocation(page=1), context="ant > check_antennas options"), doc)


def test_a_section_is_a_heading_above_and_not_a_word_in_the_text() -> None:
    under = SectionLocation(section=("Commissioning", "Steps"), span=(0, 9))
    assert there({"section": "Steps"}, chunk(location=under))
    assert there({"section": "Steps:"}, chunk(section=("Steps",)))
    assert not there({"section": "Steps"}, chunk(section=("Alarm codes",), text="the steps"))
    assert there({"section": "Steps"}, chunk(text="Commissioning\nSteps\n1. Look."))


def test_cells_are_met_when_ranges_overlap_on_the_sheet() -> None:
    row = chunk(location=SheetLocation(sheet="Doors", range="B5:F5"))
    assert there({"sheet": "Doors", "cells": "C5"}, row)
    assert there({"cells": ["A1", "$E$5:G9"]}, row)
    assert not there({"sheet": "Loads", "cells": "C5"}, row)
    assert not there({"sheet": "Doors", "cells": "C6"}, row)
    assert not there({"sheet": "Doors", "cells": "AB5"}, row)


@pytest.mark.parametrize("locator", [None, {"csv": "a.csv"}, {"collection": "x", "turn": 8}, {"page": None}])
def test_a_locator_that_names_no_place_is_none(locator: dict[str, Any] | None) -> None:
    question = EvaluationQuestion(id="q", question="q", answers=(), documents=("WDS 100.pdf",), locator=locator)
    assert places(question, NAMES) == ()


def test_a_document_that_is_not_there_is_no_place_at_all() -> None:
    assert not there({"page": 3}, chunk(), doc="other.pdf")


def passages(*chunks: Chunk) -> list[Passage]:
    documents = {"std": STANDARD, "man": MANUAL}
    return [Passage(chunk=c, document=documents[c.document_id], score=1.0) for c in chunks]


def test_recall_is_the_share_of_documents_and_places_found_and_rank_is_of_the_first_right_place() -> None:
    cites = [{"doc": "WDS 100.pdf", "page": 3}, {"doc": "README.md", "page": 1}]
    question = EvaluationQuestion(
        id="q", question="q", answers=(), documents=("WDS 100.pdf", "README.md"), locator={"cites": cites}
    )
    found = passages(chunk(location=PageLocation(page=9)), chunk(), chunk(MANUAL, PageLocation(page=1)))
    measured = recall([frozenset({"std"}), frozenset({"man"})], places(question, NAMES), found)
    assert (measured["document_recall@1"], measured["document_recall@5"]) == (0.5, 1.0)
    assert (measured["place_recall@1"], measured["place_recall@5"]) == (0.0, 1.0)
    assert measured["mrr"] == 0.5


def test_without_a_locator_place_recall_is_null_and_rank_is_of_the_document() -> None:
    measured = recall([frozenset({"man"})], (), passages(chunk(), chunk(MANUAL)))
    assert measured["place_recall@10"] is None
    assert measured["mrr"] == 0.5
    assert recall([frozenset({"man"})], (), [])["mrr"] == 0.0


def test_each_leg_has_its_own_order_and_one_that_found_nothing_is_not_there() -> None:
    found = [
        replace(passage, legs=ranks)
        for passage, ranks in zip(
            passages(chunk(text="one"), chunk(text="two"), chunk(text="three")),
            ({"dense": 3, "lookup": 1}, {"dense": 1}, {"dense": 2}),
            strict=True,
        )
    ]
    by_leg = legs(found)
    assert list(by_leg) == ["exact", "dense", "fused"]
    assert [passage.chunk.text for passage in by_leg["dense"]] == ["two", "three", "one"]
    assert by_leg["exact"] == found[:1]
    assert by_leg["fused"] == found


def cited(location: Location, content_hash: str = "h", document: str = "std") -> Citation:
    return Citation(
        document=document,
        name="n",
        title="t",
        revision="r1",
        location=location,
        quote="text",
        uri="",
        view="",
        content_hash=content_hash,
    )


def test_a_citation_is_right_when_document_and_place_are() -> None:
    clause = chunk(number="3.2.1")
    citations = [
        cited(PageLocation(page=3)),
        cited(PageLocation(page=3), "other"),
        cited(PageLocation(page=3), "h", "man"),
    ]
    question = EvaluationQuestion(
        id="q", question="q", answers=(), documents=("WDS 100.pdf",), locator={"clause": "3.2.1"}
    )
    expected = places(question, NAMES)
    assert right_citations([frozenset({"std"})], expected, citations, lambda _: [clause]) == 1
    assert right_citations([frozenset({"std"})], (), citations, lambda _: [clause]) == 2


def test_a_citation_of_a_cell_is_judged_by_that_cell() -> None:
    here, beside = PageLocation(page=3), PageLocation(page=3)
    cells = (
        ChunkCell(header=("Width",), text="1.2 m", location=here, content_hash="width"),
        ChunkCell(header=("Height",), text="2.1 m", location=beside, content_hash="height"),
    )
    question = EvaluationQuestion(
        id="q", question="q", answers=(), documents=("WDS 100.pdf",), locator={"field": "Width"}
    )
    row, expected = chunk(cells=cells), places(question, NAMES)
    assert right_citations([frozenset({"std"})], expected, [cited(here, "width")], lambda _: [row]) == 1
    assert right_citations([frozenset({"std"})], expected, [cited(beside, "height")], lambda _: [row]) == 0
