"""Reads HTML: blocks kept apart, tables as grids, navigation and scripts dropped."""

import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.flow import NOWHERE, Flow
from kingpost.documents.parsing.grids import RawCell
from kingpost.documents.parsing.text import decoded
from kingpost.types.documents import Original, ParsedDocument

DROPPED = frozenset(
    """
    script style noscript template nav svg math iframe object embed canvas select button input textarea head meta link
    footer aside
    """.split()
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = frozenset(
    """
    p div section article main header ul ol li dl dt dd table pre blockquote figure figcaption address details summary
    fieldset form hr body html center caption tr td th
    """.split()
) | frozenset(HEADINGS)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
CHROME = re.compile(
    r"\b(?:nav(?:bar|igation|box)?|menu|sidebar|breadcrumbs?|footer|cookie|toc|noprint|catlinks|printfooter|reflist"
    r"|jump-to-nav|mw-jump-link)\b",
    re.IGNORECASE,
)
INLINE_CHROME = re.compile(r"\b(?:mw-editsection|editsection|headerlink|noprint|mw-cite-backlink)\b|^reference$")
CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
WIDEST_SPAN = 200


def parse(original: Original) -> ParsedDocument:
    """Blocks in order under their headings; the title is that of the page."""
    root = _root(original.content)
    flow = Flow()
    if root is None:
        return flow.document()
    title = root.findtext(".//title") or ""
    body = root.find(".//body")
    _Reader(flow).read(root if body is None else body)
    heading = next((block.text for block in flow.blocks if block.level == 1), "")
    return flow.document(title=clean(title) or heading)


def read_fragment(text: str, flow: Flow) -> None:
    """Read a piece of HTML into a flow (raw HTML inside Markdown)."""
    if not text.strip() or not re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).strip():
        return
    for fragment in lxml_html.fragments_fromstring(text):
        if isinstance(fragment, str):
            flow.paragraph(fragment)
        else:
            _Reader(flow).read(fragment)


def _root(content: bytes) -> lxml_html.HtmlElement | None:
    charset = CHARSET.search(content[:4096])
    try:
        text = content.decode(charset[1].decode(), "strict") if charset else decoded(content)
    except (LookupError, UnicodeDecodeError):
        text = decoded(content)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if not text.strip():
        return None
    try:
        return lxml_html.document_fromstring(text, parser=lxml_html.HTMLParser(huge_tree=True))
    except etree.ParserError:
        return None


