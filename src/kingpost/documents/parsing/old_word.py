"""Reads ``.doc`` files that are something else inside: wiki exports (a page in one file), rich text, HTML, new Word."""

import re

from kingpost.documents.parsing import html, rtf, webarchive, word
from kingpost.documents.parsing.old_office import refuse_compound
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument

MESSAGE = re.compile(rb"(?:[\w-]{2,40}:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)*?mime-version:", re.IGNORECASE)
PAGE = re.compile(
    rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
MARK = b"\xef\xbb\xbf"
START = 4096


def parse(original: Original) -> ParsedDocument:
    """Raises ``DocumentError`` (``unsupported``, ``encrypted``) for what old Word and PowerPoint have written."""
    refuse_compound(original)
    start = original.content[:START].removeprefix(MARK).lstrip()
    if start.startswith(b"PK"):
        return word.parse(original)
    if start.startswith(rtf.BEGINNING):
        return rtf.parse(original)
    if MESSAGE.match(start):
        return webarchive.parse(original)
    if PAGE.match(start):
        return html.parse(original)
    raise DocumentError(
        f"{original.name} is in no format that is read", reason="unsupported", next="save it as .docx, .pptx or PDF"
    )
