"""Reads whole tables: looks up, filters, counts and calculates, and shows the steps and the cells it took."""

import re
from collections.abc import Mapping, Sequence
from functools import partial

from kingpost.answering.citations import cite_cells, without_repeats
from kingpost.answering.readers.cells import cite_heads, with_unit
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.answering.readers.values import narrowed
from kingpost.answering.tables.asking import ask
from kingpost.answering.tables.banding import undecided
from kingpost.answering.tables.cues import understand
from kingpost.answering.tables.meaning import Embed, remembered
from kingpost.answering.tables.model import Table, TableCell, tables_of
from kingpost.answering.tables.program import Operation
from kingpost.answering.tables.reach import in_reach
from kingpost.answering.tables.scoring import Scored
from kingpost.language.identifiers import key
from kingpost.retrieval.search import Findings, Retriever
from kingpost.types.answers import Citation
from kingpost.types.documents import Chunk, ChunkKind, Document
from kingpost.types.search import Passage

MOST_TABLES = 4
"""Tables looked at where several documents are searched: those of the first passages."""
MOST_CITED = 12
MOST_LISTED = 200
"""Cells of a list that are cited each; those calculated with are cited up to ``MOST_CITED``."""
TIE = 0.25
"""Difference of scores from which one answer is clearly better than the next."""
MOST_RIVALS = 10
IN_TABLES = frozenset({ChunkKind.ROW, ChunkKind.OVERVIEW})
FEWEST_EXPLAINED = {ChunkKind.ROW: (0.55, 0.45), ChunkKind.OVERVIEW: (0.55, 0.45), ChunkKind.FIELD: (0.75, 0.6)}
"""Share of the question's words that a program must stand on, by what retrieval found best: where it only looks up a
cell, which the best passage does as well, and where it does more."""
FEWEST_EXPLAINED_OF_TEXT = (1.01, 0.6)
"""The same where retrieval found prose: a table is then read for what must be counted or calculated only."""
LOOKED_AT = 3
AS_NEAR = 0.97
"""Share of the best passage's score from which another one counts as found just as well."""
_UNSAID = re.compile(r"(?<=\w)\s?\[[\w ]{1,6}\]$|(?<=\d)[ T]00:00:00$")
"""Footnote marks, and the midnight that a date without a time is stored with."""


def read_tables(findings: Findings, retriever: Retriever, embed: Embed) -> Reading | None:
    """The answer of the best program over the tables in reach, or None where none explains the question."""
    priors = _priors(findings)
    rows = _rows_in_reach(findings, retriever, priors)
    if not rows:
        return None
    memory = remembered(retriever.embeddings.embed_documents)
    meaning = partial(memory.cosines, embed=embed)
    tables = tables_of(rows)
    if _leaves_bands_open(findings, tables):
        return None
    found = ask(findings.analysis.question, tables, meaning=meaning, priors=priors)
    if not found or _leaves_row_named(found[0], findings):
        return None
    reading = _reading(found, findings, retriever)
    looked_up, worked_out = FEWEST_EXPLAINED.get(_found_first(findings), FEWEST_EXPLAINED_OF_TEXT)
    needed = looked_up if reading.kind is ReadingKind.CELL else worked_out
    return reading if reading.support >= needed else None


def _leaves_bands_open(findings: Findings, tables: Sequence[Table]) -> bool:
    """Whether the table of the first passage has bands of which the question means none, or columns of several."""
    first = findings.passages[0].chunk.table
    request = understand(findings.analysis.question)
    return any(undecided(request, table) for table in tables if table.id == first)


def _found_first(findings: Findings) -> ChunkKind:
    """What retrieval found best: a row or field where one comes as near as the prose before it."""
    best = findings.passages[0]
    near = [p.chunk.kind for p in findings.passages[:LOOKED_AT] if p.score >= AS_NEAR * best.score]
    return next((kind for kind in near if kind in (ChunkKind.ROW, ChunkKind.FIELD)), best.chunk.kind)


def _leaves_row_named(best: Scored, findings: Findings) -> bool:
    """An identifier of the question that is the first passage's label names the row to read: no other will do.

    Neither will that label itself, which the question has said already.
    """
    first = findings.passages[0].chunk
    if not first.label or key(first.label) not in findings.analysis.identifiers:
        return False
    if best.proposal.program.operation is Operation.VALUES and any(
        key(text) == key(first.label) for text in best.result.texts
    ):
        return True
    conditions = best.proposal.program.rows.conditions
    if any(key(value.text) == key(first.label) for condition in conditions for value in condition.values):
        return False
    return not any((cell.chunk.table, cell.chunk.label) == (first.table, first.label) for cell in best.result.cells)


