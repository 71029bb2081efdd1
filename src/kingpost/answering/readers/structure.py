"""Reads what the structure of a document answers: a list of clauses, a definition, an acronym."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from kingpost.answering.citations import cite_cells, cite_span, without_repeats
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.language.normalise import normalise, sentences, stems
from kingpost.retrieval.search import Findings, Retriever
from kingpost.types.answers import Citation
from kingpost.types.documents import Chunk, ChunkKind, Document
from kingpost.types.search import Passage

LISTED_CLAUSES = 60
SCANNED_DOCUMENTS = 3
"""Documents of which all rows are looked at, where words alone do not find an acronym."""
SCANNED_CHUNKS = 200
SHORT_ENTRY = 600
_BRACKETED = re.compile(r"[(\[][^)\]]*[)\]]")
_DEFINES = (
    r"(?:\([^)]{1,20}\)\W*)?(?:[:=–—-]\s|means\b|is defined\b|refers? to\b|shall mean\b|(?:is|are) (?:an?|the|any)\b)"
)
_NUMBERED = re.compile(r"(?P<number>[A-Z](?:\.\d+)+|\d+(?:\.\d+)*)\.?(?=\s|$)")
_EXPANSION = r"(?P<words>(?:[A-Za-z][\w'’/\-]*|&|of|and|the|for|to|in|on)(?:[ \t]+(?:[A-Za-z][\w'’/\-]*|&)){0,9})"
_BESIDE = re.compile(
    r"[ \t]*[\-–—:=(|;,]?\s*(?:means|stands for|is short for|or(?: an?)?|i\.e\.,?)?\s*[\"'“(]?" + _EXPANSION
)
_QUOTES = "\"'“”‘’"
_BEFORE = re.compile(rf"[{_QUOTES}]?(?:\s*\(|,?\s+or\s+)[{_QUOTES}]?\s*\Z")
"""What stands between the words and their acronym: "very narrow aisle (VNA)", "very narrow aisle" or VNA."""
_PARTS = re.compile(r"[^\s/\-&]+")
_SMALL = frozenset("of and the for to in on a with by or".split())


def read_clause_list(findings: Findings, retriever: Retriever) -> Reading | None:
    """The numbers of all clauses that hold the phrase asked about: a scan over the documents."""
    subject = findings.analysis.subject
    if not stems(subject):
        return None
    places = findings.named or findings.searched
    documents = {(document.id, document.current_revision): document for document in places}
    found: dict[tuple[str, str], Chunk] = {}
    for chunk in retriever.mentions(subject, places):
        number = number_of(chunk) if chunk.kind is not ChunkKind.OVERVIEW else ""
        if number and _holds(subject, f"{_own_heading(chunk)}\n{chunk.text}", findings.analysis.question):
            found.setdefault((chunk.document_id, number), chunk)
    if not found:
        return None
    listed = list(found.items())[:LISTED_CLAUSES]
    citations = [
        citation
        for (_, number), chunk in listed
        for citation in (
            *_cite_number(number, _passage(chunk, documents), retriever),
            *_cite_mention(subject, _passage(chunk, documents)),
        )
    ]
    return Reading(
        kind=ReadingKind.CLAUSE_LIST,
        text=", ".join(number for (_, number), _ in listed),
        citations=without_repeats(citations),
        support=1.0,
    )


def number_of(chunk: Chunk) -> str:
    """The number of the clause that a chunk belongs to: its own, or that of the heading it stands under."""
    if chunk.number or not chunk.section:
        return chunk.number
    found = _NUMBERED.match(chunk.section[-1])
    return found["number"] if found else ""


def _own_heading(chunk: Chunk) -> str:
    return chunk.section[-1] if chunk.section and chunk.number and chunk.number in chunk.section[-1] else ""


def _cite_number(number: str, passage: Passage, retriever: Retriever) -> list[Citation]:
    """Cite where the clause begins with its number, the first sentence of it; nothing where no text has the number."""
    for chunk in (passage.chunk, *_begun(number, passage, retriever)):
        if re.match(rf"\W*{re.escape(number)}(?![\w]|\.\d)", chunk.text, re.IGNORECASE):
            _, end = (sentences(chunk.text) or [(0, len(chunk.text))])[0]
            return cite_span(replace(passage, chunk=chunk), 0, end)[:1]
    return []


def _begun(number: str, passage: Passage, retriever: Retriever) -> list[Chunk]:
    """The first chunk of the clause."""
    return retriever.clause(number.casefold(), passage.document)[:1]


def _cite_mention(phrase: str, passage: Passage) -> list[Citation]:
    """Cite the sentence that holds the phrase; of a chunk that is named only by its heading, the beginning."""
    text = passage.chunk.text
    spans = sentences(text) or [(0, len(text))]
    start, end = next((span for span in spans if _mentions(phrase, text[slice(*span)])), spans[0])
    return cite_span(passage, start, end)[:1]


def _mentions(phrase: str, text: str) -> bool:
    """Whether the words of the phrase stand in the text one after another, as whole words."""
    return f" {' '.join(stems(phrase))} " in f" {' '.join(stems(text))} "


def read_acronym(findings: Findings, retriever: Retriever) -> Reading | None:
    """What an acronym stands for: words whose initials spell it, right beside it."""
    subject = findings.analysis.subject
    places = findings.named or findings.searched
    documents = {(document.id, document.current_revision): document for document in places}
    seen = list(findings.passages)
    seen += [_passage(chunk, documents) for chunk in retriever.mentions(subject, places)[:200]]
    for passage in seen:
        if span := expansion(subject, passage.chunk.text):
            return Reading(
                kind=ReadingKind.ACRONYM,
                text=passage.chunk.text[slice(*span)],
                citations=tuple(cite_span(passage, *span)),
                support=1.0,
            )
    rows = [p for p in seen if p.chunk.kind is ChunkKind.ROW]
    if len(places) <= SCANNED_DOCUMENTS:
        rows += [_passage(row, documents) for place in places for row in retriever.rows(place)]
    return next((reading for row in rows if (reading := _entry(subject, row))), None)


def _entry(acronym: str, row: Passage) -> Reading | None:
    """What a list of acronyms says beside one of its labels."""
    values = [cell for cell in row.chunk.cells if not cell.label and cell.text.strip()]
    if row.chunk.label.strip() != acronym or len(values) != 1:
        return None
    return Reading(kind=ReadingKind.ACRONYM, text=values[0].text, citations=tuple(cite_cells(row, values)), support=0.9)


def read_definition(findings: Findings, retriever: Retriever) -> Reading | None:
    """The clause whose heading is the term asked for, else the entry it labels, else the sentence that defines it."""
    term = frozenset(stems(findings.analysis.subject))
    if not term:
        return None
    places = findings.named or findings.searched
    documents = {(document.id, document.current_revision): document for document in places}
    seen = list(findings.passages)
    if not any(_is_headed(p.chunk, term) and p.chunk.kind is ChunkKind.CLAUSE for p in seen):
        seen += [_passage(c, documents) for c in retriever.mentions(findings.analysis.subject, places)[:SCANNED_CHUNKS]]
    by_kind = sorted(seen, key=lambda passage: passage.chunk.kind is not ChunkKind.CLAUSE)
    for defines in (_is_headed, _is_labelled):
        for passage in by_kind:
            if defines(passage.chunk, term):
                return _definition(passage, 0, len(passage.chunk.text), support=1.0)
    return next((reading for passage in seen if (reading := _defined_within(findings, passage))), None)


def _definition(passage: Passage, start: int, end: int, *, support: float) -> Reading:
    return Reading(
        kind=ReadingKind.DEFINITION,
        text=passage.chunk.text[start:end],
        citations=tuple(cite_span(passage, start, end)),
        support=support,
    )


def _is_headed(chunk: Chunk, term: frozenset[str]) -> bool:
    if chunk.kind not in (ChunkKind.CLAUSE, ChunkKind.TEXT) or not chunk.section:
        return False
    heading = chunk.label or chunk.section[-1]
    return _named(heading) == term or _named(_BRACKETED.sub(" ", heading)) == term


def _is_labelled(chunk: Chunk, term: frozenset[str]) -> bool:
    return chunk.kind in (ChunkKind.ROW, ChunkKind.FIELD) and _named(chunk.label) == term


def _named(heading: str) -> frozenset[str]:
    return frozenset(stem for stem in stems(heading) if not stem[:1].isdigit())


def _defined_within(findings: Findings, passage: Passage) -> Reading | None:
    """The sentence that opens with the term and says what it is: "Bay: the space between two uprights"."""
    text = passage.chunk.text
    for start, end in sentences(text):
        found = re.match(
            rf"\W*(?:an? |the )?{re.escape(findings.analysis.subject)}\W*{_DEFINES}", text[start:end], re.I
        )
        if found:
            return _definition(passage, start, end, support=0.9)
    if normalise(text).startswith(normalise(findings.analysis.subject)) and len(text) < SHORT_ENTRY:
        return _definition(passage, 0, len(text), support=0.9)
    return None


def expansion(acronym: str, text: str) -> tuple[int, int] | None:
    """Span of the words an acronym stands for, beside it: ``SFP safe ...``, ``safe ... (SFP)``, ``SFP: safe ...``."""
    for match in re.finditer(rf"(?<![\w&]){re.escape(acronym)}(?![\w&])", text):
        after = _BESIDE.match(text, match.end())
        if after and (span := _spelt_from(acronym, text, after.start("words"), after.end("words"))):
            return span
        if before := _BEFORE.search(text, max(0, match.start() - 12), match.start()):
            for spells in (_spells, _spells_within):
                if span := _spelt_before(acronym, text, before.start(), spells):
                    return span
    return None


def _spelt_from(acronym: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The shortest run of words from ``start`` whose initials spell the acronym."""
    words = list(re.finditer(r"\S+", text[start:end]))
    for count in range(1, len(words) + 1):
        stop = start + words[count - 1].end()
        if _spells(acronym, text[start:stop]):
            return start, stop
    return None


