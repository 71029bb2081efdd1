"""How far a long command is: a bar where standard error is a terminal, plain lines elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

PLAIN_STEPS = 20
"""Lines that a long piece of work prints at most where there is no terminal."""


class Progress:
    """Told how much of how much is done; shows it on standard error."""

    def __init__(self, bar: "RichProgress | None", what: str) -> None:
        self._bar = bar
        self._what = what
        self._task = bar.add_task(what, total=None) if bar else None
        self._last_step = -1

    def at(self, done: int, total: int, text: str = "") -> None:
        """``done`` of ``total``, with ``text`` on what is being done."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=total or None, description=text or self._what)
            return
        step = done * PLAIN_STEPS // max(total, 1)
        if step != self._last_step:
            self._last_step = step
            print(f"{self._what} {done}/{total} {text}".rstrip(), file=sys.stderr, flush=True)

    def line(self, text: str, *, result: bool) -> None:
        """A line that stays: a ``result`` goes to standard output, anything else to standard error."""
        if self._bar is not None and (not result or sys.stdout.isatty()):
            self._bar.console.print(text, highlight=False, markup=False, soft_wrap=True)
        else:
            print(text, file=sys.stdout if result else sys.stderr, flush=True)


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Progress of one piece of work."""
    if not sys.stderr.isatty():
        yield Progress(None, what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Progress(bar, what)
