"""Chunks of several files are embedded together and come back with the file they belong to."""

from concurrent.futures import wait
from typing import Any

import pytest
from langchain_core.embeddings import Embeddings

from kingpost.documents.embedding import BATCH_TEXTS, GROUP_TEXTS, WAITING_GROUPS, EmbeddingQueue
from kingpost.types.search import Vector


class Lengths(Embeddings):
    """A text's vector is its length; remembers the batches."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.batches.append(list(texts))
        return [[float(len(text))] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


class Broken(Lengths):
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise OSError("the encoder is gone")


def finished(queue: EmbeddingQueue[Any]) -> list[tuple[Any, list[Vector]]]:
    found: list[tuple[Any, list[Vector]]] = []
    while not queue.is_empty:
        wait(queue.futures)
        found += queue.ready()
    return found


def test_every_file_gets_its_own_vectors_in_the_order_it_came() -> None:
    with EmbeddingQueue[str](Lengths(), workers=2) as queue:
        for name in ("a", "bb", "ccc"):
            queue.put(name, [name * times for times in range(1, 40)])
        found = finished(queue)
    assert [name for name, _ in found] == ["a", "bb", "ccc"]
    assert all(
        [len(name) * times for times in range(1, 40)] == [vector[0] for vector in vectors] for name, vectors in found
    )


def test_texts_of_like_length_share_a_batch_across_files_and_none_is_embedded_twice() -> None:
    embeddings = Lengths()
    with EmbeddingQueue[str](embeddings, workers=1) as queue:
        queue.put("first keeps the encoder busy", ["x" * GROUP_TEXTS])
        queue.put("a", ["y" * length for length in range(BATCH_TEXTS)])
        queue.put("b", ["y" * length for length in range(BATCH_TEXTS)])
        finished(queue)
    texts = [text for batch in embeddings.batches for text in batch]
    assert len(texts) <= 1 + 2 * BATCH_TEXTS
    assert all(batch == sorted(batch, key=len) for batch in embeddings.batches)


def test_a_full_queue_asks_for_no_more_until_something_is_done() -> None:
    with EmbeddingQueue[int](Lengths(), workers=1) as queue:
        for number in range(WAITING_GROUPS + 1):
            queue.put(number, [f"{number} {text}" for text in range(GROUP_TEXTS)])
        assert queue.is_full
        assert [work for work, _ in finished(queue)] == list(range(WAITING_GROUPS + 1))
        assert not queue.is_full


def test_what_breaks_in_the_encoder_is_told() -> None:
    with EmbeddingQueue[str](Broken(), workers=1) as queue, pytest.raises(OSError, match="the encoder is gone"):
        queue.put("a", ["text"])
        finished(queue)
