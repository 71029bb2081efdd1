"""Reads OpenDocument texts and slides (.odt, .odp and their flat form): unpacked, turned into HTML, read as such."""

import io
import zipfile
import zlib

from lxml import etree

from kingpost.documents.parsing import html
from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.flow import Flow
from kingpost.documents.parsing.markup.office import NAMESPACES, OfficeMarkup, tag
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument

ZIP_START = b"PK"
PARTS = ("content.xml", "styles.xml", "meta.xml")
ENCRYPTED = b"encryption-data"
META = {
    "title": "dc:title",
    "author": "meta:initial-creator",
    "subject": "dc:subject",
    "description": "dc:description",
    "modified": "dc:date",
}
MOST_HEADS = 20


def parse(original: Original) -> ParsedDocument:
    """Blocks in order. Raises ``DocumentError`` (``encrypted``, ``unreadable``)."""
    roots = _roots(original)
    content = roots[0]
    body = content.find("office:body", NAMESPACES)
    if body is None or not len(body):
        raise _unreadable(original.name, "holds no text")
    markup = OfficeMarkup(roots)
    page = markup.page(body[0])
    flow = Flow()
    html.read_fragment(etree.tostring(page, method="html", encoding="unicode"), flow)
    if markup.has_changes:
        flow.warnings.append("has tracked changes: insertions are read, deletions are left out")
    properties = _properties(roots)
    return flow.document(properties=properties, title=properties.get("title", "") or markup.title)


def _roots(original: Original) -> list[etree._Element]:
    """The content first, then styles and properties where they are files of their own."""
    if original.content[:2] != ZIP_START:
        return [_root(original.name, original.content)]
    try:
        with zipfile.ZipFile(io.BytesIO(original.content)) as archive:
            names = archive.namelist()
            if "META-INF/manifest.xml" in names and ENCRYPTED in archive.read("META-INF/manifest.xml"):
                raise DocumentError(
                    f"{original.name} is protected by a password", reason="encrypted", next="save it without password"
                )
            parts = [archive.read(part) for part in PARTS if part in names]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise _unreadable(original.name, f"is damaged ({error})") from error
    if not parts:
        raise _unreadable(original.name, "is no OpenDocument file")
    return [_root(original.name, part) for part in parts]


def _root(name: str, content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(content, parser=parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(name, f"is damaged ({error.msg})") from error


def _unreadable(name: str, why: str) -> DocumentError:
    return DocumentError(f"{name} {why}", reason="unreadable", next="open it in its program and save it again")


def _properties(roots: list[etree._Element]) -> dict[str, str]:
    """Its own, those that an organisation added, and what stands at the head and foot of its pages."""
    found: dict[str, str] = {}
    for root in roots:
        for entry in root.iter(tag("meta:user-defined")):
            found[entry.get(tag("meta:name"), "")] = clean("".join(entry.itertext()))
        for name, path in META.items():
            entry = next(root.iter(tag(path)), None) if root.find(".//office:meta", NAMESPACES) is not None else None
            found[name] = clean("".join(entry.itertext())) if entry is not None else found.get(name, "")
        heads = [
            clean(" ".join(paragraph.itertext()))
            for part in ("style:header", "style:footer", "style:header-first", "style:footer-first")
            for head in root.iter(tag(part))
            for paragraph in head.iter(tag("text:p"), tag("text:h"))
        ]
        kept = list(dict.fromkeys(head for head in heads if head))[:MOST_HEADS]
        found["running_heads"] = "\n".join(kept) or found.get("running_heads", "")
    return {name: value for name, value in found.items() if name and value}
