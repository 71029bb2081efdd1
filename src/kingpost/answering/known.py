"""Answers known questions: the approved answer word for word, or the model's, checked against pair and evidence."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk

from kingpost.answering.citations import cite_evidence
from kingpost.answering.evidence_blocks import Block, EvidenceBlocks
from kingpost.language.evidence import unsupported
from kingpost.language.normalise import stems
from kingpost.language.prompts import known_question_messages
from kingpost.language.wordings import same_answer
from kingpost.retrieval.scoping import Moment, seen, today
from kingpost.types.answers import Citation
from kingpost.types.models import TrainedQuestion
from kingpost.types.questions import Evidence

AGREEMENT = 0.9
"""Share of the pair's content words that the model's answer must hold, and the other way round."""


def references(blocks: EvidenceBlocks, evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    """Citations of a known answer's evidence, in the documents as they stand now and where it stands in them now."""
    found = ((_placed(item, blocks), blocks.records.documents.find(item.document_id)) for item in evidence)
    now = Moment(today=today())
    return tuple(
        cite_evidence(item, next(iter(seen(document, now)), document))
        for item, document in found
        if document is not None
    )


def _placed(evidence: Evidence, blocks: EvidenceBlocks) -> Evidence:
    """The evidence where it stands now: a row put in above it moves it, and changes nothing of it."""
    document = blocks.records.documents.find(evidence.document_id)
    if document is None or document.current_revision == evidence.revision:
        return evidence
    block = blocks.find(evidence)
    return replace(evidence, location=block.location) if block and block.location else evidence


def recall(chat: BaseChatModel, trained: TrainedQuestion, *, tokens: int) -> Iterator[str]:
    """Ask the fine-tuned model the known question in its trained wording: small models remember wordings, not facts."""
    for piece in chat.bind(max_tokens=tokens, temperature=0).stream(known_question_messages(trained.wording)):
        if isinstance(piece, AIMessageChunk | AIMessage):
            yield str(piece.content)


def objections(text: str, trained: TrainedQuestion, blocks: Sequence[Block]) -> tuple[str, ...]:
    """Why the model's answer may not be served; empty when it says what its pair says and its evidence holds it.

    ``blocks`` are the evidence as it stands now. What the trained wording asks about may be said again.
    """
    if not text.strip():
        return ("it said nothing",)
    return (*_differences(text, trained.answer), *_unheld(text, trained.wording, blocks))


def _differences(text: str, answer: str) -> list[str]:
    """Numbers, names and negations that only one of the two has; else whether their words agree."""
    if same_answer(text, answer):
        return []
    added = [f"“{item}” is not in the known answer" for item in unsupported(text, [answer])]
    lost = [f"“{item}” of the known answer is missing" for item in unsupported(answer, [text])]
    return [*added, *lost] or ([] if _words_agree(text, answer) else ["its words are not those of the known answer"])


def _words_agree(text: str, answer: str) -> bool:
    said, known = frozenset(stems(text)), frozenset(stems(answer))
    common = len(said & known)
    return bool(said and known) and common / len(said) >= AGREEMENT and common / len(known) >= AGREEMENT


def _unheld(text: str, wording: str, blocks: Sequence[Block]) -> list[str]:
    identity = [name for block in blocks for name in block.identity]
    missing = unsupported(text, [*(block.text for block in blocks), wording], identity=identity)
    return [f"“{item}” is not in the evidence" for item in missing]
