"""Reads mails as Outlook saves them (``.msg``, MS-OXMSG): properties and attachments of a compound file."""

import io
from collections.abc import Iterator
from typing import Any

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.mail import mail_document
from kingpost.types.documents import Original, ParsedDocument

PROPERTY = "__substg1.0_"
ATTACHED = "__attach_version1.0_"
FIELDS = {"Subject": "0037", "From": "0C1A", "To": "0E04", "Cc": "0E03"}
"""Property tags (MS-OXPROPS) of what is shown above a mail."""
BODY, HTML, LONG_NAME, SHORT_NAME, DATA = "1000", "1013", "3707", "3704", "3701"
UNICODE, NARROW, BINARY = "001F", "001E", "0102"


def parse(original: Original) -> ParsedDocument:
    """The mail without its attachments."""
    with _opened(original.content) as compound:
        headers = {name: clean(text) for name, tag in FIELDS.items() if (text := _text(compound, "", tag))}
        text, markup = _text(compound, "", BODY), _html(compound)
    attached = [name for name, _ in attachments(original.content)]
    return mail_document(headers, attached, text=text, markup=markup)


def attachments(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of attached files; a mail within the mail is passed over."""
    with _opened(content) as compound:
        for folder in sorted({path[0] for path in compound.listdir() if path[0].startswith(ATTACHED)}):
            name = _text(compound, folder, LONG_NAME) or _text(compound, folder, SHORT_NAME)
            data = _bytes(compound, folder, DATA + BINARY)
            if name and data is not None:
                yield name, data


def _opened(content: bytes) -> Any:
    import olefile

    return olefile.OleFileIO(io.BytesIO(content))


def _text(compound: Any, folder: str, tag: str) -> str:
    wide = _bytes(compound, folder, tag + UNICODE)
    if wide is not None:
        return wide.decode("utf-16-le", "replace")
    return (_bytes(compound, folder, tag + NARROW) or b"").decode("cp1252", "replace")


def _html(compound: Any) -> str:
    return (_bytes(compound, "", HTML + BINARY) or b"").decode("utf-8", "replace") or _text(compound, "", HTML)


def _bytes(compound: Any, folder: str, tag: str) -> bytes | None:
    path = f"{folder}/{PROPERTY}{tag}" if folder else PROPERTY + tag
    if not compound.exists(path):
        return None
    content: bytes = compound.openstream(path).read()
    return content
