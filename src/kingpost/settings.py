"""Every knob once: ``kingpost.toml`` in the workspace, overridden by ``KINGPOST_SECTION__KEY`` in the environment."""

import hashlib
import json
import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from kingpost.errors import SettingsError
from kingpost.types.documents import EVERYONE

FILE_NAME = "kingpost.toml"
OUTSIDE_SETTINGS = frozenset({"KINGPOST_WORKSPACE", "KINGPOST_MODELS", "KINGPOST_DATA", "KINGPOST_WRITE_GOLDENS"})
"""Environment variables of ours that are not settings."""
EARLIER_NAMES = frozenset({"KINGPOST_VALIDATION__BOUND"})
"""Environment variables of settings that are called otherwise now, and still work."""


FORM = 3
"""Of what is stored of a document; files stored in an earlier form are read again by the next ingest."""


class Section(BaseModel):
    """One table of kingpost.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DocumentSettings(Section):
    """How documents are read and cut."""

    language: Literal["english"] = Field(
        "english",
        description="Language of the documents: sets stemmer and number format. Only english is tuned today;"
        " documents in another language are found by their words as written and by meaning less well.",
    )
    chunk_tokens: int = Field(
        220, ge=60, le=250, description="Longest chunk, in tokens of the embedding model, context line included."
    )
    context_tokens: int = Field(48, ge=0, le=120, description="Most tokens of the context line in front of a chunk.")
    keep_revisions: bool = Field(
        default=True,
        description="Keep what a file said before it changed, to be searched as of a date; else it leaves the index.",
    )
    ocr: Literal["auto", "off"] = Field(
        "auto",
        description="Recognition of text on scanned pages and in images: auto does it where the extra ocr is installed"
        " (pip install 'kingpost[ocr]'), page by page where there is hardly any text. Some seconds a page.",
    )
    ocr_language: Literal["latin", "any"] = Field(
        "latin",
        description="Script of text in images. The one model that comes with the extra reads languages in Latin"
        " letters, Greek letters, Chinese and Japanese, and neither Cyrillic, Arabic nor Korean. latin leaves out the"
        " Chinese and Japanese signs that stains look like; any keeps all that is recognised.",
    )
    workers: int = Field(2, ge=1, le=64, description="Parser processes that run side by side.")
    file_seconds: int = Field(120, ge=5, description="Wall time after which a file's parser is stopped.")
    file_memory_megabytes: int = Field(2048, ge=256, description="Memory that a file's parser may use.")
    file_megabytes: int = Field(200, ge=1, description="Largest file that is read.")
    unpacked_megabytes: int = Field(400, ge=1, description="Most bytes that a packed file (xlsx, docx) may unpack to.")
    sheet_rows: int = Field(
        50_000, ge=100, description="Rows of one sheet that are read; how many were left out is reported."
    )
    parsed_megabytes: int = Field(
        100, ge=1, description="Most bytes that may come of reading a file: its texts with their places."
    )


class WebSourceSettings(Section):
    """How wikis and other web pages are read (kingpost ingest https://...)."""

    depth: int = Field(10, ge=0, le=100, description="Links that are followed from the first page, one after another.")
    pages: int = Field(2000, ge=1, description="Most pages of one tree; when there are more, nothing is removed.")
    megabytes: int = Field(4000, ge=1, description="Most bytes that are fetched in one run.")
    page_megabytes: int = Field(20, ge=1, description="Largest page or file that is fetched, unpacked.")
    seconds: float = Field(60, gt=0, description="Time that one page may take, from the first byte to the last.")
    delay_seconds: float = Field(0.5, ge=0, description="Pause between two requests to one host.")
    robots: bool = Field(default=True, description="Obey robots.txt; switch off only for a site of your own.")
    hosts: tuple[str, ...] = Field(
        (), description="Other hosts (host or host:port) whose pages belong to the tree, beside that of the address."
    )
    paths: tuple[str, ...] = Field(
        (),
        description="Other paths of the host that belong to the tree, such as /download/, beside that of the address.",
    )
    allow_private: tuple[str, ...] = Field(
        (), description="Names of hosts that may be on a private network or on this machine; all others must be public."
    )
    groups: tuple[str, ...] = Field(EVERYONE, min_length=1, description="Who may read what is read from the web.")
    authorization: SecretStr | None = Field(
        None,
        description="Value of the header that lets us in, sent to the host of the address and to no other;"
        " better in the environment, as KINGPOST_WEB_SOURCE__AUTHORIZATION.",
    )
    authorization_header: str = Field(
        "Authorization", pattern=r"^[A-Za-z0-9-]+$", description="Name of that header (PRIVATE-TOKEN, Cookie, ...)."
    )


class RetrievalSettings(Section):
    """How passages are found."""

    passages: int = Field(10, ge=1, le=50, description="Passages that retrieval hands to the readers.")
    candidates: int = Field(60, ge=5, le=500, description="Hits taken from each leg before fusion.")
    rank_constant: int = Field(60, ge=1, description="k of reciprocal rank fusion (Cormack et al. 2009).")


class AnsweringSettings(Section):
    """How answers are made from passages."""

    reader: Literal["auto", "extractive", "generative"] = Field(
        "auto",
        description="extractive quotes; generative lets the model word prose, and quotes when the check fails; auto"
        " does so only with a model that can quote what it relies on, which the default one cannot.",
    )
    refuse_below: float = Field(
        0.1, ge=0, le=1, description="Confidence below which Kingpost says that the documents do not tell."
    )
    refuse_unanswerable_below: float = Field(
        0.6,
        ge=0,
        le=1,
        description="Chance that prose holds an answer at all, below which Kingpost says that it does not.",
    )
    generated_tokens: int = Field(160, ge=16, le=2048, description="Longest generated answer, in tokens.")
    prompt_tokens: int = Field(600, ge=256, description="Most tokens of passages put into a prompt.")
    history_turns: int = Field(4, ge=0, le=20, description="Turns of a conversation used to understand a follow-up.")


class ValidationSettings(Section):
    """When a question counts as a known one."""

    maximum_false_match_rate: float = Field(
        0.005,
        gt=0,
        lt=1,
        description="Share of different questions that may be taken for the same at most (once called bound).",
    )
    threshold: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Verifier score from which two questions are the same; unset: the one that keeps"
        " maximum_false_match_rate, learned by kingpost calibrate --validation or as shipped.",
    )
    candidates: int = Field(20, ge=1, le=200, description="Known questions that are compared with the one asked.")
    prefer: Literal["approved", "fine_tuned"] = Field(
        "approved", description="Which route serves a question that is both approved and trained."
    )

    @property
    def bound(self) -> float:
        """``maximum_false_match_rate`` by its earlier name."""
        return self.maximum_false_match_rate

    @model_validator(mode="before")
    @classmethod
    def _renamed(cls, values: dict[str, Any]) -> dict[str, Any]:
        """``bound`` still works, alone: one of two values would have no effect."""
        if "bound" not in values:
            return values
        name, default = "maximum_false_match_rate", cls.model_fields["maximum_false_match_rate"].default
        if values.get(name, default) != default:
            raise ValueError(f"bound is the earlier name of {name}: give the latter alone")
        return {key: value for key, value in values.items() if key != "bound"} | {name: values["bound"]}


