"""PDF: clauses by their numbers, forms by their labels, tables by their headers; nothing of the page's furniture."""

import pytest
from document_makers import HEIGHT, cut, of_kind, one, pdf, read, write, write_at
from reportlab.pdfgen.canvas import Canvas

from kingpost.errors import DocumentError
from kingpost.types.documents import BlockKind, ChunkKind, PageLocation

STANDARD = [
    [
        "#4 Structure",
        "",
        "#4.1 Grid",
        "",
        "4.1.1 Column grid. The column grid should be 12 m by 24 m. Other grids are",
        "permitted where the layout shows that few pallet positions are lost.",
        "",
        "4.1.2 Clear height. The clear height shall be at least 12.2 m. A beam of",
        "3.5 kN per metre does not count. See also 4.1.1 and the drawing, which",
    ],
    [
        "shows where it is measured.",
        "",
        "4.1.3 Protection. Columns near a route shall have a guard.",
        "",
        "#4.2 Floor loads",
        "",
        "The slab shall carry the loads of the schedule.",
    ],
]


def test_a_clause_is_its_number_and_its_own_text_over_the_page_break() -> None:
    chunks = cut("std.pdf", pdf(*STANDARD, head="WDS-100 Standard"))
    clause = one(chunks, number="4.1.2")
    assert clause.kind is ChunkKind.CLAUSE
    assert clause.text.startswith("4.1.2 Clear height. The clear height shall be at least 12.2 m.")
    assert clause.text.endswith("shows where it is measured.")
    assert clause.section[-3:] == ("4 Structure", "4.1 Grid", "4.1.2 Clear height")
    assert "4.1.2" in clause.keys
    assert {part.location.page for part in clause.parts if isinstance(part.location, PageLocation)} == {1, 2}


def test_numbers_in_running_text_are_no_clauses() -> None:
    numbers = {chunk.number for chunk in cut("std.pdf", pdf(*STANDARD)) if chunk.number}
    assert numbers == {"4", "4.1", "4.1.1", "4.1.2", "4.1.3", "4.2"}


def test_running_heads_and_page_numbers_are_left_out_and_name_the_document() -> None:
    content = pdf(*STANDARD, ["4.2.1 Signs. Every zone shall have a sign."], head="WDS-100 Warehouse standard")
    chunks = cut("a.pdf", content)
    assert not any("Warehouse standard" in chunk.text or chunk.text.strip() in "123" for chunk in chunks)
    assert all("wds-100" in chunk.keys for chunk in chunks)
    assert "WDS-100" in one(chunks, number="4.1.3").context


@pytest.mark.parametrize("number", ["GR.1.2", "EV.4.10.3", "A.1", "19.04"])
def test_other_ways_to_number_are_clauses_too(number: str) -> None:
    before, _, last = number.rpartition(".")
    previous = f"{before}.{int(last) - 1}" if int(last) > 1 else before
    lines = [f"{previous} First things come first here.", "", f"{number} The vehicle must have four wheels."]
    assert one(cut("rules.pdf", pdf(lines)), number=number).text.endswith("The vehicle must have four wheels.")


def test_tasks_and_appendices_are_clauses_with_their_titles() -> None:
    pages = [
        ["#TASK 101", "", "#HAZARD TRACKING", "", "101.1 Purpose. Task 101 is to track hazards.", ""],
        ["#APPENDIX A", "", "#GUIDANCE", "", "A.1 Scope. This appendix gives guidance to users."],
    ]
    chunks = cut("std.pdf", pdf(*pages))
    task = one(chunks, number="TASK 101")
    assert task.text == "TASK 101\nHAZARD TRACKING"
    assert {"task 101", "101"} <= set(task.keys)
    assert one(chunks, number="101.1").section[-2] == "TASK 101 HAZARD TRACKING"
    assert one(chunks, number="A.1").section[-2] == "APPENDIX A GUIDANCE"


def test_lines_of_a_table_of_contents_are_no_clauses() -> None:
    contents = ["#Contents", "", *(f"{n} Chapter {'.' * 40} {n + 2}" for n in range(1, 8)), "7.1 Part ........... 11"]
    body = ["#1 Chapter", "", "1.1 Scope. This is the text of the scope, and the only one."]
    chunks = cut("std.pdf", pdf(contents, body))
    assert [chunk.number for chunk in chunks if chunk.number] == ["1", "1.1"]
    assert not any("....." in chunk.text for chunk in chunks)


