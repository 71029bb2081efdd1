"""Turns a rectangle of raw cells into a grid: which rows are headers, which columns name a row, which rows group."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kingpost.types.documents import Cell, Grid, Location

NUMERIC = re.compile(
    r"^[\s(\[]*[-+−–±≤≥<>~≈]?\s*(?:[$€£¥]|USD|EUR|RMB)?\s*[-+−–]?\d[\d,.'\s]*(?:e[-+]?\d+)?\s*(?:%|‰|[a-zA-Zµ°²³/·]{1,6})?[)\]]?[*†‡]?$",
    re.IGNORECASE,
)
DATE = re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?$")
NOTHING = frozenset({"", "-", "–", "—", "n/a", "N/A", "none", "/"})
MAXIMUM_LABEL_COLUMNS = 4
LONGEST_HEADER = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCell:
    """A cell as read. ``heading`` says that the source marks it as a header (th, bold, a header row)."""

    text: str
    location: Location
    merged: bool = False
    heading: bool = False

    @property
    def numeric(self) -> bool:
        return bool(NUMERIC.match(self.text) or DATE.match(self.text))

    @property
    def blank(self) -> bool:
        return self.text in NOTHING


Matrix = Sequence[Sequence[RawCell]]


def grid(matrix: Matrix, *, caption: str = "", header_rows: int | None = None, notes: Sequence[str] = ()) -> Grid:
    """Bind headers to cells. ``header_rows`` None means to find out; every row must have the same length."""
    count = count_header_rows(matrix) if header_rows is None else header_rows
    body = list(matrix[count:])
    headers = [_header_path(matrix[:count], column) for column in range(len(matrix[0]))]
    labels = _label_columns(body, len(headers))
    rows = [tuple(_cell(cell) for cell in row) for row in body]
    groups = _groups(body, headers)
    if any(groups):
        headers = [(), *headers]
        rows = [
            (Cell(text=group.text if group else "", location=(group or row[0]).location, merged=True), *row)
            for row, group in zip(rows, groups, strict=True)
        ]
        labels += 1
    kept = [row for row in rows if any(cell.text for cell in row if not cell.merged)]
    return Grid(caption=caption, headers=tuple(headers), rows=tuple(kept), label_columns=labels, notes=tuple(notes))


def count_header_rows(matrix: Matrix) -> int:
    """How many rows at the top are headers: those marked so, else the first when it differs in kind from the rest."""
    if len(matrix) < 2:
        return 0
    marked = 0
    while marked < len(matrix) - 1 and _is_marked(matrix[marked]):
        marked += 1
    if marked:
        return marked if marked <= max(4, len(matrix) // 2) else 0
    if not _could_be_header(matrix[0]):
        return 0
    depth = _depth_of_merged_header(matrix)
    return depth if depth > 1 or _differs_from_body(matrix[0], matrix[1:]) else 0


def text_of_grid(found: Grid) -> str:
    """The grid as lines, cells separated by bars: what stands for a table in the parsed text."""
    lines = [found.caption] if found.caption else []
    if any(found.headers):
        lines.append(" | ".join(" / ".join(path) for path in found.headers))
    lines += [" | ".join(cell.text for cell in row) for row in found.rows]
    return "\n".join([*lines, *found.notes])


def _is_marked(row: Sequence[RawCell]) -> bool:
    filled = [cell for cell in row if cell.text]
    return bool(filled) and all(cell.heading for cell in filled) and (len(filled) > 1 or len(row) == 1)


def _could_be_header(row: Sequence[RawCell]) -> bool:
    filled = [cell for cell in row if cell.text]
    if len(filled) < max(1, (len(row) + 1) // 2) or any(len(cell.text) > LONGEST_HEADER for cell in filled):
        return False
    own = [cell.text for cell in filled if not cell.merged]
    return len(set(own)) == len(own) and not any(cell.text.endswith(":") for cell in filled)


def _depth_of_merged_header(matrix: Matrix) -> int:
    """A header cell over several columns has the row below it as its second storey."""
    depth = 1
    while depth < min(4, len(matrix) - 1) and any(
        right.merged and right.text and right.text == left.text and not left.numeric
        for left, right in zip(matrix[depth - 1], matrix[depth - 1][1:], strict=False)
    ):
        if len({cell.text for cell in matrix[depth - 1]}) == 1 or not _could_be_header(matrix[depth]):
            break
        depth += 1
    return depth


def _differs_from_body(first: Sequence[RawCell], body: Matrix) -> bool:
    contrast = 0
    for column, cell in enumerate(first):
        below = [row[column] for row in body if not row[column].blank]
        if below and sum(other.numeric for other in below) >= 0.6 * len(below):
            if cell.numeric and not _is_year(cell.text):
                return False
            contrast += 1
    return contrast > 0


def _is_year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:FY\s?)?(?:19|20)\d\d", text))


def _header_path(rows: Matrix, column: int) -> tuple[str, ...]:
    path: list[str] = []
    for row in rows:
        text = row[column].text
        if text and (not path or path[-1] != text):
            path.append(text)
    return tuple(path)


def _label_columns(body: Matrix, columns: int) -> int:
    """One, and further ones while a column only counts, or repeats (merged cells), or is empty."""
    labels = 1
    while labels < min(columns - 1, MAXIMUM_LABEL_COLUMNS) and _needs_another(body, labels - 1):
        labels += 1
    return labels


def _needs_another(body: Matrix, column: int) -> bool:
    texts = [row[column].text for row in body]
    filled = [text for text in texts if text]
    if not filled or any(row[column].merged for row in body):
        return True
    counting = [text.rstrip(".") for text in filled]
    return len(filled) > 1 and all(text.isdigit() and len(text) <= 3 for text in counting) and _rises(counting)


def _rises(numbers: Sequence[str]) -> bool:
    values = [int(number) for number in numbers]
    return all(later == earlier + 1 for earlier, later in zip(values, values[1:], strict=False))


def _groups(body: Matrix, headers: Sequence[tuple[str, ...]]) -> list[RawCell | None]:
    """For each row, the row above it that has nothing but a label and so names a group of rows."""
    groups: list[RawCell | None] = []
    current: RawCell | None = None
    for index, row in enumerate(body):
        if _names_group(row) and len(headers) > 1 and index + 1 < len(body) and not _names_group(body[index + 1]):
            current = row[0] if row[0].text else next(cell for cell in row if cell.text)
            groups.append(None)
        else:
            groups.append(current)
    return groups


def _names_group(row: Sequence[RawCell]) -> bool:
    texts = {cell.text for cell in row if cell.text}
    if len(texts) != 1:
        return False
    first = next(cell for cell in row if cell.text)
    spans = sum(1 for cell in row if cell.text) > 1
    return (spans or row[0].text != "") and not first.numeric and len(first.text) <= 2 * LONGEST_HEADER


def _cell(raw: RawCell) -> Cell:
    return Cell(text=raw.text, location=raw.location, merged=raw.merged)


def relocated(raw: RawCell, location: Location) -> RawCell:
    """The same cell at another place."""
    return replace(raw, location=location)
