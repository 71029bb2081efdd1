"""A workspace: the one directory that holds everything of one installation."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kingpost import settings
from kingpost.backends.local import locks
from kingpost.backends.local.database import Database
from kingpost.errors import NoWorkspace, Refused

DIRECTORIES = ("objects", "index", "jobs", "logs", "locks")


@dataclass(frozen=True, slots=True)
class Workspace:
    """Paths and locks of one workspace. Make one with ``create``, open one with ``find``."""

    root: Path

    @classmethod
    def create(cls, directory: Path) -> Self:
        """Make a workspace in an empty or new directory; one that is already a workspace is completed, not changed.

        Raises ``Refused`` when something else lies there.
        """
        root = directory.expanduser().absolute()
        if root.exists() and not root.is_dir():
            raise Refused(f"{root} is a file", next="name a directory: kingpost init DIR")
        workspace = cls(root)
        if not workspace.settings_file.exists() and workspace._strangers():
            raise Refused(f"{root} is not empty and not a workspace", next="name a new or empty directory")
        try:
            workspace._complete()
        except OSError as error:
            raise Refused(
                f"{error.filename or root}: {error.strerror}", next="name a directory you can write"
            ) from error
        return workspace

    @classmethod
    def find(cls, directory: Path | None = None) -> Self:
        """The workspace given, or of ``KINGPOST_WORKSPACE``, or the nearest upward. Raises ``NoWorkspace``."""
        named = directory or (Path(chosen) if (chosen := os.environ.get("KINGPOST_WORKSPACE")) else None)
        if named is not None:
            root = named.expanduser().absolute()
            if (root / settings.FILE_NAME).is_file():
                return cls(root)
            raise NoWorkspace(f"{root} is not a workspace (no {settings.FILE_NAME})", next=f"run: kingpost init {root}")
        here = Path.cwd()
        for root in (here, *here.parents):
            if (root / settings.FILE_NAME).is_file():
                return cls(root)
        raise NoWorkspace(
            f"no workspace in {here} or above it",
            next="run: kingpost init DIR, then name it with --workspace DIR or work inside it",
        )

    @property
    def settings_file(self) -> Path:
        return self.root / settings.FILE_NAME

    @property
    def database(self) -> Path:
        return self.root / "kingpost.db"

    @property
    def objects(self) -> Path:
        return self.root / "objects"

    @property
    def index(self) -> Path:
        return self.root / "index"

    @property
    def jobs(self) -> Path:
        return self.root / "jobs"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @contextmanager
    def lock(self, kind: str) -> Iterator[None]:
        """Be the only one who writes this kind of thing (``ingest``, ``finetune``, ...).

        Raises ``Locked`` naming the other's pid.
        """
        with locks.held(self.root / "locks" / f"{kind}.lock", kind=kind):
            yield

    def _strangers(self) -> bool:
        """Whether the directory holds anything that an interrupted ``create`` would not have made."""
        ours = {*DIRECTORIES, *(f"{self.database.name}{suffix}" for suffix in ("", "-wal", "-shm"))}
        return self.root.is_dir() and any(path.name not in ours for path in self.root.iterdir())

    def _complete(self) -> None:
        for name in DIRECTORIES:
            (self.root / name).mkdir(parents=True, exist_ok=True)
        Database.create(self.database)
        if not self.settings_file.exists():  # last, because it is what makes a directory a workspace
            started = self.root / "locks" / f"{settings.FILE_NAME}.new"
            started.write_text(settings.commented_toml(), encoding="utf-8")
            started.replace(self.settings_file)
