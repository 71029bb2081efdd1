"""Reads a base model out of its GGUF file into transformers, in memory: weights, tokenizer, chat template."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from gguf import GGUFReader
from gguf.quants import dequantize
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from kingpost.errors import TrainingFailed

LAYER_NAMES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}
"""llama.cpp's names of a layer's tensors and those of transformers."""
OTHER_NAMES = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}
CONTROL_TOKEN = 3


@dataclass(frozen=True, kw_only=True)
class BaseModel:
    """A base model ready to be trained, and the tokenizer that cuts text exactly as llama.cpp does."""

    model: Any
    tokenizer: Any
    heads: int
    key_value_heads: int


def read(path: Path) -> BaseModel:
    """Load a GGUF file of the llama architecture. Raises ``TrainingFailed`` for one that cannot be trained here."""
    try:
        reader = GGUFReader(path)
    except ValueError as error:
        raise TrainingFailed(f"{path} is no GGUF file: {error}", next="fetch it again: kingpost models pull") from error
    fields = {name: field.contents() for name, field in reader.fields.items()}
    kind = (fields["general.architecture"], fields["tokenizer.ggml.model"], fields.get("tokenizer.ggml.pre"))
    if kind != ("llama", "gpt2", "smollm"):
        raise TrainingFailed(
            f"{path.name}: the cpu recipe trains models of the SmolLM family; this one is {'/'.join(map(str, kind))}",
            next="set models.chat to SmolLM2-135M-Instruct",
        )
    model = LlamaForCausalLM(_config(fields, tied=not any(tensor.name == "output.weight" for tensor in reader.tensors)))
    heads, key_value_heads = fields["llama.attention.head_count"], fields["llama.attention.head_count_kv"]
    weights = {}
    for tensor in reader.tensors:
        values = torch.from_numpy(dequantize(tensor.data, tensor.tensor_type).astype("float32"))
        if ".attn_q." in tensor.name:
            values = interleaved_to_halves(values, heads)
        elif ".attn_k." in tensor.name:
            values = interleaved_to_halves(values, key_value_heads)
        weights[_name(tensor.name)] = values
    missing = set(model.load_state_dict(weights, strict=False).missing_keys) - {"lm_head.weight"}
    if missing:
        raise TrainingFailed(
            f"{path.name}: tensors are missing: {', '.join(sorted(missing)[:3])}",
            next="fetch it again: kingpost models pull",
        )
    return BaseModel(model=model, tokenizer=_tokenizer(fields), heads=heads, key_value_heads=key_value_heads)


def interleaved_to_halves(rows: torch.Tensor, heads: int) -> torch.Tensor:
    """Undo llama.cpp's order of query and key rows (pairs side by side; transformers keeps two halves of a head)."""
    pairs = rows.shape[0] // heads // 2
    return rows.reshape(heads, pairs, 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def halves_to_interleaved(rows: torch.Tensor, heads: int) -> torch.Tensor:
    """Bring query and key rows into llama.cpp's order."""
    pairs = rows.shape[0] // heads // 2
    return rows.reshape(heads, 2, pairs, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def _config(fields: dict[str, Any], *, tied: bool) -> LlamaConfig:
    return LlamaConfig(
        vocab_size=len(fields["tokenizer.ggml.tokens"]),
        hidden_size=fields["llama.embedding_length"],
        intermediate_size=fields["llama.feed_forward_length"],
        num_hidden_layers=fields["llama.block_count"],
        num_attention_heads=fields["llama.attention.head_count"],
        num_key_value_heads=fields["llama.attention.head_count_kv"],
        max_position_embeddings=fields["llama.context_length"],
        rms_norm_eps=fields["llama.attention.layer_norm_rms_epsilon"],
        rope_parameters={"rope_type": "default", "rope_theta": fields["llama.rope.freq_base"]},
        bos_token_id=fields["tokenizer.ggml.bos_token_id"],
        eos_token_id=fields["tokenizer.ggml.eos_token_id"],
        tie_word_embeddings=tied,
    )


def _name(name: str) -> str:
    part, _, rest = name.partition(".")
    if part != "blk":
        return f"{OTHER_NAMES[part]}.{rest}"
    layer, tensor, kind = rest.split(".")
    return f"model.layers.{layer}.{LAYER_NAMES[tensor]}.{kind}"


def _tokenizer(fields: dict[str, Any]) -> PreTrainedTokenizerFast:
    """Built here because transformers' own reading of a GGUF forgets that SmolLM cuts numbers into single digits."""
    tokens = fields["tokenizer.ggml.tokens"]
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(models.BPE(vocab={token: id for id, token in enumerate(tokens)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    kinds = zip(tokens, fields["tokenizer.ggml.token_type"], strict=True)
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token, kind in kinds if kind == CONTROL_TOKEN])
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        eos_token=tokens[fields["tokenizer.ggml.eos_token_id"]],
        chat_template=fields["tokenizer.chat_template"],
    )
