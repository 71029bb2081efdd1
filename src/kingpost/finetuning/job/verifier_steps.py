"""A few steps of the verifier's training at a low rate, from what it has learnt already."""

from collections.abc import Callable, Sequence
from pathlib import Path

from tokenizers import Tokenizer

from kingpost.backends.local.pair_graph import encoder_weights
from kingpost.finetuning.job.pair_training import PairRecipe, PairTraining
from kingpost.finetuning.pair_sampling import Family

RECIPE = PairRecipe(rate=3e-4, head_rate=3e-4, epochs=2, per_family=8)
CHECKPOINT_STEPS = 10
"""A run that is stopped loses less than these."""


def train_further(
    families: Sequence[Family],
    *,
    encoder: Path,
    start: Path,
    target: Path,
    on_progress: Callable[[int, int], None],
) -> None:
    """Write ``target``, whole or not at all. The checkpoint lies beside it."""
    training = PairTraining(
        weights=encoder_weights(encoder / "model.onnx"),
        tokenizer=Tokenizer.from_file(str(encoder / "tokenizer.json")),
        recipe=RECIPE,
        checkpoint=target.with_suffix(".checkpoint"),
        checkpoint_steps=CHECKPOINT_STEPS,
        start=start,
        neighbours=[()] * len(families),
        on_progress=lambda step, steps, _: on_progress(step, steps),
    )
    model = training.train(families)
    partial = target.with_suffix(".partial")
    model.save(partial, {"families": str(len(families)), "recipe": str(RECIPE)})
    partial.replace(target)
