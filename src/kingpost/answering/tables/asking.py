"""Asks tables: understands the question, links it to each table, proposes, scores, and gives the best answer."""

from collections.abc import Mapping, Sequence

from kingpost.answering.tables.banding import Banding, banding
from kingpost.answering.tables.choosing import Choice
from kingpost.answering.tables.cues import Request, understand
from kingpost.answering.tables.linking import link
from kingpost.answering.tables.making import Maker
from kingpost.answering.tables.model import Table, turned
from kingpost.answering.tables.naming import Meaning, nearness
from kingpost.answering.tables.proposals import Proposer
from kingpost.answering.tables.scoring import Scored, ranked


def ask(question: str, tables: Sequence[Table], *, meaning: Meaning, priors: Mapping[str, float]) -> list[Scored]:
    """Executed programs, best first. ``priors`` say by table id how near retrieval found a table (0..1)."""
    request = understand(question)
    bands = {table.id: banded for table in tables if (banded := banding(request, table)) is not None}
    views = [view for table in tables for view in _views(request, table, bands.get(table.id))]
    nearest = sorted(views, key=lambda view: (view.turned, -priors.get(view.id, 0.0)))
    near = nearness(request, (column for view in nearest for column in view.columns), meaning)
    proposed = []
    for view in views:
        links = link(request, view, near, bands.get(view.id))
        proposer = Proposer(Maker(request, view, links), Choice(request, view, links))
        proposed += [(proposal, links) for proposal in proposer.proposals()]
    return ranked(request, proposed, priors)


def _views(request: Request, table: Table, banded: Banding | None) -> list[Table]:
    """The table, and the table turned; where bands decide, as it stands only, and none where they leave it open."""
    if banded is not None:
        return [table] if banded.decided else []
    sideways = _sideways(request, table)
    return [table] if sideways is None else [table, sideways]


def _sideways(request: Request, table: Table) -> Table | None:
    """The table turned, where the question says a word of a row's name: its rows are then columns that are named."""
    said = {token.stem for token in request.tokens if token.content}
    label = table.label_column()
    names = (cell.value.stems for row in table.rows if (cell := row.cells[label]) is not None)
    return turned(table) if any(said.intersection(stems) for stems in names) else None
