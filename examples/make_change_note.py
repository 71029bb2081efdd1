"""Writes the change note CN-031 (what revision B of WDS-100 changes, and for whom) as a Word document."""

from datetime import datetime
from pathlib import Path

from docx import Document

ISSUED = datetime(2026, 1, 19)  # noqa: DTZ001 - Word documents know no time zones
CHANGES = [
    ("3.2.2", "Mass of the design load unit", "900 kg", "1,000 kg", "Heavier beverage pallets"),
    ("4.1.2", "Clear height in zones C and D", "10.5 m", "12.2 m", "One more rack level"),
    ("4.2.1", "Uniform load of zone C", "40 kN/m²", "50 kN/m²", "One more rack level"),
    ("5.1.1", "Largest fire compartment with sprinklers", "8,000 m²", "6,000 m²", "Insurer's finding F-17"),
    ("5.4.2", "Escape route with two directions", "50 m", "45 m", "Evacuation drill at DC Eastmoor"),
    ("6.2.1", "Aisle width of reach trucks", "2,800 mm", "2,900 mm", "Damage records of 2024"),
    ("6.3.2", "Flue space", "75 mm", "150 mm", "Sprinkler test report TR-552"),
    ("8.2.2", "Distance of charging places to storage", "2.5 m", "5.0 m", "Lithium battery incident at DC Hollin"),
]


def write_change_note(path: Path) -> None:
    """Write the note."""
    document = Document()
    properties = document.core_properties
    properties.title = "Change note CN-031"
    properties.author = "Orrin Freight Engineering"
    properties.created = properties.modified = ISSUED
    document.add_heading("Change note CN-031", level=0)
    document.add_paragraph("Subject: Warehouse Design Standard WDS-100, step from revision A to revision B")
    document.add_paragraph("Issued on 2026-01-19 by I. Varga, approved by M. Aldous, Head of Engineering.")
    document.add_heading("Why the standard changes", level=1)
    document.add_paragraph(
        "Clients ask for one more rack level, trucks without drivers have come into use, and two incidents with "
        "lithium-ion batteries showed that charging places stood too near to the goods. The cost of the change was "
        "estimated at 3.4 % of the building cost of a typical distribution centre."
    )
    document.add_heading("What changes", level=1)
    document.add_paragraph("The table lists the changes that cost money. Other changes are editorial.")
    change_table(document)
    document.add_heading("Which projects are concerned", level=1)
    for item in (
        "Projects whose concept design was approved before 2026-02-01 may stay on revision A.",
        "Projects whose concept design is approved on or after 2026-02-01 shall follow revision B.",
        "Existing sites follow revision B when a zone changes its use, and for that zone only.",
    ):
        document.add_paragraph(item, style="List Bullet")
    document.add_heading("What to do", level=1)
    for item in (
        "Project engineers compare their load schedules with Table 1 and report differences by 2026-04-30.",
        "Site managers measure the distance between charging places and stored goods by 2026-03-31.",
        "Questions go to wds-100@orrin-freight.example; the change coordinator is Petra Nowak.",
    ):
        document.add_paragraph(item, style="List Number")
    document.save(str(path))


def change_table(document: "Document") -> None:  # type: ignore[valid-type]
    """Clause by clause: before, after, why."""
    heads = ("Clause", "Subject", "Revision A", "Revision B", "Reason")
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")  # type: ignore[attr-defined]
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.text = text
        cell.paragraphs[0].runs[0].bold = True
    for change in CHANGES:
        for cell, text in zip(table.add_row().cells, change, strict=True):
            cell.text = text
