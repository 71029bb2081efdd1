"""PDF: clauses by their numbers, forms by their labels, tables by their headers; nothing of the page's furniture."""

import io
import re
from collections.abc import Callable

import pypdfium2
import pytest
from document_makers import HEIGHT, cut, of_kind, one, original, pdf, read, write, write_at
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from kingpost.documents.parsing.limits import Limits
from kingpost.documents.parsing.options import ReadingOptions
from kingpost.documents.parsing.pages import ocr
from kingpost.documents.parsing.pdf import parse
from kingpost.documents.parsing.pool import ParserPool
from kingpost.documents.parsing.storage import unpacked
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


def test_a_running_head_that_names_the_chapter_is_told_by_the_pages_number_beside_it() -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            left = number % 2 == 0
            title = f"{number} Chapter {number // 2}. Racks" if left else f"{number // 2}.{number}. Anchors {number}"
            canvas.drawString(70, HEIGHT - 30, title)
            write(canvas, [f"7.{number} Rule. Racks of row {number} shall be anchored.", f"Part {number} of it."])

        return draw

    chunks = cut("racks.pdf", pdf(*(page(number) for number in range(2, 14))))
    assert [chunk.number for chunk in chunks] == [f"7.{number}" for number in range(2, 14)]
    assert not any("Chapter" in heading for chunk in chunks for heading in chunk.section)


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


def grey(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (60, 60), "grey")), 100, 400, 300, 300)


def scanned(content: bytes, *, turn: int = 0) -> bytes:
    """The same pages as pictures only, laid on the scanner as they came."""
    document = pypdfium2.PdfDocument(content)
    pictures = [page.render(scale=150 / 72).to_pil().convert("RGB").rotate(-turn, expand=True) for page in document]
    out = io.BytesIO()
    canvas = Canvas(out)
    for picture in pictures:
        width, height = picture.width * 72 / 150, picture.height * 72 / 150
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(picture), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_without_recognition_a_page_with_only_a_picture_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "installed", lambda: False)
    with pytest.raises(DocumentError) as caught:
        read("scan.pdf", pdf(grey))
    assert caught.value.reason == "no_text"
    assert "pip install 'kingpost[ocr]'" in caught.value.next
    mixed = read("mixed.pdf", pdf(grey, ["1.1 Scope. Something to read on this page."]))
    assert mixed.warnings == ("no text, only an image: page 1 (to read it: pip install 'kingpost[ocr]')",)


def test_recognition_can_be_switched_off_and_names_the_setting() -> None:
    with pytest.raises(DocumentError) as caught:
        parse(original("scan.pdf", pdf(grey)), ReadingOptions(ocr=False))
    assert (caught.value.reason, caught.value.next) == ("no_text", "documents.ocr is off")


def test_a_picture_without_words_has_none_after_recognition_either() -> None:
    with pytest.raises(DocumentError) as caught:
        read("scan.pdf", pdf(grey))
    assert (caught.value.reason, caught.value.next) == ("no_text", "scan it again, larger and straight")


@pytest.mark.parametrize("turn", [0, 90])
def test_a_scanned_page_is_read_clause_by_clause_with_places(turn: int) -> None:
    content = scanned(pdf(STANDARD[0]), turn=turn)
    parsed = read("scan.pdf", content)
    assert parsed.ocr_pages == (1,)
    assert all(block.flags == ("ocr",) for block in parsed.blocks)
    clause = next(block for block in parsed.blocks if block.number == "4.1.2")
    assert clause.text.startswith("4.1.2 Clear height. The clear height shall be at least 12.2 m.")
    assert clause.section[-2:] == ("4.1 Grid", "4.1.2 Clear height")
    assert isinstance(clause.location, PageLocation)
    x0, y0, x1, y1 = clause.location.rects[0]
    near = (80 + 7 * 14) / HEIGHT
    if turn:
        assert x0 <= 1 - near <= x1 + 0.01
        assert y1 - y0 > x1 - x0
    else:
        assert y0 <= near <= y1 + 0.01
        assert x1 - x0 > y1 - y0


