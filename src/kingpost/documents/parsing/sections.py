"""The open sections at a place in a document: numbered ones by their numbers, others by how loud their headings are."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kingpost.documents.parsing.clauses import ClauseStart

WORD_RANKS = {"part": 1, "chapter": 2, "appendix": 2, "annex": 2, "attachment": 2, "enclosure": 2, "exhibit": 2}
OTHER_RANK = 3
Loudness = tuple[int, int]
"""Size of type, and how many of bold and capitals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """An open section: its title, its number's parts if it has one, how loud its heading is, and what is above it."""

    title: str
    parts: tuple[str, ...] = ()
    rank: int = 0
    loudness: Loudness = (0, 0)
    above: tuple["Section", ...] = ()


@dataclass
class SectionPath:
    """Headings open and close sections; a number's parent is found by the number, whatever was opened meanwhile."""

    _open: list[Section] = field(default_factory=list)
    _known: dict[tuple[str, ...], Section] = field(default_factory=dict)

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(section.title for section in self._open)

    def open_numbered(self, start: ClauseStart, title: str, loudness: Loudness) -> None:
        """Open a clause under its parent; a worded one (``APPENDIX A``) under what ranks higher."""
        rank = WORD_RANKS.get(start.number.split()[0].lower(), OTHER_RANK) if start.worded else 0
        above = self._above_worded(rank, loudness) if start.worded else self._above(start.parts)
        section = Section(title=title, parts=start.parts, rank=rank, loudness=loudness, above=tuple(above))
        self._known[start.parts] = section
        self._open = [*above, section]

    def open_plain(self, title: str, loudness: Loudness) -> None:
        """Open a section without number under what is set louder."""
        while self._open and self._open[-1].loudness <= loudness:
            self._open.pop()
        self._open.append(Section(title=title, loudness=loudness))

    def extend_title(self, text: str) -> None:
        """The rest of the last heading, which stood on a line of its own."""
        last = self._open.pop()
        whole = replace(last, title=f"{last.title} {text}")
        self._open.append(whole)
        self._known[last.parts] = whole

    def clear(self) -> None:
        """Close all: what was open was a cover."""
        self._open.clear()

    def _above_worded(self, rank: int, loudness: Loudness) -> list[Section]:
        return [
            section
            for section in self._open
            if 0 < section.rank < rank or (not section.parts and section.loudness > loudness)
        ]

    def _above(self, parts: Sequence[str]) -> list[Section]:
        """The open sections over a dotted number: those over its nearest known parent, and the parent itself."""
        for length in range(len(parts) - 1, 0, -1):
            parent = self._known.get(tuple(parts[:length]))
            if parent:
                return [*parent.above, parent]
        numbered = (depth for depth, section in enumerate(self._open) if section.parts and not section.rank)
        return self._open[: next(numbered, len(self._open))]
