"""Reads the title block: what stands beside or below labels such as "Doc. No.", "Rev." and "Effective date"."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise

from kingpost.documents.marks import MARK_FORM, rank
from kingpost.types.documents import Block, BlockKind, Cell, Grid, PageLocation, ParsedDocument

FIRST_BLOCKS = 40
MOST_ROWS = 14
LONGEST_VALUE = 200


class Entry(StrEnum):
    """What a label of a title block stands for."""

    NUMBER = "number"
    MARK = "mark"
    STATUS = "status"
    EFFECTIVE = "effective"
    ISSUED = "issued"
    SUPERSEDES = "supersedes"


_KIND = r"(?:document|doc|standard|specification|spec|drawing|drg|dwg|procedure|work instruction|instruction|manual)"
_NUMBER = r"(?:no|number|nr|num|id|ref|reference|code)"
LABELS = {
    Entry.NUMBER: re.compile(rf"{_KIND}\.?\s*(?:{_NUMBER}\b\.?|#)"),
    Entry.MARK: re.compile(
        r"(?:document |doc\.? |current )?(?:rev|revision|issue|version|edition)\.?"
        r"(?:\s*(?:no|number|nr|index|mark|letter|level)\b\.?)?"
    ),
    Entry.STATUS: re.compile(r"(?:document |doc\.? |revision |issue )?status"),
    Entry.EFFECTIVE: re.compile(
        r"(?:date )?effective(?: date| from| as of| since)?|date effective|valid (?:from|as of|since)"
        r"|in force (?:from|since|as of)|(?:date of )?(?:entry|coming) into (?:force|effect)"
        r"|applicable from|applies from"
    ),
    Entry.ISSUED: re.compile(
        r"(?:date of (?:issue|revision|release|publication)"
        r"|(?:issue|issued|revision|rev\.?|release|publication)[ -]date"
        r"|date issued|issued(?: on)?|released(?: on)?|published(?: on)?)"
    ),
    Entry.SUPERSEDES: re.compile(r"(?:supersedes|replaces|cancels)(?: (?:document|revision|issue)s?)?"),
}
_OF_OTHERS = re.compile(
    r"\b(?:references?|referenced|related|applicable|associated|register|normative)\b", re.IGNORECASE
)
"""In the caption of a table, or the heading above it: it tells of other documents."""
_INLINE = re.compile(r"^(?P<label>[A-Za-z][A-Za-z .#/()]{1,30}?)\s*[:\uff1a]\s*(?P<value>\S.*)$")


def entry_of(label: str) -> Entry | None:
    """What a label names, or None."""
    plain = " ".join(label.casefold().split()).strip(" :\uff1a*")
    return next((entry for entry, pattern in LABELS.items() if pattern.fullmatch(plain)), None)


def title_block(parsed: ParsedDocument, heads: str) -> dict[Entry, str]:
    """The first value of each entry: form fields, labelled cells, "label: value" lines, labels over values in heads."""
    found: dict[Entry, str] = {}
    for entry, value in _entries(first_blocks(parsed), heads):
        if value.strip() and len(value) <= LONGEST_VALUE:
            found.setdefault(entry, value.strip())
    return found


def first_blocks(parsed: ParsedDocument) -> list[Block]:
    """Where a document says what it is: its first blocks, of its first page where it has pages."""
    blocks = []
    for block in parsed.blocks[:FIRST_BLOCKS]:
        if isinstance(block.location, PageLocation) and block.location.page > 1:
            break
        blocks.append(block)
    return blocks


def _entries(blocks: Sequence[Block], heads: str) -> Iterator[tuple[Entry, str]]:
    for block in blocks:
        if block.kind is BlockKind.FORM_FIELD and (entry := entry_of(block.label)):
            yield entry, block.text
    for block in blocks:
        if block.grid is not None and not _OF_OTHERS.search(" ".join(block.section[-1:])):
            yield from _of_grid(block.grid)
    for line in "\n".join([*(block.text for block in blocks if block.grid is None), heads]).splitlines():
        if found := _inline(line):
            yield found
    lines = heads.splitlines()
    for line, following in pairwise(lines):
        if (entry := entry_of(line)) and not entry_of(following):
            yield entry, following


def _of_grid(grid: Grid) -> Iterator[tuple[Entry, str]]:
    """Labels with their values to the right or below; of a list of revisions the latest."""
    if len(grid.rows) > MOST_ROWS or _OF_OTHERS.search(grid.caption):
        return
    yield from _of_columns(grid)
    for row in _matrix(grid):
        worded = [_inline(cell.text) for cell in row]
        compares = sum(found is not None and found[0] is Entry.MARK for found in worded) > 1
        for place, cell in enumerate(row):
            found = worded[place]
            if found and not compares:
                yield found
            elif found is None and (entry := entry_of(cell.text)) and (value := _right_of(row, place)):
                yield entry, value


def _of_columns(grid: Grid) -> Iterator[tuple[Entry, str]]:
    """A row of labels above one row of values, or above a list of revisions."""
    entries = {
        column: _entry_of_column(path[-1])
        for column, path in enumerate(grid.headers)
        if path and _entry_of_column(path[-1])
    }
    rows = [row for row in grid.rows if any(cell.text for cell in row)]
    for row in rows if len(rows) == 1 else _latest(rows, entries):
        yield from ((entry, row[column].text) for column, entry in entries.items() if entry and column < len(row))


def _entry_of_column(head: str) -> Entry | None:
    return Entry.ISSUED if head.casefold().strip(" :") == "date" else entry_of(head)


def _latest(rows: Sequence[Sequence[Cell]], entries: Mapping[int, Entry | None]) -> list[Sequence[Cell]]:
    """The row with the highest mark of a list of revisions: dated, without a column for numbers of documents.

    Its marks are of one kind, each once, and in order; in a register or a list of parts they are not.
    """
    columns = {entry: column for column, entry in entries.items()}
    if Entry.MARK not in columns or Entry.ISSUED not in columns or Entry.NUMBER in columns:
        return []
    ranks = [rank(row[columns[Entry.MARK]].text.strip().upper()) if len(row) == len(rows[0]) else None for row in rows]
    told = [found for found in ranks if found]
    if len(told) < len(rows) or len({found[0] for found in told}) > 1 or len(set(told)) < len(told):
        return []
    return [rows[ranks.index(max(told))]] if told in (sorted(told), sorted(told, reverse=True)) else []


def _matrix(grid: Grid) -> Iterator[Sequence[Cell]]:
    """All rows as they stand, merged repeats left out."""
    for row in (*grid.head, *grid.rows):
        yield [cell for cell in row if not cell.merged]


def _right_of(row: Sequence[Cell], place: int) -> str:
    """The next cell that holds something, unless that is a label too."""
    following = next((cell.text for cell in row[place + 1 :] if cell.text.strip()), "")
    return "" if entry_of(following) else following


def _inline(line: str) -> tuple[Entry, str] | None:
    """``Rev. B``, ``Revision: B``, ``Effective from: 2024-03-01`` on a line or in a cell of its own."""
    found = _INLINE.match(line.strip(" |*-"))
    if found and (entry := entry_of(found["label"])):
        return entry, found["value"]
    if re.fullmatch(rf"(?:rev(?:ision)?|issue)\.?\s+(?:{MARK_FORM})", line.strip(" |*()"), re.IGNORECASE):
        return Entry.MARK, line.split()[-1].strip("()*|")
    return None
