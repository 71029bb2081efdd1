"""The embedding model on onnxruntime gives the vectors that it gives in torch."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from kingpost.backends.local.model_cache import ModelCache
from kingpost.backends.local.onnx_embeddings import OnnxEmbeddings

IN_TORCH = {
    "The clear height of an aisle is 2,400 mm.": [0.071843, 0.043505, -0.022173, -0.000069, -0.058677, -0.055839],
    "Door E-204A leads to zone B.": [0.043418, 0.01837, -0.031898, -0.020704, 0.020845, 0.054162],
}
"""First six of 384 numbers, from transformers with the model's own weights, mean pooling, length 1."""


@pytest.fixture(scope="module")
def embeddings(models_ready: ModelCache) -> OnnxEmbeddings:
    return OnnxEmbeddings(models_ready.embeddings("all-MiniLM-L6-v2"))


def test_vectors_are_those_of_the_model_in_torch(embeddings: OnnxEmbeddings):
    vectors = embeddings.embed_documents(list(IN_TORCH))
    for vector, expected in zip(vectors, IN_TORCH.values(), strict=True):
        assert vector[:6] == pytest.approx(expected, abs=2e-6)
        assert len(vector) == embeddings.dimensions == 384
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_it_is_a_langchain_embeddings(embeddings: OnnxEmbeddings):
    assert isinstance(embeddings, Embeddings)
    text = next(iter(IN_TORCH))
    assert embeddings.embed_query(text) == pytest.approx(embeddings.embed_documents([text])[0], abs=1e-6)


def test_a_text_has_the_same_vector_in_any_company(embeddings: OnnxEmbeddings):
    texts = [f"{'long ' * (number % 40)} text {number}" for number in range(150)]
    together = embeddings.embed(texts)
    for number in (0, 1, 39, 77, 149):
        assert together[number] == pytest.approx(embeddings.embed([texts[number]])[0], abs=1e-5)


def test_nothing_and_emptiness_have_vectors_too(embeddings: OnnxEmbeddings):
    assert embeddings.embed_documents([]) == []
    assert embeddings.embed([]).shape == (0, 384)
    assert np.isfinite(embeddings.embed(["", " ", "\x00", "\U0001f6aa"])).all()


def test_a_text_longer_than_the_model_reads_is_cut(embeddings: OnnxEmbeddings):
    long = "door " * 600
    assert embeddings.embed_query(long) == pytest.approx(embeddings.embed_query("door " * 400), abs=1e-6)
    assert embeddings.count_tokens(long) == 600


def test_tokens_are_counted_and_placed_in_the_text(embeddings: OnnxEmbeddings):
    text = "Clear height (E-204A): 2,400 mm \u2013 H\u00f6he"
    offsets = embeddings.token_offsets(text)
    assert len(offsets) == embeddings.count_tokens(text)
    assert [text[start:end] for start, end in offsets][:6] == ["Clear", "height", "(", "E", "-", "204"]
    assert offsets == sorted(offsets)
    assert text[offsets[-1][0] : offsets[-1][1]] in "H\u00f6he"


def test_threads_get_the_vectors_of_their_own_texts(embeddings: OnnxEmbeddings):
    texts = [f"door {number}" for number in range(24)]
    alone = [embeddings.embed_query(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(embeddings.embed_query, texts))
    assert np.allclose(alone, together, atol=1e-6)
