"""The model versions, and the one pointer that says which of them is live."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from kingpost.errors import Refused
from kingpost.finetuning.datasets import read_examples, trained_examples
from kingpost.ports import ObjectStore
from kingpost.records import LIVE, Pointer, Records
from kingpost.types.models import LiveModel, ModelVersion, Stage, TrainedQuestion

REFERENCE = "reference.json"
"""Beside a version's adapter: what it answers where it was trained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRegistry:
    """Knows all versions. A version is live when the pointer says so, whatever its record says."""

    records: Records
    objects: ObjectStore
    _live: dict[str, LiveModel] = field(default_factory=dict, init=False, repr=False)

    def register(self, version: ModelVersion) -> ModelVersion:
        """Keep a version; one that is known already stays as it is."""
        self.records.models.put_if(version.id, version, version=0)
        return self.get(version.id)

    def get(self, id: str) -> ModelVersion:
        """Raises ``NotFound``."""
        return _staged(self.records.models.get(id), self._pointer().target)

    def all(self) -> list[ModelVersion]:
        """Oldest first."""
        target = self._pointer().target
        versions = (_staged(version, target) for version in self.records.models.all())
        return sorted(versions, key=lambda version: (version.created_at, version.id))

    def set_stage(self, id: str, stage: Stage) -> ModelVersion:
        """Record where a version stands. Which one is live is the pointer's business: see ``promote``."""
        self.records.models.put(id, replace(self.records.models.get(id), stage=stage))
        return self.get(id)

    def live_model(self) -> LiveModel | None:
        """The live version with its questions, as the pointer says at this moment; None when there is none."""
        target = self._pointer().target
        if not target:
            return None
        live = self._live.get(target)
        if live is None:
            live = self.model_of(self.get(target))
            self._live.clear()
            self._live[target] = live
        return live

    def model_of(self, version: ModelVersion) -> LiveModel:
        """The version as it is, or would be, live: with the questions it was trained on, in their trained wording."""
        examples = trained_examples(read_examples(self.objects, self.records.datasets.get(version.dataset_id)))
        questions = {
            example.pair_id: TrainedQuestion(
                pair_id=example.pair_id, wording=example.question, answer=example.answer, evidence=example.evidence
            )
            for example in examples
        }
        return LiveModel(version=version, questions=questions)

    def reference(self, version: ModelVersion) -> list[Mapping[str, Any]]:
        """Questions with the answers and log-probabilities that the adapter gave where it was trained."""
        content = self.objects.get(f"{version.adapter_key.rpartition('/')[0]}/{REFERENCE}")
        reference: list[Mapping[str, Any]] = json.loads(content)
        return reference

    def promote(self, version: ModelVersion, *, by: str) -> ModelVersion:
        """Point to the version. Raises ``Refused`` when another process moved the pointer meanwhile."""
        stored, pointer = self._stored_pointer()
        if pointer.target != version.id:
            previous = (pointer.target, *pointer.previous) if pointer.target else pointer.previous
            self._point(version.id, previous, by=by, stored=stored)
            if pointer.target:
                self.set_stage(pointer.target, Stage.RETIRED)
            self.set_stage(version.id, Stage.LIVE)
        return self.get(version.id)

    def previous(self) -> ModelVersion | None:
        """The version that ``rollback`` would make live, or None: the base model alone."""
        pointer = self._pointer()
        return self.get(pointer.previous[0]) if pointer.previous else None

    def rollback(self, *, by: str) -> ModelVersion | None:
        """Point to the version that was live before, or to none. Raises ``Refused`` when none is live."""
        stored, pointer = self._stored_pointer()
        if not pointer.target:
            raise Refused("no fine-tuned version is live", next="see them all: kingpost models list")
        before = pointer.previous[0] if pointer.previous else ""
        self._point(before, pointer.previous[1:], by=by, stored=stored)
        self.set_stage(pointer.target, Stage.RETIRED)
        return self.set_stage(before, Stage.LIVE) if before else None

    def _pointer(self) -> Pointer:
        return self.records.pointers.find(LIVE) or Pointer(target="")

    def _stored_pointer(self) -> tuple[int, Pointer]:
        """The record's version first: if the pointer moves between the two reads, the conditional put fails."""
        stored = self.records.pointers.version(LIVE)
        return stored, self._pointer()

    def _point(self, target: str, previous: tuple[str, ...], *, by: str, stored: int) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        pointer = Pointer(target=target, previous=previous, changed_at=now, changed_by=by)
        if not self.records.pointers.put_if(LIVE, pointer, version=stored):
            raise Refused("another process has just changed the live version", next="see: kingpost models list")


def _staged(version: ModelVersion, target: str) -> ModelVersion:
    """With the stage that the pointer tells: a crash between pointer and record leaves the record behind."""
    if version.id == target:
        return replace(version, stage=Stage.LIVE)
    return replace(version, stage=Stage.RETIRED) if version.stage is Stage.LIVE else version
