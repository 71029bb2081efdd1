"""Takes tables of contents off the pages: their lines repeat headings that stand elsewhere with their text."""

import re
from collections.abc import Sequence

from kingpost.documents.parsing.clauses import clause_start, is_contents_line
from kingpost.documents.parsing.pages.lines import rows_of
from kingpost.documents.parsing.pages.page import Line, Page

HEADING = re.compile(
    r"^(?:table of contents|contents|list of (?:tables|figures|illustrations|appendices|effective pages))$",
    re.IGNORECASE,
)
PAGE_AT_END = re.compile(r"\s(?:\d{1,4}|[ivxlc]{1,6}|[A-Z]-\d{1,3}|\d{1,3}-[A-Z])$")
FEWEST_LINES = 4


def take_off_contents(pages: Sequence[Page]) -> None:
    """Remove them in place. A page that goes on with one is recognised by the page before it."""
    goes_on = False
    for page in pages:
        lines = [line for block in page.blocks for line in block.lines]
        rows = rows_across(lines)
        heading = any(HEADING.match(row.text.strip(" .:")) for row, _ in rows)
        leaders = [pieces for row, pieces in rows if is_contents_line(row.text)]
        numbered = [pieces for row, pieces in rows if PAGE_AT_END.search(row.text) and row.pieces > 1]
        found = leaders if len(leaders) >= FEWEST_LINES or (heading and leaders) else []
        if heading or goes_on:
            more = [pieces for pieces in numbered if pieces not in found]
            found += more if len(numbered) >= FEWEST_LINES and len(numbered) * 2 >= len(rows) else []
        goes_on = bool(found)
        if found:
            _drop(page, {id(piece) for pieces in found for piece in pieces}, rows, heading=heading)


def rows_across(lines: Sequence[Line]) -> list[tuple[Line, list[Line]]]:
    """Rows over the whole width of the page, with the pieces each is made of."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.centre[1], line.x0)):
        if rows and abs(rows[-1][0].centre[1] - line.centre[1]) <= 0.4 * line.height:
            rows[-1].append(line)
        else:
            rows.append([line])
    ordered = [sorted(row, key=lambda line: line.x0) for row in rows]
    return [(_as_one(row), row) for row in ordered]


def _as_one(row: Sequence[Line]) -> Line:
    joined = rows_of(row)
    if len(joined) == 1:
        return joined[0]
    return Line(
        text=" ".join(line.text for line in joined),
        x0=row[0].x0,
        y0=row[0].y0,
        x1=row[-1].x1,
        y1=row[-1].y1,
        pieces=len(row),
    )


def _drop(page: Page, taken: set[int], rows: Sequence[tuple[Line, list[Line]]], *, heading: bool) -> None:
    """Also the heading, and numbered or short lines between the first and the last: titles broken over two lines."""
    places = [row.y0 for row, pieces in rows if id(pieces[0]) in taken]
    for row, pieces in rows:
        between = min(places) - 30 <= row.y0 <= max(places) and (
            len(row.text) <= 90 or clause_start(row.text) is not None
        )
        if between or (heading and HEADING.match(row.text.strip(" .:"))):
            taken |= {id(piece) for piece in pieces}
    for block in page.blocks:
        kept = [line for line in block.lines if id(line) not in taken]
        page.taken_off += [line.text for line in block.lines if id(line) in taken]
        if len(kept) != len(block.lines):
            block.lines = kept
            block.rows = []
            block.kind = "paragraph" if block.kind == "table" else block.kind
    page.blocks = [block for block in page.blocks if block.lines or block.kind == "figure"]
