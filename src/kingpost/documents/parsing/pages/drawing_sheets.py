"""Recognises a page that is a drawing, and reads the entries of its title block."""

import re
from collections.abc import Sequence

from kingpost.documents.parsing.pages.forms import FormField
from kingpost.documents.parsing.pages.page import Line, Page, PageBlock

ENTRY = re.compile(
    r"^(?P<label>(?:drawing|drg|dwg|document|doc|sheet|job|project)\s*(?:no|number|nr|title|name)\b\.?|title|scale"
    r"|rev(?:ision)?\b\.?|sheet|size|date|(?:drawn|designed|checked|approved)(?: by)?|client|project|material|weight)"
    r"(?:\s*:\s*|\s+|$)(?P<value>.*)$",
    re.IGNORECASE,
)
NUMBER = re.compile(r"^(?:drawing|drg|dwg)\b", re.IGNORECASE)
FEWEST_ENTRIES = 4
FEWEST_SHAPES = 8
PROSE_WORDS = 9
"""Words in a line from which on it is running text."""
MOST_PROSE = 0.35
BELOW = 2.4
"""Of a label's height: a value under it is not further down."""
SAME_LEFT = 6.0


def take_drawing(page: Page) -> bool:
    """Make one figure of a page that is a drawing, in place. Returns whether it is one."""
    lines = [line for block in page.blocks for line in block.lines]
    entries = title_block(lines)
    if len(entries) < FEWEST_ENTRIES or len(page.drawn) < FEWEST_SHAPES or prose_share(lines) >= MOST_PROSE:
        return False
    number = next((entry.text for entry in entries if NUMBER.match(entry.name) and entry.text), "")
    figure = PageBlock(kind="figure", lines=lines, box=(0.0, 0.0, page.width, page.height))
    figure.label = f"Drawing {number}".strip() if number else ""
    page.blocks = [figure]
    return True


def title_block(lines: Sequence[Line]) -> list[FormField]:
    """Entries whose value stands in the same line or right under the label, one for each label."""
    entries: dict[str, FormField] = {}
    for line in lines:
        found = ENTRY.match(line.text)
        if not found:
            continue
        field = FormField(label=[line], named=found["label"].rstrip(". "), inline=found["value"].strip())
        if not field.inline:
            field.value = _under(line, lines)
        entries.setdefault(field.named.casefold(), field)
    return list(entries.values())


def prose_share(lines: Sequence[Line]) -> float:
    """Share of the words that stand in lines of running text."""
    words = sum(len(line.text.split()) for line in lines)
    prose = sum(count for line in lines if (count := len(line.text.split())) >= PROSE_WORDS)
    return prose / words if words else 0.0


def _under(label: Line, lines: Sequence[Line]) -> list[Line]:
    below = [
        line
        for line in lines
        if abs(line.x0 - label.x0) <= SAME_LEFT
        and 0 < line.y0 - label.y0 <= BELOW * max(label.height, line.height)
        and not ENTRY.match(line.text)
    ]
    return sorted(below, key=lambda line: line.y0)[:1]
