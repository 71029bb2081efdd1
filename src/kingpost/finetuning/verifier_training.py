"""Trains the verifier in force a few steps further on families of a bank, in a folder that a stopped run goes on in."""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kingpost.backends.local.verifier_model import adapter_file
from kingpost.errors import MissingExtra
from kingpost.finetuning.pair_sampling import Family

ADAPTER = "adapter.safetensors"
PREFIX = "verifier-"
VERSION = "1"
"""Of how it is trained: a run that was stopped goes on only where nothing has changed."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierTraining:
    """``encoder`` gives the folder of the verifier's body, ``jobs`` is where runs lie.

    ``start`` gives the trained part in force, None for the one that ships.
    """

    encoder: Callable[[], Path]
    start: Callable[[], Path | None]
    jobs: Path

    def train(self, families: Sequence[Family], on_progress: Progress) -> Path:
        """The file of the trained part; a finished or a stopped run over the same families is not begun anew.

        Raises ``MissingExtra``. KeyboardInterrupt leaves a checkpoint.
        """
        try:
            from kingpost.finetuning.job.verifier_steps import train_further
        except ModuleNotFoundError as error:
            raise MissingExtra("train") from error
        folder = self._folder(families)
        adapter = folder / ADAPTER
        if not adapter.is_file():
            train_further(families, encoder=self.encoder(), start=self._start, target=adapter, on_progress=on_progress)
        return adapter

    def clear(self) -> None:
        """Remove what runs have left."""
        for left in self.jobs.glob(f"{PREFIX}*"):
            shutil.rmtree(left, ignore_errors=True)

    @property
    def _start(self) -> Path:
        return self.start() or adapter_file()

    def _folder(self, families: Sequence[Family]) -> Path:
        """Named by all that the run depends on; those of other runs are removed."""
        facts = hashlib.sha256(self._start.read_bytes())
        facts.update(f"{VERSION}|{list(families)!r}".encode())
        folder = self.jobs / f"{PREFIX}{facts.hexdigest()[:12]}"
        if not folder.is_dir():
            self.clear()
        folder.mkdir(parents=True, exist_ok=True)
        return folder
