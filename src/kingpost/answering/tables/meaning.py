"""Remembers what words and headers mean, so that the headers of a document are embedded once for all questions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Embed = Callable[[list[str]], list[list[float]]]
"""Vectors of length 1 for texts."""
Vector = npt.NDArray[np.float32]
MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """Vectors of texts, each embedded once; starts anew when too many are remembered."""

    vectors: dict[str, Vector] = field(default_factory=dict)

    def cosines(self, texts: Sequence[str], names: Sequence[str], *, embed: Embed) -> list[list[float]]:
        """How near in meaning each of the names is to each of the texts; ``embed`` is asked for new ones only."""
        if not names:
            return [[] for _ in texts]
        vectors = np.stack(self._of((*texts, *names), embed))
        nearness: list[list[float]] = (vectors[: len(texts)] @ vectors[len(texts) :].T).tolist()
        return nearness

    def _of(self, texts: Sequence[str], embed: Embed) -> list[Vector]:
        known = {text: self.vectors[text] for text in texts if text in self.vectors}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known |= zip(new, np.asarray(embed(new), dtype=np.float32), strict=True)
            if len(self.vectors) > MOST_REMEMBERED:
                self.vectors.clear()
            self.vectors.update((text, known[text]) for text in new)
        return [known[text] for text in texts]


@lru_cache(maxsize=4)
def remembered(model: Embed) -> Remembered:
    """The memory of one embedding model, known by the method that embeds texts."""
    return Remembered()
