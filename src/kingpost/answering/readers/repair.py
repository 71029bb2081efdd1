"""Holds a draft against the passages: sentences that stand are cited, others give way to the quote nearest to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kingpost.answering.citations import cite_span, without_repeats
from kingpost.answering.readers.drafted import Drafted, DraftSentence
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.language.evidence import loses_negation, unsupported
from kingpost.language.normalise import normalise, sentences, stems
from kingpost.language.polarity import negations
from kingpost.language.quantities import quantities
from kingpost.language.quotes import find_quote
from kingpost.language.units import is_unit
from kingpost.types.answers import Citation
from kingpost.types.search import Passage

REPAIRED = "repaired"
"""Feature: share of the draft's sentences that failed."""
HELD_SHARE = 0.8
"""Share of a sentence's content words that must stand in what is quoted for it."""
NEAREST_SHARE = 0.5
"""Share of them from which the sentence of a passage may take its place."""
MOST_TRIED = 3
MOST_QUOTED = 2
"""Sentences of one passage that may hold a sentence of the draft together."""


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of a passage."""

    passage: Passage
    start: int
    end: int
    words: frozenset[str]

    @property
    def text(self) -> str:
        return self.passage.chunk.text[self.start : self.end]


def repaired(draft: Drafted, passages: Sequence[Passage], question: str) -> Reading:
    """The draft as far as it stands. Kind ``nothing`` where no sentence of it does, or none tells anything new.

    Each failing sentence is replaced, once, by the sentence of a passage that comes nearest to it, else dropped.
    """
    sources = [source for passage in passages for source in _sources(passage)]
    asked = frozenset(stems(question))
    kept: dict[frozenset[str], tuple[str, list[Citation]]] = {}
    failed: list[str] = []
    tells = False
    for sentence in (one for one in draft.sentences if not one.text.endswith(":")):
        held = _held(sentence, draft, passages, sources)
        if isinstance(held, list):
            kept.setdefault(_sense(sentence.text), (_ended(sentence.text), held))
            tells = tells or bool(frozenset(stems(sentence.text)) - asked)
            continue
        failed.append(held)
        if nearest := _nearest(sentence, sources, asked):
            citations = cite_span(nearest.passage, nearest.start, nearest.end)
            kept.setdefault(_sense(nearest.text), (_ended(nearest.text), citations))
    if not tells:
        return Reading(kind=ReadingKind.NOTHING, reason=_reason(failed))
    return Reading(
        kind=ReadingKind.GENERATED,
        text=" ".join(text for text, _ in kept.values()),
        citations=without_repeats(citation for _, citations in kept.values() for citation in citations),
        support=1.0,
        features={REPAIRED: len(failed) / len(draft.sentences)},
    )


def _reason(failed: Sequence[str]) -> str:
    said = ", ".join(dict.fromkeys(item for item in failed if item))
    return f"The evidence does not hold {said or 'what the language model says'}."


def _sources(passage: Passage) -> Iterator[Source]:
    text = passage.chunk.text
    for start, end in sentences(text):
        yield Source(passage, start, end, frozenset(stems(text[start:end])))


def _held(
    sentence: DraftSentence, draft: Drafted, passages: Sequence[Passage], sources: Sequence[Source]
) -> list[Citation] | str:
    """The citations that hold a sentence, or what none of the passages holds of it."""
    missing = ""
    for candidates in _candidates(sentence, draft, passages, sources):
        lacking = _lacking(sentence.text, candidates)
        if lacking is None:
            return [c for source in candidates for c in cite_span(source.passage, source.start, source.end)]
        missing = missing or ", ".join(lacking)
    return missing


def _lacking(said: str, candidates: Sequence[Source]) -> tuple[str, ...] | None:
    """What the candidates do not hold of a sentence (nothing in particular: its words), or None where they hold it."""
    quoted = " ".join(source.text for source in candidates)
    words, there = _content(said), frozenset[str]().union(*(source.words for source in candidates))
    lacking = unsupported(said, [quoted], identity=[source.passage.chunk.context for source in candidates])
    held = len(words & there) >= HELD_SHARE * len(words) if words else bool(quantities(said))
    return None if held and not lacking and not loses_negation(said, quoted) else lacking


def _candidates(
    sentence: DraftSentence, draft: Drafted, passages: Sequence[Passage], sources: Sequence[Source]
) -> Iterator[list[Source]]:
    """What may hold a sentence, likeliest first: its own words in a passage, the model's quotes, sentences like it.

    Two sentences together hold no negation and no number: they would be taken from one thing and said of another.
    """
    alone = bool(negations(sentence.text) or quantities(sentence.text))
    named = [passages[number - 1] for number in sentence.passages if 0 < number <= len(passages)]
    for passage in [*named, *(p for p in passages if p not in named)]:
        if span := _located(sentence.text, passage):
            yield [span]
    quotes = [
        found
        for quote, number in draft.quotes
        for passage in ([passages[number - 1]] if 0 < number <= len(passages) else passages)
        if (found := _located(quote, passage))
    ]
    if quotes:
        yield sorted(quotes, key=lambda source: -_share(sentence, source))[: 1 if alone else MOST_QUOTED]
    ranked = sorted(sources, key=lambda source: (-_share(sentence, source), source.passage not in named))
    for best in ranked[:MOST_TRIED]:
        yield [best]
        if alone:
            continue
        beside = [source for source in ranked if source.passage is best.passage][:MOST_QUOTED]
        yield sorted(beside, key=lambda source: source.start)


def _located(quote: str, passage: Passage) -> Source | None:
    span = find_quote(quote, passage.chunk.text)
    if span is None:
        return None
    return Source(passage, *span, frozenset(stems(passage.chunk.text[slice(*span)])))


def _content(text: str) -> frozenset[str]:
    """Stems without numbers and units: these may be written otherwise, and are checked by what they mean."""
    return frozenset(stem for stem in stems(text) if not any(char.isdigit() for char in stem) and not is_unit(stem))


def _share(sentence: DraftSentence, source: Source) -> float:
    words = _content(sentence.text)
    return len(words & source.words) / len(words) if words else 0.0


def _nearest(sentence: DraftSentence, sources: Sequence[Source], asked: frozenset[str]) -> Source | None:
    """The sentence most like it that says more than the question: no heading, no line that opens a list."""
    telling = [source for source in sources if source.words - asked and not source.text.endswith(":")]
    best = max(telling, key=lambda source: _share(sentence, source), default=None)
    return best if best is not None and _share(sentence, best) >= NEAREST_SHARE else None


def _sense(text: str) -> frozenset[str]:
    """What makes two sentences one: their content words."""
    return frozenset(stems(text)) or frozenset({normalise(text)})


def _ended(text: str) -> str:
    """With a full stop, so that the next sentence does not run on."""
    return text if text.endswith((".", "!", "?", ":", ";", "…")) else f"{text}."
