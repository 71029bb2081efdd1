"""Reads rich text (RTF): headings and clauses, lists with their numbers as shown, tables, footnotes."""

import re
from collections.abc import Sequence
from dataclasses import replace

from kingpost.documents.parsing.clauses import ClauseSequence, clause_start, is_contents_line
from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.flow import NOWHERE, Flow
from kingpost.documents.parsing.grids import RawCell
from kingpost.documents.parsing.rtf_text import RichParagraph, RichRow, rich_text
from kingpost.documents.parsing.words.forms import is_form, pairs
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument

BEGINNING = b"{\\rtf"
BULLETS = re.compile(r"[^\w(]{1,2}|o")
TITLE = re.compile(rb"\{\\title ([^{}\\]{1,300})\}")
NEAR = 30
"""Twips by which cells of two rows may end apart and still be in one column."""
LONGEST_HEADING = 80


def parse(original: Original) -> ParsedDocument:
    """Blocks in order. Raises ``DocumentError`` (``unreadable``) for what is no rich text."""
    if not original.content.lstrip().startswith(BEGINNING):
        raise DocumentError(
            f"{original.name} is no rich text", reason="unreadable", next="open it in its program and save it again"
        )
    flow, sequence = Flow(), ClauseSequence()
    rows: list[RichRow] = []
    for piece in rich_text(original.content):
        if isinstance(piece, RichRow):
            rows.append(piece)
            continue
        _table(rows, flow)
        rows = []
        _paragraph(piece, flow, sequence)
    _table(rows, flow)
    title = TITLE.search(original.content)
    return flow.document(title=clean(title[1].decode("cp1252", "replace")) if title else "")


def _paragraph(found: RichParagraph, flow: Flow, sequence: ClauseSequence) -> None:
    counts = bool(found.marker) and not BULLETS.fullmatch(found.marker)
    shown = f"{found.marker} {found.text}" if counts else found.text
    if is_contents_line(found.text):
        return
    start = clause_start(shown)
    short = len(found.text) <= LONGEST_HEADING and not found.text.endswith((".", ";", ",", ":"))
    if found.note:
        flow.paragraph(f"Note: {found.text}", flags=("note",))
    elif found.level:
        if start:
            sequence.take(start)
        flow.heading(shown, min(found.level, 6))
    elif start and (not start.bare or not counts) and sequence.accepts(start, heading=short, starts_block=True):
        sequence.take(start)
        flow.clause(shown, start)
    elif found.marker:
        flow.item(found.text, marker=found.marker if counts else "-", level=found.depth)
    elif found.bold and short:
        flow.heading(found.text, 6)
    else:
        flow.paragraph(found.text)


def _table(rows: Sequence[RichRow], flow: Flow) -> None:
    if not rows:
        return
    matrix = _matrix(rows)
    if is_form(matrix):
        for label, value in pairs(matrix):
            flow.field(label.text, value.text)
    else:
        flow.table(matrix)


def _matrix(rows: Sequence[RichRow]) -> list[list[RawCell]]:
    """Cells that end where others do share their columns; one that reaches over several is repeated."""
    edges: list[int] = []
    for end in sorted(end for row in rows for end in row.ends):
        if not edges or end - edges[-1] > NEAR:
            edges.append(end)
    matrix: list[list[RawCell]] = []
    for row in rows:
        cells: list[RawCell] = []
        for cell, end, goes_on in zip(row.cells, row.ends, row.goes_on, strict=True):
            span = max(sum(edge <= end + NEAR for edge in edges) - len(cells), 1)
            first = RawCell(text=clean(cell.text), location=NOWHERE, heading=row.head or cell.bold, columns=span)
            above = matrix[-1][len(cells)] if goes_on and matrix and len(cells) < len(matrix[-1]) else None
            first = replace(above, merged=True) if above else first
            cells += [first, *[replace(first, merged=True, columns=1)] * (span - 1)]
        matrix.append(cells)
    return matrix
