"""Reads prose: an extract of the sentences that answer, worded as they stand, each with its citation."""

from collections.abc import Sequence
from itertools import pairwise

from kingpost.answering.citations import cite_span
from kingpost.answering.readers.answerability import prose_features
from kingpost.answering.readers.extents import MEASURES, extent_of, goes_across
from kingpost.answering.readers.extracts import Wish, choose
from kingpost.answering.readers.nearest import weak_reason
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.answering.readers.stretches import Sentence, cut
from kingpost.answering.readers.values import narrowed
from kingpost.answering.readers.weighing import Embed, weigh
from kingpost.retrieval.search import Findings
from kingpost.retrieval.shelf import Shelf
from kingpost.types.answers import Citation
from kingpost.types.documents import ChunkKind
from kingpost.types.search import Passage

PROSE = (ChunkKind.TEXT, ChunkKind.CLAUSE, ChunkKind.FIGURE, ChunkKind.CODE)
READ_PASSAGES = 5
WITH_NEIGHBOURS = 2
"""Best passages that are read on before and after: a list often runs over into the next one."""
PAST = 0.9
"""What such a neighbour counts of the passage it stands beside."""
QUOTE_LENGTH = 560


def read_sentences(findings: Findings, embed: Embed, shelf: Shelf | None = None) -> Reading | None:
    """The extract that answers; None where there is no prose."""
    passages = _read_on(_prose(findings.passages)[:READ_PASSAGES], shelf)
    sentences = cut(passages)
    if not sentences:
        return None
    weighed = weigh(findings.analysis, sentences, embed, topic=findings.topic)
    chosen = choose(weighed, _wish(findings))
    best = max(chosen, key=lambda one: one.score)
    quoted = [one.sentence for one in chosen]
    return Reading(
        kind=ReadingKind.SENTENCES,
        text=_narrowed(findings.analysis.question, _text(quoted)) if len(quoted) == 1 else _text(quoted),
        citations=_citations(quoted),
        support=best.words,
        reason=weak_reason(findings, passages),
        features=prose_features(
            [(one.meaning, one.words) for one in chosen], [(one.meaning, one.words) for one in weighed]
        ),
    )


def _narrowed(question: str, text: str) -> str:
    """The value alone where the sentence gives one to what is asked for, and it is a number."""
    value = narrowed(question, text)
    return value if any(char.isdigit() for char in value) else text


def _wish(findings: Findings) -> Wish:
    question = findings.analysis.question
    return Wish(
        measure=MEASURES[extent_of(question)],
        stems=findings.analysis.stems,
        across=len(findings.named) > 1 or goes_across(question),
    )


def _prose(passages: Sequence[Passage]) -> list[Passage]:
    """What is written in sentences; rows and fields only where there is nothing else."""
    prose = [passage for passage in passages if passage.chunk.kind in PROSE]
    return prose or [passage for passage in passages if passage.chunk.kind is not ChunkKind.OVERVIEW]


def _read_on(passages: Sequence[Passage], shelf: Shelf | None) -> list[Passage]:
    """With the chunks right before and after the best ones, which are ranked below all others."""
    known = {passage.chunk.id for passage in passages}
    found = list(passages)
    if shelf is None:
        return found
    for passage in passages[:WITH_NEIGHBOURS]:
        for chunk in shelf.beside(passage.chunk, (passage.chunk.ordinal - 1, passage.chunk.ordinal + 1)):
            if chunk.id not in known and chunk.kind is passage.chunk.kind and chunk.section == passage.chunk.section:
                known.add(chunk.id)
                found.append(
                    Passage(
                        chunk=chunk, document=passage.document, score=PAST * passage.score, features=passage.features
                    )
                )
    return found


def _text(sentences: Sequence[Sentence]) -> str:
    """The sentences as they stand; what is left out between them is not marked, items keep their lines."""
    parts = [sentences[0].text]
    for before, after in pairwise(sentences):
        if before.passage is after.passage and before.position + 1 == after.position:
            parts.append(after.passage.chunk.text[before.end : after.start])
        else:
            parts.append("\n" if after.is_item or after.stretch != before.stretch else " ")
        parts.append(after.text)
    return "".join(parts)


def _citations(sentences: Sequence[Sentence]) -> tuple[Citation, ...]:
    """One citation for each run of sentences that fits a quote."""
    runs: list[list[Sentence]] = []
    for sentence in sentences:
        last = runs[-1][-1] if runs else None
        joins = last is not None and last.passage is sentence.passage and last.position + 1 == sentence.position
        if joins and sentence.end - runs[-1][0].start <= QUOTE_LENGTH:
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    return tuple(found for run in runs for found in cite_span(run[0].passage, run[0].start, run[-1].end))
