"""Digests of large files, remembered for as long as a file keeps its size and its time of change."""

import hashlib
import json
import logging
import secrets
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)


def remembered_digest(path: Path, *, notes: Path) -> str:
    """The file's sha256, read from the JSON file ``notes`` where it stands there. Empty when there is no file."""
    try:
        state = path.stat()
    except OSError:
        return ""
    known = _read(notes)
    facts = {"bytes": state.st_size, "changed": state.st_mtime_ns}
    noted = known.get(str(path.resolve()), {})
    if facts.items() <= noted.items():
        return str(noted["sha256"])
    found = file_digest(path)
    _write(notes, known | {str(path.resolve()): facts | {"sha256": found}})
    return found


def file_digest(path: Path) -> str:
    """The sha256 of a file, read whole."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(notes: Path) -> dict[str, dict[str, Any]]:
    try:
        known: dict[str, dict[str, Any]] = json.loads(notes.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return {}
    return known


def _write(notes: Path, known: dict[str, dict[str, Any]]) -> None:
    """At once, or not at all: a place that cannot be written costs time and nothing else."""
    partial = notes.with_suffix(f".{secrets.token_hex(4)}")
    try:
        notes.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
        partial.replace(notes)
    except OSError as error:
        logger.info("digests are not remembered", extra={"notes": str(notes), "error": str(error)})
