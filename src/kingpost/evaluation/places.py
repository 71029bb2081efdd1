"""The places that a question set names (page, clause, field, option, cells), and whether a passage stands there."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlparse

from kingpost.documents.parsing.clauses import heading_number
from kingpost.language.normalise import normalise
from kingpost.language.ranges import meet
from kingpost.types.answers import Citation
from kingpost.types.documents import Chunk, ChunkKind, Document, Location, PageLocation, SectionLocation, SheetLocation
from kingpost.types.evaluation import EvaluationQuestion
from kingpost.types.search import Passage

AT = (1, 5, 10)
"""Numbers of passages that recall is taken at."""
LEGS = {"exact": "lookup", "dense": "dense", "lexical": "lexical"}
"""Legs as they are reported, and as passages name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place where a question's answer stands: documents (None: any of them) and what the row's locator says."""

    documents: frozenset[str] | None
    page: int = 0
    clause: str = ""
    field: str = ""
    option: str = ""
    owners: tuple[str, ...] = ()
    """What the option belongs to: its command and section, one of which must be named with it."""
    section: str = ""
    sheet: str = ""
    cells: tuple[str, ...] = ()

    def located(self) -> bool:
        return bool(self.page or self.clause or self.field or self.option or self.section or self.cells)


class Names:
    """Finds documents by the names a question set uses: any suffix of a document's path."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._ids: dict[str, set[str]] = {}
        for document in documents:
            for path in (document.name, unquote(urlparse(document.uri).path)):
                parts = [part for part in path.replace("\\", "/").split("/") if part]
                for start in range(len(parts)):
                    self._ids.setdefault("/".join(parts[start:]), set()).add(document.id)

    def ids(self, name: str) -> frozenset[str]:
        """Ids of the documents whose path ends in ``name``; empty when there is none."""
        plain = "/".join(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))
        return frozenset(self._ids.get(plain, ()))


def places(question: EvaluationQuestion, names: Names) -> tuple[Place, ...]:
    """The places of a row: several for a list of citations or clauses, none where no locator says more than "where"."""
    locator = question.locator or {}
    named = frozenset[str]().union(*(names.ids(name) for name in question.documents))
    documents = named if question.documents else None
    if isinstance(locator.get("cites"), list):
        cites = [cite for cite in locator["cites"] if isinstance(cite, Mapping)]
        found = [_place(cite, names.ids(str(cite["doc"])) if cite.get("doc") else documents) for cite in cites]
    elif isinstance(locator.get("clauses"), list):
        found = [Place(documents=documents, clause=str(clause)) for clause in locator["clauses"]]
    else:
        found = [_place(locator, documents)]
    return tuple(place for place in found if place.located())


def _place(locator: Mapping[str, Any], documents: frozenset[str] | None) -> Place:
    option = str(locator.get("option") or locator.get("command") or "")
    owners = tuple(str(locator[key]) for key in ("command", "section") if locator.get(key))
    cells = locator.get("cells", locator.get("range")) or ()
    page = locator.get("page")
    return Place(
        documents=documents,
        page=page if isinstance(page, int) else 0,
        clause=str(locator.get("clause") or ""),
        field=str(locator.get("field") or ""),
        option=option,
        owners=owners if locator.get("option") else (),
        section=str(locator.get("section") or ""),
        sheet=str(locator.get("sheet") or ""),
        cells=(cells,) if isinstance(cells, str) else tuple(str(cell) for cell in cells),
    )


def stands_at(place: Place, chunk: Chunk) -> bool:
    """Whether the chunk is at the place: the narrowest locator decides."""
    if place.documents is not None and chunk.document_id not in place.documents:
        return False
    if place.cells:
        return any(_overlaps(place, location) for location in _locations(chunk))
    if place.clause:
        return _is_clause(place.clause, chunk)
    on_page = not place.page or place.page in _pages(chunk)
    if place.field:
        return on_page and _is_field(place.field, chunk)
    if place.option:
        return on_page and _is_option(place, chunk)
    return on_page and (not place.section or _is_section(place.section, chunk))


def _locations(chunk: Chunk) -> list[Location]:
    return [chunk.location, *(part.location for part in chunk.parts), *(cell.location for cell in chunk.cells)]


def _pages(chunk: Chunk) -> set[int]:
    return {location.page for location in _locations(chunk) if isinstance(location, PageLocation)}


def _is_clause(clause: str, chunk: Chunk) -> bool:
    """By the chunk's clause number, or the innermost one above it (a row of a table in a clause).

    A chunk without any is there when one of its lines begins with the number.
    """
    number = chunk.number or next(
        (found for heading in reversed(chunk.section) if (found := heading_number(heading))), ""
    )
    if number:
        return _clause_key(number) == _clause_key(clause)
    return re.search(rf"(?m)^\W*{re.escape(clause)}\.?(?![\w.]*\d)", chunk.text) is not None


def _clause_key(number: str) -> str:
    return normalise(number).strip(" .")


