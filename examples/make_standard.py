"""Renders the warehouse design standard WDS-100 as a PDF, revision A or B, from ``sources/WDS-100.md``."""

import re
from collections.abc import Iterator
from pathlib import Path

from reportlab.graphics.shapes import Drawing, Line, Polygon, Rect, String
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus.tableofcontents import TableOfContents

SOURCE = Path(__file__).parent / "sources" / "WDS-100.md"
COMPANY = "Orrin Freight Engineering"
TITLE = "Warehouse Design Standard"
STATUS = {
    "A": ("Superseded", "2023-05-15", "none", "Superseded by revision B on 2026-02-01. Do not use for new projects."),
    "B": ("Current", "2026-02-01", "Revision A", "In force. Projects under way: see change note CN-031."),
}
HISTORY = {
    "A": [("A", "2023-05-15", "First issue", "M. Aldous")],
    "B": [
        ("A", "2023-05-15", "First issue", "M. Aldous"),
        ("B", "2026-02-01", "Higher racks, mobile robots, lithium batteries (CN-031)", "I. Varga"),
    ],
}
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=14, spaceAfter=6)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=8.5, leading=10.5, spaceAfter=0)
CELL_HEAD = ParagraphStyle("cell head", parent=CELL, fontName="Helvetica-Bold")
CAPTION = ParagraphStyle("caption", parent=BODY, fontName="Helvetica-Bold", fontSize=9, spaceBefore=6, spaceAfter=4)
NOTE = ParagraphStyle("note", parent=BODY, fontSize=8.5, leading=11, spaceBefore=3, spaceAfter=9)
LIST = ParagraphStyle("list", parent=BODY, leftIndent=8 * mm, spaceAfter=3)
COVER = ParagraphStyle("cover", parent=BODY, fontName="Helvetica-Bold", fontSize=24, leading=30, spaceAfter=12)
HEADINGS = {
    level: ParagraphStyle(
        f"heading {level}",
        parent=BODY,
        fontName="Helvetica-Bold",
        fontSize=size,
        leading=size + 4,
        spaceBefore=before,
        spaceAfter=4,
        keepWithNext=1,
    )
    for level, size, before in ((1, 16, 16), (2, 12.5, 10), (3, 10.5, 6))
}
RULES = [
    ("GRID", (0, 0), (-1, -1), 0.6, colors.black),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
]


def write_standard(path: Path, revision: str) -> None:
    """Write revision ``A`` or ``B``; the same bytes every time."""
    Standard(str(path), revision).multiBuild(
        [*cover(revision), *contents(), *body(source_lines(revision))], canvasmaker=NumberedCanvas
    )


def source_lines(revision: str) -> list[str]:
    """The source text with ``{{A|B}}`` settled for the revision; ``|B|`` rows stand in revision B only."""
    text = SOURCE.read_text(encoding="utf-8")
    side = "AB".index(revision)
    settled = re.sub(r"\{\{(.+?)\|(.+?)\}\}", lambda match: match[side + 1], text)
    lines = [line for line in settled.splitlines() if line.strip()]
    if revision == "A":
        return [line for line in lines if not line.startswith("|B|")]
    return [line.replace("|B|", "|", 1) for line in lines]


