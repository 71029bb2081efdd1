"""Tables as they are asked: rows of read cells under header paths, put together from row chunks."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from kingpost.answering.tables.values import Value, read, tokens
from kingpost.types.documents import Chunk, ChunkCell, ChunkKind, Location, SectionLocation, SheetLocation

SUMMARY_WORDS = frozenset({"total", "sum", "subtotal", "averag", "mean", "overal", "grand", "sub", "combin", "aggreg"})
NAMING_WORDS = frozenset({"number", "no", "nr", "code", "id", "identif", "serial", "index", "#"})
_WHOLE = re.compile(
    r"^(?:(?:all|whole|full|entire)\b.*\b(?:year|period|months|quarters)|year to date|ytd)\b", re.IGNORECASE
)
MAJORITY = 0.6
NEARLY_ALL = 0.9
FEW_CELLS = 3
KIND_SHARE = 0.25
"""Share of the rows' names from which a word in them says what the rows are."""
_SCALE = re.compile(r"\b(?:in|of|,|\()\s?\$?(?P<scale>ten thousand|thousand|million|billion)s?\b", re.IGNORECASE)
_SCALES = {"thousand": 1e3, "ten thousand": 1e4, "million": 1e6, "billion": 1e9}


class Kind(StrEnum):
    """What most cells of a column are."""

    NUMBER = "number"
    MOMENT = "moment"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCell:
    """A cell: as it stands, read, with the chunk that holds it."""

    source: ChunkCell
    chunk: Chunk
    value: Value
    is_head: bool = False
    """Whether it is a column's header, read as a cell; it stands above the rows, not where its ``source`` does."""

    @property
    def text(self) -> str:
        return self.source.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its header path and what its cells are."""

    index: int
    header: tuple[str, ...]
    kind: Kind
    label: bool = False
    counter: bool = False
    """Whether its numbers only count or name the rows."""
    scale: float = 1.0
    """What its numbers are to be multiplied by, as the header says: "(in millions)"."""

    @property
    def name(self) -> str:
        return " / ".join(self.header)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row: a cell or None for each column. ``summary``: it totals others; ``divider``: it only names what follows."""

    index: int
    cells: tuple[TableCell | None, ...]
    summary: bool = False
    divider: bool = False

    @property
    def data(self) -> bool:
        return not self.summary and not self.divider


@dataclass(frozen=True)
class Table:
    """A whole table. ``turned``: its columns became rows, for questions that run along a row."""

    id: str
    caption: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    turned: bool = False
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def data(self) -> tuple[Row, ...]:
        """Rows that state something of their own: no totals, no dividers."""
        return tuple(row for row in self.rows if row.data)

    def is_constant(self, column: int) -> bool:
        """Whether all rows say the same there: a heading that was merged over them."""
        texts = {cell.text for row in self.data if (cell := row.cells[column]) is not None}
        return len(texts) <= 1 and len(self.data) >= FEW_CELLS

    def tells_apart(self, column: int) -> bool:
        """Whether hardly two rows say the same there."""
        return self._distinct_share(column) > NEARLY_ALL

    @cached_property
    def _label_column(self) -> int:
        texts = [column for column in self.columns if column.kind is not Kind.NUMBER]
        named = [column.index for column in texts if column.label]
        distinct = [c.index for c in texts if self._distinct_share(c.index) > MAJORITY]
        return next(iter([*(c for c in distinct if c in named), *distinct, *named, 0]))

    @cached_property
    def kinds_of_rows(self) -> frozenset[str]:
        """Stems that many of the rows' names hold: "door" where they are called Fire door 1, Gate 2, Fire door 3."""
        names = [cell for row in self.data if (cell := row.cells[self._label_column]) is not None]
        counts = Counter(stem for cell in names for stem in set(cell.value.stems))
        return frozenset(stem for stem, count in counts.items() if count >= max(FEW_CELLS, KIND_SHARE * len(names)))

    @cached_property
    def units(self) -> dict[Location, str]:
        """By place of a number: what a column called "unit" says of its row."""
        columns = [column.index for column in self.columns if _names_units(column)]
        if len(columns) != 1:
            return {}
        said = [
            (row, unit.text) for row in self.data if (unit := row.cells[columns[0]]) is not None and unit.text.strip()
        ]
        return {cell.source.location: text for row, text in said for cell in row.cells if cell is not None}

    def label_column(self) -> int:
        """The first column that names rows: the first text column with mostly different values."""
        return self._label_column

    def _distinct_share(self, column: int) -> float:
        filled = [cell.text for row in self.data if (cell := row.cells[column]) is not None and not cell.value.blank]
        return len(set(filled)) / len(filled) if filled else 0.0


