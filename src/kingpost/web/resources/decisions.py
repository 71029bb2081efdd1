"""The log of route decisions: by page, and how many went which way."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from kingpost.types.answers import Route, Verdict
from kingpost.types.decisions import DecisionCount, DecisionFilter, DecisionPage
from kingpost.web.context import AppHere

router = APIRouter(prefix="/decisions", tags=["decisions"])


def wanted_decisions(
    since: date | None = None,
    until: date | None = None,
    route: Route | None = None,
    verdict: Verdict | None = None,
    stage: str = "",
) -> DecisionFilter:
    """The filter of a request; days are included on both ends."""
    return DecisionFilter(
        since=since.isoformat() if since else "",
        until=until.isoformat() if until else "",
        route=route or "",
        verdict=verdict or "",
        stage=stage,
    )


Wanted = Annotated[DecisionFilter, Depends(wanted_decisions)]


@router.get("")
def list_decisions(
    wanted: Wanted, app: AppHere, limit: Annotated[int, Query(ge=1, le=1000)] = 50, after: str = ""
) -> DecisionPage:
    """Latest first; ``after`` is the ``next`` of the page before."""
    return app.decisions.page(wanted, limit=limit, after=after)


@router.get("/counts")
def count_decisions(wanted: Wanted, app: AppHere) -> list[DecisionCount]:
    """By day, route, stage and verdict, oldest first."""
    return app.decisions.counts(wanted)