def _is_field(field: str, chunk: Chunk) -> bool:
    """By the chunk's label or a cell's header or label; a chunk without any is there when its text has it as one."""
    wanted = _field_key(field)
    labels = [chunk.label, *(cell.text for cell in chunk.cells if cell.label)]
    labels += [cell.header[-1] for cell in chunk.cells if cell.header]
    given = [_field_key(label) for label in labels if label]
    if given:
        return wanted in given
    lines = "\n".join(normalise(line) for line in chunk.text.splitlines())
    return re.search(rf"(?m)(^\W*{re.escape(wanted)}\b|\b{re.escape(wanted)}\s*[:|])", lines) is not None


def _field_key(label: str) -> str:
    return normalise(label).strip(" :.*")


def _is_option(place: Place, chunk: Chunk) -> bool:
    text = normalise(" ".join([chunk.context, *_headings(chunk), chunk.text]))
    owned = not place.owners or any(_holds(text, owner) for owner in place.owners)
    return owned and _holds(text, place.option)


def _is_section(section: str, chunk: Chunk) -> bool:
    """By a heading above the chunk; a chunk without any is there when one of its lines is the heading."""
    headings = _headings(chunk) or chunk.text.splitlines()
    return _field_key(section) in [_field_key(heading) for heading in headings]


def _headings(chunk: Chunk) -> list[str]:
    around = [location.section for location in _locations(chunk) if isinstance(location, SectionLocation)]
    return [heading for section in (chunk.section, *around) for heading in section]


def _holds(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(normalise(word))}(?![\w-])", text) is not None


def _overlaps(place: Place, location: Location) -> bool:
    if not isinstance(location, SheetLocation) or (place.sheet and location.sheet != place.sheet):
        return False
    return any(meet(location.range, cells) for cells in place.cells)


def recall(
    documents: Sequence[frozenset[str]], expected: Sequence[Place], passages: Sequence[Passage]
) -> dict[str, float | None]:
    """Retrieval measures of one question.

    ``documents`` has one set of ids for each document named. Recall is the share of the documents (places) found
    among the first passages; ``mrr`` is of the first right place, or of the first right document without locator.
    """
    right = [{i for i, ids in enumerate(documents) if passage.document.id in ids} for passage in passages]
    there = [{i for i, place in enumerate(expected) if stands_at(place, passage.chunk)} for passage in passages]
    measures: dict[str, float | None] = {f"document_recall@{k}": _share(right[:k], len(documents)) for k in AT}
    measures |= {f"place_recall@{k}": _share(there[:k], len(expected)) for k in AT}
    ranks = [rank for rank, found in enumerate(there if expected else right, start=1) if found]
    measures["mrr"] = 1 / ranks[0] if ranks else 0.0
    return measures


def legs(passages: Sequence[Passage]) -> dict[str, list[Passage]]:
    """The passages that each leg found, in its own order, and all of them as fused.

    A leg that found none is not there. Repeats are left out of each as they are of what is fused.
    """
    alone = {
        name: sorted((passage for passage in passages if leg in passage.legs), key=lambda found: found.legs[leg])
        for name, leg in LEGS.items()
    }
    return {name: found for name, found in alone.items() if found} | {"fused": list(passages)}


def _share(found: Sequence[set[int]], n: int) -> float | None:
    return len(set[int]().union(*found)) / n if n else None


def right_citations(
    documents: Sequence[frozenset[str]],
    expected: Sequence[Place],
    citations: Sequence[Citation],
    chunks_of: Callable[[str], Sequence[Chunk]],
) -> int:
    """How many citations lead to a right document and, where the row has a locator, to a right place in it."""
    ids = frozenset[str]().union(*documents)
    named = [citation for citation in citations if citation.document in ids]
    if not expected:
        return len(named)
    return sum(
        any(stands_at(place, chunk) for place in expected for chunk in _cited(citation, chunks_of(citation.document)))
        for citation in named
    )


def _cited(citation: Citation, chunks: Sequence[Chunk]) -> list[Chunk]:
    """The chunks that the citation quotes, narrowed to the place it gives (and to its cell, when it quotes one)."""
    mark = citation.content_hash
    found = [chunk for chunk in chunks if mark and mark in chunk.hashes]
    return [_narrowed(chunk, citation) for chunk in found] or [_quoted(citation)]


def _narrowed(chunk: Chunk, citation: Citation) -> Chunk:
    whole = citation.content_hash == chunk.content_hash
    cells = tuple(cell for cell in chunk.cells if whole or cell.content_hash == citation.content_hash)
    return replace(chunk, location=citation.location, parts=(), cells=cells)


def _quoted(citation: Citation) -> Chunk:
    return Chunk(
        id=f"{citation.document}-cited",
        document_id=citation.document,
        revision_id=citation.revision,
        ordinal=0,
        kind=ChunkKind.TEXT,
        text=citation.quote,
        context="",
        section=citation.location.section if isinstance(citation.location, SectionLocation) else (),
        location=citation.location,
        content_hash=citation.content_hash,
    )
