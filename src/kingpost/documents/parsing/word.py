"""Reads Word documents: paragraphs, headings, lists and tables in document order."""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from kingpost.documents.parsing.clauses import ClauseSequence, clause_start, is_contents_line
from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.flow import NOWHERE, Flow
from kingpost.documents.parsing.grids import RawCell
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument

OLE_MAGIC = b"\xd0\xcf\x11\xe0"
HEADING_STYLE = re.compile(r"^heading\s*(\d)|^title$", re.IGNORECASE)
LIST_STYLE = re.compile(r"list|bullet|number", re.IGNORECASE)
CAPTION_STYLE = re.compile(r"caption", re.IGNORECASE)
LONGEST_HEADING = 160
FIELD = re.compile(r"^[^:]{1,40}:?$")


def parse(original: Original) -> ParsedDocument:
    """Blocks in order. Raises ``DocumentError`` (``encrypted``) for a protected file."""
    if original.content[:4] == OLE_MAGIC:
        raise DocumentError(
            f"{original.name} is protected by a password or in the old Word format",
            reason="encrypted",
            next="save it as .docx without password",
        )
    document = docx.Document(io.BytesIO(original.content))
    reader = _Reader()
    reader.read(document)
    properties = _properties(document)
    return reader.flow.document(properties=properties, title=properties.get("title", ""))


def _properties(document: Any) -> dict[str, str]:
    core = document.core_properties
    named = {
        "title": core.title,
        "author": core.author,
        "subject": core.subject,
        "status": core.content_status,
        "version": core.version,
        "identifier": core.identifier,
        "keywords": core.keywords,
    }
    heads = [
        clean(paragraph.text)
        for section in document.sections
        for paragraph in section.header.paragraphs + section.footer.paragraphs
    ]
    named["running_heads"] = "\n".join(dict.fromkeys(head for head in heads if head))
    return {key: str(value) for key, value in named.items() if value}


class _Reader:
    def __init__(self) -> None:
        self.flow = Flow()
        self._sequence = ClauseSequence()
        self._caption = ""

    def read(self, document: Any) -> None:
        for piece in document.iter_inner_content():
            if isinstance(piece, Table):
                self._table(piece)
            else:
                self._paragraph(piece)

    def _paragraph(self, paragraph: Paragraph) -> None:
        text = clean(paragraph.text)
        style = (paragraph.style.name or "") if paragraph.style is not None else ""
        if not text or style.lower().startswith("toc") or is_contents_line(text):
            return
        level = _level(paragraph, style, text)
        start = clause_start(text)
        if level:
            if start:
                self._sequence.take(start)
            self.flow.heading(text, level)
        elif start and self._sequence.accepts(start, heading=_short(text), starts_block=True):
            self._sequence.take(start)
            self.flow.clause(text, start)
        elif LIST_STYLE.search(style) or _is_numbered(paragraph):
            self.flow.item(text, marker="-")
        else:
            self.flow.paragraph(text)
        self._caption = (
            text
            if CAPTION_STYLE.search(style) or (text.lower().startswith("table ") and len(text) <= LONGEST_HEADING)
            else ""
        )

    def _table(self, table: Table) -> None:
        seen: set[Any] = set()
        rows = [list(_cells(row, seen)) for row in table.rows]
        if not rows:
            return
        if len(rows) == 1 and len({cell.text for cell in rows[0]}) == 1:
            self.flow.paragraph(rows[0][0].text)
            return
        if _is_form(rows):
            for row in rows:
                own = [cell for cell in row if not cell.merged]
                for label, value in zip(own[::2], own[1::2], strict=False):
                    self.flow.field(label.text, value.text)
            return
        self.flow.table(rows, caption=self._caption)
        self._caption = ""


def _level(paragraph: Paragraph, style: str, text: str) -> int:
    """The heading level by style, or 0."""
    match = HEADING_STYLE.match(style)
    if match:
        return int(match[1] or 1)
    runs = [run for run in paragraph.runs if run.text.strip()]
    bold = bool(runs) and all(run.bold for run in runs)
    return (
        6
        if bold
        and len(text) <= LONGEST_HEADING // 2
        and not text.endswith((".", ":", ","))
        and not LIST_STYLE.search(style)
        else 0
    )


def _short(text: str) -> bool:
    return len(text) <= LONGEST_HEADING // 2 and not text.endswith((".", ";", ","))


def _is_numbered(paragraph: Paragraph) -> bool:
    properties = paragraph._p.pPr
    return properties is not None and properties.numPr is not None


def _cells(row: Any, seen: set[Any]) -> Iterator[RawCell]:
    """The row's cells on the table's grid: what is merged across or down is repeated and marked so."""
    header = bool(row._tr.trPr is not None and row._tr.trPr.xpath("./w:tblHeader"))
    for _ in range(row.grid_cols_before):
        yield RawCell(text="", location=NOWHERE)
    for cell in row.cells:
        text = clean(" ".join(paragraph.text for paragraph in cell.paragraphs))
        runs = [run for paragraph in cell.paragraphs for run in paragraph.runs if run.text.strip()]
        bold = bool(runs) and all(run.bold for run in runs)
        yield RawCell(text=text, location=NOWHERE, merged=cell._tc in seen, heading=header or bold)
        seen.add(cell._tc)


def _is_form(rows: list[list[RawCell]]) -> bool:
    """Labels beside values: an even number of cells a row, every label short, most with colon or in bold."""
    own = [[cell for cell in row if not cell.merged] for row in rows]
    if any(len(row) % 2 or len(row) not in {2, 4} for row in own):
        return False
    labels = [cell for row in own for cell in row[::2] if cell.text]
    values = [cell for row in own for cell in row[1::2] if cell.text]
    if not labels or any(not FIELD.match(label.text) or label.numeric for label in labels):
        return False
    colons = sum(label.text.endswith(":") for label in labels)
    bold = sum(label.heading for label in labels) - sum(value.heading for value in values)
    return colons * 2 >= len(labels) or bold * 3 >= 2 * len(labels)
