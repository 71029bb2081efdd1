"""Reads PDF: clauses by their numbers, forms by their labels, tables as grids, every line with its place."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median_low

import pypdfium2

from kingpost.documents.parsing.clauses import clause_start
from kingpost.documents.parsing.options import DEFAULTS, ReadingOptions
from kingpost.documents.parsing.pages import ocr
from kingpost.documents.parsing.pages.columns import part_columns
from kingpost.documents.parsing.pages.contents import take_off_contents
from kingpost.documents.parsing.pages.coverage import share_held
from kingpost.documents.parsing.pages.drawing_sheets import title_block
from kingpost.documents.parsing.pages.figures import find_figures
from kingpost.documents.parsing.pages.footnotes import part_footnotes
from kingpost.documents.parsing.pages.forms import FormField, form_fields
from kingpost.documents.parsing.pages.hyphens import mend
from kingpost.documents.parsing.pages.inline_code import rejoin
from kingpost.documents.parsing.pages.outline import Outline
from kingpost.documents.parsing.pages.page import Line, Page, PageBlock
from kingpost.documents.parsing.pages.reader import read_pages
from kingpost.documents.parsing.pages.running_heads import take_off
from kingpost.documents.parsing.pages.scans import Scans, named, read_scans
from kingpost.documents.parsing.pages.upright import turned_back, upright
from kingpost.documents.parsing.tables.finder import find_ruled_tables, find_tables
from kingpost.documents.parsing.tables.reader import TableReader, reads_as_text
from kingpost.documents.parsing.tables.surroundings import bind_surroundings
from kingpost.errors import DocumentError
from kingpost.types.documents import Block, Grid, Original, PageLocation, ParsedDocument

LABELLED_KINDS = frozenset({"table", "grid_fallback", "paragraph", "heading"})
OCR = "ocr"
LONGEST_WITHOUT_COVER = 3
MOST_WORDS_OF_COVER = 150


def parse(original: Original, options: ReadingOptions = DEFAULTS) -> ParsedDocument:
    """Blocks in reading order. Raises ``DocumentError`` (``encrypted``, ``unreadable``, ``no_text``, ``empty``)."""
    properties = _properties(original)
    content, turns = upright(original.content)
    pages = list(read_pages(content))
    scans = read_scans(content, pages, turns, options)
    _refuse_without_text(original.name, pages, scans)
    warnings = (*_warnings(pages), *scans.warnings())
    for page in pages:
        find_ruled_tables(page)
    running = take_off(pages)
    take_off_contents(pages)
    if running:
        properties["running_heads"] = "\n".join(running[:20])
    rejoin(pages)
    mend(pages)
    size = _body_size(pages)
    outline = Outline(
        body_size=size,
        chapters=_chapters(pages),
        cover=len(pages) > LONGEST_WITHOUT_COVER and _words(pages[0]) < MOST_WORDS_OF_COVER,
    )
    tables = TableReader()
    for page in pages:
        find_figures(page)
        find_tables(page)
        bind_surroundings(page)
        part_columns(page)
        part_footnotes(page, size)
        _read_page(page, outline, tables)
    title = properties.get("title", "")
    parsed = outline.document(title=title, properties=properties, warnings=warnings, pages=len(pages))
    blocks = turned_back([_marked(block, scans.read) for block in parsed.blocks], turns)
    return replace(parsed, blocks=blocks, coverage=_coverage(pages, blocks), ocr_pages=scans.read)


def _refuse_without_text(name: str, pages: Sequence[Page], scans: Scans) -> None:
    if any(block.lines for page in pages for block in page.blocks):
        return
    if all(page.broken for page in pages):
        raise DocumentError(f"{name}: no page can be opened", reason="unreadable", next="open and re-save it as PDF")
    if scans.unread:
        raise DocumentError(
            f"{name}: no page has text, only images",
            reason="no_text",
            next=f"let its text be recognised: {ocr.INSTALL}" if not ocr.installed() else scans.why,
        )
    raise DocumentError(
        f"{name}: no page has text" + (", and none is recognised in its images" if scans.silent else ""),
        reason="no_text" if scans.silent else "empty",
        next="scan it again, larger and straight" if scans.silent else "check the file",
    )


def _marked(block: Block, recognised: Sequence[int]) -> Block:
    """Blocks whose text was read from an image say so."""
    place = block.location
    if isinstance(place, PageLocation) and place.page in recognised:
        return replace(block, flags=(*block.flags, OCR))
    return block


def _coverage(pages: Sequence[Page], blocks: Sequence[Block]) -> float:
    """The share of the words of the file that stand in blocks, or in what was rightly taken off its pages."""
    held = [text for page in pages for text in page.taken_off]
    for block in blocks:
        held += [block.label, block.text]
        if block.grid:
            held += [block.grid.caption, *block.grid.notes]
            held += [cell.text for row in (*block.grid.head, *block.grid.rows) for cell in row if not cell.merged]
    wanted = " ".join(page.raw_text for page in pages if not page.ocr)
    return round(share_held(wanted, " ".join(held)), 4)


def _properties(original: Original) -> dict[str, str]:
    """Document properties; also where damaged and locked files are noticed."""
    try:
        document = pypdfium2.PdfDocument(original.content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise DocumentError(
                f"{original.name} is protected by a password",
                reason="encrypted",
                next="save a copy without password and ingest that",
            ) from error
        raise DocumentError(
            f"{original.name} cannot be opened as PDF ({error})", reason="unreadable", next="open and re-save it as PDF"
        ) from error
    try:
        if len(document) == 0:
            raise DocumentError(f"{original.name} has no pages", reason="empty", next="check the file")
        return {key.lower(): value for key, value in document.get_metadata_dict(skip_empty=True).items()}
    finally:
        document.close()


def _warnings(pages: Sequence[Page]) -> tuple[str, ...]:
    raw = [page.number for page in pages if page.fallback]
    broken = [page.number for page in pages if page.broken]
    warnings = [f"layout not understood, read as plain lines: page {named(raw)}"] if raw else []
    return (*warnings, *([f"cannot be opened: page {named(broken)}"] if broken else []))


def _body_size(pages: Sequence[Page]) -> float:
    """The size of type most of the text is set in."""
    sizes = [
        line.size
        for page in pages
        for block in page.blocks
        for line in block.lines
        for _ in range(len(line.text) // 10 + 1)
    ]
    return median_low(sizes) if sizes else 10.0


def _chapters(pages: Sequence[Page]) -> frozenset[str]:
    """First parts of the dotted numbers that lines start with."""
    starts = (clause_start(line.text) for page in pages for block in page.blocks for line in block.lines)
    return frozenset(start.parts[0] for start in starts if start and not start.worded and len(start.parts) > 1)


def _words(page: Page) -> int:
    return sum(len(line.text.split()) for block in page.blocks for line in block.lines)


def _read_page(page: Page, outline: Outline, tables: TableReader) -> None:
    lines = [line for block in page.blocks if block.kind in LABELLED_KINDS for line in block.lines]
    fields = form_fields(lines)
    taken = {id(line) for found in fields for line in found.lines}
    waiting = list(fields)
    for block in page.blocks:
        touched = any(id(line) in taken for line in block.lines)
        if not touched:
            _read_block(block, page, outline, tables)
            continue
        bottom = max(line.y1 for line in block.lines)
        mine = [found for found in waiting if found.top <= bottom]
        waiting = [found for found in waiting if found.top > bottom]
        _read_form(block, mine, taken, page, outline)
    for found in waiting:
        outline.field(found, page)


def _read_form(block: PageBlock, fields: Sequence[FormField], taken: set[int], page: Page, outline: Outline) -> None:
    """Fields and the lines between them (titles of parts of the form), top to bottom."""
    between = [
        PageBlock(kind="paragraph", lines=group)
        for group in _rows([line for line in block.lines if id(line) not in taken])
    ]
    pieces: list[tuple[float, FormField | PageBlock]] = [(found.top, found) for found in fields]
    pieces += [(piece.lines[0].y0, piece) for piece in between]
    for _, piece in sorted(pieces, key=lambda pair: pair[0]):
        if isinstance(piece, FormField):
            outline.field(piece, page)
        else:
            outline.text(piece, page)


def _rows(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines grouped into paragraphs by the gaps between them and their type."""
    group: list[Line] = []
    for line in sorted(lines, key=lambda line: (round(line.y0), line.x0)):
        if group and (
            line.y0 - group[-1].y1 > 0.6 * line.height or (line.bold, line.size) != (group[-1].bold, group[-1].size)
        ):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _read_block(block: PageBlock, page: Page, outline: Outline, tables: TableReader) -> None:
    if block.kind == "figure":
        outline.figure(block, page)
        for entry in title_block(block.lines) if block.label.startswith("Drawing") else []:
            outline.field(entry, page)
    elif block.kind == "table" and block.rows:
        _read_table(block, page, outline, tables)
    elif block.kind == "footnote":
        outline.footnote(block, page)
    else:
        outline.text(block, page)