def test_every_line_of_a_clause_has_its_place_on_the_page() -> None:
    parsed = read("std.pdf", pdf(STANDARD[0]))
    block = next(block for block in parsed.blocks if block.number == "4.1.1")
    assert len(block.parts) == 2
    first = block.parts[0]
    assert block.text[first.start : first.end].startswith("4.1.1 Column grid.")
    assert isinstance(first.location, PageLocation)
    x0, y0, x1, y1 = first.location.rects[0]
    baseline = (80 + 4 * 14) / HEIGHT
    assert 0.1 < x0 < x1 < 0.9
    assert y0 < baseline <= y1 + 0.005


FORM = [
    (60, 100, "Location:"),
    (160, 100, "Eastmoor, north dock"),
    (320, 100, "Report Number:"),
    (430, 100, "NDR26A117"),
    (60, 120, "Date & Time:"),
    (160, 120, "03/02/2026, 0715"),
    (320, 120, "Truck Damage:"),
    (430, 120, "Minor"),
    (60, 140, "Serial Number:"),
    (320, 140, "Operating Permit(s)"),
    (430, 140, "None on file, none asked"),
    (320, 150, "Held:"),
    (430, 150, "for"),
    (60, 165, "Mast Type:"),
    (160, 165, "Triplex"),
    (320, 165, "Battery:"),
    (430, 165, "48 V"),
]


def test_a_form_in_two_columns_is_read_label_by_label() -> None:
    content = pdf(lambda canvas: write_at(canvas, FORM, bold=["Operating Permit(s)"]))
    fields = {block.label: block.text for block in of_kind(read("form.pdf", content), BlockKind.FORM_FIELD)}
    assert fields == {
        "Location": "Eastmoor, north dock",
        "Report Number": "NDR26A117",
        "Date & Time": "03/02/2026, 0715",
        "Truck Damage": "Minor",
        "Serial Number": "",
        "Operating Permit(s) Held": "None on file, none asked for",
        "Mast Type": "Triplex",
        "Battery": "48 V",
    }


def test_a_blank_field_is_a_chunk_that_can_be_found_by_the_forms_number() -> None:
    chunks = cut("form.pdf", pdf(lambda canvas: write_at(canvas, FORM, bold=["Operating Permit(s)"])))
    blank = one(chunks, label="Serial Number")
    assert blank.kind is ChunkKind.FIELD
    assert blank.text == "Serial Number: "
    assert blank.cells[0].text == ""
    assert {"ndr26a117", "serial number"} <= set(blank.keys)
    assert "NDR26A117" in blank.context


TABLE = [
    ("Zone", "Use", "Uniform load [kN/m2]"),
    ("A", "Receiving", "25"),
    ("B", "Block storage", "40"),
    ("C", "Racking", "50"),
]


def ruled(canvas: Canvas, rows: list[tuple[str, ...]], top: float) -> None:
    widths = (80, 140, 140)
    for number, row in enumerate(rows):
        x = 70.0
        for width, text in zip(widths, row, strict=True):
            y = HEIGHT - top - 18 * number
            canvas.rect(x, y - 5, width, 18)
            canvas.setFont("Helvetica-Bold" if number == 0 else "Helvetica", 10)
            canvas.drawString(x + 4, y, text)
            x += width


def test_a_table_row_is_a_chunk_with_its_headers_and_places() -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, ["#4.2 Floor loads", "", "Table 1 Loads by zone"])
        ruled(canvas, TABLE, top=140)

    chunks = cut("std.pdf", pdf(page))
    row = one(chunks, label="B")
    assert row.kind is ChunkKind.ROW
    assert row.text == "Zone: B; Use: Block storage; Uniform load [kN/m2]: 40"
    assert "Table 1 Loads by zone" in row.context
    value = row.cells[2]
    assert (value.header, value.text) == (("Uniform load [kN/m2]",), "40")
    assert isinstance(value.location, PageLocation)
    assert value.location.rects
    overview = one(chunks, kind=ChunkKind.OVERVIEW)
    assert overview.table == row.table
    assert "3 rows: A; B; C" in overview.text


def test_a_page_with_only_a_picture_says_so() -> None:
    def page(canvas: Canvas) -> None:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(Image.new("RGB", (60, 60), "grey")), 100, 400, 300, 300)

    with pytest.raises(DocumentError) as caught:
        read("scan.pdf", pdf(page))
    assert caught.value.reason == "no_text"
    assert "text recognition" in caught.value.next
    with_text = read("mixed.pdf", pdf(page, ["1.1 Scope. Something to read on this page."]))
    assert with_text.warnings == ("no text, only an image: page 1",)


def test_a_damaged_file_is_unreadable_and_a_locked_one_encrypted() -> None:
    with pytest.raises(DocumentError) as caught:
        read("broken.pdf", b"%PDF-1.7 nothing more")
    assert caught.value.reason == "unreadable"
