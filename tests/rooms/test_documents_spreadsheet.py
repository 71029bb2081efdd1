"""Workbooks: tables with headers over several rows, forms, values as shown, and only what is stored."""

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest
import xlsxwriter
from document_makers import cut, of_kind, one, original, read, saved, workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.workbook.defined_name import DefinedName

from kingpost.documents.parsing import parse
from kingpost.documents.parsing.options import ReadingOptions
from kingpost.documents.parsing.workbooks.coverage import ENOUGH_WORDS, plain_rows, words_held
from kingpost.documents.parsing.workbooks.number_formats import shown
from kingpost.documents.parsing.workbooks.sheets import Sheet, SheetCell
from kingpost.errors import DocumentError
from kingpost.types.documents import BlockKind, ChunkKind, SheetLocation

DOORS = [
    ("Door schedule", None, None, None, None),
    ("Door", "Clear opening [mm]", None, "Leveller", None),
    (None, "Width", "Height", "Capacity [kN]", "Length [mm]"),
    ("D-101", 2750, 3000, 60, 2500),
    ("D-102", 3000, 3400, 80, None),
]
DOORS_MERGED = ["A1:E1", "A2:A3", "B2:C2", "D2:E2"]


def test_a_header_over_two_rows_is_bound_to_each_value() -> None:
    chunks = cut("doors.xlsx", workbook(("Doors", DOORS, DOORS_MERGED)))
    row = one(chunks, label="D-102")
    assert row.text == (
        "Door: D-102; Clear opening [mm] / Width: 3000; Clear opening [mm] / Height: 3400; Leveller / Capacity [kN]: 80"
    )
    width = row.cells[1]
    assert width.location == SheetLocation(sheet="Doors", range="B5", header=("Clear opening [mm]", "Width"))
    blank = row.cells[-1]
    assert (blank.header, blank.text) == (("Leveller", "Length [mm]"), "")
    assert "Door schedule" in row.context
    assert "d-102" in row.keys


def test_two_tables_on_a_sheet_keep_their_own_titles_and_headers() -> None:
    loads = [(), ("Floor loads",), ("Zone", "Uniform load"), ("A", 25), ("B", 40)]
    chunks = cut("both.xlsx", workbook(("Sheet1", [*DOORS, *loads], DOORS_MERGED)))
    assert one(chunks, label="B").text == "Zone: B; Uniform load: 40"
    assert "Floor loads" in one(chunks, label="B").context
    assert "Floor loads" not in one(chunks, label="D-101").context
    assert len({chunk.table for chunk in chunks if chunk.kind is ChunkKind.ROW}) == 2


def test_tables_side_by_side_are_two() -> None:
    rows = [("Zone", "Load", None, "Gate", "Width"), ("A", 25, None, "G1", 3000), ("B", 40, None, "G2", 3500)]
    chunks = cut("side.xlsx", workbook(("S", rows, [])))
    assert one(chunks, label="A").text == "Zone: A; Load: 25"
    assert one(chunks, label="G2").text == "Gate: G2; Width: 3500"


def test_a_merged_label_names_every_row_beside_it() -> None:
    rows = [("Zone", "Bay", "Load [kN]"), ("B", "B1", 60), (None, "B2", 65), ("C", "C1", 80)]
    chunks = cut("bays.xlsx", workbook(("Loads", rows, ["A2:A3"])))
    assert one(chunks, label="B / B2").text == "Zone: B; Bay: B2; Load [kN]: 65"


def test_a_form_on_a_sheet_is_read_as_fields_and_blanks_stay() -> None:
    rows = [
        ("Acceptance form", None, None, None),
        ("Asset number:", "007", "Date:", datetime.fromisoformat("2026-03-09")),
        ("Inspector:", "M. Aldous", "Remarks:", None),
    ]
    parsed = read("form.xlsx", workbook(("Form", rows, ["A1:D1"])))
    fields = {block.label: block.text for block in of_kind(parsed, BlockKind.FORM_FIELD)}
    assert fields == {"Asset number": "007", "Date": "2026-03-09", "Inspector": "M. Aldous", "Remarks": ""}
    asset = next(block for block in parsed.blocks if block.label == "Asset number")
    assert asset.location == SheetLocation(sheet="Form", range="B2", header=("Asset number",))


def test_one_blank_row_inside_a_table_does_not_cut_it() -> None:
    rows = [("Tag", "Mass [kg]"), ("P-1", 1450), (), ("P-2", 1980)]
    assert one(cut("gap.xlsx", workbook(("S", rows, []))), label="P-2").text == "Tag: P-2; Mass [kg]: 1980"


