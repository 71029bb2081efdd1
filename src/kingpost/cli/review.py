"""``kingpost review``: the experts' queue."""

from dataclasses import replace
from typing import Annotated

import typer

from kingpost.cli import bank, printing
from kingpost.cli.questions import UntilOption
from kingpost.cli.terminal import ByOption, JsonOption, WorkspaceOption, iso_day, open_app, show
from kingpost.types.answers import LOCAL_USER
from kingpost.types.feedback import Review

commands = typer.Typer(help="The experts' queue.", no_args_is_help=True)

ReviewArgument = Annotated[str, typer.Argument(metavar="REVIEW", help="The review's id.")]


@commands.command("list")
def list_reviews(
    everything: Annotated[bool, typer.Option("--all", help="Decided ones too.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what waits for a decision: feedback, requests, and known questions that are stale, have expired, or to
    which the fine-tuned model says something else.
    """
    with open_app(workspace) as app:
        reviews = list(app.reviews.all() if everything else app.reviews.open())
    show(reviews, as_json=as_json, text=lambda: printing.reviews(reviews))


@commands.command("show")
def show_review(review_id: ReviewArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show one review."""
    with open_app(workspace) as app:
        review = app.reviews.get(review_id)
    show(review, as_json=as_json, text=lambda: print_review(review))


def print_review(review: Review) -> None:
    """A review, and below it what became of the evidence of a known question, or what the model said to it."""
    printing.fields(replace(review, changes=(), mismatch=None))
    bank.changes(review.changes)
    if review.mismatch is not None:
        bank.mismatch(review.mismatch)


@commands.command("approve")
def approve_review(
    review_id: ReviewArgument,
    by: ByOption = LOCAL_USER,
    valid_until: UntilOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Approve the proposed answer; it serves the next one who asks.

    A known question whose evidence has changed gets the evidence of now; one that has expired is valid again.
    """
    with open_app(workspace) as app:
        approved = app.reviews.approve(review_id, by=by, valid_until=iso_day(valid_until))
        pair = app.bank.listed(approved)
    show(pair, as_json=as_json, text=lambda: bank.known_question(pair))


@commands.command("edit")
def edit_review(
    review_id: ReviewArgument,
    answer: Annotated[str, typer.Option("--answer", help="The answer to approve instead.")],
    by: ByOption = LOCAL_USER,
    valid_until: UntilOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Approve an answer of your own."""
    with open_app(workspace) as app:
        approved = app.reviews.approve(review_id, by=by, answer=answer, valid_until=iso_day(valid_until))
        pair = app.bank.listed(approved)
    show(pair, as_json=as_json, text=lambda: bank.known_question(pair))


@commands.command("reject")
def reject_review(
    review_id: ReviewArgument,
    comment: Annotated[str, typer.Option(help="Why.")] = "",
    by: ByOption = LOCAL_USER,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close a review without an approved answer. A known question whose evidence has changed, that has expired, or to
    which the fine-tuned model says something else, is retired.
    """
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
