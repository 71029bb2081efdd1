"""Turns chunks into index entries: text for words, a vector for meaning, keys for look-up, facets to filter by."""

from collections.abc import Sequence

from langchain_core.embeddings import Embeddings

from kingpost.documents.parsing import family
from kingpost.types.documents import Chunk, Document
from kingpost.types.search import Entry


def entries(chunks: Sequence[Chunk], document: Document, embeddings: Embeddings) -> list[Entry]:
    """One entry a chunk; what is embedded is the context, a line break, and the text."""
    texts = [searched(chunk) for chunk in chunks]
    return [
        Entry(id=chunk.id, text=text, vector=vector, keys=chunk.keys, facets=facets(chunk, document))
        for chunk, text, vector in zip(chunks, texts, embeddings.embed_documents(texts), strict=True)
    ]


def searched(chunk: Chunk) -> str:
    """What a chunk is found by: its identity and its text."""
    return f"{chunk.context}\n{chunk.text}" if chunk.context else chunk.text


def facets(chunk: Chunk, document: Document) -> dict[str, tuple[str, ...]]:
    """What entries are filtered by."""
    return {
        "document": (document.id,),
        "status": (document.status.value,),
        "groups": chunk.groups,
        "type": (family(document.name) or "other",),
        "kind": (chunk.kind.value,),
        "table": (chunk.table,) if chunk.table else (),
    }
