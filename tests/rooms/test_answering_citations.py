"""Citations: quotes that stand at their places, whatever kind of place it is."""

from dataclasses import replace

import pytest

from kingpost.answering.citations import QUOTE_LENGTH, cite_cells, cite_span, without_repeats
from kingpost.answering.places import stands
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
from kingpost.types.search import Passage

DOCUMENT = Document(
    id="d", name="racks.pdf", uri="", source="s", title="Racks", media_type="application/pdf", current_revision="r"
)


def chunk(text: str, location: Location, **more: object) -> Chunk:
    given = {"kind": ChunkKind.CLAUSE, "parts": (Part(start=0, end=len(text), location=location),), **more}
    return Chunk(
        id="d-1",
        document_id="d",
        revision_id="r",
        ordinal=0,
        text=text,
        context="",
        section=(),
        location=location,
        content_hash="h",
        **given,
    )


def passage(of: Chunk) -> Passage:
    return Passage(chunk=of, document=DOCUMENT, score=1.0)


def line(page: int, top: float) -> PageLocation:
    return PageLocation(page=page, rects=((0.1, top, 0.9, top + 0.02),))


def row(kind: ChunkKind = ChunkKind.ROW) -> Chunk:
    """A row of a sheet: Door | Width [mm] | Year 2023."""
    places = [SheetLocation(sheet="Doors", range=name, header=()) for name in ("A5", "B5", "C5")]
    values = (("Door", "D-101"), ("Width [mm]", "1,200"), ("Year 2023", "passed"))
    text, parts, cells = "", [], []
    for (header, value), place in zip(values, places, strict=True):
        text += "; " if text else ""
        start = len(text)
        text += f"{header}: {value}"
        parts.append(Part(start=start, end=len(text), location=place))
        cells.append(ChunkCell(header=(header,), text=value, location=place, content_hash=value))
    whole = SheetLocation(sheet="Doors", range="A5:C5")
    return chunk(text, whole, kind=kind, parts=tuple(parts), cells=tuple(cells))


def test_a_long_clause_is_quoted_whole_and_its_link_stays_short():
    text = "The rack shall carry 15 kN. " * 60
    (citation,) = cite_span(passage(chunk(text, line(3, 0.1))), 0, len(text))
    assert citation.quote == text.strip()
    assert len(citation.view) < 500


def test_a_quote_that_is_too_long_ends_with_a_whole_word():
    text = "uprights " * 600
    (citation,) = cite_span(passage(chunk(text, line(3, 0.1))), 0, len(text))
    assert len(citation.quote) <= QUOTE_LENGTH
    assert citation.quote.endswith("uprights…")


def test_a_quote_that_is_too_long_and_has_no_spaces_is_cut_at_its_end():
    text = "注 " + "床荷重は五キロニュートンとする。" * 400
    (citation,) = cite_span(passage(chunk(text, line(3, 0.1))), 0, len(text))
    assert len(citation.quote) == QUOTE_LENGTH
    assert text.startswith(citation.quote.removesuffix("…"))


def test_a_quote_over_two_pages_is_two_citations_that_stand():
    text = "Doors shall close by themselves.\nThey shall be kept shut."
    parts = (Part(start=0, end=32, location=line(1, 0.9)), Part(start=33, end=len(text), location=line(2, 0.1)))
    clause = chunk(text, line(1, 0.9), parts=parts)
    citations = cite_span(passage(clause), 0, len(text))
    assert [citation.quote for citation in citations] == text.split("\n")
    assert all(stands(citation, [clause]) for citation in citations)


def test_a_row_is_quoted_without_the_names_of_its_columns():
    (citation,) = cite_span(passage(row()), 0, len(row().text))
    assert citation.quote.split() == ["D-101", "1,200", "passed"]
    assert citation.location == SheetLocation(sheet="Doors", range="A5:C5")
    assert citation.header == ("Door", "Width [mm]", "Year 2023")
    assert stands(citation, [row()])


def test_a_part_of_a_row_is_cited_at_its_cell():
    start = row().text.index("1,200")
    (citation,) = cite_span(passage(row()), start, start + 5)
    assert (citation.quote, citation.location) == ("1,200", SheetLocation(sheet="Doors", range="B5"))


def test_cells_of_a_row_in_flowing_text_are_quoted_as_the_text_has_them():
    parsed = "Door | Width |  | Fire\nD-101 | 1,200 |  | EI 60"
    spans = [(parsed.index(word), parsed.index(word) + len(word)) for word in ("D-101", "1,200", "EI 60")]
    places = [SectionLocation(section=("Doors",), span=span) for span in spans]
    text = "D-101; 1,200; EI 60"
    parts = tuple(
        Part(start=text.index(parsed[slice(*span)]), end=text.index(parsed[slice(*span)]) + 5, location=place)
        for span, place in zip(spans, places, strict=True)
    )
    cells = tuple(
        ChunkCell(header=(), text=parsed[slice(*span)], location=place, content_hash="h")
        for span, place in zip(spans, places, strict=True)
    )
    flowing = chunk(
        text,
        SectionLocation(section=("Doors",), span=(spans[0][0], spans[-1][1])),
        kind=ChunkKind.ROW,
        parts=parts,
        cells=cells,
    )
    (citation,) = cite_span(passage(flowing), 0, len(text))
    assert isinstance(citation.location, SectionLocation)
    assert citation.quote == parsed[slice(*citation.location.span)]
    assert stands(citation, [flowing])


