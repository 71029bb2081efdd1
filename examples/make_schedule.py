"""Writes the door and load schedule DLS-204 as a workbook: merged and two-row headers, two tables on one sheet."""

from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

ISSUED = datetime(2026, 3, 9)  # noqa: DTZ001 - workbooks know no time zones
TYPES = {  # clear width and height [mm], leveller capacity [kN] and length [mm]
    "T1": (2750, 3000, 60, 2500),
    "T2": (3000, 3400, 80, 3000),
    "T3": (4000, 4500, None, None),
    "T4": (2500, 2800, 60, 2750),
    "T5": (3000, 3400, 100, 3000),
}
DOORS = [  # number, location, type, fire rating, remark
    ("D-101", "Dock north, bay 1", "T1", "none", ""),
    ("D-102", "Dock north, bay 2", "T1", "none", ""),
    ("D-103", "Dock north, bay 3", "T1", "none", "Manual release on the left"),
    ("D-104", "Dock north, bay 4", "T2", "none", ""),
    ("D-105", "Dock north, bay 5", "T2", "none", ""),
    ("D-106", "Dock north, ramp", "T3", "none", "Drive-in, no leveller"),
    ("D-107", "Dock south, bay 1", "T5", "none", "Container dock, rubber buffers 250 mm"),
    ("D-108", "Dock south, bay 2", "T5", "none", ""),
    ("D-109", "Dock south, bay 3", "T2", "none", ""),
    ("D-110", "Dock south, cold store", "T4", "none", "Heated threshold"),
    ("D-111", "Dock south, cold store", "T4", "none", "Heated threshold"),
]
INNER_DOORS = [  # number, location, width, height, fire rating, remark
    ("D-201", "Zone B to zone C", 3500, 4000, "EI2 90-C", "Closes on fire alarm"),
    ("D-202", "Zone C to zone D", 3200, 4200, "EI2 90-C", "Closes on fire alarm"),
    ("D-203", "Zone E, charging room", 1800, 2400, "EI2 60-C", "Held open by magnet"),
    ("D-204", "Zone F, offices", 1000, 2100, "EI2 30-C", ""),
    ("D-205", "Pump room, from outside", 1200, 2200, "EI2 90-C", "Key switch"),
]
BAYS = [  # zone, [(bay, grid lines, uniform design, permitted, point design, permitted, remark)]
    ("B", [("B1", "1-3 / A-C", 40, 38, 60, 55, "Old duct below"), ("B2", "3-5 / A-C", 40, 40, 60, 60, "")]),
    (
        "C",
        [
            ("C1", "5-7 / A-C", 50, 50, 80, 80, ""),
            ("C2", "7-9 / A-C", 50, 50, 80, 80, ""),
            ("C3", "5-9 / C-E", 50, 44, 80, 72, "Reduced: slab joint repaired in 2024"),
        ],
    ),
    ("D", [("D1", "9-12 / A-C", 60, 60, 95, 95, ""), ("D2", "9-12 / C-E", 60, 60, 95, 90, "Guide wire in the slab")]),
    ("E", [("E1", "1-2 / C-E", 20, 20, 35, 35, "Acid-proof coating")]),
    ("G", [("G1", "2-5 / C-E", 45, 42, 75, 70, "Heated floor: no drilling")]),
]
EQUIPMENT = [  # tag, item, location, mass, power, anchors, next inspection
    ("P-301A", "Sprinkler pump, electric", "Pump room", 1450, 90, "6 x M20", "2026-11-02"),
    ("P-301B", "Sprinkler pump, diesel", "Pump room", 1980, 110, "6 x M20", "2026-11-02"),
    ("L-107", "Leveller of D-107", "Dock south, bay 1", 2150, 1.5, "cast in", "2026-09-14"),
    ("L-110", "Leveller of D-110", "Dock south, cold store", 1780, 1.1, "cast in", "2026-09-14"),
    ("AHU-12", "Air handling unit, charging room", "Roof above zone E", 620, 7.5, "4 x M12", "2027-01-20"),
    ("CH-21", "Charger group, lithium", "Zone E", 340, 48, "4 x M12", "2026-12-15"),
    ("CU-01", "Cooling unit, cold store", "Zone G", 910, 22, "8 x M16", "2026-10-05"),
]
THIN = Side(style="thin")


def write_schedule(path: Path) -> None:
    """Write the workbook of DC Eastmoor (site EM2)."""
    workbook = Workbook()
    workbook.properties.title = "DLS-204 Door and Load Schedule, DC Eastmoor"
    workbook.properties.creator = "Orrin Freight Engineering"
    workbook.properties.created = ISSUED
    sheet = workbook.worksheets[0]
    sheet.title = "Doors and loads"
    title(sheet, "DLS-204 Door and Load Schedule - DC Eastmoor (EM2) - Revision 3 - 2026-03-09", columns=9)
    after = door_table(sheet, top=3)
    load_table(sheet, top=after + 3)
    equipment_table(workbook.create_sheet("Equipment"))
    workbook.save(path)


