"""The ``seed`` profile, whole: 1,000-character chunks, dense k=3, the raw score as confidence, threshold routing."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from numpy.typing import NDArray

from kingpost.documents.library import Library
from kingpost.evaluation.validation import Match
from kingpost.language.normalise import content_hash
from kingpost.types.answers import Answer, Confidence, Question, Route, Verdict
from kingpost.types.documents import Block, Chunk, ChunkKind, Document, Part, SectionLocation
from kingpost.types.search import Passage

CHUNK_CHARACTERS = 1000
OVERLAP_CHARACTERS = 200
PASSAGES = 3
ANSWER_TOKENS = 128
SAME_FROM = 0.9
EMBED_AT_ONCE = 32

INSTRUCTION = (
    "Use the following pieces of context to answer the question at the end. If you don't know the answer, "
    "just say that you don't know, don't try to make up an answer."
)
DONT_KNOW = re.compile(r"\b(?:don['\u2019]?t|do not|doesn['\u2019]?t|does not) know\b", re.IGNORECASE)

Matrix = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class SeedProfile:
    """Answers the way of the published reference solution: whatever is nearest goes to the model, uncited."""

    library: Library
    embeddings: Embeddings
    chat: Callable[[], BaseChatModel]

    def answer(self, question: Question) -> Answer:
        passages = self.retrieve(question.text, limit=PASSAGES, documents=question.documents)
        return self._generated(question, passages)

    def read(self, question: Question, passages: Sequence[Passage]) -> Answer:
        vectors = _embedded(self.embeddings, [passage.chunk.text for passage in passages])
        similarities = vectors @ _vector(self.embeddings, question.text)
        best = np.argsort(-similarities, kind="stable")[:PASSAGES]
        return self._generated(question, [replace(passages[i], similarity=float(similarities[i])) for i in best])

    def retrieve(self, question: str, *, limit: int, documents: Sequence[str]) -> list[Passage]:
        chunks, vectors = self._index
        kept = [i for i, (chunk, _) in enumerate(chunks) if not documents or chunk.document_id in documents]
        if not kept:
            return []
        similarities = vectors[kept] @ _vector(self.embeddings, question)
        best = np.argsort(-similarities, kind="stable")[:limit]
        return [_passage(chunks[kept[i]], float(similarities[i])) for i in best]

    @cached_property
    def _index(self) -> tuple[list[tuple[Chunk, Document]], Matrix]:
        chunks = [
            (chunk, document)
            for document in self.library.documents()
            for chunk in seed_chunks(self.library.parsed(document.id).blocks, document)
        ]
        return chunks, _embedded(self.embeddings, [chunk.text for chunk, _ in chunks])

    def _generated(self, question: Question, passages: Sequence[Passage]) -> Answer:
        context = "\n\n".join(passage.chunk.text for passage in passages)
        prompt = f"{INSTRUCTION}\n\n{context}\n\nQuestion: {question.text}\nHelpful Answer:"
        history = [{"role": role, "content": text} for role, text in question.history]
        model = self.chat().bind(max_tokens=ANSWER_TOKENS, temperature=0)
        text = str(model.invoke([*history, {"role": "user", "content": prompt}]).content).strip()
        refused = not text or DONT_KNOW.search(text) is not None
        similarity = passages[0].similarity if passages else 0.0
        return Answer(
            id="",
            turn="",
            question=question.text,
            answer=text,
            route=Route.ABSTAIN if refused else Route.RAG,
            confidence=Confidence(value=min(1.0, max(0.0, similarity)), reasons=("similarity of the first chunk",)),
            standalone=question.text,
            reader="generative",
        )


class SeedMatcher:
    """Threshold routing: the nearest known question is the one asked when its cosine is above 0.9."""

    def __init__(self, *, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self._known: list[str] = []
        self._vectors: Matrix = np.zeros((0, 0), dtype=np.float32)

    def learn(self, known: Sequence[str]) -> None:
        self._known = list(dict.fromkeys(known))
        self._vectors = _embedded(self._embeddings, self._known)

    def match(self, query: str) -> Match:
        similarities = self._vectors @ _vector(self._embeddings, query)
        best = int(np.argmax(similarities))
        same = bool(similarities[best] > SAME_FROM)
        return Match(
            matched=self._known[best] if same else None,
            scored=self._known[best],
            verdict=(Verdict.SAME if same else Verdict.DIFFERENT).value,
            stage="verifier",
            score=float(similarities[best]),
        )


def seed_chunks(blocks: Sequence[Block], document: Document) -> list[Chunk]:
    """The document's plain text in windows of 1,000 characters that overlap by 200, each knowing where it stands."""
    text, parts = _plain_text(blocks)
    return [_chunk(text, window, parts, document, ordinal) for ordinal, window in enumerate(_windows(text))]


def _plain_text(blocks: Sequence[Block]) -> tuple[str, list[Part]]:
    text, parts = "", []
    for block in blocks:
        piece = f"{block.label}: {block.text}" if block.label else block.text
        places = [Part(start=len(text), end=len(text) + len(piece), location=block.location)]
        places += [_headed(places[0], block)] if block.section else []
        parts += places
        text += piece + "\n"
    return text, parts


def _headed(part: Part, block: Block) -> Part:
    """The block's headings, which the windows do not hold: only measuring needs them."""
    return replace(part, location=SectionLocation(section=block.section, span=(part.start, part.end)))


def _windows(text: str) -> list[tuple[int, int]]:
    """Spans cut at white space where there is some in a window's second half."""
    spans, start = [], 0
    while text[start:].strip():
        end = min(len(text), start + CHUNK_CHARACTERS)
        if end < len(text):
            space = max(text.rfind(gap, start + CHUNK_CHARACTERS // 2, end) for gap in (" ", "\n"))
            end = space if space > 0 else end
        spans.append((start, end))
        if end == len(text):
            break
        start = end - OVERLAP_CHARACTERS
    return spans


def _chunk(text: str, window: tuple[int, int], parts: Sequence[Part], document: Document, ordinal: int) -> Chunk:
    start, end = window
    inside = [part for part in parts if part.start < end and start < part.end]
    within = tuple(replace(part, start=max(0, part.start - start), end=min(end, part.end) - start) for part in inside)
    location = inside[0].location if inside else SectionLocation(section=(), span=window)
    return Chunk(
        id=f"{document.id}-seed{ordinal}",
        document_id=document.id,
        revision_id=document.current_revision,
        ordinal=ordinal,
        kind=ChunkKind.TEXT,
        text=text[start:end],
        context="",
        section=(),
        location=location,
        content_hash=content_hash(text[start:end]),
        parts=within,
    )


def _passage(found: tuple[Chunk, Document], similarity: float) -> Passage:
    chunk, document = found
    return Passage(chunk=chunk, document=document, score=similarity, similarity=similarity, legs={"dense": 1})


def _embedded(embeddings: Embeddings, texts: Sequence[str]) -> Matrix:
    """Unit vectors, one row a text."""
    starts = range(0, len(texts), EMBED_AT_ONCE)
    rows = [row for start in starts for row in embeddings.embed_documents(list(texts[start : start + EMBED_AT_ONCE]))]
    return _unit(np.asarray(rows, dtype=np.float32).reshape(len(texts), -1) if rows else np.zeros((0, 1), np.float32))


def _vector(embeddings: Embeddings, text: str) -> Matrix:
    vector: Matrix = _unit(np.asarray([embeddings.embed_query(text)], dtype=np.float32))[0]
    return vector


def _unit(rows: Matrix) -> Matrix:
    unit: Matrix = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit
