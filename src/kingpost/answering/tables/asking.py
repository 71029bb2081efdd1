"""Asks tables: understands the question, links it to each table, proposes, scores, and gives the best answer."""

from collections.abc import Mapping, Sequence

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
    views = [view for table in tables for view in (table, _sideways(request, table)) if view is not None]
    nearest = sorted(views, key=lambda view: (view.turned, -priors.get(view.id, 0.0)))
    near = nearness(request, (column for view in nearest for column in view.columns), meaning)
    proposed = []
    for view in views:
        links = link(request, view, near)
        proposer = Proposer(Maker(request, view, links), Choice(request, view, links))
        proposed += [(proposal, links) for proposal in proposer.proposals()]
    return ranked(request, proposed, priors)


def _sideways(request: Request, table: Table) -> Table | None:
    """The table turned, where the question says a word of a row's name: its rows are then columns that are named."""
    said = {token.stem for token in request.tokens if token.content}
    label = table.label_column()
    names = (cell.value.stems for row in table.rows if (cell := row.cells[label]) is not None)
    return turned(table) if any(said.intersection(stems) for stems in names) else None
