"""Brings lines into reading order by the space between them: column after column, cut where a line reaches over all."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from statistics import median

from kingpost.documents.parsing.pages.page import Line, Page, PageBlock

FEWEST_ROWS = 2
FEWEST_WORDS = 4
"""Words that a line of a column of text has on average; cells of tables have fewer."""
NARROWEST = 9.0
"""Points between two columns of text."""
PARAGRAPH_PITCH = 1.4
"""Times the usual distance of lines: more lies between paragraphs."""
WIDEST_PITCH = 1.7
"""Times the size of type that lines of one paragraph are apart at most."""


def part_columns(page: Page) -> None:
    """Replace, in place, each paragraph whose rows reach over a gutter by one paragraph a column."""
    parted: list[PageBlock] = []
    for block in page.blocks:
        groups = columns(block.lines) if block.kind == "paragraph" else [block.lines]
        parted += [_block(block, lines) for lines in groups] if len(groups) > 1 else [block]
    page.blocks = parted


def paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines of which nothing but their places is known, as paragraphs in reading order."""
    for column in columns(lines):
        rows = _rows(column)
        usual = _usual_pitch(rows)
        paragraph: list[Line] = []
        for above, row in pairwise([[], *rows]):
            larger = above and abs(above[0].size - row[0].size) > 0.1 * row[0].size
            if paragraph and (larger or row[0].centre[1] - above[0].centre[1] > PARAGRAPH_PITCH * usual):
                yield paragraph
                paragraph = []
            paragraph += row
        if paragraph:
            yield paragraph


def _usual_pitch(rows: Sequence[Sequence[Line]]) -> float:
    """From one line to the next where they stand close, and never more than lines of one paragraph are apart."""
    pitches = sorted(below[0].centre[1] - above[0].centre[1] for above, below in pairwise(rows))
    widest = WIDEST_PITCH * median(row[0].size for row in rows) if rows else 0.0
    return min(pitches[len(pitches) // 4], widest) if pitches else widest


def columns(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines column after column; all together where there is no gutter between columns of text."""
    rows = _rows(lines)
    gutter = _gutter(rows)
    if gutter is None:
        return [list(lines)]
    found: list[list[Line]] = []
    for over, run in groupby(rows, key=lambda row: any(line.x0 < gutter < line.x1 for line in row)):
        inside = [line for row in run for line in row]
        left = [line for line in inside if line.x1 <= gutter]
        right = [line for line in inside if line.x0 >= gutter]
        if over or not (left and right):
            found.append(inside)
        elif not (_is_text(left) and _is_text(right)):
            return [list(lines)]
        else:
            found += [*columns(left), *columns(right)]
    return found


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.centre[1], line.x0)):
        if rows and abs(rows[-1][0].centre[1] - line.centre[1]) <= 0.4 * line.height:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def _gutter(rows: Sequence[Sequence[Line]]) -> float | None:
    """The middle of the leftmost strip that several rows leave free, with text on both sides."""
    gaps = [(left.x1, right.x0) for row in rows for left, right in pairwise(row) if right.x0 - left.x1 >= NARROWEST]
    if len(gaps) < FEWEST_ROWS:
        return None
    nearest = min(end for _, end in gaps)
    first = [gap for gap in gaps if gap[0] < nearest]
    start, end = max(gap[0] for gap in first), min(gap[1] for gap in first)
    return (start + end) / 2 if end - start >= NARROWEST and len(first) >= FEWEST_ROWS else None


def _is_text(lines: Sequence[Line]) -> bool:
    return sum(len(line.text.split()) for line in lines) >= FEWEST_WORDS * len(lines)


def _block(block: PageBlock, lines: Sequence[Line]) -> PageBlock:
    box = (
        min(line.x0 for line in lines),
        min(line.y0 for line in lines),
        max(line.x1 for line in lines),
        max(line.y1 for line in lines),
    )
    return replace(block, lines=sorted(lines, key=lambda line: (line.y0, line.x0)), box=box)
