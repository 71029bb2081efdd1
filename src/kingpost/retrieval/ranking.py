"""Orders candidate chunks by measured features: what of the question stands in them, and where."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from kingpost.language.normalise import normalise, stems
from kingpost.retrieval.analysis import Analysis, Wanted
from kingpost.types.documents import Chunk, ChunkKind

WEIGHTS: Mapping[str, float] = {
    "held": 4.0,
    "clause": 4.0,
    "similarity": 2.0,
    "words": 2.5,
    "text_words": 0.8,
    "label": 2.0,
    "rank": 1.0,
    "overview": -1.5,
    "above": 1.5,
    "implied": 1.2,
    "given": -2.0,
    "about": 2.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What is measured of one candidate, each in 0..1.

    ``held``: share of the question's identifiers in the chunk or its section; ``clause``: its clause number is asked
    for; ``similarity``: cosine; ``words``: weighted share of the question's content stems in context and text;
    ``text_words``: the same in the text alone; ``label``: share of its label's stems that the question names;
    ``rank``: fused rank; ``overview``: it only sums up a table; ``above``: share of the question's identifiers in its
    label or heading path; ``implied``: what the question word stands for is its label; ``given``: it holds nothing
    that the question or the headings above do not say already, so it cannot answer; ``about``: share of the words
    that tell the documents apart by name, and that the question has, in its document's name.
    """

    held: float
    clause: float
    similarity: float
    words: float
    text_words: float
    label: float
    rank: float
    overview: float
    above: float
    implied: float
    given: float
    about: float = 0.0

    def score(self) -> float:
        measured: Mapping[str, float] = asdict(self)
        return sum(weight * measured[name] for name, weight in WEIGHTS.items())


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


def features(
    analysis: Analysis,
    chunks: Sequence[Chunk],
    *,
    held: Mapping[str, float],
    similarities: Mapping[str, float],
    ranks: Mapping[str, float],
    about: Mapping[str, float] | None = None,
) -> dict[str, Features]:
    """Measure every candidate. ``held``, ``similarities`` and ``ranks`` are by chunk id, ``about`` by document id."""
    whole = {chunk.id: frozenset(stems(f"{chunk.context}\n{chunk.label}\n{chunk.text}")) for chunk in chunks}
    weights = StemWeights(list(whole.values()))
    best_rank = max(ranks.values(), default=1.0) or 1.0
    return {
        chunk.id: Features(
            held=held.get(chunk.id, 1.0),
            clause=float(chunk.number != "" and chunk.number in analysis.clauses),
            similarity=max(0.0, similarities.get(chunk.id, 0.0)),
            words=weights.share(analysis.stems, whole[chunk.id]),
            text_words=weights.share(analysis.stems, frozenset(stems(f"{chunk.label}\n{chunk.text}"))),
            label=_label_share(analysis, chunk),
            rank=ranks.get(chunk.id, 0.0) / best_rank,
            overview=float(chunk.kind is ChunkKind.OVERVIEW and analysis.wanted is not Wanted.LIST),
            above=_share_above(analysis, chunk),
            implied=float(any(stem in analysis.implied for stem in stems(chunk.label))),
            given=float(_tells_nothing(analysis, chunk)),
            about=(about or {}).get(chunk.document_id, 0.0),
        )
        for chunk in chunks
    }


def _share_above(analysis: Analysis, chunk: Chunk) -> float:
    above = normalise(f"{chunk.context}\n{chunk.label}")
    return (
        sum(key in above for key in analysis.identifiers) / len(analysis.identifiers) if analysis.identifiers else 0.0
    )


def _tells_nothing(analysis: Analysis, chunk: Chunk) -> bool:
    """A blank field tells something: that it is blank."""
    if chunk.kind is ChunkKind.FIELD and not chunk.text.partition(":")[2].strip():
        return False
    known = {*analysis.stems, *stems(chunk.label)}
    if chunk.kind not in (ChunkKind.ROW, ChunkKind.FIELD):
        known |= set(stems(chunk.context))
    return all(stem in known for stem in stems(chunk.text))


def _label_share(analysis: Analysis, chunk: Chunk) -> float:
    label = stems(chunk.label or (chunk.section[-1] if chunk.section else ""))
    return sum(stem in analysis.stems for stem in label) / len(label) if label else 0.0
