"""Word's tables as raw cells: merged both ways, tracked rows, tables within cells as text."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from docx.oxml.ns import qn

from kingpost.documents.parsing.flow import NOWHERE
from kingpost.documents.parsing.grids import RawCell
from kingpost.documents.parsing.words.text import ParagraphText, read_paragraph

Rows = list[list[RawCell]]
OnParagraph = Callable[[ParagraphText], None]
MOST_COLUMNS = 200


def read_table(table: Any, on_paragraph: OnParagraph) -> Rows:
    """All rows of a ``w:tbl`` that are not deleted. ``on_paragraph`` gets each paragraph, with what hangs on it."""
    rows: Rows = []
    above: dict[int, tuple[int, int]] = {}
    """Column -> the row and column of the cell that is merged down to here."""
    for element in _rows(table):
        if element.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None:
            continue
        rows.append(_row(element, rows, above, on_paragraph))
    return rows


def _row(element: Any, rows: Rows, above: dict[int, tuple[int, int]], on_paragraph: OnParagraph) -> list[RawCell]:
    row = [RawCell(text="", location=NOWHERE)] * _skipped(element)
    header = element.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    flags = ("inserted",) if element.find(f"{qn('w:trPr')}/{qn('w:ins')}") is not None else ()
    for cell in _cells(element):
        column, span = len(row), _span(cell)
        merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
        goes_on = merge is not None and merge.get(qn("w:val")) != "restart"
        if goes_on and column in above:
            top, left = above[column]
            first = rows[top][left]
            rows[top][left] = replace(first, rows=len(rows) - top + 1)
            row += [replace(first, merged=True, rows=1, columns=1)] * span
            continue
        for stale in [place for place in above if column <= place < column + span]:
            del above[stale]
        if merge is not None:
            above[column] = (len(rows), column)
        text, bold = _text(cell, on_paragraph)
        first = RawCell(text=text, location=NOWHERE, heading=header or bold, columns=span, flags=flags)
        row += [first, *[replace(first, merged=True, columns=1)] * (span - 1)]
    return row[:MOST_COLUMNS]


def _text(cell: Any, on_paragraph: OnParagraph) -> tuple[str, bool]:
    """The cell's text, and whether all of it is bold."""
    texts: list[str] = []
    bold: list[bool] = []
    for child in _content(cell):
        if child.tag == qn("w:tbl"):
            inner = read_table(child, on_paragraph)
            texts += ["; ".join(cell.text for cell in row if cell.text and not cell.merged) for row in inner]
            continue
        found = read_paragraph(child)
        on_paragraph(found)
        if found.text:
            texts.append(found.text)
            bold.append(found.bold)
        texts += [picture for picture in found.pictures if picture]
    return " ".join(text for text in texts if text), bool(bold) and all(bold)


def _rows(table: Any) -> Iterator[Any]:
    return _of_kind(table, "w:tr")


def _cells(row: Any) -> Iterator[Any]:
    return _of_kind(row, "w:tc")


def _of_kind(element: Any, name: str) -> Iterator[Any]:
    """Children of a kind, also inside content controls and custom XML."""
    for child in element:
        if child.tag == qn(name):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo")):
            yield from _of_kind(child, name)


def _content(cell: Any) -> Iterator[Any]:
    for child in cell:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo")):
            yield from _content(child)


def _span(cell: Any) -> int:
    return min(max(_value(cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}"), 1), 1), MOST_COLUMNS)


def _skipped(row: Any) -> int:
    return min(_value(row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}"), 0), MOST_COLUMNS)


def _value(element: Any, default: int) -> int:
    value = (element.get(qn("w:val")) or "") if element is not None else ""
    return int(value) if value.isdigit() else default
