"""Office files under other names and of other times: templates, shows, the strict form, old and mistaken ``.doc``."""

import io
import zipfile

import docx
import pptx
import pytest
from compound_files import compound_file
from document_makers import of_kind, one, read
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kingpost.documents.parsing.flow import text_of
from kingpost.documents.parsing.office_package import STRICT, WORD
from kingpost.documents.parsing.slide_order import Placed, in_reading_order
from kingpost.errors import DocumentError
from kingpost.types.documents import BlockKind

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RICH = rb"{\rtf1\ansi\pard Rack row 12.\par}"
EXPORT = (
    b"Date: Tue, 4 Mar 2025 09:30:00 +0100\r\nSubject: Exported From Confluence\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related; boundary="part"\r\n\r\n--part\r\nContent-Type: text/html; charset=UTF-8\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><body><h1>Racks</h1><p>Rack row 12.</p></body></html>"
    b"\r\n--part--\r\n"
)


def word_file() -> bytes:
    document = docx.Document()
    document.add_paragraph("Rack row 12.")
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def show() -> bytes:
    presentation = pptx.Presentation()
    presentation.slides.add_slide(presentation.slide_layouts[5]).shapes.title.text = "Rack row 12."
    output = io.BytesIO()
    presentation.save(output)
    return output.getvalue()


def altered(content: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(output, "w") as after:
        for name in before.namelist():
            piece = before.read(name)
            for old, new in changes:
                piece = piece.replace(old, new)
            after.writestr(name, piece)
    return output.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docm", altered(word_file(), (WORD.main, WORD.others[0]))),
        ("a.dotx", altered(word_file(), (b"document.main+xml", b"template.main+xml"))),
        ("a.docx", altered(word_file(), *((new, old) for old, new in STRICT))),
        ("a.ppsx", altered(show(), (b"presentation.main+xml", b"slideshow.main+xml"))),
        ("a.potx", altered(show(), (b"presentation.main+xml", b"template.main+xml"))),
        ("a.doc", word_file()),
        ("a.doc", RICH),
        ("a.rtf", RICH),
        ("a.doc", EXPORT),
        ("a.doc", b"<html><body><p>Rack row 12.</p></body></html>"),
    ],
    ids=["macros", "template", "strict", "show", "slide template", "new", "rich", "rtf", "wiki export", "page"],
)
def test_what_an_office_program_opens_is_read_whatever_it_is_called(name: str, content: bytes) -> None:
    assert "Rack row 12." in text_of(read(name, content).blocks)


@pytest.mark.parametrize(
    ("name", "stream", "reason", "advice"),
    [
        ("a.docx", "EncryptedPackage", "encrypted", "password"),
        ("a.pptx", "EncryptedPackage", "encrypted", "password"),
        ("a.doc", "WordDocument", "unsupported", ".docx"),
        ("a.docx", "WordDocument", "unsupported", ".docx"),
        ("a.ppt", "PowerPoint Document", "unsupported", ".pptx"),
        ("a.doc", "Other", "unsupported", ".docx"),
    ],
)
def test_old_and_protected_office_files_say_what_to_do(name: str, stream: str, reason: str, advice: str) -> None:
    with pytest.raises(DocumentError) as raised:
        read(name, compound_file({stream: b"x"}))
    assert raised.value.reason == reason
    assert advice in raised.value.next


@pytest.mark.parametrize("end", range(0, len(RICH), 5))
def test_rich_text_that_is_cut_off_is_read_so_far(end: int) -> None:
    content = RICH[:end] or b"{"
    if content.startswith(b"{\\rtf"):
        assert text_of(read("a.rtf", content).blocks) in "Rack row 12."
    else:
        with pytest.raises(DocumentError):
            read("a.rtf", content)


def test_rich_text_may_open_any_number_of_groups() -> None:
    assert text_of(read("a.rtf", b"{\\rtf1 " + b"{" * 100_000 + b"deep" + b"}" * 100_000).blocks) == "deep"


def at(left: int, top: int, *, width: int = 10, height: int = 4, length: int = 100) -> Placed:
    return Placed(shape=(left, top), left=left, top=top, right=left + width, bottom=top + height, length=length)


