"""Says which columns or rows of a table a question means by a quantity, where these are bands: "up to 5 kg"."""

from dataclasses import dataclass

from kingpost.answering.tables.cues import Found, Request
from kingpost.answering.tables.model import Table
from kingpost.language.banded import Meant, meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Banding:
    """What the band that a question names decides of one table.

    ``fitting`` and ``barred``: columns whose band it means, and those whose band is another one; or, where the rows are
    bands, ``rows`` of the column ``label`` (-1: none). ``positions``: where the question says the band.
    """

    positions: frozenset[int]
    settled: frozenset[Found]
    """Cues that say the band and bound nothing else."""
    fitting: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()
    label: int = -1
    rows: frozenset[int] = frozenset()
    decided: bool = True
    """Whether one column, or rows, may answer: not where no band fits or several columns do."""


def banding(request: Request, table: Table) -> Banding | None:
    """None where the table has no bands, or the question names no quantity of their kind."""
    caption = table.caption[-1] if table.caption else ""
    if found := meant(request.text, [column.header for column in table.columns], caption=caption):
        positions, settled = _said(request, found)
        return Banding(
            positions=positions,
            settled=settled,
            fitting=found.fitting,
            barred=found.banded - found.fitting,
            decided=bool(found.fitting) and not found.several,
        )
    labels = [column.index for column in table.columns if column.label or column.index == table.label_column()]
    return next((banded for label in labels if (banded := _of_rows(request, table, label, caption))), None)


def undecided(request: Request, table: Table) -> bool:
    """Whether the band that a question names fits none of a table's bands, or several of its columns."""
    found = banding(request, table)
    return found is not None and not found.decided


def _of_rows(request: Request, table: Table, label: int, caption: str) -> Banding | None:
    header = table.columns[label].header
    named = [(row.index, cell) for row in table.data if (cell := row.cells[label]) is not None]
    found = meant(request.text, [(*header, cell.text) for _, cell in named], caption=caption, mostly=True)
    if found is None:
        return None
    positions, settled = _said(request, found)
    rows = frozenset(named[at][0] for at in found.fitting)
    return Banding(positions=positions, settled=settled, label=label, rows=rows, decided=bool(rows))


def _said(request: Request, found: Meant) -> tuple[frozenset[int], frozenset[Found]]:
    span = found.asked
    positions = frozenset(
        at for at, token in enumerate(request.tokens) if token.start < span.end and token.end > span.start
    )
    return positions, frozenset(cue for cue in request.cues if cue.values and cue.positions & positions)
