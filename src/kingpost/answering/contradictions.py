"""Shows both of two current sources that contradict each other on the value asked for, with the difference named.

Two sources contradict each other where they say the same of the same thing and only the value differs, after unit
conversion. Another zone, period, product or plan is another thing: labels, headers and what stands above them must
agree, documents of one family (forms, quarters, plans) never contradict each other, and a question that says what
stands in one of the two and not in the other has decided between them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from kingpost.answering import topics
from kingpost.answering.citations import cite_cells, cite_span, without_repeats
from kingpost.answering.contract import place_in_words
from kingpost.answering.readers.cells import with_unit
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.language.identifiers import identifiers
from kingpost.language.normalise import normalise, sentences, stems
from kingpost.language.polarity import poles, turns
from kingpost.language.quantities import Quantity, quantities, same
from kingpost.language.units import comparable
from kingpost.retrieval.search import Findings
from kingpost.types.answers import Citation, Confidence
from kingpost.types.documents import Chunk, ChunkKind, Document, RevisionStatus
from kingpost.types.search import Passage

LOOKED_AT = 10
"""First passages among which another source is looked for."""
SAME_SENTENCE = 0.75
"""Share of the words of two sentences, without numbers, that both must have."""
FEWEST_WORDS = 4
SAME_PLACE = 0.5
SHORT = 2
SAME_FAMILY = 0.5
"""Share of the words of two titles from which two documents are of one family."""
FEATURE = "contradicted"
DOUBT = 0.5
"""Of two sources that contradict each other one is right at most."""
_UNIT = re.compile(r"[\[(][^\])]*[\])]")
_NUMBER = re.compile(r"\d")
_CODE = re.compile(r"\d|(?<![\w-])[A-Z](?![\w-])")
"""In a label: it names one thing (zone A, D-101), not a sum that each table of a document forms on its own basis."""
_OF_SEVERAL = re.compile(r"\b(?:chang|differ|compar|trend|over time|between|develop|increas|decreas)", re.IGNORECASE)
_CHECKED = frozenset({ReadingKind.FIELD, ReadingKind.CELL, ReadingKind.SENTENCES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One value that a source gives: of the row ``label`` under ``header``, or in a sentence."""

    passage: Passage
    text: str
    value: Quantity
    citations: tuple[Citation, ...]
    label: str = ""
    header: str = ""
    sentence: str = ""


def contradicted(findings: Findings, reading: Reading) -> Reading | None:
    """A reading that shows the answer and what another current source says instead; None where none differs."""
    if reading.kind not in _CHECKED or not findings.passages or _OF_SEVERAL.search(findings.analysis.question):
        return None
    seen = [passage for passage in findings.passages[:LOOKED_AT] if passage.document.status is RevisionStatus.CURRENT]
    statements = [statement for passage in seen for statement in _statements(passage)]
    own = next((statement for statement in statements if _is_of(statement, reading, findings)), None)
    if own is None:
        return None
    others = [other for other in statements if _speaks_of_the_same(own, other, findings)]
    differing = [other for other in others if not same(own.value, other.value)]
    if not differing or len({own.passage.document.id, *(other.passage.document.id for other in others)}) > 2:
        return None
    return _both(own, differing[0], reading)


def doubted(confidence: Confidence, reading: Reading) -> Confidence:
    """Half as sure where the reading is contradicted."""
    doubt = DOUBT if reading.features.get(FEATURE) else 1.0
    return replace(confidence, value=confidence.value * doubt)


def _both(own: Statement, other: Statement, reading: Reading) -> Reading:
    first, second = _source(own, other), _source(other, own)
    return replace(
        reading,
        text=f"{first}: {own.text}; {second}: {other.text}. They differ.",
        citations=without_repeats((*own.citations, *other.citations)),
        note=f"two current sources contradict each other: {first} says {own.value.text}, {second} {other.value.text}",
        features={**reading.features, FEATURE: 1.0},
    )


