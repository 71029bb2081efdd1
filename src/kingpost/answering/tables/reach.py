"""Says which tables of a long document are asked: those that retrieval found, and those that say its words."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from kingpost.answering.tables.cues import ABOUT_TABLES
from kingpost.answering.tables.values import tokens
from kingpost.types.documents import Chunk

FEW_TABLES = 12
FEW_ROWS = 2_000
"""A document with no more tables and rows is read whole."""
MOST_ASKED = 8
"""Tables that are asked of a longer one."""
MOST_FOUND = 4
"""Of these, tables taken because retrieval found rows of them; the rest hold most of the question's words."""


def in_reach(question: str, rows: Sequence[Chunk], priors: Mapping[str, float]) -> list[Chunk]:
    """Rows of the tables to ask, in order: all of a short document, of others at most ``MOST_ASKED`` tables.

    ``priors`` say by table id how near retrieval found a table. Words count more the fewer tables hold them.
    """
    tables: dict[str, list[Chunk]] = {}
    for row in rows:
        tables.setdefault(row.table, []).append(row)
    if len(tables) <= FEW_TABLES and len(rows) <= FEW_ROWS:
        return list(rows)
    found = sorted((table for table in tables if table in priors), key=lambda table: -priors[table])[:MOST_FOUND]
    kept: set[str] = set()
    size = 0
    for table in dict.fromkeys([*found, *_by_words(question, tables)]):
        size += len(tables[table])
        if len(kept) < MOST_ASKED and (size <= FEW_ROWS or not kept):
            kept.add(table)
    return [row for row in rows if row.table in kept]


def _by_words(question: str, tables: Mapping[str, Sequence[Chunk]]) -> list[str]:
    """Tables that hold words of the question, those with most and rarest words first."""
    asked = {token.stem for token in tokens(question) if token.content} - ABOUT_TABLES
    held = {table: asked & _stems(rows) for table, rows in tables.items()}
    common = Counter(stem for stems in held.values() for stem in stems)
    weights = {table: sum(math.log(1 + len(tables) / common[stem]) for stem in held[table]) for table in tables}
    return sorted((table for table in tables if held[table]), key=lambda table: -weights[table])


def _stems(rows: Sequence[Chunk]) -> set[str]:
    """Of caption, headers and cells."""
    headers = {part for row in rows for cell in row.cells for part in cell.header}
    texts = {*rows[0].section, *headers, *(cell.text for row in rows for cell in row.cells)}
    return {token.stem for text in texts for token in tokens(text)}
