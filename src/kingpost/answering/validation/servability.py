"""Chooses the route that serves a known question: its evidence must stand, and its answer be approved or trained."""

from dataclasses import dataclass

from kingpost.types.answers import Route, Verdict

STALE = "known, but what its answer stood on has changed in the documents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a matched pair stands now: its evidence, its approval, and whether the live model knows it as it is."""

    current: bool
    approved: bool
    trained: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The route taken, or None and why none can be: then ``stage`` and ``verdict`` say where it ended."""

    route: Route | None
    why: str = ""
    stage: str = ""
    verdict: Verdict = Verdict.SAME


def service(standing: Standing, *, wanted: Route | None, prefer: str) -> Service:
    """The route for a matched pair. ``wanted`` is the one asked for, or None; ``prefer`` decides between two."""
    if not standing.current:
        return Service(route=None, why=STALE, stage="evidence", verdict=Verdict.STALE)
    open_ = {Route.APPROVED: standing.approved, Route.FINE_TUNED: standing.trained}
    order = [Route.FINE_TUNED, Route.APPROVED] if prefer == "fine_tuned" else [Route.APPROVED, Route.FINE_TUNED]
    taken = next((route for route in order if open_[route] and wanted in (None, route)), None)
    return Service(route=taken) if taken else Service(route=None, why=f"known, but {_missing(wanted)}")


def _missing(route: Route | None) -> str:
    match route:
        case Route.APPROVED:
            return "nobody has approved its answer"
        case Route.FINE_TUNED:
            return "the live model was not trained on it as it stands"
        case _:
            return "nobody has approved its answer and the live model was not trained on it as it stands"
