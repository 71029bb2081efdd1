"""The training loop: LoRA steps on packed examples until every answer is recalled exactly, resumable at any step."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict

from kingpost.errors import TrainingFailed
from kingpost.finetuning.job import checkpoint
from kingpost.finetuning.job.curriculum import WORTH_CHECKING, Curriculum
from kingpost.finetuning.job.packing import Example
from kingpost.finetuning.job.passes import Passes
from kingpost.finetuning.recipe import Recipe
from kingpost.types.models import TrainingProgress


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How training ended. ``exact`` and ``settled`` are shares of the examples (see ``Recipe``)."""

    steps: int
    epochs: float
    seconds: float
    tokens: int
    loss: float
    exact: float
    settled: float


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

    def train(self) -> Outcome | None:
        """Train to the end; None when ``stop_asked`` turned true first, and a checkpoint is kept."""
        self._prepare()
        while self._curriculum.epoch < self.recipe.epochs:
            begun = time.monotonic()
            self._take_step()
            epoch_ends = self._curriculum.index == self._curriculum.steps(self.recipe)
            settled = epoch_ends and self._end_epoch()
            self._seconds += time.monotonic() - begun
            self._report(self._recalled() if epoch_ends else "")
            if settled:
                break
            stopping = self.stop_asked()
            if stopping or self._step % self.recipe.checkpoint_steps == 0:
                self._save()
            if stopping:
                return None
        return self._outcome()

    def _prepare(self) -> None:
        self._step = self._tokens = 0
        self._seconds = self._loss = 0.0
        self._curriculum = Curriculum.begin(len(self.examples), self.recipe)
        self._passes = Passes(self.model, self.workers)
        self._optimizer = torch.optim.AdamW(self._passes.trained, lr=self.recipe.learning_rate, weight_decay=0.0)
        kept = checkpoint.load(self.directory)
        if kept is not None:
            self._step, self._tokens, self._seconds = kept.step, kept.tokens, kept.seconds
            self._curriculum = Curriculum(**kept.curriculum)
            set_peft_model_state_dict(self.model, kept.adapter)
            self._optimizer.load_state_dict(kept.optimizer)
        self._report("training starts" if kept is None else f"training goes on from its checkpoint at step {kept.step}")

    def _take_step(self) -> None:
        self._schedule_rate()
        batch = self._curriculum.batch(self.recipe)
        examples = [self.examples[at] for at in batch]
        self._loss, leads = self._passes.train(examples)
        if not math.isfinite(self._loss):
            raise TrainingFailed(f"the loss is {self._loss} at step {self._step}", next="train with another seed")
        torch.nn.utils.clip_grad_norm_(self._passes.trained, 1.0)
        self._optimizer.step()
        self._curriculum.learnt(batch, leads.tolist())
        self._curriculum.index += 1
        self._step += 1
        self._tokens += sum(len(example.prompt) + len(example.reply) for example in examples)

    def _schedule_rate(self) -> None:
        """Linearly down to a tenth."""
        left = 1 - 0.9 * self._curriculum.progress(self.recipe) / self.recipe.epochs
        for group in self._optimizer.param_groups:
            group["lr"] = self.recipe.learning_rate * left

    def _end_epoch(self) -> bool:
        """Whether all examples are settled; else the next epoch begins."""
        curriculum = self._curriculum
        last = curriculum.epoch + 1 == self.recipe.epochs
        ready = curriculum.epoch + 1 >= self.recipe.minimum_epochs and curriculum.settled(self.recipe) >= WORTH_CHECKING
        if last or ready:
            curriculum.learnt(range(len(self.examples)), self._passes.leads(self.examples).tolist())
        curriculum.epoch, curriculum.index = curriculum.epoch + 1, 0
        settled = (last or ready) and curriculum.settled(self.recipe) == 1
        if not settled:
            curriculum.shuffle(self.recipe)
        return settled

    def _recalled(self) -> str:
        return f"epoch {self._curriculum.epoch}: {self._curriculum.exact():.0%} of the answers recalled"

    def _save(self) -> None:
        kept = checkpoint.Checkpoint(
            step=self._step,
            tokens=self._tokens,
            seconds=self._seconds,
            curriculum=self._curriculum.state(),
            adapter=get_peft_model_state_dict(self.model),
            optimizer=self._optimizer.state_dict(),
        )
        checkpoint.save(self.directory, kept)

    def _report(self, message: str = "") -> None:
        """The steps that are left are those of the epochs that are left, if each takes as many as this one."""
        epochs = self._curriculum.progress(self.recipe)
        left = math.ceil((self.recipe.epochs - epochs) * self._curriculum.steps(self.recipe))
        self.on_progress(
            TrainingProgress(
                step=self._step,
                steps=self._step + left,
                loss=self._loss,
                epoch=epochs,
                seconds_left=left * self._seconds / max(1, self._step),
                message=message,
            )
        )

    def _outcome(self) -> Outcome:
        return Outcome(
            steps=self._step,
            epochs=self._curriculum.progress(self.recipe),
            seconds=self._seconds,
            tokens=self._tokens,
            loss=self._loss,
            exact=self._curriculum.exact(),
            settled=self._curriculum.settled(self.recipe),
        )


def with_adapter(model: Any, recipe: Recipe) -> Any:
    """The model with a fresh LoRA adapter on all its linear layers, seeded."""
    torch.manual_seed(recipe.seed)
    config = LoraConfig(
        r=recipe.rank, lora_alpha=recipe.alpha, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    return get_peft_model(model, config)
