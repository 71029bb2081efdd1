"""Streams one sheet's XML: stored cells only, as far as a row limit, with what the sheet says of rows and columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from lxml import etree

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.workbooks.number_formats import shown
from kingpost.documents.parsing.workbooks.package import attribute, is_on, text_in
from kingpost.documents.parsing.workbooks.sheets import Area, SheetCell, column_number, indent_of, parse_area
from kingpost.documents.parsing.workbooks.styles import PLAIN, Style

PIECE = 1 << 18
LONGEST_CELL = 32_767
"""Characters: the file format's own limit."""
MOST_CHARACTERS = 40_000_000
"""Of all cells of a sheet: a long string may be named by very many cells."""
END_OF_ROW = re.compile(rb"</(?:\w+:)?row\s*>")
END_OF_ROWS = re.compile(rb"</(?:\w+:)?sheetData\s*>")
TAGS = ("{*}row", "{*}mergeCell", "{*}hyperlink", "{*}col", "{*}pane", "{*}autoFilter", "{*}oddHeader")
DAYS_TO_1904 = 1462
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
DIGITS = "0123456789"
UNCOMPUTED = ("uncomputed",)
PAGE_CODES = re.compile(r'&(?:"[^"]*"|K(?:[\dA-Fa-f]{6}|\d\d[+-]\d{3})|[A-Z]|\d+)')


