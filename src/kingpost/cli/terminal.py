"""The two sides of the terminal: one document or text on standard output, everything else on standard error."""

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from kingpost.app import App

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", help="The workspace; else KINGPOST_WORKSPACE, else the nearest kingpost.toml upward."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document; progress goes to standard error.")]
AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], metavar="DATE", help="See what was in force on that day."),
]
SupersededOption = Annotated[bool, typer.Option("--include-superseded", help="See superseded revisions too.")]
ByOption = Annotated[str, typer.Option("--by", help="Who decides.")]


class Stopped(Exception):
    """The user stopped a command: what is kept, and how to go on."""

    def __init__(self, message: str, *, next: str) -> None:
        super().__init__(message)
        self.message = message
        self.next = next


@contextmanager
def stoppable(message: str, *, next: str) -> Iterator[None]:
    """Turn Ctrl-C inside into a sentence on what is kept and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        raise Stopped(message, next=next) from None


def open_app(workspace: Path | None) -> "App":
    """The app on the workspace; imported here, so that ``--help`` stays light."""
    from kingpost.app import App

    return App.open(workspace)


def show(document: Any, *, as_json: bool, text: Callable[[], None]) -> None:
    """Print the command's result: as one JSON document, or as ``text`` prints it."""
    if as_json:
        print(json.dumps(plain(document), ensure_ascii=False, indent=2))
    else:
        text()


def plain(value: Any) -> Any:
    """Dataclasses, paths and the like as plain JSON values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    return value


def iso_day(day: datetime | None) -> str:
    """The day as an ISO date; empty for none."""
    return day.date().isoformat() if day else ""


def complain(message: str, *, next: str, code: str, as_json: bool) -> None:
    """Tell an error: one line on standard error, with ``--json`` the document on standard output too."""
    if as_json:
        print(json.dumps({"error": {"code": code, "message": message, "next": next}}, ensure_ascii=False))
    line = " ".join(f"kingpost: {message}".split())
    print(f"{line} - {next}" if next else line, file=sys.stderr)


def note(text: str) -> None:
    """A line on standard error."""
    print(text, file=sys.stderr)