class _Reader:
    """Walks the tree; loose inline text gathers until the next block begins."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self._loose: list[str] = []

    def read(self, element: lxml_html.HtmlElement) -> None:
        self._element(element)
        self._flush()

    def _element(self, element: lxml_html.HtmlElement) -> None:
        if not isinstance(element.tag, str) or is_dropped(element):
            return
        if element.tag in BLOCKS:
            self._flush()
            self._block(element)
            self._flush()
        elif element.tag == "br":
            self._loose.append(" ")
        elif any(isinstance(child.tag, str) and child.tag in BLOCKS for child in element.iterdescendants()):
            self._children(element)
        else:
            self._loose.append(inline_text(element))

    def _block(self, element: lxml_html.HtmlElement) -> None:
        match element.tag:
            case tag if tag in HEADINGS:
                self.flow.heading(inline_text(element), HEADINGS[tag])
            case "table":
                self._table(element)
            case "pre":
                self.flow.code(element.text_content())
            case "ul" | "ol":
                self._list(element, 1)
            case "dl":
                self._definitions(element)
            case _:
                self._children(element)

    def _children(self, element: lxml_html.HtmlElement) -> None:
        self._loose.append(element.text or "")
        for child in element:
            self._element(child)
            self._loose.append(child.tail or "")

    def _flush(self) -> None:
        text = clean("".join(self._loose))
        self._loose.clear()
        self.flow.paragraph(text)

    def _list(self, element: lxml_html.HtmlElement, level: int) -> None:
        number = 0
        for child in element:
            if not isinstance(child.tag, str) or is_dropped(child):
                continue
            if child.tag in {"ul", "ol"}:
                self._list(child, level + 1)
                continue
            number += 1
            marker = f"{number}." if element.tag == "ol" else "-"
            nested = [inner for inner in child if inner.tag in {"ul", "ol", "table", "pre"}]
            self.flow.item(inline_text(child, without=nested), marker=marker, level=level)
            for inner in nested:
                if inner.tag in {"ul", "ol"}:
                    self._list(inner, level + 1)
                else:
                    self._element(inner)

    def _definitions(self, element: lxml_html.HtmlElement) -> None:
        term = ""
        for child in element:
            if child.tag == "dt":
                term = inline_text(child)
            elif child.tag == "dd":
                value = inline_text(child)
                self.flow.paragraph(f"{term}: {value}" if term else value)

    def _table(self, element: lxml_html.HtmlElement) -> None:
        if _is_layout(element):
            for cell in _own(element, {"td", "th"}):
                self._children(cell)
                self._flush()
            return
        caption = next((inline_text(child) for child in element if child.tag == "caption"), "")
        rows = expanded(element)
        if rows and max(len(row) for row in rows) == 1 and len(rows) == 1:
            self.flow.paragraph(rows[0][0].text)
        elif rows:
            self.flow.table(rows, caption=caption)
        for nested in element.iterdescendants("table"):
            if _owner(nested) is element:
                self._table(nested)


def is_dropped(element: lxml_html.HtmlElement) -> bool:
    """Whether the element is script, navigation or hidden."""
    if element.tag in DROPPED or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if HIDDEN.search(element.get("style") or "") or element.get("role") in {"navigation", "search", "banner"}:
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
    chrome = CHROME if element.tag in BLOCKS else INLINE_CHROME
    return bool(names) and element.tag not in {"body", "html", "main", "article"} and bool(chrome.search(names))


def inline_text(element: lxml_html.HtmlElement, *, without: list[lxml_html.HtmlElement] | None = None) -> str:
    """The words of an element; parts that are blocks of their own are kept apart by a space."""
    return clean("".join(_words(element, without or [])))


def _words(element: lxml_html.HtmlElement, without: list[lxml_html.HtmlElement]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child not in without and not is_dropped(child):
            apart = child.tag in BLOCKS or child.tag == "br"
            if apart:
                yield " "
            yield (child.get("alt") or "") if child.tag == "img" else "".join(_words(child, without))
            if apart:
                yield " "
        yield child.tail or ""


def expanded(table: lxml_html.HtmlElement) -> list[list[RawCell]]:
    """The table's cells as a rectangle: what spans rows or columns is repeated and marked as merged."""
    rows: list[dict[int, RawCell]] = []
    carried: dict[int, tuple[int, RawCell]] = {}
    for row in _own(table, {"tr"}):
        if is_dropped(row):
            continue
        cells: dict[int, RawCell] = {}
        for column, (left, cell) in list(carried.items()):
            cells[column] = cell
            carried[column] = (left - 1, cell)
            if left == 1:
                del carried[column]
        column = 0
        for element in row:
            if element.tag not in {"td", "th"} or is_dropped(element):
                continue
            while column in cells:
                column += 1
            _place_cell(element, column, cells, carried)
        rows.append(cells)
    return _rectangle(rows)


def _place_cell(
    element: lxml_html.HtmlElement, column: int, cells: dict[int, RawCell], carried: dict[int, tuple[int, RawCell]]
) -> None:
    across, down = _span(element, "colspan"), _span(element, "rowspan")
    text = inline_text(element, without=list(element.iterdescendants("table")))
    heading = element.tag == "th" or _in_head(element)
    for offset in range(across):
        cell = RawCell(text=text, location=NOWHERE, merged=offset > 0, heading=heading)
        cells[column + offset] = cell
        if down > 1:
            carried[column + offset] = (down - 1, RawCell(text=text, location=NOWHERE, merged=True, heading=heading))


def _in_head(element: lxml_html.HtmlElement) -> bool:
    row = element.getparent()
    parent = row.getparent() if row is not None else None
    return parent is not None and parent.tag == "thead"


def _rectangle(rows: list[dict[int, RawCell]]) -> list[list[RawCell]]:
    width = max((max(row, default=-1) + 1 for row in rows), default=0)
    blank = RawCell(text="", location=NOWHERE)
    full = [[row.get(column, blank) for column in range(width)] for row in rows]
    return [row for row in full if any(cell.text for cell in row)]


def _span(element: lxml_html.HtmlElement, name: str) -> int:
    value = re.match(r"\s*(\d+)", element.get(name) or "")
    return max(1, min(int(value[1]), WIDEST_SPAN)) if value else 1


def _own(table: lxml_html.HtmlElement, tags: set[str]) -> Iterator[lxml_html.HtmlElement]:
    return (element for element in table.iterdescendants(*tags) if _owner(element) is table)


def _owner(element: lxml_html.HtmlElement) -> lxml_html.HtmlElement | None:
    return next(element.iterancestors("table"), None)


def _is_layout(table: lxml_html.HtmlElement) -> bool:
    """A table that only arranges the page: it holds tables or headings, and no header cells of its own."""
    if any(True for _ in _own(table, {"th"})) or table.find("caption") is not None:
        return False
    holds = any(True for _ in table.iterdescendants("table", "h1", "h2", "h3", "p", "ul", "ol"))
    return holds and (
        table.get("role") == "presentation" or any(True for _ in table.iterdescendants("table", "h1", "h2", "h3"))
    )
