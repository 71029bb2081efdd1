"""Makes small documents of every kind for the tests of the documents room."""

import io
from collections.abc import Callable, Sequence

import openpyxl
from openpyxl.styles import Font
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from kingpost.documents.chunking import Chunker, Measure
from kingpost.documents.identity import identify
from kingpost.documents.parsing import parse
from kingpost.types.documents import Block, BlockKind, Chunk, Original, ParsedDocument

WIDTH, HEIGHT = A4
Drawing = Callable[[Canvas], None]


def original(name: str, content: bytes | str) -> Original:
    raw = content.encode() if isinstance(content, str) else content
    return Original(uri=f"file:///{name}", name=name, media_type="", content=raw)


def read(name: str, content: bytes | str) -> ParsedDocument:
    return parse(original(name, content))


def cut(name: str, content: bytes | str, *, chunk_tokens: int = 220, context_tokens: int = 48) -> list[Chunk]:
    parsed = read(name, content)
    measure = Measure(chunk_tokens=chunk_tokens, context_tokens=context_tokens, count=lambda text: len(text.split()))
    return Chunker("d" * 12, "r" * 16, identify(parsed, name), measure).cut(parsed)


def pdf(*pages: Drawing | Sequence[str], title: str = "", head: str = "") -> bytes:
    """Each page is drawn by a function, or given as lines; ``head`` stands at the top of each, with a number."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    if title:
        canvas.setTitle(title)
    for number, page in enumerate(pages, start=1):
        if head:
            canvas.setFont("Helvetica", 8)
            canvas.drawString(70, HEIGHT - 30, head)
            canvas.drawString(290, 25, str(number))
        if callable(page):
            page(canvas)
        else:
            write(canvas, page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def write(canvas: Canvas, lines: Sequence[str], *, top: float = 80, left: float = 70, leading: float = 14) -> None:
    """Lines of 10 point; one that begins with ``#`` is set bold in 13 point; an empty one leaves room."""
    y = HEIGHT - top
    for line in lines:
        if line.startswith("#"):
            canvas.setFont("Helvetica-Bold", 13)
            canvas.drawString(left, y, line.lstrip("# "))
        else:
            canvas.setFont("Helvetica", 10)
            canvas.drawString(left, y, line)
        y -= leading


def write_at(canvas: Canvas, places: Sequence[tuple[float, float, str]], *, bold: Sequence[str] = ()) -> None:
    """Texts at (x, y from the top)."""
    for x, y, text in places:
        canvas.setFont("Helvetica-Bold" if text in bold or text.endswith(":") else "Helvetica", 9)
        canvas.drawString(x, HEIGHT - y, text)


def workbook(*sheets: tuple[str, Sequence[Sequence[object]], Sequence[str]], bold_rows: Sequence[int] = ()) -> bytes:
    """Sheets as (name, rows from A1, merged ranges)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows, merged in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for area in merged:
            sheet.merge_cells(area)
        for row in bold_rows:
            for cell in sheet[row]:
                cell.font = Font(bold=True)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def of_kind(parsed: ParsedDocument, kind: BlockKind) -> list[Block]:
    return [block for block in parsed.blocks if block.kind is kind]


def one(chunks: Sequence[Chunk], **wanted: object) -> Chunk:
    """The only chunk whose fields are so."""
    found = [chunk for chunk in chunks if all(getattr(chunk, name) == value for name, value in wanted.items())]
    assert len(found) == 1, [chunk.text for chunk in found]
    return found[0]
