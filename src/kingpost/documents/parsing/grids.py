"""Turns a rectangle of raw cells into a grid: which rows are headers, which columns name a row, which rows group."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kingpost.language.units import is_unit
from kingpost.types.documents import Cell, Grid, Location

NUMERIC = re.compile(
    r"^[\s(\[]*[-+−–±≤≥<>~≈]?\s*(?:[$€£¥]|USD|EUR|RMB)?\s*[-+−–]?\d[\d,.'\s]*(?:e[-+]?\d+)?(?:\s?\d*/\d+)?\s*"
    r"(?:%|‰|[$€£¥]|[a-zA-Zµ°²³/·]{1,6})?[)\]]?[*†‡]?$",
    re.IGNORECASE,
)
DATE = re.compile(
    r"^(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[-/. ]{1,2}[A-Z][a-zä]{2,8}\.?[-/, ]{1,2}\d{2,4})?"
    r"(?:[ T]?\d{1,3}:\d{2}(?::\d{2})?(?: ?[AP]M)?)?$(?<=.)"
)
HEADER_WORDS = frozenset(
    """
    abbreviation acronym action amount area argument category class code column comment component condition
    content cost count criteria date day default definition department description detail dimension document
    duration element explanation field figure floor function grade group height id index input item key length
    level limit location manufacturer mark material maximum meaning measure min max minimum model month name no
    note number operation option output owner parameter part percent percentage period phase position price
    priority procedure project property purpose qty quantity quarter range rate rating reference ref remark
    requirement responsible result rev revision role room score section serial severity size source
    specification stage standard status step subject supplier switch symbol tag task term test time title
    tolerance total type unit use value variable version weight width year zone
    """.split()
)
NOTHING = frozenset({"", "-", "–", "—", "n/a", "N/A", "none", "/"})
UNIT_IN_HEADER = re.compile(
    r"[(\[](?:in\s+)?(?P<unit>[^()\[\]]{1,16})[)\]]\s*\*?$|,\s*(?:in\s+)?(?P<last>[^\s,]{1,12})$"
)
MAXIMUM_LABEL_COLUMNS = 4
LONGEST_HEADER = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCell:
    """A cell as read. ``heading`` says that the source marks it as a header (th, bold, a header row).

    ``unit`` is what the source says apart from the text (a number format), ``number`` that its value is one. The
    rest as in ``Cell``.
    """

    text: str
    location: Location
    merged: bool = False
    heading: bool = False
    rows: int = 1
    columns: int = 1
    unit: str = ""
    number: bool = False
    comment: str = ""
    flags: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        return self.number or bool(NUMERIC.match(self.text) or DATE.match(self.text))

    @property
    def blank(self) -> bool:
        return self.text in NOTHING


Matrix = Sequence[Sequence[RawCell]]


def grid(
    matrix: Matrix,
    *,
    caption: str = "",
    header_rows: int | None = None,
    label_columns: int | None = None,
    notes: Sequence[str] = (),
) -> Grid:
    """Bind headers to cells. None means to find out; every row must have the same length."""
    count = count_header_rows(matrix) if header_rows is None else header_rows
    body = list(matrix[count:])
    headers = [_header_path(matrix[:count], column) for column in range(len(matrix[0]))]
    units = [_unit(matrix, count, column) for column in range(len(headers))]
    head = [tuple(_cell(cell) for cell in row) for row in matrix[:count]]
    labels = label_columns or _label_columns(body, len(headers))
    rows = [tuple(_cell(cell) for cell in row) for row in body]
    groups = _groups(body, headers)
    if any(groups):
        headers, units = [(), *headers], ["", *units]
        head = [(Cell(text="", location=row[0].location), *row) for row in head]
        rows = [
            (Cell(text=group.text if group else "", location=(group or row[0]).location, merged=True), *row)
            for row, group in zip(rows, groups, strict=True)
        ]
        labels += 1
    kept = [row for row in rows if any(cell.text for cell in row if not cell.merged)]
    return Grid(
        caption=caption,
        headers=tuple(headers),
        units=tuple(units),
        head=tuple(head),
        rows=tuple(kept),
        label_columns=labels,
        notes=tuple(notes),
    )


def count_header_rows(matrix: Matrix) -> int:
    """How many rows at the top are headers: those marked so, else the first when it differs in kind from the rest."""
    if len(matrix) < 2:
        return 0
    marked = 0
    while marked < len(matrix) - 1 and _is_marked(matrix[marked]):
        marked += 1
    if any(len(_own(row)) > 1 or len(row) == 1 for row in matrix[:marked]):
        return marked if marked <= max(4, len(matrix) // 2) else 0
    depth = _depth_of_merged_header(matrix)
    if depth > 1:
        return depth
    if not _could_be_header(matrix[0]):
        return 0
    return int(
        _differs_from_body(matrix[0], matrix[1:]) or (len(matrix) > 2 and _worded_as_header(matrix[0], matrix[1:]))
    )


def text_of_grid(found: Grid) -> str:
    """The grid as lines, cells separated by bars: what stands for a table in the parsed text."""
    lines = [found.caption] if found.caption else []
    if any(found.headers):
        lines.append(" | ".join(" / ".join(path) for path in found.headers))
    lines += [" | ".join(cell.text for cell in row) for row in found.rows]
    return "\n".join([*lines, *found.notes])


def _is_marked(row: Sequence[RawCell]) -> bool:
    filled = [cell for cell in row if cell.text]
    numeric = [cell.text for cell in filled if cell.numeric]
    group = len(filled) == 1 and len(row) > 2 and bool(row[0].text) and not row[0].merged
    return (
        bool(filled) and all(cell.heading for cell in filled) and not group and (not numeric or _names_columns(numeric))
    )


def _could_be_header(row: Sequence[RawCell]) -> bool:
    """Short texts, hardly one twice, over at least half of the columns each on its own."""
    filled = [cell for cell in row if cell.text]
    own = [cell.text for cell in filled if not cell.merged]
    if len(own) < max(1, (len(row) + 1) // 2) or not _short(filled):
        return False
    return len(set(own)) >= 0.8 * len(own) and not any(cell.text.endswith(":") for cell in filled)


def _short(cells: Sequence[RawCell]) -> bool:
    return all(len(cell.text) <= LONGEST_HEADER for cell in cells)


def _depth_of_merged_header(matrix: Matrix) -> int:
    """A header cell over several columns has the row below it as its second storey; 0 where no such header is."""
    depth = 0
    while depth < min(3, len(matrix) - 2) and _is_storey(matrix[depth]) and _spans_columns(matrix[depth]):
        depth += 1
    if depth == 0 or not _is_storey(matrix[depth]) or len(_own(matrix[depth])) < max(2, len(matrix[0]) // 2):
        return 0
    return depth + 1


def _is_storey(row: Sequence[RawCell]) -> bool:
    filled = [cell for cell in row if cell.text]
    numeric = [cell.text for cell in filled if cell.numeric]
    if any(cell.text.endswith(":") for cell in filled):
        return False
    return len({cell.text for cell in filled}) > 1 and _short(filled) and (not numeric or _names_columns(numeric))


def _spans_columns(row: Sequence[RawCell]) -> bool:
    return any(right.merged and right.text and right.text == left.text for left, right in pairwise(row))


def _own(row: Sequence[RawCell]) -> list[RawCell]:
    """Cells with a text that does not repeat the one to their left."""
    return [
        cell
        for left, cell in zip([None, *row], row, strict=False)
        if cell.text and not (left and cell.merged and left.text == cell.text)
    ]


def _differs_from_body(first: Sequence[RawCell], body: Matrix) -> bool:
    """Words over numbers; numbers over numbers only when they name periods or count the columns."""
    numeric = [cell.text for cell in first if cell.numeric and not cell.merged]
    if numeric and not _names_columns(numeric):
        return False
    over_numbers = 0
    for column, cell in enumerate(first):
        below = [row[column] for row in body if not row[column].blank]
        if cell.text and below and sum(other.numeric for other in below) >= 0.6 * len(below):
            over_numbers += 1
    return over_numbers > 0


def _names_columns(numbers: Sequence[str]) -> bool:
    if len(numbers) < 2:
        return False
    if all(re.fullmatch(r"(?:FY\s?)?(?:19|20)\d\d", number) for number in numbers):
        return True
    return all(number.isdigit() for number in numbers) and int(numbers[0]) <= 1 and _rises(numbers)


def _worded_as_header(first: Sequence[RawCell], body: Matrix) -> bool:
    """Words that head columns in the first row and not in the rows below."""
    return _header_words(first) >= 0.6 and sum(_header_words(row) for row in body) <= 0.3 * len(body)


def _header_words(row: Sequence[RawCell]) -> float:
    filled = [cell for cell in row if cell.text]
    if len(filled) < len(row) or any(cell.numeric or len(cell.text.split()) > 6 for cell in filled):
        return 0.0
    return sum(has_header_word(cell.text) for cell in filled) / len(filled)


def has_header_word(text: str) -> bool:
    """Whether one of the words is of those that head columns and name fields."""
    return any(word.casefold().rstrip("s.") in HEADER_WORDS for word in re.findall(r"[A-Za-z]+", text))


def _header_path(rows: Matrix, column: int) -> tuple[str, ...]:
    path: list[str] = []
    for row in rows:
        text = row[column].text
        if text and (not path or path[-1] != text):
            path.append(text)
    return tuple(path)


def _unit(matrix: Matrix, header_rows: int, column: int) -> str:
    """The column's unit: in brackets, or after a comma, of its innermost header; else what most of its cells say."""
    for depth, row in reversed(list(enumerate(matrix[:header_rows]))):
        bare = row[column].text.strip("[]()")
        if is_unit(bare) and (bare != row[column].text or (depth and _are_units(row))):
            return bare
        found = UNIT_IN_HEADER.search(row[column].text)
        unit = (found["unit"] or found["last"]).strip() if found else ""
        if unit and is_unit(unit):
            return unit
    said = [row[column].unit for row in matrix[header_rows:] if row[column].text and row[column].unit]
    numbers = sum(row[column].numeric for row in matrix[header_rows:])
    return max(set(said), key=said.count) if said and 2 * len(said) >= numbers else ""


def _are_units(row: Sequence[RawCell]) -> bool:
    texts = [cell.text.strip("[]()") for cell in row if cell.text]
    return 2 * sum(is_unit(text) for text in texts) >= len(texts)


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
    return all(later == earlier + 1 for earlier, later in pairwise(values))


def _groups(body: Matrix, headers: Sequence[tuple[str, ...]]) -> list[RawCell | None]:
    """For each row, the row above it that has nothing but a label and so names a group of rows."""
    groups: list[RawCell | None] = []
    current: RawCell | None = None
    for index, row in enumerate(body):
        if _names_group(row) and len(headers) > 2 and index + 1 < len(body) and not _names_group(body[index + 1]):
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
    return Cell(
        text=raw.text,
        location=raw.location,
        merged=raw.merged,
        rows=raw.rows,
        columns=raw.columns,
        comment=raw.comment,
        flags=raw.flags,
    )
