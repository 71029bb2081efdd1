"""Answers known questions: the approved answer word for word, or the fine-tuned model's, checked against its pair."""

from collections.abc import Iterator, Sequence

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk

from kingpost.answering.citations import cite_evidence
from kingpost.language.evidence import unsupported
from kingpost.language.normalise import normalise, stems
from kingpost.language.prompts import known_question_messages
from kingpost.records import Records
from kingpost.retrieval.scoping import Moment, seen, today
from kingpost.types.answers import Citation
from kingpost.types.models import TrainedQuestion
from kingpost.types.questions import Evidence

AGREEMENT = 0.9
"""Share of the pair's content words that the model's answer must hold, and the other way round."""


def references(records: Records, evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    """Citations of a known answer's evidence, in the documents as they stand now."""
    found = ((item, records.documents.find(item.document_id)) for item in evidence)
    now = Moment(today=today())
    return tuple(
        cite_evidence(item, next(iter(seen(document, now)), document))
        for item, document in found
        if document is not None
    )


def recall(chat: BaseChatModel, trained: TrainedQuestion, *, tokens: int) -> Iterator[str]:
    """Ask the fine-tuned model the known question in its trained wording: small models remember wordings, not facts."""
    for piece in chat.bind(max_tokens=tokens, temperature=0).stream(known_question_messages(trained.wording)):
        if isinstance(piece, AIMessageChunk | AIMessage):
            yield str(piece.content)


def agrees(text: str, answer: str) -> bool:
    """Whether the model's answer says what its pair says: no number, name or negation differs, and the words agree."""
    if normalise(text) == normalise(answer):
        return True
    if unsupported(text, [answer]) or unsupported(answer, [text]):
        return False
    said, known = frozenset(stems(text)), frozenset(stems(answer))
    common = len(said & known)
    return bool(said and known) and common / len(said) >= AGREEMENT and common / len(known) >= AGREEMENT
