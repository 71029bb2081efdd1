"""Reads mails: who wrote to whom and when as fields, the text, earlier mails quoted in it as a section of their own."""

import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.errors import HeaderParseError
from email.message import EmailMessage, Message, MIMEPart
from email.policy import default
from html import escape
from typing import cast

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.flow import Flow
from kingpost.documents.parsing.html import read_fragment
from kingpost.documents.parsing.mail_quotes import parted_lines, parted_markup
from kingpost.documents.parsing.text import decoded
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument

HEADERS = ("Subject", "From", "To", "Cc", "Date")
EARLIER = "Earlier messages"
ITEM = re.compile(r"^\s*(?P<marker>[-*\u2022]|\d{1,2}[.)])\s+(?P<text>.+)$")
LAID_OUT = re.compile(r"<(?:table|ul|ol|h[1-6]|del|s|strike|pre)\b", re.IGNORECASE)
"""What the text of a mail loses of its HTML."""
WHOLE = 0.9
"""Share of the words of a mail's HTML that its text must have to be taken for the same."""
MARKUP = re.compile(r"<(?:style|script|head)\b.*?</(?:style|script|head)>|<[^>]*>|&\w+;", re.DOTALL | re.IGNORECASE)
SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"})


def parse(original: Original) -> ParsedDocument:
    """The mail without its attachments, which are documents of their own. Raises ``DocumentError``."""
    message = _message(original.content)
    if message.get_content_type() in SEALED:
        raise DocumentError(
            f"{original.name} is encrypted, or signed as a whole",
            reason="encrypted",
            next="save it decrypted from the mail program",
        )
    headers = dict(_headers(message))
    if not headers and not message.is_multipart() and not message.keys():
        raise DocumentError(f"{original.name} is no mail", reason="unreadable", next="save it again from its program")
    text, markup = _body(message)
    return mail_document(headers, [name for name, _ in attachments(original.content)], text=text, markup=markup)


def mail_document(
    headers: dict[str, str], attached: Sequence[str], *, text: str = "", markup: str = ""
) -> ParsedDocument:
    """A mail as blocks, from its HTML where the text is less."""
    flow = Flow()
    flow.heading(headers.get("Subject", "Mail"), 1)
    for name, value in headers.items():
        if name != "Subject":
            flow.field(name, value)
    if attached:
        flow.field("Attachments", ", ".join(attached))
    if markup and _says_more(markup, text):
        _read_markup(markup, flow)
    else:
        _read_lines(text.replace("\r\n", "\n").split("\n"), flow)
    properties = {"author": headers.get("From", ""), "date": headers.get("Date", "")}
    return flow.document(properties={name: value for name, value in properties.items() if value})


def attachments(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and bytes; mails within the mail as ``.eml``. Pictures that belong to the text are not attached."""
    for number, attached in enumerate(_message(content).iter_attachments(), start=1):
        inner = attached.get_content_type() == "message/rfc822"
        name = attached.get_filename() or (f"mail {number}.eml" if inner else "")
        if inner and not name.lower().endswith(".eml"):
            name += ".eml"
        if name and not _belongs_to_text(attached):
            yield name, _bytes(attached)


def _belongs_to_text(part: MIMEPart) -> bool:
    shown = part.get_content_maintype() == "image" and part["Content-ID"] is not None
    return shown and part.get_content_disposition() != "attachment"


def _says_more(markup: str, text: str) -> bool:
    words = len(MARKUP.sub(" ", markup).split())
    return bool(LAID_OUT.search(markup)) or len(text.split()) < WHOLE * words


def _read_markup(markup: str, flow: Flow) -> None:
    own, earlier = parted_markup(markup)
    read_fragment(own, flow)
    if MARKUP.sub("", earlier).strip():
        flow.heading(EARLIER, 2)
        read_fragment(earlier, flow)


def _read_lines(lines: Sequence[str], flow: Flow) -> None:
    own, earlier = parted_lines(lines)
    _paragraphs(own, flow)
    if any(line.strip() for line in earlier):
        flow.heading(EARLIER, 2)
        _paragraphs(earlier, flow)


def _paragraphs(lines: Sequence[str], flow: Flow) -> None:
    for paragraph in re.split(r"\n\s*\n", "\n".join(lines)):
        loose: list[str] = []
        for line in paragraph.split("\n"):
            item = ITEM.match(line)
            if item:
                flow.paragraph(" ".join(loose))
                loose.clear()
                flow.item(item["text"], marker=item["marker"])
            else:
                loose.append(line)
        flow.paragraph(" ".join(loose))


def _message(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


def _bytes(part: EmailMessage) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_content()
        return inner.as_bytes() if isinstance(inner, EmailMessage) else b""
    return cast(bytes | None, part.get_payload(decode=True)) or b""


def _headers(message: EmailMessage) -> Iterator[tuple[str, str]]:
    """Those that are shown; one that the library cannot make out as it is written."""
    for name in HEADERS:
        raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
        try:
            value = str(message[name] or "")
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, HeaderParseError):
            value = raw
        if text := clean(value):
            yield name, text


def _body(part: Message) -> tuple[str, str]:
    """The body as text and as HTML, where it has them; pieces that follow each other are put together."""
    kind = part.get_content_type()
    if kind == "message/rfc822" or part.get_content_disposition() == "attachment":
        return "", ""
    if part.is_multipart():
        pieces = [_body(piece) for piece in part.get_payload() if isinstance(piece, Message)]
        return _chosen(pieces) if kind == "multipart/alternative" else _joined(pieces)
    if part.get_content_maintype() not in {"text", "multipart"} or part.get_filename():
        return "", ""
    text = _decoded(part)
    return ("", text) if kind == "text/html" else (text, "")


def _chosen(pieces: Sequence[tuple[str, str]]) -> tuple[str, str]:
    text = next((text for text, _ in pieces if text.strip()), "")
    return text, next((markup for _, markup in pieces if markup.strip()), "")


def _joined(pieces: Sequence[tuple[str, str]]) -> tuple[str, str]:
    if not any(markup for _, markup in pieces):
        return "\n\n".join(text for text, _ in pieces if text), ""
    shown = (markup or f"<p>{escape(text).replace(chr(10), '<br>')}</p>" for text, markup in pieces if text or markup)
    return "\n\n".join(text for text, _ in pieces if text), "\n".join(shown)


def _decoded(part: Message) -> str:
    payload = cast(bytes | None, part.get_payload(decode=True)) or b""
    return decoded(payload, declared=part.get_content_charset() or "")
