"""Reads prose: the sentences that answer best, worded as they stand, with their neighbours where these belong to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kingpost.answering.citations import cite_span
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.language.normalise import sentences, stems
from kingpost.retrieval.analysis import Wanted
from kingpost.retrieval.ranking import StemWeights
from kingpost.retrieval.search import Findings
from kingpost.types.documents import ChunkKind
from kingpost.types.search import Passage

Embed = Callable[[list[str]], list[list[float]]]

READ_PASSAGES = 4
COMPARED_SENTENCES = 16
"""Sentences whose meaning is compared with the question's: those that share most of its words. Embedding costs time."""
NEIGHBOUR_SHARE = 0.6
LONGEST = {Wanted.VALUE: 2}
LONGEST_PROSE = 4
PASSAGE_SHARE = 0.35
SAYS_NOTHING = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of a passage, by its span, and how well it answers (words weighted, meaning by cosine)."""

    passage: Passage
    start: int
    end: int
    words: float
    meaning: float
    tells: bool = True
    """Whether it says anything that the question does not: a heading that repeats the question answers nothing."""

    @property
    def score(self) -> float:
        whole = self.words + self.meaning + PASSAGE_SHARE * self.passage.features.get("words", 0.0)
        return whole if self.tells else SAYS_NOTHING * whole


def read_sentences(findings: Findings, embed: Embed) -> Reading | None:
    """The best sentence of the best passages, extended by neighbours that score nearly as well."""
    prose = [p for p in findings.passages if p.chunk.kind not in (ChunkKind.OVERVIEW,)][:READ_PASSAGES]
    scored = _scored(findings, prose, embed)
    if not scored:
        return None
    best = max(scored, key=lambda sentence: sentence.score)
    window = _window(best, [s for s in scored if s.passage is best.passage], _longest(findings))
    start, end = window[0].start, window[-1].end
    return Reading(
        kind=ReadingKind.SENTENCES,
        text=best.passage.chunk.text[start:end],
        citations=tuple(cite_span(best.passage, start, end)),
        support=best.words,
        features={"sentence_meaning": best.meaning, "sentence_words": best.words},
    )


def _scored(findings: Findings, passages: Sequence[Passage], embed: Embed) -> list[Sentence]:
    asked = findings.analysis.stems
    spans = [(passage, start, end) for passage in passages for start, end in sentences(passage.chunk.text)]
    if not spans:
        return []
    texts = [passage.chunk.text[start:end] for passage, start, end in spans]
    found = [frozenset(stems(text)) for text in texts]
    weights = StemWeights(found)
    shares = [weights.share(asked, words) for words in found]
    meaning = _meaning(findings.analysis.question, texts, shares, embed)
    return [
        Sentence(
            passage=passage,
            start=start,
            end=end,
            words=share,
            meaning=cosine,
            tells=any(stem not in asked and any(c.isalpha() for c in stem) for stem in words),
        )
        for (passage, start, end), share, cosine, words in zip(spans, shares, meaning, found, strict=True)
    ]


def _meaning(question: str, texts: Sequence[str], shares: Sequence[float], embed: Embed) -> list[float]:
    """Cosine of each text with the question; 0 for those that share too few words to be compared."""
    compared = sorted(range(len(texts)), key=lambda n: (-shares[n], n))[:COMPARED_SENTENCES]
    vectors = np.asarray(embed([question, *(texts[n] for n in compared)]), dtype=np.float32)
    cosines = dict(zip(compared, (vectors[1:] @ vectors[0]).tolist(), strict=True))
    return [cosines.get(n, 0.0) for n in range(len(texts))]


def _window(best: Sentence, candidates: Sequence[Sentence], longest: int) -> list[Sentence]:
    """The best sentence with neighbours on both sides while they score enough."""
    position = candidates.index(best)
    first = last = position
    while last - first + 1 < longest:
        after = candidates[last + 1] if last + 1 < len(candidates) else None
        before = candidates[first - 1] if first > 0 else None
        options = [s for s in (after, before) if s is not None and s.score >= NEIGHBOUR_SHARE * best.score]
        if not options:
            break
        if max(options, key=lambda s: s.score) is after:
            last += 1
        else:
            first -= 1
    return list(candidates[first : last + 1])


def _longest(findings: Findings) -> int:
    return LONGEST.get(findings.analysis.wanted, LONGEST_PROSE)
