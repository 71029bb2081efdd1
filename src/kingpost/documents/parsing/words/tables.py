"""Word's tables as raw cells: merged both ways, tracked rows, tables within cells as text."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docx.oxml.ns import qn

from kingpost.documents.parsing.flow import NOWHERE
from kingpost.documents.parsing.grids import RawCell

Rows = list[list[RawCell]]
MOST_COLUMNS = 200
DEEPEST_HEAD = 4
UNCOLOURED = frozenset({"", "auto", "FFFFFF"})
ENDS = (".", ";", ":", ",", "!", "?")


@dataclass(frozen=True, slots=True, kw_only=True)
class CellText:
    """A paragraph in a cell, as it is shown: whether it is in bold, and whether it is an item of a list."""

    text: str
    bold: bool = False
    item: bool = False


ReadParagraph = Callable[[Any], CellText]


def read_table(table: Any, read: ReadParagraph, *, head_set_apart: bool = False) -> Rows:
    """All rows of a ``w:tbl`` that are not deleted. ``read`` gets each paragraph in its order.

    ``head_set_apart``: the table's style sets its first row apart.
    """
    rows: Rows = []
    above: dict[int, tuple[int, int]] = {}
    """Column -> the row and column of the cell that is merged down to here."""
    kept = [row for row in _rows(table) if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is None]
    heads = max(_coloured_rows(kept), int(head_set_apart))
    for number, element in enumerate(kept):
        rows.append(_row(element, rows, above, read, head=number < heads))
    return rows


def is_head_set_apart(table: Any, style: Any) -> bool:
    """Whether the table takes the first row's look from its style (a ``w:style``), and the style has one for it."""
    look = table.find(f"{qn('w:tblPr')}/{qn('w:tblLook')}")
    if look is None or style is None:
        return False
    bits = look.get(qn("w:val")) or ""
    on = look.get(qn("w:firstRow")) or str(int(bits, 16) >> 5 & 1 if re.fullmatch("[0-9A-Fa-f]{1,4}", bits) else 0)
    firsts = [part for part in style.iter(qn("w:tblStylePr")) if part.get(qn("w:type")) == "firstRow"]
    return on in {"1", "true"} and any(
        part.find(f"{qn('w:rPr')}/{qn('w:b')}") is not None or _colour(part.find(qn("w:tcPr"))) not in UNCOLOURED
        for part in firsts
    )


def _coloured_rows(rows: Sequence[Any]) -> int:
    """How many rows at the top are coloured throughout, where the row below them is not."""
    coloured = 0
    for row in rows[: DEEPEST_HEAD + 1]:
        colours = {_colour(cell.find(qn("w:tcPr"))) for cell in _cells(row)}
        if not colours or colours & UNCOLOURED:
            break
        coloured += 1
    return coloured if coloured <= DEEPEST_HEAD and coloured < len(rows) else 0


def _colour(properties: Any) -> str:
    shading = properties.find(qn("w:shd")) if properties is not None else None
    return "" if shading is None else (shading.get(qn("w:fill")) or "").upper().replace("AUTO", "auto")


def _row(
    element: Any, rows: Rows, above: dict[int, tuple[int, int]], read: ReadParagraph, *, head: bool
) -> list[RawCell]:
    row = [RawCell(text="", location=NOWHERE)] * _skipped(element)
    head = head or element.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
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
        text, bold = _text(cell, read)
        first = RawCell(text=text, location=NOWHERE, heading=head or bold, columns=span, flags=flags)
        row += [first, *[replace(first, merged=True, columns=1)] * (span - 1)]
    return row[:MOST_COLUMNS]


def _text(cell: Any, read: ReadParagraph) -> tuple[str, bool]:
    """The cell's text, items of lists parted by semicolons, and whether all of it is bold."""
    found: list[CellText] = []
    for child in _content(cell):
        if child.tag == qn("w:tbl"):
            inner = read_table(child, read)
            lines = (", ".join(cell.text for cell in row if cell.text and not cell.merged) for row in inner)
            found += [CellText(text=line, item=True) for line in lines]
        else:
            found.append(read(child))
    found = [piece for piece in found if piece.text]
    text = ""
    for before, piece in zip([None, *found], found, strict=False):
        parted = before and before.item and piece.item and not text.endswith(ENDS)
        text += ("; " if parted else " " if before else "") + piece.text
    return text, bool(found) and all(piece.bold for piece in found)


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
