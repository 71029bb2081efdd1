"""``kingpost init``: make a workspace."""

from pathlib import Path
from typing import Annotated

import typer

from kingpost.cli.terminal import JsonOption, show


def init(
    directory: Annotated[Path, typer.Argument(help="Where; an empty or new directory.")] = Path(),
    as_json: JsonOption = False,
) -> None:
    """Make a workspace: settings, database, index and models live in one directory."""
    from kingpost.backends.local.workspace import Workspace

    workspace = Workspace.create(directory)
    document = {"workspace": workspace.root, "settings": workspace.settings_file}
    show(
        document,
        as_json=as_json,
        text=lambda: print(f"{workspace.root} is a workspace; its settings are in {workspace.settings_file.name}"),
    )
