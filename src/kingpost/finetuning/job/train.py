"""The training loop: LoRA steps on packed examples until every answer is recalled exactly, resumable at any step."""

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict

from kingpost.errors import TrainingFailed
from kingpost.finetuning.job import checkpoint
from kingpost.finetuning.job.packing import Example
from kingpost.finetuning.job.passes import Passes
from kingpost.finetuning.recipe import Recipe
from kingpost.types.models import TrainingProgress

LEAST_STEPS = 8
"""Of an epoch, by smaller batches where there are few examples: so many epochs teach nothing in few steps."""
WORTH_CHECKING = 0.9
"""Share of an epoch's examples that were exact when trained on, from which a full check is worth its time."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How training ended. ``exact`` and ``settled`` are shares of the examples (see ``Recipe``)."""

    step: int
    epochs: float
    seconds: float
    loss: float
    interrupted: bool = False
    exact: float = 0.0
    settled: float = 0.0


@dataclass(kw_only=True)
class Training:
    """One run over ``examples``. The same seed, examples and machine give the same adapter, interrupted or not."""

    model: Any
    examples: Sequence[Example]
    recipe: Recipe
    directory: Path
    workers: int
    on_progress: Callable[[TrainingProgress], None]
    stop_asked: Callable[[], bool]

    def train(self) -> Outcome:
        """Train to the end, or to the next step after ``stop_asked`` turns true; then a checkpoint is kept."""
        self._prepare()
        settled = 0.0
        while self.step < self.steps and settled < 1.0:
            begun = time.monotonic()
            self._take_step()
            if self.step % self.steps_per_epoch == 0 and self._worth_checking():
                _, settled = self._recall()
            self._seconds += time.monotonic() - begun
            self._report()
            stopping = self.stop_asked()
            if stopping or self.step % self.recipe.checkpoint_steps == 0:
                self._save()
            if stopping:
                return replace(self._outcome(), interrupted=True)
        exact, settled = (1.0, 1.0) if settled == 1.0 else self._recall()
        return replace(self._outcome(), exact=exact, settled=settled)

    def _outcome(self) -> Outcome:
        epochs = self.step / self.steps_per_epoch
        return Outcome(step=self.step, epochs=epochs, seconds=self._seconds, loss=self._loss)

    def _prepare(self) -> None:
        full = -(-len(self.examples) // self.recipe.batch_size)
        self.steps_per_epoch = max(full, min(LEAST_STEPS, len(self.examples)))
        self.steps = self.steps_per_epoch * self.recipe.epochs
        self.step = self._exact_in_epoch = 0
        self._seconds = self._loss = 0.0
        self._passes = Passes(self.model, self.workers)
        self._optimizer = torch.optim.AdamW(self._passes.trained, lr=self.recipe.learning_rate, weight_decay=0.0)
        self._schedule_rate()
        kept = checkpoint.load(self.directory)
        if kept is not None:
            self.step, self._seconds = kept.step, kept.seconds
            self._exact_in_epoch = kept.exact_in_epoch
            set_peft_model_state_dict(self.model, kept.adapter)
            self._optimizer.load_state_dict(kept.optimizer)
        message = "training starts" if kept is None else f"training goes on from its checkpoint at step {self.step}"
        self._report(message)

    def _take_step(self) -> None:
        epoch, index = divmod(self.step, self.steps_per_epoch)
        if index == 0:
            self._exact_in_epoch = 0
        self._schedule_rate()
        batch = self._order(epoch)[index :: self.steps_per_epoch]
        self._loss, leads = self._passes.train(batch)
        if not math.isfinite(self._loss):
            raise TrainingFailed(f"the loss is {self._loss} at step {self.step}", next="train with another seed")
        torch.nn.utils.clip_grad_norm_(self._passes.trained, 1.0)
        self._optimizer.step()
        self._exact_in_epoch += int((leads > 0).sum())
        self.step += 1

    def _recall(self) -> tuple[float, float]:
        """Shares of all examples that are exact, and that are so by the recipe's margin."""
        leads = self._passes.leads(self.examples)
        return (leads > 0).float().mean().item(), (leads >= self.recipe.margin).float().mean().item()

    def _order(self, epoch: int) -> list[Example]:
        order = list(self.examples)
        random.Random(f"{self.recipe.seed}:{epoch}").shuffle(order)
        return order

    def _schedule_rate(self) -> None:
        """Linearly down to a tenth."""
        left = 1 - 0.9 * self.step / self.steps
        for group in self._optimizer.param_groups:
            group["lr"] = self.recipe.learning_rate * left

    def _worth_checking(self) -> bool:
        epoch = self.step // self.steps_per_epoch
        return epoch >= self.recipe.minimum_epochs and self._exact_in_epoch >= WORTH_CHECKING * len(self.examples)

    def _save(self) -> None:
        kept = checkpoint.Checkpoint(
            step=self.step,
            seconds=self._seconds,
            exact_in_epoch=self._exact_in_epoch,
            adapter=get_peft_model_state_dict(self.model),
            optimizer=self._optimizer.state_dict(),
        )
        checkpoint.save(self.directory, kept)

    def _report(self, message: str = "") -> None:
        seconds_per_step = self._seconds / max(1, self.step)
        self.on_progress(
            TrainingProgress(
                step=self.step,
                steps=self.steps,
                loss=self._loss,
                epoch=self.step / self.steps_per_epoch,
                seconds_left=(self.steps - self.step) * seconds_per_step,
                message=message,
            )
        )


def with_adapter(model: Any, recipe: Recipe) -> Any:
    """The model with a fresh LoRA adapter on all its linear layers, seeded."""
    torch.manual_seed(recipe.seed)
    config = LoraConfig(
        r=recipe.rank, lora_alpha=recipe.alpha, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    return get_peft_model(model, config)
