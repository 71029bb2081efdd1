"""How the plan of an ingest run looks, as text and as JSON."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kingpost.cli.printing import columns, visible
from kingpost.cli.terminal import plain

if TYPE_CHECKING:
    from kingpost.documents.sync import SyncPlan
    from kingpost.ports import Source


def plan_json(source: "Source", work: "SyncPlan") -> dict[str, Any]:
    """A plan with its counts."""
    return {"source": source.id, "counts": work.counts, "notes": list(work.notes), "files": plain(work.lines)}


def print_plans(plans: "Iterable[SyncPlan]") -> None:
    """What changes, a line each, and the counts of all, source by source."""
    for work in plans:
        rows = [(line.change.value, visible(line.name), visible(line.note)) for line in work.lines if line.is_news]
        if rows:
            columns(("CHANGE", "NAME", "NOTE"), rows)
        for note in work.notes:
            print(visible(note))
        print(counts_line(work))


def counts_line(work: "SyncPlan") -> str:
    """How much there is to do, in one line."""
    counts = ", ".join(f"{count} {change}" for change, count in work.counts.items() if count)
    return f"plan: {counts or 'nothing there'}"
