"""Finds form fields on a page: labels that end with a colon and the values beside them, column by column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kingpost.documents.parsing.pages.page import Line

LABEL = re.compile(r"^[A-Z0-9(#][^:]{0,60}:$")
LABEL_AND_VALUE = re.compile(r"^(?P<label>[A-Z][\w /&().,#'’-]{1,32}):\s+(?P<value>\S.{0,120})$")
LONGEST_LABEL_WORDS = 8
SAME_COLUMN = 4.0
"""Points that starts of labels of one column may differ by."""
FEWEST_FIELDS = 3


@dataclass(slots=True)
class FormField:
    """One label with the lines of its value, which may be none."""

    label: list[Line]
    value: list[Line] = field(default_factory=list)
    named: str = ""
    inline: str = ""
    """The name and the value when both stand in one line."""

    @property
    def name(self) -> str:
        return self.named or " ".join(line.text for line in self.label).rstrip(": ")

    @property
    def text(self) -> str:
        return " ".join([self.inline, *(line.text for line in self.value)]).strip()

    @property
    def lines(self) -> list[Line]:
        return [*self.label, *self.value]

    @property
    def top(self) -> float:
        return self.label[0].y0


def form_fields(lines: Sequence[Line]) -> list[FormField]:
    """The fields among these lines, top to bottom, left to right."""
    found = _in_one_line(lines)
    taken = {id(line) for field_found in found for line in field_found.label}
    rest = [line for line in lines if id(line) not in taken]
    labels = [line for line in rest if _is_label(line)]
    if len(labels) >= FEWEST_FIELDS and _has_values(labels, rest):
        beside = _fields(rest, _columns(labels))
        _give_values(beside, [line for line in rest if not any(line is other for one in beside for other in one.label)])
        found += beside
    return sorted(found, key=lambda one: (round(one.top), one.label[0].x0))


def _in_one_line(lines: Sequence[Line]) -> list[FormField]:
    """Runs of lines, one under another, that are each a label, a colon and a value."""
    fields: list[FormField] = []
    run: list[tuple[Line, re.Match[str]]] = []
    for line in [*sorted(lines, key=lambda line: (round(line.x0), line.y0)), None]:
        match = LABEL_AND_VALUE.match(line.text) if line else None
        follows = not run or (line and abs(run[-1][0].x0 - line.x0) <= 1 and line.y0 - run[-1][0].y1 <= 2 * line.height)
        if not match or not follows:
            if len(run) >= FEWEST_FIELDS:
                fields += [FormField(label=[one], named=found["label"], inline=found["value"]) for one, found in run]
            run = []
        if line and match:
            run.append((line, match))
    return fields


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


def _give_values(fields: Sequence[FormField], lines: Sequence[Line]) -> None:
    """Hand each line to the field on its row to its left, or to the field whose value it continues."""
    for line in sorted(lines, key=lambda line: (round(line.y0), line.x0)):
        beside = [found for found in fields if found.label[0].x0 < line.x0 and _on_row(found, line)]
        owner = max(beside, key=lambda found: found.label[0].x0, default=None) or _continued(fields, line)
        if owner:
            owner.value.append(line)


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
