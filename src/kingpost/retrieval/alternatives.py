"""Puts documents that are asked about at once side by side, and sees where a question leaves open which is meant."""

import re
from collections.abc import Sequence

from kingpost.language.normalise import normalise
from kingpost.retrieval.analysis import Analysis
from kingpost.retrieval.naming import Meant
from kingpost.types.documents import Chunk, ChunkKind, Document
from kingpost.types.search import Passage

NEAR = 0.95
"""Of the best passage's score: from it on, another document's passage is as near to the question."""
LOOKED_AT = 40
SHARED_WORDS = 0.5
"""Share of words (Jaccard) that two texts have in common from which they say the same of two things."""
_FIGURE = re.compile(r"\w*\d[\w.,]*")
_WORD = re.compile(r"[^\W\d_]+")


def side_by_side(passages: Sequence[Passage], meant: Meant) -> list[Passage]:
    """The passages in their order, but the best one of each document that is asked about comes before all others."""
    ids = {document.id for document in meant.together}
    best: dict[str, Passage] = {}
    for passage in passages:
        if passage.document.id in ids:
            best.setdefault(passage.document.id, passage)
    if len(best) < 2:
        return list(passages)
    first = meant.first.id if meant.first else ""
    heads = sorted(best.values(), key=lambda passage: passage.document.id != first)
    chosen = {passage.chunk.id for passage in heads}
    return [*heads, *(passage for passage in passages if passage.chunk.id not in chosen)]


def alternatives(analysis: Analysis, passages: Sequence[Passage], meant: Meant) -> tuple[Document, ...]:
    """Documents that are alike and answer with different figures where the question does not say which one it means.

    Empty where the best passage is of none of them, where what comes nearest in them says the same, and where fields
    are to be counted: that asks for all of them.
    """
    best = passages[0] if passages else None
    group = next((group for group in meant.undecided if best and best.document.id in {d.id for d in group}), ())
    if best is None or not group or (analysis.computes and best.chunk.kind is ChunkKind.FIELD):
        return ()
    ids = {document.id for document in group} - {best.document.id}
    near = [p for p in passages[:LOOKED_AT] if p.document.id in ids and p.score >= NEAR * best.score]
    if not any(_is_counterpart(best.chunk, p.chunk) and _differs(best.chunk, p.chunk) for p in near):
        return ()
    found = {passage.document.id for passage in near}
    return (best.document, *(document for document in group if document.id in found))


def _is_counterpart(one: Chunk, other: Chunk) -> bool:
    if one.kind is not other.kind or normalise(one.label) != normalise(other.label):
        return False
    if one.kind in (ChunkKind.FIELD, ChunkKind.ROW):
        return bool(one.label)
    words, others = (frozenset(_WORD.findall(normalise(chunk.text))) for chunk in (one, other))
    return len(words & others) >= SHARED_WORDS * len(words | others)


def _differs(one: Chunk, other: Chunk) -> bool:
    if one.kind is ChunkKind.FIELD:
        return normalise(one.text) != normalise(other.text)
    figures, others = (frozenset(_FIGURE.findall(normalise(chunk.text))) for chunk in (one, other))
    return figures != others
