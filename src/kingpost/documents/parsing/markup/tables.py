"""Tables of a page: their cells as a rectangle, what they are for, and their parts around the cells."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from lxml import html as lxml_html

from kingpost.documents.parsing.flow import NOWHERE
from kingpost.documents.parsing.grids import RawCell
from kingpost.documents.parsing.markup.chrome import names_of
from kingpost.documents.parsing.markup.wording import inline_text, is_note_mark

WIDEST_SPAN = 200
MOST_COLUMNS = 500
MOST_LABELS = 4
LONGEST_LABEL = 80
MOST_FIELDS = 60
MOST_OF_TEXT = 0.5
GROUP = " - "
BULLET = re.compile(r"^[\u2022\u00b7\u25aa\u25e6\u2013-]\s*")
NOTE = re.compile(
    r"^(?:notes?\b|sources?\b|\*|\u2020|\u2021|[\[(]?\d{1,2}[\])]\s|[a-z]\)\s|legend\b|key\s*:)", re.IGNORECASE
)
Element: TypeAlias = lxml_html.HtmlElement
Notes = Mapping[str, str]
"""What the notes that marks point to say, by their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTable:
    """A table as a rectangle, with what stands around its cells."""

    rows: list[list[RawCell]]
    caption: str = ""
    header_rows: int | None = None
    label_columns: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """A label beside its values; without a label it is a text across."""

    label: str
    values: tuple[Element, ...]


def read_table(table: Element, notes: Notes) -> ReadTable:
    """The table with headers, titles and notes told from its rows."""
    elements = _rows(table)
    rows, in_head = _rectangle(expanded(elements, notes), elements)
    caption = caption_of(table)
    while len(rows) > 1 and len(rows[0]) > 2 and _is_across(rows[0]) and len(rows[0][0].text) <= LONGEST_LABEL * 2:
        if not (in_head[0] or rows[0][0].heading):
            break
        caption = caption or rows[0][0].text
        rows, in_head = rows[1:], in_head[1:]
    said: list[str] = []
    while len(rows) > 2 and len(rows[0]) > 1 and _is_across(rows[-1]) and NOTE.match(rows[-1][0].text):
        said.insert(0, rows.pop()[0].text)
    if len(rows) > 2 and [cell.text for cell in rows[-1]] == [cell.text for cell in rows[0]]:
        rows.pop()
    return ReadTable(
        rows=rows,
        caption=caption,
        header_rows=0 if _has_blank_head(table, rows) else _header_rows(rows, in_head),
        label_columns=_label_columns(rows),
        notes=tuple(said),
    )


def caption_of(table: Element) -> str:
    """Its caption, or that of the figure it stands in."""
    own = next((inline_text(child) for child in table if child.tag == "caption"), "")
    return own or (table.get("summary") or "" if table.get("role") not in {"presentation", "none"} else "").strip()


def expanded(rows: Sequence[Element], notes: Notes) -> list[dict[int, RawCell]]:
    """Cells by their columns: what spans rows or columns is repeated and marked as merged."""
    found: list[dict[int, RawCell]] = []
    carried: dict[int, tuple[int, RawCell]] = {}
    group: Element | None = None
    for row in rows:
        if row.getparent() is not group:
            group, carried = row.getparent(), {}
        cells = {column: cell for column, (_, cell) in carried.items()}
        carried = {column: (left - 1, cell) for column, (left, cell) in carried.items() if left > 1}
        column = 0
        for element in row:
            if element.tag in {"td", "th"}:
                while column in cells:
                    column += 1
                if column < MOST_COLUMNS:
                    _place(element, column, cells, carried, notes)
        found.append(cells)
    return found


