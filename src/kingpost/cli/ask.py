"""``kingpost ask``: answer a question with its evidence."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kingpost.cli.answers import live_answer, print_answer
from kingpost.cli.terminal import (
    AsOfOption,
    JsonOption,
    SupersededOption,
    WorkspaceOption,
    iso_day,
    open_app,
    show,
    stoppable,
)
from kingpost.errors import UsageError
from kingpost.types.answers import Answer, Question, Reader, Route

if TYPE_CHECKING:
    from kingpost.app import App


class AskedRoute(StrEnum):
    """The route a user may ask for; ``auto`` lets question validation decide."""

    AUTO = "auto"
    RAG = "rag"
    FINE_TUNED = "fine_tuned"
    APPROVED = "approved"

    @property
    def route(self) -> Route | None:
        return None if self is AskedRoute.AUTO else Route(self.value)


RouteOption = Annotated[AskedRoute, typer.Option("--route", help="Which way the answer takes.")]
ReaderOption = Annotated[Reader, typer.Option("--reader", help="How passages become an answer.")]


def ask(
    text: Annotated[str, typer.Argument(metavar="QUESTION", help="The question.")],
    route: RouteOption = AskedRoute.AUTO,
    reader: ReaderOption = Reader.AUTO,
    conversation: Annotated[str, typer.Option(help="Go on with this conversation.")] = "",
    as_of: AsOfOption = None,
    include_superseded: SupersededOption = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show all that produced the answer.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer from the documents, with citations and confidence, or say that they do not tell."""
    from kingpost.answering.contract import answer_json
    from kingpost.records import find_turn

    if not text.strip():
        raise UsageError("the question is empty", next='kingpost ask "What is ...?"')
    question = Question(
        text=text,
        conversation=conversation,
        route=route.route,
        reader=reader,
        as_of=iso_day(as_of),
        include_superseded=include_superseded,
    )
    stopped = stoppable("stopped before the answer was complete; the turn was not stored", next="ask again")
    with stopped, open_app(workspace) as app:
        answer = stream(app, question, silent=as_json)
        server = app.settings.server
        record = find_turn(app.records, answer.turn).record if explain else None
    where = f"http://{server.host}:{server.port}"
    document = answer_json(answer) | ({"record": record} if record else {})
    show(document, as_json=as_json, text=lambda: print_answer(answer, server=where, record=record))


def stream(app: "App", question: Question, *, silent: bool = False) -> Answer:
    """Ask, and show the words as they come unless ``silent``; the whole answer."""
    with live_answer(silent=silent) as live:
        for event in app.answerer.stream(question):
            live.take(event)
    return live.answer
