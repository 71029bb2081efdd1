"""Word documents with what Word itself adds to the text: numbers, changes, notes, captions, merged cells."""

import base64
import io
from collections.abc import Callable
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from kingpost.types.documents import Original

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
LEVELS = (("decimal", "%1"), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3"), ("lowerLetter", "(%4)"))


def cases() -> dict[str, Original]:
    return {
        "word_numbering": made(numbering),
        "word_changes": made(changes),
        "word_figures": made(figures),
        "word_tables": made(tables),
        "word_table_numbers": made(table_numbers),
        "word_captions": made(captions),
        "word_formulas": made(formulas),
        "word_code": made(code),
    }


def made(write: Callable[[Any], None]) -> Original:
    document = docx.Document()
    write(document)
    output = io.BytesIO()
    document.save(output)
    return Original(uri="", name=f"{write.__name__}.docx", media_type=WORD, content=output.getvalue())


def numbering(document: Any) -> None:
    """Headings numbered by a list of several levels, with lettered items below the third."""
    lists = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{way}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (way, text) in enumerate(LEVELS)
    )
    lists.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'))
    lists.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    document.add_paragraph("Rack safety standard WDS-310", style="Title")
    for text, style, depth in (
        ("Scope", "Heading 1", 0),
        ("This standard applies to pallet racks up to 12 m.", None, None),
        ("Requirements", "Heading 1", 0),
        ("Uprights", "Heading 2", 1),
        ("Uprights shall have a guard of 400 mm where trucks turn.", None, 2),
        ("Guards shall be", None, 2),
        ("bolted to the slab,", None, 3),
        ("painted yellow.", None, 3),
        ("Beams", "Heading 2", 1),
        ("Beam locks shall withstand 5 kN upwards.", None, 2),
    ):
        paragraph = document.add_paragraph(text, style=style)
        if depth is not None:
            paragraph._p.get_or_add_pPr().append(
                parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="90"/></w:numPr>')
            )
    document.add_paragraph("Check the locks", style="List Bullet")
    document.add_paragraph("Check the guards", style="List Bullet")


def changes(document: Any) -> None:
    """An insertion, a deletion, hidden words, a comment and a footnote."""
    document.add_heading("Fire doors", 1)
    paragraph = document.add_paragraph("Doors in zone B shall be rated ")
    for tag, inner in (("del", '<w:delText xml:space="preserve">EI 60</w:delText>'), ("ins", "<w:t>EI 90</w:t>")):
        change = f'<w:{tag} {nsdecls("w")} w:id="1" w:author="Site"><w:r>{inner}</w:r></w:{tag}>'
        paragraph._p.append(parse_xml(change))
    run = paragraph.add_run(".")
    document.add_comment(run, text="To be confirmed by the insurer.", author="Expert", initials="E")
    hidden = paragraph.add_run(" internal remark")
    hidden.font.hidden = True
    noted = document.add_paragraph("Doors close within 30 s")
    noted._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>'))
    footnotes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:t>Measured from the alarm.</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    )
    part = docx.opc.part.Part(
        docx.opc.packuri.PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        footnotes.encode(),
        document.part.package,
    )
    document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")


