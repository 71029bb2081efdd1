"""Asks tables: understands the question, links it to each table, proposes, scores, and gives the best answer."""

from collections.abc import Mapping, Sequence

from kingpost.answering.tables.choosing import Choice
from kingpost.answering.tables.cues import Request, understand
from kingpost.answering.tables.linking import Meaning, link
from kingpost.answering.tables.model import Table, turned
from kingpost.answering.tables.proposals import Proposer
from kingpost.answering.tables.scoring import NAMED, Scored, ranked


def ask(question: str, tables: Sequence[Table], *, meaning: Meaning, priors: Mapping[str, float]) -> list[Scored]:
    """Executed programs, best first. ``priors`` say by table id how near retrieval found a table (0..1).

    What column names mean is asked for only where the question does not name the column that answers it.
    """
    request = understand(question)
    views = [view for table in tables for view in (table, turned(table)) if view is not None]
    found = _ranked(request, views, nearness={}, priors=priors)
    if found and found[0].features["column"] >= NAMED:
        return found
    names = list(dict.fromkeys(column.name for view in views for column in view.columns if column.name))
    if not names:
        return found
    nearness = dict(zip(names, meaning(question, names), strict=True))
    return _ranked(request, views, nearness=nearness, priors=priors)


def _ranked(
    request: Request, views: Sequence[Table], *, nearness: Mapping[str, float], priors: Mapping[str, float]
) -> list[Scored]:
    proposed = []
    for view in views:
        links = link(request, view, nearness)
        proposed += [
            (proposal, links) for proposal in Proposer(request, view, links, Choice(request, view, links)).proposals()
        ]
    return ranked(request, proposed, priors)
