"""Reads pictures of pages (photographs, scans, faxes) as scanned pages are read: text, tables, fields, with boxes."""

from dataclasses import replace

from kingpost.documents.parsing import pdf
from kingpost.documents.parsing.options import ReadingOptions
from kingpost.documents.parsing.pages import ocr
from kingpost.documents.parsing.picture_pages import MOST_PICTURES, as_pdf
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument


def parse(original: Original, options: ReadingOptions) -> ParsedDocument:
    """A page a picture. Raises ``DocumentError``: ``no_text``, ``unreadable``, ``too_large``."""
    pages, left_out = as_pdf(original.name, original.content)
    if not options.ocr or not ocr.installed():
        raise DocumentError(
            f"{original.name} is a picture, and text in pictures is not recognised",
            reason="no_text",
            next="set documents.ocr to auto" if ocr.installed() else ocr.INSTALL,
        )
    parsed = pdf.parse(replace(original, content=pages), options)
    heads = {name: value for name, value in parsed.properties.items() if name == "running_heads"}
    warning = (f"only the first {MOST_PICTURES} pictures are read; {left_out} are left out",) if left_out else ()
    return replace(parsed, properties=heads, warnings=(*parsed.warnings, *warning))
