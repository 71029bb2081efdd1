"""Looks at folders now and then, and has them read again when something in them has changed and has come to rest."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kingpost.cli.terminal import complain, note
from kingpost.documents.sources.folder import FolderSource
from kingpost.errors import KingpostError, UsageError

if TYPE_CHECKING:
    from kingpost.ports import Source

SECONDS_BETWEEN_LOOKS = 2.0
State = frozenset[tuple[str, int, str, tuple[str, ...]]]


def watch(
    sources: "Sequence[Source]", read: Callable[[], None], *, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Call ``read`` after each change, until Ctrl-C. What looks the same twice is not being written to any more."""
    folders = [source for source in sources if isinstance(source, FolderSource)]
    if len(folders) < len(sources):
        raise UsageError("only folders can be watched", next="run ingest for addresses from time to time")
    note("watching; stop with Ctrl-C")
    before: State | None = None
    done: State | None = None
    try:
        while True:
            now = _look(folders)
            if now is not None and now == before != done:
                done = now if _told(read) else done
            before = now
            sleep(SECONDS_BETWEEN_LOOKS)
    except KeyboardInterrupt:
        note("stopped watching; what was read is kept")


def _look(folders: Sequence[FolderSource]) -> State | None:
    """What is there; None while it cannot be listed."""
    try:
        return frozenset(
            (reference.uri, reference.size, reference.stamp, reference.groups)
            for folder in folders
            for reference in folder.references()
        )
    except KingpostError:
        return None


def _told(read: Callable[[], None]) -> bool:
    """Read, and tell what went wrong; False when it is worth trying the same again."""
    try:
        read()
    except KingpostError as error:
        complain(error.message, next=error.next, code=error.code, as_json=False)
        return not error.retryable
    return True
