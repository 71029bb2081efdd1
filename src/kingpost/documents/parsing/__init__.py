"""One module a family of formats; the worker runs them in child processes with limits.

``parse`` chooses the module by the file's name and first bytes.
"""

from importlib import import_module
from pathlib import PurePosixPath
from types import ModuleType
from typing import Protocol, cast

from kingpost.documents.parsing.options import DEFAULTS, ReadingOptions
from kingpost.documents.parsing.unsupported import unsupported
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument

FAMILIES = {
    "pdf": "pdf",
    "xlsx": "spreadsheet",
    "xlsm": "spreadsheet",
    "xls": "spreadsheet",
    "xlsb": "spreadsheet",
    "ods": "spreadsheet",
    "csv": "separated",
    "tsv": "separated",
    "docx": "word",
    "docm": "word",
    "dotx": "word",
    "dotm": "word",
    "doc": "old_word",
    "dot": "old_word",
    "rtf": "rtf",
    "pptx": "slides",
    "pptm": "slides",
    "potx": "slides",
    "ppsx": "slides",
    "ppsm": "slides",
    "ppt": "old_word",
    "pps": "old_word",
    "html": "html",
    "htm": "html",
    "xhtml": "html",
    "shtml": "html",
    "mht": "webarchive",
    "mhtml": "webarchive",
    "odt": "opendocument",
    "ott": "opendocument",
    "fodt": "opendocument",
    "odp": "opendocument",
    "xml": "xml",
    "dita": "xml",
    "dbk": "xml",
    "md": "markdown",
    "markdown": "markdown",
    "txt": "text",
    "text": "text",
    "log": "text",
    "rst": "text",
    "eml": "mail",
    "msg": "outlook",
    "png": "image",
    "jpg": "image",
    "jpeg": "image",
    "tif": "image",
    "tiff": "image",
    "webp": "image",
    "bmp": "image",
}
"""File suffix -> module that reads it."""

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "spreadsheet": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "separated": "text/csv",
    "word": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "old_word": "application/msword",
    "rtf": "application/rtf",
    "slides": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "html": "text/html",
    "webarchive": "multipart/related",
    "opendocument": "application/vnd.oasis.opendocument.text",
    "xml": "application/xml",
    "markdown": "text/markdown",
    "text": "text/plain",
    "mail": "message/rfc822",
    "outlook": "application/vnd.ms-outlook",
    "image": "image/*",
}

ADJUSTABLE = frozenset({"pdf", "image", "spreadsheet", "separated"})
"""Modules that take options: about text in images, about how many rows are read."""


class _Reader(Protocol):
    def parse(self, original: Original) -> ParsedDocument: ...


class _AdjustableReader(Protocol):
    def parse(self, original: Original, options: ReadingOptions) -> ParsedDocument: ...


def family(name: str) -> str:
    """The family of formats that a file name belongs to, or empty."""
    return FAMILIES.get(PurePosixPath(name).suffix.lower().lstrip("."), "")


def media_type(name: str) -> str:
    """The media type of a file name's family."""
    return MEDIA_TYPES.get(family(name), "application/octet-stream")


def parse(original: Original, options: ReadingOptions = DEFAULTS) -> ParsedDocument:
    """Read one original. Raises ``DocumentError`` with its reason; other errors mean that the file is broken."""
    kind = family(original.name)
    if not kind:
        raise unsupported(original.name)
    if not original.content.strip():
        raise DocumentError(f"{original.name} is empty", reason="empty", next="check the file")
    kind = "pdf" if original.content[:1024].lstrip()[:5] == b"%PDF-" else kind
    if kind in ADJUSTABLE:
        return cast(_AdjustableReader, _module(kind)).parse(original, options)
    return cast(_Reader, _module(kind)).parse(original)


def load_reader(name: str) -> None:
    """Import what reads files of this name, if anything does."""
    kind = family(name)
    if kind:
        _module(kind)


def _module(kind: str) -> ModuleType:
    return import_module(f"{__name__}.{kind}")
