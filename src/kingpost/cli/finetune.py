"""``kingpost finetune``: train a candidate model version on a dataset."""

from typing import TYPE_CHECKING, Annotated

import typer

from kingpost.cli import printing
from kingpost.cli.progress import progress
from kingpost.cli.terminal import JsonOption, WorkspaceOption, open_app, show, stoppable

if TYPE_CHECKING:
    from kingpost.types.models import TrainingProgress


def finetune(
    dataset_id: Annotated[str, typer.Argument(metavar="DATASET", help="The dataset's id, or latest.")] = "latest",
    recipe: Annotated[str | None, typer.Option(help="How to train; else the setting finetuning.recipe.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train an adapter; the result is a candidate that `kingpost models promote` measures and lets serve."""
    kept = stoppable("stopped; the last checkpoint is kept", next="run the same command again to go on from it")
    with kept, open_app(workspace) as app, progress("train") as shown:

        def tell(step: "TrainingProgress") -> None:
            shown.at(step.step, step.steps, printing.training_line(step))

        version = app.fine_tuner.fine_tune(dataset_id, recipe=recipe, on_progress=tell)
    show(version, as_json=as_json, text=lambda: printing.trained(version))
