"""BM25 over a handful of texts, scored as tantivy scores: for the in-memory index, and for what is not indexed yet."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

K1, B = 1.2, 0.75


def scores(
    query: Sequence[str],
    texts: Mapping[str, Sequence[str]],
    *,
    total: int,
    frequency: Callable[[str], int],
    average_length: float,
) -> dict[str, float]:
    """Score of each text (its words, by id) that holds any of the query's words.

    ``total``, ``frequency`` (texts holding a word) and ``average_length`` describe the whole collection.
    """
    rarity = {word: _rarity(frequency(word), total) for word in dict.fromkeys(query)}
    scored = {id: _score(Counter(held), rarity, average_length) for id, held in texts.items()}
    return {id: score for id, score in scored.items() if score > 0}


def _rarity(frequency: int, total: int) -> float:
    return math.log(1 + (max(total - frequency, 0) + 0.5) / (frequency + 0.5))


def _score(counts: Counter[str], rarity: Mapping[str, float], average_length: float) -> float:
    length = counts.total()
    damping = K1 * (1 - B + B * length / (average_length or 1))
    return sum(weight * (K1 + 1) * counts[word] / (counts[word] + damping) for word, weight in rarity.items())
