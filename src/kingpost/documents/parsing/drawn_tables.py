"""Reads tables that are drawn with characters: columns set apart by spaces, or by bars within a grid of dashes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

BORDER = re.compile(r"^\s*\+(?:[-=: ]+\+)+\s*$")
RULE = re.compile(r"^\s*(?:[-=_]{2,}\s*)+$")
BARRED = re.compile(r"^\s*\|.*\|\s*$")
FEWEST_LINES = 3
LONGEST_CELL_WORDS = 6
NARROWEST_GAP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnTable:
    """Its rows as text; cells that reach over columns are repeated. ``header_rows`` None: nothing tells."""

    rows: tuple[tuple[str, ...], ...]
    header_rows: int | None = None


def drawn_table(lines: Sequence[str]) -> DrawnTable | None:
    """The table that the lines draw, or None where they are text."""
    lines = [line.expandtabs().rstrip() for line in lines if line.strip()]
    if len(lines) < FEWEST_LINES:
        return None
    if BORDER.match(lines[0]):
        return _gridded(lines)
    return _barred(lines) if all(BARRED.match(line) for line in lines) else _aligned(lines)


def _gridded(lines: Sequence[str]) -> DrawnTable | None:
    """``+---+---+`` above and below every row; ``+===+`` below the header."""
    if not all(BORDER.match(line) or BARRED.match(line) or line.lstrip().startswith("+") for line in lines):
        return None
    edges = sorted({at for line in lines if BORDER.match(line) for at, sign in enumerate(line) if sign == "+"})
    rows: list[tuple[str, ...]] = []
    header_rows: int | None = None
    current: list[list[str]] = [[] for _ in edges[1:]]
    for line in lines:
        if line.lstrip().startswith("+") and BORDER.match(line):
            if any(current):
                rows.append(tuple(" ".join(pieces) for pieces in current))
                current = [[] for _ in edges[1:]]
            header_rows = len(rows) if "=" in line and rows and header_rows is None else header_rows
            continue
        for column, text in _between(line, edges):
            current[column] += [text] if text else []
    return DrawnTable(rows=tuple(rows), header_rows=header_rows) if rows and len(edges) > 2 else None


def _between(line: str, edges: Sequence[int]) -> list[tuple[int, str]]:
    """The text between the bars, for every column that it reaches over."""
    found: list[tuple[int, str]] = []
    start = 0
    for column in range(1, len(edges)):
        if column == len(edges) - 1 or line[edges[column] : edges[column] + 1] in {"|", "+"}:
            text = line[edges[start] + 1 : edges[column]].strip()
            found += [(reached, text) for reached in range(start, column)]
            start = column
    return found


def _barred(lines: Sequence[str]) -> DrawnTable | None:
    rows = [tuple(cell.strip() for cell in line.strip().strip("|").split("|")) for line in lines]
    ruled = [number for number, row in enumerate(rows) if all(re.fullmatch(r":?[-=+]+:?", cell) for cell in row)]
    kept = [row for number, row in enumerate(rows) if number not in ruled]
    if len({len(row) for row in kept}) != 1 or len(kept[0]) < 2:
        return None
    return DrawnTable(rows=tuple(kept), header_rows=1 if 1 in ruled else None)


def _aligned(lines: Sequence[str]) -> DrawnTable | None:
    """Columns with at least two spaces between them in every line, and short texts in them."""
    ruled = [number for number, line in enumerate(lines) if RULE.match(line)]
    texts = [line for number, line in enumerate(lines) if number not in ruled]
    edges = _edges(texts)
    if len(texts) < FEWEST_LINES - (1 if ruled else 0) or len(edges) < 2:
        return None
    bounds = [*edges, max(map(len, texts))]
    rows = [tuple(line[left:right].strip() for left, right in pairwise(bounds)) for line in texts]
    filled = [[cell for cell in row if cell] for row in rows]
    sparse = sum(len(row) < 2 for row in filled)
    wordy = sum(len(cell.split()) > LONGEST_CELL_WORDS for row in filled for cell in row)
    if sparse * 4 > len(rows) or wordy * 4 > len(rows) or not rows[0][-1]:
        return None
    above = [number for number in ruled if 0 < number < len(lines) - 1]
    header = above[0] - sum(number < above[0] for number in ruled) if above else None
    return DrawnTable(rows=tuple(rows), header_rows=header)


def _edges(lines: Sequence[str]) -> list[int]:
    """Where columns begin."""
    width = max(map(len, lines), default=0)
    padded = [line.ljust(width) for line in lines]
    blank = [all(line[at] == " " for line in padded) for at in range(width)]
    edges, gap = [], NARROWEST_GAP
    for at, empty in enumerate(blank):
        if not empty and gap >= NARROWEST_GAP:
            edges.append(at)
        gap = gap + 1 if empty else 0
    return edges
