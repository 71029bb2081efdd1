"""``kingpost review``: the experts' queue."""

from typing import Annotated

import typer

from kingpost.cli import printing
from kingpost.cli.terminal import ByOption, JsonOption, WorkspaceOption, open_app, show
from kingpost.types.answers import LOCAL_USER

commands = typer.Typer(help="The experts' queue.", no_args_is_help=True)

ReviewArgument = Annotated[str, typer.Argument(metavar="REVIEW", help="The review's id.")]


@commands.command("list")
def list_reviews(
    everything: Annotated[bool, typer.Option("--all", help="Decided ones too.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what waits for a decision: feedback, requests, and pairs whose evidence has changed."""
    with open_app(workspace) as app:
        reviews = list(app.reviews.all() if everything else app.reviews.open())
    show(reviews, as_json=as_json, text=lambda: printing.reviews(reviews))


@commands.command("show")
def show_review(review_id: ReviewArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show one review."""
    with open_app(workspace) as app:
        review = app.reviews.get(review_id)
    show(review, as_json=as_json, text=lambda: printing.fields(review))


@commands.command("approve")
def approve_review(
    review_id: ReviewArgument, by: ByOption = LOCAL_USER, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Approve the proposed answer; it serves the next one who asks."""
    approve(review_id, None, by=by, workspace=workspace, as_json=as_json)


@commands.command("edit")
def edit_review(
    review_id: ReviewArgument,
    answer: Annotated[str, typer.Option("--answer", help="The answer to approve instead.")],
    by: ByOption = LOCAL_USER,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Approve an answer of your own."""
    approve(review_id, answer, by=by, workspace=workspace, as_json=as_json)


@commands.command("reject")
def reject_review(
    review_id: ReviewArgument,
    comment: Annotated[str, typer.Option(help="Why.")] = "",
    by: ByOption = LOCAL_USER,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close a review without an approved answer."""
    with open_app(workspace) as app:
        app.reviews.reject(review_id, by=by, comment=comment)
        review = app.reviews.get(review_id)
    show(review, as_json=as_json, text=lambda: print(f"rejected {review.id}"))


@commands.command("request")
def request_review(
    turn: Annotated[str, typer.Argument(help="The turn that ask printed.")],
    user: Annotated[str, typer.Option(help="Who asks.")] = LOCAL_USER,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask an expert what the documents do not tell."""
    with open_app(workspace) as app:
        review = app.reviews.request(turn, user=user)
    show(review, as_json=as_json, text=lambda: print(f"sent to the experts as review {review.id}"))


def approve(review_id: str, answer: str | None, *, by: str, workspace: WorkspaceOption, as_json: bool) -> None:
    """Approve and print the known question that came of it."""
    with open_app(workspace) as app:
        pair = app.reviews.approve(review_id, by=by, answer=answer)
    show(pair, as_json=as_json, text=lambda: printing.known_question(pair))