def _names_units(column: Column) -> bool:
    words = [token.stem for token in tokens(column.header[-1])] if column.header else []
    return column.kind is Kind.TEXT and words in (["unit"], ["unit", "of", "measur"], ["uom"], ["measur", "unit"])


def tables_of(chunks: Iterable[Chunk]) -> list[Table]:
    """All tables that the row chunks of one revision make up, in document order."""
    gathered: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        if chunk.kind is ChunkKind.ROW and chunk.table and chunk.cells:
            gathered.setdefault(chunk.table, []).append(chunk)
    return [table for rows in gathered.values() if (table := table_of(rows)) is not None]


def table_of(chunks: Sequence[Chunk]) -> Table | None:
    """One table from its row chunks in order; pieces of a long row are put together again."""
    pieces = _whole_rows(chunks)
    keys = _column_keys(pieces)
    if not keys or not pieces:
        return None
    cells = [tuple(row.get(key) for key in keys) for row in pieces]
    columns = tuple(_column(n, [row[n] for row in cells]) for n in range(len(keys)))
    rows = tuple(_row(n, row, columns) for n, row in enumerate(cells))
    return Table(id=chunks[0].table, caption=chunks[0].section, columns=columns, rows=rows)


def turned(table: Table) -> Table | None:
    """The table with columns as rows; None where its columns are not alike enough for that to mean anything."""
    label = table.label_column()
    across = [column for column in table.columns if column.index != label and column.kind is Kind.NUMBER]
    named = [row for row in table.rows if row.cells[label] is not None and not row.divider]
    if len(across) < FEW_CELLS - 1 or not named or len(named) > 60:
        return None
    columns = [
        Column(index=0, header=(), kind=_kind_of_texts([c.header[-1] if c.header else "" for c in across]), label=True)
    ]
    columns += [
        Column(index=n, header=_label_path(row, table), kind=_kind([row.cells[c.index] for c in across]))
        for n, row in enumerate(named, start=1)
    ]
    rows = []
    for at, column in enumerate(across):
        first = next((cell for row in named if (cell := row.cells[column.index]) is not None), None)
        if first is None:
            continue
        heading = TableCell(
            source=_heading(first.source, column),
            chunk=first.chunk,
            value=read(column.header[-1] if column.header else ""),
            is_head=True,
        )
        cells = (heading, *(row.cells[column.index] for row in named))
        rows.append(Row(index=at, cells=cells, summary=_is_summary([heading])))
    return Table(id=table.id, caption=table.caption, columns=tuple(columns), rows=tuple(rows), turned=True)


def _label_path(row: Row, table: Table) -> tuple[str, ...]:
    texts = (
        cell.text for column, cell in zip(table.columns, row.cells, strict=True) if cell is not None and column.label
    )
    path = tuple(dict.fromkeys(text for text in texts if text))
    cell = row.cells[table.label_column()]
    return path or ((cell.text,) if cell is not None else ())


def _heading(cell: ChunkCell, column: Column) -> ChunkCell:
    """The header of a column as a cell; its place and hash are those of the column's first cell."""
    return ChunkCell(
        header=(),
        text=column.header[-1] if column.header else "",
        location=cell.location,
        content_hash=cell.content_hash,
        label=True,
    )


def _whole_rows(chunks: Sequence[Chunk]) -> list[dict[tuple[object, ...], TableCell]]:
    """Cells by column key, one mapping a row; a chunk that contradicts nothing of the row before it continues it."""
    rows: list[dict[tuple[object, ...], TableCell]] = []
    for chunk in chunks:
        keyed = _keyed(chunk)
        if rows and _continues(rows[-1], keyed):
            rows[-1] |= {key: cell for key, cell in keyed.items() if key not in rows[-1]}
        else:
            rows.append(keyed)
    return _under_headers([_without_short_labels(row) for row in rows])


def _under_headers(rows: Sequence[dict[tuple[object, ...], TableCell]]) -> list[dict[tuple[object, ...], TableCell]]:
    """A label that was merged over several rows has its header in the first of them only: it is one column."""
    headed = {
        key[0]: key
        for row in rows
        for key, cell in row.items()
        if cell.source.header and isinstance(cell.source.location, SheetLocation)
    }
    return [{key if c.source.header else headed.get(key[0], key): c for key, c in row.items()} for row in rows]


def _without_short_labels(row: dict[tuple[object, ...], TableCell]) -> dict[tuple[object, ...], TableCell]:
    """A long label comes twice: cut short under no header in front of each piece, and whole under its own."""
    headed = {cell.source.location for cell in row.values() if cell.source.header}
    return {key: c for key, c in row.items() if c.source.header or c.source.location not in headed}


