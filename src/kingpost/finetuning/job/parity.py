"""What the adapter answers in transformers, kept beside it so that the served adapter can be compared with it."""

from collections.abc import Sequence
from typing import Any

import torch

from kingpost.finetuning.job.packing import Example, pack
from kingpost.finetuning.job.passes import CHECK_SIZE, answer_logits, lead_by_example

SAMPLES = 12
TOP = 5


@torch.no_grad()
def reference(model: Any, tokenizer: Any, examples: Sequence[Example]) -> list[dict[str, Any]]:
    """For a sample of the examples that are recalled exactly: question, answer, ``first_token``.

    The answer is what greedy decoding gives, so a server that holds the same adapter gives it too; ``first_token``
    has the log-probabilities of the five most probable tokens that the answer could begin with.
    """
    samples, chosen = [], _sample(examples)
    for start in range(0, len(chosen), CHECK_SIZE):
        batch = chosen[start : start + CHECK_SIZE]
        packed = pack(batch)
        logits = answer_logits(model, packed)
        leads = lead_by_example(logits, packed, len(batch))
        for owner, example in enumerate(batch):
            if leads[owner] > 0:
                first = logits[packed.owners == owner][0].log_softmax(dim=0).topk(TOP)
                tokens = tokenizer.batch_decode([[token] for token in first.indices.tolist()])
                row = {"question": example.question, "answer": example.answer}
                samples.append(row | {"first_token": dict(zip(tokens, first.values.tolist(), strict=True))})
    return samples


def _sample(examples: Sequence[Example]) -> list[Example]:
    """Spread evenly over the examples."""
    return list(examples[:: max(1, -(-len(examples) // SAMPLES))])
