"""Reads Word documents in their order: numbered headings and clauses, lists, tables, figures, notes, changes."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn

from kingpost.documents.parsing.clauses import ClauseSequence, clause_start, is_contents_line
from kingpost.documents.parsing.flow import Flow
from kingpost.documents.parsing.grids import RawCell
from kingpost.documents.parsing.office_properties import custom_properties
from kingpost.documents.parsing.words.numbering import Marker, Numbering
from kingpost.documents.parsing.words.tables import read_table
from kingpost.documents.parsing.words.text import ParagraphText, Remarks, read_paragraph
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument

OLE_MAGIC = b"\xd0\xcf\x11\xe0"
HEADING_STYLE = re.compile(r"^heading\s*(\d)$", re.IGNORECASE)
CAPTION = re.compile(
    r"^(?P<label>(?P<kind>Fig(?:ure|\.)|Table|Drawing|Diagram|Chart)\s*\d[\w.\-]*)\s*[:.–—-]?\s*", re.I
)
LONGEST_HEADING = 160
FIELD = re.compile(r"^[^:]{1,40}:?$")
MAIN_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OTHER_MAIN_TYPES = (
    b"application/vnd.ms-word.document.macroEnabled.main+xml",
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)
STRICT = (
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing",
        b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    ),
)
"""The strict form of the format (ISO/IEC 29500) names the same things otherwise."""


def parse(original: Original) -> ParsedDocument:
    """Blocks in order. Raises ``DocumentError`` (``encrypted``) for a protected file."""
    if original.content[:4] == OLE_MAGIC:
        raise DocumentError(
            f"{original.name} is protected by a password or in the old Word format",
            reason="encrypted",
            next="save it as .docx without password",
        )
    document = docx.Document(io.BytesIO(_ordinary(original.content)))
    reader = _Reader(document)
    reader.read(document.element.body)
    reader.finish()
    properties = _properties(document)
    return reader.flow.document(properties=properties, title=properties.get("title", "") or reader.title)


def _ordinary(content: bytes) -> bytes:
    """Templates, files with macros and the strict form as an ordinary document, which is what the library opens."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
        relations = archive.read("_rels/.rels") if "_rels/.rels" in names else b""
        if not any(other in types for other in OTHER_MAIN_TYPES) and STRICT[0][0] not in relations:
            return content
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w") as ordinary:
            for name in dict.fromkeys(names):
                ordinary.writestr(name, _renamed(archive.read(name)) if name.endswith((".xml", ".rels")) else b"")
    return output.getvalue()


def _renamed(content: bytes) -> bytes:
    for other in OTHER_MAIN_TYPES:
        content = content.replace(other, MAIN_TYPE)
    for strict, transitional in STRICT:
        content = content.replace(strict, transitional)
    return content


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
        read_paragraph(paragraph).text
        for section in document.sections
        for part in (section.header, section.footer, section.first_page_header, section.first_page_footer)
        for paragraph in part._element.iter(qn("w:p"))
    ]
    named["running_heads"] = "\n".join(dict.fromkeys(head for head in heads if head))
    return custom_properties(document.part.package) | {key: str(value) for key, value in named.items() if value}