def test_only_pages_without_text_are_recognised_and_text_is_never_read_twice() -> None:
    picture = pypdfium2.PdfDocument(pdf(["Stamped by the control room"]))[0].render(scale=2).to_pil()

    def both(canvas: Canvas) -> None:
        write(canvas, [*STANDARD[0]])
        canvas.drawImage(ImageReader(picture), 70, 60, 300, 424)

    parsed = read("both.pdf", pdf(both))
    assert parsed.ocr_pages == ()
    assert not any("Stamped" in block.text for block in parsed.blocks)


def test_recognition_stops_when_its_time_is_up() -> None:
    content = scanned(pdf(["1.1 Doors. A door shall close."], ["1.2 Signs. A sign shall be seen."]))
    parsed = parse(original("scan.pdf", content), ReadingOptions(ocr_seconds=0.0))
    assert parsed.ocr_pages == (1,)
    assert parsed.warnings == ("no text, only an image: page 2 (time is up: raise documents.file_seconds)",)


def test_text_is_recognised_within_the_limits_of_the_process_that_reads_and_as_the_options_say() -> None:
    scan = original("scan.pdf", scanned(pdf(["1.1 Doors. A door shall close by itself."])))
    limits = Limits(seconds=60, memory_megabytes=2048, file_megabytes=5, unpacked_megabytes=30, parsed_megabytes=10)
    with ParserPool(workers=1, limits=limits) as pool:
        assert "A door shall close by itself." in unpacked(pool.parse(scan)).blocks[0].text
    with (
        ParserPool(workers=1, limits=limits, options=ReadingOptions(ocr=False)) as pool,
        pytest.raises(DocumentError) as caught,
    ):
        pool.parse(scan)
    assert caught.value.reason == "no_text"


def test_a_damaged_file_is_unreadable_and_a_locked_one_encrypted() -> None:
    with pytest.raises(DocumentError) as caught:
        read("broken.pdf", b"%PDF-1.7 nothing more")
    assert caught.value.reason == "unreadable"


def sized(width: float, height: float) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width, height))
    canvas.drawString(min(70, width / 2), max(height - 80, 1), "1.1 Scope. A rack shall stand.")
    canvas.save()
    return out.getvalue()


def boxed(box: bytes) -> bytes:
    return re.sub(rb"/MediaBox \[[^\]]*\]", box, pdf(["1.1 Scope. A rack shall stand."]))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(boxed(b""), id="no box"),
        pytest.param(boxed(b"/MediaBox [ 0 0 0 0 ]"), id="box without size"),
        pytest.param(boxed(b"/MediaBox [ 595 842 0 0 ]"), id="box upside down"),
        pytest.param(boxed(b"/Rotate 45 /MediaBox [ 0 0 595 842 ]"), id="turned by no right angle"),
        pytest.param(sized(14400, 14400), id="five metres wide"),
        pytest.param(sized(1_000_000, 1_000_000), id="absurdly large"),
        pytest.param(sized(1, 1), id="one point wide"),
        pytest.param(pdf(["1.1 Scope. A rack shall stand."]).replace(b"startxref\n", b"startxref\n9"), id="lost index"),
    ],
)
def test_odd_pages_are_read_and_every_rectangle_lies_on_the_page(content: bytes) -> None:
    block = read("odd.pdf", content).blocks[0]
    assert block.text == "1.1 Scope. A rack shall stand."
    assert isinstance(block.location, PageLocation)
    assert all(0 <= side <= 1 for rect in block.location.rects for side in rect)


def test_a_page_that_is_cropped_and_turned_has_its_places_as_shown() -> None:
    document = pypdfium2.PdfDocument(pdf(["1.1 Scope. A rack shall stand."]))
    document[0].set_cropbox(50, 600, 550, 842)
    document[0].set_rotation(90)
    out = io.BytesIO()
    document.save(out)
    block = read("cropped.pdf", out.getvalue()).blocks[0]
    assert isinstance(block.location, PageLocation)
    x0, y0, x1, y1 = block.location.rects[0]
    assert y0 == pytest.approx((70 - 50) / 500, abs=0.01)
    assert x0 < 1 - 78 / 242 < x1
    assert y1 - y0 > x1 - x0