@dataclass(slots=True, kw_only=True)
class StoredSheet:
    """Cells by (row, column) from 1, and what else the sheet's XML says."""

    cells: dict[tuple[int, int], SheetCell] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    """Those that have no value."""
    computed: list[tuple[int, int]] = field(default_factory=list)
    """Cells whose values are formulas' results."""
    across: list[tuple[tuple[int, int], bool]] = field(default_factory=list)
    """Cells that are centred over those to their right, and whether a text stands in them."""
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    links: list[tuple[Area, str]] = field(default_factory=list)
    """Ranges with a relation's id, or ``#`` and a place in the workbook."""
    frozen_row: int = 0
    filtered: Area | None = None
    left_out: int = 0
    """Rows beyond the limit."""
    page_head: str = ""

    def is_hidden(self, row: int, column: int) -> bool:
        return row in self.hidden_rows or any(first <= column <= last for first, last in self.hidden_columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What all sheets of a workbook share."""

    strings: Sequence[tuple[str, int]]
    """Each with how many spaces stand in front of it."""
    styles: Sequence[Style]
    most_rows: int
    from_1904: bool = False


def read_strings(stream: IO[bytes]) -> list[tuple[str, int]]:
    """The shared strings, in order, none longer than a cell may be, and the spaces in front of each."""
    strings: list[tuple[str, int]] = []
    for _, element in etree.iterparse(stream, events=("end",), tag="{*}si", resolve_entities=False, no_network=True):
        strings.append(_text(text_in(element)))
        _forget(element)
    return strings


def read_cells(stream: IO[bytes], reading: Reading) -> StoredSheet:
    """One sheet."""
    reader = _Reader(reading)
    parser = etree.XMLPullParser(events=("end",), tag=TAGS, resolve_entities=False, no_network=True)
    pieces = iter(lambda: stream.read(PIECE), b"")
    for piece in pieces:
        parser.feed(piece)
        _take_all(parser, reader)
        if reader.full:
            for rest in _after_rows(pieces, reader.sheet):
                parser.feed(rest)
                _take_all(parser, reader)
    return reader.sheet


def _take_all(parser: "etree.XMLPullParser[etree._Element]", reader: "_Reader") -> None:
    for _, element in parser.read_events():
        reader.take(element)
        _forget(element)


def _after_rows(pieces: Iterator[bytes], sheet: StoredSheet) -> Iterator[bytes]:
    """What follows the open row and all rows after it, which are counted, not read."""
    held = b""
    open_row = True
    for piece in pieces:
        held += piece
        closed, end = END_OF_ROW.search(held), END_OF_ROWS.search(held)
        if open_row and closed and not (end and end.start() < closed.start()):
            yield held[: closed.end()]
            held, open_row = held[closed.end() :], False
            end = END_OF_ROWS.search(held)
        if end:
            sheet.left_out += len(END_OF_ROW.findall(held[: end.start()])) if not open_row else 0
            yield held if open_row else held[end.start() :]
            yield from pieces
            return
        if not open_row:
            whole = held.rfind(b"<")
            sheet.left_out += len(END_OF_ROW.findall(held[:whole]))
            held = held[whole:] if whole >= 0 else b""


def _forget(element: etree._Element) -> None:
    element.clear()
    above = element.getparent()
    if above is not None:
        while element.getprevious() is not None:
            del above[0]


class _Reader:
    """Takes the elements of a sheet in order."""

    def __init__(self, reading: Reading) -> None:
        self.sheet = StoredSheet()
        self._reading = reading
        self._rows = 0
        self._last_row = 0
        self._characters = 0

    @property
    def full(self) -> bool:
        return self._rows >= self._reading.most_rows or self._characters > MOST_CHARACTERS

    def take(self, element: etree._Element) -> None:
        match str(element.tag).rpartition("}")[2]:
            case "row":
                self._row(element)
            case "mergeCell":
                self.sheet.merged += _areas(element.get("ref", ""))
            case "col":
                if is_on(element, "hidden"):
                    self.sheet.hidden_columns.append((int(element.get("min", "1")), int(element.get("max", "1"))))
            case "hyperlink":
                inside = element.get("location")
                target = attribute(element, "id") or (f"#{inside}" if inside else "")
                self.sheet.links += [(area, target) for area in _areas(element.get("ref", ""))]
            case "pane":
                if element.get("state", "").startswith("frozen"):
                    self.sheet.frozen_row = int(float(element.get("ySplit", "0")))
            case "autoFilter":
                self.sheet.filtered = parse_area(element.get("ref", ""))
            case "oddHeader":
                self.sheet.page_head = clean(PAGE_CODES.sub(" ", element.text or ""))

    def _row(self, element: etree._Element) -> None:
        number = int(element.get("r", "0")) or self._last_row + 1
        self._last_row = number
        if self.full:
            self.sheet.left_out += 1
            return
        if is_on(element, "hidden"):
            self.sheet.hidden_rows.add(number)
        column = 0
        stored = False
        for child in element.iterchildren("{*}c"):
            letters = child.get("r", "").rstrip(DIGITS)
            column = column_number(letters) if letters else column + 1
            cell = self._cell(child, (number, column))
            if cell:
                self.sheet.cells[number, column] = cell
                self._characters += len(cell.text)
                stored = True
        self._rows += stored

    def _cell(self, element: etree._Element, place: tuple[int, int]) -> SheetCell | None:
        kind, index = element.get("t", "n"), int(element.get("s", "0"))
        style = self._reading.styles[index] if 0 <= index < len(self._reading.styles) else PLAIN
        value: str | None = None
        formula: str | None = None
        for child in element:
            name = child.tag[child.tag.rfind("}") + 1 :]
            if name == "v":
                value = child.text
            elif name == "f":
                formula = child.text or "shared formula"
            elif name == "is":
                value = text_in(child)
        if style.across:
            self.sheet.across.append((place, bool(value)))
        if formula is not None:
            if not value and kind != "str":
                self.sheet.formulas[place] = f"={formula}"
                return SheetCell(text="", bold=style.bold, flags=UNCOMPUTED)
            self.sheet.computed.append(place)
        return self._valued(kind, value, style) if value else None

    def _valued(self, kind: str, value: str, style: Style) -> SheetCell | None:
        if kind in {"n", "d", "b"}:
            text = self._number(kind, value, style)
            return SheetCell(text=text, bold=style.bold, number=kind == "n", indent=style.indent, unit=style.unit)
        if kind == "s":
            number = int(value)
            text, spaces = self._reading.strings[number] if 0 <= number < len(self._reading.strings) else ("", 0)
        else:
            text, spaces = _text(value)
        return SheetCell(text=text, bold=style.bold, indent=style.indent or indent_of(spaces)) if text else None

    def _number(self, kind: str, value: str, style: Style) -> str:
        if kind == "b":
            return shown(value.strip() in {"1", "true"}, "General")
        if kind == "d":
            return shown(_moment(value), style.number_format)
        number = _parsed_number(value)
        if number is None:
            return clean(value)
        if style.is_date:
            number = float(number) + (DAYS_TO_1904 if self._reading.from_1904 else 0)
        return shown(number, style.number_format)


def _areas(text: str) -> list[Area]:
    area = parse_area(text)
    return [area] if area else []


def _parsed_number(value: str) -> float | int | None:
    try:
        return int(value) if value.lstrip("-").isdigit() else float(value)
    except ValueError:
        return None


def _moment(value: str) -> object:
    try:
        return datetime.fromisoformat(value.replace("Z", ""))
    except ValueError:
        return value


def _text(raw: str) -> tuple[str, int]:
    """As it is stored and compared, and how many spaces stand in front of it."""
    raw = _unescaped(raw)[:LONGEST_CELL]
    return clean(raw), len(raw) - len(raw.lstrip(" \u00a0"))


def _unescaped(text: str) -> str:
    """``_x000D_`` and its like are characters that XML cannot hold."""
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
