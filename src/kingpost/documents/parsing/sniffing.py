"""Tells from a file's first bytes that it is another kind than its name says: programs, pictures, no text at all."""

from kingpost.documents.parsing import family
from kingpost.errors import DocumentError
from kingpost.types.documents import Original

SIGNATURES = (
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"{\\rtf", "a rich text (RTF) file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "a database"),
)
PACKED = ((b"PK\x03\x04", "a packed (zip or Office) file"), (b"\xd0\xcf\x11\xe0", "an old Office file"))
TEXTUAL = frozenset({"separated", "html", "markdown", "text", "mail"})
OFFICE = frozenset({"spreadsheet", "word", "slides", "pdf"})
SAMPLE = 1 << 16
CONTROLS = bytes([*range(9), 11, *range(14, 27), *range(28, 32), 127])
MOST_CONTROLS = 0.02
"""Share of bytes that text does not hold."""
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
PDF_MARK = b"%PDF-"


def check_kind(original: Original) -> None:
    """Raises ``DocumentError`` (``wrong_kind``)."""
    kind, start = family(original.name), original.content[:SAMPLE]
    if PDF_MARK in start[:1024] or kind not in TEXTUAL | OFFICE:
        return
    known = SIGNATURES + (PACKED if kind in TEXTUAL or kind == "pdf" else ())
    found = next((what for signature, what in known if start.startswith(signature)), "")
    if kind in TEXTUAL:
        found = "" if _is_text(start) else found or "no text"
    if found:
        raise DocumentError(
            f"{original.name} is {found}, not what its name says",
            reason="wrong_kind",
            next="give it the ending of its kind, or leave it out",
        )


def _is_text(sample: bytes) -> bool:
    if sample.startswith(UTF16_MARKS):
        return True
    return len(sample) - len(sample.translate(None, CONTROLS)) <= MOST_CONTROLS * len(sample)
