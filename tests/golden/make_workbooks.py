"""Workbooks as hard as engineers make them: several tables, merged heads, units in formats, notes, names, charts."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table, TableColumn
from openpyxl.worksheet.worksheet import Worksheet

from kingpost.types.documents import Original

Rows = Sequence[Sequence[object]]


def cases() -> dict[str, Original]:
    """Name -> a workbook or a file of separated values made for one hard case."""
    books: dict[str, Callable[[openpyxl.Workbook], None]] = {
        "sheet_tables_side_by_side": side_by_side,
        "sheet_tables_adjoining": adjoining,
        "sheet_tables_declared": declared,
        "sheet_header_storeys": header_storeys,
        "sheet_header_unmerged": header_unmerged,
        "sheet_header_frozen": header_frozen,
        "sheet_labels_indented": labels_indented,
        "sheet_labels_merged": labels_merged,
        "sheet_labels_once": labels_once,
        "sheet_units": units,
        "sheet_values_as_shown": values_as_shown,
        "sheet_hidden": hidden,
        "sheet_notes": notes,
        "sheet_names": names,
        "sheet_form": form,
        "sheet_chart": chart,
        "sheet_ids": ids,
        "sheet_titles_and_footnotes": titles_and_footnotes,
        "sheet_many_small_tables": many_small_tables,
    }
    made = {name: (f"{name}.xlsx", workbook(fill)) for name, fill in books.items()}
    made["sheet_formulas"] = ("sheet_formulas.xlsx", formulas())
    made["sheet_drawn"] = ("sheet_drawn.xlsx", drawn())
    made["sheet_threaded"] = ("sheet_threaded.xlsx", threaded())
    made |= {name: (f"{name}.csv", content) for name, content in SEPARATED.items()}
    return {name: Original(uri="", name=file, media_type="", content=content) for name, (file, content) in made.items()}


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    """A workbook whose first sheet is called Sheet1."""
    book = openpyxl.Workbook()
    book.active.title = "Sheet1"
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(sheet: Worksheet, rows: Rows, *, row: int = 1, column: int = 1) -> None:
    """Rows of values from a cell on; None leaves a cell blank."""
    for down, values in enumerate(rows):
        for right, value in enumerate(values):
            if value is not None:
                sheet.cell(row + down, column + right, value)


def side_by_side(book: openpyxl.Workbook) -> None:
    sheet = book.active
    put(sheet, [("Floor loads",), (), ("Zone", "Load [kN/m²]"), ("A", 25), ("B", 40), ("C", 32.5)])
    put(sheet, [("Fire doors",), (), ("Door", "Rating", "Width [mm]"), ("FD-1", "EI2 90", 3000)], column=4)
    put(sheet, [("FD-2", "EI2 60", 2400)], row=5, column=4)
    put(sheet, [("Conveyors",), ("Line", "Speed [m/s]"), ("K1", 0.8), ("K2", 1.2)], row=9)


def adjoining(book: openpyxl.Workbook) -> None:
    sheet = book.active
    put(sheet, [("Rack", "Bays", "Bay load [kN]"), ("R-01", 12, 36), ("R-02", 8, 42)])
    put(sheet, [("Door", "Opening", "Closing time [s]"), ("FD-1", "dock 1", 22), ("FD-2", "dock 4", 25)], row=4)
    other = book.create_sheet("Beside")
    put(other, [("Bin", "Mass [kg]", "Bin", "Mass [kg]"), ("B-1", 410, "B-3", 395), ("B-2", 288, "B-4", 502)])
    third = book.create_sheet("Steps")
    put(third, [("Aisle", "Width [mm]"), ("1", 2900), ("2", 3100), ("3", 2900)])
    put(third, [("Truck", "Mast [mm]"), ("T-7", 8100), ("T-9", 9400)], row=2, column=3)


def declared(book: openpyxl.Workbook) -> None:
    sheet = book.active
    put(sheet, [("Rack checks",), ("Rack", "Bay", "Result"), ("R-01", "3", "passed"), ("R-01", "4", "bent upright")])
    put(sheet, [("Total", 2, None), ("Checked by M. Aldous",)], row=5)
    table = Table(displayName="RackChecks", ref="A2:C4")
    table.tableColumns = [TableColumn(id=n, name=name) for n, name in enumerate(("Rack", "Bay", "Result"), start=1)]
    sheet.add_table(table)


def header_storeys(book: openpyxl.Workbook) -> None:
    sheet = book.active
    put(
        sheet,
        [
            ("Dock schedule", None, None, None, None, None),
            ("Dock", "Door", None, None, "Leveller", None),
            (None, "Clear opening [mm]", None, "Fire rating", "Capacity [kN]", "Length [mm]"),
            (None, "Width", "Height", None, None, None),
            ("D-101", 2750, 3000, "EI2 30", 60, 2500),
            ("D-102", 3000, 3400, "none", 80, 3000),
        ],
    )
    for area in ("A1:F1", "A2:A4", "B2:D2", "E2:F2", "B3:C3", "D3:D4", "E3:E4", "F3:F4"):
        sheet.merge_cells(area)


def header_unmerged(book: openpyxl.Workbook) -> None:
    sheet = book.active
    put(
        sheet,
        [
            ("Rack", "Static", None, "Seismic", None),
            (None, "Bay", "Upright", "Bay", "Upright"),
            (None, "kN", "kN", "kN", "kN"),
            ("R-01", 36, 72.5, 21, 43),
            ("R-02", 42, 80, 24.5, 47),
        ],
    )
    other = book.create_sheet("Across")
    put(other, [("Zone", "Allowed load"), (None, "Uniform [kN/m²]", "Point [kN]"), ("A", 25, 40), ("B", 40, 60)])
    for place in ("B1", "C1"):
        other[place].alignment = Alignment(horizontal="centerContinuous")


def header_frozen(book: openpyxl.Workbook) -> None:
    sheet = book.active
    put(sheet, [("Conveyor", "Drive", "State"), ("tag", "tag", "as found")])
    put(sheet, [("K1", "M-11", "worn belt"), ("K2", "M-12", "sound"), ("K3", "M-13", "noisy gearbox")], row=3)
    sheet.freeze_panes = "A3"


def labels_indented(book: openpyxl.Workbook) -> None:
    sheet = book.active
    rows = [
        ("Racking", 0, None, None),
        ("Uprights", 1, 240, "pcs"),
        ("Beams", 1, None, None),
        ("2700 mm", 2, 960, "pcs"),
        ("3600 mm", 2, 320, "pcs"),
        ("Fire protection", 0, None, None),
        ("Sprinklers", 1, 410, "pcs"),
        ("Total", 0, 1930, "pcs"),
    ]
    put(sheet, [("Component", "Quantity", "Unit"), *((name, count, unit) for name, _, count, unit in rows)])
    for row, (_, indent, _, _) in enumerate(rows, start=2):
        sheet.cell(row, 1).alignment = Alignment(indent=indent)
    other = book.create_sheet("Spaces")
    put(other, [("Cost item", "EUR"), ("Slab", 82000), ("   Joints", 12000), ("   Surface", 70000), ("Doors", 41000)])


def labels_merged(book: openpyxl.Workbook) -> None:
    sheet = book.active
    put(
        sheet,
        [
            ("Hall", "Zone", "Bay", "Load [kN]"),
            ("North", "B", "B1", 60),
            (None, None, "B2", 65),
            (None, "C", "C1", 80),
            ("South", "D", "D1", 55),
        ],
    )
    sheet.merge_cells("A2:A4")
    sheet.merge_cells("B2:B3")


def labels_once(book: openpyxl.Workbook) -> None:
    rows = [
        ("Hall", "Truck", "Battery [Ah]"),
        ("North", "T-7", 620),
        (None, "T-8", 620),
        (None, "T-9", 750),
        ("South", "T-11", 480),
        (None, "T-12", 480),
    ]
    put(book.active, rows)


def units(book: openpyxl.Workbook) -> None:
    sheet = book.active
    put(
        sheet,
        [("Anchor", "Tension", "Shear", "Use", "Price"), ("M12", 17.2, 24, 0.62, 3.4), ("M16", 28, 39.55, 0.481, 5)],
    )
    formats = ('0.0" kN"', '0.00\\ "kN"', "0.0%", "#,##0.00 [$€-407]")
    for row in (2, 3):
        for column, number_format in enumerate(formats, start=2):
            sheet.cell(row, column).number_format = number_format


SHOWN: tuple[tuple[str, object, str], ...] = (
    ("Installed", date(2026, 3, 9), "d-mmm-yy"),
    ("Opened", datetime(2026, 3, 9, 7, 15), "dd/mm/yyyy hh:mm"),  # noqa: DTZ001 - cells have no zone
    ("Shift begins", time(6, 30), "h:mm AM/PM"),
    ("Running time", timedelta(hours=130, minutes=5), "[h]:mm"),
    ("Loss", -1250.4, "#,##0.0;(#,##0.0)"),
    ("Investment", 1254000, '#,##0,"k"'),
    ("Rent", 48250.5, "[$€-407] #,##0.00"),
    ("Utilisation", 0.874, "0.0%"),
    ("Bolt", 0.625, '# ?/?"\u2033"'),
    ("Stiffness", 213000, "0.00E+00"),
    ("Bin", 42, "00000"),
    ("Nothing", 0, '0;-0;"none"'),
    ("General", 0.1 + 0.2, "General"),
    ("Released", True, "General"),
)


def values_as_shown(book: openpyxl.Workbook) -> None:
    sheet = book.active
    put(sheet, [("Property", "Value", "Source"), *((name, value, "handover file") for name, value, _ in SHOWN)])
    for row, (_, _, number_format) in enumerate(SHOWN, start=2):
        sheet.cell(row, 2).number_format = number_format


def hidden(book: openpyxl.Workbook) -> None:
    sheet = book.active
    put(sheet, [("Supplier", "Item", "Margin"), ("Nordrack", "Beam", 0.12), ("Nordrack", "Upright", 0.18)])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    other = book.create_sheet("Old rates")
    put(other, [("Item", "Rate"), ("Beam", 31), ("Upright", 58)])
    other.sheet_state = "hidden"


def notes(book: openpyxl.Workbook) -> None:
    sheet = book.active
    put(sheet, [("Door", "Closing time [s]"), ("FD-1", 22), ("FD-2", 31)])
    sheet["B3"].comment = Comment("M. Aldous:\nover the limit, spring to be replaced", "M. Aldous")
    sheet["A2"].hyperlink = "https://doors.example/fd-1"
    put(sheet, [("Inspector:", "J. Okafor"), ("Next visit:", "May")], row=6)
    sheet["B7"].comment = Comment("moved from April", "J. Okafor")


def names(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Loads"
    put(sheet, [("Zone", "Floor load [kN/m²]"), ("A", 25), ("B", 40), ("C", 32)])
    book.defined_names["FloorLoad_ZoneB"] = DefinedName("FloorLoad_ZoneB", attr_text="Loads!$B$3")
    book.defined_names["FloorLoads"] = DefinedName("FloorLoads", attr_text="Loads!$A$2:$B$4")
    book.defined_names["SafetyFactor"] = DefinedName("SafetyFactor", attr_text="1.35")


def form(book: openpyxl.Workbook) -> None:
    sheet = book.active
    put(
        sheet,
        [
            ("Rack acceptance", None, None, None),
            ("Rack:", "R-017", "Date:", date(2026, 3, 9)),
            ("Inspector:", "M. Aldous", "Bay load:", 36),
            ("Remarks:", None, None, None),
            (),
            ("Check", "Result", "By", "Signed"),
            ("Anchors tight", "yes", "MA", "x"),
            ("Beams locked", "yes", "MA", "x"),
            ("Load sign", "missing", "MA", None),
        ],
    )
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("B4:D4")
    sheet["D2"].number_format = "dd.mm.yyyy"
    sheet["D3"].number_format = '0" kN"'
    for cell in sheet[6]:
        cell.font = Font(bold=True)


def chart(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Use"
    put(sheet, [("Zone", "Used [%]", "Free [%]"), ("A", 82, 18), ("B", 64, 36), ("C", 91, 9)])
    bars = BarChart()
    bars.title = "Use of storage zones"
    bars.x_axis.title = "Zone"
    bars.y_axis.title = "Share of places"
    bars.add_data(Reference(sheet, min_col=2, max_col=3, min_row=1, max_row=4), titles_from_data=True)
    bars.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=4))
    sheet.add_chart(bars, "E2")


def ids(book: openpyxl.Workbook) -> None:
    sheet = book.active
    rows = [
        ("Part", "Serial", "Stock"),
        ("007", "4006381333931", 12),
        ("1E5", "00012", 3),
        ("12-4", 123456789012345, 40),
        ("3/4", "8.10", 7),
    ]
    put(sheet, rows)


def titles_and_footnotes(book: openpyxl.Workbook) -> None:
    sheet = book.active
    put(
        sheet,
        [
            ("Table 4: Permitted bay loads",),
            ("Hall North, valid from March",),
            (),
            ("Rack", "Load [kN] *"),
            ("R-01", 36),
            ("R-02", 42),
            ("* evenly spread over both beams",),
            (),
            ("Note: loads are for undamaged uprights.",),
        ],
    )


def many_small_tables(book: openpyxl.Workbook) -> None:
    sheet = book.active
    for index, (name, load) in enumerate((("North", 40), ("South", 25), ("Mezzanine", 7.5))):
        rows = [(f"Hall {name}",), ("Zone", "Load [kN/m²]"), (f"{name[0]}1", load), (f"{name[0]}2", load - 5)]
        put(sheet, rows, row=1 + 6 * index)


def formulas() -> bytes:
    """One formula with a stored value, two without."""

    def fill(book: openpyxl.Workbook) -> None:
        put(
            book.active,
            [("Rack", "Bays", "Load [kN]"), ("R-01", 12, 432), ("R-02", 8, "=B3*42"), ("Sum", "=SUM(B2:B3)")],
        )

    return edited(workbook(fill), "xl/worksheets/sheet1.xml", "<f>SUM(B2:B3)</f><v></v>", "<f>SUM(B2:B3)</f><v>20</v>")


DRAWING = """<xdr:wsDr
 xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor>
