"""Says what compound files (OLE) are: protected by a password, or of a format before 2007, which is not read."""

import io

from kingpost.errors import DocumentError
from kingpost.types.documents import Original

MAGIC = b"\xd0\xcf\x11\xe0"
STREAMS = (
    ("EncryptedPackage", "encrypted", "is protected by a password", "save it without password and ingest that"),
    (
        "WordDocument",
        "unsupported",
        "is a Word file of before 2007",
        "open it in Word or LibreOffice, save it as .docx",
    ),
    ("PowerPoint Document", "unsupported", "is a slide show of before 2007", "save it as .pptx in its program"),
    ("Workbook", "wrong_kind", "is an Excel workbook", "give it the ending .xls"),
    ("Book", "wrong_kind", "is an Excel workbook", "give it the ending .xls"),
    ("VisioDocument", "unsupported", "is a Visio drawing", "export it as PDF"),
    ("__properties_version1.0", "wrong_kind", "is a mail as Outlook saves it", "give it the ending .msg"),
)


def refuse_compound(original: Original) -> None:
    """Raise ``DocumentError`` (``encrypted``, ``unsupported``, ``wrong_kind``, ``unreadable``) for a compound file."""
    if not original.content.startswith(MAGIC):
        return
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(original.content)) as compound:
            held = {path[0] for path in compound.listdir()}
    except (OSError, ValueError, IndexError) as error:
        raise DocumentError(
            f"{original.name} is damaged", reason="unreadable", next="open it in its program and save it again"
        ) from error
    for stream, reason, what, next_step in STREAMS:
        if stream in held:
            raise DocumentError(f"{original.name} {what}", reason=reason, next=next_step)
    raise DocumentError(
        f"{original.name} is in an old Office format", reason="unsupported", next="save it as .docx, .pptx or .xlsx"
    )
