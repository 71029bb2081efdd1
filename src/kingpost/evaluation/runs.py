"""One run on disk: what was asked, rows as they come (so that nothing is lost), the summary at the end; resumes."""

import errno
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kingpost.errors import BadInput, OutOfSpace, UsageError

Row = dict[str, Any]
ANSWERS = "answers.jsonl"
MATCHES = "matches.jsonl"
SUMMARY = "summary.json"
REPORT = "report.html"
IDENTITY = "run.json"


class Run:
    """Rows of one run, kept in ``directory`` when there is one, else in memory.

    A directory with an unfinished run of the same ``identity`` is resumed: its rows stand in ``rows`` at once. A
    finished one is measured anew. Raises ``UsageError`` when the directory holds an unfinished run of another kind.
    """

    def __init__(self, directory: Path | None, *, identity: Mapping[str, Any], rows_name: str) -> None:
        self.rows: list[Row] = []
        self._directory = directory
        self._rows_name = rows_name
        if directory is not None:
            _guarded(lambda: self._open(directory, dict(identity)), directory)

    def _open(self, directory: Path, identity: dict[str, Any]) -> None:
        if directory.exists() and not directory.is_dir():
            raise UsageError(f"{directory} is a file", next="give --out a directory")
        directory.mkdir(parents=True, exist_ok=True)
        kept, rows = directory / IDENTITY, directory / self._rows_name
        if kept.exists() and not (directory / SUMMARY).exists():
            _refuse_other(directory, json.loads(kept.read_text(encoding="utf-8")), identity)
            self.rows = _whole_rows(rows)
        for outdated in (SUMMARY, REPORT):
            (directory / outdated).unlink(missing_ok=True)
        _replace(kept, json.dumps(identity, indent=2) + "\n")
        rows.write_bytes(b"".join(_encoded(row) for row in self.rows))

    def append(self, row: Row) -> None:
        """Keep a row, on disk before the next question is asked."""
        self.rows.append(row)
        if self._directory is not None:
            path = self._directory / self._rows_name
            _guarded(lambda: _append(path, row), path)

    def finish(self, summary: Mapping[str, Any], *, report: Callable[[], str] | None = None) -> None:
        """Write the report and, last, the summary, which makes the run a finished one."""
        if self._directory is None:
            return
        if report is not None:
            write_page(self._directory / REPORT, report())
        path = self._directory / SUMMARY
        _guarded(lambda: _replace(path, json.dumps(summary, indent=2, ensure_ascii=False) + "\n"), path)


def write_page(path: Path, html: str) -> None:
    """Write a page, all of it or nothing. Raises ``UsageError`` where it cannot be."""
    _guarded(lambda: path.parent.mkdir(parents=True, exist_ok=True), path.parent)
    _guarded(lambda: _replace(path, html), path)


def read_summary(directory: Path) -> Row:
    """The summary of a run's directory, empty while the run is not finished."""
    path = directory / SUMMARY
    found: Row = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def read_rows(directory: Path, *, name: str = ANSWERS) -> list[Row]:
    """The rows of a run's directory. Raises ``BadInput`` when there are none."""
    path = directory / name
    try:
        rows = _whole_rows(path)
    except OSError as error:
        raise BadInput(
            f"{path}: {error.strerror}", next="give the --out directory of an evaluation: kingpost evaluate --out DIR"
        ) from error
    if not rows:
        raise BadInput(f"{path}: no rows", next="run the evaluation again: kingpost evaluate --out DIR")
    return rows


def _refuse_other(directory: Path, before: dict[str, Any], now: dict[str, Any]) -> None:
    different = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
    if different:
        raise UsageError(
            f"{directory} holds an unfinished run of another kind (different: {', '.join(different)})",
            next="give another --out, or delete the directory",
        )


def _whole_rows(path: Path) -> list[Row]:
    """Rows written whole; what a killed process left half-written at the end is dropped."""
    rows: list[Row] = []
    for line in path.read_bytes().split(b"\n") if path.exists() else []:
        try:
            row = json.loads(line) if line.strip() else None
        except ValueError:
            break
        rows += [row] if isinstance(row, dict) else []
    return rows


def _append(path: Path, row: Row) -> None:
    with path.open("ab") as file:
        file.write(_encoded(row))


def _encoded(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _replace(path: Path, text: str) -> None:
    beside = path.with_suffix(".part")
    beside.write_bytes(text.encode("utf-8", "replace"))
    beside.replace(path)


def _guarded(write: Callable[[], None], path: Path) -> None:
    try:
        write()
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise OutOfSpace(
                f"{path}: the disk is full",
                next="make room and run the same command again: it goes on where it stopped",
            ) from error
        raise UsageError(f"{path}: {error.strerror}", next="give --out a directory that you may write") from error
