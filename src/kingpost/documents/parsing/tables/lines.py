"""Words of a page in lines across it, the columns that their gaps leave, and the cells that they make in a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from kingpost.documents.parsing.grids import NUMERIC
from kingpost.documents.parsing.pages.page import Line

WIDE_GAP = 0.62
"""Of the type's height: a gap between words that is wider parts cells."""
FEW_CROSS = 0.12
"""Share of the lines that may run over the gap between two columns (heads, notes)."""
GAP_AGREED = 0.5
"""Share of the lines with text on both sides of a gap that have a wide gap there."""
ALIGNED = 3.0
Words = list[Line]
"""The words of one line across, from left to right."""


@dataclass(slots=True, kw_only=True)
class Piece:
    """Words of one line that stand in one cell; ``first`` and ``last`` are the columns that they touch."""

    words: Words
    first: int
    last: int

    @property
    def text(self) -> str:
        return text_of(self.words)

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @property
    def numeric(self) -> bool:
        return is_value(self.text)


@dataclass(slots=True, kw_only=True)
class Columns:
    """``edges`` part the columns from each other; ``reaches`` is from where to where the text of each reaches."""

    edges: list[float]
    reaches: list[tuple[float, float]]
    gap: float = WIDE_GAP
    """Of the type's height: what parts cells."""

    @property
    def count(self) -> int:
        return len(self.edges) + 1

    def at(self, x: float) -> int:
        """The column in which this place lies."""
        return sum(edge < x for edge in self.edges)


def is_value(text: str) -> bool:
    """Whether a cell's text is a number, or what stands for one."""
    return bool(NUMERIC.match(text)) or text in {"-", "–", "—", "(X)", "n/a", "N/A", "*", "†", "‡", "#"}


def text_of(words: Sequence[Line]) -> str:
    """The words as a text: without a space where none is set between them."""
    text = ""
    for index, word in enumerate(words):
        before = words[index - 1] if index else None
        apart = before is not None and word.x0 - before.x1 > 0.08 * word.height
        text += (" " if apart or (before and before.y1 <= word.centre[1]) else "") + word.text
    return text


def across(words: Sequence[Line]) -> list[Words]:
    """Words that stand beside each other, line by line; raised marks belong to the line they stand in."""
    lines: list[tuple[Line, Words]] = []
    for word in sorted(words, key=lambda word: (word.y0 + word.y1, word.x0)):
        for number in range(len(lines) - 1, max(len(lines) - 4, -1), -1):
            tallest, line = lines[number]
            if _beside(tallest, line, word):
                line.append(word)
                if word.y1 - word.y0 > tallest.y1 - tallest.y0:
                    lines[number] = (word, line)
                break
        else:
            lines.append((word, [word]))
    ordered = [sorted(line, key=lambda word: word.x0) for _, line in lines]
    return sorted(ordered, key=lambda line: median(word.y0 + word.y1 for word in line))


def _beside(tallest: Line, line: Words, word: Line) -> bool:
    overlap = min(tallest.y1, word.y1) - max(tallest.y0, word.y0)
    if overlap <= 0.55 * min(tallest.height, word.height):
        return False
    x0, x1 = word.x0, word.x1
    return not any(
        other.x1 > x0
        and other.x0 < x1
        and min(other.x1, x1) - max(other.x0, x0) > 0.5 * min(other.x1 - other.x0, x1 - x0)
        for other in line
    )


def runs(line: Words, *, gap: float = WIDE_GAP) -> list[Words]:
    """The words of a line in groups with wide gaps between them."""
    groups: list[Words] = []
    for word in line:
        if groups and word.x0 - groups[-1][-1].x1 <= gap * max(word.height, groups[-1][-1].height):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def wide_gap(lines: Sequence[Words]) -> float:
    """From which width on, of the type's height, a gap parts cells: well over the space between words of a text."""
    spaces = [
        (after.x0 - before.x1) / after.height
        for line in lines
        for before, after in pairwise(line)
        if 0.05 < (after.x0 - before.x1) / max(after.height, 1) < 1
    ]
    return max(WIDE_GAP, min(1.7 * median(spaces), 1.0)) if len(spaces) > 20 else WIDE_GAP


def columns_of(lines: Sequence[Words], gap: float = WIDE_GAP) -> Columns:
    """The columns: parted by strips that hardly a line has ink in, and in which most lines have a wide gap."""
    several = [line for line in lines if len(runs(line, gap=gap)) > 1] or list(lines)
    edges = [(left + right) / 2 for left, right in _free_strips(several) if _agreed(several, left, right, gap)]
    edges = _between_columns(edges, several, gap)
    return Columns(edges=edges, reaches=_reaches(edges, lines, several, gap), gap=gap)


def _reaches(
    edges: Sequence[float], lines: Sequence[Words], several: Sequence[Words], gap: float
) -> list[tuple[float, float]]:
    """From where to where each column's own text reaches: what runs over its edges does not count."""
    own: list[list[Line]] = [[] for _ in range(len(edges) + 1)]
    for group in (group for line in several for group in runs(line, gap=gap)):
        first, last = (sum(edge < word.centre[0] for edge in edges) for word in (group[0], group[-1]))
        if first == last:
            own[first] += group
    bounds = [min(line[0].x0 for line in lines), *edges, max(word.x1 for line in lines for word in line)]
    return [
        (min(word.x0 for word in found), max(word.x1 for word in found)) if found else (left, right)
        for found, (left, right) in zip(own, pairwise(bounds), strict=True)
    ]


