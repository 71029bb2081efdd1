"""``kingpost serve``: the page, the API and the viewer, in one process on one port."""

from typing import Annotated

import typer

from kingpost.cli.terminal import JsonOption, WorkspaceOption, note, open_app, show


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; else the setting server.host.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; else server.port. 0: a free one.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the page and the API until interrupted."""
    with open_app(workspace) as app:
        from kingpost.web.serve import run

        settings = app.settings.server
        run(app, host=host or settings.host, port=settings.port if port is None else port, announce=note)
    show({"stopped": True}, as_json=as_json, text=lambda: note("stopped"))
