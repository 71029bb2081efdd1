"""Finds the notes at the foot of a page, in small type and each with its mark, and makes a block of each."""

import re
from collections.abc import Sequence

from kingpost.documents.parsing.pages.lines import rows_of
from kingpost.documents.parsing.pages.page import Line, Page, PageBlock

SMALLER = 1.2
"""Points by which the type of notes is smaller than that of the text, at least."""
HIGHEST = 0.3
"""Share of the page's height above which no notes stand."""
PROSE = frozenset({"paragraph", "code", "list_item", "heading"})
MARK = re.compile(r"^(?P<mark>\d{1,3}(?![\d.,)%°/:-])|[¹²³⁴⁵⁶⁷⁸⁹⁰]+|[*†‡§])\s?(?=[^\W\d_]|[\"'“‘(/<])")
RAISED = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹⁰", "1234567890")


def part_footnotes(page: Page, body_size: float) -> None:
    """Put a block for each note, labelled with its mark, in place of the last blocks of a page that hold nothing else.

    There are none where the page has no text in ordinary type above them, or a table or figure right above.
    """
    first = len(page.blocks)
    while first and _is_small(page.blocks[first - 1], page, body_size):
        first -= 1
    above, notes = page.blocks[:first], page.blocks[first:]
    if not notes or not above or above[-1].kind not in PROSE or not _has_text(above, body_size):
        return
    groups = _by_mark(rows_of([line for block in notes for line in block.lines]))
    if groups:
        page.blocks = [*above, *(_note(lines) for lines in groups)]


def _is_small(block: PageBlock, page: Page, body_size: float) -> bool:
    return (
        block.kind in PROSE
        and bool(block.lines)
        and all(line.size <= body_size - SMALLER and line.y0 >= HIGHEST * page.height for line in block.lines)
    )


def _has_text(blocks: Sequence[PageBlock], body_size: float) -> bool:
    return any(abs(line.size - body_size) < 0.6 for block in blocks if block.kind in PROSE for line in block.lines)


def _by_mark(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each note; none at all where the first line has no mark. Numbers count on from the first."""
    groups: list[list[Line]] = []
    last = ""
    for line in lines:
        found = MARK.match(line.text)
        mark = found["mark"].translate(RAISED) if found else ""
        if mark and (not last or not mark.isdigit() or not last.isdigit() or int(mark) == int(last) + 1):
            groups.append([line])
            last = mark
        elif groups:
            groups[-1].append(line)
        else:
            return []
    return groups


def _note(lines: Sequence[Line]) -> PageBlock:
    found = MARK.match(lines[0].text)
    box = (min(x.x0 for x in lines), lines[0].y0, max(x.x1 for x in lines), lines[-1].y1)
    return PageBlock(
        kind="footnote", lines=list(lines), box=box, label=found["mark"].translate(RAISED) if found else ""
    )
