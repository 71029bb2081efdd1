"""Reads the pages of a PDF as blocks of placed lines, tables among them; a page that loses words is read again, raw."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
from liteparse import LiteParse, ParseError

from kingpost.documents.parsing.cleaning import clean
from kingpost.types.documents import PageLocation

ENOUGH_WORDS = 0.9
"""Share of a page's words that its blocks must hold."""
WORD = re.compile(r"\w+")
BULLET_INDENT = 36.0
"""Points to the left of a list item in which its bullet stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line (or one cell's piece of a line) on a page, in points from the top left."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float = 0.0
    bold: bool = False
    soft: bool = False
    """Whether it ends in the middle of a word."""
    pieces: int = 1
    """Pieces set apart from each other that the line was put together from."""

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCell:
    """A cell of a table on a page."""

    text: str
    box: tuple[float, float, float, float] | None
    bold: bool = False


@dataclass(slots=True, kw_only=True)
class PageBlock:
    """A block of a page: its lines, and for a table its rows, ``marked_header`` of which were taken for headers."""

    kind: str
    level: int = 0
    lines: list[Line] = field(default_factory=list)
    rows: list[list[TableCell]] = field(default_factory=list)
    marked_header: int = 0
    heads: list[list[TableCell]] = field(default_factory=list)
    """Rows of column heads that stood above a table."""
    box: tuple[float, float, float, float] = (0, 0, 0, 0)


@dataclass(slots=True, kw_only=True)
class Page:
    """One page; ``number`` counts from 1."""

    number: int
    width: float
    height: float
    blocks: list[PageBlock]
    has_images: bool = False
    fallback: bool = False

    def place(self, lines: Sequence[Line]) -> PageLocation:
        """Where these lines stand, as fractions of the page."""
        return PageLocation(
            page=self.number, rects=tuple(self.fractions(line.x0, line.y0, line.x1, line.y1) for line in lines)
        )

    def fractions(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A rectangle in points as fractions of the page, clipped to it."""
        return (
            round(min(max(x0 / self.width, 0), 1), 5),
            round(min(max(y0 / self.height, 0), 1), 5),
            round(min(max(x1 / self.width, 0), 1), 5),
            round(min(max(y1 / self.height, 0), 1), 5),
        )


def read_pages(content: bytes) -> Iterator[Page]:
    """Every page in order. Raises what pypdfium2 raises for broken or encrypted files."""
    parser = LiteParse(
        extract_blocks=True,
        emit_word_boxes=True,
        ocr_enabled=False,
        quiet=True,
        num_workers=1,
        keep_headers_footers=True,
    )
    raw = pypdfium2.PdfDocument(content)
    try:
        parsed = _laid_out(parser, content)
        for index in range(len(raw)):
            yield _page(parsed.get(index + 1), raw, index)
    finally:
        raw.close()


def _laid_out(parser: LiteParse, content: bytes) -> dict[int, Any]:
    """Pages by number; none where the layout reader cannot open what PDFium can."""
    try:
        return {page.page_num: page for page in parser.parse(content).pages}
    except ParseError:
        return {}


def _page(parsed: Any, raw: pypdfium2.PdfDocument, index: int) -> Page:
    page = raw[index]
    text_page = page.get_textpage()
    try:
        width, height = (side or 1.0 for side in page.get_size())
        has_images = next(iter(page.get_objects(filter=[3], max_depth=2)), None) is not None
        blocks = _blocks(parsed) if parsed else []
        words = WORD.findall(clean(text_page.get_text_range()))
        fallback = bool(words) and _words_held(blocks, words) < ENOUGH_WORDS
        if fallback:
            blocks = [PageBlock(kind="paragraph", lines=lines) for lines in _raw_paragraphs(text_page, height)]
        return Page(
            number=index + 1, width=width, height=height, blocks=blocks, has_images=has_images, fallback=fallback
        )
    finally:
        text_page.close()
        page.close()


def _words_held(blocks: Sequence[PageBlock], words: Sequence[str]) -> float:
    """Share of the words, counted with repetition and without regard to where they are split."""
    held = "".join(sorted("".join(WORD.findall("".join(line.text for block in blocks for line in block.lines)))))
    wanted = "".join(sorted("".join(words)))
    return len(held) / len(wanted) if wanted else 1.0


def _blocks(parsed: Any) -> list[PageBlock]:
    lines = [line for item in parsed.text_items if (line := _line(item))]
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
    rest = [line for number, line in enumerate(lines) if number not in taken]
    for line in rest:
        _insert(blocks, PageBlock(kind="paragraph", lines=[line], box=(line.x0, line.y0, line.x1, line.y1)))
    return blocks


def _line(item: Any) -> Line | None:
    text = clean(item.text)
    if not text:
        return None
    name = (item.font_name or "").lower()
    return Line(
        text=text,
        x0=item.x,
        y0=item.y,
        x1=item.x + item.width,
        y1=item.y + item.height,
        size=round(item.font_size or item.height, 1),
        bold="bold" in name or "black" in name or "heavy" in name or (item.font_weight or 0) >= 600,
        soft=item.text.rstrip().endswith(("\u00ad", "\x02")),
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


def _raw_paragraphs(text_page: Any, height: float) -> Iterator[list[Line]]:
    """The page's text as PDFium gives it, line by line; a gap of more than a line and a half parts paragraphs."""
    paragraph: list[Line] = []
    for line in _raw_lines(text_page, height):
        if paragraph and line.y0 - paragraph[-1].y1 > 0.8 * paragraph[-1].height:
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _raw_lines(text_page: Any, height: float) -> Iterator[Line]:
    start = 0
    for raw in text_page.get_text_range().splitlines(keepends=True):
        text = clean(raw)
        boxes = [text_page.get_rect(number) for number in range(text_page.count_rects(start, len(raw)))] if text else []
        start += len(raw)
        if boxes:
            left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
            right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
            yield Line(text=text, x0=left, y0=height - top, x1=right, y1=height - bottom, size=round(top - bottom, 1))
