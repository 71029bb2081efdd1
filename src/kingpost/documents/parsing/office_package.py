"""Makes of templates, shows, files with macros and the strict form of Office formats what the libraries open."""

import io
import zipfile
from dataclasses import dataclass

TYPES = "application/vnd.openxmlformats-officedocument."
STRICT = tuple(
    (
        f"http://purl.oclc.org/ooxml/{strict}".encode(),
        f"http://schemas.openxmlformats.org/{transitional}".encode(),
    )
    for strict, transitional in (
        ("officeDocument/relationships", "officeDocument/2006/relationships"),
        ("officeDocument/math", "officeDocument/2006/math"),
        ("wordprocessingml/main", "wordprocessingml/2006/main"),
        ("presentationml/main", "presentationml/2006/main"),
        ("drawingml/main", "drawingml/2006/main"),
        ("drawingml/chart", "drawingml/2006/chart"),
        ("drawingml/diagram", "drawingml/2006/diagram"),
        ("drawingml/picture", "drawingml/2006/picture"),
        ("drawingml/wordprocessingDrawing", "drawingml/2006/wordprocessingDrawing"),
    )
)
"""The strict form (ISO/IEC 29500) names the same things otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The content type of the main part of an ordinary file of its kind, and those of files like it."""

    main: bytes
    others: tuple[bytes, ...]


WORD = Kind(
    main=f"{TYPES}wordprocessingml.document.main+xml".encode(),
    others=(
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
        f"{TYPES}wordprocessingml.template.main+xml".encode(),
        b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    ),
)
SLIDES = Kind(
    main=f"{TYPES}presentationml.presentation.main+xml".encode(),
    others=(
        b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
        f"{TYPES}presentationml.slideshow.main+xml".encode(),
        f"{TYPES}presentationml.template.main+xml".encode(),
        b"application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
        b"application/vnd.ms-powerpoint.template.macroEnabled.main+xml",
    ),
)


def ordinary(content: bytes, kind: Kind) -> bytes:
    """The file as an ordinary one; itself where it is. Parts that are no XML are kept without their content."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
        relations = archive.read("_rels/.rels") if "_rels/.rels" in names else b""
        if not any(other in types for other in kind.others) and STRICT[0][0] not in relations:
            return content
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w") as made:
            for name in dict.fromkeys(names):
                is_markup = name.endswith((".xml", ".rels"))
                made.writestr(name, _renamed(archive.read(name), kind) if is_markup else b"")
    return output.getvalue()


def _renamed(content: bytes, kind: Kind) -> bytes:
    for other in kind.others:
        content = content.replace(other, kind.main)
    for strict, transitional in STRICT:
        content = content.replace(strict, transitional)
    return content
