"""Reads tables whose rows are bands ("up to 5 kg"): the row that holds the quantity asked about, or that none does."""

from collections.abc import Sequence
from dataclasses import replace

from kingpost.answering.citations import without_repeats
from kingpost.answering.readers.cells import caption_of, read_row
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.language.banded import Meant, meant
from kingpost.retrieval.search import Findings, Retriever
from kingpost.types.documents import Chunk, ChunkCell, ChunkKind
from kingpost.types.search import Passage


def read_banded_rows(findings: Findings, passage: Passage, retriever: Retriever) -> Reading | None:
    """What the rows say whose band the question means; None where that is the passage itself, or no bands decide.

    That no row is for a quantity is said only where every label is read: "heavy goods" may be for it.
    """
    rows = [chunk for chunk in retriever.table(passage.chunk) if chunk.kind is ChunkKind.ROW]
    for label in (cell for cell in passage.chunk.cells if cell.label):
        alike = [row for row in rows if _others(row, label) == _others(passage.chunk, label)]
        names = [(*label.header, _text(row, label)) for row in alike]
        found = meant(findings.analysis.question, names, caption=caption_of(passage.chunk), mostly=True)
        if found is not None:
            if not found.fitting and any(text and at not in found.banded for at, (*_, text) in enumerate(names)):
                return None
            return _reading(findings, passage, [alike[at] for at in sorted(found.fitting)], found, retriever)
    return None


def _reading(
    findings: Findings, passage: Passage, rows: Sequence[Chunk], found: Meant, retriever: Retriever
) -> Reading | None:
    if not rows:
        asked = findings.analysis.question[found.asked.start : found.asked.end]
        return Reading(
            kind=ReadingKind.NOTHING,
            reason=f"No row of the table “{caption_of(passage.chunk)}” is for {asked}.",
            features={"blank": 1.0},
        )
    if [row.hashes for row in rows] == [passage.chunk.hashes]:
        return None
    readings = [read_row(findings, replace(passage, chunk=row), retriever) for row in rows]
    if len(readings) == 1:
        return readings[0]
    texts = [
        reading.text if reading.kind is ReadingKind.ROW else f"{row.label}: {reading.text}"
        for row, reading in zip(rows, readings, strict=True)
    ]
    return replace(
        readings[0],
        kind=ReadingKind.CELLS,
        text="; ".join(texts),
        note=f"{len(rows)} rows that the question may mean",
        citations=without_repeats(citation for reading in readings for citation in reading.citations),
    )


def _text(row: Chunk, label: ChunkCell) -> str:
    return next((cell.text for cell in row.cells if cell.label and cell.header == label.header), "")


def _others(row: Chunk, label: ChunkCell) -> list[tuple[tuple[str, ...], str]]:
    """What a row is called beside its band: "Zone 1" of "Zone 1, up to 5 kg"."""
    return [(cell.header, cell.text) for cell in row.cells if cell.label and cell.header != label.header]
