"""The generative reader: the model words an answer from passages; what the evidence does not hold is not shown."""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.runnables import Runnable

from kingpost.answering.readers.drafted import read_draft
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.answering.readers.repair import repaired
from kingpost.language.normalise import sentences
from kingpost.language.prompts import grounded_messages
from kingpost.types.documents import ChunkKind
from kingpost.types.search import Passage

STOP = ["\nQuestion:", "\nPassages:", "\n\n\n", "<|im_end|>"]
REFUSED = "model_refused"
TEMPLATE_TOKENS = 8
"""What a passage's number and the space around it take."""


@dataclass
class Generation:
    """What a model wrote, what it took in tokens, and how long reading the prompt and writing took, in milliseconds."""

    text: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)
    prefill: float = 0.0
    decode: float = 0.0
    cut: bool = False
    """Whether it ended because it had become too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerativeReader:
    """Asks the chat model. ``count_tokens`` is the model's own. ``quotes``: it can be asked for quotes."""

    chat: BaseChatModel
    count_tokens: Callable[[str], int]
    prompt_tokens: int
    generated_tokens: int
    quotes: bool = False

    def passages(self, found: Sequence[Passage]) -> list[Passage]:
        """The best passages that fit the prompt together, in the order in which they stand in their documents.

        So the same passages make the same prompt, whatever was asked. What only sums up a table is left out.
        """
        chosen: list[Passage] = []
        left = self.prompt_tokens
        for passage in found:
            if passage.chunk.kind is ChunkKind.OVERVIEW:
                continue
            left -= self.count_tokens(text_of(passage)) + TEMPLATE_TOKENS
            if left < 0 and chosen:
                break
            chosen.append(passage)
        return sorted(
            chosen, key=lambda passage: (passage.document.id, passage.chunk.revision_id, passage.chunk.ordinal)
        )

    def generate(self, question: str, passages: Sequence[Passage]) -> Generator[str, None, Generation]:
        """The model's words as they come; the value of the generator is all of them, with what they took."""
        messages = grounded_messages(question, [self._shortened(text_of(p)) for p in passages], quotes=self.quotes)
        model: Runnable[Any, AIMessage] = self.chat.bind(max_tokens=self.generated_tokens, stop=STOP)
        since = time.perf_counter()
        first = 0.0
        whole: AIMessage | None = None
        for piece in model.stream(messages):
            if not isinstance(piece, AIMessageChunk | AIMessage):
                continue
            whole = piece if whole is None else whole + piece  # type: ignore[assignment]
            if piece.content:
                first = first or time.perf_counter()
                yield str(piece.content)
        return _generation(whole, prefill=(first or time.perf_counter()) - since, total=time.perf_counter() - since)

    def read(self, generation: Generation, passages: Sequence[Passage], question: str) -> Reading:
        """The draft as a reading when its evidence check passes, as it is or repaired; else kind ``nothing``."""
        draft = read_draft(generation.text, cut=generation.cut)
        if draft.refuses:
            return Reading(
                kind=ReadingKind.NOTHING,
                reason="The language model found no answer in the passages.",
                features={REFUSED: 1.0},
            )
        return repaired(draft, passages, question)

    def _shortened(self, text: str) -> str:
        """A passage that is longer than the prompt may be ends with its last whole sentence that fits."""
        if self.count_tokens(text) <= self.prompt_tokens:
            return text
        ends = [end for _, end in sentences(text)]
        fitting = [end for end in ends if self.count_tokens(text[:end]) <= self.prompt_tokens]
        return text[: fitting[-1]] if fitting else text[: self.prompt_tokens]


def text_of(passage: Passage) -> str:
    """A passage as the model reads it: its identity, then its text."""
    return f"{passage.chunk.context}\n{passage.chunk.text}".strip()


def _generation(whole: AIMessage | None, *, prefill: float, total: float) -> Generation:
    """Timings are the host's own where it tells them."""
    if whole is None:
        return Generation(prefill=1000 * total)
    timings = whole.response_metadata.get("timings") or {}
    usage = whole.usage_metadata
    return Generation(
        text=str(whole.content),
        usage={"prompt_tokens": usage["input_tokens"], "completion_tokens": usage["output_tokens"]} if usage else {},
        prefill=timings.get("prompt_ms", 1000 * prefill),
        decode=timings.get("predicted_ms", 1000 * (total - prefill)),
        cut=whole.response_metadata.get("finish_reason") == "length",
    )
