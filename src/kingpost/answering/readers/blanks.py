"""Sees that the cell asked for is blank, so that its neighbour does not answer for it."""

from kingpost.answering.readers.cells import CELL_ADVANTAGE, column_match
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.language.identifiers import key
from kingpost.language.normalise import normalise
from kingpost.retrieval.search import Findings
from kingpost.types.documents import ChunkCell, ChunkKind


def read_blank(findings: Findings) -> Reading | None:
    """That the row which the question names by its identifier says nothing in the column it asks for."""
    first = findings.passages[0].chunk
    if first.kind is not ChunkKind.ROW or key(first.label) not in findings.analysis.identifiers:
        return None
    cells = [cell for cell in _row(findings) if key(cell.text) not in findings.analysis.identifiers]
    filled = [column_match(findings.analysis, cell) for cell in cells if normalise(cell.text)]
    blank = [cell for cell in cells if not normalise(cell.text)]
    asked = max(blank, key=lambda cell: column_match(findings.analysis, cell), default=None)
    if asked is None or column_match(findings.analysis, asked) < max(filled, default=0.0) + CELL_ADVANTAGE:
        return None
    return Reading(
        kind=ReadingKind.NOTHING,
        reason=f"The cell “{' / '.join(asked.header)}” of “{first.label}” is blank.",
        features={"blank": 1.0},
    )


def _row(findings: Findings) -> list[ChunkCell]:
    """The cells of the first passage's row, from all passages that hold a piece of it."""
    first = findings.passages[0].chunk
    pieces = (p.chunk for p in findings.passages if (p.chunk.table, p.chunk.label) == (first.table, first.label))
    return [cell for piece in pieces for cell in piece.cells]
