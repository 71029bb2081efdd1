"""Gathers what a program may exchange in questions: values of one column of the documents' tables."""

import re
from collections import defaultdict
from collections.abc import Iterator

from kingpost.language.siblings import LONGEST, MOST
from kingpost.records import Records
from kingpost.types.documents import Chunk

MOST_COLUMNS = 2000
_NAMED = re.compile(r"[^\W\d_]{3,}")
"""A value is a name of something, not a number, when it has a word."""


def columns(records: Records) -> list[tuple[str, ...]]:
    """Short values that stand in one column of one document in force, for each such column."""
    found = defaultdict[tuple[str, tuple[str, ...]], dict[str, None]](dict)
    for document in records.documents.all():
        for chunk in records.chunks.all(partition=document.id):
            if chunk.revision_id != document.current_revision:
                continue
            for header, value in _values(chunk):
                column = found[document.id, header]
                if len(column) <= MOST:
                    column.setdefault(value)
        if len(found) > MOST_COLUMNS:
            break
    return [tuple(values) for values in found.values() if len(values) > 1]


def _values(chunk: Chunk) -> Iterator[tuple[tuple[str, ...], str]]:
    for cell in chunk.cells:
        value = cell.text.strip()
        if cell.header and len(value.split()) <= LONGEST and _NAMED.search(value):
            yield cell.header, value
