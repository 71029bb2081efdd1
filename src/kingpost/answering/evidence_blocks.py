"""What a known answer stands on, as it reads and where it stands in the documents that are in force now."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kingpost.records import Records
from kingpost.retrieval.locating import place_of
from kingpost.retrieval.scoping import today
from kingpost.types.documents import Chunk, ChunkCell, Document, Location
from kingpost.types.questions import Evidence

_REMEMBERED = 2_000
"""Blocks that are kept: reading one anew means to look through its whole document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A cell or passage that an answer stands on.

    ``text`` has it with all that governs it, ``identity`` what it stands in (names, titles, headings); what is quoted
    of it stands at ``location``.
    """

    text: str
    identity: tuple[str, ...] = ()
    location: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceBlocks:
    """Finds the blocks of evidence by their hash. A revision never changes, so a block that was read is remembered."""

    records: Records
    _read: dict[tuple[str, Evidence], Block] = field(default_factory=dict, init=False, repr=False)

    def of(self, evidence: Iterable[Evidence]) -> list[Block]:
        """The blocks that stand; what has changed or is out of force is left out."""
        found = (self.find(item) for item in evidence)
        return [block for block in found if block is not None]

    def find(self, evidence: Evidence) -> Block | None:
        """The block, wherever in its document it stands now; None where it has changed or is out of force."""
        document = self.records.documents.find(evidence.document_id)
        in_force = document.period_on(today()) if document else None
        if document is None or in_force is None:
            return None
        key = (in_force.revision, evidence)
        if key not in self._read:
            chunks = self.records.chunks.all(partition=document.id)
            holding = [chunk for chunk in chunks if evidence.content_hash in chunk.hashes]
            blocks = [
                block
                for chunk in holding
                if chunk.revision_id == in_force.revision
                for block in _blocks(chunk, evidence, document)
            ]
            if not blocks:
                return None
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            self._read[key] = next((one for one in blocks if one.location == evidence.location), blocks[0])
        return self._read[key]


def _blocks(chunk: Chunk, evidence: Evidence, document: Document) -> list[Block]:
    """The passage, or those of its cells that read like the evidence."""
    identity = (document.title, document.name, document.number, *chunk.section)
    cells = [cell for cell in chunk.cells if cell.content_hash == evidence.content_hash]
    if chunk.content_hash == evidence.content_hash or not cells:
        return [_passage(chunk, evidence.quote, identity)]
    return [_cell(chunk, cell, identity) for cell in cells]


def _passage(chunk: Chunk, quote: str, identity: tuple[str, ...]) -> Block:
    headers = [text for cell in chunk.cells for text in cell.header]
    start = chunk.text.find(quote)
    return Block(
        text="\n".join([chunk.context, *dict.fromkeys(headers), chunk.text]),
        identity=identity,
        location=place_of(chunk, start, start + len(quote)) if start >= 0 else chunk.location,
    )


def _cell(chunk: Chunk, cell: ChunkCell, identity: tuple[str, ...]) -> Block:
    """With its headers and the labels of its row, not with its neighbours: their numbers are other facts."""
    labels = [other.text for other in chunk.cells if other.label]
    stated = " ".join([*cell.header, *labels, cell.text])
    return Block(text=f"{chunk.context}\n{stated}", identity=identity, location=cell.location)
