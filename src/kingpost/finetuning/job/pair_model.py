"""The verifier's cross-encoder in torch: the sentence encoder's body with LoRA, and a head that aligns tokens.

``backends/local/pair_graph.py`` writes the same computation as ONNX; a test of the backend holds the two together.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel

LAYERS = 6
HIDDEN = 384
COMPARED = 128
"""Width of the layer that compares a token with what it stands for in the other question."""
MASKED = -1e4
LINEAR = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "intermediate.dense", "output.dense",
)  # fmt: skip
"""The linear layers of a transformer layer that get LoRA matrices."""


class Lora(nn.Module):
    """A frozen linear layer and a trained change of low rank (Hu et al. 2021)."""

    def __init__(self, linear: nn.Linear, *, rank: int, scale: float) -> None:
        super().__init__()
        self.linear = linear.requires_grad_(requires_grad=False)
        self.lora_a = nn.Parameter(torch.randn(rank, linear.in_features) * 0.02)
        self.lora_b = nn.Parameter(torch.zeros(linear.out_features, rank))
        self.scale = scale

    def forward(self, states: Tensor) -> Tensor:
        changed: Tensor = self.linear(states) + (states @ self.lora_a.T) @ self.lora_b.T * self.scale
        return changed


class PairModel(nn.Module):
    """Both questions in one input; gives one logit a pair."""

    def __init__(self, weights: Mapping[str, np.ndarray[Any, Any]], *, rank: int = 16, dropout: float = 0.1) -> None:
        super().__init__()
        self.scale = 2.0
        self.body = _body(weights)
        self._add_lora(rank)
        self.dropout = nn.Dropout(dropout)
        self.head_cmp = nn.Linear(3 * HIDDEN + 1, COMPARED)
        self.head_tau = nn.Parameter(torch.tensor(2.3))
        self.head = nn.Linear(4 * HIDDEN + 2 * COMPARED + 2, 1)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def _add_lora(self, rank: int) -> None:
        for name, parameter in self.body.named_parameters():
            parameter.requires_grad = "LayerNorm" in name or "token_type" in name
        for layer in self.body.encoder.layer:
            for name in LINEAR:
                owner, _, last = name.rpartition(".")
                room = layer.get_submodule(owner)
                setattr(room, last, Lora(getattr(room, last), rank=rank, scale=self.scale))

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor, words: Tensor) -> Tensor:
        """Logits (batch) of token ids, segments (0 and 1), mask and word mask, each (batch, tokens)."""
        states = self.body(input_ids=ids, token_type_ids=segments, attention_mask=mask).last_hidden_state
        left, right = _mean(states, mask * (1 - segments)), _mean(states, mask * segments)
        means = [states[:, 0], (left + right) / 2, (left - right).abs(), left * right]
        summary = torch.cat([*means, *self._aligned(states, segments, words)], -1)
        logits: Tensor = self.head(self.dropout(summary)).squeeze(-1)
        return logits

    def _aligned(self, states: Tensor, segments: Tensor, words: Tensor) -> list[Tensor]:
        """Each token beside what it stands for in the other question (decomposable attention, Parikh et al. 2016)."""
        normal = nn.functional.normalize(states, dim=-1)
        across = (segments.unsqueeze(1) != segments.unsqueeze(2)) & words.bool().unsqueeze(1)
        cosines = (normal @ normal.transpose(1, 2)).masked_fill(~across, MASKED)
        aligned = torch.softmax(cosines * self.head_tau.exp(), -1) @ states
        best = cosines.max(-1).values.clamp(min=-1).unsqueeze(-1)
        beside = torch.cat([(states - aligned).abs(), states * aligned, states, best], -1)
        compared = torch.relu(self.head_cmp(beside))
        penalty = (1 - words.unsqueeze(-1)) * MASKED
        lowest = -((-best + penalty).max(1).values)
        return [_mean(compared, words), (compared + penalty).max(1).values, lowest, _mean(best, words)]

    def trained(self) -> dict[str, Tensor]:
        """What was trained, in half precision, by the names of the layers it belongs to."""
        named = {name.removeprefix("body."): value for name, value in self.named_parameters() if value.requires_grad}
        return {name: value.detach().half().contiguous() for name, value in named.items()}

    def load(self, path: Path) -> None:
        """Take over what another run trained, of the same rank."""
        named = {name.removeprefix("body."): value for name, value in self.named_parameters() if value.requires_grad}
        stored = load_file(path)
        with torch.no_grad():
            for name, value in named.items():
                value.copy_(stored[name].float())

    def save(self, path: Path, facts: Mapping[str, str]) -> None:
        """Write the trained part with what is to be known of it."""
        shape = {"scale": str(self.scale), "hidden_size": str(HIDDEN), "layers": str(LAYERS)}
        save_file(self.trained(), path, metadata={**facts, **shape})


def _body(weights: Mapping[str, np.ndarray[Any, Any]]) -> Any:
    config = BertConfig(
        vocab_size=weights["embeddings.word_embeddings.weight"].shape[0],
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=12,
        intermediate_size=4 * HIDDEN,
        layer_norm_eps=1e-12,
    )
    body = BertModel(config, add_pooling_layer=False)
    body.load_state_dict({name: torch.tensor(np.array(weights[name])) for name in body.state_dict()})
    return body


def _mean(states: Tensor, mask: Tensor) -> Tensor:
    there = mask.unsqueeze(-1).float()
    mean: Tensor = (states * there).sum(1) / there.sum(1).clamp(min=1)
    return mean


def batch_of(encodings: Sequence[Any]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Encodings of the ``tokenizers`` package as the inputs of the model, padded with zeros."""
    longest = max(len(encoding.ids) for encoding in encodings)
    ids, segments, mask, words = (torch.zeros(len(encodings), longest, dtype=torch.long) for _ in range(4))
    for row, encoding in enumerate(encodings):
        size = len(encoding.ids)
        ids[row, :size] = torch.tensor(encoding.ids)
        segments[row, :size] = torch.tensor(encoding.type_ids)
        mask[row, :size] = 1
        words[row, :size] = 1 - torch.tensor(encoding.special_tokens_mask)
    return ids, segments, mask, words
