"""What is measured with: question sets and validation sets, and one asked question's outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kingpost.types.answers import Reader, Route


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
class QuestionSet:
    """A question set as read: its rows, its file's digest, and the lines left out, each as ``file:line: reason``."""

    name: str
    digest: str
    questions: tuple[EvaluationQuestion, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How the questions of an evaluation are asked.

    ``route`` None lets question validation decide. ``profile`` is ``kingpost`` or ``seed``; ``scope`` is ``all``
    or ``document`` (each question inside its own documents). ``retrieval_only`` asks for passages, not answers;
    ``each_route`` asks each question by every route too, to lay them side by side.
    """

    route: Route | None = None
    reader: Reader = Reader.AUTO
    profile: str = "kingpost"
    scope: str = "all"
    retrieval_only: bool = False
    each_route: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationPair:
    """One row of a validation set: ``label`` 1 when ``query`` asks the same as ``known``; ``set`` it came from."""

    id: str
    known: str
    query: str
    label: int
    kind: str = ""
    set: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationSet:
    """A validation set as read, with the lines left out, each as ``file:line: reason``."""

    name: str
    digest: str
    pairs: tuple[ValidationPair, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Fitted numbers (a calibrator, a bound) under the fingerprint of what they were fitted for."""

    id: str
    fingerprint: str
    fitted_on: str
    fitted_at: str
    values: Mapping[str, Any] = field(default_factory=dict)
