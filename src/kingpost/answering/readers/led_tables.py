"""Reads what a table lists that a sentence leads into: "The following doors are kept shut:", and a table of them."""

import re
from collections.abc import Sequence

from kingpost.answering.citations import cite_cells, cite_span, without_repeats
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.language.normalise import sentences, stems
from kingpost.retrieval.search import Findings
from kingpost.retrieval.shelf import Shelf
from kingpost.types.documents import Chunk, ChunkCell, ChunkKind
from kingpost.types.search import Passage

READ_PASSAGES = 8
LISTED_ROWS = 60
TOLD = 0.99
"""Share of the question's words that the sentence, what it stands under and the table's heads must hold."""
_SEVERAL = re.compile(
    r"^(?:and\s+)?(?:(?:in|on|for|of|to|by|from)\s+)?(?:which|what)\s+(?:\w+\s+){0,2}?\w{2,}s\s+"
    r"(?:are|were|must|shall|should|may|can|do|have|need|belong|exist)\b|^(?:list|name|give|enumerate|what are)\b",
    re.I,
)
_LEADS = re.compile(r":\s*$|\b(?:following|below)\b", re.I)


def read_led_table(findings: Findings, shelf: Shelf) -> Reading | None:
    """The names of the rows; None unless several things are asked for and such a sentence tells of all of them."""
    if _SEVERAL.match(findings.analysis.question.strip()) is None:
        return None
    asked = findings.analysis.stems
    for passage in findings.passages[:READ_PASSAGES]:
        table = _led_into(passage.chunk, shelf) if passage.chunk.kind in (ChunkKind.TEXT, ChunkKind.CLAUSE) else []
        if table and _share(asked, passage, table[0]) >= TOLD:
            return _reading(passage, [chunk for chunk in table if chunk.kind is ChunkKind.ROW])
    return None


def _led_into(chunk: Chunk, shelf: Shelf) -> list[Chunk]:
    """The table right after a chunk whose last sentence leads into it, with what goes on under the same heads."""
    spans = sentences(chunk.text)
    if not spans or not _LEADS.search(chunk.text[slice(*spans[-1])]):
        return []
    table: list[Chunk] = []
    last = chunk
    while (first := _next(last, shelf)) and first.kind is ChunkKind.OVERVIEW and _goes_on(table, first):
        table += shelf.table(first)
        if len(table) > LISTED_ROWS:
            return []
        last = table[-1]
    return table


def _next(chunk: Chunk, shelf: Shelf) -> Chunk | None:
    return next(iter(shelf.beside(chunk, [chunk.ordinal + 1])), None)


def _goes_on(table: Sequence[Chunk], overview: Chunk) -> bool:
    return not table or (_heads(table[0]) == _heads(overview) and table[0].section == overview.section)


def _heads(overview: Chunk) -> str:
    return overview.text.partition(". ")[0]


def _share(asked: Sequence[str], passage: Passage, overview: Chunk) -> float:
    chunk, document = passage.chunk, passage.document
    start, end = sentences(chunk.text)[-1]
    told = " ".join((chunk.text[start:end], *chunk.section, _heads(overview), document.title, document.name))
    known = frozenset(stems(told))
    return sum(stem in known for stem in asked) / len(asked) if asked else 0.0


def _reading(passage: Passage, rows: Sequence[Chunk]) -> Reading | None:
    named = [(row, cell) for row in rows if (cell := _name(row)) is not None]
    if not named:
        return None
    start, end = sentences(passage.chunk.text)[-1]
    cited = [
        c for row, cell in named for c in cite_cells(Passage(chunk=row, document=passage.document, score=0), [cell])
    ]
    return Reading(
        kind=ReadingKind.CELLS,
        text="; ".join(cell.text for _, cell in named),
        citations=without_repeats([*cite_span(passage, start, end), *cited]),
        support=1.0,
        note=passage.chunk.text[start:end].strip(),
    )


def _name(row: Chunk) -> ChunkCell | None:
    """What the row is about: the cell that labels it, else its first."""
    cells = [cell for cell in row.cells if cell.text.strip()]
    return next((cell for cell in cells if cell.label), cells[0] if cells else None)
