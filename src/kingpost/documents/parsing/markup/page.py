"""Makes a tree of a page's bytes, whatever their encoding and however deep they nest."""

import html
import re

from lxml import etree
from lxml import html as lxml_html

from kingpost.documents.parsing.text import decoded

DECLARED = re.compile(rb"<\?xml[^>]{0,80}encoding=[\"']([\w.:-]+)|<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]+)", re.I)
XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
CHARACTER_DATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
WRAPPER = re.compile(r"</?(?:div|span|font|section|article|center|blockquote|b|i|u|em|strong|small|a)\b[^>]*>", re.I)
ANY_TAG = re.compile(r"<[^<>]*>")
TOO_DEEP = "Excessive depth"
HEAD_BYTES = 4096
DEEPEST = 100
"""Elements within elements; what lies deeper is read as the words of that element."""
NOT_SHOWN = ("script", "style", "template", "embed", "canvas", "iframe")


def tree_of(content: bytes) -> lxml_html.HtmlElement | None:
    """The page as a tree, or None where nothing stands in it."""
    declared = DECLARED.search(content[:HEAD_BYTES])
    name = (declared[1] or declared[2]).decode("ascii", "replace") if declared else ""
    text = XML_DECLARATION.sub("", decoded(content, declared=name)).replace("\x00", "")
    text = CHARACTER_DATA.sub(lambda match: html.escape(match[1]), text)
    return _parsed(text) if text.strip() else None


def flatten(root: lxml_html.HtmlElement) -> None:
    """Put what nests deeper than can be walked into the element above it, as text."""
    level = [root]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element if isinstance(child.tag, str)]
        if not level:
            return
    for element in level:
        if len(element):
            etree.strip_elements(element, *NOT_SHOWN, with_tail=False)
            text = " ".join(element.itertext())
            for child in list(element):
                element.remove(child)
            element.text = text


def _parsed(text: str) -> lxml_html.HtmlElement | None:
    root, too_deep = _tree(text)
    if too_deep:
        root, too_deep = _tree(WRAPPER.sub("\n", text))
    if too_deep:
        root, _ = _tree(ANY_TAG.sub("\n", text))
    if root is None:
        return None
    etree.strip_elements(root, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    return root


def _tree(text: str) -> tuple[lxml_html.HtmlElement | None, bool]:
    """The tree, and whether elements nest so deep that the parser left some out."""
    parser = lxml_html.HTMLParser(huge_tree=True)
    try:
        root = lxml_html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None, False
    return root, any(TOO_DEEP in entry.message for entry in parser.error_log)
