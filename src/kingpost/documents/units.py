"""Groups a document's blocks into units that a chunk may hold, and names what each section describes."""

import re
from collections.abc import Iterator, Sequence

from kingpost.language.identifiers import identifiers
from kingpost.types.documents import FOOTNOTE, Block, BlockKind

TEXT_KINDS = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST, BlockKind.HEADING})
ATTACHED = re.compile(
    r"^(?:options?|arguments?|parameters?|switches|flags|returns?|inputs?|outputs?|notes?)\b", re.IGNORECASE
)
"""Headings of sections that go on about what the section before describes."""
Units = Iterator[list[Block]]


def units(blocks: Sequence[Block]) -> Units:
    """Blocks that make a chunk together: a clause's own text, loose text of one section, else one block each."""
    unit: list[Block] = []
    for block in blocks:
        if block.kind not in TEXT_KINDS:
            heads = len(unit) == 1 and unit[0].kind is BlockKind.HEADING and not unit[0].number
            yield from [] if heads and block.section == unit[0].section else _complete(unit)
            unit = []
            yield [block]
            continue
        if unit and _parts(unit, block):
            yield from _complete(unit)
            unit = []
        unit.append(block)
    yield from _complete(unit)


def _complete(unit: list[Block]) -> Units:
    """A heading over text goes into the context; headings with nothing under them are text themselves."""
    if not unit:
        return
    if any(block.number for block in unit) or all(block.kind is BlockKind.HEADING for block in unit):
        yield unit
        return
    body = [block for block in unit if block.kind is not BlockKind.HEADING]
    yield body


def _parts(unit: Sequence[Block], block: Block) -> bool:
    """Whether ``block`` begins another unit."""
    if block.number and block.kind is not BlockKind.LIST:
        return True
    last = unit[-1]
    if block.label.startswith(FOOTNOTE) or last.label.startswith(FOOTNOTE):
        return True
    if block.kind is BlockKind.HEADING:
        continues_title = (
            last.kind is BlockKind.HEADING
            and last.number != ""
            and block.section[: len(last.section) - 1] == last.section[:-1]
        )
        only_headings = all(other.kind is BlockKind.HEADING and not other.number for other in unit)
        return not (continues_title and len(block.section) == len(last.section)) and not only_headings
    return block.section != last.section


def section_names(blocks: Sequence[Block]) -> dict[tuple[str, ...], str]:
    """What a section describes, as named by the first word of its code: a command's synopsis, a function's call.

    A section of options, arguments and the like without code of its own describes what the section before it does.
    """
    names: dict[tuple[str, ...], str] = {}
    latest: dict[tuple[str, ...], str] = {}
    for block in blocks:
        section = block.section
        if not section or section in names:
            continue
        if block.kind is BlockKind.CODE:
            name = _named_by_code(block.text)
            if name:
                names[section] = latest[section[:-1]] = name
        elif block.kind is BlockKind.HEADING and ATTACHED.match(section[-1]) and section[:-1] in latest:
            named_above = any(section[:depth] in names for depth in range(1, len(section)))
            names |= {} if named_above else {section: latest[section[:-1]]}
    return names


def _named_by_code(code: str) -> str:
    words = code.split(maxsplit=1)
    first = words[0].rstrip("(){};:,") if words else ""
    return "" if first.startswith(("-", ".", "/", "#", "$", "<", "%")) or not identifiers(first) else first
