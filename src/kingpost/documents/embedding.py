"""Embeds the chunks of several files together: texts of like length in one batch, batches side by side."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import numpy as np
from langchain_core.embeddings import Embeddings

from kingpost.types.search import Vector

GROUP_TEXTS = 512
"""Texts that are put in order together: enough for batches of like length, little enough to be held in memory."""
BATCH_TEXTS = 32
WAITING_GROUPS = 2

Work = TypeVar("Work")
Vectors = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(slots=True)
class _Group(Generic[Work]):
    """What is embedded together: works with their texts, and the vectors to come, by text."""

    members: list[tuple[Work, Sequence[str]]]
    batches: list[tuple[list[str], Future[Vectors]]] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return all(future.done() for _, future in self.batches)

    def finished(self) -> Iterator[tuple[Work, list[Vector]]]:
        vectors: dict[str, Vector] = {
            text: vector for texts, future in self.batches for text, vector in zip(texts, future.result(), strict=True)
        }
        for work, texts in self.members:
            yield work, [vectors[text] for text in texts]


class EmbeddingQueue(Generic[Work]):
    """Takes work with its texts and gives it back with their vectors, in the order it came.

    A group is embedded as soon as it is full or the encoder has nothing else to do. Leaving the context drops what
    has not begun.
    """

    def __init__(self, embeddings: Embeddings, *, workers: int) -> None:
        self._embeddings = embeddings
        self._threads = ThreadPoolExecutor(workers)
        self._gathered: list[tuple[Work, Sequence[str]]] = []
        self._running: deque[_Group[Work]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=kind is None, cancel_futures=True)

    @property
    def is_full(self) -> bool:
        """Whether there is so much to embed that no more should be brought."""
        return len(self._running) >= WAITING_GROUPS and self._texts_gathered >= GROUP_TEXTS

    @property
    def is_ready(self) -> bool:
        """Whether ``ready`` has something to give."""
        return bool(self._running) and self._running[0].done

    @property
    def futures(self) -> list[Future[Vectors]]:
        """What to wait for until something is ready."""
        return [future for _, future in self._running[0].batches if not future.done()] if self._running else []

    @property
    def is_empty(self) -> bool:
        return not self._gathered and not self._running

    def put(self, work: Work, texts: Sequence[str]) -> None:
        """Hand in work."""
        self._gathered.append((work, texts))
        self._start()

    def ready(self) -> Iterator[tuple[Work, list[Vector]]]:
        """Work whose vectors are there; the encoder is kept busy with what comes next meanwhile."""
        while self.is_ready:
            group = self._running.popleft()
            self._start()
            yield from group.finished()

    @property
    def _texts_gathered(self) -> int:
        return sum(len(texts) for _, texts in self._gathered)

    def _embed(self, texts: list[str]) -> Vectors:
        """As one array: lists of numbers take eight times the memory, and a document may have very many chunks."""
        return np.asarray(self._embeddings.embed_documents(texts), dtype=np.float32)

    def _start(self) -> None:
        idle = not self._running and bool(self._gathered)
        full = self._texts_gathered >= GROUP_TEXTS and len(self._running) < WAITING_GROUPS
        if not idle and not full:
            return
        group = _Group(members=self._gathered)
        self._gathered = []
        distinct = sorted(dict.fromkeys(text for _, texts in group.members for text in texts), key=len)
        for begin in range(0, len(distinct), BATCH_TEXTS):
            batch = distinct[begin : begin + BATCH_TEXTS]
            group.batches.append((batch, self._threads.submit(self._embed, batch)))
        self._running.append(group)
