"""Turns the body of an OpenDocument text or presentation into HTML: headings with their numbers, lists, tables."""

from collections.abc import Callable, Sequence

from lxml import etree

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.markup.lists import written_number

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
NAMESPACES = {
    **{name: f"{_OASIS}{name}:1.0" for name in ("office", "text", "table", "style", "meta", "presentation")},
    "draw": f"{_OASIS}drawing:1.0",
    "svg": f"{_OASIS}svg-compatible:1.0",
    "fo": f"{_OASIS}xsl-fo-compatible:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}
MOST_REPEATED = 200
DEEPEST_HEADING = 6


def tag(name: str) -> str:
    """``text:p`` as lxml names it."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


LEFT_OUT = frozenset(
    map(
        tag,
        """
        text:tracked-changes text:sequence-decls text:table-of-content text:illustration-index text:table-index
        text:alphabetical-index text:bibliography-index text:hidden-text text:hidden-paragraph text:note-citation
        office:forms text:variable-decls text:user-field-decls office:event-listeners draw:object draw:object-ole
        presentation:date-time-decl presentation:footer-decl svg:title svg:desc text:soft-page-break
        """.split(),
    )
)
TRANSPARENT = {
    tag("text:list-item"): "li",
    tag("text:list-header"): "li",
    tag("table:table-header-rows"): "thead",
    tag("text:section"): "div",
    tag("draw:text-box"): "div",
    tag("text:line-break"): "br",
}
"""Elements that have one of their own in HTML."""


class OfficeMarkup:
    """Writes HTML of one document; styles say what is raised, hidden, a title, and how headings are numbered."""

    def __init__(self, roots: Sequence[etree._Element]) -> None:
        self.title = ""
        self.has_changes = any(next(root.iter(tag("text:changed-region")), None) is not None for root in roots)
        self._shifted: dict[str, str] = {}
        self._hidden: set[str] = set()
        self._parents: dict[str, str] = {}
        self._ordered: dict[str, list[str]] = {}
        self._outline: dict[int, tuple[str, int, str]] = {}
        self._counts = [0] * 11
        self._notes: list[etree._Element] = []
        self._slide = 0
        for root in roots:
            self._learn(root)

    def page(self, body: etree._Element) -> etree._Element:
        """The document as an element of HTML, its notes at the end."""
        page = etree.Element("div")
        self._children(body, page)
        if self._notes:
            listed = etree.SubElement(page, "ol")
            for number, note in enumerate(self._notes, start=1):
                item = etree.SubElement(listed, "li", id=f"note{number}")
                self._children(note, item)
        return page

    def _learn(self, root: etree._Element) -> None:
        for style in root.iter(tag("style:style")):
            name = style.get(tag("style:name"), "")
            self._parents[name] = style.get(tag("style:parent-style-name"), "")
            for said in style.iter(tag("style:text-properties")):
                position = said.get(tag("style:text-position"), "")
                shift = (
                    "sup"
                    if position.startswith(("super", "3", "5"))
                    else "sub"
                    if position.startswith(("sub", "-"))
                    else ""
                )
                self._shifted |= {name: shift} if shift else {}
                if said.get(tag("text:display")) == "none":
                    self._hidden.add(name)
        for style in root.iter(tag("text:list-style")):
            self._ordered[style.get(tag("style:name"), "")] = [
                level.get(tag("style:num-format"), "") if level.tag == tag("text:list-level-style-number") else ""
                for level in style
            ]
        for level in root.iter(tag("text:outline-level-style")):
            shown = level.get(tag("text:display-levels"), "1")
            self._outline[int(level.get(tag("text:level"), "1"))] = (
                level.get(tag("style:num-format"), ""),
                int(shown) if shown.isdecimal() else 1,
                level.get(tag("style:num-suffix"), ""),
            )

    def _children(self, source: etree._Element, into: etree._Element) -> None:
        _add(into, source.text)
        for child in source:
            if isinstance(child.tag, str) and child.tag not in LEFT_OUT:
                self._element(child, into)
            _add(into, child.tail)

    def _element(self, source: etree._Element, into: etree._Element) -> None:
        written = self._writers().get(source.tag)
        if written is not None:
            written(source, into)
        elif source.get(tag("text:display")) != "none":
            target = TRANSPARENT.get(source.tag)
            self._children(source, etree.SubElement(into, target) if target else into)

    def _writers(self) -> dict[str, Callable[[etree._Element, etree._Element], None]]:
        return {
            tag("text:h"): self._heading,
            tag("text:p"): self._paragraph,
            tag("text:span"): self._span,
            tag("text:s"): lambda source, into: _add(into, " "),
            tag("text:tab"): lambda source, into: _add(into, " "),
            tag("text:list"): self._list,
            tag("text:note"): self._note,
            tag("office:annotation"): lambda source, into: None,
            tag("table:table"): self._table,
            tag("draw:frame"): self._frame,
            tag("draw:page"): self._slide_page,
            tag("presentation:notes"): self._speaker,
        }

    def _heading(self, source: etree._Element, into: etree._Element) -> None:
        stated = source.get(tag("text:outline-level"), "1")
        level = max(1, min(int(stated) if stated.isdecimal() else 1, 10))
        heading = etree.SubElement(into, f"h{min(level, DEEPEST_HEADING)}")
        written = source.find("text:number", NAMESPACES)
        number = clean(written.text or "") if written is not None else ""
        if written is None and source.get(tag("text:is-list-header")) != "true":
            number = self._number(level)
        _add(heading, f"{number} " if number else "")
        self._children(source, heading)

    def _number(self, level: int) -> str:
        """As the outline of the document numbers its headings."""
        self._counts[level] += 1
        self._counts[level + 1 :] = [0] * (len(self._counts) - level - 1)
        kind, shown, suffix = self._outline.get(level, ("", 1, ""))
        if not kind:
            return ""
        levels = range(max(1, level - shown + 1), level + 1)
        counted = [(self._counts[above], self._outline.get(above, ("", 1, ""))[0]) for above in levels]
        return ".".join(written_number(count, form) for count, form in counted if form and count) + suffix

    def _paragraph(self, source: etree._Element, into: etree._Element) -> None:
        style = source.get(tag("text:style-name"), "")
        if self._is(style, self._hidden):
            return
        titled = self._is(style, {"Title"}) and not self.title
        paragraph = etree.SubElement(into, "h1" if titled else "p")
        self._children(source, paragraph)
        if titled:
            self.title = clean("".join(paragraph.itertext()))

    def _is(self, style: str, names: set[str]) -> bool:
        seen: set[str] = set()
        while style and style not in seen:
            if style in names:
                return True
            seen.add(style)
            style = self._parents.get(style, "")
        return False

    def _span(self, source: etree._Element, into: etree._Element) -> None:
        style = source.get(tag("text:style-name"), "")
        if not self._is(style, self._hidden):
            self._children(source, etree.SubElement(into, self._shifted.get(style, "span")))

    def _list(self, source: etree._Element, into: etree._Element) -> None:
        above = list(source.iterancestors(tag("text:list")))
        named = [styled for one in (source, *above) if (styled := one.get(tag("text:style-name")))]
        levels = self._ordered.get(named[0], []) if named else []
        kind = levels[len(above)] if len(above) < len(levels) else ""
        made = etree.SubElement(into, "ol" if kind else "ul")
        if kind:
            made.set("type", kind)
        first = next((item for item in source if item.tag == tag("text:list-item")), None)
        start = first.get(tag("text:start-value")) if first is not None else None
        if start:
            made.set("start", start)
        self._children(source, made)

    def _note(self, source: etree._Element, into: etree._Element) -> None:
        body = source.find("text:note-body", NAMESPACES)
        if body is None:
            return
        self._notes.append(body)
        number = len(self._notes)
        link = etree.SubElement(etree.SubElement(into, "sup"), "a", href=f"#note{number}")
        link.text = f"[{number}]"

    def _table(self, source: etree._Element, into: etree._Element) -> None:
        table = etree.SubElement(into, "table")
        for row in source.iter(tag("table:table-row")):
            if next(row.iterancestors(tag("table:table")), None) is not source:
                continue
            headed = next(row.iterancestors(tag("table:table-header-rows"), tag("table:table")), source) is not source
            part = etree.SubElement(table, "thead") if headed else table
            for _ in range(_repeated(row, "table:number-rows-repeated")):
                self._row(row, etree.SubElement(part, "tr"))

    def _row(self, source: etree._Element, into: etree._Element) -> None:
        for cell in source:
            if cell.tag != tag("table:table-cell"):
                continue
            for _ in range(_repeated(cell, "table:number-columns-repeated")):
                made = etree.SubElement(into, "td")
                for wanted, name in (("colspan", "columns"), ("rowspan", "rows")):
                    made.set(wanted, cell.get(tag(f"table:number-{name}-spanned"), "1"))
                self._children(cell, made)

    def _frame(self, source: etree._Element, into: etree._Element) -> None:
        """A picture with what is said of it; a box with text; both where a caption stands in the box."""
        said = [source.find(f"svg:{part}", NAMESPACES) for part in ("title", "desc")]
        described = clean(" ".join(part.text or "" for part in said if part is not None))
        if source.find("draw:image", NAMESPACES) is not None:
            etree.SubElement(into, "img", alt=described)
            return
        box = source.find("draw:text-box", NAMESPACES)
        if box is not None and next(box.iter(tag("draw:image")), None) is not None:
            figure = etree.SubElement(into, "figure")
            caption = etree.SubElement(figure, "figcaption")
            self._children(box, caption)
            for image in list(caption.iter("img")):
                etree.SubElement(figure, "img", alt=image.attrib.pop("alt"))
                image.tag = "span"
            return
        self._children(source, into)

    def _slide_page(self, source: etree._Element, into: etree._Element) -> None:
        self._slide += 1
        titles = [frame for frame in source.iter(tag("draw:frame")) if frame.get(tag("presentation:class")) == "title"]
        name = clean(" ".join("".join(title.itertext()) for title in titles[:1]))
        heading = etree.SubElement(into, "h1")
        heading.text = f"Slide {self._slide}: {name}" if name else f"Slide {self._slide}"
        self.title = self.title or name
        for title in titles[:1]:
            title.clear()
        self._children(source, etree.SubElement(into, "div"))

    def _speaker(self, source: etree._Element, into: etree._Element) -> None:
        """Notes of the speaker, without the numbers and dates of the notes' page."""
        for frame in source.iter(tag("draw:frame")):
            if frame.get(tag("presentation:class")) == "notes":
                self._children(frame, etree.SubElement(into, "div"))


def _repeated(element: etree._Element, name: str) -> int:
    count = element.get(tag(name), "1")
    filled = any(text.strip() for text in element.itertext())
    return min(int(count), MOST_REPEATED) if count.isdecimal() and filled and len(count) < 8 else 1


def _add(into: etree._Element, text: str | None) -> None:
    """Text behind what is there already."""
    if not text:
        return
    if len(into):
        into[-1].tail = (into[-1].tail or "") + text
    else:
        into.text = (into.text or "") + text