class FinetuningSettings(Section):
    """How a model is fine-tuned, and when it may go live. Recipes set what is left unset here."""

    recipe: Literal["cpu"] = Field("cpu", description="The recipe used when none is named.")
    epochs: int | None = Field(None, ge=1, le=100, description="Passes over the training split; unset: the recipe's.")
    held_out_share: float = Field(0.15, ge=0, le=0.5, description="Share of the bank kept out of training to measure.")
    seed: int = Field(7, ge=0, description="Seed of splits and training.")
    gate_exact: float = Field(
        0.8, ge=0, le=1, description="Share of trained questions a candidate must answer exactly to go live."
    )
    gate_tolerance: float = Field(
        0.02, ge=0, le=1, description="How much worse than the live model on its own questions a candidate may be."
    )


class ModelSettings(Section):
    """Which models serve. Files of the default ones lie in the model cache (KINGPOST_MODELS)."""

    embeddings: str = Field("all-MiniLM-L6-v2", description="Embedding model, by its name in the catalogue.")
    chat: str = Field("SmolLM2-135M-Instruct", description="Chat model, by its name in the catalogue, or a GGUF path.")
    context_tokens: int = Field(4096, ge=512, description="Context window of the served chat model.")
    slots: int = Field(2, ge=1, le=16, description="Requests that the chat model answers side by side.")
    threads: int | None = Field(
        None, ge=1, le=128, description="Threads of the chat model; unset: half of the machine's processors."
    )


