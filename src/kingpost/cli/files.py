"""Writes rows to a file that commands export to: all of it or nothing."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kingpost.cli.terminal import plain
from kingpost.errors import UsageError


def write_rows(path: Path, rows: Iterable[Any]) -> int:
    """Write rows as JSONL or CSV, as the suffix says; how many. Raises ``UsageError`` for a path that cannot be."""
    flat: list[Mapping[str, Any]] = [plain(row) for row in rows]
    if path.suffix not in WRITERS:
        raise UsageError(f"{path}: cannot write this kind of file", next=f"end the name in {' or '.join(WRITERS)}")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"{path.parent}: there is no such directory", next="make it first")
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(WRITERS[path.suffix](flat), encoding="utf-8", newline="")
    partial.replace(path)
    return len(flat)


def as_jsonl(rows: list[Mapping[str, Any]]) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_csv(rows: list[Mapping[str, Any]]) -> str:
    """A header and a line a row; a list is written as JSON in its cell."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]) if rows else [])
    writer.writeheader()
    for row in rows:
        writer.writerow({name: cell(value) for name, value in row.items()})
    return out.getvalue()


def cell(value: Any) -> Any:
    """A value as a CSV cell."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | Mapping) else value


WRITERS = {".jsonl": as_jsonl, ".csv": as_csv}
