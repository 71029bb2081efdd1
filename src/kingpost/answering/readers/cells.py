"""Reads tables and forms: the field asked for, or the cell where a named row and a named column meet."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from kingpost.answering.citations import cite, cite_cells, cite_span
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.answering.readers.values import narrowed
from kingpost.language.banded import meant
from kingpost.language.normalise import normalise, stems
from kingpost.language.units import is_unit
from kingpost.retrieval.analysis import Analysis
from kingpost.retrieval.search import Findings, Retriever
from kingpost.types.answers import Citation
from kingpost.types.documents import Chunk, ChunkCell, ChunkKind
from kingpost.types.search import Passage

_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"[-+±≤≥<>~]?\s*\d[\d.,\s]*")
_UNIT_AT_END = re.compile(r"[\[(]([^\])]{1,24})[\])]\s*$")
_SCALED = re.compile(r"(?:in )?(?:ten thousand|hundred|thousand|million|billion)s?(?: [a-z]{3,8})?", re.IGNORECASE)
"""A scale with what is counted: "ten thousand yuan"."""
_UNIT = re.compile(r"[\[(][^\])]{1,12}[\])]")
MOST_FIELDS = 6
"""Fields looked at where the first one says only what the question says."""
OTHER_BAND = -1.0
CELL_ADVANTAGE = 0.15
"""How much better than the next column the asked one must match, or the whole row is the answer."""


def read_field(findings: Findings, passage: Passage) -> Reading:
    """The value of a form field; a blank one says so. A value that the question says already gives way to the next."""
    passage = _field_not_said(findings, passage)
    chunk = passage.chunk
    value = _value(chunk)
    if not value:
        return Reading(
            kind=ReadingKind.NOTHING,
            reason=f"The field “{chunk.label}” of {passage.document.title or passage.document.name} is blank.",
            features={"blank": 1.0},
        )
    start = chunk.text.rfind(value)
    return Reading(
        kind=ReadingKind.FIELD,
        text=value,
        citations=tuple(cite_span(passage, start, start + len(value))),
        support=_support(findings, f"{chunk.context} {chunk.text}"),
    )


def _value(chunk: Chunk) -> str:
    return chunk.text.split(":", 1)[1].strip() if chunk.text.startswith(f"{chunk.label}:") else chunk.text.strip()


def _field_not_said(findings: Findings, first: Passage) -> Passage:
    """The first of the fields found in the same document whose value is not a name that the question says itself."""
    fields = [p for p in findings.passages if p.chunk.kind is ChunkKind.FIELD and p.document.id == first.document.id]
    asked = findings.analysis.stems
    if not _is_said(first, asked):
        return first
    others = [p for p in fields[:MOST_FIELDS] if not _is_said(p, asked) and set(stems(p.chunk.label)) & set(asked)]
    return others[0] if others else first


def _is_said(passage: Passage, asked: Collection[str]) -> bool:
    words = stems(_value(passage.chunk))
    return len(words) > 1 and all(word in asked for word in words)


def read_row(findings: Findings, passage: Passage, retriever: Retriever) -> Reading:
    """The cell of the row that the question asks for, or the whole row when no column stands out."""
    chunk = passage.chunk
    caption = caption_of(chunk)
    cell = asked_cell(findings.analysis, chunk.cells, caption=caption)
    if cell is None:
        return Reading(
            kind=ReadingKind.ROW,
            text=chunk.text,
            citations=(*cite_span(passage, 0, len(chunk.text)), *_cite_numbered_heads(passage, retriever)),
            support=_support(findings, f"{chunk.context} {chunk.text}"),
        )
    return Reading(
        kind=ReadingKind.CELL,
        text=with_unit(narrowed(findings.analysis.question, cell.text), cell.header),
        note=f"row “{chunk.label}”, column “{' > '.join(cell.header)}”",
        citations=tuple(cite_cells(passage, [cell])),
        support=_support(findings, f"{chunk.context} {chunk.text}"),
        features={"column": column_matches(findings.analysis, chunk.cells, caption=caption)[chunk.cells.index(cell)]},
    )


def cite_heads(passage: Passage, heads: Sequence[str], retriever: Retriever) -> list[Citation]:
    """Cite headers of the table that a row is of: they stand above its rows, where the table begins."""
    table = retriever.shelf.overview(passage.chunk) if heads else passage.chunk
    if table.kind is not ChunkKind.OVERVIEW:
        return []
    return [cite(replace(passage, chunk=table), quote=head, location=table.location) for head in heads]


def _cite_numbered_heads(passage: Passage, retriever: Retriever) -> list[Citation]:
    """The headers that say numbers (``2023``): a row gives them with its values."""
    heads = dict.fromkeys(part for cell in passage.chunk.cells for part in cell.header if _DIGIT.search(part))
    return cite_heads(passage, list(heads), retriever)


def caption_of(chunk: Chunk) -> str:
    """What stands right above a table."""
    return chunk.section[-1] if chunk.section else ""


def asked_cell(analysis: Analysis, cells: Sequence[ChunkCell], *, caption: str = "") -> ChunkCell | None:
    """The cell whose header the question names and whose own text it does not already know; None when unclear.

    Of columns that are bands, those answer whose band the question means, if any.
    """
    matches = zip(cells, column_matches(analysis, cells, caption=caption), strict=True)
    open_cells = [(cell, match) for cell, match in matches if normalise(cell.text) and not _is_given(cell, analysis)]
    values = [cell for cell in cells if normalise(cell.text) and not cell.label]
    if len(values) == 1 and any(cell == values[0] and match >= 0 for cell, match in open_cells):
        return values[0]
    ranked = sorted(open_cells, key=lambda pair: (-pair[1], pair[0].label))
    if not ranked or ranked[0][1] <= 0:
        return None
    best, best_match = ranked[0]
    rivals = [match for cell, match in ranked[1:] if cell.text != best.text]
    return best if not rivals or best_match - rivals[0] >= CELL_ADVANTAGE else None


def column_matches(analysis: Analysis, cells: Sequence[ChunkCell], *, caption: str = "") -> list[float]:
    """How well the question names each cell's header (``column_match``); -1 for bands that it does not mean."""
    banded = meant(analysis.question, [cell.header for cell in cells], caption=caption)
    if banded is None:
        return [column_match(analysis, cell) for cell in cells]
    return [
        OTHER_BAND
        if at in banded.banded - banded.fitting
        else column_match(analysis, cell, known=banded.said.get(at, ()))
        for at, cell in enumerate(cells)
    ]


