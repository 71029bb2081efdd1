"""Sees that the cell asked for is blank, so that its neighbour does not answer for it."""

from kingpost.answering.readers.cells import CELL_ADVANTAGE, header_match
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.answering.tables.model import Table, TableCell
from kingpost.language.identifiers import key
from kingpost.retrieval.search import Findings


def blank_cell(table: Table, findings: Findings) -> Reading | None:
    """That the row which the question names by its identifier says nothing in the column it asks for."""
    first = findings.passages[0].chunk
    if table.turned or first.table != table.id or key(first.label) not in findings.analysis.identifiers:
        return None
    row = next((r for r in table.rows if any(cell and cell.chunk.id == first.id for cell in r.cells)), None)
    if row is None:
        return None
    columns = [column for column in table.columns if not _is_named(row.cells[column.index], findings)]
    matches = {column.index: header_match(findings.analysis, column.header) for column in columns}
    filled = [matches[column.index] for column in columns if (cell := row.cells[column.index]) and cell.text]
    asked = max(columns, key=lambda column: matches[column.index], default=None)
    if asked is None:
        return None
    cell = row.cells[asked.index]
    if (cell and cell.text) or matches[asked.index] < max(filled, default=0.0) + CELL_ADVANTAGE:
        return None
    return Reading(
        kind=ReadingKind.NOTHING,
        reason=f"The cell “{asked.name}” of “{first.label}” is blank.",
        features={"blank": 1.0},
    )


def _is_named(cell: TableCell | None, findings: Findings) -> bool:
    return cell is not None and key(cell.text) in findings.analysis.identifiers
