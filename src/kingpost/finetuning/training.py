"""Has a dataset trained and registers what comes of it: a candidate model version."""

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from kingpost.finetuning.datasets import LATEST, DatasetBuilder
from kingpost.finetuning.recipe import Recipe, recipe_named
from kingpost.finetuning.registry import ModelRegistry
from kingpost.language import prompts
from kingpost.ports import Trainer
from kingpost.settings import FinetuningSettings
from kingpost.types.models import Dataset, ModelVersion, TrainingProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class FineTuner:
    """Trains one dataset at a time in a workspace."""

    trainer: Trainer
    registry: ModelRegistry
    datasets: DatasetBuilder
    settings: FinetuningSettings
    base: str
    lock: Callable[[str], AbstractContextManager[None]]

    def fine_tune(
        self,
        dataset_id: str = LATEST,
        *,
        recipe: str | None = None,
        on_progress: Callable[[TrainingProgress], None] = lambda progress: None,
    ) -> ModelVersion:
        """Train a candidate. The same call goes on with a job that was stopped, and finds one that was finished.

        Raises ``NotFound``, ``UsageError`` (unknown recipe), ``MissingExtra``, ``TrainingFailed``, ``Locked``.
        """
        with self.lock("finetuning"):
            dataset = self.datasets.get(dataset_id)
            chosen = recipe_named(recipe or self.settings.recipe, self.settings)
            job_id = self._job_id(dataset, chosen)
            manifest = self.trainer.train(
                job_id=job_id,
                dataset_key=dataset.object_key,
                output_prefix=f"adapters/{job_id}",
                recipe=asdict(chosen),
                on_progress=on_progress,
            )
            return self.registry.register(self._version(job_id, dataset, chosen, manifest))

    def _job_id(self, dataset: Dataset, recipe: Recipe) -> str:
        """Named by all that decides its result."""
        parts = [dataset.digest, recipe.digest, self.base, prompts.VERSION]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]

    def _version(self, job_id: str, dataset: Dataset, recipe: Recipe, manifest: Mapping[str, Any]) -> ModelVersion:
        return ModelVersion(
            id=f"m-{job_id}",
            base=self.base,
            base_digest=manifest["base_digest"],
            dataset_id=dataset.id,
            dataset_digest=dataset.digest,
            recipe=recipe.name,
            recipe_digest=recipe.digest,
            adapter_key=manifest["adapter_key"],
            adapter_digest=manifest["adapter_digest"],
            created_at=datetime.now(UTC).isoformat(timespec="microseconds"),
            metrics=manifest["metrics"],
        )
