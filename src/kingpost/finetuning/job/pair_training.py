"""Trains the verifier's cross-encoder on pairs of questions; a run that was stopped goes on where it was."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

from kingpost.backends.local.verifier_model import LONGEST_TOKENS
from kingpost.finetuning.job.pair_model import PairModel, batch_of
from kingpost.finetuning.pair_sampling import Family, LabelledPair, sample

BUCKET = 20
"""Batches whose pairs are sorted by length together: little padding, and still well mixed."""
SMOOTHING = 0.02
"""Labels are this far from 0 and 1: a few of them are wrong."""
WARM_UP = 0.06
LEAST_RATE = 0.02
CHECKPOINT_STEPS = 250
NEIGHBOURS = 6
TOO_NEAR = 0.93
"""Cosine from which two families may ask the same, so that neither is a near miss of the other."""

Progress = Callable[[int, int, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRecipe:
    """How the cross-encoder is trained. ``rate`` is of LoRA, norms and segments, ``head_rate`` of the head."""

    rank: int = 16
    rate: float = 1.2e-3
    head_rate: float = 1.2e-3
    batch: int = 32
    epochs: int = 2
    per_family: int = 12
    seed: int = 1


@dataclass(kw_only=True)
class PairTraining:
    """One training run. ``checkpoint`` holds model, optimiser and step; a run that finds it goes on from there."""

    weights: Mapping[str, np.ndarray[Any, Any]]
    tokenizer: Tokenizer
    recipe: PairRecipe
    checkpoint: Path
    start: Path | None = None
    """What an earlier run has trained, to go on from; else from the encoder itself."""
    neighbours: Sequence[Sequence[int]] | None = None
    """For each family the numbers of others that ask something else; unset: found by the body's own embeddings."""
    checkpoint_steps: int = CHECKPOINT_STEPS
    on_progress: Progress = lambda step, steps, loss: None

    def train(self, families: Sequence[Family], extra: Sequence[LabelledPair] = ()) -> PairModel:
        """Train on the families, and on ``extra`` pairs once an epoch."""
        recipe = self.recipe
        torch.manual_seed(recipe.seed)
        generator = random.Random(recipe.seed)
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(LONGEST_TOKENS)
        model = PairModel(self.weights, rank=recipe.rank)
        near = self._neighbours(families, model) if self.neighbours is None else self.neighbours
        if self.start is not None:
            model.load(self.start)
        batches = []
        for _ in range(recipe.epochs):
            pairs = sample(families, near, generator, per_family=recipe.per_family) + list(extra)
            generator.shuffle(pairs)
            batches += self._batches(pairs, generator)
        self._run(model, batches)
        return model

    def _run(self, model: PairModel, batches: Sequence[tuple[list[Any], list[int]]]) -> None:
        optimiser, schedule = self._optimiser(model, len(batches))
        done, running = self._resume(model, optimiser, schedule), 0.7
        model.train()
        for step, (encodings, labels) in enumerate(batches[done:], start=done + 1):
            wanted = torch.tensor(labels, dtype=torch.float32) * (1 - 2 * SMOOTHING) + SMOOTHING
            loss = nn.functional.binary_cross_entropy_with_logits(model(*batch_of(encodings)), wanted)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            running = 0.98 * running + 0.02 * loss.item()
            if step % self.checkpoint_steps == 0:
                self._keep(step, model, optimiser, schedule)
            self.on_progress(step, len(batches), running)
        self.checkpoint.unlink(missing_ok=True)

    def _batches(self, pairs: Sequence[LabelledPair], generator: random.Random) -> list[tuple[list[Any], list[int]]]:
        size = self.recipe.batch
        encodings = self.tokenizer.encode_batch([(pair.first, pair.second) for pair in pairs])
        batches = []
        for start in range(0, len(pairs), size * BUCKET):
            bucket = range(start, min(start + size * BUCKET, len(pairs)))
            by_length = sorted(bucket, key=lambda number: len(encodings[number].ids))
            cut = [by_length[at : at + size] for at in range(0, len(by_length), size)]
            generator.shuffle(cut)
            batches += [([encodings[n] for n in numbers], [pairs[n].label for n in numbers]) for numbers in cut]
        return batches

    def _optimiser(self, model: PairModel, steps: int) -> tuple[Any, Any]:
        recipe = self.recipe
        named = [(name, value) for name, value in model.named_parameters() if value.requires_grad]
        groups = [
            {"params": [value for name, value in named if name.startswith("head")], "lr": recipe.head_rate},
            {"params": [value for name, value in named if not name.startswith("head")], "lr": recipe.rate},
        ]
        optimiser = torch.optim.AdamW(groups, weight_decay=0.01)

        def share(step: int) -> float:
            return min((step + 1) / (WARM_UP * steps + 1), max(LEAST_RATE, (steps - step) / steps))

        return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, share)

    def _keep(self, step: int, model: PairModel, optimiser: Any, schedule: Any) -> None:
        state = {"step": step, "optimiser": optimiser.state_dict(), "schedule": schedule.state_dict()}
        state["model"] = {name: value for name, value in model.named_parameters() if value.requires_grad}
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)

    def _resume(self, model: PairModel, optimiser: Any, schedule: Any) -> int:
        if not self.checkpoint.is_file():
            return 0
        state = torch.load(self.checkpoint)
        model.load_state_dict(state["model"], strict=False)
        optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        step: int = state["step"]
        return step

    def _neighbours(self, families: Sequence[Family], model: PairModel) -> list[list[int]]:
        """For each family those nearest in meaning that are not likely to ask the same."""
        vectors = self._vectors([family.known for family in families], model)
        cosines = vectors @ vectors.T
        cosines.fill_diagonal_(-1)
        found = cosines.topk(min(NEIGHBOURS, len(families)), dim=1)
        return [
            [number for number, cosine in zip(numbers, near, strict=True) if -1 < cosine < TOO_NEAR]
            for numbers, near in zip(found.indices.tolist(), found.values.tolist(), strict=True)
        ]

    @torch.no_grad()
    def _vectors(self, texts: Sequence[str], model: PairModel) -> torch.Tensor:
        """Sentence embeddings by the body before it is trained."""
        model.eval()
        rows = []
        for start in range(0, len(texts), 64):
            ids, _, mask, _ = batch_of(self.tokenizer.encode_batch(list(texts[start : start + 64])))
            states = model.body(input_ids=ids, attention_mask=mask).last_hidden_state
            rows.append(nn.functional.normalize((states * mask.unsqueeze(-1)).sum(1), dim=-1))
        return torch.cat(rows) if rows else torch.zeros(0, 1)


@torch.no_grad()
def logits(model: PairModel, tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]) -> np.ndarray[Any, Any]:
    """Mean logit of both orders of each pair."""
    model.eval()
    encodings = tokenizer.encode_batch([*pairs, *((second, first) for first, second in pairs)])
    by_length = sorted(range(len(encodings)), key=lambda number: len(encodings[number].ids))
    scores = np.zeros(len(encodings))
    for start in range(0, len(by_length), 32):
        numbers = by_length[start : start + 32]
        scores[numbers] = model(*batch_of([encodings[number] for number in numbers])).numpy()
    both: np.ndarray[Any, Any] = (scores[: len(pairs)] + scores[len(pairs) :]) / 2
    return both
