"""``kingpost decisions``: the log of route decisions."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kingpost.cli.files import write_rows
from kingpost.cli.printing import columns, visible
from kingpost.cli.terminal import JsonOption, WorkspaceOption, iso_day, note, open_app, show
from kingpost.types.answers import Route, Verdict
from kingpost.types.decisions import Decision, DecisionCount, DecisionFilter


def decisions(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="From that day (UTC) on.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Up to and with that day.")
    ] = None,
    route: Annotated[Route | None, typer.Option(help="The route that the answer took.")] = None,
    verdict: Annotated[Verdict | None, typer.Option(help="What was said of the nearest known question.")] = None,
    stage: Annotated[str, typer.Option(help="The stage that decided: exact, slots, verifier, evidence ...")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Most decisions shown; a file takes all.")] = 50,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="A new file, .csv or .jsonl.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show which way questions went, and why: latest first, one line a decision."""
    wanted = DecisionFilter(
        since=iso_day(since), until=iso_day(until), route=route or "", verdict=verdict or "", stage=stage
    )
    with open_app(workspace) as app:
        if out:
            written = write_rows(out, app.decisions.all(wanted))
            show({"file": out, "rows": written}, as_json=as_json, text=lambda: print(f"wrote {written} rows to {out}"))
            return
        page = app.decisions.page(wanted, limit=limit)
        counts = app.decisions.counts(wanted)
    result = {"decisions": page.decisions, "counts": counts, "more": bool(page.next)}
    show(result, as_json=as_json, text=lambda: print_decisions(page.decisions, counts, more=bool(page.next)))


def print_decisions(shown: Sequence[Decision], counts: Sequence[DecisionCount], *, more: bool) -> None:
    """A line a decision, then how many went which way."""
    rows = (
        (
            one.decided_at[:16].replace("T", " "),
            one.turn,
            one.user,
            one.route.value,
            one.verdict.value,
            one.stage,
            f"{one.score:.2f}/{one.threshold:.2f}" if one.threshold else "-",
            visible(one.standalone),
            visible(one.why),
        )
        for one in shown
    )
    columns(("WHEN", "TURN", "WHO", "ROUTE", "VERDICT", "STAGE", "SCORE", "QUESTION", "WHY"), rows)
    print()
    total: Counter[tuple[str, str]] = Counter()
    for count in counts:
        total[count.route, count.stage] += count.count
    columns(("ROUTE", "STAGE", "DECISIONS"), ((*way, number) for way, number in total.most_common()))
    if more:
        note("more: raise --limit, narrow with --since, --route, --verdict, --stage, or write them all with --out FILE")
