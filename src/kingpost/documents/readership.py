"""Brings chunks and index entries of a document in line with who may read it, without reading it again."""

from collections.abc import Sequence
from dataclasses import replace

from kingpost.documents.entries import facets
from kingpost.ports import SearchIndex
from kingpost.records import Records
from kingpost.types.documents import Chunk, Document
from kingpost.types.search import CHUNKS


def renew(document: Document, *, records: Records, index: SearchIndex) -> None:
    """Store a document whose name, groups or stamp have changed.

    Hits are joined to the document, so its record decides who sees it, and is written last: a run that is cut short
    before does the same again. With no groups nobody sees it, and its entries may stay as they are.
    """
    before = records.documents.find(document.id)
    if document.groups and before is not None and before.groups != document.groups:
        chunks = readable_by(document.groups, list(records.chunks.all(partition=document.id)))
        records.chunks.put_all({chunk.id: chunk for chunk in chunks}, partition=document.id)
        index.refacet(CHUNKS, {chunk.id: facets(chunk, document) for chunk in chunks})
    records.documents.put(document.id, document)


def readable_by(groups: tuple[str, ...], chunks: Sequence[Chunk]) -> list[Chunk]:
    """The chunks, for these groups."""
    return [replace(chunk, groups=groups) for chunk in chunks]
