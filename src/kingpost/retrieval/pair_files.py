"""Reads files of question-answer pairs: JSONL, CSV, XLSX, TRL's messages and prompt-completion, and our exports."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from kingpost.errors import BadInput
from kingpost.language.normalise import is_unicode, normalise
from kingpost.retrieval.pair_lines import FIELDS, HINT, Line, csv_lines, jsonl_lines, xlsx_lines
from kingpost.types.questions import Evidence, ImportProblem, Provenance

_SPLITS = {
    "": "",
    "train": "train",
    "training": "train",
    "held_out": "held_out",
    "test": "held_out",
    "eval": "held_out",
}
_EVIDENCE = TypeAdapter(tuple[Evidence, ...])
_TRUTHS = {"": False, "false": False, "no": False, "0": False, "true": True, "yes": True, "1": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """One pair as a file states it, checked."""

    line: int
    question: str
    answer: str
    paraphrases: tuple[str, ...] = ()
    document: str = ""
    location: str = ""
    split: str = ""
    approved_by: str = ""
    valid_from: str | None = None
    """ISO date, empty for none; None: the file does not speak of validity."""
    valid_until: str | None = None
    groups: tuple[str, ...] = ()
    provenance: Provenance | None = None
    turn: str = ""
    created_at: str = ""
    retired: bool = False
    evidence: tuple[Evidence, ...] = ()


class _RowError(ValueError):
    """A row that cannot be used, and why; ``field`` is where the fault lies."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


def read(path: Path) -> list[PairRow | ImportProblem]:
    """Every row of the file, as a pair or as the problem that it has. Raises ``BadInput`` for a file without any."""
    readers: dict[str, Callable[[Path], Iterator[Line]]] = {
        ".jsonl": jsonl_lines, ".ndjson": jsonl_lines, ".csv": csv_lines, ".tsv": csv_lines, ".xlsx": xlsx_lines,
    }  # fmt: skip
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise BadInput(f"{path}: pairs are not read from {path.suffix or 'such'} files", next="use JSONL, CSV or XLSX")
    if not path.is_file():
        raise BadInput(f"{path}: there is no such file", next="give the path of a JSONL, CSV or XLSX file")
    try:
        rows = [_checked(line) for line in reader(path)]
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}", next="give a readable file") from error
    if not rows:
        raise BadInput(f"{path}: holds no pairs", next=HINT)
    return rows


def _checked(line: Line) -> PairRow | ImportProblem:
    if isinstance(line.record, str):
        return ImportProblem(line=line.number, reason=line.record)
    try:
        return _row(line.number, line.record)
    except _RowError as error:
        return ImportProblem(line=line.number, reason=str(error), cell=_cell_of(error.field, line))


def _cell_of(field: str, line: Line) -> str:
    """The address of the cell that holds a field, in a workbook."""
    aliases = FIELDS.get(field, ())
    filled = [alias for alias in aliases if isinstance(line.record, Mapping) and line.record.get(alias) is not None]
    return next((line.cells[alias] for alias in (*filled, *aliases) if alias in line.cells), "")


def _row(line: int, record: Mapping[str, Any]) -> PairRow:
    values = _conversation(record) or _named(record)
    question, answer = _text(values.get("question"), "question"), _text(values.get("answer"), "answer")
    for name, text in (("question", question), ("answer", answer)):
        if not text:
            raise _RowError(f"no {name}", name)
    return PairRow(
        line=line,
        question=question,
        answer=answer,
        paraphrases=_paraphrases(values.get("paraphrases")),
        document=_text(values.get("document"), "document"),
        location=_location(values.get("location")),
        split=_split(values.get("split")),
        approved_by=_text(values.get("approved_by"), "approved_by"),
        valid_from=_day(values.get("valid_from"), "valid_from", record),
        valid_until=_day(values.get("valid_until"), "valid_until", record),
        groups=_groups(values.get("groups")),
        provenance=_provenance(values.get("provenance")),
        turn=_text(values.get("turn"), "turn"),
        created_at=_text(values.get("created_at"), "created_at"),
        retired=_truth(values.get("retired"), "retired"),
        evidence=_evidence(values.get("evidence")),
    )


