"""Runs the training job in a child process of this machine, and keeps what it made in the object store."""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kingpost.errors import MissingExtra, NotFound, TrainingFailed
from kingpost.ports import ObjectStore
from kingpost.types.models import TrainingProgress

logger = logging.getLogger(__name__)

EXIT_MISSING_EXTRA = 3
EXIT_INTERRUPTED = 130
MANIFEST = "manifest.json"
OUTPUTS = ("adapter.gguf", "reference.json", MANIFEST)
"""In the order in which they are kept: a manifest in the store means that the others are there."""
LOG_BYTES = 2000


class ProcessTrainer:
    """A job has a directory of its own below ``directory``: its checkpoint stays there until the job is finished."""

    def __init__(self, *, objects: ObjectStore, directory: Path, model: Path) -> None:
        self._objects = objects
        self._directory = directory
        self._model = model

    def train(
        self,
        *,
        job_id: str,
        dataset_key: str,
        output_prefix: str,
        recipe: Mapping[str, Any],
        on_progress: Callable[[TrainingProgress], None],
    ) -> Mapping[str, Any]:
        finished = self._finished(output_prefix)
        if finished is not None:
            return finished
        job = self._directory / job_id
        job.mkdir(parents=True, exist_ok=True)
        if not (job / MANIFEST).exists():
            (job / "dataset.jsonl").write_bytes(self._objects.get(dataset_key))
            self._run(self._configured(job, recipe), on_progress)
        for name in OUTPUTS:
            self._objects.put(f"{output_prefix}/{name}", (job / name).read_bytes())
        shutil.rmtree(job)
        return self._finished(output_prefix) or {}

    def _finished(self, output_prefix: str) -> Mapping[str, Any] | None:
        """The manifest of a job that was finished before."""
        try:
            manifest = json.loads(self._objects.get(f"{output_prefix}/{MANIFEST}"))
        except NotFound:
            return None
        return {**manifest, "adapter_key": f"{output_prefix}/{OUTPUTS[0]}"}

    def _configured(self, job: Path, recipe: Mapping[str, Any]) -> Path:
        config = {
            "dataset": str(job / "dataset.jsonl"),
            "base": str(self._model),
            "output": str(job),
            "recipe": dict(recipe),
            "parent": os.getpid(),
        }
        path = job / "job.json"
        path.write_text(json.dumps(config), encoding="utf-8")
        return path

    def _run(self, config: Path, on_progress: Callable[[TrainingProgress], None]) -> None:
        """To its end. In a session of its own, so that Ctrl-C reaches it once, through here."""
        log = config.with_name("job.log")
        with (
            log.open("wb") as errors,
            subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "kingpost.finetuning.job", "--config", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
                start_new_session=True,
            ) as child,
        ):
            logger.info("training job started", extra={"pid": child.pid, "job": config.parent.name})
            try:
                error = _followed(child, on_progress)
            except BaseException:
                _stop(child)
                raise
        if child.returncode == EXIT_MISSING_EXTRA:
            raise MissingExtra("train")
        if child.returncode == EXIT_INTERRUPTED:
            raise KeyboardInterrupt
        if child.returncode != 0:
            said = error.get("message") or _tail(log) or f"exit code {child.returncode}"
            raise TrainingFailed(
                f"the training job {config.parent.name} ended without an adapter: {said}",
                next=error.get("next") or f"see {log}; the same command goes on from the last checkpoint",
            )


def _followed(child: subprocess.Popen[str], on_progress: Callable[[TrainingProgress], None]) -> dict[str, str]:
    """Pass its progress on until it ends; what it said stopped it, if anything."""
    error: dict[str, str] = {}
    for line in child.stdout or ():
        message = json.loads(line)
        if "progress" in message:
            on_progress(TrainingProgress(**message["progress"]))
        else:
            error = message["error"]
    child.wait()
    return error


def _stop(child: subprocess.Popen[str]) -> None:
    """Ask it to end after its step, with a checkpoint; when asked a second time meanwhile, at once."""
    child.send_signal(signal.SIGINT)
    try:
        child.communicate()
    except BaseException:
        child.kill()
        raise


def _tail(log: Path) -> str:
    return log.read_bytes()[-LOG_BYTES:].decode(errors="replace").strip()
