"""How the words of a question stand in a text: how many, how often, beside each other, close together."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from kingpost.language.normalise import stems
from kingpost.types.documents import Chunk

BESIDE = 2
"""Content words that may be apart and still count as a pair: "load of the floor" for "floor load"."""
WINDOW = 12
"""Content words within which the question's words stand close together: about a sentence."""
SATURATION, LENGTH_SHARE = 1.2, 0.75
"""Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009: k1 and b."""
REMEMBERED_TEXTS = 4_000
REMEMBERED_HEADINGS = 20_000


class StemWeights:
    """Inverse document frequency of stems over the candidates: what all of them say tells them apart the least."""

    def __init__(self, texts: Sequence[frozenset[str]]) -> None:
        self._count = len(texts)
        self._frequency = Counter(stem for text in texts for stem in text)

    def weight(self, stem: str) -> float:
        return math.log(1 + (self._count + 1) / (self._frequency[stem] + 0.5))

    def share(self, wanted: Sequence[str], found: frozenset[str]) -> float:
        """Weighted share of ``wanted`` that is in ``found``; 0 when nothing is wanted."""
        total = sum(self.weight(stem) for stem in wanted)
        return sum(self.weight(stem) for stem in wanted if stem in found) / total if total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkWords:
    """The stems of a chunk: of its text in order, of what it is headed by (label, else innermost heading), of all."""

    text: tuple[str, ...]
    heading: tuple[str, ...]
    own: frozenset[str]
    """Of text and heading."""
    whole: frozenset[str]
    """With those of its context."""


def words_of(chunk: Chunk) -> ChunkWords:
    """The stems of a chunk; those of the chunks seen last are remembered."""
    return _words(chunk.text, chunk.label or (chunk.section[-1] if chunk.section else ""), chunk.context)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _words(text: str, heading: str, context: str) -> ChunkWords:
    inside, above = tuple(stems(text)), stems_of(heading)
    own = frozenset((*inside, *above))
    return ChunkWords(text=inside, heading=above, own=own, whole=own | frozenset(stems_of(context)))


@lru_cache(maxsize=REMEMBERED_HEADINGS)
def stems_of(heading: str) -> tuple[str, ...]:
    """The stems of a heading, label or context, of which many chunks have the same."""
    return tuple(stems(heading))


@dataclass(frozen=True)
class Asked:
    """The content words of a question, in order, with their weights among the candidates."""

    words: tuple[str, ...]
    candidates: Sequence[ChunkWords]

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """Of each word asked for."""
        asked = frozenset(self.words)
        texts = StemWeights([asked & words.whole for words in self.candidates])
        return {word: texts.weight(word) for word in asked}

    @cached_property
    def pairs(self) -> Mapping[tuple[str, str], float]:
        """Words that follow each other in the question, with what it weighs to find them so."""
        found = ((one, other) for one, other in pairwise(self.words) if one != other)
        return {pair: self.weights[pair[0]] + self.weights[pair[1]] for pair in found}

    @cached_property
    def _average_length(self) -> float:
        return max(1.0, sum(len(words.text) for words in self.candidates) / max(1, len(self.candidates)))

    def share(self, found: Iterable[str]) -> float:
        """Weighted share of the words that are among ``found``."""
        total = sum(self.weights.values())
        return sum(self.weights[word] for word in self.weights.keys() & set(found)) / total if total else 0.0

    def pair_share(self, places: Mapping[str, Sequence[int]]) -> float:
        """Weighted share of the pairs that stand beside each other, in either order."""
        total = sum(self.pairs.values())
        return sum(weight for pair, weight in self.pairs.items() if _beside(pair, places)) / total if total else 0.0

    def together(self, places: Mapping[str, Sequence[int]]) -> float:
        """Weighted share of the words in the stretch of text that has most of them."""
        standing = sorted((place, word) for word, found in places.items() for place in found)
        best, first = 0.0, 0
        within: Counter[str] = Counter()
        weight = 0.0
        for place, word in standing:
            if not within[word]:
                weight += self.weights[word]
            within[word] += 1
            while standing[first][0] <= place - WINDOW:
                leaving = standing[first][1]
                within[leaving] -= 1
                weight -= 0.0 if within[leaving] else self.weights[leaving]
                first += 1
            best = max(best, weight)
        total = sum(self.weights.values())
        return best / total if total else 0.0

    def often(self, words: ChunkWords, places: Mapping[str, Sequence[int]]) -> float:
        """How much the text is about the words: counts saturate, and a long text needs more of them."""
        long = 1 - LENGTH_SHARE + LENGTH_SHARE * len(words.text) / self._average_length
        return sum(
            self.weights[word] * len(found) * (1 + SATURATION) / (len(found) + SATURATION * long)
            for word, found in places.items()
        )


def places_of(asked: Iterable[str], words: ChunkWords) -> dict[str, list[int]]:
    """Where in the text each word asked for stands; those that do not are left out."""
    wanted = frozenset(asked)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words.text):
        if word in wanted:
            places[word].append(place)
    return dict(places)


def _beside(pair: tuple[str, str], places: Mapping[str, Sequence[int]]) -> bool:
    one, other = (places.get(word, ()) for word in pair)
    return any(abs(place - near) <= BESIDE for place in one for near in other)