def title(sheet: Worksheet, text: str, *, columns: int) -> None:
    """A title over all columns."""
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=columns)
    cell = sheet.cell(1, 1, text)
    cell.font = Font(bold=True, size=14)


def door_table(sheet: Worksheet, *, top: int) -> int:
    """The doors, from the row after ``top``; the last row used."""
    sheet.cell(top, 1, "Table 1: Door schedule").font = Font(bold=True)
    heads = [
        ("Door", ""),
        ("Location", ""),
        ("Type", ""),
        ("Clear opening [mm]", "Width"),
        ("Clear opening [mm]", "Height"),
        ("Leveller", "Capacity [kN]"),
        ("Leveller", "Length [mm]"),
        ("Fire rating", ""),
        ("Remark", ""),
    ]
    two_row_header(sheet, top + 1, heads)
    rows: list[tuple[object, ...]] = [
        (number, place, kind, *TYPES[kind], rating, remark) for number, place, kind, rating, remark in DOORS
    ]
    rows += [
        (number, place, "inner", width, height, None, None, rating, remark)
        for number, place, width, height, rating, remark in INNER_DOORS
    ]
    last = fill(sheet, top + 3, rows)
    sheet.cell(top + 3 + 6, 4).comment = Comment("Checked on site 2026-03-02", "site engineer")
    return last


def load_table(sheet: Worksheet, *, top: int) -> None:
    """The floor loads, with the zone merged down over its bays."""
    sheet.cell(top, 1, "Table 2: Floor loads by bay").font = Font(bold=True)
    heads = [
        ("Zone", ""),
        ("Bay", ""),
        ("Grid lines", ""),
        ("Uniform load [kN/m²]", "Design"),
        ("Uniform load [kN/m²]", "Permitted"),
        ("Point load [kN]", "Design"),
        ("Point load [kN]", "Permitted"),
        ("Remark", ""),
    ]
    two_row_header(sheet, top + 1, heads)
    row = top + 3
    for zone, bays in BAYS:
        last = fill(sheet, row, [(zone, *bay) for bay in bays])
        if last > row:
            for repeated in range(row + 1, last + 1):
                sheet.cell(repeated, 1).value = None
            sheet.merge_cells(start_row=row, end_row=last, start_column=1, end_column=1)
        row = last + 1
    sheet.cell(row + 1, 1, "Permitted loads hold until the next survey of the slab in May 2027.")


def equipment_table(sheet: Worksheet) -> None:
    """The second sheet: plant and its loads."""
    title(sheet, "Equipment of DC Eastmoor (EM2)", columns=7)
    heads = ["Tag", "Item", "Location", "Mass [kg]", "Power [kW]", "Anchors", "Next inspection"]
    fill(sheet, 3, [tuple(heads)])
    for cell in sheet[3]:
        cell.font = Font(bold=True)
    fill(sheet, 4, [(*row[:-1], datetime.fromisoformat(row[-1])) for row in EQUIPMENT])
    for row in range(4, 4 + len(EQUIPMENT)):
        sheet.cell(row, 7).number_format = "yyyy-mm-dd"


def two_row_header(sheet: Worksheet, row: int, heads: list[tuple[str, str]]) -> None:
    """Two head rows: equal neighbours of the upper one are merged, a head without a lower part spans both."""
    for column, (upper, lower) in enumerate(heads, start=1):
        for cell, text in ((sheet.cell(row, column), upper), (sheet.cell(row + 1, column), lower)):
            cell.value = text or None
            cell.font = Font(bold=True)
            cell.border = Border(THIN, THIN, THIN, THIN)
            cell.alignment = Alignment(horizontal="center", wrap_text=True)
    for column, (upper, lower) in enumerate(heads, start=1):
        if not lower:
            sheet.merge_cells(start_row=row, end_row=row + 1, start_column=column, end_column=column)
        elif column > 1 and heads[column - 2][0] == upper:
            sheet.merge_cells(start_row=row, end_row=row, start_column=column - 1, end_column=column)


def fill(sheet: Worksheet, row: int, rows: list[tuple[object, ...]]) -> int:
    """Write rows from ``row`` on; the last row written."""
    for offset, values in enumerate(rows):
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(row + offset, column)
            cell.value = value if value != "" else None  # type: ignore[assignment]
            cell.border = Border(THIN, THIN, THIN, THIN)
    return row + len(rows) - 1
