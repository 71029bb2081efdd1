"""What the layout reader finds on a page, as blocks of lines; text set another way stands in blocks of its own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.pages.page import Line, PageBlock, TableCell

BULLET_INDENT = 36.0
"""Points to the left of a list item in which its bullet stands."""
Box = tuple[float, float, float, float]

LEAST_SIZE = 0.4
SIZE_OF_HEIGHT = 0.85
"""Size of type to the height of a line's box."""
STRAIGHT = 20.0
"""Degrees by which text that runs from left to right may slope."""


def layout_blocks(parsed: Any, text_in: Callable[[Box], str]) -> list[PageBlock]:
    """Blocks in reading order. ``text_in`` gives the text in a box: the layout reader breaks words it sees sideways."""
    turned = [item for item in parsed.text_items if _is_turned(item)]
    lines = [line for item in parsed.text_items if not _is_turned(item) and (line := _line(item, item.text))]
    blocks: list[PageBlock] = []
    taken: set[int] = set()
    for source in parsed.blocks or []:
        if source.bbox is None or source.kind == "rule":
            continue
        block = _block(source)
        for number, line in enumerate(lines):
            if number not in taken and _inside(line.centre, block.box):
                block.lines.append(line)
                taken.add(number)
        if block.lines or block.kind == "figure":
            blocks.append(block)
    add_lines(blocks, [line for number, line in enumerate(lines) if number not in taken])
    return blocks + _turned_blocks(turned, text_in)


def add_lines(blocks: list[PageBlock], lines: Sequence[Line]) -> None:
    """Put lines that no block took where they stand, each as a paragraph, in place."""
    for line in lines:
        _insert(blocks, PageBlock(kind="paragraph", lines=[line], box=(line.x0, line.y0, line.x1, line.y1)))


def _is_turned(item: Any) -> bool:
    return STRAIGHT < float(item.rotation) % 360 < 360 - STRAIGHT


def _turned_blocks(items: Sequence[Any], text_in: Callable[[Box], str]) -> list[PageBlock]:
    """Lines that follow each other in their own direction make a block."""
    blocks: list[PageBlock] = []
    last: Any = None
    for item in sorted(items, key=_turned_order):
        line = _line(item, text_in((item.x, item.y, item.x + item.width, item.y + item.height)) or item.text)
        if not line:
            continue
        if last is not None and _turned_order(last)[0] == _turned_order(item)[0] and _touch(blocks[-1].lines[-1], line):
            blocks[-1].lines.append(line)
        else:
            blocks.append(PageBlock(kind="turned", lines=[line], box=(line.x0, line.y0, line.x1, line.y1)))
        last = item
    return blocks


def _turned_order(item: Any) -> tuple[int, float, float]:
    quarter = round(item.rotation / 90) % 4
    across = {1: -item.x, 2: -item.y, 3: item.x}.get(quarter, item.y)
    along = {1: item.y, 2: -item.x, 3: -item.y}.get(quarter, item.x)
    return quarter, across, along


def _touch(line: Line, other: Line) -> bool:
    room = 1.2 * min(line.size, other.size)
    return (
        line.x0 - room <= other.x1
        and other.x0 <= line.x1 + room
        and line.y0 - room <= other.y1
        and other.y0 <= line.y1 + room
    )


def _line(item: Any, written: str) -> Line | None:
    text = clean(written)
    if not text:
        return None
    name = (item.font_name or "").lower()
    line = Line(
        text=text,
        x0=item.x,
        y0=item.y,
        x1=item.x + item.width,
        y1=item.y + item.height,
        size=round(_size(item), 1),
        bold="bold" in name or "black" in name or "heavy" in name or (item.font_weight or 0) >= 600,
        soft=item.text.rstrip().endswith(("\u00ad", "\x02")),
    )
    return replace(line, words=tuple(_words(item, line)))


def _size(item: Any) -> float:
    """The size of type; programs that scale a font of one point tell it by the height alone."""
    told = float(item.font_size or 0)
    return told if told >= LEAST_SIZE * item.height else SIZE_OF_HEIGHT * float(item.height)


def _words(item: Any, line: Line) -> Iterator[Line]:
    """The words of a line with their boxes; the line itself where it is one word."""
    if len(item.words) < 2:
        yield line
        return
    for word in item.words:
        text = clean(word.text)
        if text:
            yield replace(
                line, text=text, x0=word.x, y0=word.y, x1=word.x + word.width, y1=word.y + word.height, soft=False
            )


def _block(source: Any) -> PageBlock:
    box = (source.bbox.x, source.bbox.y, source.bbox.x + source.bbox.width, source.bbox.y + source.bbox.height)
    rows: list[list[TableCell]] = []
    marked = 0
    if source.kind == "table":
        if source.header and any(clean(cell.text) for cell in source.header):
            rows.append([_cell(cell) for cell in source.header])
            marked = 1
        rows += [[_cell(cell) for cell in row] for row in source.rows or []]
    if source.kind == "list_item":
        box = (box[0] - BULLET_INDENT, *box[1:])
    return PageBlock(kind=source.kind, level=source.level or 0, rows=rows, marked_header=marked, box=box)


def _cell(cell: Any) -> TableCell:
    box = cell.bbox
    return TableCell(
        text=clean(cell.text), box=None if box is None else (box.x, box.y, box.x + box.width, box.y + box.height)
    )


def _inside(point: tuple[float, float], box: tuple[float, float, float, float], slack: float = 1.5) -> bool:
    x, y = point
    return box[0] - slack <= x <= box[2] + slack and box[1] - slack <= y <= box[3] + slack


def _insert(blocks: list[PageBlock], block: PageBlock) -> None:
    """Put a line that no block took before the first block that stands below it in its own column."""
    for index, other in enumerate(blocks):
        if other.box[1] > block.box[1] and other.box[0] <= block.box[2] and other.box[2] >= block.box[0]:
            blocks.insert(index, block)
            return
    blocks.append(block)
