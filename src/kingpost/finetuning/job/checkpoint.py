"""Checkpoints: one file, replaced atomically, so that the one that is there is always whole."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from kingpost.errors import OutOfSpace

FILE_NAME = "checkpoint.pt"


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Where training stood: what was done so far, which examples come next, adapter weights, optimizer state."""

    step: int
    seconds: float
    tokens: int
    curriculum: dict[str, Any]
    adapter: dict[str, torch.Tensor]
    optimizer: dict[str, Any]


def save(directory: Path, checkpoint: Checkpoint) -> None:
    """Write beside the old one, force to disk, replace. Raises ``OutOfSpace``; the old one is kept then."""
    temporary = directory / f"{FILE_NAME}.new"
    try:
        with temporary.open("wb") as file:
            torch.save(vars(checkpoint), file)
            file.flush()
            os.fsync(file.fileno())
    except (OSError, RuntimeError) as error:  # torch reports a full disk as a RuntimeError
        temporary.unlink(missing_ok=True)
        raise OutOfSpace(
            f"the checkpoint could not be written to {directory}: {error}",
            next="make room, then run the same command again: it goes on from the last checkpoint",
        ) from error
    temporary.replace(directory / FILE_NAME)


def load(directory: Path) -> Checkpoint | None:
    """The last one, or None."""
    path = directory / FILE_NAME
    if not path.exists():
        return None
    return Checkpoint(**torch.load(path, weights_only=True))
