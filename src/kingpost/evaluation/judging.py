"""One question and what came of it -> its row of answers.jsonl, with every measure that the summary needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from kingpost.answering.contract import answer_json
from kingpost.answering.places import stands
from kingpost.evaluation import citing, metrics
from kingpost.evaluation.places import AT, Names, legs, places, recall, right_citations
from kingpost.evaluation.profiles import given_passages
from kingpost.types.answers import Answer, Citation, Route
from kingpost.types.documents import Chunk
from kingpost.types.evaluation import EvaluationQuestion
from kingpost.types.search import Passage

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Compares answers with their references. ``chunks_of`` gives the current chunks of a document id."""

    names: Names
    embeddings: Embeddings
    chunks_of: Callable[[str], Sequence[Chunk]]

    def answered(
        self, question: EvaluationQuestion, answer: Answer, passages: Sequence[Passage], latency_ms: float
    ) -> Row:
        """The row of an answered question."""
        abstained = answer.route is Route.ABSTAIN
        right = metrics.is_right(answer.answer, question.answers, answerable=question.answerable, abstained=abstained)
        return answer_json(answer) | {
            "id": question.id,
            **_asked(question),
            "measures": self._measures(question, answer, abstained=abstained),
            "right": right,
            "retrieval": self._retrieval(question, passages),
            "citations_right": self._citations(question, answer),
            **self._cited(question, answer),
            "citations_standing": self._standing(question, answer),
            "numbers": self._numbers(question, answer),
            "features": dict(answer.confidence.features),
            "latency_ms": round(latency_ms, 1),
        }

    def retrieved(self, question: EvaluationQuestion, passages: Sequence[Passage], latency_ms: float) -> Row:
        """The row of a question that was only searched for, from all passages that were found."""
        first = passages[: max(AT)]
        return {
            "id": question.id,
            "question": question.question,
            "route": None,
            **_asked(question),
            "retrieval": self._retrieval(question, first),
            "legs": {
                name: measures
                for name, found in legs(passages).items()
                if (measures := self._retrieval(question, found[: max(AT)])) is not None
            },
            "passages": [{"document": p.document.name, "chunk": p.chunk.id, "score": p.score} for p in first],
            "latency_ms": round(latency_ms, 1),
        }

    def _measures(self, question: EvaluationQuestion, answer: Answer, *, abstained: bool) -> dict[str, float | None]:
        """Of answerable questions with references only; an abstention scores nothing on them."""
        if not question.answerable or not question.answers:
            return {}
        text = "" if abstained else answer.answer
        return {
            "exact_match": metrics.exact_match(text, question.answers),
            "token_f1": metrics.token_f1(text, question.answers),
            "number_accuracy": metrics.number_accuracy(text, question.answers),
            "rouge_l": metrics.rouge_l(text, question.answers),
            "embedding_similarity": self._similarity(text, question.answers),
        }

    def _similarity(self, text: str, references: Sequence[str]) -> float:
        """Cosine of the answer's embedding and the nearest reference's."""
        if not text.strip():
            return 0.0
        vectors = np.asarray(self.embeddings.embed_documents([text, *references]), dtype=float)
        unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return round(float(np.max(unit[1:] @ unit[0])), 6)

    def _retrieval(self, question: EvaluationQuestion, passages: Sequence[Passage]) -> dict[str, float | None] | None:
        """Of answerable questions that name a document; none where the passages stood in the row."""
        if not question.answerable or not question.documents or question.passages:
            return None
        return recall(self._documents(question), places(question, self.names), passages)

    def _citations(self, question: EvaluationQuestion, answer: Answer) -> list[int] | None:
        """How many citations are right, of how many; None where nothing says which would be."""
        if not question.answerable or not question.documents or question.passages or answer.route is Route.ABSTAIN:
            return None
        expected = places(question, self.names)
        right = right_citations(self._documents(question), expected, answer.citations, self.chunks_of)
        return [right, len(answer.citations)]

    def _cited(self, question: EvaluationQuestion, answer: Answer) -> Row:
        """Whether the first citation is of a right document, and a right page among the first; a refusal cites none."""
        if not question.answerable or not question.documents or question.passages:
            return {"cited_first": None, "cited_pages": {}}
        citations = () if answer.route is Route.ABSTAIN else answer.citations
        return {
            "cited_first": citing.first_is_right(self._documents(question), citations),
            "cited_pages": citing.pages_cited(places(question, self.names), citations),
        }

    def _standing(self, question: EvaluationQuestion, answer: Answer) -> list[int] | None:
        """How many citations quote what stands at the place that they give, of how many."""
        if answer.route is Route.ABSTAIN:
            return None
        standing = [stands(citation, self._chunks(question, citation)) for citation in answer.citations]
        return [sum(standing), len(standing)]

    def _numbers(self, question: EvaluationQuestion, answer: Answer) -> Row | None:
        """The numbers of a given answer: how many, those that no citation holds, and whether they were calculated."""
        if answer.route is Route.ABSTAIN:
            return None
        texts = citing.evidence_texts(answer.citations, lambda citation: self._chunks(question, citation))
        uncited, count = citing.uncited_numbers(answer.answer, texts)
        calculated = answer.confidence.features.get("kind_calculated", 0.0) == 1.0
        return {"count": count, "uncited": uncited, "calculated": calculated}

    def _chunks(self, question: EvaluationQuestion, citation: Citation) -> Sequence[Chunk]:
        """Where the citation was taken from: the document, or the passages of the row."""
        if question.passages:
            return [passage.chunk for passage in given_passages(question)]
        return self.chunks_of(citation.document)

    def _documents(self, question: EvaluationQuestion) -> list[frozenset[str]]:
        return [self.names.ids(name) for name in question.documents]


def _asked(question: EvaluationQuestion) -> Row:
    return {"type": question.type, "answerable": question.answerable, "answers": list(question.answers)}
