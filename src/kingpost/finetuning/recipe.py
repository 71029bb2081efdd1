"""The recipes: how a model is trained, as plain numbers that travel to the job and name its result by their digest."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace

from kingpost.errors import UsageError
from kingpost.settings import FinetuningSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """LoRA on all linear layers, loss on the answers only.

    The learning rate falls linearly to a tenth over ``epochs``. Training ends earlier when, after
    ``minimum_epochs``, every token of every training answer leads its runner-up by ``margin`` nats under
    teacher forcing: greedy decoding then gives exactly the trained answers, with room for the served
    model's quantisation.
    """

    name: str
    rank: int
    alpha: int
    learning_rate: float
    batch_size: int
    epochs: int
    minimum_epochs: int
    margin: float
    seed: int
    checkpoint_steps: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


CPU = Recipe(
    name="cpu",
    rank=64,
    alpha=128,
    learning_rate=1.5e-3,
    batch_size=8,
    epochs=30,
    minimum_epochs=3,
    margin=0.5,
    seed=7,
    checkpoint_steps=25,
)
"""SmolLM2-135M on two cores: 200 table facts take about 12 epochs, two dozen pairs a few minutes."""
RECIPES = {CPU.name: CPU}


def recipe_named(name: str, settings: FinetuningSettings) -> Recipe:
    """The recipe with the settings' seed and, where set, epochs. Raises ``UsageError`` for an unknown name."""
    if name not in RECIPES:
        raise UsageError(f"there is no recipe {name!r}", next=f"choose one of: {', '.join(sorted(RECIPES))}")
    recipe = replace(RECIPES[name], seed=settings.seed)
    return recipe if settings.epochs is None else replace(recipe, epochs=settings.epochs)