def is_layout(table: Element) -> bool:
    """Whether the table only arranges the page: said so, or it holds headings or mainly other tables."""
    if table.get("role") in {"presentation", "none"}:
        return True
    own = list(own_cells(table))
    if table.find("caption") is not None or any(cell.tag == "th" for cell in own):
        return False
    if any(next(cell.iter("h1", "h2", "h3"), None) is not None for cell in own):
        return True
    nested = sum(_length(inner) for inner in table.iterdescendants("table") if owner(inner) is table)
    if nested > MOST_OF_TEXT * _length(table):
        return True
    blocks = sum(len(cell) > 0 and next(cell.iter("p", "ul", "ol", "pre"), None) is not None for cell in own)
    return len(_rows(table)) == 1 and blocks > 0


def field_rows(table: Element) -> list[FieldRow]:
    """The rows of a form or info box: a header cell beside one value each; none when it is a table."""
    rows = [[cell for cell in row if cell.tag in {"td", "th"}] for row in _rows(table)]
    reader = _FieldReader(boxed=any(re.search(r"infobox|tabmeta-details|vcard", name) for name in _names_around(table)))
    if not all(reader.takes(row) for row in rows if row):
        return []
    enough = reader.boxed or reader.fields > 1 or len(rows) == 1
    return reader.found if 0 < reader.fields <= MOST_FIELDS and enough else []


@dataclass
class _FieldReader:
    """Takes row by row; a header cell of its own names the part of the box that begins with it."""

    boxed: bool
    found: list[FieldRow] = field(default_factory=list)
    fields: int = 0
    _part: str = ""
    _stem: str = ""
    _headed: bool = False

    def takes(self, cells: Sequence[Element]) -> bool:
        """False for a row that is none of a form."""
        if len(cells) == 1:
            self._across(cells[0])
            return True
        label = _label(cells, boxed=self.boxed)
        if not label:
            return False
        inner = BULLET.sub("", label)
        if self.boxed and not any(inline_text(cell) for cell in cells[1:]):
            self._stem = inner
            return True
        self._stem = self._stem if inner != label else ""
        named = GROUP.join(part for part in (self._part, self._stem, inner) if part)
        self.found.append(FieldRow(label=named, values=tuple(cells[1:])))
        self.fields, self._headed = self.fields + 1, False
        return True

    def _across(self, cell: Element) -> None:
        text = inline_text(cell)
        if cell.tag == "th" and len(text) <= LONGEST_LABEL and self.fields:
            self._part, self._stem, self._headed = text, "", True
            return
        self.found.append(FieldRow(label=self._part if self._headed else "", values=(cell,)))
        self._headed = False


def marks_within(element: Element) -> list[Element]:
    """The marks of notes in it."""
    return [mark for mark in element.iter("sup", "a") if is_note_mark(mark)]


def own_cells(table: Element) -> Iterator[Element]:
    """Its cells, without those of tables in it."""
    return (cell for row in _rows(table) for cell in row if cell.tag in {"td", "th"})


def owner(element: Element) -> Element | None:
    """The table that an element stands in."""
    return next(element.iterancestors("table"), None)


def _names_around(table: Element) -> list[str]:
    around = [names_of(element) for element in table.iterancestors("div")][:3]
    return [*names_of(table), *(name for names in around for name in names if "tabmeta" in name)]


def _label(cells: Sequence[Element], *, boxed: bool) -> str:
    heading = cells[0].tag == "th" or boxed
    values = len(cells) == 2 or boxed
    text = inline_text(cells[0])
    return text if heading and values and cells[1].tag == "td" and 0 < len(text) <= LONGEST_LABEL else ""


def _rows(table: Element) -> list[Element]:
    """Its own rows, the foot last."""
    own = [row for row in table.iterdescendants("tr") if owner(row) is table]
    return sorted(own, key=lambda row: _part(row) == "tfoot")


def _part(row: Element) -> str:
    parent = row.getparent()
    return str(parent.tag) if parent is not None else ""