def _between_columns(edges: list[float], lines: Sequence[Words], gap: float) -> list[float]:
    """Without edges that only part words of a head: each column has a piece that stands in it alone."""
    pieces = [(group[0].centre[0], group[-1].centre[0]) for line in lines for group in runs(line, gap=gap)]
    kept = list(edges)
    for edge in edges:
        index = kept.index(edge)
        bounds = [float("-inf"), *kept, float("inf")]
        sides = [(bounds[index], edge), (edge, bounds[index + 2])]
        parts_words = any(first < edge < last for first, last in pieces)
        alone = all(any(left < first and last < right for first, last in pieces) for left, right in sides)
        if parts_words and not alone:
            kept.remove(edge)
    return kept


def _free_strips(lines: Sequence[Words]) -> list[tuple[float, float]]:
    """Strips from top to bottom that at most a few lines have a word in."""
    allowed = int(FEW_CROSS * len(lines))
    marks: list[tuple[float, int]] = []
    for line in lines:
        for word in line:
            marks += [(word.x0, 1), (word.x1, -1)]
    marks.sort()
    strips: list[tuple[float, float]] = []
    inked = 0
    for (x, step), (following, _) in pairwise(marks):
        inked += step
        if inked <= allowed and following - x > 0:
            if strips and strips[-1][1] == x and inked <= allowed:
                strips[-1] = (strips[-1][0], following)
            else:
                strips.append((x, following))
    return [_emptiest(lines, strip) for strip in strips if strip[1] - strip[0] >= 1.0]


def _emptiest(lines: Sequence[Words], strip: tuple[float, float]) -> tuple[float, float]:
    """The widest part of a strip that the fewest lines have a word in."""
    ends = {x for line in lines for word in line for x in (word.x0, word.x1) if strip[0] < x < strip[1]}
    places = sorted({*strip, *ends})
    parts = [
        (sum(any(word.x0 < right and word.x1 > left for word in line) for line in lines), left - right, left, right)
        for left, right in pairwise(places)
    ]
    _, _, left, right = min(parts)
    return left, right


def _agreed(lines: Sequence[Words], left: float, right: float, wide_gap: float) -> bool:
    middle = (left + right) / 2
    wide = both = 0
    for line in lines:
        before = [word for word in line if word.centre[0] < middle]
        after = [word for word in line if word.centre[0] > middle]
        if before and after:
            both += 1
            gap = after[0].x0 - max(word.x1 for word in before)
            wide += gap > wide_gap * max(after[0].height, before[-1].height)
    return both > 0 and wide >= GAP_AGREED * both


def pieces_of(line: Words, columns: Columns) -> list[Piece]:
    """The line's cells: cut at wide gaps, and between columns where both parts stand as their columns do."""
    found = []
    for run in runs(line, gap=columns.gap):
        parts = _parted(run, columns)
        if len(parts) > 1 and not _belong_to_columns(parts, columns):
            parts = [run]
        for part in parts:
            first, last = _touches(part, columns)
            found.append(Piece(words=part, first=first, last=last))
    return _one_a_column(found)


def _belong_to_columns(parts: Sequence[Words], columns: Columns) -> bool:
    """Whether words close to each other stand in several columns: by their places, as values, or by a gap."""
    if all(_stands(part, columns) for part in parts) or _all_values(parts):
        return True
    apart = all(
        after[0].x0 - before[-1].x1 >= 0.75 * columns.gap * after[0].height for before, after in pairwise(parts)
    )
    return apart and all(_touches(part, columns)[0] == _touches(part, columns)[1] for part in parts)


def _all_values(parts: Sequence[Words]) -> bool:
    return sum(is_value(text_of(part)) for part in parts) >= max(2, len(parts) - 1)


def _parted(run: Words, columns: Columns) -> list[Words]:
    parts: list[Words] = []
    for word in run:
        if parts and columns.at(parts[-1][-1].centre[0]) == columns.at(word.centre[0]):
            parts[-1].append(word)
        else:
            parts.append([word])
    return parts


def _stands(part: Words, columns: Columns) -> bool:
    """Whether it stands left, right or in the middle as the text of its column does, and within it."""
    first, last = _touches(part, columns)
    if first != last:
        return False
    left, right = columns.reaches[first]
    x0, x1 = part[0].x0, part[-1].x1
    return min(abs(x0 - left), abs(x1 - right), abs((x0 + x1 - left - right) / 2)) <= ALIGNED


def _touches(words: Words, columns: Columns) -> tuple[int, int]:
    """The first and the last column that a good part of the words lies in."""
    x0, x1 = words[0].x0, max(word.x1 for word in words)
    slack = min(0.25 * (x1 - x0), 0.6 * words[0].height)
    first, last = columns.at(x0 + slack), columns.at(x1 - slack)
    return first, max(first, last)


def _one_a_column(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces that stand in one column of a line are one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and piece.first <= found[-1].last:
            found[-1].words += piece.words
            found[-1].last = max(found[-1].last, piece.last)
        else:
            found.append(piece)
    return found
