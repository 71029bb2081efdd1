"""Takes running heads, running feet and page numbers off the pages, and remembers what they said."""

import re
from collections import Counter
from collections.abc import Sequence

from kingpost.documents.parsing.pages import Line, Page, PageBlock

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


def take_off(pages: Sequence[Page]) -> tuple[str, ...]:
    """Remove them in place; return what the running heads said, once each, page numbers left out."""
    counts = Counter(key for page in pages for key in {_key(line, page) for line in _margin_lines(page)})
    needed = max(2 if len(pages) <= FEW_PAGES else 3, SHARE * len(pages) if len(pages) > LONG else 0)
    said: dict[str, None] = {}
    for page in pages:
        for block in page.blocks:
            running = [line for line in block.lines if _in_margin(line, page) and _runs(line, page, counts, needed)]
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


def _without_cells(running: Sequence[Line], table: PageBlock) -> list[Line]:
    """Without what is a table's own: heads that it repeats page by page, and numbers in its rows."""
    if table.ruled:
        return list(running) if len(running) >= MOSTLY * len(table.lines) else []
    return [line for line in running if not (line.text.isdigit() and len(table.rows) > 2 and _has_beside(line, table))]


def _has_beside(line: Line, table: PageBlock) -> bool:
    return any(other is not line and abs(other.centre[1] - line.centre[1]) < 0.4 * line.height for other in table.lines)


def _runs(line: Line, page: Page, counts: Counter[tuple[str, int]], needed: float) -> bool:
    if PAGE_NUMBER.match(line.text) and len(counts) > 0:
        return True
    text, place = _key(line, page)
    return sum(counts[text, place + shift] for shift in (-1, 0, 1)) >= needed


def _margin_lines(page: Page) -> list[Line]:
    return [line for block in page.blocks for line in block.lines if _in_margin(line, page)]


def _in_margin(line: Line, page: Page) -> bool:
    return line.y1 <= MARGIN * page.height or line.y0 >= (1 - MARGIN) * page.height


def _key(line: Line, page: Page) -> tuple[str, int]:
    """The text without its digits, and where it stands in steps of a hundredth of the height."""
    return re.sub(r"\d+", "#", line.text.casefold()), round(100 * line.y0 / page.height)