def _keyed(chunk: Chunk) -> dict[tuple[object, ...], TableCell]:
    seen: Counter[tuple[object, ...]] = Counter()
    keyed: dict[tuple[object, ...], TableCell] = {}
    for cell in _in_order(chunk.cells):
        key: tuple[object, ...] = (cell.header,)
        if isinstance(cell.location, SheetLocation):
            key = (_letters(cell.location.range), cell.header)
        else:
            seen[key] += 1
            key = (*key, seen[key])
        keyed.setdefault(key, TableCell(source=cell, chunk=chunk, value=read(cell.text)))
    return keyed


def _in_order(cells: Sequence[ChunkCell]) -> list[ChunkCell]:
    """Cells from left to right where their places tell; long cells come once."""
    unique = list(dict.fromkeys(cells))
    if not all(isinstance(cell.location, SectionLocation) for cell in unique):
        return unique
    return sorted(unique, key=lambda cell: cell.location.span if isinstance(cell.location, SectionLocation) else (0, 0))


def _letters(place: str) -> str:
    return "".join(character for character in place.partition(":")[0] if character.isalpha())


def _continues(row: dict[tuple[object, ...], TableCell], piece: dict[tuple[object, ...], TableCell]) -> bool:
    there = {cell.source.location for cell in row.values()}
    shared = any(cell.source.location in there for cell in piece.values())
    alike = all(piece[key].source.location == row[key].source.location for key in piece if key in row)
    return shared and alike and (_is_part(piece) or any(cell.source.location not in there for cell in piece.values()))


def _is_part(piece: dict[tuple[object, ...], TableCell]) -> bool:
    """Whether a cell is so long that the piece has only some of it."""
    return any(cell.text not in cell.chunk.text for cell in piece.values())


def _column_keys(rows: Sequence[dict[tuple[object, ...], TableCell]]) -> list[tuple[object, ...]]:
    """All column keys, each after those that stand before it in its own row."""
    order: list[tuple[object, ...]] = []
    for row in rows:
        at = 0
        for key in row:
            if key in order:
                at = order.index(key) + 1
            else:
                order.insert(at, key)
                at += 1
    return order


def _column(index: int, cells: Sequence[TableCell | None]) -> Column:
    present = [cell for cell in cells if cell is not None]
    labels = sum(cell.source.label for cell in present)
    header = next((cell.source.header for cell in present if cell.source.header), ())
    scale = _SCALE.search(" ".join(header))
    kind = _kind(cells)
    return Column(
        index=index,
        header=header,
        kind=kind,
        label=2 * labels > len(present),
        counter=(_counts_rows(present) and kind is not Kind.MOMENT) or _names_numbers(header),
        scale=_SCALES[scale["scale"].casefold()] if scale else 1.0,
    )


def _names_numbers(header: tuple[str, ...]) -> bool:
    """Invoice number, postal code: numbers that name things and are not calculated with."""
    words = [token.stem for token in tokens(header[-1])] if header else []
    return bool(words) and words[-1] in NAMING_WORDS


def _counts_rows(cells: Sequence[TableCell]) -> bool:
    """1, 2, 3 and so on, each once."""
    numbers = [cell.value.number for cell in cells if cell.value.number is not None]
    steps = [second - first for first, second in pairwise(numbers)]
    return len(numbers) >= FEW_CELLS and len(numbers) == len(cells) and all(step == 1 for step in steps)


def _kind(cells: Sequence[TableCell | None]) -> Kind:
    return _kind_of([cell.value for cell in cells if cell is not None and not cell.value.blank])


def _kind_of_texts(texts: Sequence[str]) -> Kind:
    return _kind_of([read(text) for text in texts if text])


def _kind_of(values: Sequence[Value]) -> Kind:
    if not values:
        return Kind.TEXT
    if sum(value.dated and value.moment is not None for value in values) >= MAJORITY * len(values):
        return Kind.MOMENT
    return Kind.NUMBER if sum(value.number is not None for value in values) >= MAJORITY * len(values) else Kind.TEXT


def _row(index: int, cells: tuple[TableCell | None, ...], columns: Sequence[Column]) -> Row:
    filled = [cell for cell in cells if cell is not None and not cell.value.blank]
    texts = {cell.text for cell in filled}
    heads = [cell for cell in filled if cell.source.header and cell.text == cell.source.header[-1]]
    divider = (len(texts) <= 1 and len(columns) >= FEW_CELLS) or (len(heads) > 1 and len(heads) == len(filled))
    return Row(index=index, cells=cells, summary=_is_summary(filled), divider=divider)


def _is_summary(filled: Sequence[TableCell]) -> bool:
    """Whether a row or column totals others: one of its first words says so, and little else stands there."""
    named = [cell for cell in filled if cell.source.label or cell is filled[0]]
    for cell in named:
        words = [token.stem for token in tokens(cell.text)]
        if (words and words[0] in SUMMARY_WORDS and len(words) <= FEW_CELLS) or _WHOLE.match(cell.text):
            return True
    return False
