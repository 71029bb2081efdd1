"""``kingpost init``: make a workspace."""

from pathlib import Path
from typing import Annotated

import typer

from kingpost.cli.terminal import JsonOption, WorkspaceOption, show


def init(
    directory: Annotated[Path | None, typer.Argument(help="Where: an empty or new directory; else here.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a workspace: settings, database, index and models live in one directory."""
    from kingpost.backends.local.workspace import Workspace

    made = Workspace.create(directory or workspace or Path())
    document = {"workspace": made.root, "settings": made.settings_file}
    show(
        document,
        as_json=as_json,
        text=lambda: print(f"{made.root} is a workspace; its settings are in {made.settings_file.name}"),
    )
