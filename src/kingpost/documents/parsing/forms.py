"""Finds form fields on a page: labels that end with a colon and the values beside them, column by column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kingpost.documents.parsing.pages import Line

LABEL = re.compile(r"^[A-Z0-9(#][^:]{0,60}:$")
LABEL_AND_VALUE = re.compile(r"^(?P<label>[A-Z][\w /&().,#'’-]{1,40}):\s+(?P<value>\S.*)$")
LONGEST_LABEL_WORDS = 8
SAME_COLUMN = 4.0
"""Points that starts of labels of one column may differ by."""
FEWEST_FIELDS = 3


@dataclass(slots=True)
class FormField:
    """One label with the lines of its value, which may be none."""

    label: list[Line]
    value: list[Line] = field(default_factory=list)
    inline: str = ""
    """The value when it stands in the label's own line."""

    @property
    def name(self) -> str:
        return " ".join(line.text for line in self.label).rstrip(": ")

    @property
    def text(self) -> str:
        return " ".join([self.inline, *(line.text for line in self.value)]).strip()

    @property
    def lines(self) -> list[Line]:
        return [*self.label, *self.value]

    @property
    def top(self) -> float:
        return self.label[0].y0


def form_fields(lines: Sequence[Line]) -> tuple[list[FormField], list[Line]]:
    """The fields among these lines, top to bottom, and the lines that belong to none."""
    labels = [line for line in lines if _is_label(line)]
    columns = _columns(labels)
    if len(labels) < FEWEST_FIELDS or not _has_values(labels, lines):
        return [], list(lines)
    fields = _fields(lines, columns)
    rest = [line for line in lines if not any(line is other for found in fields for other in found.label)]
    return sorted(fields, key=lambda found: (round(found.top), found.label[0].x0)), _give_values(fields, rest)


def _is_label(line: Line) -> bool:
    return bool(LABEL.match(line.text)) and len(line.text.split()) <= LONGEST_LABEL_WORDS


def _columns(labels: Sequence[Line]) -> list[float]:
    """Left edges at which at least two labels start, or one that stands to the right of another."""
    edges: list[list[float]] = []
    for x in sorted(line.x0 for line in labels):
        if edges and x - edges[-1][-1] <= SAME_COLUMN:
            edges[-1].append(x)
        else:
            edges.append([x])
    beside = [line.x0 for line in labels if any(_same_row(line, other) and other.x1 < line.x0 for other in labels)]
    return [sum(edge) / len(edge) for edge in edges if len(edge) >= 2 or edge[0] in beside]


def _has_values(labels: Sequence[Line], lines: Sequence[Line]) -> bool:
    """Whether values stand beside at least a third of the labels: else the colons introduce lists or paragraphs."""
    beside = sum(
        any(_same_row(label, other) and other.x0 >= label.x1 and not _is_label(other) for other in lines)
        for label in labels
    )
    paired = sum(any(_same_row(label, other) and other is not label for other in labels) for label in labels)
    return max(beside, paired) * 3 >= len(labels)


def _fields(lines: Sequence[Line], columns: Sequence[float]) -> list[FormField]:
    """Labels in label columns; a label broken over lines is one, as is one whose colon was forgotten between others."""
    starts = sorted(
        (line for line in lines if any(abs(line.x0 - column) <= SAME_COLUMN for column in columns)),
        key=lambda line: (line.x0, line.y0),
    )
    sizes = {(round(line.size, 1), line.bold) for line in starts if _is_label(line)}
    fields: list[FormField] = []
    pending: list[Line] = []
    for line in starts:
        if (round(line.size, 1), line.bold) not in sizes or len(line.text.split()) > LONGEST_LABEL_WORDS:
            pending = _close(pending, fields)
            continue
        if pending and not _goes_on(pending[-1], line):
            pending = _close(pending, fields)
        pending.append(line)
        if line.text.endswith(":"):
            fields.append(FormField(label=pending))
            pending = []
    _close(pending, fields)
    return [found for found in fields if found.label[-1].text.endswith(":") or _beside_values(found, lines, columns)]


def _close(pending: list[Line], fields: list[FormField]) -> list[Line]:
    if pending:
        fields.append(FormField(label=pending))
    return []


def _beside_values(found: FormField, lines: Sequence[Line], columns: Sequence[float]) -> bool:
    """A label without a colon counts only in bold, beside a value that starts at no label column."""
    label = found.label[0]
    return label.bold and any(
        _same_row(label, other)
        and other.x0 >= label.x1
        and not other.bold
        and not any(abs(other.x0 - column) <= SAME_COLUMN for column in columns)
        for other in lines
    )


def _goes_on(above: Line, below: Line) -> bool:
    return abs(above.x0 - below.x0) <= SAME_COLUMN and -1 <= below.y0 - above.y1 <= 0.35 * above.height


def _same_row(left: Line, right: Line) -> bool:
    return abs(left.y0 - right.y0) <= 0.4 * max(left.height, right.height)


def _give_values(fields: Sequence[FormField], lines: Sequence[Line]) -> list[Line]:
    """Hand each line to the field on its row to its left, or to the field whose value it continues."""
    left_over: list[Line] = []
    for line in sorted(lines, key=lambda line: (round(line.y0), line.x0)):
        beside = [found for found in fields if found.label[0].x0 < line.x0 and _on_row(found, line)]
        owner = max(beside, key=lambda found: found.label[0].x0, default=None) or _continued(fields, line)
        if owner is None:
            left_over.append(line)
        else:
            owner.value.append(line)
    return left_over


def _on_row(found: FormField, line: Line) -> bool:
    return any(_same_row(label, line) and label.x1 <= line.x0 + 2 for label in found.label)


def _continued(fields: Sequence[FormField], line: Line) -> FormField | None:
    for found in fields:
        if (
            found.value
            and abs(found.value[0].x0 - line.x0) <= SAME_COLUMN
            and -2 <= line.y0 - found.value[-1].y1 <= 0.5 * line.height
        ):
            return found
    return None
