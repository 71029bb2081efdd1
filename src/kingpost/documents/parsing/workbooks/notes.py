"""What a workbook says beside its cells: notes and threaded comments, links, tables, names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.workbooks.package import Package, attribute, text_in
from kingpost.documents.parsing.workbooks.sheets import Area, SheetTable, parse_area

BUILT_IN = "_xlnm."
REFERENCE = re.compile(r"^=?(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!\[\]]+))!(?P<range>[^!,()*/+]+)$")
THREADED = "[Threaded comment]"


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinedName:
    """A name: of a range of a sheet, or of what its formula says."""

    name: str
    sheet: str = ""
    area: Area | None = None
    formula: str = ""


def notes_by_place(package: Package, part: str) -> dict[tuple[int, int], str]:
    """Notes and threaded comments of a sheet, each with who wrote it."""
    notes: dict[tuple[int, int], str] = {}
    for threads in package.related(part, "threadedComment"):
        for place, text in _threads(package, threads):
            notes[place] = f"{notes[place]}; {text}" if place in notes else text
    for comments in package.related(part, "comments"):
        for place, text in _notes(package, comments):
            notes.setdefault(place, text)
    return notes


def _notes(package: Package, part: str) -> Iterator[tuple[tuple[int, int], str]]:
    root = package.xml(part)
    if root is None:
        return
    authors = [clean(author.text or "") for author in root.iterfind("{*}authors/{*}author")]
    for comment in root.iterfind("{*}commentList/{*}comment"):
        area, text = parse_area(comment.get("ref", "")), clean(text_in(comment))
        index = int(comment.get("authorId", "-1"))
        author = authors[index] if 0 <= index < len(authors) else ""
        text = text.removeprefix(f"{author}:").strip()
        if area and text and not text.startswith(THREADED):
            yield (area.top, area.left), _said(author, text)


def _threads(package: Package, part: str) -> Iterator[tuple[tuple[int, int], str]]:
    root = package.xml(part)
    if root is None:
        return
    people = _people(package)
    for comment in root.iterfind("{*}threadedComment"):
        area, text = parse_area(comment.get("ref", "")), comment.find("{*}text")
        said = clean(text.text or "") if text is not None else ""
        if area and said:
            yield (area.top, area.left), _said(people.get(comment.get("personId", ""), ""), said)


def _people(package: Package) -> dict[str, str]:
    root = package.xml("xl/persons/person.xml")
    found = root.iterfind("{*}person") if root is not None else ()
    return {person.get("id", ""): clean(person.get("displayName", "")) for person in found}


def _said(author: str, text: str) -> str:
    unnamed = author.casefold() in {"", "author", "openpyxl", "unknown author"} or author.startswith("tc={")
    return text if unnamed else f"{text} ({author})"


def tables(package: Package, part: str) -> list[SheetTable]:
    """Ranges that the workbook itself calls tables."""
    found = []
    for table in package.related(part, "table"):
        root = package.xml(table)
        area = parse_area(root.get("ref", "")) if root is not None else None
        if root is not None and area:
            name = root.get("displayName") or root.get("name") or ""
            rows = int(root.get("headerRowCount", "1"))
            found.append(SheetTable(name=clean(name), area=area, header_rows=rows))
    return found


def defined_names(workbook: etree._Element) -> list[DefinedName]:
    """Names in their order, those that the program keeps for itself (``_xlnm.``) too."""
    found = []
    for element in workbook.iterfind("{*}definedNames/{*}definedName"):
        name, formula = element.get("name", ""), clean(element.text or "")
        if name and formula and not (attribute(element, "hidden") in {"1", "true"} and not name.startswith(BUILT_IN)):
            found.append(_defined(name, formula))
    return found


def _defined(name: str, formula: str) -> DefinedName:
    match = REFERENCE.match(formula)
    area = parse_area(match["range"]) if match else None
    if match is None or area is None:
        first = REFERENCE.match(formula.split(",")[-1]) if name == f"{BUILT_IN}Print_Titles" else None
        rows = parse_area(first["range"]) if first else None
        if first is None or rows is None:
            return DefinedName(name=name, formula=formula)
        match, area = first, rows
    sheet = (match["quoted"] or match["plain"] or "").replace("''", "'")
    return DefinedName(name=name, sheet=sheet, area=area, formula=formula)
