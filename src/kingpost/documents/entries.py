"""Turns chunks into index entries: text for words, a vector for meaning, keys for look-up, facets to filter by."""

from collections.abc import Sequence

from kingpost.documents.parsing import family
from kingpost.types.documents import Chunk, Document
from kingpost.types.search import Entry, Vector


def entries(chunks: Sequence[Chunk], document: Document, vectors: Sequence[Vector]) -> list[Entry]:
    """One entry a chunk, with the vector of what it is found by."""
    return [
        Entry(id=chunk.id, text=searched(chunk), vector=vector, keys=chunk.keys, facets=facets(chunk, document))
        for chunk, vector in zip(chunks, vectors, strict=True)
    ]


def searched(chunk: Chunk) -> str:
    """What a chunk is found by and what is embedded: its identity, a line break, its text."""
    return f"{chunk.context}\n{chunk.text}" if chunk.context else chunk.text


def facets(chunk: Chunk, document: Document) -> dict[str, tuple[str, ...]]:
    """What entries are filtered by."""
    return {
        "document": (document.id,),
        "revision": (chunk.revision_id,),
        "status": (document.facet_of(chunk.revision_id),),
        "groups": chunk.groups,
        "type": (family(document.name) or "other",),
        "kind": (chunk.kind.value,),
        "table": (chunk.table,) if chunk.table else (),
    }