def _spelt_before(acronym: str, text: str, end: int, spells: Callable[[str, str], bool]) -> tuple[int, int] | None:
    """The shortest run of words up to ``end`` that spells the acronym."""
    offset = max(0, end - 200)
    words = list(re.finditer(rf"[^\s{_QUOTES}]\S*", text[offset:end]))
    for word in reversed(words[-12:]):
        if spells(acronym, text[offset + word.start() : end]):
            return offset + word.start(), end
    return None


def _spells(acronym: str, words: str) -> bool:
    """Whether the initials of the words are the acronym."""
    letters = _letters(acronym)
    parts = _PARTS.findall(words)
    full = "".join(part[0] for part in parts).lower()
    main = "".join(part[0] for part in parts if part.lower() not in _SMALL).lower()
    return len(parts) > 1 and letters in (full, main)


def _spells_within(acronym: str, words: str) -> bool:
    """Whether each word gives its initial and some give further letters: "process identifier" for PID."""
    parts = [part.lower() for part in _PARTS.findall(words)]
    main = [part for part in parts if part not in _SMALL]
    if len(main) < 2 or parts[0] in _SMALL:
        return False
    return _taken(_letters(acronym), main)


def _taken(letters: str, words: Sequence[str]) -> bool:
    """Whether the words in order give the letters: each begins with one, the further ones stand in it in order."""
    if not words or not letters:
        return not words and not letters
    if letters[0] != words[0][0]:
        return False
    return any(
        _stand_in(letters[1:count], words[0][1:]) and _taken(letters[count:], words[1:])
        for count in range(1, len(letters) + 1)
    )


def _stand_in(letters: str, word: str) -> bool:
    rest = iter(word)
    return all(letter in rest for letter in letters)


def _letters(acronym: str) -> str:
    """The letters of an acronym, without the s of its plural."""
    letters = re.sub(r"[^A-Za-z0-9]", "", acronym).lower()
    return letters[:-1] if letters.endswith("s") and not acronym.endswith("S") else letters


def _holds(phrase: str, text: str, question: str) -> bool:
    """Whether the text mentions a phrase: letter for letter where the question quotes it, else by its stems."""
    if re.search(rf"[\"'‘“]{re.escape(phrase)}[\"'’”]", question):
        return re.search(rf"(?<!\w){re.escape(normalise(phrase))}(?!\w)", normalise(text)) is not None
    return _mentions(phrase, text)


def _passage(chunk: Chunk, documents: dict[tuple[str, str], Document]) -> Passage:
    return Passage(chunk=chunk, document=documents[chunk.document_id, chunk.revision_id], score=0.0)