def test_a_file_that_only_its_owner_may_change_is_read() -> None:
    def locked(user: str) -> bytes:
        out = io.BytesIO()
        canvas = Canvas(out, encrypt=StandardEncryption(user, ownerPassword="owner", canPrint=0))
        canvas.drawString(70, 700, "1.1 Scope. A rack shall stand.")
        canvas.save()
        return out.getvalue()

    assert read("owned.pdf", locked("")).blocks[0].number == "1.1"
    with pytest.raises(DocumentError) as caught:
        read("locked.pdf", locked("secret"))
    assert caught.value.reason == "encrypted"


def test_items_of_a_clause_are_part_of_its_chunk_and_have_numbers_of_their_own() -> None:
    lines = ["3.2.1 A door shall", "(a) close by itself,", "(b) be seen. ", "", "3.2.2 Signs. A sign shall be lit."]
    content = pdf(["#3 Doors", "", "#3.2 Fire doors", "", *lines])
    numbers = [block.number for block in of_kind(read("doors.pdf", content), BlockKind.LIST)]
    assert numbers == ["3.2.1 (a)", "3.2.1 (b)"]
    chunk = one(cut("doors.pdf", content), number="3.2.1")
    assert "A door shall" in chunk.text
    assert "(b) be seen." in chunk.text


def test_an_exhibit_without_a_picture_is_a_heading_and_no_figure() -> None:
    parsed = read("annexes.pdf", pdf(["#Exhibit 31.1", "", "The maker confirms that the racks were tested."]))
    assert [(block.kind, block.number) for block in parsed.blocks][:1] == [(BlockKind.HEADING, "Exhibit 31.1")]


def test_rows_under_a_numbered_heading_stand_in_its_clause() -> None:
    rows = [
        ("AGV", "Automated guided vehicle"),
        ("FD", "Fire door"),
        ("RSI", "Rack safety inspector"),
        ("WMS", "Warehouse system"),
    ]

    def page(canvas: Canvas) -> None:
        write(canvas, ["#2 Terms", "", "2.1 Scope. These terms hold for all halls.", "", "2.2 Acronyms."])
        for number, row in enumerate(rows):
            for x, text in zip((70, 170), row, strict=True):
                canvas.drawString(x, HEIGHT - 165 - 14 * number, text)

    parsed = read("terms.pdf", pdf(page))
    assert all(block.section[-1].startswith("2.2 Acronyms") for block in parsed.blocks if "AGV" in block.text)
    chunk = next(chunk for chunk in cut("terms.pdf", pdf(page)) if "AGV" in chunk.text)
    assert chunk.number in {"", "2.2"}
    assert chunk.section[1].startswith("2.2 Acronyms")


def test_a_sentence_with_a_word_set_as_code_stays_whole_and_a_sample_stays_apart() -> None:
    def draw(canvas: Canvas) -> None:
        prose = ("Each rack is checked against the load table of its bay, and the value of", "is compared with the")
        canvas.setFont("Helvetica", 10)
        canvas.drawString(70, HEIGHT - 80, prose[0])
        canvas.setFont("Courier", 10)
        canvas.drawString(70, HEIGHT - 92, "bay_load_limit")
        canvas.setFont("Helvetica", 10)
        canvas.drawString(160, HEIGHT - 92, prose[1])
        canvas.drawString(70, HEIGHT - 104, "highest load of a pallet, as in this sample:")
        canvas.setFont("Courier", 10)
        for line in range(3):
            canvas.drawString(90, HEIGHT - 130 - 12 * line, f"bay_load_limit = {line};")

    blocks = read("racks.pdf", pdf(draw)).blocks
    assert [block.kind for block in blocks] == [BlockKind.PARAGRAPH, BlockKind.CODE]
    assert "of bay_load_limit is compared with the highest load" in " ".join(blocks[0].text.split())