def figures(document: Any) -> None:
    """A picture with alternative text and caption, a text box, a table with its caption."""
    document.add_heading("Layout", 1)
    document.add_paragraph("The hall has three zones.")
    picture = document.add_paragraph()
    picture.add_run().add_picture(io.BytesIO(PIXEL))
    picture._p.find(f".//{qn('wp:docPr')}").set("descr", "Plan of the hall: zone A at the docks, zone B in the middle")
    document.add_paragraph("Figure 1: Zones of the hall", style="Caption")
    box = parse_xml(
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox><w:txbxContent>'
        "<w:p><w:r><w:t>Trucks keep to the left.</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    document.add_paragraph("Traffic rules stand at every gate.")._p.append(box)
    document.add_paragraph("Table 1: Clear heights", style="Caption")
    fill(document.add_table(3, 2), [["Zone", "Clear height (m)"], ["A", "10.5"], ["B", "12.2"]])


def tables(document: Any) -> None:
    """A header of two storeys, cells merged down, a table within a cell, and a form."""
    document.add_heading("Loads", 1)
    table = document.add_table(5, 4)
    fill(
        table,
        [
            ["Zone", "Floor load (kN/m²)", "", "Remark"],
            ["", "uniform", "point", ""],
            ["A", "25", "40", "docks"],
            ["", "30", "45", "ramps"],
            ["B", "50", "80", ""],
        ],
    )
    for first, last in (((0, 1), (0, 2)), ((0, 0), (1, 0)), ((0, 3), (1, 3)), ((2, 0), (3, 0))):
        table.cell(*first).merge(table.cell(*last))
    for cell in (*table.rows[0].cells, *table.rows[1].cells):
        for run in (run for paragraph in cell.paragraphs for run in paragraph.runs):
            run.bold = True
    inner = table.cell(4, 3).add_table(2, 2)
    fill(inner, [["axle", "12 t"], ["tyre", "solid"]])
    document.add_heading("Title block", 1)
    fill(document.add_table(2, 4), [["Doc. No.:", "WDS-311", "Rev.:", "C"], ["Date:", "2025-03-01", "Status:", ""]])


def table_numbers(document: Any) -> None:
    """Rows numbered by Word, a head that is only coloured, and items in a cell."""
    document.add_heading("Inspection", 1)
    table = document.add_table(3, 3)
    fill(table, [["Item", "Part", "What to look at"], ["", "Upright", "bends"], ["", "Beam", "locks"]])
    for cell in table.rows[0].cells:
        cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="D9E2F3"/>'))
    for row in table.rows[1:]:
        row.cells[0].paragraphs[0].style = "List Number"
    cell = table.cell(1, 2)
    cell.paragraphs[0].style = "List Bullet"
    cell.add_paragraph("dents", style="List Bullet")


def captions(document: Any) -> None:
    """A caption below its table, notes under it, and captions in another language, counted by fields."""
    document.add_heading("Doors", 1)
    table = document.add_table(3, 2)
    fill(table, [["Door", "Fire rating *"], ["T-101", "EI 90"], ["T-102", "EI 60"]])
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    document.add_paragraph("* Tested by the maker.")
    document.add_paragraph("Table 1: Doors of hall 3", style="Caption")
    document.add_paragraph("The doors close by themselves.")
    counted = '<w:fldSimple {0} w:instr=" SEQ {1} "><w:r><w:t>{2}</w:t></w:r></w:fldSimple>'
    for words, name, number, rest in (
        ("Tabelle ", "Tabelle", "2", ": Lasten"),
        ("Abbildung ", "Abb", "1", " Tor von vorn"),
    ):
        paragraph = document.add_paragraph(words)
        paragraph._p.append(parse_xml(counted.format(nsdecls("w"), name, number)))
        paragraph.add_run(rest)
        if name == "Tabelle":
            fill(document.add_table(2, 2), [["Zone", "Last (kN)"], ["A", "40"]])
            document.add_paragraph("Siehe auch:")


def formulas(document: Any) -> None:
    """A formula with fraction, root and indices; powers and indices in the text."""
    maths = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'

    def run(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    document.add_heading("Deflection", 1)
    paragraph = document.add_paragraph("The beam bends by ")
    under = f"{run('384E')}<m:sSub><m:e>{run('I')}</m:e><m:sub>{run('y')}</m:sub></m:sSub>"
    over = f"{run('5q')}<m:sSup><m:e>{run('L')}</m:e><m:sup>{run('4')}</m:sup></m:sSup>"
    paragraph._p.append(
        parse_xml(
            f"<m:oMath {maths}>{run('w=')}<m:f><m:num>{over}</m:num><m:den>{under}</m:den></m:f>{run('≤')}"
            f"<m:f><m:num>{run('L')}</m:num><m:den>{run('200')}</m:den></m:f></m:oMath>"
        )
    )
    text = document.add_paragraph("The slab takes 25 kN/m")
    for words, way in (
        ("2", "superscript"),
        (" at 10", ""),
        ("-", "superscript"),
        ("3", "superscript"),
        (" strain; CO", ""),
    ):
        piece = text.add_run(words)
        piece.font.superscript = True if way else None
    text.add_run("2").font.subscript = True
    text.add_run(" is not considered, see the 2")
    text.add_run("nd").font.superscript = True
    text.add_run(" part.")


def code(document: Any) -> None:
    """Lines of a program in typewriter letters."""
    document.add_heading("Gate program", 1)
    document.add_paragraph("The controller runs:")
    for line in ("if gate.open:", "    conveyor.stop(now=True)", "    lamp = RED"):
        document.add_paragraph().add_run(line).font.name = "Consolas"
    document.add_paragraph("Nothing else is stored.")


def fill(table: Any, rows: list[list[str]]) -> None:
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
