"""Automatic numbers of a Word document as they are shown: ``3.2.1``, ``(a)``, ``IV.``, bullets."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

DEEPEST_STYLE = 12
"""Styles that a style may be based on, one upon the other: a file may hold a circle."""
ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"))
ROMAN_ONES = ((9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
BULLET = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What stands in front of a paragraph: its text, how deep (from 0), and whether it counts."""

    text: str
    level: int
    leads: bool = False
    """Whether the numbers of the next level go on from it (``1`` with ``1.1`` below)."""

    @property
    def counts(self) -> bool:
        return self.text != BULLET

    @property
    def is_clause(self) -> bool:
        """Several numbers with dots between, ``3.2``, or the number above such."""
        dotted = re.fullmatch(r"(?:[A-Z]\.)?\d+(?:\.\d+)+\.?|[A-Z]\.\d+\.?", self.text)
        return dotted is not None or (self.leads and re.fullmatch(r"\d+\.?|[A-Z]\.?", self.text) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    format: str
    text: str
    start: int
    legal: bool


class Numbering:
    """Counts the numbered paragraphs of one document, which must be asked about in their order."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._styles = {style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))}
        for relation in document.part.rels.values():
            if relation.reltype.endswith("/numbering") and not relation.is_external:
                self._read(relation.target_part.element)

    def marker(self, paragraph: Any) -> Marker | None:
        """The number in front of a ``w:p`` element; counts it."""
        found = self._numbering_of(paragraph)
        if found is None:
            return None
        list_id, level = found
        abstract = self._lists.get(list_id, "")
        levels = self._levels.get(abstract, {})
        if level not in levels:
            return Marker(text=BULLET, level=level)
        counts = self._counts[abstract]
        start = self._starts.pop((list_id, level), None)
        counts[level] = start if start is not None else counts.get(level, levels[level].start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        below = levels.get(level + 1)
        leads = below is not None and below.text.startswith(f"%{level + 1}.%{level + 2}")
        return Marker(text=self._text(levels, level, counts), level=level, leads=leads)

    def outline_level(self, paragraph: Any) -> int:
        """The heading level that the paragraph or its style sets, from 1; 0 where there is none."""
        for properties in self._properties(paragraph):
            found = properties.find(qn("w:outlineLvl"))
            if found is not None:
                level = _number(found, default=9)
                return level + 1 if level < 9 else 0
        return 0

    def style_names(self, paragraph: Any) -> Iterator[str]:
        """The name of the paragraph's style, and of those that it is based on."""
        for style in self._style_chain(paragraph):
            name = style.find(qn("w:name"))
            if name is not None:
                yield (name.get(qn("w:val")) or "").strip()

    def table_style(self, table: Any) -> Any:
        """The style (``w:style``) of a ``w:tbl``, or None."""
        named = table.find(f"{qn('w:tblPr')}/{qn('w:tblStyle')}")
        return self._styles.get(named.get(qn("w:val"))) if named is not None else None

    def _text(self, levels: dict[int, _Level], level: int, counts: dict[int, int]) -> str:
        shown = levels[level]
        if shown.format in {"bullet", "none"} and "%" not in shown.text:
            return BULLET if shown.format == "bullet" else shown.text

        def number(found: re.Match[str]) -> str:
            other = int(found[1]) - 1
            way = levels.get(other, shown)
            return counted(counts.get(other, way.start), "decimal" if shown.legal else way.format)

        return re.sub(r"%(\d)", number, shown.text).strip() or BULLET

    def _numbering_of(self, paragraph: Any) -> tuple[str, int] | None:
        """List and level: the nearest of paragraph, style and base styles that names a list; 0 names none."""
        list_id, level = "", -1
        for properties in self._properties(paragraph):
            found = properties.find(qn("w:numPr"))
            if found is None:
                continue
            named, depth = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
            level = _number(depth) if level < 0 and depth is not None else level
            if named is not None:
                list_id = named.get(qn("w:val")) or ""
                break
        return (list_id, max(level, 0)) if list_id not in {"", "0"} else None

    def _properties(self, paragraph: Any) -> Iterator[Any]:
        own = paragraph.find(qn("w:pPr"))
        if own is not None:
            yield own
        for style in self._style_chain(paragraph):
            properties = style.find(qn("w:pPr"))
            if properties is not None:
                yield properties

    def _style_chain(self, paragraph: Any) -> Iterator[Any]:
        named = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style = self._styles.get(named.get(qn("w:val"))) if named is not None else None
        for _ in range(DEEPEST_STYLE):
            if style is None:
                return
            yield style
            base = style.find(qn("w:basedOn"))
            style = self._styles.get(base.get(qn("w:val"))) if base is not None else None

    def _read(self, numbering: Any) -> None:
        for abstract in numbering.iter(qn("w:abstractNum")):
            levels = {_number(level, "w:ilvl"): _level(level) for level in abstract.iter(qn("w:lvl"))}
            self._levels[abstract.get(qn("w:abstractNumId"))] = levels
        for one in numbering.iter(qn("w:num")):
            list_id, abstract = one.get(qn("w:numId")), one.find(qn("w:abstractNumId"))
            if abstract is not None:
                self._lists[list_id] = abstract.get(qn("w:val"))
            for override in one.iter(qn("w:lvlOverride")):
                start = override.find(qn("w:startOverride"))
                if start is not None:
                    self._starts[list_id, _number(override, "w:ilvl")] = _number(start)


def _level(level: Any) -> _Level:
    def value(name: str, default: str) -> str:
        found = level.find(qn(name))
        return default if found is None else found.get(qn("w:val")) or default

    legal = level.find(qn("w:isLgl"))
    start = value("w:start", "1")
    return _Level(
        format=value("w:numFmt", "decimal"),
        text=value("w:lvlText", ""),
        start=int(start) if start.isdigit() else 1,
        legal=legal is not None,
    )


def _number(element: Any, attribute: str = "w:val", default: int = 0) -> int:
    value = element.get(qn(attribute)) or ""
    return int(value) if value.isdigit() else default


def counted(number: int, way: str) -> str:
    """A number as a list counts in this way (``lowerLetter``, ``upperRoman``, ``decimal``); empty where it does not."""
    if way in {"lowerLetter", "upperLetter"}:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else ""
        return letter if way == "lowerLetter" else letter.upper()
    if way in {"lowerRoman", "upperRoman"}:
        roman = _roman(number)
        return roman if way == "lowerRoman" else roman.upper()
    if way == "decimalZero":
        return f"{number:02d}"
    return "" if way in {"none", "bullet"} else str(number)


def _roman(number: int) -> str:
    text = ""
    for value, letters in (*ROMAN, *ROMAN_ONES):
        while 0 < value <= number:
            text += letters
            number -= value
    return text