class BackendSettings(Section):
    """Which technology stands behind each port."""

    objects: Literal["files", "memory"] = Field("files", description="Object store: originals, datasets, adapters.")
    records: Literal["sqlite", "memory"] = Field("sqlite", description="Record store.")
    index: Literal["sqlite", "memory"] = Field("sqlite", description="Search index.")
    embeddings: Literal["onnx"] = Field("onnx", description="What runs the embedding model.")
    host: Literal["llamacpp"] = Field("llamacpp", description="What serves the chat model and its adapters.")
    trainer: Literal["process"] = Field("process", description="What runs the training job.")


class ServerSettings(Section):
    """The page and the API."""

    host: str = Field("127.0.0.1", description="Address to listen on. Anything but loopback opens the page to others.")
    port: int = Field(8420, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    upload_megabytes: int = Field(200, ge=1, description="Largest file that may be uploaded.")


class TracingSettings(Section):
    """LangChain's tracing, off unless switched on here, whatever the environment says."""

    langsmith: bool = Field(default=False, description="Let langchain-core post runs to LangSmith.")


class Settings(BaseSettings):
    """All sections. Frozen; unknown keys are refused, in the file and in the environment."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="KINGPOST_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    documents: DocumentSettings = DocumentSettings()
    web_source: WebSourceSettings = WebSourceSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    answering: AnsweringSettings = AnsweringSettings()
    validation: ValidationSettings = ValidationSettings()
    finetuning: FinetuningSettings = FinetuningSettings()
    models: ModelSettings = ModelSettings()
    backends: BackendSettings = BackendSettings()
    server: ServerSettings = ServerSettings()
    tracing: TracingSettings = TracingSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which ``load`` hands in as ``init_settings``."""
        if isinstance(env_settings, EnvSettingsSource):  # KINGPOST_MODELS is a directory, not the section models
            outside = {name.lower() for name in OUTSIDE_SETTINGS}
            env_settings.env_vars = {k: v for k, v in env_settings.env_vars.items() if k.lower() not in outside}
        return env_settings, init_settings

    def fingerprint(self) -> str:
        """A digest of what an index build depends on: chunking and the embedding model."""
        parts: dict[str, Any] = {
            "form": FORM,
            "documents": self.documents.model_dump(include={"language", "chunk_tokens", "context_tokens"}),
            "embeddings": self.models.embeddings,
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def load(workspace: Path) -> Settings:
    """Read the workspace's settings. Raises ``SettingsError`` naming the key and where it was set."""
    refuse_unknown_environment()
    path = workspace / FILE_NAME
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        values = {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path}: {error}", next="correct the line, or compare with: kingpost settings describe"
        ) from error
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"setting {key}: {first['msg']} (in {path} or KINGPOST_{key.upper().replace('.', '__')})",
            next="see all settings with: kingpost settings describe",
        ) from error


def refuse_unknown_environment() -> None:
    """pydantic-settings ignores a mistyped section in the environment; a setting without effect is worse than that."""
    known = {
        f"KINGPOST_{section}__{key}".upper()
        for section, field in Settings.model_fields.items()
        for key in getattr(field.annotation, "model_fields", {})
    } | EARLIER_NAMES
    for name in sorted(os.environ):
        if name.startswith("KINGPOST_") and name.upper() not in known and name not in OUTSIDE_SETTINGS:
            raise SettingsError(
                f"unknown setting in the environment: {name}", next="see all settings with: kingpost settings describe"
            )


def describe() -> list[tuple[str, str, Any, str]]:
    """Every setting as (section, key, default, description), in the order of the file."""
    return [
        (section, key, info.default, info.description or "")
        for section, field in Settings.model_fields.items()
        for key, info in getattr(field.annotation, "model_fields", {}).items()
    ]


def commented_toml() -> str:
    """The settings file that ``kingpost init`` writes: every knob, commented, at its default."""
    lines = ["# Kingpost settings. Every knob stands here at its default; take the # away to change one.", ""]
    section_before = ""
    for section, key, default, description in describe():
        if section != section_before:
            about = (Settings.model_fields[section].annotation.__doc__ or "").strip().splitlines()[0]
            lines += [f"[{section}]", f"# {about}"]
            section_before = section
        value = '""  # unset' if default is None else json.dumps(default)
        lines += [f"# {description}", f"# {key} = {value}"]
    return "\n".join(lines) + "\n"