class NumberedCanvas(Canvas):
    """A canvas that knows at the end how many pages there are."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{**kwargs, "invariant": 1})  # type: ignore[arg-type]
        self._pages: list[dict[str, object]] = []

    def showPage(self) -> None:  # noqa: N802 - the library's name
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self.setFont("Helvetica", 8)
            self.drawRightString(A4[0] - 22 * mm, 12 * mm, f"Page {number} of {len(self._pages)}")
            super().showPage()
        super().save()


class Standard(BaseDocTemplate):
    """The page frame with running head and foot, and the headings noted for the table of contents."""

    def __init__(self, filename: str, revision: str) -> None:
        super().__init__(
            filename,
            pagesize=A4,
            title=f"WDS-100 {TITLE}, revision {revision}",
            author=COMPANY,
            subject=f"Document number WDS-100, revision {revision}, {STATUS[revision][0].lower()}",
            invariant=1,
        )
        self.revision = revision
        frame = Frame(22 * mm, 22 * mm, A4[0] - 44 * mm, A4[1] - 50 * mm, id="text")
        self.addPageTemplates(PageTemplate(id="page", frames=[frame], onPage=self.furnish))

    def furnish(self, canvas: Canvas, _: object) -> None:
        """Running head and foot."""
        canvas.setFont("Helvetica", 8)
        top = A4[1] - 16 * mm
        canvas.drawString(22 * mm, top, COMPANY)
        canvas.drawRightString(A4[0] - 22 * mm, top, f"WDS-100 {TITLE} - Revision {self.revision}")
        canvas.line(22 * mm, top - 2 * mm, A4[0] - 22 * mm, top - 2 * mm)
        canvas.drawString(22 * mm, 12 * mm, "Uncontrolled when printed")

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - the library's name
        """Note a heading of the first two levels."""
        name = flowable.style.name if isinstance(flowable, Paragraph) else ""
        if name in ("heading 1", "heading 2"):
            self.notify("TOCEntry", (int(name[-1]) - 1, flowable.getPlainText(), self.page))


def cover(revision: str) -> list[Flowable]:
    """The first page: what the document is, and its revisions."""
    status, effective, supersedes, remark = STATUS[revision]
    facts = [
        ("Document number", "WDS-100"),
        ("Revision", revision),
        ("Status", status),
        ("Effective date", effective),
        ("Supersedes", supersedes),
        ("Owner", "Head of Engineering, Orrin Freight"),
    ]
    history = [("Revision", "Date", "What changed", "Issued by"), *HISTORY[revision]]
    return [
        Spacer(1, 40 * mm),
        Paragraph(TITLE, COVER),
        Paragraph(remark, BODY),
        Spacer(1, 8 * mm),
        ruled(facts, heads=0, widths=[45, 110]),
        Spacer(1, 20 * mm),
        Paragraph("Revision history", CAPTION),
        ruled(history, heads=1, widths=[20, 28, 82, 30]),
        PageBreak(),
    ]


def contents() -> list[Flowable]:
    """The table of contents."""
    table = TableOfContents(
        levelStyles=[
            ParagraphStyle("contents 1", parent=BODY, fontName="Helvetica-Bold", spaceAfter=2),
            ParagraphStyle("contents 2", parent=BODY, leftIndent=8 * mm, spaceAfter=0, leading=12),
        ],
        dotsMinLevel=0,
    )
    return [Paragraph("Contents", COVER), table, PageBreak()]


def body(lines: list[str]) -> Iterator[Flowable]:
    """Clauses, lists, tables and the figure, in the order of the source."""
    position = 0
    while position < len(lines):
        line = lines[position]
        if line.startswith("|"):
            end = position
            while end < len(lines) and lines[end].startswith("|"):
                end += 1
            yield table_or_figure(lines[position:end])
            position = end
            continue
        yield paragraph(line)
        position += 1


def paragraph(line: str) -> Flowable:
    """A heading, a list item or a paragraph."""
    marks = len(line) - len(line.lstrip("#"))
    if marks:
        return Paragraph(line[marks:].strip(), HEADINGS[marks])
    if line.startswith("- "):
        return Paragraph(line[2:], LIST)
    return Paragraph(line, BODY)


def table_or_figure(lines: list[str]) -> Flowable:
    """A caption with its ruled table (one or two head rows) and note, or the figure with its caption."""
    marked = {name: value.strip() for _, name, value in (line.split("|", 2) for line in lines if line[1] != " ")}
    if "figure" in marked:
        return KeepTogether([Spacer(1, 4 * mm), aisle_section(), Paragraph(marked["caption"], CAPTION)])
    heads = [cells(marked[name]) for name in ("over", "head") if name in marked]
    rows = [cells(line[1:]) for line in lines if line[1] == " "]
    parts: list[Flowable] = [Paragraph(marked["caption"], CAPTION), ruled([*heads, *rows], heads=len(heads))]
    parts.append(Paragraph(f"Note: {marked['note']}", NOTE) if "note" in marked else Spacer(1, 4 * mm))
    return KeepTogether(parts)


def cells(line: str) -> tuple[str, ...]:
    """The cells of a source row."""
    return tuple(cell.strip() for cell in line.split("|"))


def ruled(rows: list[tuple[str, ...]], *, heads: int, widths: list[float] | None = None) -> Table:
    """A ruled table; an empty cell of the first of two head rows continues the cell to its left."""
    columns = len(rows[-1])
    widths = widths or [166 / columns] * columns
    table = Table(
        [[Paragraph(text, CELL_HEAD if number < heads else CELL) for text in row] for number, row in enumerate(rows)],
        colWidths=[width * mm for width in widths],
        repeatRows=heads,
    )
    rules = [*RULES, ("BACKGROUND", (0, 0), (-1, heads - 1), colors.whitesmoke)] if heads else RULES
    table.setStyle(TableStyle([*rules, *(spans(rows[0]) if heads > 1 else [])]))
    return table


def spans(head: tuple[str, ...]) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Spans of an upper head row: each text reaches to the next one."""
    starts = [column for column, text in enumerate(head) if text]
    for start, end in zip(starts, [*starts[1:], len(head)], strict=True):
        if end - start > 1:
            yield "SPAN", (start, 0), (end - 1, 0)


def aisle_section() -> Drawing:
    """A section through an aisle: two racks, load units, the dimensions named."""
    drawing = Drawing(166 * mm, 78 * mm)
    for left in (10 * mm, 106 * mm):
        for post in (left, left + 46 * mm):
            drawing.add(Rect(post, 6 * mm, 2 * mm, 66 * mm, fillColor=colors.lightgrey))
        for level in range(3):
            beam = (8 + 22 * level) * mm
            drawing.add(Rect(left, beam, 48 * mm, 2 * mm, fillColor=colors.grey))
            drawing.add(Rect(left + 5 * mm, beam + 2 * mm, 17 * mm, 14 * mm, fillColor=colors.wheat))
            drawing.add(Rect(left + 26 * mm, beam + 2 * mm, 17 * mm, 14 * mm, fillColor=colors.wheat))
    drawing.add(Line(0, 6 * mm, 166 * mm, 6 * mm, strokeWidth=1.5))
    drawing.add(Line(58 * mm, 30 * mm, 106 * mm, 30 * mm))
    for tip, side in ((58 * mm, 1), (106 * mm, -1)):
        drawing.add(Polygon([tip, 30 * mm, tip + side * 6, 30 * mm + 3, tip + side * 6, 30 * mm - 3]))
    drawing.add(String(67 * mm, 32 * mm, "clear aisle width (Table 4)", fontName="Helvetica", fontSize=7))
    drawing.add(String(63 * mm, 45 * mm, "clearance above load units (6.3.3)", fontName="Helvetica", fontSize=7))
    drawing.add(String(70 * mm, 8 * mm, "finished floor, flatness FM2", fontName="Helvetica", fontSize=7))
    return drawing
