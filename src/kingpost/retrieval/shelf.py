"""Fetches chunks and documents from the records: those of hits, of a table, of a document, beside a chunk."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kingpost.records import Records, chunk_id, chunk_partition
from kingpost.types.documents import Chunk, ChunkKind, Document
from kingpost.types.search import Hit

STEP = 32
"""Chunks fetched at once while a table's end is looked for."""

ByRevision = Mapping[tuple[str, str], Document]
"""By document id and revision id: the document as that revision, which is its current one here."""


def by_revision(documents: Iterable[Document]) -> dict[tuple[str, str], Document]:
    """The documents by id and by the revision that is seen."""
    return {(document.id, document.current_revision): document for document in documents}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Chunks by id and by place. Nothing is kept here: what is decoded already, the records remember."""

    records: Records

    def of_hits(self, hits: Sequence[Hit], documents: ByRevision) -> list[Chunk]:
        """Join hits to the records, in their order: only chunks of the revisions that are seen can be found."""
        seen = {id for id, _ in documents}
        wanted: defaultdict[str, list[str]] = defaultdict(list)
        for hit in hits:
            if (partition := chunk_partition(hit.id)) in seen:
                wanted[partition].append(hit.id)
        found: dict[str, Chunk] = {}
        for partition, ids in wanted.items():
            found |= self.records.chunks.find_all(ids, partition=partition)
        chunks = (found[hit.id] for hit in hits if hit.id in found)
        return [chunk for chunk in chunks if (chunk.document_id, chunk.revision_id) in documents]

    def rows(self, document: Document) -> list[Chunk]:
        """All rows of all tables of a document, as the revision that is seen, in order."""
        chunks = self.records.chunks.all(partition=document.id)
        rows = [c for c in chunks if c.kind is ChunkKind.ROW and c.revision_id == document.current_revision]
        return sorted(rows, key=lambda row: row.ordinal)

    def table(self, chunk: Chunk) -> list[Chunk]:
        """The overview and all rows of the table that a chunk belongs to, in order."""
        return self._run(chunk, lambda other: other.table == chunk.table) if chunk.table else []

    def clause(self, first: Chunk) -> list[Chunk]:
        """A clause's own text from its first chunk on: to the next number, or to what stands under another heading.

        What is set apart in it (a list, a sample, a row of a table) has no number of its own and belongs to it.
        """
        depth = len(first.section)
        return [
            first,
            *self._after(
                first, lambda other: other.number in ("", first.number) and other.section[:depth] == first.section
            ),
        ]

    def overview(self, row: Chunk) -> Chunk:
        """The first chunk of a row's table, which names the columns; looked for in growing steps: some are long."""
        first, step = row, 1
        while step:
            found = self.beside(row, [first.ordinal - step])
            if found and found[0].table == row.table:
                first, step = found[0], 2 * step
            else:
                step //= 2
        return first

    def beside(self, chunk: Chunk, ordinals: Iterable[int]) -> list[Chunk]:
        """The chunks of the same revision with these ordinals, as far as there are any, in order."""
        ids = [chunk_id(chunk.document_id, chunk.revision_id, ordinal) for ordinal in ordinals if ordinal >= 0]
        found = self.records.chunks.find_all(ids, partition=chunk.document_id).values()
        return sorted(found, key=lambda other: other.ordinal)

    def _run(self, chunk: Chunk, belongs: Callable[[Chunk], bool]) -> list[Chunk]:
        """The chunk with all before and after it up to the first that does not belong to it."""
        return [*self._before(chunk, belongs), chunk, *self._after(chunk, belongs)]

    def _before(self, chunk: Chunk, belongs: Callable[[Chunk], bool]) -> list[Chunk]:
        before: list[Chunk] = []
        start = chunk.ordinal
        while start > 0:
            fetched = self.beside(chunk, range(max(start - STEP, 0), start))[::-1]
            taken = _leading(fetched, belongs)
            before += taken
            start -= STEP
            if len(taken) < len(fetched) or not fetched:
                break
        return before[::-1]

    def _after(self, chunk: Chunk, belongs: Callable[[Chunk], bool]) -> list[Chunk]:
        after: list[Chunk] = []
        start = chunk.ordinal + 1
        while fetched := self.beside(chunk, range(start, start + STEP)):
            taken = _leading(fetched, belongs)
            after += taken
            start += STEP
            if len(taken) < len(fetched):
                break
        return after


def _leading(chunks: Sequence[Chunk], belongs: Callable[[Chunk], bool]) -> list[Chunk]:
    taken = []
    for chunk in chunks:
        if not belongs(chunk):
            break
        taken.append(chunk)
    return taken
