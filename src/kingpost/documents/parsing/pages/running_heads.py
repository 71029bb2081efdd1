"""Takes running heads, running feet and page numbers off the pages, and remembers what they said."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from kingpost.documents.parsing.clauses import clause_start
from kingpost.documents.parsing.pages.page import Line, Page, PageBlock

MARGIN = 0.13
"""Share of the page's height, above and below, in which running heads stand."""
PAGE_NUMBER = re.compile(
    r"^(?:page\s*)?[-–]?\s*(?:\d{1,4}|[ivxlc]{1,7}|[A-Z]{1,2}-\d{1,3})\s*[-–]?(?:\s*(?:of|/)\s*\d{1,4})?$",
    re.IGNORECASE,
)
SHARE = 0.3
"""Share of the pages of a long document that a running head stands on; some pages of a short one do."""
MOSTLY = 0.6
"""Share of a ruled table's lines that must be running for the table to be a running head."""
FEW_PAGES = 4
LONG = 10
NUMBER_AT_END = re.compile(r"^(?:page\s+)?(\d{1,4})\b(?![.\d])|(?<![.\d])\b(\d{1,4})$", re.IGNORECASE)


def take_off(pages: Sequence[Page]) -> tuple[str, ...]:
    """Remove them in place; return what the running heads said, once each, page numbers left out."""
    counts = Counter(
        key for page in pages for key in {key for line in _margin_lines(page) for key in _keys(line, page)}
    )
    needed = max(2 if len(pages) <= FEW_PAGES else 3, SHARE * len(pages) if len(pages) > LONG else 0)
    numbered = {page.number: _numbered_rows(page) for page in pages}
    shift = _printed_numbers(numbered, needed=needed)
    said: dict[str, None] = {}
    for page in pages:
        running_here = _running(page, counts, needed)
        if shift is not None:
            running_here |= {id(line) for line in numbered[page.number].get(page.number + shift, ())}
        for block in page.blocks:
            running = [line for line in block.lines if id(line) in running_here]
            if block.kind == "table":
                running = _without_cells(running, block)
            gone = {id(line) for line in running}
            keep = [line for line in block.lines if id(line) not in gone]
            for line in running:
                page.taken_off.append(line.text)
                if not PAGE_NUMBER.match(line.text):
                    said.setdefault(line.text)
            if len(keep) != len(block.lines):
                block.lines = keep
                block.rows = [] if not keep else block.rows
        page.blocks = [block for block in page.blocks if block.lines or block.kind == "figure"]
    return tuple(said)


def _numbered_rows(page: Page) -> dict[int, list[Line]]:
    """By number: the lines of the outermost row, above or below, that begins or ends with it and says more."""
    lines = sorted(_margin_lines(page), key=lambda line: line.y0)
    found: dict[int, list[Line]] = {}
    for outermost in (lines[:1], lines[-1:]):
        row = sorted((line for line in lines if _same_row(line, outermost[0])), key=lambda line: line.x0)
        text = " ".join(line.text.strip() for line in row)
        if not PAGE_NUMBER.match(text):
            for match in NUMBER_AT_END.finditer(text):
                found.setdefault(int(match[1] or match[2]), row)
    return found


def _printed_numbers(numbered: Mapping[int, Mapping[int, Sequence[Line]]], *, needed: float) -> int | None:
    """How far the numbers printed beside running heads are from those of the pages, where enough pages agree.

    Heads that name the chapter change too often to be seen as running by what they say: their numbers tell them.
    """
    shifts = Counter(printed - number for number, rows in numbered.items() for printed in rows)
    shift, count = max(shifts.items(), key=lambda item: (item[1], -abs(item[0])), default=(0, 0))
    return shift if count >= max(needed, FEW_PAGES) else None


def _without_cells(running: Sequence[Line], table: PageBlock) -> list[Line]:
    """Without what is a table's own: heads that it repeats page by page, and numbers in its rows."""
    if len(running) >= MOSTLY * len(table.lines):
        return list(running)
    if table.ruled:
        return []
    return [line for line in running if not (_has_beside(line, table) and _is_near_row(line, table))]


def _has_beside(line: Line, table: PageBlock) -> bool:
    return any(other is not line and abs(other.centre[1] - line.centre[1]) < 0.4 * line.height for other in table.lines)


def _is_near_row(line: Line, table: PageBlock) -> bool:
    """Whether another row stands as close as rows of a table do."""
    gaps = [max(other.y0 - line.y1, line.y0 - other.y1) for other in table.lines if other is not line]
    return len(table.rows) > 2 and any(0 <= gap + 0.3 * line.height <= 2 * line.height for gap in gaps)


def _running(page: Page, counts: Counter[tuple[str, int]], needed: float) -> set[int]:
    """Ids of the lines that run; a page's number has no line beside it that does not."""
    lines = _margin_lines(page)
    numbers = [line for line in lines if PAGE_NUMBER.match(line.text)]
    running = {id(line) for line in lines if line not in numbers and _runs(line, page, counts, needed)}
    rest = [line for line in lines if id(line) not in running and line not in numbers]
    return running | {id(line) for line in numbers if not any(_same_row(line, other) for other in rest)}


def _same_row(line: Line, other: Line) -> bool:
    return abs(line.centre[1] - other.centre[1]) <= 0.4 * max(line.height, other.height)


def _runs(line: Line, page: Page, counts: Counter[tuple[str, int]], needed: float) -> bool:
    keys = _keys(line, page)
    return any(sum(counts[text, place + shift] for shift in (-1, 0, 1)) >= needed for text, place in keys)


def _margin_lines(page: Page) -> list[Line]:
    return [line for block in page.blocks for line in block.lines if _in_margin(line, page)]


def _in_margin(line: Line, page: Page) -> bool:
    return line.y1 <= MARGIN * page.height or line.y0 >= (1 - MARGIN) * page.height


def _keys(line: Line, page: Page) -> set[tuple[str, int]]:
    """What it says without its digits, and where it stands in hundredths of the height.

    A line that begins like a numbered heading keeps them, as they are or as they grow with the page's number.
    """
    text = line.text.casefold()
    start = clause_start(line.text)
    place = round(100 * line.y0 / page.height)
    if start is None or not start.parts[0].isdigit():
        return {(re.sub(r"\d+", "#", text), place)}
    growing = re.sub(r"\d+", lambda found: f"#{int(found[0]) - page.number}", text)
    return {(text, place), (growing, place)}
