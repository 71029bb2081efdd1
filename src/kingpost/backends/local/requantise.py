"""Rewrites a GGUF model file with its weights in Q8_0, which runs faster here than the 4-bit file it comes from."""

from pathlib import Path
from typing import Any

import gguf
import numpy as np
from gguf import quants

TARGET = gguf.GGMLQuantizationType.Q8_0
WRITTEN_BY_THE_WRITER = frozenset({"general.architecture", "general.file_type"})


def to_q8_0(source: Path, target: Path) -> None:
    """Write ``source`` to ``target``: quantised tensors become Q8_0, all others and the metadata stay as they are."""
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, arch=reader.fields["general.architecture"].contents())
    _copy_metadata(reader, writer)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    tensors = [(tensor.name, *_requantised(tensor)) for tensor in reader.tensors]
    for name, data, kind in tensors:
        writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _copy_metadata(reader: gguf.GGUFReader, writer: gguf.GGUFWriter) -> None:
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name in WRITTEN_BY_THE_WRITER:
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), kind, sub_type=inner)


def _requantised(tensor: Any) -> tuple[np.ndarray[Any, Any], gguf.GGMLQuantizationType | None]:
    match tensor.tensor_type:
        case gguf.GGMLQuantizationType.F32 | gguf.GGMLQuantizationType.F16:
            return tensor.data, None
        case gguf.GGMLQuantizationType.Q8_0:
            return tensor.data, TARGET
        case kind:
            return quants.quantize(quants.dequantize(tensor.data, kind), TARGET), TARGET
