"""Reads pages saved as one file (.mht, .mhtml): the page, then the frames in it."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from kingpost.documents.parsing import html
from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.text import decoded
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument

PAGES = frozenset({"text/html", "application/xhtml+xml"})
UTF8_MARK = "\ufeff"


def parse(original: Original) -> ParsedDocument:
    """Blocks of all pages in it. Raises ``DocumentError`` (``unreadable``) where there is none."""
    message = message_from_bytes(original.content, policy=default)
    pages = [part for part in message.walk() if part.get_content_type() in PAGES]
    if not pages:
        raise DocumentError(
            f"{original.name} holds no page", reason="unreadable", next="save the page again, as HTML or PDF"
        )
    root = clean(str(message.get_param("start", "") or ""))
    pages.sort(key=lambda part: bool(root) and str(part.get("Content-ID", "")).strip() != root)
    markup = [_decoded(part) for part in pages]
    whole = markup[0] + "".join(_body(page) for page in markup[1:])
    content = (UTF8_MARK + whole).encode("utf-8", "replace")
    return html.parse(Original(uri=original.uri, name=original.name, media_type="text/html", content=content))


def _decoded(part: EmailMessage) -> str:
    payload = cast(bytes | None, part.get_payload(decode=True)) or b""
    return decoded(payload, declared=part.get_content_charset() or "")


def _body(page: str) -> str:
    found = re.search(r"<body[^>]*>(.*?)(?:</body>|\Z)", page, re.DOTALL | re.IGNORECASE)
    return f"<section>{found[1] if found else page}</section>"
