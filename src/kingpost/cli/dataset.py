"""``kingpost dataset``: frozen selections of the question bank to train and measure with."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from kingpost.cli import printing
from kingpost.cli.files import write_rows
from kingpost.cli.terminal import JsonOption, WorkspaceOption, open_app, show
from kingpost.types.models import TrainingExample

commands = typer.Typer(help="Frozen selections of the bank to train with.", no_args_is_help=True)

DatasetArgument = Annotated[str, typer.Argument(help="The dataset's id, or latest.")]


class Form(StrEnum):
    """How the rows of an exported dataset look; the last two are what TRL reads."""

    EXAMPLES = "examples"
    MESSAGES = "messages"
    PROMPT_COMPLETION = "prompt-completion"


@commands.command("build")
def build_dataset(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Freeze the bank as it is now: training split, held-out phrasings, held-out facts."""
    with open_app(workspace) as app:
        dataset = app.datasets.build()
    show(dataset, as_json=as_json, text=lambda: printing.fields(dataset))


@commands.command("list")
def list_datasets(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the datasets, oldest first."""
    with open_app(workspace) as app:
        datasets = sorted(app.datasets.all(), key=lambda dataset: dataset.created_at)
    show(datasets, as_json=as_json, text=lambda: printing.datasets(datasets))


@commands.command("show")
def show_dataset(
    dataset_id: DatasetArgument = "latest", workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Show a dataset with its examples."""
    with open_app(workspace) as app:
        dataset = app.datasets.get(dataset_id)
        examples = list(app.datasets.examples(dataset))
    show(
        {"dataset": dataset, "examples": examples},
        as_json=as_json,
        text=lambda: printing.dataset(dataset, examples),
    )


@commands.command("export")
def export_dataset(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, .jsonl or .csv.")],
    dataset_id: Annotated[str, typer.Option("--dataset", help="The dataset's id.")] = "latest",
    form: Annotated[Form, typer.Option(help="How rows look.")] = Form.EXAMPLES,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a dataset's examples to a file, for other trainers too."""
    with open_app(workspace) as app:
        examples = app.datasets.examples(app.datasets.get(dataset_id))
        count = write_rows(path, [row(example, form) for example in examples])
    show({"file": path, "rows": count}, as_json=as_json, text=lambda: print(f"wrote {count} examples to {path}"))


def row(example: TrainingExample, form: Form) -> Any:
    """An example in one of the forms."""
    if form is Form.EXAMPLES:
        return example
    from kingpost.language.prompts import known_question_messages

    prompt = list(known_question_messages(example.question))
    completion = [{"role": "assistant", "content": example.answer}]
    if form is Form.MESSAGES:
        return {"messages": prompt + completion, "split": example.split}
    return {"prompt": prompt, "completion": completion, "split": example.split}
