"""Reads mails as Outlook saves them (``.msg``, MS-OXMSG): properties and attachments of a compound file."""

import io
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.mail import mail_document
from kingpost.documents.parsing.text import decoded
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument

PROPERTY = "__substg1.0_"
ATTACHED = "__attach_version1.0_"
FIXED = "__properties_version1.0"
FIELDS = {"Subject": "0037", "From": "0C1A", "To": "0E04", "Cc": "0E03"}
"""Property tags (MS-OXPROPS) of what is shown above a mail."""
ADDRESSES = ("5D01", "5D0A", "0C1F")
BODY, HTML, LONG_NAME, SHORT_NAME, DATA, CONTENT_ID = "1000", "1013", "3707", "3704", "3701", "3712"
UNICODE, NARROW, BINARY, FOLDER = "001F", "001E", "0102", "000D"
SENT, RECEIVED = 0x00390040, 0x0E060040
"""Submitted, and delivered: tags with the type of a time."""
ENTRY = struct.Struct("<IIQ")
HEADER_OF_ROOT, HEADER_OF_MAIL = 32, 24
"""Bytes before the first entry of a stream of fixed properties: of the mail itself, of a mail within one."""
BEGIN = datetime(1601, 1, 1, tzinfo=UTC)
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp")


def parse(original: Original) -> ParsedDocument:
    """The mail without its attachments. Raises ``DocumentError`` (``unreadable``)."""
    with _opened(original) as compound:
        mail = _Mail(compound, "")
        headers, text, markup = mail.headers(), mail.text(BODY), mail.markup()
        attached = [name for name, _ in mail.attachments()]
    return mail_document(headers, attached, text=text, markup=markup)


def attachments(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of attached files, mails within the mail as ``.eml``."""
    with _opened(Original(uri="", name="the mail", media_type="", content=content)) as compound:
        yield from _Mail(compound, "").attachments()


def _opened(original: Original) -> Any:
    import olefile

    try:
        return olefile.OleFileIO(io.BytesIO(original.content))
    except (OSError, ValueError, IndexError) as error:
        raise DocumentError(
            f"{original.name} is no mail that Outlook has saved", reason="unreadable", next="save it again, or as .eml"
        ) from error


class _Mail:
    """The mail in a folder of a compound file."""

    def __init__(self, compound: Any, folder: str) -> None:
        self._compound = compound
        self._folder = folder

    def headers(self) -> dict[str, str]:
        found = {name: clean(text) for name, tag in FIELDS.items() if (text := self.text(tag))}
        address = next((text for tag in ADDRESSES if "@" in (text := self.text(tag))), "")
        if address and address not in found.get("From", ""):
            found["From"] = f"{found['From']} <{address}>" if found.get("From") else address
        moment = self._moment()
        return found | ({"Date": f"{moment:%Y-%m-%d %H:%M} UTC"} if moment else {})

    def text(self, tag: str) -> str:
        wide = self._stream(tag + UNICODE)
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\x00")
        return decoded(self._stream(tag + NARROW) or b"").rstrip("\x00")

    def markup(self) -> str:
        return decoded(self._stream(HTML + BINARY) or b"") or self.text(HTML)

    def attachments(self) -> Iterator[tuple[str, bytes]]:
        markup = self.markup()
        for folder in self._folders():
            part = _Mail(self._compound, folder)
            name = part.text(LONG_NAME) or part.text(SHORT_NAME)
            content_id = part.text(CONTENT_ID)
            if content_id and f"cid:{content_id}" in markup and name.lower().endswith(PICTURES):
                continue
            data = part._stream(DATA + BINARY)
            inner = f"{folder}/{PROPERTY}{DATA}{FOLDER}"
            if data is not None and name:
                yield name, data
            elif data is None and self._compound.exists(inner):
                mail = _Mail(self._compound, inner).as_eml()
                yield f"{name or clean(str(mail['Subject'] or '')) or 'mail'}.eml", mail.as_bytes()

    def as_eml(self) -> EmailMessage:
        """The same mail as other programs write it."""
        message = EmailMessage()
        for name, value in self.headers().items():
            message[name] = value
        message.set_content(self.text(BODY))
        markup = self.markup()
        if markup:
            message.add_alternative(markup, subtype="html")
        for name, content in self.attachments():
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return message

    def _folders(self) -> list[str]:
        depth = self._folder.count("/") + 1 if self._folder else 0
        prefix = self._folder.split("/") if self._folder else []
        found = {
            path[depth]
            for path in self._compound.listdir()
            if path[:depth] == prefix and path[depth].startswith(ATTACHED)
        }
        return ["/".join([*prefix, name]) for name in sorted(found)]

    def _moment(self) -> datetime | None:
        """When it was sent, else delivered."""
        fixed = self._read(f"{self._folder}/{FIXED}".lstrip("/")) or b""
        entries = fixed[HEADER_OF_MAIL if self._folder else HEADER_OF_ROOT :]
        whole = entries[: len(entries) // ENTRY.size * ENTRY.size]
        times = {tag: value for tag, _, value in ENTRY.iter_unpack(whole) if tag in {SENT, RECEIVED}}
        ticks = times.get(SENT) or times.get(RECEIVED) or 0
        try:
            return BEGIN + timedelta(microseconds=ticks // 10) if ticks else None
        except OverflowError:
            return None

    def _stream(self, name: str) -> bytes | None:
        return self._read(f"{self._folder}/{PROPERTY}{name}".lstrip("/"))

    def _read(self, path: str) -> bytes | None:
        if not self._compound.exists(path):
            return None
        content: bytes = self._compound.openstream(path).read()
        return content
