"""The generative reader: the model words an answer from passages; what the evidence does not hold is not shown."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.runnables import Runnable

from kingpost.answering.citations import cite_span, without_repeats
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.language.evidence import unsupported
from kingpost.language.normalise import sentences, stems
from kingpost.language.prompts import grounded_messages
from kingpost.language.quotes import find_quote
from kingpost.types.answers import Citation
from kingpost.types.search import Passage

STOP = ["\nQuestion:", "\n\n\n", "<|im_end|>"]
SENTENCE_SUPPORT = 0.75
"""Share of a generated sentence's content words that must stand in one passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerativeReader:
    """Asks the chat model. ``count_tokens`` is the model's own."""

    chat: BaseChatModel
    count_tokens: Callable[[str], int]
    prompt_tokens: int
    generated_tokens: int

    def stream(self, question: str, passages: Sequence[Passage]) -> Iterator[str]:
        """The model's words as they come."""
        messages = grounded_messages(question, [text_of(p) for p in self.within_budget(passages)])
        model: Runnable[Any, AIMessage] = self.chat.bind(max_tokens=self.generated_tokens, stop=STOP)
        for piece in model.stream(messages):
            if isinstance(piece, AIMessageChunk | AIMessage):
                yield str(piece.content)

    def within_budget(self, passages: Sequence[Passage]) -> list[Passage]:
        """The best passages that fit the prompt together."""
        chosen: list[Passage] = []
        left = self.prompt_tokens
        for passage in passages:
            left -= self.count_tokens(text_of(passage)) + 8
            if left < 0 and chosen:
                break
            chosen.append(passage)
        return chosen

    def checked(self, text: str, passages: Sequence[Passage]) -> Reading:
        """The draft as a reading if every sentence stands in a passage; else kind ``nothing`` with the reason."""
        text = re.sub(r"\s*\[\d+\]", "", text).strip()
        read = self.within_budget(passages)
        missing = unsupported(text, [text_of(passage) for passage in read])
        if not text or missing:
            return Reading(
                kind=ReadingKind.NOTHING, reason=f"The evidence does not hold {', '.join(missing) or 'an answer'}."
            )
        citations: list[Citation] = []
        for start, end in sentences(text):
            found = _cited(text[start:end], read)
            if found is None:
                return Reading(kind=ReadingKind.NOTHING, reason="A sentence of the draft stands in no passage.")
            citations += found
        return Reading(kind=ReadingKind.GENERATED, text=text, citations=without_repeats(citations), support=1.0)


def text_of(passage: Passage) -> str:
    """A passage as the model reads it: its identity, then its text."""
    return f"{passage.chunk.context}\n{passage.chunk.text}".strip()


def _cited(sentence: str, passages: Sequence[Passage]) -> list[Citation] | None:
    """References for one sentence; none needed for a sentence without content; None where nothing supports it."""
    words = frozenset(stems(sentence))
    if not words:
        return []
    shares = [(len(words & frozenset(stems(text_of(p)))) / len(words), -n, p) for n, p in enumerate(passages)]
    share, _, passage = max(shares, key=lambda item: item[:2])
    if share < SENTENCE_SUPPORT:
        return None
    span = find_quote(sentence, passage.chunk.text) or _nearest_sentence(words, passage)
    return cite_span(passage, *span)


def _nearest_sentence(words: frozenset[str], passage: Passage) -> tuple[int, int]:
    spans = sentences(passage.chunk.text) or [(0, len(passage.chunk.text))]
    return max(spans, key=lambda span: len(words & frozenset(stems(passage.chunk.text[slice(*span)]))))
