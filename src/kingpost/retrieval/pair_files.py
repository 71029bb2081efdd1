"""Reads files of question-answer pairs: JSONL, CSV, XLSX, and TRL's messages and prompt-completion."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kingpost.errors import BadInput
from kingpost.language.normalise import normalise
from kingpost.types.questions import ImportProblem

_FIELDS = {
    "question": ("question", "instruction", "prompt", "query", "known"),
    "answer": ("answer", "response", "completion", "output"),
    "paraphrases": ("paraphrases", "phrasings", "paraphrase", "variants"),
    "document": ("document", "doc", "source"),
    "location": ("location", "place", "page"),
    "split": ("split",),
}
_SPLITS = {
    "": "",
    "train": "train",
    "training": "train",
    "held_out": "held_out",
    "test": "held_out",
    "eval": "held_out",
}
_HEADER_ROWS = 10
_MAXIMUM_ROWS, _MAXIMUM_COLUMNS = 200_000, 40
_MAXIMUM_UNPACKED_BYTES = 200_000_000
_HINT = "columns question and answer are needed (or instruction and response)"


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


class _RowError(ValueError):
    """A row that cannot be used, and why."""


def read(path: Path) -> list[PairRow | ImportProblem]:
    """Every row of the file, as a pair or as the problem that it has. Raises ``BadInput`` for a file without any."""
    readers: dict[str, Callable[[Path], Iterator[tuple[int, Mapping[str, Any] | str]]]] = {
        ".jsonl": _jsonl, ".ndjson": _jsonl, ".csv": _csv, ".tsv": _csv, ".xlsx": _xlsx,
    }  # fmt: skip
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise BadInput(f"{path}: pairs are not read from {path.suffix or 'such'} files", next="use JSONL, CSV or XLSX")
    if not path.is_file():
        raise BadInput(f"{path}: there is no such file", next="give the path of a JSONL, CSV or XLSX file")
    try:
        rows = [_checked(line, record) for line, record in reader(path)]
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}", next="give a readable file") from error
    if not rows:
        raise BadInput(f"{path}: holds no pairs", next=_HINT)
    return rows


def _checked(line: int, record: Mapping[str, Any] | str) -> PairRow | ImportProblem:
    if isinstance(record, str):
        return ImportProblem(line=line, reason=record)
    try:
        return _row(line, record)
    except _RowError as error:
        return ImportProblem(line=line, reason=str(error))


def _row(line: int, record: Mapping[str, Any]) -> PairRow:
    values = _conversation(record) or _named(record)
    split = normalise(_text(values.get("split"), "split")).replace("-", "_")
    if split not in _SPLITS:
        raise _RowError(f"split {split!r} is neither train nor held_out")
    question, answer = _text(values.get("question"), "question"), _text(values.get("answer"), "answer")
    for name, text in (("question", question), ("answer", answer)):
        if not text:
            raise _RowError(f"no {name}")
    return PairRow(
        line=line,
        question=question,
        answer=answer,
        paraphrases=_paraphrases(values.get("paraphrases")),
        document=_text(values.get("document"), "document"),
        location=_location(values.get("location")),
        split=_SPLITS[split],
    )


def _named(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record's values under our names; of several aliases the first that is filled counts."""
    by_name = {normalise(str(name)): value for name, value in record.items() if name is not None}
    found = {name: _first(by_name.get(alias) for alias in aliases) for name, aliases in _FIELDS.items()}
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
        raise _RowError("messages is not a list of objects")
    spoken = [(message.get("role"), message.get("content")) for message in messages if message.get("role") != "system"]
    if [role for role, _ in spoken] != ["user", "assistant"]:
        raise _RowError("messages must be one of the user and one of the assistant")
    return {**_named(record), "question": spoken[0][1], "answer": spoken[1][1]}


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _RowError(f"{name} is not a text")
    return str(value).replace("\r\n", "\n").strip()


def _paraphrases(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    parts = value if isinstance(value, list) else _listed(_text(value, "paraphrases"))
    return tuple(dict.fromkeys(text for part in parts if (text := _text(part, "paraphrases"))))


def _listed(cell: str) -> list[Any]:
    """The paraphrases of a table's cell: a JSON list, or a line each, or set apart by ``|``."""
    if cell.startswith("["):
        try:
            listed = json.loads(cell)
        except json.JSONDecodeError:
            listed = None
        if isinstance(listed, list):
            return listed
    return re.split(r"\n|\|", cell)


def _location(value: Any) -> str:
    """A place in words; objects with page, sheet and range are put into words."""
    if not isinstance(value, Mapping):
        return _text(value, "location")
    if "sheet" in value:
        return f"{value['sheet']}!{value['range']}" if value.get("range") else str(value["sheet"])
    return str(_first(value.get(name) for name in ("page", "section", "clause")) or "")


def _jsonl(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    for number, line in enumerate(path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except UnicodeDecodeError:
            yield number, "not UTF-8"
        except json.JSONDecodeError as error:
            yield number, f"not JSON: {error.msg} at column {error.colno}"
        else:
            yield number, record if isinstance(record, dict) else "not a JSON object"


def _csv(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # what Excel writes when it does not write UTF-8
    heading = text.partition("\n")[0]
    delimiter = max("\t;,", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    yield from _table(path, _csv_rows(path, reader))


def _csv_rows(path: Path, reader: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    before = 0
    try:
        for row in reader:
            yield before + 1, row
            before = reader.line_num
    except csv.Error as error:
        raise BadInput(f"{path}, line {before + 1}: {error}", next="correct the line") from error


def _xlsx(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    import openpyxl

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MAXIMUM_UNPACKED_BYTES:
                raise BadInput(f"{path}: unpacks to too much", next="split the workbook")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise BadInput(f"{path}: is no readable workbook", next="save it again as XLSX, without a password") from error
    sheet = book.worksheets[0]
    # Bounded: one stray cell at the far corner must not make a billion empty rows.
    cells = sheet.iter_rows(max_row=_MAXIMUM_ROWS, max_col=_MAXIMUM_COLUMNS, values_only=True)
    try:
        yield from _table(path, enumerate(cells, start=1))
    finally:
        book.close()


def _table(path: Path, rows: Iterable[tuple[int, Sequence[Any]]]) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Records of a table whose header is the first row, near the top, that names question and answer."""
    header: list[str] = []
    for line, row in rows:
        if not header:
            names = [normalise(str(cell)) if cell is not None else "" for cell in row]
            if _is_header(names):
                header = names
            elif line > _HEADER_ROWS:
                break
        elif any(cell not in (None, "") for cell in row):
            yield line, dict(zip(header, row, strict=False))
    if not header:
        raise BadInput(f"{path}: no header with question and answer", next=_HINT)


def _is_header(names: Sequence[str]) -> bool:
    return all(any(alias in names for alias in _FIELDS[field]) for field in ("question", "answer"))
