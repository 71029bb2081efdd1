"""The verifier: how likely two questions that agree in their slots are the same.

A cross-encoder reads both questions in one input (``verifier/`` has what it was trained on, ``verifier.md`` beside
this file is its model card); here its logits become probabilities, and the bound that it was measured to keep is read.
"""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from kingpost.language.comparison import one_exchanged

PairScores = Callable[[Sequence[tuple[str, str]]], Sequence[float]]
"""Pairs of questions -> a logit each, above 0 where they are more likely the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Fitted after training, by ``benchmarks/fit_verifier.py``; ``verifier.md`` names the data.

    Probability = logistic((logit - ``middle``) / ``temperature``). ``curve`` has (threshold, share of different
    questions that reach it), thresholds rising.
    """

    temperature: float
    middle: float
    curve: tuple[tuple[float, float], ...]
    exchange: float = 0.0
    """By how many logits a pair must be surer where one phrase was exchanged and all else is the same."""


@cache
def shipped() -> Parameters:
    """The parameters that ship with Kingpost."""
    stored = json.loads(files("kingpost.answering").joinpath("verifier.json").read_text(encoding="utf-8"))
    return Parameters(
        temperature=stored["temperature"],
        middle=stored["middle"],
        exchange=stored["exchange"],
        curve=tuple((point[0], point[1]) for point in stored["curve"]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """Scores pairs of questions."""

    pair_scores: PairScores
    parameters: Parameters = field(default_factory=shipped)

    def score(self, known: str, asked: str) -> float:
        """Probability, at even odds beforehand, that the two questions are the same; slots are not looked at."""
        return self.scores([known], asked)[0]

    def scores(self, known: Sequence[str], asked: str) -> list[float]:
        """``score`` of several known questions at once. Each is read in both orders, so that the order says nothing."""
        if not known:
            return []
        logits = self.pair_scores([*((one, asked) for one in known), *((asked, one) for one in known)])
        both = ((logits[n] + logits[n + len(known)]) / 2 for n in range(len(known)))
        costs = (self.parameters.exchange if one_exchanged(one, asked) else 0.0 for one in known)
        return [self._probability(logit - cost) for logit, cost in zip(both, costs, strict=True)]

    @property
    def digest(self) -> str:
        """Names what the scores depend on, beside the encoder."""
        return hashlib.sha256(repr(self.parameters).encode()).hexdigest()[:16]

    def threshold(self, bound: float) -> float:
        """The lowest score at which at most ``bound`` of different questions were taken for the same."""
        enough = [threshold for threshold, share in self.parameters.curve if share <= bound]
        return min(enough, default=1.0)

    def _probability(self, logit: float) -> float:
        return 1 / (1 + math.exp(-(logit - self.parameters.middle) / self.parameters.temperature))
