"""The text of Word's paragraphs: tracked changes taken as made, fields by their results, notes and comments apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn
from lxml import etree

from kingpost.documents.parsing.cleaning import clean, clean_lines
from kingpost.documents.parsing.formulas import FORMULA, formula
from kingpost.documents.parsing.indices import lowered, raised
from kingpost.documents.parsing.office_graphics import CHART_MARK, DIAGRAM_MARK, said_of

FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
TEXT_BOX = qn("w:txbxContent")
PASSED_OVER = frozenset(
    {qn("w:instrText"), qn("w:delText"), qn("w:del"), qn("w:moveFrom"), qn("w:rPr"), qn("w:pPr"), FALLBACK}
)
SPELLED = {
    qn("w:tab"): " ",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
    qn("w:ptab"): " ",
}
SHIFTED = {"superscript": ("\x01", raised), "subscript": ("\x02", lowered)}
"""How a run is set above or below the line: the mark around it while the paragraph is gathered, and what it becomes."""
END = "\x03"
TYPEWRITER = re.compile(r"courier|consolas|menlo|monaco|lucida console|source code|mono\b", re.IGNORECASE)
NOTES = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}


@dataclass(slots=True)
class ParagraphText:
    """A paragraph's text with what hangs on it: notes and comments by id, text boxes, pictures' descriptions."""

    text: str = ""
    lines: str = ""
    """The text with its breaks and indentation."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    graphics: list[str] = field(default_factory=list)
    """Relations to charts and diagrams."""
    inserted: bool = False
    deleted: bool = False
    hidden: bool = False
    bold: bool = False
    typewritten: bool = False


def read_paragraph(paragraph: Any) -> ParagraphText:
    """Read a ``w:p`` element (or anything that holds runs)."""
    found = ParagraphText()
    pieces = _Pieces()
    _walk(paragraph, found, pieces)
    whole = _shifted("".join(pieces.texts))
    found.text, found.lines = clean(whole), clean_lines(whole)
    found.bold = bool(pieces.bold) and all(pieces.bold)
    found.typewritten = bool(pieces.typewritten) and all(pieces.typewritten)
    return found


@dataclass(slots=True)
class _Pieces:
    """The texts of runs, and how those with words are set."""

    texts: list[str] = field(default_factory=list)
    bold: list[bool] = field(default_factory=list)
    typewritten: list[bool] = field(default_factory=list)

    def take(self, text: str, run: Any) -> None:
        if not text.strip():
            self.texts.append(text)
            return
        mark, _ = SHIFTED.get(_value(run, "w:vertAlign"), ("", None))
        self.texts.append(f"{mark}{text}{END}" if mark else text)
        self.bold.append(_is_on(run, "w:b"))
        self.typewritten.append(bool(TYPEWRITER.search(_value(run, "w:rFonts", "w:ascii"))))


def _walk(element: Any, found: ParagraphText, pieces: _Pieces) -> None:
    for child in element:
        tag = child.tag
        if tag in PASSED_OVER:
            found.deleted |= tag in (qn("w:del"), qn("w:moveFrom")) and child.find(f".//{qn('w:r')}") is not None
        elif tag == qn("w:r") and _is_on(child, "w:vanish"):
            found.hidden = True
        elif tag == qn("w:t"):
            pieces.take(child.text or "", element)
        elif tag == FORMULA:
            neighbour = child.getprevious()
            pieces.texts.append((" " if neighbour is not None and neighbour.tag == FORMULA else "") + formula(child))
        elif tag in SPELLED or tag == qn("w:sym"):
            pieces.texts.append(SPELLED.get(tag) or _symbol(child))
        elif not _hangs_on(child, found):
            found.inserted |= tag in (qn("w:ins"), qn("w:moveTo"))
            _walk(child, found, pieces)


def _shifted(text: str) -> str:
    """Neighbouring runs that are set alike belong together: the ``-`` and the ``3`` of a power."""
    for mark, write in SHIFTED.values():
        text = text.replace(f"{END}{mark}", "")
        text = re.sub(f"{mark}([^{END}]*){END}", lambda match, write=write: write(match[1]), text)  # type: ignore[misc]
    return text


def _hangs_on(element: Any, found: ParagraphText) -> bool:
    """Note down a reference to a note or comment, a picture or a text box; False for everything else."""
    id = element.get(qn("w:id")) or ""
    if element.tag in NOTES:
        found.notes.append((NOTES[element.tag], id))
    elif element.tag == qn("w:commentReference"):
        found.comments.append(id)
    elif element.tag in (qn("w:drawing"), qn("w:pict"), qn("w:object")):
        _drawing(element, found)
    else:
        return False
    return True


def _drawing(drawing: Any, found: ParagraphText) -> None:
    """A picture with what is said of it, or the text boxes in a shape."""
    boxes = [box for box in drawing.iter(TEXT_BOX) if not any(over.tag == FALLBACK for over in box.iterancestors())]
    found.boxes += boxes
    graphics = [mark.get(qn("r:id")) or mark.get(qn("r:dm")) or "" for mark in drawing.iter(CHART_MARK, DIAGRAM_MARK)]
    found.graphics += [relation for relation in graphics if relation]
    described = [
        said_of(properties.get("descr") or properties.get("title") or "")
        for properties in drawing.iter(qn("wp:docPr"), qn("pic:cNvPr"))
    ]
    described += [said_of(shape.get("alt") or "") for shape in drawing.iter("{urn:schemas-microsoft-com:vml}shape")]
    texts = list(dict.fromkeys(text for text in described if text))
    if texts or not (boxes or graphics):
        found.pictures += texts or [""]


def _symbol(symbol: Any) -> str:
    """Characters of symbol fonts lie in a private area, 0xF000 above the font's own."""
    code = symbol.get(qn("w:char")) or ""
    try:
        value = int(code, 16)
    except ValueError:
        return ""
    return "" if 0xE000 <= value <= 0xF8FF else chr(value)


def _value(run: Any, name: str, attribute: str = "w:val") -> str:
    found = run.find(f"{qn('w:rPr')}/{qn(name)}")
    return "" if found is None else found.get(qn(attribute)) or ""


def _is_on(run: Any, name: str) -> bool:
    found = run.find(f"{qn('w:rPr')}/{qn(name)}") if run is not None else None
    return found is not None and (found.get(qn("w:val")) or "1") not in {"0", "false", "off"}


class Remarks:
    """Footnotes, endnotes and comments of a document, by kind and id."""

    def __init__(self, document: Any) -> None:
        self._texts: dict[tuple[str, str], str] = {}
        for relation in document.part.rels.values():
            kind = relation.reltype.rpartition("/")[2]
            if kind in {"footnotes", "endnotes", "comments"} and not relation.is_external:
                self._read(kind, relation.target_part.blob)

    def note(self, kind: str, id: str) -> str:
        """The text of a footnote or endnote."""
        return self._texts.get((kind, id), "")

    def comment(self, id: str) -> str:
        """The text of a comment, with its author."""
        return self._texts.get(("comments", id), "")

    def _read(self, kind: str, content: bytes) -> None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
        root = etree.fromstring(content, parser)
        for note in root if root is not None else ():
            text = " ".join(piece for piece in _paragraphs(note) if piece)
            author = note.get(qn("w:author")) or ""
            self._texts[kind, note.get(qn("w:id")) or ""] = f"{author}: {text}" if author and text else text


def _paragraphs(element: Any) -> Iterator[str]:
    for paragraph in element.iter(qn("w:p")):
        yield read_paragraph(paragraph).text
