"""Reads HTML: blocks kept apart, tables as grids, forms as fields, navigation and what is hidden left out."""

from dataclasses import replace

from lxml import html as lxml_html

from kingpost.documents.parsing.flow import Flow
from kingpost.documents.parsing.markup.chrome import content_of, has_struck_text, prune
from kingpost.documents.parsing.markup.notes import notes_of
from kingpost.documents.parsing.markup.page import flatten, tree_of
from kingpost.documents.parsing.markup.properties import properties_of, title_of
from kingpost.documents.parsing.markup.reader import PageReader
from kingpost.documents.parsing.markup.wording import HEADINGS
from kingpost.types.documents import Original, ParsedDocument


def parse(original: Original) -> ParsedDocument:
    """Blocks in order under their headings; the title is that of the page."""
    root = tree_of(original.content)
    if root is None:
        return Flow().document()
    properties = properties_of(root)
    title = title_of(root, properties.get("title", ""))
    flow = Flow()
    _read(root, flow)
    if not flow.blocks:
        _read(tree_of(original.content), flow, keep_chrome=True)
    if root.find(".//frameset") is not None:
        flow.warnings.append("the page only arranges other pages in frames: those are documents of their own")
    parsed = flow.document(properties=properties, title=title)
    first = parsed.blocks[0].section if parsed.blocks else ()
    return parsed if title else replace(parsed, title=first[0] if first else "")


def read_fragment(text: str, flow: Flow) -> None:
    """Read a piece of HTML into a flow."""
    if text.strip():
        _read(tree_of(f"<html><body>{text}</body></html>".encode()), flow)


def _read(root: lxml_html.HtmlElement | None, flow: Flow, *, keep_chrome: bool = False) -> None:
    if root is None:
        return
    struck = has_struck_text(root)
    flatten(root)
    prune(root, keep_chrome=keep_chrome)
    notes = notes_of(root)
    reader = PageReader(flow, notes, headed=next(root.iter(*HEADINGS), None) is not None)
    reader.read(content_of(root))
    if struck:
        flow.warnings.append("text that is struck out or marked as deleted is left out")
