"""Lines of a page put together: pieces beside each other, lines to a text with the place of each, paragraph starts."""

from collections.abc import Sequence

from kingpost.documents.parsing.pages.page import Line, Page
from kingpost.types.documents import Part


def joined(lines: Sequence[Line], page: Page, *, separator: str = " ") -> tuple[str, tuple[Part, ...]]:
    """The lines as one text, hyphenated words made whole, and the place of each line in it."""
    text = ""
    parts = []
    soft = True
    for line in lines:
        text += "" if soft else separator
        parts.append(Part(start=len(text), end=len(text) + len(line.text), location=page.place([line])))
        text += line.text
        soft = line.soft
    return text, tuple(parts)


def rows_of(lines: Sequence[Line]) -> list[Line]:
    """Pieces that stand beside each other become one line."""
    rows: list[Line] = []
    for line in lines:
        last = rows[-1] if rows else None
        if last and abs(last.y0 - line.y0) <= 0.4 * max(last.height, line.height) and line.x0 >= last.x1 - 1:
            rows[-1] = Line(
                text=f"{last.text} {line.text}",
                x0=last.x0,
                y0=min(last.y0, line.y0),
                x1=line.x1,
                y1=max(last.y1, line.y1),
                size=last.size,
                bold=last.bold and line.bold,
                soft=line.soft,
                pieces=last.pieces + int(line.x0 - last.x1 > last.height),
            )
        else:
            rows.append(line)
    return rows


def begins_paragraph(previous: Line | None, line: Line) -> bool:
    """Whether a paragraph can begin at this line: the one before ended a sentence or stopped short."""
    if previous is None:
        return True
    return (
        previous.text.rstrip().endswith((".", ":", ";", "!", "?"))
        or previous.x1 < line.x1 - 0.15 * (line.x1 - line.x0)
        or line.y0 - previous.y1 > 0.6 * line.height
    )
