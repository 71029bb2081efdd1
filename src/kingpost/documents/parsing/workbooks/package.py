"""The parts of a packed workbook: XML read without entities or network, and what each part refers to."""

import io
import posixpath
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import IO
from urllib.parse import unquote

from lxml import etree

from kingpost.errors import DocumentError

LARGEST_PART = 64 * 1024 * 1024
"""Of a part that is read as a whole: sheets and strings are streamed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What a part refers to: ``kind`` is the last word of the relation's type, ``target`` a part or an address."""

    id: str
    kind: str
    target: str
    external: bool = False


class Package:
    """A workbook's parts by their names, whatever their case; what is missing is None."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(content))

    @cached_property
    def _names(self) -> dict[str, str]:
        return {name.replace("\\", "/").lstrip("/").lower(): name for name in self._archive.namelist()}

    def has(self, part: str) -> bool:
        return part.lower() in self._names

    def stream(self, part: str) -> IO[bytes]:
        """Raises ``KeyError`` for a part that is not there."""
        return self._archive.open(self._names[part.lower()])

    def xml(self, part: str) -> etree._Element | None:
        """The part's root element."""
        name = self._names.get(part.lower())
        if name is None:
            return None
        if self._archive.getinfo(name).file_size > LARGEST_PART:
            raise DocumentError(
                f"{part} is larger than any workbook's", reason="too_large", next="check where the file comes from"
            )
        return etree.fromstring(self._archive.read(name), parser=xml_parser())

    def relations(self, part: str) -> dict[str, Relation]:
        """By id; none for a part without."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        if root is None:
            return {}
        found = {}
        for element in root.iterchildren("{*}Relationship"):
            external = element.get("TargetMode") == "External"
            target = element.get("Target", "")
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            kind = element.get("Type", "").rpartition("/")[2]
            found[element.get("Id", "")] = Relation(
                id=element.get("Id", ""), kind=kind, target=target, external=external
            )
        return found

    def related(self, part: str, kind: str) -> list[str]:
        """Parts of one kind that a part refers to."""
        return [
            relation.target
            for relation in self.relations(part).values()
            if relation.kind == kind and not relation.external and self.has(relation.target)
        ]


def xml_parser() -> etree.XMLParser:
    """Entities are not resolved, nothing is fetched, and depth is limited by the library."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)


def attribute(element: etree._Element, name: str) -> str:
    """An attribute whatever its namespace."""
    value = element.get(name)
    if value is not None:
        return str(value)
    return next((str(other) for key, other in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def is_on(element: etree._Element | None, name: str, *, default: bool = False) -> bool:
    """Whether a switch is on."""
    value = element.get(name) if element is not None else None
    return default if value is None else str(value) in {"1", "true", "on"}


def text_in(element: etree._Element) -> str:
    """All ``t`` texts below an element, without phonetic readings; paragraphs and line breaks apart."""
    pieces: list[str] = []
    for inner in element.iter("{*}t", "{*}br", "{*}p"):
        name = etree.QName(inner).localname
        if name != "t":
            pieces.append("\n")
        elif not any(etree.QName(above).localname == "rPh" for above in inner.iterancestors()):
            pieces.append(inner.text or "")
    return "".join(pieces).strip("\n")