def _rows_in_reach(findings: Findings, retriever: Retriever, priors: Mapping[str, float]) -> list[Chunk]:
    """Rows of the one document searched, of a long one those that may answer; or of the first passages' tables."""
    documents = findings.named or findings.searched
    if len(documents) == 1:
        return in_reach(findings.analysis.question, retriever.rows(documents[0]), priors)
    tables = {p.chunk.table: p.chunk for p in findings.passages if p.chunk.kind in IN_TABLES and p.chunk.table}
    return [row for chunk in list(tables.values())[:MOST_TABLES] for row in retriever.table(chunk)]


def _priors(findings: Findings) -> dict[str, float]:
    """1 for the table of the first passage, less for those found later."""
    priors: dict[str, float] = {}
    for rank, passage in enumerate(findings.passages, start=1):
        if passage.chunk.table:
            priors.setdefault(passage.chunk.table, 1 / rank)
    return priors


def _reading(found: Sequence[Scored], findings: Findings, retriever: Retriever) -> Reading:
    best = found[0]
    return Reading(
        kind=_kind(best),
        text=_worded(findings.analysis.question, best),
        note=best.result.steps,
        citations=without_repeats(
            citation for cell in _cited(best) for citation in _citations(cell, findings, retriever)
        ),
        support=best.features["explained"] + best.features["context"],
        features=_features(found),
    )


def _features(found: Sequence[Scored]) -> dict[str, float]:
    """What tells right answers from wrong ones: how well the program fits, and how near the next answer comes."""
    best = found[0]
    rivals = [scored.score for scored in found if scored.result.texts != best.result.texts]
    agreeing = [scored for scored in found if scored.result.texts == best.result.texts]
    told = ("column", "key", "placed", "strength", "kind", "missed", "several", "prior", "turned", "headless")
    return {
        "table_score": best.score,
        "table_margin": min(1.0, best.score - rivals[0]) if rivals else 1.0,
        "table_ties": float(sum(best.score - score < TIE for score in rivals[:MOST_RIVALS])) / MOST_RIVALS,
        "table_agreeing": min(1.0, len(agreeing) / MOST_RIVALS),
        "table_explained": best.features["explained"],
        "table_context": best.features["context"],
        "table_worked_out": float(best.result.computed),
        **{f"table_{name}": best.features.get(name, 0.0) for name in told},
    }


def _kind(best: Scored) -> ReadingKind:
    program = best.proposal.program
    if best.result.computed or program.operation is not Operation.VALUES or program.rows.pick is not None:
        return ReadingKind.CALCULATED
    return ReadingKind.CELL if len(best.result.texts) == 1 else ReadingKind.CELLS


def _worded(question: str, best: Scored) -> str:
    """Cells as they stand, with the unit that their header gives; footnote marks are left out."""
    result = best.result
    if result.computed:
        return "; ".join(result.texts)
    texts = [narrowed(question, text) for text in result.texts] if len(result.texts) == 1 else result.texts
    units = best.proposal.program.table.units
    worded = [
        with_unit(_UNSAID.sub("", text), cell.source.header, units.get(cell.source.location, ""))
        for text, cell in zip(texts, result.cells, strict=False)
    ]
    rows = [worded[at : at + result.width] for at in range(0, len(worded), result.width)]
    return "; ".join((", " if len(rows) > 1 else "; ").join(row) for row in rows)


def _cited(best: Scored) -> Sequence[TableCell]:
    """All cells that are listed; of those that were only counted or calculated with, the first ones."""
    told = [cell for cell in best.result.cells if cell.text]
    used = [cell for cell in best.result.keys if cell.text]
    return [*told, *used][:MOST_CITED] if best.result.computed else [*told[:MOST_LISTED], *used[:MOST_CITED]]


def _citations(cell: TableCell, findings: Findings, retriever: Retriever) -> list[Citation]:
    passage = _passage(cell.chunk, findings)
    return cite_heads(passage, [cell.text], retriever) if cell.is_head else cite_cells(passage, [cell.source])


def _passage(chunk: Chunk, findings: Findings) -> Passage:
    document = _document(chunk, findings)
    return Passage(chunk=chunk, document=document, score=findings.passages[0].score)


def _document(chunk: Chunk, findings: Findings) -> Document:
    return next(d for d in findings.searched if (d.id, d.current_revision) == (chunk.document_id, chunk.revision_id))
