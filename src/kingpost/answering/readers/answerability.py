"""Measures whether what was found can answer the question at all: each measure in 0..1, the same on all documents."""

import re
from collections.abc import Iterable, Mapping, Sequence

from kingpost.answering.readers.kinds import AnswerKind, holds_kind, kind_asked
from kingpost.language.names import names
from kingpost.language.normalise import normalise, stems
from kingpost.language.quantities import quantities
from kingpost.retrieval.search import Findings
from kingpost.types.search import Passage

LOOKED_AT = 6
_WORD = re.compile(r"[^\W_]+")


def evidence_features(findings: Findings, answer: str) -> dict[str, float]:
    """What is measured of the first passages and of the answer read from them.

    ``passage_meaning``: cosine of the question to the nearest passage; ``passage_words`` and ``answer_words``: share
    of its content stems that stand in the best passage, and in the answer; ``all_words``: the same over all passages;
    ``names_held`` and ``numbers_held``: share of its names and numbers that stand in the passages or in the name of
    a document searched (1 where it has none); ``kind_held``: whether the answer holds the kind of thing asked for
    (1 where any would do); ``asks_kind``: whether one is asked for; ``brief``: 1 for a question of one content word,
    0 for one of eight or more.
    """
    passages = findings.passages[:LOOKED_AT]
    if not passages:
        return {}
    question, asked = findings.analysis.question, findings.analysis.stems
    found = [frozenset(stems(_whole(passage))) for passage in passages]
    kind = kind_asked(question)
    return {
        "passage_meaning": max(0.0, *(passage.similarity for passage in passages)),
        "passage_words": max(_share(asked, words) for words in found),
        "all_words": _share(asked, frozenset().union(*found)),
        "answer_words": _share(asked, frozenset(stems(answer))),
        "names_held": _names_held(question, findings, passages),
        "numbers_held": _numbers_held(question, findings, passages),
        "asks_kind": float(kind is not AnswerKind.OPEN),
        "kind_held": float(kind is AnswerKind.OPEN or holds_kind(kind, question, answer)),
        "brief": max(0.0, min(1.0, (8 - len(asked)) / 7)),
    }


def prose_features(chosen: Sequence[tuple[float, float]], seen: Sequence[tuple[float, float]]) -> Mapping[str, float]:
    """What is measured of sentences, given as (cosine, share of the question's words), those chosen and all seen."""
    meanings = sorted((meaning for meaning, _ in seen), reverse=True)[:3]
    return {
        "sentence_meaning": max(0.0, *(meaning for meaning, _ in chosen)),
        "sentence_words": max(words for _, words in chosen),
        "best_sentence": max(0.0, *meanings[:1]),
        "best_sentences": max(0.0, sum(meanings) / len(meanings)),
        "best_words": max(words for _, words in seen),
    }


def missing_names(question: str, findings: Findings, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Names of the question that stand in none of the passages and in no name of a document searched."""
    there = _words_of(findings, passages)
    return tuple(name for name in names(question) if not all(part in there for part in _WORD.findall(name)))


def _names_held(question: str, findings: Findings, passages: Sequence[Passage]) -> float:
    asked = names(question)
    return 1 - len(missing_names(question, findings, passages)) / len(asked) if asked else 1.0


def _numbers_held(question: str, findings: Findings, passages: Sequence[Passage]) -> float:
    asked = [quantity.text for quantity in quantities(question)]
    parts = [part for text in asked for part in _WORD.findall(normalise(text)) if part[0].isdigit()]
    there = _words_of(findings, passages) if parts else frozenset[str]()
    return sum(part in there for part in parts) / len(parts) if parts else 1.0


def _words_of(findings: Findings, passages: Sequence[Passage]) -> frozenset[str]:
    documents = (f"{document.title} {document.name} {document.number}" for document in findings.searched)
    return frozenset(_WORD.findall(normalise(" ".join([*(_whole(passage) for passage in passages), *documents]))))


def _whole(passage: Passage) -> str:
    chunk, document = passage.chunk, passage.document
    return f"{document.title} {document.name}\n{chunk.context}\n{chunk.label}\n{chunk.text}"


def _share(asked: Iterable[str], words: frozenset[str]) -> float:
    wanted = list(asked)
    return sum(stem in words for stem in wanted) / len(wanted) if wanted else 0.0
