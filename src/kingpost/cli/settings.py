"""``kingpost settings``: every knob, what it does and what it is set to."""

import typer

from kingpost.cli import printing
from kingpost.cli.terminal import JsonOption, WorkspaceOption, open_app, show

commands = typer.Typer(help="Every knob: what it does, what it is set to.", no_args_is_help=True)


@commands.command("show")
def show_settings(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show the settings in force in this workspace, file and environment taken together."""
    with open_app(workspace) as app:
        values = app.settings.model_dump(mode="json")
    show(values, as_json=as_json, text=lambda: printing.settings(values))


@commands.command("describe")
def describe_settings(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Describe every setting with its default. Needs no workspace."""
    from kingpost.settings import describe

    rows = [
        {"setting": f"{section}.{key}", "default": default, "description": description}
        for section, key, default, description in describe()
    ]
    show(rows, as_json=as_json, text=lambda: printing.setting_descriptions(rows))
