"""Reads the pages of a PDF, laid out in blocks; a page whose blocks lose words is read again as plain lines."""

from collections.abc import Iterator, Sequence
from typing import Any
from unicodedata import category

import pypdfium2
from liteparse import LiteParse, ParseError

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.pages.coverage import share_held
from kingpost.documents.parsing.pages.layout import add_lines, layout_blocks
from kingpost.documents.parsing.pages.page import Line, Page, PageBlock
from kingpost.documents.parsing.pages.raw_page import Box, RawPage
from kingpost.documents.parsing.tables.rules import Rules, rules_of

ENOUGH_WORDS = 0.9
"""Share of a page's words that its blocks must hold."""
MOST_SHAPES = 20_000
HYPHENS = "\x02\ufffe"
FEWEST_CHARACTERS = 20


def read_pages(content: bytes) -> Iterator[Page]:
    """Every page in order. Raises what pypdfium2 raises for broken or encrypted files."""
    parser = LiteParse(
        extract_blocks=True,
        emit_word_boxes=True,
        extract_vector_graphics=True,
        ocr_enabled=False,
        quiet=True,
        num_workers=1,
        keep_headers_footers=True,
    )
    document = pypdfium2.PdfDocument(content)
    try:
        parsed = _laid_out(parser, content)
        for index in range(len(document)):
            yield _page(parsed.get(index + 1), document, index)
    finally:
        document.close()


def _laid_out(parser: LiteParse, content: bytes) -> dict[int, Any]:
    """Pages by number; none where the layout reader cannot open what PDFium can."""
    try:
        return {page.page_num: page for page in parser.parse(content).pages}
    except ParseError:
        return {}


def _page(parsed: Any, document: pypdfium2.PdfDocument, index: int) -> Page:
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return Page(number=index + 1, width=1.0, height=1.0, blocks=[], broken=True)
    text_page = page.get_textpage()
    raw = RawPage(page, text_page)
    try:
        text = clean(raw.text)
        blocks = layout_blocks(parsed, raw.text_in) if parsed else []
        if share_held(text, _held(blocks)) < ENOUGH_WORDS:
            add_lines(blocks, _lost(raw, blocks))
        fallback = share_held(text, _held(blocks)) < ENOUGH_WORDS
        if fallback:
            blocks = [PageBlock(kind="paragraph", lines=lines) for lines in raw.paragraphs()]
        width, height = raw.size
        return Page(
            number=index + 1,
            width=width,
            height=height,
            blocks=blocks,
            fallback=fallback,
            rules=rules_of(parsed.vector_graphics.lines) if parsed and not fallback else Rules(),
            drawn=tuple(_drawn(parsed)) if parsed else (),
            images=raw.images(),
            raw_text=text,
            meaningless=_meaningless(raw.text),
        )
    finally:
        text_page.close()
        page.close()


def _held(blocks: Sequence[PageBlock]) -> str:
    return " ".join(line.text for block in blocks for line in block.lines)


def _lost(raw: RawPage, blocks: Sequence[PageBlock]) -> list[Line]:
    """Lines that the layout reader left out whole, as it does with some numbers of pages."""
    held = _held(blocks)
    return [line for line in raw.lines() if share_held(line.text, held) == 0.0]


def _meaningless(text: str) -> float:
    """Share of the characters that are replacements, for private use, or controls; PDFium marks hyphens with two."""
    written = [character for character in text if not character.isspace() and character not in HYPHENS]
    if len(written) < FEWEST_CHARACTERS:
        return 0.0
    return sum(category(character) in {"Co", "Cn", "Cc", "Cs"} or character == "\ufffd" for character in written) / len(
        written
    )


def _drawn(parsed: Any) -> Iterator[Box]:
    for shape in parsed.vector_graphics.shapes[:MOST_SHAPES]:
        x, y, width, height = shape.bbox
        yield x, y, x + width, y + height
