"""Walks the tree of a page and puts its headings, texts, lists, tables and figures into a flow."""

import re
from collections.abc import Iterable
from typing import TypeAlias

from lxml import html as lxml_html

from kingpost.documents.parsing.clauses import ClauseSequence, clause_start
from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.flow import Flow
from kingpost.documents.parsing.markup.chrome import names_of
from kingpost.documents.parsing.markup.lists import markers
from kingpost.documents.parsing.markup.notes import Notes
from kingpost.documents.parsing.markup.tables import (
    FieldRow,
    field_rows,
    is_layout,
    marks_within,
    own_cells,
    owner,
    read_table,
)
from kingpost.documents.parsing.markup.wording import (
    BLOCKS,
    BREAK,
    HEADINGS,
    described,
    inline_text,
    is_sign,
    joined,
    svg_text,
    words,
)

CAPTION = re.compile(
    r"^(?P<label>(?P<kind>Fig(?:ure|\.)|Table|Tab\.|Drawing|Diagram|Chart)\s*[A-Z]?\d[\w.\-]*?)(?:\s*[:.\u2013\u2014-]|\s+(?=[A-Z])|$)",
    re.IGNORECASE,
)
LONGEST_CAPTION = 400
LONGEST_HEADING = 100
FIGURES = frozenset({"thumb", "gallerybox", "wp-caption", "figure", "image-figure"})
CAPTIONS = frozenset({"thumbcaption", "gallerytext", "caption", "wp-caption-text", "caption-text"})
ADMONITION = re.compile(r"admonition|callout|markdown-alert|theme-admonition|confluence-information-macro|alert")
ADMONITION_KIND = re.compile(
    r"(?:^|-)(note|warning|tip|info|information|caution|danger|important|attention|hint|error|success|example)$"
)
ADMONITION_TITLE = re.compile(r"admonition-title|markdown-alert-title|callout-title|admonitionHeading\w*|title")
NUMBERED_CODE = frozenset({"highlighttable", "rouge-table", "lntable"})
SAYS_NOTHING = re.compile(r"(?:click here to |show |hide )?(?:expand|collapse|details|more|less)\W*", re.IGNORECASE)
BULLETED = re.compile(
    r"^(?P<marker>[\u2022\u00b7\u25aa\u25cf\u25e6\u2023\u2043*\u2013-]|\(?\d{1,2}[.)]|[a-z]\))\s+(?P<text>\S.*)$"
)
BULLET = re.compile(r"^[\u2022\u00b7\u25aa\u25cf\u25e6\u2023\u2043\uf0b7]\s*(?P<text>\S.*)$")
FIELD = re.compile(r"^(?P<label>[A-Z][^:.;?!]{1,40}):\s+(?P<value>\S.{0,200})$")
BLANK = f" \t\r\n\u00a0{BREAK}"
EMPTY_BOX = re.compile(r"\s*\[[ x]\]\s*")
Element: TypeAlias = lxml_html.HtmlElement


