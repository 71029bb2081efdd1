"""``kingpost search``: the passages that a question finds, without an answer."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kingpost.cli import printing
from kingpost.cli.terminal import AsOfOption, JsonOption, SupersededOption, WorkspaceOption, iso_day, open_app, show

if TYPE_CHECKING:
    from kingpost.types.search import Passage


def search(
    question: Annotated[str, typer.Argument(help="A question, words or an identifier.")],
    limit: Annotated[int | None, typer.Option("--limit", "-k", min=1, help="Most passages.")] = None,
    as_of: AsOfOption = None,
    include_superseded: SupersededOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the passages that a question finds, best first."""
    with open_app(workspace) as app:
        passages = app.retriever.retrieve(
            question, limit=limit, as_of=iso_day(as_of), include_superseded=include_superseded
        )
    show([passage_json(passage) for passage in passages], as_json=as_json, text=lambda: printing.passages(passages))


def passage_json(passage: "Passage") -> dict[str, Any]:
    """A passage as plain JSON values."""
    from kingpost.answering.contract import location_json

    return {
        "document": passage.document.id,
        "name": passage.document.name,
        "revision": passage.chunk.revision_id,
        "mark": passage.document.mark,
        "status": passage.document.status.value,
        "location": location_json(passage.chunk.location),
        "kind": passage.chunk.kind,
        "context": passage.chunk.context,
        "text": passage.chunk.text,
        "score": passage.score,
        "similarity": passage.similarity,
        "legs": passage.legs,
    }
