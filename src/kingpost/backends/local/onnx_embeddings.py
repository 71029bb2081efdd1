"""Sentence embeddings on onnxruntime, as LangChain ``Embeddings``: no torch at serving time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from langchain_core.embeddings import Embeddings
from tokenizers import Encoding, Tokenizer

LONGEST_TOKENS = 256
"""The model was trained on texts up to this length; longer ones are cut."""
BATCH_TOKENS = 512
"""Tokens of one batch, padding included: what fits a processor's cache runs a third faster than large batches."""
BATCH_TEXTS = 64

Matrix = np.ndarray[Any, np.dtype[np.float32]]


class OnnxEmbeddings(Embeddings):
    """Vectors of length 1 (so that a dot product is the cosine), the same text giving the same vector in any batch.

    ``directory`` holds ``model.onnx`` and ``tokenizer.json``. Safe to use from several threads.
    """

    def __init__(self, directory: Path) -> None:
        self._session = session(directory / "model.onnx")
        self._cutting = _tokenizer(directory, longest=LONGEST_TOKENS)
        self._whole = _tokenizer(directory, longest=None)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.embed(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]

    def embed(self, texts: Sequence[str]) -> Matrix:
        """All vectors, in the order of the texts: shape (texts, dimensions)."""
        encodings = self._cutting.encode_batch_fast(list(texts))
        by_length = sorted(range(len(encodings)), key=lambda number: len(encodings[number].ids))
        rows = [self._run([encodings[number] for number in batch]) for batch in batches(by_length, encodings)]
        vectors = np.empty((len(encodings), self.dimensions), dtype=np.float32)
        if rows:
            vectors[by_length] = np.concatenate(rows)
        return vectors

    @property
    def dimensions(self) -> int:
        size: int = self._session.get_outputs()[0].shape[1]
        return size

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        """Where each token of the whole text stands (code points), without the two special ones that a model adds."""
        offsets: list[tuple[int, int]] = self._whole.encode(text, add_special_tokens=False).offsets
        return offsets

    def count_tokens(self, text: str) -> int:
        """Tokens of a text, without the two special ones."""
        return len(self.token_offsets(text))

    def _run(self, encodings: Sequence[Encoding]) -> Matrix:
        longest = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        vectors: Matrix = self._session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


def session(model: Path) -> onnxruntime.InferenceSession:
    """A model ready to run, one thread a call: callers run side by side, and spinning threads starve each other."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _tokenizer(directory: Path, *, longest: int | None) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if longest is not None:
        tokenizer.enable_truncation(longest)
    return tokenizer


def batches(by_length: Sequence[int], encodings: Sequence[Encoding]) -> list[list[int]]:
    """Runs of texts of like length, since padding is work for nothing."""
    batches: list[list[int]] = []
    for number in by_length:
        length = len(encodings[number].ids)  # the longest so far
        if batches and len(batches[-1]) < BATCH_TEXTS and (len(batches[-1]) + 1) * length <= BATCH_TOKENS:
            batches[-1].append(number)
        else:
            batches.append([number])
    return batches
