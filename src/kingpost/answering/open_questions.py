"""Finds what a question leaves open: rows, fields or documents that answer it equally well and differently.

Asking back costs the asker a turn. So it is done only where the question names none of the alternatives, says nothing
that stands in one of them and not in the others, and asks for one value, not for all of them, a count or an extreme.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kingpost.answering import topics
from kingpost.answering.asking_back import MOST_NAMED, is_code, question_back
from kingpost.answering.citations import cite_cells, cite_span, without_repeats
from kingpost.answering.readers.cells import asked_cell, caption_of, with_unit
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.language.normalise import normalise, stems
from kingpost.retrieval.analysis import Wanted
from kingpost.retrieval.scoping import closest_by_name
from kingpost.retrieval.search import Findings, Retriever
from kingpost.types.answers import Citation
from kingpost.types.documents import Chunk, ChunkCell, ChunkKind, Document
from kingpost.types.search import Passage

LOOKED_AT = 10
"""First passages among which alternatives are looked for."""
MOST_ROWS = 40
"""Of a table with more rows than these nobody would choose from a list."""
LONGEST_LABEL = 60
LONGEST_ASKED = 80
_ASKS_FOR_ONE = re.compile(
    r"^\s*(?:and\s+)?(?:(?:what|when|where)\s+(?:is|was|must|should|does)\b|what\s+(?!are\b|were\b|kind|type)[\w\s-]+?\s"
    r"(?:is|was|must|should|applies)\b|how\s+(?!many\b|much\b|do\b|does\b|can\b|to\b|is\b|are\b)\w+\s+(?:is|was|must|should"
    r"|can|may)\b|(?:give|state|tell|show)\b)",
    re.IGNORECASE,
)
_ASKS_FOR_ALL = re.compile(
    r"\b(?:all|every|each|any|list|both|which|who|whose|how many|how much|number of|total|sum|average|mean|overall"
    r"|range|first|last|next|previous|than|or|only|other|most|least|highest|lowest|largest|smallest|longest|shortest|oldest"
    r"|newest|latest|earliest|maximum|minimum|max|min|difference|ratio|compare[sd]?|respectively|type|kind)\b",
    re.IGNORECASE,
)
_OF_ALL_ROWS = re.compile(r"\b(?:totals?|sum|overall|all|average|mean|subtotals?|general|default)\b", re.IGNORECASE)
_ADJECTIVE = re.compile(r"\bhow\s+(?P<adjective>\w+)", re.IGNORECASE)
_CODE = re.compile(r"(?<![\w-])(?:[A-Z]{1,3}|\w*\d[\w./-]*)(?![\w-])")
_UNIT = re.compile(r"[\[(][^\])]*[\])]")
_SAYS_NOTHING = frozenset(
    stem for word in "required needed value specified stated given document".split() for stem in stems(word)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One alternative: what it is called, and what the answer would be."""

    label: str
    value: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """What a question leaves open: ``asked`` of which ``kind``, with the choices in the order of the documents."""

    asked: str
    kind: str
    choices: tuple[Choice, ...]
    preposition: str = "of"

    @property
    def alternatives(self) -> tuple[str, ...]:
        """What can be chosen, each so that it says alone what it is: ``zone B``."""
        return tuple(self._called(choice.label) for choice in self.choices[:MOST_NAMED])

    def text(self) -> str:
        """The question back: ``Clear height of which zone: A, B or C?``."""
        names = [self._called(choice.label) for choice in self.choices]
        return question_back(self.asked, self.kind, names, preposition=self.preposition)

    def listed(self, reading: Reading) -> Reading:
        """All alternatives with their values, in place of the reading of one of them."""
        shown = self.choices[:MOST_ROWS]
        return Reading(
            kind=ReadingKind.CELLS,
            text="; ".join(f"{self._called(choice.label)}: {choice.value}" for choice in shown),
            citations=without_repeats(citation for choice in shown for citation in choice.citations),
            support=reading.support,
            note=f"all {len(shown)} that the question may mean",
            features=reading.features,
        )

    def _called(self, label: str) -> str:
        return f"{self.kind} {label}" if is_code(label) and self.kind != "document" else label


def left_open(
    findings: Findings, reading: Reading, retriever: Retriever, *, read: Callable[[Findings], Reading]
) -> OpenQuestion | None:
    """What the question leaves open, or None where the documents decide it. ``read`` reads findings."""
    if not findings.passages or reading.features.get("unknown") or reading.features.get("apart"):
        return None
    if documents := _of_clause(findings, retriever) or _of_documents(findings, read):
        return documents
    question = findings.analysis.question
    if findings.analysis.wanted is Wanted.LIST or findings.analysis.computes:
        return None
    if not _ASKS_FOR_ONE.match(question) or _ASKS_FOR_ALL.search(question):
        return None
    if reading.kind in (ReadingKind.CELL, ReadingKind.CELLS, ReadingKind.ROW) and (
        found := _of_rows(findings, reading, retriever)
    ):
        return found
    return _of_places(findings, reading)


