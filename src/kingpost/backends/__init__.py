"""Technology behind the ports: one technology, one module, one extra, imported on first use."""

from importlib import import_module
from typing import Any

from kingpost.errors import MissingExtra, SettingsError

BACKENDS = {
    "objects": {"files": "local.files:FileObjects", "memory": "memory:MemoryObjects"},
    "records": {"sqlite": "local.sqlite_records:SqliteRecords", "memory": "memory:MemoryRecords"},
    "index": {"sqlite": "local.sqlite_index:SqliteIndex", "memory": "memory:MemoryIndex"},
    "embeddings": {"onnx": "local.onnx_embeddings:OnnxEmbeddings"},
    "pair_scorer": {"onnx": "local.onnx_pair_scorer:OnnxPairScorer"},
    "host": {"llamacpp": "local.llamacpp_host:LlamaCppHost"},
    "trainer": {"process": "local.process_trainer:ProcessTrainer"},
}
EXTRAS = {"boto3": "aws", "opensearchpy": "aws", "torch": "train"}


def load(port: str, name: str) -> Any:
    """The class that implements ``port`` under ``name``. Raises ``SettingsError`` or ``MissingExtra``."""
    try:
        module, _, attribute = BACKENDS[port][name].partition(":")
    except KeyError:
        raise SettingsError(
            f"no {port} backend named {name!r}", next=f"backends.{port} is one of {', '.join(sorted(BACKENDS[port]))}"
        ) from None
    try:
        return getattr(import_module(f"{__name__}.{module}"), attribute)
    except ModuleNotFoundError as error:
        if error.name in EXTRAS:
            raise MissingExtra(EXTRAS[error.name]) from error
        raise