class PageReader:
    """Walks the tree; loose inline text gathers until the next block begins."""

    def __init__(self, flow: Flow, notes: Notes, *, headed: bool) -> None:
        self.flow = flow
        self._notes = notes
        self._headed = headed
        self._loose: list[str] = []
        self._level = 0
        self._marker = ""
        self._prefix = ""
        self._caption = ""
        self._pictures: list[str] = []
        self._sequence = ClauseSequence()

    def read(self, element: Element) -> None:
        self._element(element)
        self._flush()
        self._settle()

    def _element(self, element: Element) -> None:
        if element.tag in BLOCKS:
            self._flush()
            self._block(element)
            self._flush()
        elif next(element.iterdescendants(*BLOCKS), None) is not None:
            self._children(element)
        elif pictures := self._standing_alone(element):
            self._pictures += pictures
        else:
            self._loose.append(words(element))

    def _block(self, element: Element) -> None:
        names = names_of(element)
        if element.tag == "figure" or (
            FIGURES.intersection(names) and next(element.iter("img", "svg"), None) is not None
        ):
            self._figure(element)
            return
        match element.tag:
            case tag if tag in HEADINGS:
                self._heading(inline_text(element), HEADINGS[tag])
            case "table":
                self._table(element)
            case "pre":
                self._code(element)
            case "ul" | "ol":
                self._list(element)
            case "dl":
                self._definitions(element)
            case "summary" if SAYS_NOTHING.fullmatch(inline_text(element)):
                pass
            case _:
                self._box(element, names)

    def _children(self, element: Element) -> None:
        self._loose.append(element.text or "")
        for child in element:
            self._element(child)
            self._loose.append(child.tail or "")

    def _box(self, element: Element, names: list[str]) -> None:
        """What holds text or other blocks; a box of advice has its kind or title in front of its first text."""
        if element.get("role") == "heading" and (element.get("aria-level") or "").isdecimal():
            self._heading(inline_text(element), int(element.get("aria-level") or "2"))
        elif ADMONITION_TITLE.fullmatch(" ".join(names)) and self._prefix:
            self._prefix = f"{inline_text(element).rstrip(': ')}:"
        elif any(
            name == "expand-control-text" or name == "expand-control" for name in names
        ) and SAYS_NOTHING.fullmatch(inline_text(element)):
            return
        else:
            kind = _advice(names)
            if kind:
                self._settle()
                self._prefix = kind
            if not self._headed and _is_bold_line(element):
                self._heading(inline_text(element), 2)
            else:
                self._children(element)

    def _flush(self) -> None:
        loose, self._loose = "".join(self._loose), []
        if not loose.strip() or EMPTY_BOX.fullmatch(loose):
            return
        group: list[str] = []
        for line in [*map(joined, loose.split(BREAK)), ""]:
            if line:
                group.append(line)
            elif group:
                self._lines(group)
                group = []

    def _lines(self, lines: list[str]) -> None:
        """Lines that a page breaks itself: items, fields, or one paragraph."""
        items = [BULLETED.match(line) for line in lines]
        fields = [FIELD.match(line) for line in lines]
        if len(lines) > 1 and all(items):
            self._settle()
            for item in filter(None, items):
                self.flow.item(item["text"], marker=item["marker"], level=self._level + 1)
        elif len(lines) > 1 and all(fields) and not self._level:
            self._settle()
            for field in filter(None, fields):
                self.flow.field(field["label"], field["value"])
        else:
            self._text(" ".join(lines))

    def _text(self, text: str) -> None:
        if self._prefix:
            text, self._prefix = f"{self._prefix} {text}", ""
        caption = CAPTION.match(text) if len(text) <= LONGEST_CAPTION else None
        if caption and caption["kind"].lower().startswith("tab"):
            self._settle()
            self._caption = text
            return
        if caption and self._pictures:
            self._place_pictures(text, caption["label"])
            return
        self._settle()
        bullet = BULLET.match(text)
        if self._level:
            text = bullet["text"] if bullet and self._marker == "-" else text
            self.flow.item(text, marker=self._marker, level=self._level)
            self._marker = ""
        elif bullet:
            self.flow.item(bullet["text"], marker="-")
        else:
            self._paragraph(text)

    def _paragraph(self, text: str) -> None:
        start = clause_start(text)
        short = len(text) <= LONGEST_HEADING and not text.endswith((".", ";", ","))
        if start and not start.bare and self._sequence.accepts(start, heading=short, starts_block=True):
            self._sequence.take(start)
            self.flow.clause(text, start)
        else:
            self.flow.paragraph(text)

    def _heading(self, text: str, level: int) -> None:
        self._settle()
        text = text.rstrip("\u00b6 ")
        start = clause_start(text)
        if start:
            self._sequence.take(start)
        self.flow.heading(text, level)

    def _settle(self) -> None:
        """Place what waited for a text of its own that did not come."""
        self._place_pictures("", "")
        waiting, self._caption, self._prefix = (self._caption, self._prefix.rstrip(":")), "", ""
        for text in filter(None, waiting):
            self.flow.paragraph(text)

    def _place_pictures(self, caption: str, label: str) -> None:
        pictures, self._pictures = list(dict.fromkeys(self._pictures)), []
        text = " ".join([*([caption] if caption else []), *(picture for picture in pictures if picture not in caption)])
        self.flow.figure(text, label=label)

    def _standing_alone(self, element: Element) -> list[str]:
        """The descriptions of pictures that no text stands around."""
        if element.tag != "svg" and next(element.iter("img"), None) is None:
            return []
        if (element.tail or "").strip() or any(piece.strip(BLANK) for piece in self._loose):
            return []
        if element.tag == "svg":
            return [text] if (text := svg_text(element)) else []
        if element.text_content().strip():
            return []
        pictures = [image for image in element.iter("img") if not is_sign(image)]
        return [text for image in pictures if (text := described(image))]

    def _figure(self, element: Element) -> None:
        caption = next(
            (part for part in element.iter() if part.tag == "figcaption" or CAPTIONS.intersection(names_of(part))), None
        )
        text = inline_text(caption) if caption is not None else ""
        if caption is not None and caption is not element:
            caption.drop_tree()
        if next(element.iter("table", "pre", "ul", "ol"), None) is not None:
            self._settle()
            self._caption = text
            self._children(element)
            return
        self._settle()
        self._pictures = [described(image) for image in element.iter("img")]
        self._pictures += [inline for inline in [_without_pictures(element)] if inline]
        numbered = CAPTION.match(text)
        self._place_pictures(text, numbered["label"] if numbered else "")

    def _code(self, element: Element) -> None:
        caption, self._caption = self._caption, ""
        self._settle()
        self.flow.paragraph(caption)
        for line_break in element.iter("br"):
            line_break.text = "\n"
        self.flow.code(element.text_content())

    def _list(self, element: Element) -> None:
        self._caption_above()
        marked = markers(element)
        self._level += 1
        self._loose.append(element.text or "")
        for child in element:
            self._flush()
            if child.tag in {"ul", "ol"}:
                self._list(child)
                self._loose.append(child.tail or "")
                continue
            self._marker = self._notes.marker(child) or marked.get(child, "")
            if FIGURES.intersection(names_of(child)):
                self._block(child)
            else:
                self._children(child)
            self._flush()
            self._loose.append(child.tail or "")
        self._flush()
        self._level -= 1
        self._marker = ""

    def _definitions(self, element: Element) -> None:
        """Every definition with its term in front."""
        self._caption_above()
        if next(element.iter("dt", "dd"), None) is None:
            self._children(element)
            return
        terms: list[str] = []
        defined = False
        for child in element.iter("dt", "dd"):
            if next(child.iterancestors("dl"), None) is not element:
                continue
            if child.tag == "dt":
                terms = [] if defined else terms
                defined = False
                terms.append(inline_text(child).rstrip(": "))
                continue
            defined = True
            self._settle()
            self._prefix = f"{', '.join(terms)}:" if any(terms) else ""
            self._children(child)
            self._flush()
            self._settle()
        if terms and not defined:
            self._text(", ".join(terms))

    def _caption_above(self) -> None:
        """A title that waited for a table stands over a list."""
        if self._caption or self._prefix:
            self._settle()

    def _table(self, element: Element) -> None:
        if NUMBERED_CODE.intersection(names_of(element)):
            for code in list(element.iter("pre"))[-1:]:
                self._code(code)
            return
        if next(element.iter("tr"), None) is None:
            self._children(element)
            return
        if is_layout(element):
            self._cells(own_cells(element))
            return
        fields = field_rows(element)
        if fields:
            self._fields(fields)
            return
        self._grid(element)
        for nested in element.iterdescendants("table"):
            if owner(nested) is element:
                self._table(nested)

    def _fields(self, rows: Iterable[FieldRow]) -> None:
        """A form: its title is left out where it only repeats that of the section."""
        self._settle()
        for row in rows:
            if row.label:
                values = [inline_text(cell, without=marks_within(cell)) for cell in row.values]
                self.flow.field(row.label, ", ".join(value for value in values if value))
            elif inline_text(row.values[0]) not in self.flow.section[-1:]:
                self._cells(row.values)

    def _cells(self, cells: Iterable[Element]) -> None:
        for cell in cells:
            self._flush()
            self._children(cell)
            self._flush()

    def _grid(self, element: Element) -> None:
        read = read_table(element, self._notes.texts)
        caption = read.caption or self._caption
        if read.caption != self._caption and read.caption:
            self._settle()
        self._caption = ""
        self._settle()
        if read.rows and len(read.rows[0]) == 1 and (len(read.rows) == 1 or not read.rows[0][0].heading):
            self._cells(own_cells(element))
        elif read.rows:
            self.flow.table(
                read.rows,
                caption=caption,
                header_rows=read.header_rows,
                notes=read.notes,
                label_columns=read.label_columns,
            )


def _advice(names: list[str]) -> str:
    """``Warning:`` for the names of a box of that kind."""
    if not any(ADMONITION.search(name) for name in names):
        return ""
    kinds = [match[1] for name in names if (match := ADMONITION_KIND.search(name))]
    return f"{kinds[0].capitalize()}:" if kinds else ""


def _is_bold_line(element: Element) -> bool:
    """Whether all of a short paragraph is bold: the heading of a page that has no others."""
    bold = [child for child in element if child.tag in {"b", "strong"}]
    text = clean(element.text_content())
    if element.tag != "p" or len(bold) != 1 or not 0 < len(text) <= LONGEST_HEADING or text[-1] in ".:;,":
        return False
    return clean(bold[0].text_content()) == text


def _without_pictures(element: Element) -> str:
    return inline_text(element, without=list(element.iter("img")))
