"""Reads mails: who wrote to whom and when as fields, the text, earlier mails quoted in it as a section of their own."""

import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from typing import cast

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.flow import Flow
from kingpost.documents.parsing.html import read_fragment
from kingpost.types.documents import Original, ParsedDocument

HEADERS = ("Subject", "From", "To", "Cc", "Date")
QUOTED = re.compile(
    r"^(?:-{2,}\s*(?:original|forwarded) message\b.*|on .{4,120} wrote:|_{10,}|from:\s.+@.+)$",
    re.IGNORECASE,
)
"""Lines that begin an earlier mail."""
EARLIER = "Earlier messages"
ITEM = re.compile(r"^\s*(?P<marker>[-*\u2022]|\d{1,2}[.)])\s+(?P<text>.+)$")


def parse(original: Original) -> ParsedDocument:
    """The mail without its attachments, which are documents of their own."""
    message = _message(original.content)
    headers = {name: clean(str(message[name])) for name in HEADERS if message[name]}
    text, markup = _body(message)
    return mail_document(headers, [name for name, _ in attachments(original.content)], text=text, markup=markup)


def mail_document(
    headers: dict[str, str], attached: Sequence[str], *, text: str = "", markup: str = ""
) -> ParsedDocument:
    """A mail as blocks; its HTML is read where it has tables that the text would lose, or there is no text."""
    flow = Flow()
    flow.heading(headers.get("Subject", "Mail"), 1)
    for name, value in headers.items():
        if name != "Subject":
            flow.field(name, value)
    if attached:
        flow.field("Attachments", ", ".join(attached))
    if markup and (not text.strip() or "<table" in markup.lower()):
        read_fragment(markup, flow)
    else:
        own, earlier = _parted(text.replace("\r\n", "\n").split("\n"))
        _paragraphs(own, flow)
        if any(line.strip() for line in earlier):
            flow.heading(EARLIER, 2)
            _paragraphs(earlier, flow)
    properties = {"author": headers.get("From", ""), "date": headers.get("Date", "")}
    return flow.document(properties={name: value for name, value in properties.items() if value})


def attachments(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and bytes; mails within the mail as ``.eml``."""
    for number, attached in enumerate(_message(content).iter_attachments(), start=1):
        inner = attached.get_content_type() == "message/rfc822"
        name = attached.get_filename() or (f"mail {number}.eml" if inner else "")
        if name:
            yield name, _bytes(attached)


def _message(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


def _bytes(part: EmailMessage) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_content()
        return inner.as_bytes() if isinstance(inner, EmailMessage) else b""
    return cast(bytes | None, part.get_payload(decode=True)) or b""


def _body(message: EmailMessage) -> tuple[str, str]:
    """The body as text and as HTML, where it has them."""
    plain, markup = message.get_body(preferencelist=("plain",)), message.get_body(preferencelist=("html",))
    return _decoded(plain), _decoded(markup)


def _decoded(part: MIMEPart | None) -> str:
    if part is None:
        return ""
    payload = cast(bytes | None, part.get_payload(decode=True)) or b""
    try:
        return payload.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")


def _parted(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The writer's own lines, and those of earlier mails: quoted one by one, or all below a line that begins one."""
    own: list[str] = []
    earlier: list[str] = []
    for number, line in enumerate(lines):
        if QUOTED.match(line.strip()):
            return own, [*earlier, *(line.lstrip("> ") for line in lines[number:])]
        (earlier if line.startswith(">") else own).append(line.lstrip("> ") if line.startswith(">") else line)
    return own, earlier


def _paragraphs(lines: Sequence[str], flow: Flow) -> None:
    for paragraph in re.split(r"\n\s*\n", "\n".join(lines)):
        items = [ITEM.match(line) for line in paragraph.split("\n")]
        if all(items):
            for item in filter(None, items):
                flow.item(item["text"], marker=item["marker"])
        else:
            flow.paragraph(paragraph)
