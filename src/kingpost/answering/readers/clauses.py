"""Reads a clause by its number, whole and as it stands, in the document that the question means."""

from collections.abc import Sequence

from kingpost.answering.citations import cite_span, without_repeats
from kingpost.answering.readers.nearest import clause_reason
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.retrieval.scoping import closest_by_name
from kingpost.retrieval.search import Findings, Retriever
from kingpost.types.documents import FOOTNOTE, Chunk, ChunkKind, Document
from kingpost.types.search import Passage

MOST_SEARCHED = 3
"""Documents beyond which a number that is nowhere found says nothing: the question may mean another thing by it."""
IN_CLAUSES = frozenset({ChunkKind.CLAUSE, ChunkKind.TEXT, ChunkKind.CODE})
"""Tables, forms and figures have captions and places of their own; so have notes at the foot of a page."""


def read_clause(findings: Findings, retriever: Retriever) -> Reading | None:
    """The clause asked for; or that it does not exist where it was looked for."""
    number = findings.analysis.clauses[0]
    meant = findings.named or closest_by_name(findings.analysis.question, findings.searched)
    for document in _in_order(meant or findings.searched, findings, number):
        chunks = retriever.clause(number, document)
        if chunks:
            return _clause_reading(chunks, document, findings)
    if not meant and len(findings.searched) > MOST_SEARCHED:
        return None
    reason = clause_reason(number, meant or findings.searched, retriever)
    return Reading(kind=ReadingKind.NOTHING, reason=reason, says_where=True)


def _in_order(meant: Sequence[Document], findings: Findings, number: str) -> list[Document]:
    """Those first that have a passage of the clause among the first ones; of many documents only those."""
    found = [passage.document for passage in findings.passages if passage.chunk.number == number]
    ids = {document.id for document in meant}
    ordered = {(d.id, d.current_revision): d for d in found if d.id in ids}
    if len(meant) <= MOST_SEARCHED:
        ordered |= {(d.id, d.current_revision): d for d in meant}
    return list(ordered.values())


def _clause_reading(chunks: Sequence[Chunk], document: Document, findings: Findings) -> Reading:
    own = [c for c in chunks if c.kind in IN_CLAUSES and not c.label.startswith(FOOTNOTE)] or list(chunks)
    score = findings.passages[0].score if findings.passages else 0.0
    passages = [Passage(chunk=chunk, document=document, score=score) for chunk in own]
    return Reading(
        kind=ReadingKind.CLAUSE,
        text="\n".join(chunk.text for chunk in own).strip(),
        citations=without_repeats(c for p in passages for c in cite_span(p, 0, len(p.chunk.text))),
        support=1.0,
    )