<xdr:from><xdr:col>3</xdr:col><xdr:row>0</xdr:row></xdr:from>
<xdr:to><xdr:col>6</xdr:col><xdr:row>4</xdr:row></xdr:to>
<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="TextBox 1"/></xdr:nvSpPr><xdr:txBody><a:p><a:r>
<a:t>Loads hold only with</a:t>
</a:r><a:r><a:t> both beams locked.</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor>
<xdr:oneCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:row>8</xdr:row></xdr:from><xdr:pic><xdr:nvPicPr>
<xdr:cNvPr id="3" name="Picture 2" descr="Plan of hall North: racks R-01 to R-09"/></xdr:nvPicPr></xdr:pic>
</xdr:oneCellAnchor></xdr:wsDr>"""
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = (
    '<Relationship Id="r{0}" Target="{2}"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{1}"/>'
)


def drawn() -> bytes:
    """A text box and a picture with a description."""

    def fill(book: openpyxl.Workbook) -> None:
        put(book.active, [("Rack", "Load [kN]"), ("R-01", 36), ("R-02", 42)])

    relation = RELATION.format(1, "drawing", "../drawings/drawing1.xml")
    return with_parts(
        workbook(fill),
        {
            "xl/worksheets/_rels/sheet1.xml.rels": RELATIONS.format(relation),
            "xl/drawings/drawing1.xml": DRAWING,
        },
    )


THREADS = """<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">
<threadedComment ref="B2" personId="p1" id="c1"><text>Was 30 before the slab was repaired.</text></threadedComment>
<threadedComment ref="B2" personId="p2" id="c2" parentId="c1"><text>Confirmed on site.</text></threadedComment>
</ThreadedComments>"""
PEOPLE = """<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">
<person displayName="M. Aldous" id="p1"/><person displayName="J. Okafor" id="p2"/></personList>"""


def threaded() -> bytes:
    """A comment with an answer."""

    def fill(book: openpyxl.Workbook) -> None:
        put(book.active, [("Zone", "Load [kN/m²]"), ("A", 40), ("B", 25)])

    relation = RELATION.format(1, "threadedComment", "../threadedComments/threadedComment1.xml")
    return with_parts(
        workbook(fill),
        {
            "xl/worksheets/_rels/sheet1.xml.rels": RELATIONS.format(relation),
            "xl/threadedComments/threadedComment1.xml": THREADS,
            "xl/persons/person.xml": PEOPLE,
        },
    )


def edited(content: bytes, part: str, old: str, new: str) -> bytes:
    """The workbook with a text in one of its parts replaced."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read(part).decode()
    assert old in text, text
    return with_parts(content, {part: text.replace(old, new)})


def with_parts(content: bytes, parts: dict[str, str]) -> bytes:
    """The workbook with parts added or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as target:
        for name in archive.namelist():
            if name not in parts:
                target.writestr(name, archive.read(name))
        for name, text in parts.items():
            target.writestr(name, text)
    return out.getvalue()


SEPARATED = {
    "separated_semicolons": "Lager;Höhe;Last [kN]\nR-01;8,50;36,0\nR-02;7,25;42,5\n".encode("cp1252"),
    "separated_utf16": "Part\tStock\tPlace\n007\t12\tA-1\n1E5\t3\tB-2\n".encode("utf-16"),
    "separated_declared": b"sep=|\nDoor|Note|Closing time [s]\nFD-1|plain, then steel; 2 leaves|22\nFD-2|one leaf|25\n",
    "separated_preamble": (
        b"Export of the door register\nHall: North\n\nDoor,Closing time [s],Remark\n"
        b'FD-1,22,"two leaves,\nre-hung in May"\nFD-2,25,\n'
    ),
}
