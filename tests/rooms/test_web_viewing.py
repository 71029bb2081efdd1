"""What the viewer draws: boxes, sheet regions, marked text."""

from dataclasses import replace

import pytest

from kingpost.errors import NotFound, UsageError
from kingpost.types.documents import (
    Block,
    BlockKind,
    Cell,
    Grid,
    PageLocation,
    ParsedDocument,
    SectionLocation,
    SheetLocation,
)
from kingpost.web.viewing import sections, sheets
from kingpost.web.viewing.boxes import PADDING, band_around, boxes_of, inside_band
from kingpost.web.viewing.page_blocks import blocks_of_page


def test_a_box_is_in_percent_of_the_page_with_a_little_room() -> None:
    [box] = boxes_of(["0.1,0.2,0.5,0.25"])
    assert box.x == pytest.approx(100 * (0.1 - PADDING))
    assert box.y + box.height == pytest.approx(100 * (0.25 + PADDING))


def test_the_cells_of_one_row_become_one_box_and_other_lines_stay_apart() -> None:
    row = ["0.1,0.2,0.3,0.22", "0.3,0.2,0.6,0.22", "0.1,0.22,0.6,0.24"]
    assert [round(box.width) for box in boxes_of(row)] == [51, 51]


def test_boxes_far_apart_on_a_line_stay_two() -> None:
    assert len(boxes_of(["0.1,0.2,0.3,0.22", "0.6,0.2,0.9,0.22"])) == 2


@pytest.mark.parametrize("text", ["", "0.1,0.2", "a,b,c,d", "0.5,0.5,0.5,0.6", "0.9,0.1,0.2,0.3", "1;2;3;4"])
def test_what_is_not_a_box_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        boxes_of([text])


def test_a_band_of_the_page_holds_its_boxes() -> None:
    boxes = boxes_of(["0.1,0.94,0.5,0.99"])
    edges = band_around(boxes)
    assert 0 <= edges[0] < edges[1] <= 1
    [inside] = [inside_band(box, edges) for box in boxes]
    assert 0 <= inside.y < inside.y + inside.height <= 100


def on_page(page: int, *rects: tuple[float, float, float, float]) -> PageLocation:
    return PageLocation(page=page, rects=rects)


def test_a_page_shows_its_blocks_in_order_and_the_part_of_a_table_that_continues_there() -> None:
    head = (Cell(text="Zone", location=on_page(1, (0.1, 0.5, 0.2, 0.52))),)
    rows = tuple(
        (Cell(text=zone, location=on_page(page, (0.1, 0.1, 0.2, 0.12))),) for page, zone in ((1, "A"), (2, "B"))
    )
    table = Block(
        kind=BlockKind.TABLE,
        text="Zone A B",
        location=on_page(1, (0.1, 0.1, 0.9, 0.6)),
        grid=Grid(headers=(("Zone",),), units=("m",), head=(head,), rows=rows),
    )
    text = Block(kind=BlockKind.PARAGRAPH, text="After it.", location=on_page(2, (0.1, 0.3, 0.4, 0.32)))
    parsed = ParsedDocument(title="", blocks=(table, text))
    [first] = blocks_of_page(parsed, 1)
    assert (len(first.boxes), len(first.cells), len(first.head)) == (1, 1, 1)
    assert first.shown.headers == ("Zone [m]",)
    continued, after = blocks_of_page(parsed, 2)
    assert (len(continued.boxes), len(continued.cells), len(continued.head)) == (1, 1, 0)
    assert (after.number, after.shown.segments[0].text) == (2, "After it.")
    assert blocks_of_page(parsed, 3) == []


def cell(text: str, address: str, sheet: str = "Doors", *, merged: bool = False) -> Cell:
    return Cell(text=text, location=SheetLocation(sheet=sheet, range=address), merged=merged)


def schedule(rows: int = 3) -> ParsedDocument:
    body = tuple(
        (cell(f"D-{100 + row}", f"A{row}"), cell(f"{900 + row}", f"B{row}"), cell("2110", f"C{row}"))
        for row in range(5, 5 + rows)
    )
    grid = Grid(headers=(("Door",), ("Size", "Width (mm)"), ("Size", "Height (mm)")), rows=body)
    title = Block(kind=BlockKind.HEADING, text="Doors", location=SheetLocation(sheet="Doors", range="A1:C1"))
    table = Block(kind=BlockKind.TABLE, text="", location=SheetLocation(sheet="Doors", range="A3:C7"), grid=grid)
    note = Block(kind=BlockKind.PARAGRAPH, text="Loads", location=SheetLocation(sheet="Loads", range="A1"))
    return ParsedDocument(title="Schedule", blocks=(title, table, note))


def test_a_region_shows_the_cited_cells_under_their_letters_and_numbers() -> None:
    region = sheets.region(schedule(), "Doors", "B6:C6", excerpt=False)
    [row] = [row for row in region.rows if row.number == "6"]
    assert region.letters == ("A", "B", "C")
    assert [(cell.text, cell.cited) for cell in row.cells] == [("D-106", False), ("906", True), ("2110", True)]
    assert sum(cell.first for row in region.rows for cell in row.cells) == 1