def _source(statement: Statement, other: Statement) -> str:
    """What a source is called, as its title or file name has it; by its place too where both are of one document."""
    document = statement.passage.document
    if document.id == other.passage.document.id:
        return f"{_called(document)}, {place_in_words(statement.passage.chunk.location)}"
    alike = _called(document) == _called(other.passage.document)
    return PurePosixPath(document.name).name if alike else _called(document)


def _called(document: Document) -> str:
    file = PurePosixPath(document.name).name
    known = document.number and document.number in f"{document.title} {file}"
    return document.number if known else document.title or file


def _statements(passage: Passage) -> Iterator[Statement]:
    chunk = passage.chunk
    if chunk.kind is ChunkKind.ROW:
        yield from _of_cells(passage)
    elif chunk.kind is ChunkKind.FIELD:
        value = chunk.text.removeprefix(f"{chunk.label}:").strip()
        if quantity := _only(value):
            cited = tuple(cite_span(passage, 0, len(chunk.text)))
            yield Statement(passage=passage, text=value, value=quantity, citations=cited, header=chunk.label)
    elif chunk.kind in (ChunkKind.TEXT, ChunkKind.CLAUSE):
        heading = chunk.section[-1] if chunk.section and chunk.text.startswith(chunk.section[-1]) else ""
        for first, last in sentences(chunk.text[len(heading) :]):
            start, end = first + len(heading), last + len(heading)
            sentence = chunk.text[start:end]
            if quantity := _only(sentence):
                cited = tuple(cite_span(passage, start, end))
                yield Statement(passage=passage, text=sentence, value=quantity, citations=cited, sentence=sentence)


def _of_cells(passage: Passage) -> Iterator[Statement]:
    for cell in passage.chunk.cells:
        text = with_unit(cell.text, cell.header) if cell.header else ""
        quantity = _only(text)
        if quantity is not None and not cell.label:
            yield Statement(
                passage=passage,
                text=text,
                value=quantity,
                citations=tuple(cite_cells(passage, [cell])),
                label=passage.chunk.label,
                header=cell.header[-1],
            )


def _only(text: str) -> Quantity | None:
    """The one quantity of a text; a sentence with more numbers says too much to be compared."""
    found = [quantity for quantity in quantities(text) if quantity.unit != "ordinal"]
    return found[0] if len(found) == 1 else None


def _is_of(statement: Statement, reading: Reading, findings: Findings) -> bool:
    """Whether the reading gives this statement's value as the answer, and the question names its label."""
    cited = {citation.quote for citation in reading.citations[:1]}
    documents = {citation.document for citation in reading.citations}
    if statement.passage.document.id not in documents:
        return False
    if statement.sentence:
        return reading.kind is ReadingKind.SENTENCES and normalise(statement.sentence) in normalise(reading.text)
    named = not statement.label or _holds(findings.analysis.question, statement.label)
    given = any(citation.quote in cited for citation in statement.citations)
    return reading.kind is not ReadingKind.SENTENCES and given and named


def _speaks_of_the_same(own: Statement, other: Statement, findings: Findings) -> bool:
    mine, theirs = own.passage, other.passage
    if mine.chunk.id == theirs.chunk.id or not _same_kind_of_value(own.value, other.value):
        return False
    if mine.document.id == theirs.document.id:
        tables = mine.chunk.table, theirs.chunk.table
        if not all(tables) or tables[0] == tables[1] or not _CODE.search(own.label):
            return False
    elif _is_family(mine.document, theirs.document) or _names_one(findings, mine.document, theirs.document):
        return False
    return _same_subject(own, other) and _same_place(own, other, findings)


def _same_kind_of_value(one: Quantity, other: Quantity) -> bool:
    return one.unit == other.unit or comparable(one.unit, other.unit)


def _same_subject(own: Statement, other: Statement) -> bool:
    """The same label and header; two sentences that differ in the number only; a row whose names a sentence holds."""
    if own.sentence and other.sentence:
        return _alike(own, other)
    if own.sentence or other.sentence:
        row, prose = (other, own) if own.sentence else (own, other)
        return (
            bool(row.label) and _holds(prose.sentence, row.label) and _holds(prose.sentence, _UNIT.sub(" ", row.header))
        )
    same_label = normalise(own.label) == normalise(other.label)
    return same_label and set(stems(_UNIT.sub(" ", own.header))) == set(stems(_UNIT.sub(" ", other.header)))


