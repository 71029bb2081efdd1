"""Where tables without ruled cells may stand: what the layout reader saw, and lines of values one below the other."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from kingpost.documents.parsing.label_values import CAPTION
from kingpost.documents.parsing.tables.lines import Words, columns_of, is_value, runs, text_of
from kingpost.documents.parsing.tables.rules import Box

NEAR = 1.7
"""Of a line's height: a line that belongs to a table is not further from it."""
LONGEST_PIECE = 80
MOST_BETWEEN = 3
"""Lines that may stand between two parts of one table: labels of groups."""
FEWEST_LINES = 3
LONGEST_CELL = 40
FURTHEST_BESIDE = 6.0
"""Of a line's height."""
MOST_WORDS_OF_LABEL = 10


def seeds(seen: Sequence[Box], lines: Sequence[Words], gap: float) -> list[Box]:
    """Boxes in which a table stands, or a part of one, from the top down; parts of one table are put together."""
    own = [box for box in _lines_of_values(lines, gap) if not any(_overlap(box, other) for other in seen)]
    wide = [_with_labels(box, lines, gap) for box in [*seen, *own]]
    found: list[Box] = []
    for box in sorted(wide, key=lambda box: box[1]):
        if found and _belong_together(found[-1], box, lines, gap):
            found[-1] = _union(found[-1], box)
        else:
            found.append(box)
    return found


def _lines_of_values(lines: Sequence[Words], gap: float) -> Iterator[Box]:
    """Runs of lines that have values beside each other, or beside a label; text beside them is left out."""
    run: list[Words] = []
    for line in [*lines, []]:
        core = _values_of(line, gap)
        if run and (not core or not near(run[-1], core) or not _under(run[-1], core)):
            pieces = median(len(runs(other, gap=gap)) for other in run)
            if len(run) >= FEWEST_LINES + 2 * (pieces <= 2) and columns_of(run, gap).count >= 2:
                yield box_of(run)
            run = []
        if core:
            run.append(core)


def _values_of(line: Words, gap: float) -> Words:
    """The longest stretch of a line without a run of text in it, if it has values beside each other or a label."""
    stretches: list[list[Words]] = [[]]
    for run in runs(line, gap=gap):
        if len(text_of(run)) > LONGEST_CELL:
            stretches.append([])
        else:
            stretches[-1].append(run)
    longest = max(stretches, key=len)
    values = sum(is_value(text_of(run)) for run in longest[1:])
    return [word for run in longest for word in run] if values >= max(1, 0.6 * (len(longest) - 1)) else []


def _under(above: Words, below: Words) -> bool:
    common = min(above[-1].x1, below[-1].x1) - max(above[0].x0, below[0].x0)
    return common > 0.5 * min(above[-1].x1 - above[0].x0, below[-1].x1 - below[0].x0)


def _with_labels(box: Box, lines: Sequence[Words], gap: float) -> Box:
    """The box, widened to the labels at its left where most of its lines have one, and no other lines are there."""
    x0, y0, x1, y1 = box
    beside = alone = 0
    starts = []
    inside = [line for line in lines if y0 - 1 <= middle_of(line) <= y1 + 1]
    for line in inside:
        left = [word for word in line if word.x1 < x0]
        within = any(x0 - 1 <= word.centre[0] <= x1 + 1 for word in line)
        if left and len(left) <= MOST_WORDS_OF_LABEL:
            starts.append(runs(left, gap=max(gap, 2.0))[-1][0].x0)
            beside += within
            alone += not within
        elif left:
            return box
    if inside and beside >= 0.6 * sum(any(word.x0 >= x0 - 1 for word in line) for line in inside) and alone <= beside:
        return min(starts), y0, x1, y1
    return box


def _belong_together(above: Box, below: Box, lines: Sequence[Words], gap: float) -> bool:
    """Whether few and short lines stand between the two, and their columns are the same."""
    common = min(above[2], below[2]) - max(above[0], below[0])
    if common < 0.6 * min(above[2] - above[0], below[2] - below[0]):
        return False
    whole = _union(above, below)
    reach = [near_line for line in lines if (near_line := in_reach(line, whole[0], whole[2]))]
    chain = [line for line in reach if whole[1] - 1 <= middle_of(line) <= whole[3] + 1]
    between = [line for line in chain if above[3] + 1 < middle_of(line) < below[1] - 1]
    if len(between) > MOST_BETWEEN or any(is_prose(line, gap) for line in between):
        return False
    if not all(near(one, other, furthest=2 * NEAR) for one, other in pairwise(chain)):
        return False
    counts = [_columns_in(box, chain, gap) for box in (above, below)]
    return columns_of(chain, gap).count >= max(counts)


def _columns_in(box: Box, lines: Sequence[Words], gap: float) -> int:
    mine = [line for line in lines if box[1] - 1 <= middle_of(line) <= box[3] + 1]
    return columns_of(mine, gap).count if len(mine) > 2 else 1


def in_reach(line: Words, x0: float, x1: float) -> Words:
    """The pieces of a line that reach into this width, and short ones that stand right beside such a piece."""
    pieces = runs(line, gap=1.0)
    mine = [index for index, piece in enumerate(pieces) if piece[0].x0 <= x1 and piece[-1].x1 >= x0]
    if not mine:
        return []
    first, last = mine[0], mine[-1]
    while first > 0 and _beside(pieces[first - 1], pieces[first], pieces[first - 1]):
        first -= 1
    while last + 1 < len(pieces) and _beside(pieces[last], pieces[last + 1], pieces[last + 1]):
        last += 1
    return [word for piece in pieces[first : last + 1] for word in piece]


def _beside(left: Words, right: Words, new: Words) -> bool:
    return right[0].x0 - left[-1].x1 <= FURTHEST_BESIDE * right[0].height and len(text_of(new)) <= LONGEST_CELL


def near(above: Words, below: Words, *, furthest: float = NEAR) -> bool:
    """Whether the second line stands close below the first."""
    between = min(word.y0 for word in below) - max(word.y1 for word in above)
    return between <= furthest * median(word.height for word in below)


def is_prose(line: Words, gap: float) -> bool:
    """A caption, or a line of text."""
    text = text_of(line)
    return bool(CAPTION.match(text)) or max(len(text_of(run)) for run in runs(line, gap=gap)) > LONGEST_PIECE


def middle_of(line: Words) -> float:
    """The height at which a line stands."""
    return median(word.centre[1] for word in line)


def box_of(lines: Sequence[Words]) -> Box:
    """The rectangle around these lines."""
    words = [word for line in lines for word in line]
    return (
        min(word.x0 for word in words),
        min(word.y0 for word in words),
        max(word.x1 for word in words),
        max(word.y1 for word in words),
    )


def _union(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
