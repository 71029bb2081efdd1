"""A job from end to end: base model and examples in; adapter, reference answers and, last, the manifest out."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peft import get_peft_model_state_dict

from kingpost.errors import TrainingFailed
from kingpost.finetuning.job import ADAPTER, MANIFEST, REFERENCE, adapter_gguf, base_model, parity
from kingpost.finetuning.job.packing import Example, read_examples
from kingpost.finetuning.job.train import Outcome, Training, with_adapter
from kingpost.finetuning.recipe import Recipe
from kingpost.types.models import TrainingProgress

WORKERS_AT_MOST = 4
"""A worker needs an example of each batch."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One training job."""

    dataset: Path
    base: Path
    output: Path
    recipe: Recipe
    on_progress: Callable[[TrainingProgress], None]
    stop_asked: Callable[[], bool]

    def finish(self) -> bool:
        """Train and write what was made. False when it was asked to stop first; raises ``TrainingFailed``."""
        base = base_model.read(self.base)
        examples = [row for row in read_examples(self.dataset, base.tokenizer) if row.split == "train"]
        if not examples:
            raise TrainingFailed(f"{self.dataset.name} holds no example to train on", next="kingpost dataset build")
        model = with_adapter(base.model, self.recipe)
        training = Training(
            model=model,
            examples=examples,
            recipe=self.recipe,
            directory=self.output,
            workers=min(os.cpu_count() or 1, WORKERS_AT_MOST),
            on_progress=self.on_progress,
            stop_asked=self.stop_asked,
        )
        outcome = training.train()
        if outcome is None:
            return False
        adapter_gguf.write(
            self.output / ADAPTER,
            get_peft_model_state_dict(model),
            alpha=self.recipe.alpha,
            heads=base.heads,
            key_value_heads=base.key_value_heads,
        )
        write_json(self.output / REFERENCE, parity.reference(model, base.tokenizer, examples))
        write_json(self.output / MANIFEST, self._manifest(outcome, examples))
        return True

    def _manifest(self, outcome: Outcome, examples: list[Example]) -> dict[str, Any]:
        return {
            "adapter_digest": digest_of(self.output / ADAPTER),
            "base_digest": digest_of(self.base),
            "metrics": {
                "exact": outcome.exact,
                "settled": outcome.settled,
                "examples": float(len(examples)),
                "steps": float(outcome.steps),
                "epochs": outcome.epochs,
                "loss": outcome.loss,
                "seconds": outcome.seconds,
                "tokens_per_second": outcome.tokens / outcome.seconds,
            },
        }


def digest_of(path: Path) -> str:
    """sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(path: Path, content: Any) -> None:
    """All or nothing."""
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
    temporary.replace(path)
