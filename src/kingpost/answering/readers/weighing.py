"""How well each sentence answers: words in common, weighted by how rare they are, and meaning by cosine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingpost.answering.readers.kinds import AnswerKind, holds_kind, kind_asked
from kingpost.answering.readers.stretches import Sentence
from kingpost.language.normalise import stems
from kingpost.retrieval.analysis import Analysis
from kingpost.retrieval.wording import StemWeights

Embed = Callable[[list[str]], list[list[float]]]

COMPARED_SENTENCES = 24
"""Sentences whose meaning is compared with the question's: embedding costs time."""
PASSAGE_SHARE = 0.35
RANK_SHARE = 1.0
SAYS_NOTHING = 0.4
HEADING = 0.5
QUESTION = 0.3
ANSWERS_A_QUESTION = 0.35
"""What of a question that stands in the text goes to the sentence after it."""
OF_THE_KIND = 0.25
"""What a sentence gains that holds the kind of thing asked for: a number, a date, a name."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighed:
    """A sentence with its weighted share of the question's words, its cosine to the question, and its score."""

    sentence: Sentence
    words: float
    meaning: float
    score: float
    vector: NDArray[np.float32] | None = None
    """None where its meaning was not compared."""


def weigh(analysis: Analysis, sentences: Sequence[Sentence], embed: Embed, *, topic: str = "") -> list[Weighed]:
    """All sentences, in their order, with one call of ``embed``.

    ``topic``, the question before, gives words to a question that has few of its own: a sentence may also be near
    to both together.
    """
    shares = _shares(analysis, sentences)
    top = max((sentence.passage.score for sentence in sentences), default=0.0)
    first = [share + _of_passage(sentence, top) for sentence, share in zip(sentences, shares, strict=True)]
    compared = sorted(range(len(sentences)), key=lambda n: (-first[n], n))[:COMPARED_SENTENCES]
    asked = [analysis.question, *([f"{topic} {analysis.question}"] if topic else [])]
    vectors = np.asarray(embed([*asked, *(sentences[n].text for n in compared)]), dtype=np.float32)
    questions, vectors = vectors[: len(asked)], vectors[len(asked) :]
    cosines = dict(zip(compared, (vectors @ questions.T).max(axis=1).tolist(), strict=True))
    unknown = min(cosines.values(), default=0.0)
    kind = kind_asked(analysis.question)
    raw = [first[n] + cosines.get(n, unknown) for n in range(len(sentences))]
    places = {n: vectors[row] for row, n in enumerate(compared)}
    return [
        Weighed(
            sentence=sentence,
            words=shares[n],
            meaning=cosines.get(n, 0.0),
            score=_adjusted(analysis, sentences, raw, kind, n),
            vector=places.get(n),
        )
        for n, sentence in enumerate(sentences)
    ]


def _shares(analysis: Analysis, sentences: Sequence[Sentence]) -> list[float]:
    """Weighted shares of the question's words; the name of its document every sentence holds."""
    weights = StemWeights([sentence.words for sentence in sentences])
    passages = {id(sentence.passage): sentence.passage for sentence in sentences}
    named = {
        place: frozenset(stems(f"{passage.document.title} {passage.document.name}"))
        for place, passage in passages.items()
    }
    return [
        weights.share([stem for stem in analysis.stems if stem not in named[id(s.passage)]] or analysis.stems, s.words)
        for s in sentences
    ]


def _of_passage(sentence: Sentence, top: float) -> float:
    passage = sentence.passage
    rank = max(0.0, passage.score / top) if top > 0 else 0.0
    return PASSAGE_SHARE * passage.features.get("words", 0.0) + RANK_SHARE * rank


def _adjusted(
    analysis: Analysis, sentences: Sequence[Sentence], raw: Sequence[float], kind: AnswerKind, n: int
) -> float:
    """Headings, questions and what only repeats the question answer little; a question's answer stands after it."""
    sentence = sentences[n]
    if sentence.asks:
        return QUESTION * raw[n]
    score = raw[n]
    if not any(stem not in analysis.stems and any(char.isalpha() for char in stem) for stem in sentence.words):
        score *= SAYS_NOTHING
    if sentence.is_heading:
        score *= HEADING
    if kind is not AnswerKind.OPEN and holds_kind(kind, analysis.question, sentence.text):
        score += OF_THE_KIND
    before = sentences[n - 1] if n and sentences[n - 1].stretch == sentence.stretch else None
    if before is not None and before.asks:
        score += ANSWERS_A_QUESTION * raw[n - 1]
    return score