def test_columns_of_a_slide_are_read_one_after_the_other() -> None:
    shapes = [at(20, 10), at(0, 10), at(20, 16), at(0, 15), at(0, 0, width=30, height=8)]
    assert [shape.shape for shape in in_reading_order(shapes)] == [(0, 0), (0, 10), (0, 15), (20, 10), (20, 16)]


def test_labels_on_a_slide_are_read_with_what_stands_beside_them() -> None:
    shapes = [at(20, 10), at(0, 10, length=9), at(20, 15), at(0, 15, length=9)]
    assert [shape.shape for shape in in_reading_order(shapes)] == [(0, 10), (20, 10), (0, 15), (20, 15)]


def test_shapes_that_lie_over_each_other_all_come() -> None:
    shapes = [at(left, left % 7, width=50, height=50) for left in range(60)]
    assert len(in_reading_order(shapes)) == 60


def test_a_caption_below_a_table_is_not_lost_when_another_table_follows() -> None:
    document = docx.Document()
    for words in ("Table 1: Doors", "Table 2: Gates"):
        table = document.add_table(2, 2)
        for cell, text in zip((cell for row in table.rows for cell in row.cells), "abcd", strict=True):
            cell.text = text
        document.add_paragraph(words, style="Caption")
        document.add_paragraph("Text between.")
    output = io.BytesIO()
    document.save(output)
    tables = of_kind(read("a.docx", output.getvalue()), BlockKind.TABLE)
    assert [table.grid.caption for table in tables if table.grid] == ["Table 1: Doors", "Table 2: Gates"]


def test_a_caption_without_its_table_is_kept_as_text() -> None:
    document = docx.Document()
    document.add_paragraph("Table 1: Doors of hall 3", style="Caption")
    document.add_paragraph("The table was moved to WDS-311.")
    output = io.BytesIO()
    document.save(output)
    parsed = read("a.docx", output.getvalue())
    assert one(parsed.blocks, text="Table 1: Doors of hall 3").kind is BlockKind.PARAGRAPH


CHARTS = "http://schemas.openxmlformats.org/drawingml/2006/chart"
CHART = f"""<c:chartSpace xmlns:c="{CHARTS}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart>
<c:title><c:tx><c:rich><a:p><a:r><a:t>Throughput</a:t></a:r></a:p></c:rich></c:tx></c:title>
<c:plotArea><c:barChart><c:ser>
<c:tx><c:strRef><c:strCache><c:pt idx="0"><c:v>Line 1</c:v></c:pt></c:strCache></c:strRef></c:tx>
<c:cat><c:strRef><c:strCache><c:pt idx="0"><c:v>May</c:v></c:pt>
<c:pt idx="1"><c:v>June</c:v></c:pt></c:strCache></c:strRef></c:cat>
<c:val><c:numRef><c:numCache><c:pt idx="1"><c:v>950</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c:barChart>
<c:valAx><c:title><c:tx><c:rich><a:p><a:r><a:t>Cartons per hour</a:t></a:r></a:p></c:rich></c:tx></c:title></c:valAx>
</c:plotArea></c:chart></c:chartSpace>"""


def test_a_chart_in_a_text_is_a_figure_with_its_values() -> None:
    document = docx.Document()
    part = Part(PackURI("/word/charts/chart1.xml"), "application/xml", CHART.encode(), document.part.package)
    relation = document.part.relate_to(part, f"{RELATIONSHIPS}/chart")
    drawing = (
        f'<w:r {nsdecls("w", "a", "r")}><w:drawing><a:graphic><a:graphicData uri="{CHARTS}">'
        f'<c:chart xmlns:c="{CHARTS}" r:id="{relation}"/></a:graphicData></a:graphic></w:drawing></w:r>'
    )
    document.add_paragraph()._p.append(parse_xml(drawing))
    document.add_paragraph("Figure 1: Load of the lines", style="Caption")
    output = io.BytesIO()
    document.save(output)
    (figure,) = of_kind(read("a.docx", output.getvalue()), BlockKind.FIGURE)
    assert figure.label == "Figure 1"
    assert figure.text == "Figure 1: Load of the lines. Throughput. Axes: Cartons per hour. Line 1: June 950"
