"""Sees that the cell asked for is blank, so that its neighbour does not answer for it."""

from kingpost.answering.readers.cells import CELL_ADVANTAGE, caption_of, column_matches
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
    matches = column_matches(findings.analysis, cells, caption=caption_of(first))
    filled = [match for cell, match in zip(cells, matches, strict=True) if normalise(cell.text)]
    blank = [(match, cell) for cell, match in zip(cells, matches, strict=True) if not normalise(cell.text)]
    match, asked = max(blank, key=lambda pair: pair[0], default=(0.0, None))
    if asked is None or match < max([0.0, *filled]) + CELL_ADVANTAGE:
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
