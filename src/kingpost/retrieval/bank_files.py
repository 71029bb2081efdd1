"""Writes the question bank as JSONL, CSV or XLSX, with all that is known of each pair, so that nothing is lost."""

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from kingpost.errors import Refused, UsageError
from kingpost.retrieval.locating import place_to_write
from kingpost.types.questions import Evidence, KnownQuestion

_WIDTHS = {"question": 50, "answer": 50, "paraphrases": 40, "document": 30, "location": 20, "evidence": 30}
_WIDTH = 14
_LONGEST_CELL = 32_767
"""Characters that a cell of a workbook holds."""
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet would take for the beginning of a formula, or what was put in front of one."""
_PLAIN_NUMBER = re.compile(r"[+-]\d[\d.,]*(?: ?[°%A-Za-zµΩ/²³]+)?")
_EVIDENCE = TypeAdapter(tuple[Evidence, ...])


def row(pair: KnownQuestion) -> dict[str, Any]:
    """A pair as a line of a pairs file. Document and location are for people: ``evidence`` has them in full."""
    first = pair.evidence[0] if pair.evidence else None
    return {
        "question": pair.question,
        "answer": pair.answer,
        "paraphrases": list(pair.phrasings),
        "document": first.name if first else "",
        "location": place_to_write(first.location) if first else "",
        "split": pair.split,
        "approved_by": pair.approved_by,
        "valid_from": pair.valid_from,
        "valid_until": pair.valid_until,
        "groups": list(pair.groups),
        "provenance": pair.provenance.value,
        "turn": pair.turn,
        "created_at": pair.created_at,
        "retired": pair.retired,
        "evidence": _EVIDENCE.dump_python(pair.evidence, mode="json"),
    }


COLUMNS = tuple(row(KnownQuestion(id="", question="", answer="")))


def encoded(pairs: Sequence[KnownQuestion], form: str) -> bytes:
    """The bytes of a file of this form: ``jsonl``, ``csv`` or ``xlsx``.

    Raises ``UsageError`` for another form, ``Refused`` for a text that a workbook cannot hold.
    """
    if form not in WRITERS:
        raise UsageError(
            f"pairs are not written as {form or 'such'} files", next="end the name in .jsonl, .csv or .xlsx"
        )
    return WRITERS[form]([row(pair) for pair in pairs])


def write(path: Path, pairs: Sequence[KnownQuestion]) -> int:
    """Write a file, all of it or nothing, in the form that its name ends in; how many pairs. Raises as ``encoded``."""
    content = encoded(pairs, path.suffix.lower().removeprefix("."))
    if not path.absolute().parent.is_dir():
        raise UsageError(f"{path.parent}: there is no such directory", next="make it first")
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content)
    partial.replace(path)
    return len(pairs)


def escaped(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would take it for a formula; a plain number stays."""
    return f"'{text}" if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text) else text


def unescaped(text: str) -> str:
    """The text that ``escaped`` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _jsonl(rows: Sequence[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _csv(rows: Sequence[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([escaped(_cell(row[column])) for column in COLUMNS] for row in rows)
    return out.getvalue().encode()


def _xlsx(rows: Sequence[dict[str, Any]]) -> bytes:
    import openpyxl
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Known questions"
    sheet.append(COLUMNS)
    for number, record in enumerate(rows, start=2):
        for column, name in enumerate(COLUMNS, start=1):
            cell = sheet.cell(number, column)
            cell.value = _cell_text(name, _cell(record[name]), number)
            cell.data_type = "s"  # openpyxl would make a formula of a text that begins with "="
            cell.alignment = Alignment(wrap_text=name in _WIDTHS and name != "evidence", vertical="top")
            # Shown as text also when somebody edits the cell.
            cell.quotePrefix = bool(_FORMULA.match(cell.value))
    for column, name in enumerate(COLUMNS, start=1):
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(name, _WIDTH)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell_text(name: str, text: str, line: int) -> str:
    """The text as a workbook can hold it. Evidence too long for a cell is left out: an import finds it again."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    if len(text) <= _LONGEST_CELL:
        return text
    if name != "evidence":
        raise Refused(f"the {name} in line {line} is too long for a workbook", next="export as .jsonl or .csv")
    return ""


def _cell(value: Any) -> str:
    """A value in a table: lists as JSON, truth as a word."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value)


WRITERS: dict[str, Callable[[Sequence[dict[str, Any]]], bytes]] = {"jsonl": _jsonl, "csv": _csv, "xlsx": _xlsx}
