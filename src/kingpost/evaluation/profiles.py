"""How the questions of a run are put: what a profile offers, Kingpost's own one, and passages given in a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kingpost.answering.answerer import Answerer
from kingpost.language.normalise import content_hash
from kingpost.retrieval.search import Retriever
from kingpost.types.answers import Answer, Question
from kingpost.types.documents import Chunk, ChunkKind, Document, Part, SectionLocation
from kingpost.types.evaluation import EvaluationQuestion
from kingpost.types.search import Passage


class Profile(Protocol):
    """Something that answers questions over the workspace's documents."""

    def answer(self, question: Question) -> Answer:
        """Answer from the documents; nothing is stored."""

    def read(self, question: Question, passages: Sequence[Passage]) -> Answer:
        """Answer from these passages alone."""

    def retrieve(self, question: str, *, limit: int, documents: Sequence[str]) -> list[Passage]:
        """The passages it would look at, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KingpostProfile:
    """The workspace's own answerer and retriever."""

    answerer: Answerer
    retriever: Retriever

    def answer(self, question: Question) -> Answer:
        return self.answerer.answer(question, store=False)

    def read(self, question: Question, passages: Sequence[Passage]) -> Answer:
        return self.answerer.read(question, list(passages))

    def retrieve(self, question: str, *, limit: int, documents: Sequence[str]) -> list[Passage]:
        return self.retriever.retrieve(question, limit=limit, documents=documents)


def given_passages(question: EvaluationQuestion) -> list[Passage]:
    """The passages of a row as if they had been found: one document of its own, best first as they stand."""
    name = ", ".join(question.documents) or question.id
    document = Document(
        id="given",
        name=name,
        uri="",
        source="given",
        title=name,
        media_type="text/plain",
        current_revision="given",
    )
    chunks = [_chunk(text, ordinal) for ordinal, text in enumerate(question.passages)]
    return [Passage(chunk=chunk, document=document, score=1 / (1 + chunk.ordinal)) for chunk in chunks]


def _chunk(text: str, ordinal: int) -> Chunk:
    whole = SectionLocation(section=(), span=(0, len(text)))
    return Chunk(
        id=f"given-{ordinal}",
        document_id="given",
        revision_id="given",
        ordinal=ordinal,
        kind=ChunkKind.TEXT,
        text=text,
        context="",
        section=(),
        location=whole,
        content_hash=content_hash(text),
        parts=(Part(start=0, end=len(text), location=whole),),
    )