def _alike(own: Statement, other: Statement) -> bool:
    one, two = _words(own), _words(other)
    enough = min(len(one), len(two)) >= FEWEST_WORDS and len(one & two) >= SAME_SENTENCE * len(one | two)
    agree = (turns(own.sentence), poles(own.sentence)) == (turns(other.sentence), poles(other.sentence))
    return enough and agree and _codes(_without_value(own)) == _codes(_without_value(other))


def _words(statement: Statement) -> frozenset[str]:
    return frozenset(stem for stem in stems(_without_value(statement)) if not _NUMBER.search(stem))


def _without_value(statement: Statement) -> str:
    value = statement.value
    return f"{statement.sentence[: value.start]} , {statement.sentence[value.end :]}"


def _holds(sentence: str, name: str) -> bool:
    """All words of a name stand in the sentence; a letter or two as they are written, for "A" is no article."""
    words = re.findall(r"[\w./-]+", name)
    short = (word for word in words if len(word) <= SHORT or not stems(word))
    whole = all(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", sentence) for word in short)
    return bool(words) and whole and set(stems(name)) <= set(stems(sentence))


def _same_place(own: Statement, other: Statement, findings: Findings) -> bool:
    """What stands above the two agrees: no other codes, and no words that only one of the two stands under."""
    mine, theirs = own.passage, other.passage
    one, two = _above(mine.chunk), _above(theirs.chunk)
    if _codes(one) and _codes(two) and _codes(one) != _codes(two):
        return False
    asked = frozenset(findings.analysis.stems)
    if asked & _found(mine.chunk) != asked & _found(theirs.chunk):
        return False
    known = asked | _known(own) | _known(other)
    left, right = _plain(one) - known, _plain(two) - known
    return not left or not right or len(left & right) >= SAME_PLACE * min(len(left), len(right))


def _known(statement: Statement) -> frozenset[str]:
    """What headings may repeat without saying more: the document's title, and what the rows are called."""
    chunk = statement.passage.chunk
    headers = " ".join(part for cell in chunk.cells for part in cell.header)
    return _plain(f"{statement.passage.document.title} {headers} {statement.label}")


def _above(chunk: Chunk) -> str:
    return " ".join(chunk.section[-2:])


def _found(chunk: Chunk) -> frozenset[str]:
    return frozenset(stems(f"{' '.join(chunk.section)} {chunk.label} {chunk.text}"))


def _plain(text: str) -> frozenset[str]:
    return frozenset(stem for stem in stems(text) if not _NUMBER.search(stem) and stem not in ("sheet", "tabl"))


def _codes(text: str) -> frozenset[str]:
    """What tells like things apart: zone A, hall 2, 2023, D-101. Not the numbers of clauses and tables."""
    named = {
        normalise(found[0])
        for found in topics.named(text)
        if found["kind"].casefold()
        not in ("table", "figure", "section", "clause", "annex", "appendix", "sheet", "page")
    }
    years = set(re.findall(r"\b(?:19|20)\d\d\b|\bQ[1-4]\b", text))
    return frozenset(named | years | set(identifiers(text)))


def _is_family(one: Document, other: Document) -> bool:
    """Documents of one kind on different things, as their names tell: forms, quarters, plans, products."""
    mine, theirs = _name(one), _name(other)
    if not mine or not theirs or mine == theirs:
        return True
    return len(mine & theirs) > SAME_FAMILY * min(len(mine), len(theirs))


def _name(document: Document) -> frozenset[str]:
    words = stems(document.title) or stems(PurePosixPath(document.name).stem.replace("_", " "))
    return frozenset(word for word in words if not _NUMBER.search(word))


def _names_one(findings: Findings, one: Document, other: Document) -> bool:
    """Whether the question names one of the two and not the other."""
    named = {document.id for document in findings.named}
    return (one.id in named) != (other.id in named)
