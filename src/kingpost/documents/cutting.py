"""Cuts what was read into chunks, with who the document is in front of each; one odd document ends no run."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from langchain_core.embeddings import Embeddings

from kingpost.documents.chunking import Chunker, Measure
from kingpost.documents.identity import Identity, identify
from kingpost.errors import DocumentError
from kingpost.settings import DocumentSettings
from kingpost.types.documents import Chunk, ParsedDocument

logger = logging.getLogger(__name__)

CHARACTERS_PER_TOKEN = 4


@runtime_checkable
class CountsTokens(Protocol):
    """Embeddings that know their own tokens."""

    def token_offsets(self, text: str) -> list[tuple[int, int]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutter:
    """Cuts as the settings say, counting as the embedding model does."""

    embeddings: Embeddings
    settings: DocumentSettings

    def cut(self, document_id: str, name: str, revision: str, parsed: ParsedDocument) -> tuple[Identity, list[Chunk]]:
        """Who the document is, and its chunks. Raises ``DocumentError``: ``no_text``, ``crashed``."""
        measure = Measure(
            chunk_tokens=self.settings.chunk_tokens,
            context_tokens=self.settings.context_tokens,
            count=token_counter(self.embeddings),
        )
        try:
            identity = identify(parsed, name)
            chunks = Chunker(document_id, revision, identity, measure).cut(parsed)
        except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
            logger.exception("cannot cut a document", extra={"document": document_id})
            raise DocumentError(
                f"{name} was read, but cannot be cut into chunks ({type(error).__name__})",
                reason="crashed",
                next="report it with the log, and convert the file to another format meanwhile",
            ) from error
        if not chunks:
            raise DocumentError(f"{name}: no text found", reason="no_text", next="check the file")
        return identity, chunks


def token_counter(embeddings: Embeddings) -> Callable[[str], int]:
    """Counts tokens of the embedding model, or estimates them where the model does not tell."""
    if isinstance(embeddings, CountsTokens):
        return lambda text: len(embeddings.token_offsets(text))
    return lambda text: -(-len(text) // CHARACTERS_PER_TOKEN)
