"""``kingpost replay``: ask a turn's question again, and see what changed."""

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from kingpost.cli.answers import WIDTH, line
from kingpost.cli.printing import columns, shortened, visible
from kingpost.cli.terminal import JsonOption, WorkspaceOption, open_app, show, stoppable
from kingpost.types.replay import Fate, PassageChange, Words

if TYPE_CHECKING:
    from kingpost.types.replay import Change, CitationChange, DocumentChange, Replay

MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
FATES = {
    Fate.SAME: "still there",
    Fate.OTHER_REVISION: "other revision",
    Fate.CHANGED: "no longer says so",
    Fate.GONE: "gone",
    Fate.DROPPED: "still there, not used",
    Fate.NEW: "new",
}


def replay(
    turn: Annotated[str, typer.Argument(metavar="TURN", help="The turn's id, as an answer tells it.")],
    as_recorded: Annotated[
        bool, typer.Option("--as-recorded", help="Read the passages of then, as they were, instead of searching.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a turn's question again as it was asked, and say what changed. Nothing is stored."""
    from kingpost.answering.replay import replay_json

    with stoppable("stopped; nothing was stored", next="replay again"), open_app(workspace) as app:
        result = app.replayer.replay(turn, as_recorded=as_recorded)
    show(replay_json(result), as_json=as_json, text=lambda: print_replay(result))


def print_replay(result: "Replay") -> None:
    """What changed, the verdict first."""
    print(visible(result.verdict))
    print()
    line("turn", f"{result.turn.id}, asked {result.turn.asked_at}")
    line("question", visible(result.turn.answer.question))
    for number, text in enumerate(textwrap.wrap(visible(in_words(result.words)), WIDTH - 14)):
        line("" if number else "answer", text)
    print_changes(result.changes)
    print_changes(result.versions)
    print_changes(result.settings)
    print_documents(result.documents)
    print_passages(result.passages)
    print_citations(result.citations)


def in_words(runs: Sequence[Words]) -> str:
    """Both answers as one: ``at least [-150-] {+180+} mm``."""
    return " ".join(MARKS[run.change].format(run.text) for run in runs)


def print_changes(changes: "Iterable[Change]") -> None:
    """A line a thing that is not as it was."""
    for change in changes:
        line("changed", visible(f"{change.what}: {change.before or 'none'} -> {change.now or 'none'}"))


def print_documents(documents: "Sequence[DocumentChange]") -> None:
    """Documents that are now seen in another revision."""
    for change in documents:
        then = change.mark or change.revision[:12]
        now = f"now revision {change.mark_now or change.revision_now[:12]}" if change.revision_now else "now gone"
        elsewhere = f" ({change.name_now})" if change.name_now not in ("", change.name) else ""
        line("document", visible(f"{change.name}: revision {then} then, {now}{elsewhere}"))


def print_passages(passages: Sequence[PassageChange]) -> None:
    """A line a passage, with its rank then and now."""
    from kingpost.answering.contract import place_in_words

    if passages:
        print("\nPassages read")
        rows = (
            (
                one.rank or "-",
                one.rank_now or "-",
                fate_in_words(one),
                visible(f"{one.name}, {place_in_words(one.passage.location)}"),
            )
            for one in passages
        )
        columns(("THEN", "NOW", "WHAT BECAME OF IT", "WHERE"), rows)


def fate_in_words(change: PassageChange) -> str:
    """``other revision (B)``."""
    revision = f" ({change.mark_now or change.revision_now[:12]})"
    return FATES[change.fate] + (revision if change.fate in (Fate.OTHER_REVISION, Fate.CHANGED) else "")


def print_citations(citations: "Sequence[CitationChange]") -> None:
    """A line a reference of the answer."""
    if citations:
        print("\nReferences")
        fates = FATES | {Fate.SAME: "same", Fate.DROPPED: "no longer cited"}
        rows = ((fates[c.fate], visible(f"{c.name}, {c.place}"), f"“{visible(shortened(c.quote))}”") for c in citations)
        columns(("", "WHERE", "QUOTE"), rows)