def test_a_region_repeats_the_header_above_the_rows_it_governs() -> None:
    region = sheets.region(schedule(rows=40), "Doors", "B40", excerpt=True)
    headers = [[(cell.text, cell.columns) for cell in row.cells] for row in region.rows if not row.number]
    assert headers == [[("", 1), ("Size", 2)], [("Door", 1), ("Width (mm)", 1), ("Height (mm)", 1)]]
    assert [row.number for row in region.rows if row.number] == ["38", "39", "40", "41", "42"]


def test_a_header_that_stands_in_the_sheet_is_shown_in_its_own_cells() -> None:
    [_, table] = schedule().blocks[:2]
    assert table.grid is not None
    head = ((cell("Door", "A4"), cell("Width (mm)", "B4"), cell("Height (mm)", "C4")),)
    block = replace(table, grid=replace(table.grid, head=head))
    region = sheets.region(ParsedDocument(title="", blocks=(block,)), "Doors", "", excerpt=False)
    assert [row.number for row in region.rows] == ["4", "5", "6", "7"]
    assert [[shown.read for shown in row.cells] for row in region.rows[:2]] == [["head"] * 3, ["label", "cell", "cell"]]


def test_a_merged_title_spans_its_columns() -> None:
    region = sheets.region(schedule(), "Doors", "", excerpt=False)
    assert [(cell.text, cell.columns) for cell in region.rows[0].cells] == [("Doors", 3)]
    assert region.sheets == ("Doors", "Loads")


def test_a_long_sheet_is_shown_around_the_cited_cell_only() -> None:
    region = sheets.region(schedule(rows=5000), "Doors", "B4000", excerpt=False)
    numbers = [int(row.number) for row in region.rows if row.number]
    assert 4000 in numbers
    assert len(numbers) <= sheets.MOST_ROWS
    assert region.left_out


@pytest.mark.parametrize("address", ["A1048576", "XFD1", "XFD1048576", "A1:XFD1048576"])
def test_a_citation_at_the_far_end_of_a_sheet_draws_no_endless_table(address: str) -> None:
    region = sheets.region(schedule(), "Doors", address, excerpt=False)
    assert sum(len(row.cells) for row in region.rows) <= sheets.MOST_ROWS * sheets.MOST_COLUMNS


def test_an_unknown_sheet_is_not_found_and_a_bad_range_is_refused() -> None:
    with pytest.raises(NotFound, match="no sheet"):
        sheets.region(schedule(), "Windows", "", excerpt=False)
    with pytest.raises(UsageError):
        sheets.region(schedule(), "Doors", "B6; drop", excerpt=False)


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (16384, "XFD")])
def test_columns_are_lettered_as_in_a_workbook(column: int, letters: str) -> None:
    assert sheets.letter(column) == letters
    assert sheets.column_number(letters) == column


def text_document() -> ParsedDocument:
    texts = ("Loads", "Zone A carries 25 kN/m2. Zone B carries 40 kN/m2.", "Signs are readable.")
    blocks, start = [], 0
    for text in texts:
        place = SectionLocation(section=("Loads",), span=(start, start + len(text)))
        blocks.append(Block(kind=BlockKind.PARAGRAPH, text=text, location=place))
        start += len(text) + 2
    return ParsedDocument(title="Note", blocks=tuple(blocks))


def test_the_cited_span_is_marked_and_nothing_else() -> None:
    parsed = text_document()
    start = parsed.blocks[1].location.span[0] + len("Zone A carries 25 kN/m2. ")
    blocks = sections.blocks_at_span(parsed, (start, start + len("Zone B carries 40 kN/m2.")))
    marked = [segment.text for block in blocks for segment in block.segments if segment.cited]
    assert marked == ["Zone B carries 40 kN/m2."]
    assert "".join(segment.text for block in blocks for segment in block.segments) == "".join(
        block.text for block in parsed.blocks
    )


def test_a_quote_is_marked_on_its_slide() -> None:
    blocks = (
        Block(kind=BlockKind.PARAGRAPH, text="The cylinder is bled three times.", location=PageLocation(page=2)),
        Block(kind=BlockKind.PARAGRAPH, text="Another slide.", location=PageLocation(page=3)),
    )
    [shown] = sections.blocks_on_page(ParsedDocument(title="", blocks=blocks), 2, "bled three times")
    assert [segment.text for segment in shown.segments if segment.cited] == ["bled three times"]


def test_the_surroundings_of_a_citation_hold_it() -> None:
    place = SectionLocation(section=(), span=(0, 1))
    blocks = tuple(
        Block(
            kind=BlockKind.PARAGRAPH,
            text="x" * 10,
            location=SectionLocation(section=place.section, span=(12 * i, 12 * i + 10)),
        )
        for i in range(100)
    )
    shown = sections.blocks_at_span(ParsedDocument(title="", blocks=blocks), (12 * 99, 12 * 99 + 3))
    around = sections.around_citation(shown, 5)
    assert len(around) == 5
    assert any(block.cited for block in around)
