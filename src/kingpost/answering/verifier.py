"""The verifier: how likely two questions that agree in their slots are the same, from features of their meaning.

Every feature means the same on every kind of question: more of it, more likely the same. Lexical likeness is
none of them: technical near misses are more alike, as text, than true rewordings.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from kingpost.language.comparison import Comparison, compare

FEATURES = ("cosine", "meaning_kept", "exchanges_alike", "changes_alike")
_SMALL = 0.05
"""A change of meaning shorter than this has no direction worth comparing."""

Vectors = Mapping[str, np.ndarray[Any, np.dtype[np.float32]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Fitted by ``benchmarks/fit_verifier.py``; ``verifier.md`` beside this file names the data.

    ``curve`` has (threshold, share of different questions that reach it), measured with groups left out.
    """

    weights: Mapping[str, float]
    bias: float
    curve: tuple[tuple[float, float], ...]


@cache
def shipped() -> Parameters:
    """The parameters that ship with Kingpost."""
    stored = json.loads(files("kingpost.answering").joinpath("verifier.json").read_text(encoding="utf-8"))
    return Parameters(
        weights=stored["weights"], bias=stored["bias"], curve=tuple((point[0], point[1]) for point in stored["curve"])
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """Scores pairs of questions. ``embed`` gives vectors of length 1."""

    embed: Callable[[list[str]], list[list[float]]]
    parameters: Parameters = field(default_factory=shipped)

    def score(self, known: str, asked: str) -> float:
        """Probability, at even odds beforehand, that the two questions are the same; slots are not looked at."""
        return self.scores([known], asked)[0]

    def scores(self, known: Sequence[str], asked: str) -> list[float]:
        """``score`` of several known questions, embedded in one go."""
        comparisons = [compare(question, asked) for question in known]
        texts = list(dict.fromkeys(text for comparison in comparisons for text in comparison.texts))
        vectors = dict(zip(texts, np.asarray(self.embed(texts), dtype=np.float32), strict=True)) if texts else {}
        return [self._probability(features(comparison, vectors)) for comparison in comparisons]

    @property
    def digest(self) -> str:
        """Names what the scores depend on, beside the encoder."""
        return hashlib.sha256(repr(self.parameters).encode()).hexdigest()[:16]

    def threshold(self, bound: float) -> float:
        """The lowest score at which at most ``bound`` of different questions were taken for the same."""
        enough = [threshold for threshold, share in self.parameters.curve if share <= bound]
        return min(enough, default=1.0)

    def _probability(self, measured: Mapping[str, float]) -> float:
        parameters = self.parameters
        logit = parameters.bias + sum(weight * measured[name] for name, weight in parameters.weights.items())
        return 1 / (1 + math.exp(-logit))


def features(comparison: Comparison, vectors: Vectors) -> dict[str, float]:
    """What is measured of two questions laid side by side.

    ``cosine`` of the two; ``meaning_kept``: how much of the meaning of the better-covered one is left without
    the words that the other lacks; ``exchanges_alike``: how near the exchanged phrases are to each other;
    ``changes_alike``: whether the words that only one has add the same to both.
    """
    known, asked = vectors[comparison.known], vectors[comparison.asked]
    known_kept, asked_kept = vectors[comparison.known_kept], vectors[comparison.asked_kept]
    exchanged = [float(vectors[left] @ vectors[right]) for left, right in comparison.exchanges]
    return {
        "cosine": float(known @ asked),
        "meaning_kept": max(float(known @ known_kept), float(asked @ asked_kept)),
        "exchanges_alike": sum(exchanged) / len(exchanged) if exchanged else 1.0,
        "changes_alike": _direction(known - known_kept, asked - asked_kept),
    }


def _direction(left: np.ndarray[Any, np.dtype[np.float32]], right: np.ndarray[Any, np.dtype[np.float32]]) -> float:
    """Cosine of two changes of meaning; 1 when one of them changes next to nothing."""
    lengths = float(np.linalg.norm(left)), float(np.linalg.norm(right))
    return float(left @ right) / (lengths[0] * lengths[1]) if min(lengths) > _SMALL else 1.0
