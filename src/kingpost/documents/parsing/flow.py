"""Builds a parsed document from text that has no pages: section paths, clause numbers and spans in the parsed text."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kingpost.documents.parsing.clauses import LONGEST_TITLE, ClauseStart, heading_number, run_in_title
from kingpost.documents.parsing.cleaning import clean, clean_lines
from kingpost.documents.parsing.grids import RawCell, grid, text_of_grid
from kingpost.types.documents import Block, BlockKind, Grid, ParsedDocument, SectionLocation

SEPARATOR = "\n\n"
"""Between the texts of two blocks."""
CLAUSE_LEVEL = 6
"""Headings have levels 1 to 6; clauses found by their numbers alone lie below."""
NOWHERE = SectionLocation(section=(), span=(0, 0))


def text_of(blocks: Sequence[Block]) -> str:
    """The parsed text that spans of a ``SectionLocation`` count in: all block texts in order."""
    return SEPARATOR.join(block.text for block in blocks)


@dataclass
class Flow:
    """Takes the pieces of a document in reading order and places each."""

    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _path: list[tuple[int, str]] = field(default_factory=list)
    _length: int = 0

    @property
    def section(self) -> tuple[str, ...]:
        return tuple(title for _, title in self._path)

    def heading(self, text: str, level: int) -> None:
        """Open a section of this level (1 is the outermost)."""
        text = clean(text)
        if not text:
            return
        self._enter(text, level)
        if not self.title:
            self.title = text
        self._append(BlockKind.HEADING, text, level=level, number=heading_number(text))

    def clause(self, text: str, start: ClauseStart) -> None:
        """A numbered clause whose title, if any, runs into its text: it opens a section below the headings."""
        title = run_in_title(start.rest)
        if not title and len(start.rest) <= LONGEST_TITLE and not start.rest.endswith((".", ";", ",")):
            self.heading(text, CLAUSE_LEVEL + len(start.parts))
            return
        self._enter(f"{start.number} {title}".strip(), CLAUSE_LEVEL + len(start.parts))
        self._append(BlockKind.PARAGRAPH, clean(text), number=start.number)

    def paragraph(self, text: str, *, flags: tuple[str, ...] = ()) -> None:
        """Loose text."""
        self._append(BlockKind.PARAGRAPH, clean(text), flags=flags)

    def item(self, text: str, *, marker: str = "", level: int = 1, flags: tuple[str, ...] = ()) -> None:
        """One item of a list, with its marker as it stands."""
        text = clean(text)
        if text:
            self._append(BlockKind.LIST, f"{marker} {text}".strip(), level=level, flags=flags)

    def figure(self, text: str, *, label: str = "") -> None:
        """A figure: its number, its caption and what is said of it."""
        self._append(BlockKind.FIGURE, clean(text), label=label)

    def code(self, text: str) -> None:
        """Code or preformatted text: lines are kept."""
        self._append(BlockKind.CODE, clean_lines(text))

    def field(self, label: str, value: str) -> None:
        """A form field; the value may be empty."""
        label, value = clean(label).rstrip(": "), clean(value)
        if label:
            self._append(BlockKind.FORM_FIELD, value, label=label)

    def table(
        self,
        rows: Sequence[Sequence[RawCell]],
        *,
        caption: str = "",
        header_rows: int | None = None,
        label_columns: int | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        """A table of raw cells (their locations are set here)."""
        width = max((len(row) for row in rows), default=0)
        if not width:
            return
        padding = RawCell(text="", location=NOWHERE)
        matrix = [[*row, *[padding] * (width - len(row))] for row in rows]
        self._append_grid(
            grid(matrix, caption=clean(caption), header_rows=header_rows, label_columns=label_columns, notes=notes)
        )

    def document(self, *, properties: dict[str, str] | None = None, title: str = "") -> ParsedDocument:
        """What was gathered."""
        return ParsedDocument(
            title=clean(title) or self.title,
            blocks=tuple(self.blocks),
            properties=properties or {},
            warnings=tuple(self.warnings),
        )

    def _enter(self, title: str, level: int) -> None:
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, title))

    def _append(self, kind: BlockKind, text: str, **fields: Any) -> None:
        """Place a block with more of its fields; one without text only where it is a form field."""
        if text or kind is BlockKind.FORM_FIELD:
            place = self._place(text)
            self._add(Block(kind=kind, text=text, location=place, section=self.section, **fields))

    def _append_grid(self, found: Grid) -> None:
        if not found.rows:
            return
        text = text_of_grid(found)
        location = self._place(text)
        self._add(
            Block(
                kind=BlockKind.TABLE,
                text=text,
                location=location,
                section=self.section,
                grid=self._placed(found, text, location),
            )
        )

    def _placed(self, found: Grid, text: str, location: SectionLocation) -> Grid:
        """The grid with every cell's span, counted along the lines of ``text_of_grid``."""
        cursor = text.find("\n") + 1 if found.caption else 0
        if any(found.headers):
            cursor = text.find("\n", cursor) + 1
        rows = []
        for row in found.rows:
            cells = []
            for cell in row:
                start = location.span[0] + cursor
                place = SectionLocation(section=location.section, span=(start, start + len(cell.text)))
                cells.append(replace(cell, location=place))
                cursor += len(cell.text) + len(" | ")
            cursor += len("\n") - len(" | ")
            rows.append(tuple(cells))
        return replace(found, rows=tuple(rows))

    def _place(self, text: str) -> SectionLocation:
        start = self._length + (len(SEPARATOR) if self.blocks else 0)
        return SectionLocation(section=self.section, span=(start, start + len(text)))

    def _add(self, block: Block) -> None:
        self._length += (len(SEPARATOR) if self.blocks else 0) + len(block.text)
        self.blocks.append(block)
