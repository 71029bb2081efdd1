"""Orders candidate chunks by measured features: what of the question stands in them, where, and how close together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kingpost.language.identifiers import key
from kingpost.language.normalise import normalise, stems
from kingpost.retrieval.analysis import Analysis, Wanted
from kingpost.retrieval.shelf import ByRevision
from kingpost.retrieval.wording import Asked, ChunkWords, places_of, stems_of, words_of
from kingpost.types.documents import Chunk, ChunkKind, Document

WEIGHTS: Mapping[str, float] = {
    "held": 4.0,
    "clause": 4.0,
    "similarity": 2.0,
    "words": 2.8,
    "text_words": 1.1,
    "pairs": 1.0,
    "together": 0.9,
    "often": 0.8,
    "beside": 0.8,
    "label": 2.0,
    "identified": 1.5,
    "rank": 1.0,
    "dense_first": 0.6,
    "lexical_first": 0.4,
    "overview": -1.5,
    "above": 1.5,
    "implied": 0.5,
    "implied_label": 1.9,
    "given": -2.0,
    "about": 2.0,
    "contents": -1.5,
}
SUBJECT_DECIDES = (Wanted.LIST, Wanted.DEFINITION, Wanted.ACRONYM)
"""What is asked for is one phrase; the other words only say in what form."""
PROSE = frozenset({ChunkKind.CLAUSE, ChunkKind.TEXT, ChunkKind.CODE, ChunkKind.FIGURE})
FEWEST_LEADERS = 2
_LEADER = re.compile(r"(?:\.\s?){5,}|…{2,}")
"""Dots that lead from a heading to its page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What the legs found, fused: chunks best first, and how each was found (ranks from 1, by leg)."""

    chunks: Sequence[Chunk]
    documents: ByRevision
    fused: Mapping[str, float]
    similarities: Mapping[str, float]
    legs: Mapping[str, Mapping[str, int]]

    @property
    def owners(self) -> list[Document]:
        """The documents that the chunks are of, each once."""
        found = {chunk.document_id: self.documents[chunk.document_id, chunk.revision_id] for chunk in self.chunks}
        return list(found.values())


@dataclass(frozen=True, kw_only=True)
class Features:
    """What is measured of one candidate, each in 0..1.

    ``held``: share of the question's identifiers in the chunk or its section; ``clause``: its clause number is asked
    for; ``similarity``: cosine; ``words``: weighted share of the question's content stems in context and text;
    ``text_words``: the same in text and heading alone; ``pairs``: of the stems that follow each other in the question,
    those that stand beside each other in the text; ``together``: share of the stems within one stretch of it;
    ``often``: BM25 of the text, of the best candidate's; ``beside``: the same of its neighbours in the document;
    ``label``: share of its label's stems (or its heading's) that the question names; ``identified``: its label is an
    identifier of the question; ``rank``: fused rank; ``dense_first``, ``lexical_first``: reciprocal rank in that leg;
    ``overview``: it only sums up a table; ``above``: share of the question's identifiers in its label or heading path;
    ``implied``: what the question word stands for is in its label, ``implied_label``: is its label; ``given``: it holds
    nothing that the question or the headings above do not say already, so it cannot answer; ``about``: share of the
    words that tell the documents apart by name, and that the question has, in its document's name; ``contents``: it is
    a table of contents.
    """

    held: float
    clause: float
    similarity: float
    words: float
    text_words: float
    pairs: float
    together: float
    often: float
    beside: float
    label: float
    identified: float
    rank: float
    dense_first: float
    lexical_first: float
    overview: float
    above: float
    implied: float
    implied_label: float
    given: float
    about: float
    contents: float

    def score(self) -> float:
        measured: Mapping[str, float] = vars(self)
        return sum(weight * measured[name] for name, weight in WEIGHTS.items())


def features(
    analysis: Analysis,
    candidates: Candidates,
    *,
    held: Mapping[str, float],
    about: Mapping[str, float] | None = None,
) -> dict[str, Features]:
    """Measure every candidate. ``held`` is by chunk id, ``about`` by document id."""
    words = {chunk.id: words_of(chunk) for chunk in candidates.chunks}
    asked = Asked(words=_asked_words(analysis), candidates=list(words.values()))
    places = {id: places_of(asked.words, own) for id, own in words.items()}
    often = _of_best({id: asked.often(own, places[id]) for id, own in words.items()})
    beside = _beside(candidates.chunks, often)
    fused = _of_best(candidates.fused)
    return {
        chunk.id: Features(
            held=held.get(chunk.id, 1.0),
            clause=float(chunk.number != "" and chunk.number in analysis.clauses),
            similarity=max(0.0, candidates.similarities.get(chunk.id, 0.0)),
            words=asked.share(words[chunk.id].whole),
            text_words=asked.share(words[chunk.id].own),
            pairs=asked.pair_share(places[chunk.id]),
            together=asked.together(places[chunk.id]),
            often=often[chunk.id],
            beside=beside.get(chunk.id, 0.0),
            rank=fused.get(chunk.id, 0.0),
            dense_first=_reciprocal(candidates, "dense", chunk),
            lexical_first=_reciprocal(candidates, "lexical", chunk),
            overview=float(chunk.kind is ChunkKind.OVERVIEW and analysis.wanted is not Wanted.LIST),
            given=float(_tells_nothing(analysis, chunk, words[chunk.id])),
            about=(about or {}).get(chunk.document_id, 0.0),
            contents=float(len(_LEADER.findall(chunk.text)) >= FEWEST_LEADERS),
            **_of_label(analysis, chunk, words[chunk.id].heading),
        )
        for chunk in candidates.chunks
    }


def _asked_words(analysis: Analysis) -> tuple[str, ...]:
    subject = tuple(dict.fromkeys(stems(analysis.subject))) if analysis.wanted in SUBJECT_DECIDES else ()
    return subject or analysis.stems


def _of_best(values: Mapping[str, float]) -> dict[str, float]:
    best = max(values.values(), default=1.0) or 1.0
    return {id: value / best for id, value in values.items()}


def _reciprocal(candidates: Candidates, leg: str, chunk: Chunk) -> float:
    rank = candidates.legs.get(leg, {}).get(chunk.id)
    return 1 / rank if rank else 0.0


def _beside(chunks: Sequence[Chunk], often: Mapping[str, float]) -> dict[str, float]:
    """Of prose: how much the better one of its neighbours is about the question, as far as it is a candidate too."""
    at = {(chunk.document_id, chunk.revision_id, chunk.ordinal): often[chunk.id] for chunk in chunks}
    return {
        chunk.id: max(at.get((chunk.document_id, chunk.revision_id, chunk.ordinal + step), 0.0) for step in (-1, 1))
        for chunk in chunks
        if chunk.kind in PROSE
    }


def _of_label(analysis: Analysis, chunk: Chunk, heading: Sequence[str]) -> dict[str, float]:
    """Features of what the chunk is headed by: its label, else the innermost heading."""
    identifiers = analysis.identifiers
    above = normalise(f"{chunk.context}\n{chunk.label}") if identifiers else ""
    label = stems_of(chunk.label)
    implied = [stem in analysis.implied for stem in label]
    return {
        "label": sum(stem in analysis.stems for stem in heading) / len(heading) if heading else 0.0,
        "identified": float(chunk.label != "" and bool(identifiers) and key(chunk.label) in identifiers),
        "above": sum(name in above for name in identifiers) / len(identifiers) if identifiers else 0.0,
        "implied": float(any(implied)),
        "implied_label": float(
            any(implied) and all(stem in analysis.implied or stem in analysis.stems for stem in label)
        ),
    }


def _tells_nothing(analysis: Analysis, chunk: Chunk, words: ChunkWords) -> bool:
    """A blank field tells something: that it is blank."""
    if chunk.kind is ChunkKind.FIELD and not chunk.text.partition(":")[2].strip():
        return False
    known = {*analysis.stems, *stems_of(chunk.label)}
    if chunk.kind not in (ChunkKind.ROW, ChunkKind.FIELD):
        known |= set(stems_of(chunk.context))
    return all(stem in known for stem in words.text)