def _of_rows(findings: Findings, reading: Reading, retriever: Retriever) -> OpenQuestion | None:
    """Rows of one table, of which the question names none, with different values in the column asked for."""
    row = _cited_row(findings, reading)
    cell = asked_cell(findings.analysis, row.chunk.cells, caption=caption_of(row.chunk)) if row else None
    if row is None or cell is None or cell.label or not cell.header:
        return None
    rows = [chunk for chunk in retriever.table(row.chunk) if chunk.kind is ChunkKind.ROW]
    kind, name = _named(rows)
    if not 2 <= len(rows) <= MOST_ROWS or not kind or not _is_about_all(findings, rows, cell):
        return None
    choices = []
    for chunk in rows:
        value = next((own for own in chunk.cells if own.header == cell.header), None)
        if value is None or not value.text.strip() or not name(chunk):
            continue
        passage = Passage(chunk=chunk, document=row.document, score=row.score)
        text = with_unit(value.text, value.header)
        names = [own for own in chunk.cells if own.label]
        choices.append(Choice(label=name(chunk), value=text, citations=tuple(cite_cells(passage, [*names, value]))))
    return _open(_property(findings, cell), kind, choices)


def _of_places(findings: Findings, reading: Reading) -> OpenQuestion | None:
    """Fields or rows of one name in several documents or sections, of which the question says nothing."""
    best = findings.passages[0]
    if reading.kind not in (ReadingKind.FIELD, ReadingKind.CELL) or findings.named or not best.chunk.label:
        return None
    said = _said(findings, best.chunk)
    alike = [
        passage
        for passage in findings.passages[:LOOKED_AT]
        if passage.chunk.kind is best.chunk.kind
        and normalise(passage.chunk.label) == normalise(best.chunk.label)
        and _said(findings, passage.chunk) == said
    ]
    shared = frozenset.intersection(*(_stems_of(passage.chunk) for passage in alike))
    if not _unexplained(findings) <= shared:
        return None
    return _in_documents(findings, alike) or _in_sections(findings, alike)


def _in_documents(findings: Findings, alike: Sequence[Passage]) -> OpenQuestion | None:
    if len({passage.document.id for passage in alike}) < max(2, len(alike)):
        return None
    choices = [_choice(findings, passage, _title(passage.document)) for passage in alike]
    return _open(_asked(findings, alike[0]), "document", choices, preposition="in")


def _in_sections(findings: Findings, alike: Sequence[Passage]) -> OpenQuestion | None:
    """Sections of one document; each is called by the part of its heading path that the others lack."""
    sections = [passage.chunk.section for passage in alike]
    own = [
        next((part for part in reversed(path) if sum(part in other for other in sections) == 1), "")
        for path in sections
    ]
    if len({passage.document.id for passage in alike}) > 1 or not all(own):
        return None
    choices = [_choice(findings, passage, name) for passage, name in zip(alike, own, strict=True)]
    return _open(_asked(findings, alike[0]), "section", choices)


def _of_documents(findings: Findings, read: Callable[[Findings], Reading]) -> OpenQuestion | None:
    """Documents between which the question does not decide, as retrieval found them, each with its own answer."""
    choices = []
    for document in findings.alternatives:
        passages = tuple(passage for passage in findings.passages if passage.document.id == document.id)
        if passages:
            own = read(replace(findings, passages=passages, named=(document,), alternatives=()))
            choices.append(Choice(label=_title(document), value=own.text, citations=own.citations))
    asked = _asked(findings, findings.passages[0])
    return _open(asked, "document", choices, preposition="in")


def _of_clause(findings: Findings, retriever: Retriever) -> OpenQuestion | None:
    """A clause asked for by its number, which several documents have, where the question names none of them in full."""
    if findings.analysis.wanted is not Wanted.CLAUSE or findings.named:
        return None
    number = findings.analysis.clauses[0]
    meant = {document.id for document in closest_by_name(findings.analysis.question, findings.searched)}
    holders = {p.document.id: p.document for p in findings.passages if p.chunk.number == number}
    if meant:
        holders = {id: document for id, document in holders.items() if id in meant}
    choices = []
    for document in holders.values():
        chunks = retriever.clause(number, document)
        passages = [Passage(chunk=chunk, document=document, score=0.0) for chunk in chunks]
        text = "\n".join(chunk.text for chunk in chunks).strip()
        cited = [citation for p in passages for citation in cite_span(p, 0, len(p.chunk.text))]
        choices.append(Choice(label=_title(document), value=text, citations=tuple(cited)))
    return _open(f"clause {number}", "document", choices, preposition="in")


def _open(asked: str, kind: str, choices: Sequence[Choice], *, preposition: str = "of") -> OpenQuestion | None:
    """None unless there are at least two of different names and different values."""
    labels = {normalise(choice.label) for choice in choices}
    values = {normalise(choice.value) for choice in choices}
    told_apart = len(labels) == len(choices) and all(len(choice.label) <= LONGEST_LABEL for choice in choices)
    if len(choices) < 2 or len(values) < 2 or not told_apart:
        return None
    return OpenQuestion(asked=asked, kind=kind, choices=tuple(choices), preposition=preposition)