class _Reader:
    """Takes the elements of the body in order."""

    def __init__(self, document: Any) -> None:
        self.flow = Flow()
        self.title = ""
        self._numbering = Numbering(document)
        self._remarks = Remarks(document)
        self._sequence = ClauseSequence()
        self._table_caption = ""
        self._pictures: list[str] = []
        self._changed: set[str] = set()
        self._after: list[tuple[str, tuple[str, ...]]] = []

    def read(self, body: Any) -> None:
        for element in body:
            if element.tag == qn("w:p"):
                self._paragraph(element)
            elif element.tag == qn("w:tbl"):
                self._table(element)
            elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo")):
                self.read(element)

    def finish(self) -> None:
        """Pictures without caption, and what is to be known of changes."""
        self._place_pictures("")
        if "deleted" in self._changed:
            self.flow.warnings.append("has tracked changes: insertions are read, deletions are left out")
        elif "inserted" in self._changed:
            self.flow.warnings.append("has tracked changes: insertions are read")
        if "hidden" in self._changed:
            self.flow.warnings.append("hidden text is left out")

    def _paragraph(self, paragraph: Any) -> None:
        found = read_paragraph(paragraph)
        marker = self._numbering.marker(paragraph) if found.text else None
        self._note(found)
        styles = [style.lower() for style in self._numbering.style_names(paragraph)]
        contents = bool(styles) and styles[0].startswith("toc")
        if found.text and not contents and not is_contents_line(found.text):
            self._text(found, marker, styles, self._numbering.outline_level(paragraph))
        self._place_remarks()

    def _text(self, found: ParagraphText, marker: Marker | None, styles: list[str], outline: int) -> None:
        text = found.text
        caption = CAPTION.match(text) if len(text) <= 2 * LONGEST_HEADING else None
        if caption and ("caption" in styles or caption.end() < len(text)):
            self._caption(text, caption)
            return
        self._place_pictures("")
        self._table_caption = ""
        level = _level(styles, outline) or (0 if marker else _bold_level(found, styles))
        shown = f"{marker.text} {text}" if marker and marker.counts else text
        start = clause_start(shown) if not marker or marker.counts else None
        flags = ("inserted",) if found.inserted else ()
        if "title" in styles and not self.title:
            self.title = text
        if level:
            if start:
                self._sequence.take(start)
            self.flow.heading(shown, level)
        elif start and self._begins_clause(start, text, marker):
            self._sequence.take(start)
            self.flow.clause(shown, start)
        elif marker or any("list" in style or "bullet" in style for style in styles):
            self.flow.item(
                text, marker=marker.text if marker else "-", level=marker.level + 1 if marker else 1, flags=flags
            )
        else:
            self.flow.paragraph(text, flags=flags)

    def _begins_clause(self, start: Any, text: str, marker: Marker | None) -> bool:
        if marker:
            return marker.is_clause
        return self._sequence.accepts(start, heading=_short(text), starts_block=True)

    def _caption(self, text: str, caption: re.Match[str]) -> None:
        """A figure's caption takes the picture before it; a table's waits for its table."""
        if caption["kind"].lower().startswith("table"):
            self._place_pictures("")
            self._table_caption = text
        elif self._pictures:
            self._place_pictures(text, label=caption["label"])
        else:
            self.flow.figure(text, label=caption["label"])

    def _place_pictures(self, caption: str, label: str = "") -> None:
        described = [picture for picture in dict.fromkeys(self._pictures) if picture]
        self._pictures = []
        text = "\n".join([*([caption] if caption else []), *described])
        if text:
            self.flow.figure(text, label=label)

    def _note(self, found: ParagraphText) -> None:
        """Keep what hangs on a paragraph until it has been placed."""
        self._changed |= {
            name
            for name, on in (("inserted", found.inserted), ("deleted", found.deleted), ("hidden", found.hidden))
            if on
        }
        self._pictures += found.pictures
        for kind, id in found.notes:
            text = self._remarks.note(kind, id)
            self._after += [(f"Note {id}: {text}", ("note",))] if text else []
        for id in found.comments:
            text = self._remarks.comment(id)
            self._after += [(f"Comment by {text}", ("comment",))] if text else []
        for box in found.boxes:
            texts = [read_paragraph(paragraph).text for paragraph in box.iter(qn("w:p"))]
            self._after += [(text, ()) for text in texts if text]

    def _place_remarks(self) -> None:
        for text, flags in self._after:
            self.flow.paragraph(text, flags=flags)
        self._after = []

    def _table(self, table: Any) -> None:
        self._place_pictures("")
        rows = read_table(table, self._note)
        caption, self._table_caption = self._table_caption, ""
        rows = [row for row in rows if row]
        if len(rows) == 1 and len({cell.text for cell in rows[0]}) == 1:
            self.flow.paragraph(rows[0][0].text)
        elif rows and _is_form(rows):
            for label, value in _pairs(rows):
                self.flow.field(label.text, value.text)
        elif rows:
            self.flow.table(rows, caption=caption)
        self._place_pictures("")
        self._place_remarks()


def _level(styles: list[str], outline: int) -> int:
    """The heading level by the style, or one it is based on, or its outline level; 0 for text."""
    if "title" in styles:
        return 1
    match = next((match for style in styles if (match := HEADING_STYLE.match(style))), None)
    return min(int(match[1]) or 1, 6) if match else min(outline, 6)


def _bold_level(found: ParagraphText, styles: list[str]) -> int:
    listed = any("list" in style or "bullet" in style for style in styles)
    short = len(found.text) <= LONGEST_HEADING // 2 and not found.text.endswith((".", ":", ","))
    return 6 if found.bold and short and not listed else 0


def _short(text: str) -> bool:
    return len(text) <= LONGEST_HEADING // 2 and not text.endswith((".", ";", ","))


def _pairs(rows: list[list[RawCell]]) -> Iterator[tuple[RawCell, RawCell]]:
    for row in rows:
        own = [cell for cell in row if not cell.merged]
        yield from zip(own[::2], own[1::2], strict=False)


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