def column_match(analysis: Analysis, cell: ChunkCell, *, known: Collection[str] = ()) -> float:
    """How well the question names the cell's header, 0..1: share of its stems asked for, the last part's once more.

    ``known``: stems that the question says in other words.
    """
    asked = frozenset((*analysis.stems, *analysis.implied, *known))
    names = [_UNIT.sub(" ", part) for part in cell.header]
    header = [stem for part in names for stem in stems(part)]
    if not header:
        return 0.0
    inner = stems(names[-1])
    whole = sum(stem in asked for stem in header) / len(header)
    last = sum(stem in asked for stem in inner) / len(inner) if inner else 0.0
    return 0.5 * whole + 0.5 * last


def with_unit(text: str, header: Sequence[str], unit: str = "") -> str:
    """A bare number with the unit of its row or header: ``50`` under ``Load [kN/m²]`` is ``50 kN/m²``."""
    if not _NUMBER.fullmatch(text.strip()):
        return text
    units = (match[1].strip() for part in reversed(header) if (match := _UNIT_AT_END.search(part)))
    unit = unit or next((unit for unit in units if is_unit(unit) or _SCALED.fullmatch(unit)), "")
    unit = re.sub(r"^in\s|(?<=[dn])s(?= |$)", "", unit) if _SCALED.fullmatch(unit) else unit
    return f"{text.strip()} {unit}" if unit else text


def _is_given(cell: ChunkCell, analysis: Analysis) -> bool:
    words = stems(cell.text)
    if words and all(word in analysis.stems for word in words):
        return True
    written = rf"(?<![\w.,-]){re.escape(normalise(cell.text))}(?![\w-])"
    return re.search(written, normalise(analysis.question)) is not None


def _support(findings: Findings, text: str) -> float:
    asked = findings.analysis.stems
    found = frozenset(stems(text))
    return sum(stem in found for stem in asked) / len(asked) if asked else 0.0
