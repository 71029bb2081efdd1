"""Follows the lettered and numbered items of a clause, level under level: each is known as "3.2.1 (b)"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kingpost.documents.parsing.pages.lines import begins_paragraph
from kingpost.documents.parsing.pages.page import Line

MARKER = re.compile(r"^(?:\(?(?P<closed>[a-z]|[ivx]{2,5}|\d{1,2})\)|(?P<dotted>[a-z])\.)\s+\S")
ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
Step = tuple[str, int]
"""A way of counting, and how far it has come."""


@dataclass
class Items:
    """``clause`` is the number of the clause whose items follow; none are looked for without one."""

    clause: str = ""
    _path: list[tuple[Step, str]] = field(default_factory=list)

    def begin(self, clause: str) -> None:
        """Items that follow are those of this clause."""
        self.clause = clause
        self._path.clear()

    def opens(self, text: str) -> bool:
        """Whether the next item begins here."""
        return bool(self.clause) and self._next(text) is not None

    def parted(self, lines: Sequence[Line]) -> Iterator[tuple[str, list[Line]]]:
        """The lines cut where items begin, with the number of each; empty for what stands before the first."""
        number, group = "", list[Line]()
        for index, line in enumerate(lines):
            if begins_paragraph(lines[index - 1] if index else None, line) and self.opens(line.text):
                if group:
                    yield number, group
                number, group = self._take(line.text), []
            group.append(line)
        if group:
            yield number, group

    def _take(self, text: str) -> str:
        found = self._next(text)
        if found:
            depth, step, marker = found
            self._path[depth:] = [(step, marker)]
        return f"{self.clause} {''.join(f'({marker})' for _, marker in self._path)}"

    def _next(self, text: str) -> tuple[int, Step, str] | None:
        """The level that an item goes on with, its step and marker; or a new level, where it is the first of one."""
        match = MARKER.match(text)
        if match is None:
            return None
        marker = match["closed"] or match["dotted"]
        steps = list(_steps(marker))
        for depth in reversed(range(len(self._path))):
            kind, count = self._path[depth][0]
            if (kind, count + 1) in steps:
                return depth, (kind, count + 1), marker
        used = {step[0] for step, _ in self._path}
        first = next(((kind, count) for kind, count in steps if count == 1 and kind not in used), None)
        return (len(self._path), first, marker) if first else None


def _steps(marker: str) -> Iterator[Step]:
    """What a marker may count: ``i`` is a letter or a number in Roman figures."""
    if marker.isdigit():
        yield "figure", int(marker)
        return
    if len(marker) == 1:
        yield "letter", ord(marker) - ord("a") + 1
    if marker in ROMAN[1:]:
        yield "roman", ROMAN.index(marker)
