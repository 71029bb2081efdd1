"""Datasets, model versions and the live model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kingpost.types.questions import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingExample:
    """One example of a dataset: a wording of a known question and its answer.

    ``split`` is ``train``, ``held_out_phrasing`` (the fact is trained, this wording is not) or
    ``held_out_fact`` (neither is).
    """

    pair_id: str
    question: str
    answer: str
    split: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A frozen, hashed selection of the bank. Its examples lie as JSONL at ``object_key``."""

    id: str
    digest: str
    object_key: str
    created_at: str
    counts: Mapping[str, int]
    provenance: Mapping[str, int] = field(default_factory=dict)


class Stage(StrEnum):
    """Where a model version stands."""

    CANDIDATE = "candidate"
    LIVE = "live"
    RETIRED = "retired"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """Base model + adapter + dataset digest + metrics + stage. ``adapter_key`` is the GGUF adapter's object key."""

    id: str
    base: str
    base_digest: str
    dataset_id: str
    dataset_digest: str
    recipe: str
    recipe_digest: str
    adapter_key: str
    adapter_digest: str
    created_at: str
    stage: Stage = Stage.CANDIDATE
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedQuestion:
    """A question of the live version's training split: trained wording, answer, evidence when trained."""

    pair_id: str
    wording: str
    answer: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveModel:
    """The version that serves now, with the questions it was trained on by pair id."""

    version: ModelVersion
    questions: Mapping[str, TrainedQuestion] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingProgress:
    """A line of a running training job."""

    step: int
    steps: int
    loss: float
    epoch: float
    seconds_left: float
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """The measured comparison of a candidate with the live model and with RAG, on the deployment that would serve."""

    candidate: str
    live: str
    passed: bool
    metrics: Mapping[str, Mapping[str, float]]
    """Contestant (``candidate``, ``live``, ``rag``) -> measure -> value."""
    reasons: tuple[str, ...] = ()
    measured_at: str = ""
