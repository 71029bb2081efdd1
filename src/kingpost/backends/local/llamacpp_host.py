"""Serves the chat model and its adapters from one llama.cpp child process at a time."""

import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kingpost.backends.local.llamacpp_chat import LlamaCppChat
from kingpost.backends.local.llamacpp_process import LlamaCppProcess, proof_that_active
from kingpost.errors import BackendUnavailable
from kingpost.ports import ObjectStore
from kingpost.settings import ModelSettings
from kingpost.types.models import ModelVersion

logger = logging.getLogger(__name__)

PROBES = ("What is the minimum clear height?", "Which door leads to zone B?", "List the loads.")
"""Any words do: an adapter that is active changes the probabilities of what comes next."""


class LlamaCppHost:
    """Starts its child with the first request; one that died is started again with the next.

    Adapters are named when llama.cpp loads, so a new version means a new child: it is proved, then takes over, and
    the old one ends when its last request has. Safe to use from several threads.
    """

    def __init__(self, *, model: Path, objects: ObjectStore, settings: ModelSettings) -> None:
        self._model = model
        self._objects = objects
        self._settings = settings
        self._adapters: dict[str, Path] = {}
        self._serving: LlamaCppProcess | None = None
        self._in_use: dict[LlamaCppProcess, int] = {}
        self._state = threading.Lock()
        self._starting = threading.Lock()

    def deploy(self, version: ModelVersion) -> None:
        with self._starting:
            self._deploy(version)

    def chat(self, version: ModelVersion | None = None) -> LlamaCppChat:
        return LlamaCppChat(host=self, version=version, model=self._model.stem)

    def retire(self, version: ModelVersion) -> None:
        # Still loaded until the next start, but no request switches it on.
        self._adapters.pop(version.id, None)

    def close(self) -> None:
        with self._starting, self._state:
            for process in self._in_use:
                process.stop()
            self._in_use.clear()
            self._serving = None

    @contextmanager
    def process_for(self, version: ModelVersion | None) -> Iterator[LlamaCppProcess]:
        """A living child that has the version loaded; it is not stopped while it is in use here."""
        process = self._taken(version)
        try:
            yield process
        finally:
            with self._state:
                self._in_use[process] = self._in_use.get(process, 1) - 1
            self._stop_drained()

    def _taken(self, version: ModelVersion | None) -> LlamaCppProcess:
        while True:
            with self._state:
                process = self._serving
                if process is not None and process.is_alive and (version is None or version.id in process.adapters):
                    self._in_use[process] += 1
                    return process
            with self._starting:
                if self._is_served(version):
                    continue
                if version is None:
                    self._replace(self._started(self._adapters))
                else:
                    self._deploy(version)

    def _deploy(self, version: ModelVersion) -> None:
        if self._is_served(version):
            return
        adapters = {**self._adapters, version.id: self._adapter(version)}
        process = self._started(adapters)
        if not proof_that_active(process, version.id, PROBES):
            process.stop()
            raise BackendUnavailable(
                f"the adapter of model version {version.id} changes nothing when it is switched on",
                next="export it again: kingpost finetune",
            )
        self._adapters = adapters
        self._replace(process)

    def _is_served(self, version: ModelVersion | None) -> bool:
        process = self._serving
        return process is not None and process.is_alive and (version is None or version.id in process.adapters)

    def _adapter(self, version: ModelVersion) -> Path:
        path = self._objects.local_path(version.adapter_key)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != version.adapter_digest:
            raise BackendUnavailable(
                f"the adapter file of model version {version.id} is not the one that was registered",
                next="restore it from a backup, or train it again: kingpost finetune",
            )
        return path

    def _started(self, adapters: dict[str, Path]) -> LlamaCppProcess:
        process = LlamaCppProcess(self._model, adapters, self._settings)
        logger.info("llama.cpp serves", extra={"pid": process.pid, "adapters": list(adapters)})
        return process

    def _replace(self, process: LlamaCppProcess) -> None:
        with self._state:
            self._in_use[process] = 0
            self._serving = process
        self._stop_drained()

    def _stop_drained(self) -> None:
        with self._state:
            drained = [process for process, uses in self._in_use.items() if uses <= 0 and process is not self._serving]
            for process in drained:
                del self._in_use[process]
        for process in drained:
            process.stop()