def test_a_field_is_quoted_by_its_value_at_the_values_place():
    place = SectionLocation(section=(), span=(40, 58))
    value = "12 t and no more.."
    field = chunk(f"Axle load: {value}", place, kind=ChunkKind.FIELD, label="Axle load")
    field = replace(field, cells=(ChunkCell(header=("Axle load",), text=value, location=place, content_hash="c"),))
    (whole,) = cite_span(passage(field), 0, len(field.text))
    (part,) = cite_span(passage(field), 11, 15)
    assert (whole.quote, whole.location) == (value, place)
    assert (part.quote, part.location) == ("12 t", SectionLocation(section=(), span=(40, 44)))
    assert stands(whole, [field])
    assert stands(part, [field])


def test_the_rest_of_a_block_that_was_cut_is_not_placed_in_its_first_half():
    text = "It shall be 2 m wide."
    rest = chunk(text, SectionLocation(section=(), span=(100, 400)))
    (citation,) = cite_span(passage(rest), 0, 5)
    assert citation.location == SectionLocation(section=(), span=(100, 400))


@pytest.mark.parametrize(
    "location",
    [
        SectionLocation(section=(), span=(0, 10)),
        SectionLocation(section=(), span=(5, 40)),
        PageLocation(page=1),
    ],
)
def test_a_quote_does_not_stand_where_its_words_are_not(location: Location):
    text = "The aisle shall be 2.4 m wide throughout."
    clause = chunk(text, SectionLocation(section=(), span=(0, len(text))))
    (citation,) = cite_span(passage(clause), 0, len(text))
    assert stands(citation, [clause])
    assert not stands(replace(citation, location=location), [clause])


def test_a_quote_does_not_stand_in_other_lines_of_its_page():
    text = "Aisles: 2.4 m.\nDoors: 1.2 m."
    parts = (Part(start=0, end=14, location=line(1, 0.1)), Part(start=15, end=len(text), location=line(1, 0.2)))
    clause = chunk(text, line(1, 0.1), parts=parts)
    (citation,) = cite_span(passage(clause), 15, len(text))
    assert stands(citation, [clause])
    assert not stands(replace(citation, location=line(1, 0.1)), [clause])


def test_a_quote_does_not_stand_in_another_cell_or_revision():
    cited = cite_cells(passage(row()), [row().cells[1]])[0]
    assert stands(cited, [row()])
    assert not stands(replace(cited, location=SheetLocation(sheet="Doors", range="A5")), [row()])
    assert not stands(replace(cited, location=SheetLocation(sheet="Gates", range="B5")), [row()])
    assert not stands(replace(cited, revision="later"), [row()])
    assert not stands(replace(cited, quote="1,300"), [row()])


def test_two_quotes_of_one_place_are_two_citations():
    first = cite_cells(passage(row()), row().cells[:1])[0]
    other = replace(first, quote="another piece of the cell")
    assert without_repeats([first, other, first]) == (first, other)


def test_a_sign_alone_stands_where_it_is_the_whole_text():
    sign = chunk("(", SectionLocation(section=(), span=(7, 8)))
    (citation,) = cite_span(passage(sign), 0, 1)
    assert stands(citation, [sign])
    assert not stands(replace(citation, quote=")"), [sign])


@pytest.mark.parametrize("words", ["an in-rack sprinkler", "a maintenance plan"])
def test_a_word_parted_at_the_end_of_a_line_stands_with_its_hyphen_and_without(words: str):
    text = "The hall has an in-\nrack sprinkler and a mainte-\nnance plan."
    parted = chunk(text, line(1, 0.1))
    (citation,) = cite_span(passage(parted), 0, len(text))
    assert stands(replace(citation, quote=words), [parted])
    assert not stands(replace(citation, quote="an in-hall sprinkler"), [parted])


def test_a_word_that_runs_over_two_lines_is_one_word_at_its_place():
    text = "Doors for life-cycle tests."
    parts = (Part(start=0, end=15, location=line(1, 0.1)), Part(start=15, end=len(text), location=line(1, 0.2)))
    clause = chunk(text, line(1, 0.1), parts=parts)
    (citation,) = cite_span(passage(clause), 0, len(text))
    assert stands(citation, [clause])
    numbers = chunk(
        "See 5000.02 there",
        line(1, 0.1),
        parts=(Part(start=0, end=9, location=line(1, 0.1)), Part(start=9, end=17, location=line(1, 0.2))),
    )
    (citation,) = cite_span(passage(numbers), 0, 17)
    assert stands(citation, [numbers])
