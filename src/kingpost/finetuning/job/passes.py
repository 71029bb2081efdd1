"""Passes through the model over packs of examples, side by side on workers of one thread each."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch

from kingpost.finetuning.job.packing import Example, Pack, pack

CHECK_SIZE = 8


class Passes:
    """Training and checking passes over examples.

    The kernels of each worker run on one thread (``OMP_NUM_THREADS`` is 1 in the job): on a machine that does other
    things too, kernels on several threads wait for the slowest of them thousands of times a step.
    Results do not depend on how many workers there are, but for the order of floating-point sums.
    """

    def __init__(self, model: Any, workers: int) -> None:
        self._model = model
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers)
        self.trained = [weight for weight in model.parameters() if weight.requires_grad]

    def train(self, batch: Sequence[Example]) -> tuple[float, torch.Tensor]:
        """Leave the gradients of the mean loss of the batch's answer tokens; gives that loss and the leads."""
        size = -(-len(batch) // self._workers)
        parts = [batch[start : start + size] for start in range(0, len(batch), size)]
        tokens = sum(len(example.reply) for example in batch)
        results = list(self._pool.map(lambda part: self._gradients(part, tokens), parts))
        for weight, *gradients in zip(self.trained, *(gradients for _, _, gradients in results), strict=True):
            weight.grad = sum(gradients[1:], start=gradients[0])
        return sum(loss for loss, _, _ in results), torch.cat([leads for _, leads, _ in results])

    def leads(self, examples: Sequence[Example]) -> torch.Tensor:
        """Of every example (see ``lead_by_example``), without gradients."""
        parts = [examples[start : start + CHECK_SIZE] for start in range(0, len(examples), CHECK_SIZE)]
        return torch.cat(list(self._pool.map(self._leads, parts)))

    def _gradients(self, part: Sequence[Example], tokens: int) -> tuple[float, torch.Tensor, tuple[torch.Tensor, ...]]:
        packed = pack(part)
        logits = answer_logits(self._model, packed)
        loss = torch.nn.functional.cross_entropy(logits, packed.targets, reduction="sum") / tokens
        gradients = torch.autograd.grad(loss, self.trained)
        return loss.item(), lead_by_example(logits.detach(), packed, len(part)), gradients

    @torch.no_grad()
    def _leads(self, part: Sequence[Example]) -> torch.Tensor:
        packed = pack(part)
        return lead_by_example(answer_logits(self._model, packed), packed, len(part))


def answer_logits(model: Any, packed: Pack) -> torch.Tensor:
    """Logits at the positions that predict answer tokens, and nowhere else: the vocabulary is the costly part."""
    language_model = model.get_base_model()
    hidden = language_model.model(
        input_ids=packed.tokens, position_ids=packed.positions, attention_mask=packed.mask, use_cache=False
    ).last_hidden_state
    logits: torch.Tensor = language_model.lm_head(hidden[0, packed.at])
    return logits


def lead_by_example(logits: torch.Tensor, packed: Pack, examples: int) -> torch.Tensor:
    """Per example, how far (nats) its worst answer token leads the best other token; above 0: recalled exactly."""
    wanted = logits.gather(1, packed.targets[:, None])[:, 0]
    others = logits.scatter(1, packed.targets[:, None], float("-inf")).amax(dim=1)
    return torch.full((examples,), float("inf")).scatter_reduce(0, packed.owners, wanted - others, "amin")
