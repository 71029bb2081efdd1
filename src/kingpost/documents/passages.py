"""Joins blocks into one text and cuts a text into spans of at most so many tokens, at sentences where it can."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kingpost.language.normalise import sentences
from kingpost.types.documents import Block, BlockKind, Location, Part, SectionLocation

OPENS_LIST = (":", "：")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, in code points."""

    start: int
    end: int


def joined_blocks(blocks: Sequence[Block]) -> tuple[str, tuple[Part, ...]]:
    """The texts of the blocks, a line each, and where every piece of it stands."""
    text = ""
    parts: list[Part] = []
    for block in blocks:
        text += "\n" if text else ""
        offset = len(text)
        own = block.parts or (Part(start=0, end=len(block.text), location=block.location),)
        parts += [Part(start=part.start + offset, end=part.end + offset, location=part.location) for part in own]
        text += block.text
    return text, tuple(parts)


def list_stems(blocks: Sequence[Block]) -> list[tuple[Span, str]]:
    """Where the items of each list stand in the joined text, and the paragraph before it that opens it ("... are:")."""
    stems: list[tuple[Span, str]] = []
    position, stem = 0, ""
    for block in blocks:
        end = position + len(block.text)
        if block.kind is not BlockKind.LIST:
            stem = block.text.rpartition("\n")[2] if block.text.rstrip().endswith(OPENS_LIST) else ""
        elif stem:
            stems.append((Span(position, end + 1), stem))
        position = end + 1
    return stems


def item_numbers(blocks: Sequence[Block]) -> list[tuple[int, str]]:
    """Where each numbered item of a list ("3.2.1 (b)") begins in the joined text, and its number."""
    numbers: list[tuple[int, str]] = []
    position = 0
    for block in blocks:
        if block.kind is BlockKind.LIST and block.number:
            numbers.append((position, block.number))
        position += len(block.text) + 1
    return numbers


def clipped(parts: Sequence[Part], span: Span) -> tuple[Part, ...]:
    """The parts within a span, counted from its start."""
    return tuple(
        Part(
            start=max(part.start, span.start) - span.start,
            end=min(part.end, span.end) - span.start,
            location=_clipped_place(part, span),
        )
        for part in parts
        if part.end > span.start and part.start < span.end
    )


def _clipped_place(part: Part, span: Span) -> Location:
    """Of flowing text only what lies in the span; other kinds of place are not cut."""
    place = part.location
    if not isinstance(place, SectionLocation) or place.span[1] - place.span[0] != part.end - part.start:
        return place
    begin = place.span[0] + max(0, span.start - part.start)
    end = place.span[1] - max(0, part.end - span.end)
    return SectionLocation(section=place.section, span=(begin, end))


def spans_within(text: str, tokens: int, count: Callable[[str], int]) -> list[Span]:
    """Spans that cover the text in order, none longer than ``tokens``, each of whole sentences where they fit."""
    if not text.strip():
        return []
    if count(text) <= tokens:
        return [Span(0, len(text))]
    pieces = [piece for line in _lines(text) for piece in _sentences(text, line, tokens, count)]
    spans: list[Span] = []
    used = 0
    for piece in pieces:
        size = count(text[piece.start : piece.end])
        if spans and used + size <= tokens:
            spans[-1] = Span(spans[-1].start, piece.end)
            used += size
        else:
            spans.append(piece)
            used = size
    return spans


def _lines(text: str) -> list[Span]:
    lines = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            lines.append(Span(start, start + len(line)))
        start += len(line) + 1
    return lines


def _sentences(text: str, line: Span, tokens: int, count: Callable[[str], int]) -> list[Span]:
    found: list[Span] = []
    for start, end in sentences(text[line.start : line.end]):
        whole = Span(line.start + start, line.start + end)
        found += [whole] if count(text[whole.start : whole.end]) <= tokens else _words(text, whole, tokens, count)
    return found


def _words(text: str, span: Span, tokens: int, count: Callable[[str], int]) -> list[Span]:
    """Cut between words; a single word that is too long is cut by characters."""
    spans: list[Span] = []
    start = span.start
    used = 0
    position = span.start
    for word in text[span.start : span.end].split(" "):
        end = position + len(word)
        size = count(word)
        if used and used + size > tokens:
            spans.append(Span(start, position - 1))
            start, used = position, 0
        while size > tokens:
            cut = max(1, len(text[start:end]) * tokens // size - 1)
            spans.append(Span(start, start + cut))
            start += cut
            size = count(text[start:end])
        used += size
        position = end + 1
    spans.append(Span(start, span.end))
    return [piece for piece in spans if text[piece.start : piece.end].strip()]
