"""Reads question sets and validation sets from JSONL; a bad line is reported with its place and the rest goes on."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from kingpost.errors import BadInput
from kingpost.types.evaluation import EvaluationQuestion, QuestionSet, ValidationPair, ValidationSet

T = TypeVar("T", EvaluationQuestion, ValidationPair)


class _LineError(ValueError):
    """A line that cannot be used, and why."""


def read_questions(path: Path, *, limit: int | None = None) -> QuestionSet:
    """The question set in ``path``; with ``limit``, its first rows only.

    Raises ``BadInput`` when the file cannot be read or has no usable row.
    """
    content = _content(path)
    questions, problems = _rows(path, content, _question)
    return QuestionSet(
        name=path.name, digest=_digest(content), questions=tuple(questions[:limit]), problems=tuple(problems)
    )


def read_pairs(path: Path, *, limit: int | None = None) -> ValidationSet:
    """The validation set in ``path``; with ``limit``, its first rows only.

    Raises ``BadInput`` when the file cannot be read or has no usable row.
    """
    content = _content(path)
    pairs, problems = _rows(path, content, _pair)
    return ValidationSet(name=path.name, digest=_digest(content), pairs=tuple(pairs[:limit]), problems=tuple(problems))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such file", next="give the path of a JSONL file") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}", next="give a readable JSONL file") from error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _rows(path: Path, content: bytes, build: Callable[[dict[str, Any], int], T]) -> tuple[list[T], list[str]]:
    rows: dict[str, T] = {}
    problems: list[str] = []
    for number, line in _lines(content):
        try:
            row = build(_object(line), number)
        except _LineError as error:
            problems.append(f"{path}:{number}: {error}")
            continue
        if row.id in rows:
            problems.append(f"{path}:{number}: the id {row.id!r} stands on an earlier line")
        else:
            rows[row.id] = row
    if not rows:
        first = f"; {problems[0]}" if problems else ""
        raise BadInput(
            f"{path}: no usable row{first}",
            next="write one JSON object a line, with at least a question",
        )
    return list(rows.values()), problems


def _lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise _LineError("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise _LineError(f"not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise _LineError("not JSON that can be read: nested too deeply") from None
    if not isinstance(value, dict):
        raise _LineError("not a JSON object")
    return value


def _question(row: dict[str, Any], number: int) -> EvaluationQuestion:
    return EvaluationQuestion(
        id=_id(row, number),
        question=_text(row, "question"),
        answers=_texts(row, "answers"),
        documents=_texts(row, "doc"),
        locator=_locator(row.get("page_or_locator")),
        answerable=_truth(row, "answerable"),
        type=_plain(row, "type"),
        history=tuple(_turn(turn) for turn in _list(row, "history")),
        passages=_texts(row, "passages"),
    )


def _pair(row: dict[str, Any], number: int) -> ValidationPair:
    label = row.get("label")
    if label not in (0, 1):
        raise _LineError("label must be 1 (the same question) or 0 (another one)")
    return ValidationPair(
        id=_id(row, number),
        known=_text(row, "known"),
        query=_text(row, "query"),
        label=int(label),
        kind=_plain(row, "kind"),
        set=_plain(row, "set"),
    )


def _id(row: dict[str, Any], number: int) -> str:
    value = row.get("id")
    if value is None:
        return f"line-{number}"
    if isinstance(value, (dict, list)):
        raise _LineError("id must be a text")
    return str(value)


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _LineError(f"{key} must be a text that is not empty")
    return value


def _plain(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    return "" if value is None else str(value)


def _truth(row: dict[str, Any], key: str) -> bool:
    value = row.get(key, True)
    if not isinstance(value, bool):
        raise _LineError(f"{key} must be true or false")
    return value


def _list(row: dict[str, Any], key: str) -> list[Any]:
    value = row.get(key)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _texts(row: dict[str, Any], key: str) -> tuple[str, ...]:
    values = _list(row, key)
    if any(value is None or isinstance(value, (dict, list)) for value in values):
        raise _LineError(f"{key} must be a text or a list of texts")
    return tuple(str(value) for value in values)


def _turn(turn: Any) -> tuple[str, str]:
    if not isinstance(turn, dict) or not isinstance(turn.get("role"), str) or not isinstance(turn.get("text"), str):
        raise _LineError('history must be a list of {"role", "text"}')
    return turn["role"], turn["text"]


def _locator(value: Any) -> dict[str, Any] | None:
    if value is None or isinstance(value, dict):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return {"page": value}
    raise _LineError("page_or_locator must be an object, a page number or null")