def _split(value: Any) -> str:
    split = normalise(_text(value, "split")).replace("-", "_")
    if split not in _SPLITS:
        raise _RowError(f"split {split!r} is neither train nor held_out", "split")
    return _SPLITS[split]


def _day(value: Any, name: str, record: Mapping[str, Any]) -> str | None:
    """An ISO date; empty where the cell is, None where there is no such column."""
    if value is None:
        return "" if any(normalise(str(column)) == name for column in record) else None
    text = value.date().isoformat() if isinstance(value, datetime) else _text(value, name)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _RowError(f"{name} {text!r} is no date such as 2026-01-31", name) from None


def _groups(value: Any) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else _listed(_text(value, "groups"), r"\n|\||,")
    return tuple(dict.fromkeys(text for part in parts if (text := _text(part, "groups"))))


def _provenance(value: Any) -> Provenance | None:
    """One of ours; a column of that name in a file of somebody else's is not."""
    return Provenance(value) if value in list(Provenance) else None


def _truth(value: Any, name: str) -> bool:
    text = normalise(str(value)) if isinstance(value, bool) else normalise(_text(value, name))
    if text not in _TRUTHS:
        raise _RowError(f"{name} {text!r} is neither true nor false", name)
    return _TRUTHS[text]


def _evidence(value: Any) -> tuple[Evidence, ...]:
    """Evidence as an export writes it, in a table as its JSON; anything else of that name is not ours to read."""
    try:
        listed = json.loads(value) if isinstance(value, str) else value
        return _EVIDENCE.validate_python(listed or ())
    except (ValueError, RecursionError):
        return ()


def _named(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record's values under our names; of several aliases the first that is filled counts."""
    by_name = {normalise(str(name)): value for name, value in record.items() if name is not None}
    found = {name: _first(by_name.get(alias) for alias in aliases) for name, aliases in FIELDS.items()}
    context = by_name.get("context")
    if isinstance(found["question"], str) and isinstance(context, str) and context.strip():
        found["question"] = f"{found['question'].strip()}\n{context.strip()}"
    return found


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value not in (None, "", [])), None)


def _conversation(record: Mapping[str, Any]) -> dict[str, Any]:
    """Question and answer of TRL's ``messages``, or of a prompt and completion that are lists of messages."""
    messages = record.get("messages")
    if messages is None and isinstance(record.get("prompt"), list):
        completion = record.get("completion")
        messages = [*record["prompt"], *(completion if isinstance(completion, list) else [])]
    if messages is None:
        return {}
    if not isinstance(messages, list) or not all(isinstance(message, Mapping) for message in messages):
        raise _RowError("messages is not a list of objects", "question")
    spoken = [(message.get("role"), message.get("content")) for message in messages if message.get("role") != "system"]
    if [role for role, _ in spoken] != ["user", "assistant"]:
        raise _RowError("messages must be one of the user and one of the assistant", "question")
    return {**_named(record), "question": spoken[0][1], "answer": spoken[1][1]}


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _RowError(f"{name} is not a text", name)
    text = str(value).replace("\r\n", "\n").strip()
    if not is_unicode(text):
        raise _RowError(f"{name} is not Unicode", name)
    return text


def _paraphrases(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    parts = value if isinstance(value, list) else _listed(_text(value, "paraphrases"), r"\n|\|")
    return tuple(dict.fromkeys(text for part in parts if (text := _text(part, "paraphrases"))))


def _listed(cell: str, between: str) -> list[Any]:
    """The texts in a table's cell: a JSON list, or set apart by what the expression ``between`` matches."""
    if cell.startswith("["):
        try:
            listed = json.loads(cell)
        except (ValueError, RecursionError):
            listed = None
        if isinstance(listed, list):
            return listed
    return re.split(between, cell)


def _location(value: Any) -> str:
    """A place in words; objects with page, sheet and range are put into words."""
    if not isinstance(value, Mapping):
        return _text(value, "location")
    if "sheet" in value:
        return f"{value['sheet']}!{value['range']}" if value.get("range") else str(value["sheet"])
    return str(_first(value.get(name) for name in ("page", "section", "clause")) or "")
