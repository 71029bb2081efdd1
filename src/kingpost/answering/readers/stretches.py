"""Passages that follow each other, read as one text and cut into sentences that know what they are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kingpost.language.normalise import sentences, stems
from kingpost.types.documents import Chunk, PageLocation, SectionLocation
from kingpost.types.search import Passage

_ITEM = re.compile(r"\s*(?:[\u2022\u25cf\u25aa\u2013*-]|o(?= )|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+\S")
_ENDS = re.compile(r"[.!?;\u2026][\"'\u2019\u201d)\]]*(?:\[\d+\])*\s*$")
HEADING_WORDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of a passage, by its span. ``stretch`` and ``position`` say where it stands among the others."""

    passage: Passage
    start: int
    end: int
    stretch: int
    position: int
    words: frozenset[str]

    @property
    def text(self) -> str:
        return self.passage.chunk.text[self.start : self.end]

    @property
    def length(self) -> int:
        return len(self.text.split())

    @property
    def is_item(self) -> bool:
        return _ITEM.match(self.text) is not None

    @property
    def leads_in(self) -> bool:
        """Whether it announces what follows: "The racks are checked for:"."""
        return self.text.rstrip().endswith(":")

    @property
    def asks(self) -> bool:
        return self.text.rstrip().endswith("?")

    @property
    def is_heading(self) -> bool:
        """Whether it looks like a heading, a caption or a running line rather than a sentence."""
        text = self.text
        if text.startswith("#"):
            return True
        return not (self.is_item or self.leads_in or _ENDS.search(text)) and self.length <= HEADING_WORDS

    @property
    def is_broken(self) -> bool:
        """Whether it starts in the middle of a sentence."""
        return self.start == 0 and self.text[:1].islower() and not self.is_item


def cut(passages: Sequence[Passage]) -> list[Sentence]:
    """All sentences of the passages, those of adjoining passages in one stretch, in reading order."""
    found: list[Sentence] = []
    for number, stretch in enumerate(_stretches(passages)):
        spans = [(passage, span) for passage in stretch for span in sentences(passage.chunk.text)]
        found += [
            Sentence(
                passage=passage,
                start=start,
                end=end,
                stretch=number,
                position=position,
                words=frozenset(stems(passage.chunk.text[start:end])),
            )
            for position, (passage, (start, end)) in enumerate(spans)
        ]
    return found


def _stretches(passages: Sequence[Passage]) -> list[list[Passage]]:
    """Passages grouped so that each group reads on; groups in the order of their best passage."""
    rank = {id(passage): place for place, passage in enumerate(passages)}
    groups: list[list[Passage]] = []
    for passage in sorted(passages, key=lambda p: (p.chunk.document_id, p.chunk.revision_id, p.chunk.ordinal)):
        if groups and _reads_on(groups[-1][-1].chunk, passage.chunk):
            groups[-1].append(passage)
        else:
            groups.append([passage])
    return sorted(groups, key=lambda group: min(rank[id(passage)] for passage in group))


def _reads_on(chunk: Chunk, after: Chunk) -> bool:
    """Whether the second chunk follows the first right away in the same section of the same document."""
    if (chunk.document_id, chunk.revision_id, chunk.section) != (after.document_id, after.revision_id, after.section):
        return False
    if after.ordinal != chunk.ordinal + 1:
        return False
    here, there = chunk.location, after.location
    if isinstance(here, SectionLocation) and isinstance(there, SectionLocation):
        return there.span[0] >= here.span[1]
    return isinstance(here, PageLocation) and isinstance(there, PageLocation)
