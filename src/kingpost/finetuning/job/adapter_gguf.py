"""Writes a trained LoRA adapter as the GGUF file that llama.cpp loads."""

import re
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFWriter

from kingpost.finetuning.job.base_model import LAYER_NAMES, halves_to_interleaved

LORA_WEIGHT = re.compile(r"\.layers\.(\d+)\.(.+)\.lora_(A|B)\.")
TENSOR_NAMES = {name: tensor for tensor, name in LAYER_NAMES.items()}


def write(path: Path, adapter: dict[str, torch.Tensor], *, alpha: int, heads: int, key_value_heads: int) -> None:
    """Float16 tensors. Rows of query and key matrices change to llama.cpp's order, in ``lora_B`` only (its outputs)."""
    writer = GGUFWriter(path, "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(alpha))
    for name, weight in adapter.items():
        found = LORA_WEIGHT.search(name)
        if found is None:
            raise ValueError(f"not a LoRA weight of a known layer: {name}")
        layer, module, side = found.groups()
        tensor = TENSOR_NAMES[module]
        if side == "B" and tensor in ("attn_q", "attn_k"):
            weight = halves_to_interleaved(weight, heads if tensor == "attn_q" else key_value_heads)
        values = weight.detach().float().numpy().astype(np.float16)
        writer.add_tensor(f"blk.{layer}.{tensor}.weight.lora_{side.lower()}", np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
