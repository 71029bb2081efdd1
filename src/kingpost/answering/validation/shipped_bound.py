"""The bound as it ships, or a threshold that the settings fix: one for all known questions."""

from collections.abc import Callable
from dataclasses import dataclass

from kingpost.settings import ValidationSettings
from kingpost.types.questions import KnownQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedThreshold:
    """A threshold with its source and why it is so (see ``compared.Threshold``)."""

    value: float
    source: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedBound:
    """``of_bound`` gives the verifier's score at which at most that share of different questions was taken."""

    settings: ValidationSettings
    of_bound: Callable[[float], float]

    def threshold(self, pair: KnownQuestion | None = None) -> FixedThreshold:
        """The same for every pair."""
        if self.settings.threshold is not None:
            return FixedThreshold(value=self.settings.threshold, source="settings", why="set in validation.threshold")
        bound = self.settings.bound
        return FixedThreshold(
            value=self.of_bound(bound),
            source="shipped",
            why=f"at most {bound:.2%} of different questions reached it where the verifier was measured",
        )
