"""Reads XML that is written as text: DocBook, DITA, JATS, TEI, and XHTML; other XML is data and refused."""

from dataclasses import replace

from lxml import etree

from kingpost.documents.parsing import html
from kingpost.documents.parsing.markup.vocabularies import as_html, is_known
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument

FLAT_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}document"


def parse(original: Original) -> ParsedDocument:
    """Blocks in order. Raises ``DocumentError`` (``unsupported``, ``unreadable``)."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(original.content, parser=parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(
            f"{original.name} is no well-formed XML ({error.msg})",
            reason="unreadable",
            next="check it with the program that wrote it",
        ) from error
    if etree.QName(root).localname == "html":
        return html.parse(original)
    if root.tag == FLAT_OFFICE:
        from kingpost.documents.parsing import opendocument

        return opendocument.parse(original)
    if not is_known(root):
        raise DocumentError(
            f"{original.name} is XML with data (<{etree.QName(root).localname}>), not text with titles and paragraphs",
            reason="unsupported",
            next="export what it says as PDF, Word, Excel or HTML",
        )
    page = etree.tostring(as_html(root), method="html", encoding="utf-8")
    parsed = html.parse(replace(original, content=b"\xef\xbb\xbf" + page))
    return parsed
