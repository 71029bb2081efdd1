"""Small, whole files of every kind, to be read, and to be damaged."""

import io

import docx
import openpyxl
import pptx
from reportlab.pdfgen.canvas import Canvas


def workbook(text: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Rack", "Load [kN]", "Remark"], ["R-1", 25, text], ["R-2", 30, "beside the dock"]):
        sheet.append(row)
    return _saved(book)


def letter(text: str) -> bytes:
    document = docx.Document()
    document.add_heading("Conveyor C-7", 1)
    document.add_paragraph(text)
    return _saved(document)


def slides(text: str) -> bytes:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "Fire doors"
    slide.placeholders[1].text = text
    return _saved(presentation)


def pdf(text: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(70, 700, text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def page(text: str) -> bytes:
    return f"<html><body><h1>Floor slab</h1><p>{text}</p></body></html>".encode()


def table(text: str) -> bytes:
    return f"Rack,Load,Remark\nR-1,25,{text}\nR-2,30,none\n".encode()


def note(text: str) -> bytes:
    return f"# Dock levellers\n\n{text}\n".encode()


WHOLE = {
    "xlsx": workbook,
    "docx": letter,
    "pptx": slides,
    "pdf": pdf,
    "html": page,
    "csv": table,
    "md": note,
    "txt": note,
}


def _saved(thing: object) -> bytes:
    out = io.BytesIO()
    thing.save(out)  # type: ignore[attr-defined]
    return out.getvalue()
