"""Merges rankings of several legs into one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from kingpost.types.search import Hit


def reciprocal_rank_fusion(
    legs: Mapping[str, Sequence[Hit]], *, weights: Mapping[str, float] | None = None, constant: int = 60
) -> list[Hit]:
    """Sum ``weight / (constant + rank)`` over the legs, best first; ties by id.

    Cormack, Clarke and Buettcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
    methods", SIGIR 2009. Legs without a weight count 1.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    for name, hits in legs.items():
        weight = 1.0 if weights is None else weights.get(name, 1.0)
        for rank, hit in enumerate(hits, start=1):
            scores[hit.id] += weight / (constant + rank)
    return [Hit(id=id, score=score) for id, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))]
