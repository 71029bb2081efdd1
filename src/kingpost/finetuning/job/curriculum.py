"""Which examples each step trains on: all of them at first, later those that are not yet sure."""

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from kingpost.finetuning.recipe import Recipe

LEAST_STEPS = 8
"""Of an epoch, by smaller batches where there are few examples: so many epochs teach nothing in few steps."""
SURE_NATS = 2.0
"""An example that leads by so much when it is trained on is left out until a check finds it weaker."""
WORTH_CHECKING = 0.9
"""Share of settled examples from which checking all of them is worth its time."""


@dataclass(kw_only=True)
class Curriculum:
    """Where training stands. ``leads`` has, per example, how sure it was when last looked at (see ``Recipe.margin``).

    The same recipe and leads give the same batches, so a run that was interrupted goes on as it would have.
    """

    count: int
    epoch: int = 0
    index: int = 0
    order: list[int] = field(default_factory=list)
    leads: list[float] = field(default_factory=list)

    @classmethod
    def begin(cls, count: int, recipe: Recipe) -> Self:
        """At the first step of the first epoch."""
        curriculum = cls(count=count, leads=[float("-inf")] * count)
        curriculum.shuffle(recipe)
        return curriculum

    def state(self) -> dict[str, Any]:
        """All that ``Curriculum(**state)`` needs to go on."""
        return asdict(self)

    def shuffle(self, recipe: Recipe) -> None:
        """Draw the order of the epoch that begins."""
        everything = self.epoch < recipe.minimum_epochs
        self.index = 0
        self.order = [at for at, lead in enumerate(self.leads) if everything or lead < SURE_NATS]
        random.Random(f"{recipe.seed}:{self.epoch}").shuffle(self.order)

    def steps(self, recipe: Recipe) -> int:
        """Of this epoch."""
        full = -(-len(self.order) // recipe.batch_size)
        return max(full, min(LEAST_STEPS, len(self.order)))

    def batch(self, recipe: Recipe) -> list[int]:
        """Positions of the examples of the next step."""
        return self.order[self.index :: self.steps(recipe)]

    def learnt(self, batch: Sequence[int], leads: Sequence[float]) -> None:
        """Note how sure the examples of a step, or of a check, were."""
        for at, lead in zip(batch, leads, strict=True):
            self.leads[at] = lead

    def progress(self, recipe: Recipe) -> float:
        """Epochs done, with the part of this one."""
        return self.epoch + self.index / max(1, self.steps(recipe))

    def settled(self, recipe: Recipe) -> float:
        """Share of the examples that led by the margin when last looked at."""
        return sum(lead >= recipe.margin for lead in self.leads) / self.count

    def exact(self) -> float:
        """Share of the examples that were exact when last looked at."""
        return sum(lead > 0 for lead in self.leads) / self.count