def test_a_part_with_a_header_of_its_own_begins_another_table() -> None:
    rows = [
        ("Variable costs", None, None),
        ("Item", "Q1", "Q2"),
        ("Labour", 10, 20),
        ("Fixed costs", None, None),
        ("Item", "Q1", "Q2"),
        ("Rent", 7, 8),
    ]
    chunks = cut("costs.xlsx", workbook(("S", rows, ["A1:C1", "A4:C4"])))
    assert one(chunks, label="Rent").text == "Item: Rent; Q1: 7; Q2: 8"
    assert "Fixed costs" in one(chunks, label="Rent").context


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("007", "General", "007"),
        (7, "000", "007"),
        (0.034, "0.0%", "3.4%"),
        (1234.5, "#,##0.00", "1,234.50"),
        (-12, "#,##0;(#,##0)", "(12)"),
        (1999.9, '"$"#,##0.00', "$1,999.90"),
        (12, '[$€-407] 0.00" net"', "€ 12.00 net"),
        (3.0, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (True, "General", "TRUE"),
        (datetime.fromisoformat("2026-03-09T07:15"), "yyyy-mm-dd hh:mm", "2026-03-09 07:15"),
        (datetime.fromisoformat("2026-03-01"), "mmm yy", "Mar 26"),
    ],
)
def test_values_are_read_as_they_are_shown(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def test_a_far_cell_costs_nothing() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Tag"
    book.active["XFD1048576"] = "far away"
    parsed = read("far.xlsx", saved(book))
    assert [block.text for block in parsed.blocks] == ["Tag", "far away"]


def test_formulas_without_values_and_hidden_sheets_are_told() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Sum", "=1+1"])
    hidden = book.create_sheet("Costs")
    hidden.append(["Secret", 5])
    hidden.sheet_state = "hidden"
    first, second = read("warn.xlsx", saved(book)).warnings
    assert "Costs" in first
    assert "formulas without a stored value" in second


def test_a_row_with_a_label_moved_in_names_the_labels_over_it_and_stands_in_its_own_row() -> None:
    book = openpyxl.Workbook()
    for row in [("Component", "Quantity"), ("Racking", None), ("Beams", 960), ("Total", 960)]:
        book.active.append(row)
    book.active["A3"].alignment = Alignment(indent=1)
    chunks = cut("parts.xlsx", saved(book))
    row = one(chunks, label="Racking / Beams")
    assert (row.text, row.location.range) == ("Racking; Component: Beams; Quantity: 960", "A3:B3")
    assert one(chunks, label="Total").text == "Component: Total; Quantity: 960"


def test_a_named_cell_is_found_by_its_name() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Loads"
    for row in [("Zone", "Floor load"), ("A", 25), ("B", 40)]:
        book.active.append(row)
    book.defined_names["FloorLoad_ZoneB"] = DefinedName("FloorLoad_ZoneB", attr_text="Loads!$B$3")
    assert "floorload_zoneb" in one(cut("loads.xlsx", saved(book)), label="B").keys


def test_what_is_noted_at_a_cell_and_that_it_is_hidden_stands_in_its_row() -> None:
    book = openpyxl.Workbook()
    for row in [("Door", "Width"), ("FD-1", 2400), ("FD-2", 3000)]:
        book.active.append(row)
    book.active["B3"].comment = Comment("measured on site", "M. Aldous")
    book.active.row_dimensions[3].hidden = True
    row = one(cut("doors.xlsx", saved(book)), label="FD-2")
    assert row.text == "Door: FD-2 (hidden); Width: 3000; Width / note: measured on site (M. Aldous)"
    assert [(cell.header, cell.text) for cell in row.cells][-1] == (("Width", "note"), "measured on site (M. Aldous)")


def test_rows_beyond_the_limit_are_counted_not_read() -> None:
    rows = [("Bin", "Load"), *((f"B-{number}", number) for number in range(30_000))]
    options = ReadingOptions(sheet_rows=100)
    for name, content in (
        ("bins.xlsx", workbook(("Bins", rows, []))),
        ("bins.csv", "\n".join(f"{a},{b}" for a, b in rows)),
    ):
        parsed = parse(original(name, content), options)
        assert [len(block.grid.rows) for block in parsed.blocks if block.grid] == [99]
        assert "29901 rows beyond" in parsed.warnings[0]


def test_tables_that_meet_in_a_corner_are_two() -> None:
    rows = [
        ("Zone", "Load"),
        ("A", 25),
        ("B", 40),
        (None, None, "Gate", "Width"),
        (None, None, "G1", 3000),
        (None, None, "G2", 3500),
    ]
    chunks = cut("corner.xlsx", workbook(("S", rows, [])))
    assert one(chunks, label="B").text == "Zone: B; Load: 40"
    assert one(chunks, label="G2").text == "Gate: G2; Width: 3500"


def test_cells_strewn_over_a_sheet_are_no_table() -> None:
    book = openpyxl.Workbook()
    for number in range(1, 1500):
        book.active.cell(number, number, f"point {number}")
    parsed = read("strewn.xlsx", saved(book))
    assert {block.kind for block in parsed.blocks} == {BlockKind.PARAGRAPH}
    assert parsed.blocks[-1].location == SheetLocation(sheet="Sheet", range="BEQ1499")


def test_a_title_merged_over_the_whole_sheet_does_not_widen_its_table() -> None:
    rows = [("Door schedule",), ("Door", "Width"), ("FD-1", 2400)]
    parsed = read("wide.xlsx", workbook(("S", rows, ["A1:XFD1"])))
    table = of_kind(parsed, BlockKind.TABLE)[0].grid
    assert table
    assert (table.caption, table.headers) == ("Door schedule", (("Door",), ("Width",)))


@pytest.mark.parametrize(
    "content",
    ["<html><table><tr><th>Door<th>Width</tr><tr><td>FD-1<td>2400</tr></table></html>", "Door\tWidth\nFD-1\t2400\n"],
)
def test_a_web_page_or_separated_values_with_the_ending_of_a_workbook_are_read(content: str) -> None:
    assert one(cut("export.xls", content), label="FD-1").text == "Door: FD-1; Width: 2400"


def test_an_encrypted_open_document_says_so() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "no xml, for it is encrypted")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(DocumentError) as caught:
        read("locked.ods", content.getvalue())
    assert caught.value.reason == "encrypted"


