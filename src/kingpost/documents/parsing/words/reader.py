"""Takes the elements of a Word document in order: headings and clauses, lists, tables, figures, notes, changes."""

import re
from typing import Any

from docx.oxml.ns import qn

from kingpost.documents.parsing.clauses import ClauseSequence, ClauseStart, clause_start, is_contents_line
from kingpost.documents.parsing.flow import Flow
from kingpost.documents.parsing.office_graphics import graphic_text, sentences
from kingpost.documents.parsing.words.captions import LONGEST_CAPTION, Caption, caption_of, is_note
from kingpost.documents.parsing.words.forms import is_form, pairs
from kingpost.documents.parsing.words.numbering import Marker, Numbering
from kingpost.documents.parsing.words.tables import CellText, Rows, is_head_set_apart, read_table
from kingpost.documents.parsing.words.text import ParagraphText, Remarks, read_paragraph

HEADING_STYLE = re.compile(r"^heading\s*(\d)$", re.IGNORECASE)
CONTENTS_STYLE = re.compile(r"^(?:toc\b|table of (?:figures|authorities)|index \d)", re.IGNORECASE)
CODE_STYLE = re.compile(
    r"^(?:source code|code(?: block)?|html preformatted|macro text|preformatted text)$", re.IGNORECASE
)
CODE = re.compile(r"[{}()\[\];=<>_\\|$#]|^\s*(?:return|import|if|else|for|while|try|begin|end)\b")
CONTAINERS = frozenset(qn(name) for name in ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo"))
LONGEST_HEADING = 160
MOST_NOTES = 12


class DocumentReader:
    """Reads one document; ``flow`` and ``title`` have what was read."""

    def __init__(self, document: Any) -> None:
        self.flow = Flow()
        self.title = ""
        self._parts = document.part.related_parts
        self._numbering = Numbering(document)
        self._remarks = Remarks(document)
        self._sequence = ClauseSequence()
        self._caption = ""
        """Of a table that is to come."""
        self._table: Rows = []
        """Read, and waiting for its notes, or its caption if that stands below."""
        self._table_notes: list[str] = []
        self._code: list[str] = []
        self._pictures: list[str] = []
        self._changed: set[str] = set()
        self._after: list[tuple[str, tuple[str, ...]]] = []

    def read(self, body: Any) -> None:
        """Take the children of an element."""
        for element in body:
            if element.tag == qn("w:p"):
                self._paragraph(element)
            elif element.tag == qn("w:tbl"):
                self._take_table(element)
            elif element.tag in CONTAINERS:
                self.read(element)

    def finish(self) -> None:
        """What still waits, and what is to be known of changes."""
        self._settle()
        self._place_pictures()
        if "deleted" in self._changed:
            self.flow.warnings.append("has tracked changes: insertions are read, deletions are left out")
        elif "inserted" in self._changed:
            self.flow.warnings.append("has tracked changes: insertions are read")
        if "hidden" in self._changed:
            self.flow.warnings.append("hidden text is left out")

    def _paragraph(self, paragraph: Any) -> None:
        found = read_paragraph(paragraph)
        marker = self._numbering.marker(paragraph) if found.text or not found.deleted else None
        styles = [style.lower() for style in self._numbering.style_names(paragraph)]
        contents = (styles and CONTENTS_STYLE.match(styles[0])) or is_contents_line(found.text)
        caption = None if contents else caption_of(paragraph, found, styles)
        if caption:
            self._note(found)
            self._take_caption(found.text, caption)
        else:
            if found.text and not contents:
                self._text(found, marker, _level(styles, self._numbering.outline_level(paragraph)), styles)
            self._note(found)
        if not self._table:
            self._place_remarks()

    def _text(self, found: ParagraphText, marker: Marker | None, level: int, styles: list[str]) -> None:
        if self._table and len(self._table_notes) < MOST_NOTES and is_note(found.text):
            self._table_notes.append(found.text)
            return
        if _is_code(found, styles) or (self._code and found.typewritten):
            self._settle_table()
            self._place_pictures()
            self._code.append(found.lines)
            return
        self._settle()
        self._place_pictures()
        level = level or (0 if marker else _bold_level(found, styles))
        if "title" in styles and not self.title:
            self.title = found.text
        if level:
            self._heading(f"{marker.text} {found.text}" if marker and marker.counts else found.text, level)
        else:
            self._body_text(found, marker, styles)

    def _heading(self, shown: str, level: int) -> None:
        start = clause_start(shown)
        if start:
            self._sequence.take(start)
        self.flow.heading(shown, level)

    def _body_text(self, found: ParagraphText, marker: Marker | None, styles: list[str]) -> None:
        text, flags = found.text, ("inserted",) if found.inserted else ()
        shown = f"{marker.text} {text}" if marker and marker.counts else text
        start = clause_start(shown) if not marker or marker.counts else None
        if start and self._begins_clause(start, text, marker):
            self._sequence.take(start)
            self.flow.clause(shown, start)
        elif marker or any("list" in style or "bullet" in style for style in styles):
            self.flow.item(
                text, marker=marker.text if marker else "-", level=marker.level + 1 if marker else 1, flags=flags
            )
        else:
            self.flow.paragraph(text, flags=flags)

    def _begins_clause(self, start: ClauseStart, text: str, marker: Marker | None) -> bool:
        if marker:
            return marker.is_clause
        return self._sequence.accepts(start, heading=_short(text), starts_block=True)

    def _take_caption(self, text: str, caption: Caption) -> None:
        """A figure's caption takes the picture before it; a table's waits for its table, or closes the one above."""
        if caption.is_table(bool(self._pictures)):
            if self._table and not self._caption and not caption.before_table:
                self._caption = text
                self._settle()
                return
            self._settle()
            self._place_pictures()
            if caption.before_table:
                self._caption = text
            else:
                self.flow.paragraph(text)
            return
        self._settle()
        self._place_pictures(text, label=caption.label)

    def _place_pictures(self, caption: str = "", label: str = "") -> None:
        text = sentences([caption, *self._pictures])
        self._pictures = []
        if text:
            self.flow.figure(text, label=label)

    def _note(self, found: ParagraphText) -> None:
        """Keep what hangs on a paragraph until it has been placed."""
        kinds = (("inserted", found.inserted), ("deleted", found.deleted), ("hidden", found.hidden))
        self._changed |= {name for name, on in kinds if on}
        self._pictures += found.pictures
        for relation in found.graphics:
            part = self._parts.get(relation)
            self._pictures += [graphic_text(part.blob)[1]] if part else []
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
            self._place_code()
            self.flow.paragraph(text, flags=flags)
        self._after = []

    def _cell_paragraph(self, paragraph: Any) -> CellText:
        """As it is shown in a cell: a number may be all that stands there."""
        found = read_paragraph(paragraph)
        marker = self._numbering.marker(paragraph) if found.text or not found.deleted else None
        number = f"{marker.text} " if marker and marker.counts else ""
        pictures = " ".join(picture for picture in found.pictures if picture)
        found.pictures.clear()
        self._note(found)
        text = f"{number}{found.text} {pictures}".strip()
        return CellText(text=text, bold=found.bold, item=bool(marker and found.text))

    def _take_table(self, table: Any) -> None:
        self._settle(keep_caption=True)
        self._place_pictures()
        set_apart = is_head_set_apart(table, self._numbering.table_style(table))
        rows = [row for row in read_table(table, self._cell_paragraph, head_set_apart=set_apart) if row]
        if len(rows) == 1 and len({cell.text for cell in rows[0]}) == 1:
            self.flow.paragraph(rows[0][0].text)
        elif rows and is_form(rows):
            for label, value in pairs(rows):
                self.flow.field(label.text, value.text)
        else:
            self._table = rows
        if not self._table:
            self._close_table()

    def _settle(self, *, keep_caption: bool = False) -> None:
        """Place the code and the table that wait."""
        self._place_code()
        self._settle_table()
        if not keep_caption:
            self._caption = ""

    def _settle_table(self) -> None:
        if self._table:
            rows, self._table = self._table, []
            self.flow.table(rows, caption=self._caption, notes=self._table_notes)
            self._caption = ""
            self._close_table()

    def _close_table(self) -> None:
        self._table_notes = []
        self._place_pictures()
        self._place_remarks()

    def _place_code(self) -> None:
        lines, self._code = self._code, []
        if lines:
            self.flow.code("\n".join(lines))


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


def _is_code(found: ParagraphText, styles: list[str]) -> bool:
    """By its style, or set in typewriter letters and written as code is."""
    if styles and CODE_STYLE.match(styles[0]):
        return True
    return found.typewritten and bool(CODE.search(found.text)) and len(found.text) <= LONGEST_CAPTION


def _short(text: str) -> bool:
    return len(text) <= LONGEST_HEADING // 2 and not text.endswith((".", ";", ","))