def _place(
    element: Element, column: int, cells: dict[int, RawCell], carried: dict[int, tuple[int, RawCell]], notes: Notes
) -> None:
    across, down = _span(element, "colspan"), _span(element, "rowspan")
    marks = marks_within(element)
    nested = list(element.iterdescendants("table"))
    text = inline_text(element, without={*nested, *marks})
    said = dict.fromkeys(note for mark in marks if (note := notes.get(_target(mark), "")))
    cell = RawCell(
        text=text,
        location=NOWHERE,
        heading=element.tag == "th" or _part(element.getparent()) == "thead",
        rows=down,
        columns=across,
        comment="; ".join(said),
    )
    again = replace(cell, merged=True, rows=1, columns=1, comment="")
    for offset in range(min(across, MOST_COLUMNS - column)):
        cells[column + offset] = cell if offset == 0 else again
        if down > 1:
            carried[column + offset] = (down - 1, again)


def _target(mark: Element) -> str:
    link = mark if mark.get("href") else next(mark.iter("a"))
    return (link.get("href") or "").rpartition("#")[2]


def _rectangle(
    rows: Sequence[Mapping[int, RawCell]], elements: Sequence[Element]
) -> tuple[list[list[RawCell]], list[bool]]:
    """The rows with text, all as wide as the widest, without columns that never hold any; and which are heads."""
    blank = RawCell(text="", location=NOWHERE)
    width = max((max(row, default=-1) + 1 for row in rows), default=0)
    kept = [
        ([row.get(column, blank) for column in range(width)], _part(element) == "thead")
        for row, element in zip(rows, elements, strict=True)
        if any(cell.text for cell in row.values())
    ]
    used = [column for column in range(width) if any(row[column].text and not row[column].merged for row, _ in kept)]
    used = used or list(range(width))
    return [[row[column] for column in used] for row, _ in kept], [head for _, head in kept]


def _header_rows(rows: Sequence[Sequence[RawCell]], in_head: Sequence[bool]) -> int | None:
    """As many as stand in the head of the table, or begin it with header cells only; None where nothing tells."""
    headed = next((number for number, head in enumerate(in_head) if not head), len(rows))
    if 0 < headed < len(rows):
        return headed
    marked = 0
    while marked < len(rows) - 1 and _is_head(rows[marked]) and (not marked or _is_wide(rows[marked])):
        marked += 1
    if marked:
        return marked
    return 0 if all(row[0].heading and not row[-1].heading for row in rows) else None


def _has_blank_head(table: Element, rows: Sequence[Sequence[RawCell]]) -> bool:
    """Whether a head is there but says nothing: the table has no header."""
    head = table.find("thead")
    return head is not None and not inline_text(head) and not any(cell.heading for row in rows for cell in row)


def _is_head(row: Sequence[RawCell]) -> bool:
    filled = [cell for cell in row if cell.text]
    own = [cell for cell in filled if not cell.merged]
    return bool(filled) and all(cell.heading for cell in filled) and (len(own) > 1 or len(row) == 1)


def _is_wide(row: Sequence[RawCell]) -> bool:
    """Whether it goes over what labels of rows could be."""
    return any(cell.text for cell in row[(len(row) + 1) // 2 :])


def _is_across(row: Sequence[RawCell]) -> bool:
    return bool(row[0].text) and all(cell.merged and cell.text == row[0].text for cell in row[1:])


def _label_columns(rows: Sequence[Sequence[RawCell]]) -> int | None:
    """Columns up to the last that most rows mark as theirs; None where none is, or every one."""
    body = [row for row in rows if not all(cell.heading for cell in row if cell.text)]
    marked = [
        column
        for column in range(min(MOST_LABELS, len(rows[0]) - 1) if body else 0)
        if sum(row[column].heading for row in body) > 0.5 * len(body)
    ]
    return marked[-1] + 1 if marked else None


def _span(element: Element, name: str) -> int:
    value = re.match(r"\s*(\d{1,6})", element.get(name) or "")
    if value and int(value[1]) == 0 and name == "rowspan":
        return WIDEST_SPAN * 100
    return max(1, min(int(value[1]), WIDEST_SPAN if name == "colspan" else WIDEST_SPAN * 100)) if value else 1


def _length(element: Element) -> int:
    return sum(len(text.strip()) for text in element.itertext())