def _is_about_all(findings: Findings, rows: Sequence[Chunk], cell: ChunkCell) -> bool:
    """Whether all that the question says stands above the rows, and nothing of it in one of them."""
    codes = _codes(findings.analysis.question)
    if any(_OF_ALL_ROWS.search(row.label) or codes & _codes(f"{row.label} {row.text}") for row in rows):
        return False
    above = frozenset(stems(f"{rows[0].context} {' '.join(part for own in rows[0].cells for part in own.header)}"))
    within = frozenset(stem for row in rows for own in row.cells for stem in stems(f"{own.text} {row.label}"))
    asked = _unexplained(findings)
    return asked <= above and not (asked & within) and bool(asked & frozenset(stems(_words(cell.header[-1]))))


def _unexplained(findings: Findings) -> frozenset[str]:
    """What the question says beside its question words."""
    adjective = _ADJECTIVE.search(findings.analysis.question)
    asking = frozenset(stems(adjective["adjective"])) if adjective else frozenset[str]()
    return frozenset(findings.analysis.stems) - asking - _SAYS_NOTHING


def _said(findings: Findings, chunk: Chunk) -> frozenset[str]:
    """What of the question stands in a passage or above it."""
    codes = _codes(findings.analysis.question) & _codes(f"{chunk.context} {chunk.label} {chunk.text}")
    return codes | (frozenset(findings.analysis.stems) & _stems_of(chunk))


def _codes(text: str) -> frozenset[str]:
    """Short names that are no words: the ``A`` of zone A, ``2``, ``D-101``."""
    return frozenset(word for word in _CODE.findall(text) if word != "I")


def _stems_of(chunk: Chunk) -> frozenset[str]:
    return frozenset(stems(f"{chunk.context} {chunk.label} {chunk.text}"))


def _cited_row(findings: Findings, reading: Reading) -> Passage | None:
    """The first row among the passages that the reading cites, if it cites rows of one table only."""
    cited = {citation.content_hash for citation in reading.citations}
    rows = [p for p in findings.passages if p.chunk.kind is ChunkKind.ROW and cited & set(p.chunk.hashes)]
    return rows[0] if rows and len({row.chunk.table for row in rows}) == 1 and rows[0].chunk.table else None


def _named(rows: Sequence[Chunk]) -> tuple[str, Callable[[Chunk], str]]:
    """What the rows are, after the header of their labels, and what one of them is called: ``zone``, ``B``.

    Of labels under several headers, "Zone B" and "Bay B1", the last ones are enough where no two of them are the same.
    """
    last = [next((cell for cell in reversed(row.cells) if cell.label), None) for row in rows]
    heads = {cell.header for cell in last if cell}
    texts = {normalise(cell.text) for cell in last if cell and cell.text.strip()}
    if len(heads) == 1 and len(texts) == len(rows):
        return _kind(last[0]), lambda row: next(cell.text.strip() for cell in reversed(row.cells) if cell.label)
    return _kind(
        next((cell for row in rows[:1] for cell in row.cells if cell.label), None)
    ), lambda row: row.label.strip()


def _kind(label: ChunkCell | None) -> str:
    words = _words(label.header[-1]) if label and label.header else ""
    return words if re.fullmatch(r"[^\W\d][\w \-/]{0,40}", words) else ""


def _choice(findings: Findings, passage: Passage, name: str) -> Choice:
    chunk = passage.chunk
    cell = asked_cell(findings.analysis, chunk.cells, caption=caption_of(chunk)) if chunk.cells else None
    if cell is not None:
        return Choice(label=name, value=with_unit(cell.text, cell.header), citations=tuple(cite_cells(passage, [cell])))
    value = chunk.text.removeprefix(f"{chunk.label}:").strip()
    return Choice(label=name, value=value, citations=tuple(cite_span(passage, 0, len(chunk.text))))


def _property(findings: Findings, cell: ChunkCell) -> str:
    """The column in the order of the question: "permitted uniform load" of a column Permitted below Uniform load."""
    question = normalise(findings.analysis.question)
    above = [words for part in cell.header[:-1] if (words := _words(part)) and normalise(words) in question]
    named = sorted([*above, _words(cell.header[-1])], key=lambda words: question.find(normalise(words)))
    return " ".join(dict.fromkeys(named))


def _asked(findings: Findings, passage: Passage) -> str:
    """What is asked for, in the words of the form or table, else of the question."""
    if passage.chunk.kind is ChunkKind.FIELD:
        return _words(passage.chunk.label)
    whole = topics.topic(findings.analysis.question).whole
    return whole if len(whole) <= LONGEST_ASKED else "the answer"


def _title(document: Document) -> str:
    title = document.title or document.name
    return title if len(title) <= LONGEST_LABEL else document.name.rpartition("/")[2]


def _words(header: str) -> str:
    """A header as words of a sentence: without its unit, and small where it is no abbreviation."""
    words = _UNIT.sub(" ", header).strip(" :")
    return words[:1].lower() + words[1:] if words[1:2].islower() else words
