"""Parts columns of text that the layout reader took for one: their lines stand beside each other, row by row."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from kingpost.documents.parsing.pages import Line, Page, PageBlock

FEWEST_ROWS = 2
FEWEST_WORDS = 4
"""Words that a line of a column of text has on average; cells of tables have fewer."""
NARROWEST = 9.0
"""Points between two columns of text."""


def part_columns(page: Page) -> None:
    """Replace, in place, each paragraph whose rows reach over a gutter by one paragraph a column."""
    parted: list[PageBlock] = []
    for block in page.blocks:
        parted += _parted(block) if block.kind == "paragraph" else [block]
    page.blocks = parted


def _parted(block: PageBlock) -> list[PageBlock]:
    rows = _rows(block.lines)
    gutter = _gutter(rows)
    if gutter is None:
        return [block]
    left = [line for line in block.lines if line.x1 <= gutter]
    right = [line for line in block.lines if line.x0 >= gutter]
    if len(left) + len(right) < len(block.lines) or not (_is_text(left) and _is_text(right)):
        return [block]
    return [part for lines in (left, right) for part in _parted(_block(block, lines))]


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.centre[1], line.x0)):
        if rows and abs(rows[-1][0].centre[1] - line.centre[1]) <= 0.4 * line.height:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def _gutter(rows: Sequence[Sequence[Line]]) -> float | None:
    """The middle of a strip that no line crosses and that rows stand on both sides of."""
    gaps = [
        (left.x1, right.x0) for row in rows for left, right in pairwise(row) if right.x0 - left.x1 >= NARROWEST
    ]
    if len(gaps) < FEWEST_ROWS:
        return None
    first = [gap for gap in gaps if gap[1] <= min(other[1] for other in gaps) + NARROWEST]
    start, end = max(gap[0] for gap in first), min(gap[1] for gap in first)
    return (start + end) / 2 if end - start >= NARROWEST and len(first) >= FEWEST_ROWS else None


def _is_text(lines: Sequence[Line]) -> bool:
    return bool(lines) and sum(len(line.text.split()) for line in lines) >= FEWEST_WORDS * len(lines)


def _block(block: PageBlock, lines: Sequence[Line]) -> PageBlock:
    box = (
        min(line.x0 for line in lines),
        min(line.y0 for line in lines),
        max(line.x1 for line in lines),
        max(line.y1 for line in lines),
    )
    return replace(block, lines=sorted(lines, key=lambda line: (line.y0, line.x0)), box=box)