def test_a_damaged_workbook_says_what_to_do() -> None:
    with pytest.raises(DocumentError) as caught:
        read("broken.xlsx", workbook(("S", [("Door",)], []))[:-600])
    assert caught.value.reason == "unreadable"


def test_formulas_that_a_program_stored_as_zeros_are_not_believed() -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet("Loads")
    sheet.write_row(0, 0, ["Bay", "Load"])
    sheet.write_row(1, 0, ["B-1", 12])
    sheet.write_row(2, 0, ["Sum"])
    sheet.write_formula(2, 1, "=SUM(B2:B2)")
    book.close()
    parsed = read("loads.xlsx", content.getvalue())
    table = of_kind(parsed, BlockKind.TABLE)[0].grid
    assert table
    assert (table.rows[1][1].text, table.rows[1][1].flags) == ("", ("uncomputed",))
    assert "B3" in parsed.warnings[0]


def test_an_empty_workbook_is_empty() -> None:
    with pytest.raises(DocumentError) as caught:
        read("nothing.xlsx", saved(openpyxl.Workbook()))
    assert caught.value.reason == "empty"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separated_values_are_a_table_whatever_separates_them(separator: str) -> None:
    lines = [("Tag", "Mass [kg]", "Place"), ("P-1", "1450", "Pump room"), ("P-2", "1980", "Pump room")]
    content = "\n".join(separator.join(line) for line in lines)
    row = one(cut("list.csv", content), label="P-2")
    assert row.text == "Tag: P-2; Mass [kg]: 1980; Place: Pump room"
    assert row.location == SheetLocation(sheet="list", range="A3:C3")


def test_a_sheet_of_one_column_keeps_every_row() -> None:
    parsed = read(
        "list.xlsx", workbook(("List", [(f"Check the anchor of upright {number}",) for number in range(1, 9)], []))
    )
    assert all(f"upright {number}" in " ".join(block.text for block in parsed.blocks) for number in range(1, 9))
    assert parsed.coverage == 1.0


def test_a_sheet_whose_blocks_would_lose_words_is_read_row_by_row() -> None:
    cells = {(row, 1): SheetCell(text=f"word{row}") for row in range(1, 11)}
    sheet = Sheet(name="S", cells=cells)
    kept = list(plain_rows(sheet))
    assert words_held(sheet, kept) == 1.0
    assert words_held(sheet, kept[:5]) < ENOUGH_WORDS
    assert kept[4].location == SheetLocation(sheet="S", range="A5")
