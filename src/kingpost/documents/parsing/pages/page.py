"""A page of a PDF as it is read: blocks of placed lines, in points from the top left of the page."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kingpost.documents.parsing.tables.rules import Rules
from kingpost.types.documents import PageLocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line (or one cell's piece of a line) on a page, in points from the top left."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float = 0.0
    bold: bool = False
    soft: bool = False
    """Whether it ends in the middle of a word."""
    pieces: int = 1
    """Pieces set apart from each other that the line was put together from."""
    words: tuple["Line", ...] = ()
    """Its words, each with its place, where they are known."""

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCell:
    """A cell of a table on a page."""

    text: str
    box: tuple[float, float, float, float] | None
    bold: bool | None = None
    """None where it is not known."""
    rows: int = 1
    columns: int = 1
    merged: bool = False
    """Whether it repeats a cell that reaches here."""


@dataclass(slots=True, kw_only=True)
class PageBlock:
    """A block of a page: its lines, and for a table its rows, ``marked_header`` of which were taken for headers."""

    kind: str
    level: int = 0
    lines: list[Line] = field(default_factory=list)
    rows: list[list[TableCell]] = field(default_factory=list)
    marked_header: int = 0
    counted_heads: int | None = None
    """How many of a table's rows are heads, where its layout tells."""
    notes: list[list[Line]] = field(default_factory=list)
    """The lines of each note under a table."""
    ruled: bool = False
    """Whether lines are drawn around a table's cells."""
    box: tuple[float, float, float, float] = (0, 0, 0, 0)
    label: str = ""
    """A figure's number."""
    caption: list[Line] = field(default_factory=list)
    """A figure's caption, its lines being the words in it."""


@dataclass(slots=True, kw_only=True)
class Page:
    """One page; ``number`` counts from 1."""

    number: int
    width: float
    height: float
    blocks: list[PageBlock]
    fallback: bool = False
    rules: Rules = field(default_factory=Rules)
    drawn: tuple[tuple[float, float, float, float], ...] = ()
    """Boxes of lines and shapes."""
    images: tuple[tuple[float, float, float, float], ...] = ()
    raw_text: str = ""
    """Its text as the simplest reader finds it."""
    meaningless: float = 0.0
    """Share of its characters that stand for nothing: glyphs without a letter."""
    taken_off: list[str] = field(default_factory=list)
    """Lines that are no text of the document: running heads, tables of contents."""
    broken: bool = False
    ocr: bool = False
    """Whether its text was read from an image."""

    def place(self, lines: Sequence[Line]) -> PageLocation:
        """Where these lines stand, as fractions of the page."""
        return PageLocation(
            page=self.number, rects=tuple(self.fractions(line.x0, line.y0, line.x1, line.y1) for line in lines)
        )

    def fractions(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A rectangle in points as fractions of the page, clipped to it."""
        return (
            round(min(max(x0 / self.width, 0), 1), 5),
            round(min(max(y0 / self.height, 0), 1), 5),
            round(min(max(x1 / self.width, 0), 1), 5),
            round(min(max(y1 / self.height, 0), 1), 5),
        )