def _read_table(block: PageBlock, page: Page, outline: Outline, tables: TableReader) -> None:
    """A table, down to where numbered clauses set with tabs were taken for more of its rows."""
    clause_top = outline.first_clause(block)
    if clause_top is not None and not reads_as_text(block, clause_top):
        clause_top = None
    if clause_top is not None and clause_top <= min(line.y0 for line in block.lines):
        block = _without_heading(block, clause_top, page, outline)
        _read_table(block, page, outline, tables)
        return
    if clause_top is not None:
        block, text = _cut(block, clause_top - 1)
    found = tables.read(block, page) if block.rows else None
    if found is None:
        outline.text(PageBlock(kind="paragraph", lines=block.lines, box=block.box), page)
    elif isinstance(found, Grid):
        outline.table(found, page, block)
    else:
        for pair in found:
            outline.pair(pair, page)
    if clause_top is not None:
        for group in _rows(text):
            outline.text(PageBlock(kind="paragraph", lines=group), page)


def _without_heading(block: PageBlock, top: float, page: Page, outline: Outline) -> PageBlock:
    """The table under a numbered heading that was taken for its first row; the heading is read before it."""
    heading = [line for line in block.lines if abs(line.y0 - top) <= 0.4 * line.height]
    bottom = max(line.y1 for line in heading)
    outline.text(PageBlock(kind="heading", lines=heading), page)
    below = [line for line in block.lines if line not in heading]
    rows = [row for row in block.rows if any(cell.box and cell.box[3] > bottom + 1 for cell in row)]
    box = (block.box[0], bottom, *block.box[2:])
    return PageBlock(kind="table" if below else "paragraph", lines=below, rows=rows, box=box)


def _cut(block: PageBlock, y: float) -> tuple[PageBlock, list[Line]]:
    above = [line for line in block.lines if line.y0 < y]
    rows = [row for row in block.rows if any(cell.box and cell.box[1] < y for cell in row)]
    table = PageBlock(kind="table", lines=above, rows=rows, marked_header=block.marked_header, box=(*block.box[:3], y))
    return table, [line for line in block.lines if line.y0 >= y]
