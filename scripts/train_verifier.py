"""Trains the verifier of question validation on families of questions and writes the part that ships.

Run: ``python scripts/train_verifier.py [--out FILE]``; about an hour on two cores. Stopped, it goes on where it was.
"""

import argparse
import random
import sys
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from kingpost.backends.local.model_cache import ModelCache
from kingpost.backends.local.pair_graph import encoder_weights
from kingpost.backends.local.verifier_model import adapter_file
from kingpost.finetuning.job.pair_model import PairModel
from kingpost.finetuning.job.pair_training import PairRecipe, PairTraining, logits
from kingpost.finetuning.pair_sampling import Family, read_families, split

ROOT = Path(__file__).parent.parent
FAMILIES = ROOT / "verifier" / "families"
FALSE_MATCHES = 0.02
RECIPE = PairRecipe()
SEED = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--families", type=Path, default=FAMILIES, help="folder with *.jsonl; verifier/ has the clusters too"
    )
    parser.add_argument("--out", type=Path, default=adapter_file())
    parser.add_argument("--start", type=Path, help="what an earlier run wrote, to go on from")
    parser.add_argument("--epochs", type=int, default=RECIPE.epochs)
    parser.add_argument("--per-family", type=int, default=RECIPE.per_family)
    parser.add_argument("--rank", type=int, default=RECIPE.rank)
    parser.add_argument("--rate", type=float, default=RECIPE.rate)
    parser.add_argument("--seed", type=int, default=RECIPE.seed)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    recipe = PairRecipe(
        rank=arguments.rank,
        rate=arguments.rate,
        epochs=arguments.epochs,
        per_family=arguments.per_family,
        seed=arguments.seed,
    )
    encoder = ModelCache().embeddings("all-MiniLM-L6-v2")
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    families, held_out = split(read_families(arguments.families))
    training = PairTraining(
        weights=encoder_weights(encoder / "model.onnx"),
        tokenizer=tokenizer,
        recipe=recipe,
        checkpoint=arguments.out.with_suffix(".checkpoint"),
        start=arguments.start,
        on_progress=Printed(),
    )
    model = training.train(families)
    model.save(arguments.out, {"families": str(len(families)), "recipe": str(recipe)})
    report(model, tokenizer, held_out)


class Printed:
    """Progress on standard error, once in a while."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._first = 0

    def __call__(self, step: int, steps: int, loss: float) -> None:
        self._first = self._first or step
        if step % 25 == 0 or step == steps:
            each = (time.monotonic() - self._started) / (step - self._first + 1)
            left = (steps - step) * each / 60
            print(f"step {step} of {steps}, loss {loss:.3f}, {left:.0f} min left", file=sys.stderr, flush=True)


def report(model: PairModel, tokenizer: Tokenizer, families: list[Family]) -> None:
    """Recall of rewordings at 2 % false matches on families held out, and false matches by kind of change."""
    generator = random.Random(SEED)
    same = [(family.known, wording) for family in families for wording in family.same]
    changed = [
        (generator.choice(family.wordings), question, kind)
        for family in families
        for kind, question in family.different
    ]
    recalled = logits(model, tokenizer, same)
    taken = logits(model, tokenizer, [(left, right) for left, right, _ in changed])
    threshold = float(np.quantile(taken, 1 - FALSE_MATCHES))
    print(f"held-out families {len(families)}: recall {(recalled > threshold).mean():.3f} at {FALSE_MATCHES:.0%}")
    kinds = np.array([kind for *_, kind in changed])
    for kind in sorted(set(kinds)):
        print(f"  {kind:12} {int((kinds == kind).sum()):5}  taken {(taken[kinds == kind] > threshold).mean():.3f}")


if __name__ == "__main__":
    main()
