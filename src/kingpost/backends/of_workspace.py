"""The backends of one workspace, as its settings name them; each is made on first use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kingpost import ports
from kingpost.backends import load
from kingpost.backends.local.workspace import Workspace
from kingpost.errors import BackendUnavailable
from kingpost.records import Records
from kingpost.settings import ModelSettings, Settings

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from kingpost.backends.local.model_cache import ModelCache

PairScorer = Callable[[Sequence[tuple[str, str]]], Sequence[float]]
"""Pairs of questions -> a logit each."""


@dataclass
class Backends:
    """What the rooms are given. No room is known here."""

    workspace: Workspace
    settings: Settings

    @cached_property
    def objects(self) -> ports.ObjectStore:
        backend: ports.ObjectStore = load("objects", self.settings.backends.objects)(self.workspace.objects)
        return backend

    @cached_property
    def record_store(self) -> ports.RecordStore:
        backend: ports.RecordStore = load("records", self.settings.backends.records)(self.workspace.database)
        return backend

    @cached_property
    def records(self) -> Records:
        return Records(self.record_store)

    @cached_property
    def index(self) -> ports.SearchIndex:
        backend: ports.SearchIndex = load("index", self.settings.backends.index)(
            database=self.workspace.database,
            directory=self.workspace.index / self.settings.fingerprint(),
            language=self.settings.documents.language,
        )
        return backend

    @cached_property
    def model_cache(self) -> "ModelCache":
        from kingpost.backends.local.model_cache import ModelCache

        return ModelCache()

    @cached_property
    def embeddings(self) -> "Embeddings":
        backend: Embeddings = load("embeddings", self.settings.backends.embeddings)(
            self.model_cache.embeddings(self.settings.models.embeddings)
        )
        return backend

    @cached_property
    def verifier_body(self) -> Path:
        """The folder of the encoder that verifiers are made of, whatever encoder the workspace embeds with."""
        from kingpost.backends.local.verifier_model import BODY

        return self.model_cache.embeddings(BODY)

    def pair_scorer_of(self, adapter: Path | None, *, into: Path | None = None) -> "PairScorer":
        """The verifier with this trained part, else with the one that ships; its model file is made on first use.

        ``into`` is the folder where that file lies, else the one of the models.
        """
        from kingpost.backends.local.verifier_model import verifier_model

        backend: PairScorer = load("pair_scorer", "onnx")(verifier_model(self.verifier_body, adapter, into=into))
        return backend

    def whole_file(self, key: str, digest: str) -> Path:
        """The file of an object whose sha256 was kept. Raises ``NotFound``, ``BackendUnavailable`` when it differs."""
        from kingpost.backends.local.file_digests import file_digest

        path = self.objects.local_path(key)
        if file_digest(path) != digest:
            raise BackendUnavailable(f"the object {key} is not what was stored", next="restore it from a backup")
        return path

    @cached_property
    def host(self) -> ports.ModelHost:
        return self._host(self.settings.models)

    def _host(self, settings: ModelSettings) -> ports.ModelHost:
        backend: ports.ModelHost = load("host", self.settings.backends.host)(
            model=self.model_cache.chat(settings.chat), objects=self.objects, settings=settings
        )
        return backend

    @cached_property
    def trainer(self) -> ports.Trainer:
        backend: ports.Trainer = load("trainer", self.settings.backends.trainer)(
            objects=self.objects,
            directory=self.workspace.jobs,
            model=self.model_cache.chat(self.settings.models.chat),
        )
        return backend
