"""Scores pairs of questions with the verifier's cross-encoder on onnxruntime: no torch at serving time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Encoding, Tokenizer

from kingpost.backends.local.onnx_embeddings import batches, session
from kingpost.backends.local.verifier_model import LONGEST_TOKENS

UNREAD = -50.0
"""Logit of a pair that is longer: two long questions may differ in what was not read, so they are not the same."""

Row = np.ndarray[Any, np.dtype[np.float32]]


class OnnxPairScorer:
    """Logits of pairs: above 0 they are more likely the same question than not. Safe to use from several threads.

    ``directory`` holds ``model.onnx`` and ``tokenizer.json``.
    """

    def __init__(self, directory: Path) -> None:
        self._session = session(directory / "model.onnx")
        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST_TOKENS)

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """One logit a pair, in their order; the order of the two questions of a pair matters a little."""
        encodings = self._tokenizer.encode_batch(list(pairs))
        by_length = sorted(range(len(encodings)), key=lambda number: len(encodings[number].ids))
        logits = np.empty(len(encodings), dtype=np.float32)
        for batch in batches(by_length, encodings):
            logits[batch] = self._run([encodings[number] for number in batch])
        logits[[number for number, encoding in enumerate(encodings) if encoding.overflowing]] = UNREAD
        scores: list[float] = logits.tolist()
        return scores

    def _run(self, encodings: Sequence[Encoding]) -> Row:
        longest = max(len(encoding.ids) for encoding in encodings)
        inputs = {
            name: np.zeros((len(encodings), longest), dtype=np.int64)
            for name in ("input_ids", "token_type_ids", "attention_mask", "word_mask")
        }
        for row, encoding in enumerate(encodings):
            size = len(encoding.ids)
            inputs["input_ids"][row, :size] = encoding.ids
            inputs["token_type_ids"][row, :size] = encoding.type_ids
            inputs["attention_mask"][row, :size] = 1
            inputs["word_mask"][row, :size] = 1 - np.asarray(encoding.special_tokens_mask)
        logits: Row = self._session.run(["logit"], inputs)[0]
        return logits
