"""Binds to each table on a page what stands around it: the caption above or below, and the notes under it."""

import re
from collections.abc import Iterator, Sequence

from kingpost.documents.parsing.label_values import CAPTION
from kingpost.documents.parsing.pages.page import Line, Page, PageBlock, TableCell
from kingpost.documents.parsing.tables.rules import Box

TEXT_KINDS = frozenset({"paragraph", "heading", "grid_fallback", "list_item", "code"})
TITLE = re.compile(r"^(?:table|tab\.|exhibit|schedule|annex)\s+[A-Z]?[\dIVX]", re.IGNORECASE)
WORDED_NOTE = re.compile(
    r"^(?:general\s+|table\s+)?(?:notes?|sources?|legend|key|remarks?)\b\s*\d*\s*[:.)–-]", re.IGNORECASE
)
MARKED_NOTE = re.compile(r"^(?P<mark>\*{1,3}|[†‡§#¹²³⁴⁵]|\(?(?:[a-z]|\d{1,2})[).]?)\s*(?P<text>\S.*)$")
NEAR_NOTE = 2.0
"""Of a line's height, between a table and its first note."""
NEAR_CAPTION = 2.6
SAME_TEXT = 0.7
"""Of a line's height, between two lines of one caption or one note."""
MOST_CAPTION_LINES = 4
LONGEST_TITLE = 200
FEWEST_WORDS_OF_NOTE = 6


def bind_surroundings(page: Page) -> None:
    """Move captions and notes from the other blocks into the tables, in place."""
    tables = [block for block in page.blocks if block.kind == "table" and block.rows]
    for table in tables:
        if table.ruled:
            _title_row(table)
            _note_rows(table)
    for table in tables:
        _take(page, table, _caption_above(page, table), _notes_below(page, table))
    for table in tables:
        if not table.caption:
            _take(page, table, _caption_below(page, table, tables), [])


def _take(page: Page, table: PageBlock, caption: list[Line], notes: list[list[Line]]) -> None:
    table.caption = [*caption, *table.caption]
    table.notes = [*table.notes, *notes]
    taken = {id(line) for line in [*caption, *(line for note in notes for line in note)]}
    for block in page.blocks:
        if taken and block is not table:
            block.lines = [line for line in block.lines if id(line) not in taken]
    page.blocks = [block for block in page.blocks if block.lines or block.kind == "figure" or block is table]


def _title_row(table: PageBlock) -> None:
    """A row over all columns at the top of a ruled table is its title."""
    cell = table.rows[0][0]
    if len(table.rows) > 2 and _is_over_all(table.rows[0]) and cell.box and len(cell.text) <= LONGEST_TITLE:
        table.caption = _lines_in(table, cell.box)
        table.rows = table.rows[1:]


def _note_rows(table: PageBlock) -> None:
    """Rows over all columns at the bottom that are sentences, or begin as notes do, are notes."""
    while len(table.rows) > 2 and _is_over_all(table.rows[-1]):
        cell = table.rows[-1][0]
        sentence = cell.text.endswith(".") and len(cell.text.split()) >= FEWEST_WORDS_OF_NOTE
        if cell.box is None or not (sentence or WORDED_NOTE.match(cell.text)):
            return
        table.notes.insert(0, _lines_in(table, cell.box))
        table.rows = table.rows[:-1]


def _is_over_all(row: Sequence[TableCell]) -> bool:
    return len(row) > 1 and bool(row[0].text) and row[0].columns == len(row)


def _lines_in(table: PageBlock, box: Box) -> list[Line]:
    x0, y0, x1, y1 = box
    inside = [line for line in table.lines if x0 - 1 <= line.centre[0] <= x1 + 1 and y0 - 1 <= line.centre[1] <= y1 + 1]
    return sorted(inside, key=lambda line: (round(line.y0), line.x0))


def _caption_above(page: Page, table: PageBlock) -> list[Line]:
    """The lines from the one that begins as a caption does down to the table."""
    found: list[Line] = []
    top = table.box[1]
    for line in reversed(_beside(page, table, above=True)):
        if top - line.y1 > (SAME_TEXT if found else NEAR_CAPTION) * line.height or len(found) == MOST_CAPTION_LINES:
            return []
        found.insert(0, line)
        top = min(line.y0, top)
        if TITLE.match(line.text):
            return found
    return []


def _caption_below(page: Page, table: PageBlock, tables: Sequence[PageBlock]) -> list[Line]:
    """A caption under the table, where no other table follows that it could belong to."""
    bottom = max([table.box[3], *(line.y1 for note in table.notes for line in note)])
    found: list[Line] = []
    for line in _beside(page, table, above=False):
        near = line.y0 - bottom <= (SAME_TEXT if found else NEAR_CAPTION) * line.height
        same = not found or (line.size, line.bold) == (found[0].size, found[0].bold)
        if line.y1 <= bottom:
            continue
        if not near or not same or len(found) == MOST_CAPTION_LINES or (not found and not CAPTION.match(line.text)):
            break
        found.append(line)
        bottom = line.y1
    follows = any(other is not table and -1 <= other.box[1] - bottom <= 40 for other in tables)
    return [] if follows else found


def _notes_below(page: Page, table: PageBlock) -> list[list[Line]]:
    """Lines under the table that begin with a mark used in it, or as notes do, and the lines that go on with them."""
    bottom = table.box[3]
    notes: list[list[Line]] = []
    for line in _beside(page, table, above=False):
        if line.y0 - bottom > (SAME_TEXT if notes else NEAR_NOTE) * line.height:
            break
        if _begins_note(line.text, table):
            notes.append([line])
        elif notes and (line.size == notes[-1][0].size or abs(line.y0 - notes[-1][-1].y0) < 0.5 * line.height):
            notes[-1].append(line)
        else:
            break
        bottom = max(bottom, line.y1)
    return notes


def _begins_note(text: str, table: PageBlock) -> bool:
    if WORDED_NOTE.match(text):
        return True
    found = MARKED_NOTE.match(text)
    if not found:
        return False
    mark = found["mark"].strip("().")
    after = r"(?:[^\d.,]\s?|\()" if mark.isdigit() else r"(?:\S\s?|\()"
    used = re.compile(rf"{after}{re.escape(mark)}\)?$")
    return any(used.search(cell.text) for row in table.rows for cell in row if cell.text != found["mark"])


def _beside(page: Page, table: PageBlock, *, above: bool) -> list[Line]:
    """Lines over or under the table within its width, from the top down."""
    x0, y0, x1, y1 = table.box
    return sorted(
        _candidates(page, x0, x1, y0 if above else y1, above=above), key=lambda line: (round(line.y0), line.x0)
    )


def _candidates(page: Page, x0: float, x1: float, y: float, *, above: bool) -> Iterator[Line]:
    for block in page.blocks:
        if block.kind in TEXT_KINDS or block.kind == "table":
            for line in block.lines:
                within = line.x0 < x1 and line.x1 > x0
                beyond = line.y1 <= y + 2 if above else line.y0 >= y - 2
                if within and beyond:
                    yield line
