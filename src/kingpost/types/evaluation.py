"""What is measured with: question sets and validation sets, and one asked question's outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationQuestion:
    """One row of a question set. ``documents`` are names matched as a suffix of a document's path; empty: any."""

    id: str
    question: str
    answers: tuple[str, ...]
    documents: tuple[str, ...] = ()
    locator: Mapping[str, Any] | None = None
    answerable: bool = True
    type: str = ""
    history: tuple[tuple[str, str], ...] = ()
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationPair:
    """One row of a validation set: ``label`` 1 when ``query`` asks the same as ``known``."""

    id: str
    known: str
    query: str
    label: int
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Fitted numbers (a calibrator, a bound) under the fingerprint of what they were fitted for."""

    id: str
    fingerprint: str
    fitted_on: str
    fitted_at: str
    values: Mapping[str, Any] = field(default_factory=dict)
