"""Reads what the structure of a document answers: a list of clauses, a definition, an acronym."""

import re

from kingpost.answering.citations import cite_span, without_repeats
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.language.normalise import normalise, stems
from kingpost.retrieval.search import Findings, Retriever
from kingpost.types.documents import Chunk, ChunkKind, Document
from kingpost.types.search import Passage

LISTED_CLAUSES = 60
_EXPANSION = r"(?P<words>(?:[A-Za-z][\w'’/\-]*|&|of|and|the|for|to|in|on)(?:[ \t]+(?:[A-Za-z][\w'’/\-]*|&)){0,9})"
_BESIDE = re.compile(
    r"[ \t]*[\-–—:=(|;,]?\s*(?:means|stands for|is short for|or(?: an?)?|i\.e\.,?)?\s*[\"'“(]?" + _EXPANSION
)


def read_clause_list(findings: Findings, retriever: Retriever) -> Reading | None:
    """The numbers of all clauses that hold the phrase asked about: a scan over the documents."""
    subject = findings.analysis.subject
    if not stems(subject):
        return None
    places = findings.named or findings.searched
    documents = {(document.id, document.current_revision): document for document in places}
    found: dict[tuple[str, str], Chunk] = {}
    for chunk in retriever.mentions(subject, places):
        if chunk.number and _holds(subject, chunk.text, findings.analysis.question):
            found.setdefault((chunk.document_id, chunk.number), chunk)
    if not found:
        return None
    chunks = list(found.values())[:LISTED_CLAUSES]
    citations = [c for chunk in chunks for c in cite_span(_passage(chunk, documents), 0, len(chunk.text))[:1]]
    return Reading(
        kind=ReadingKind.CLAUSE_LIST,
        text=", ".join(chunk.number for chunk in chunks),
        citations=without_repeats(citations),
        support=1.0,
    )


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
    return None


def read_definition(findings: Findings) -> Reading | None:
    """The clause or entry whose heading or label is the term asked for."""
    term = set(stems(findings.analysis.subject))
    if not term:
        return None
    for passage in findings.passages:
        chunk = passage.chunk
        heading = chunk.label or (chunk.section[-1] if chunk.section else "")
        named = {stem for stem in stems(heading) if not stem[:1].isdigit()}
        if chunk.kind in (ChunkKind.CLAUSE, ChunkKind.TEXT, ChunkKind.ROW, ChunkKind.FIELD) and named == term:
            return Reading(
                kind=ReadingKind.DEFINITION,
                text=chunk.text,
                citations=tuple(cite_span(passage, 0, len(chunk.text))),
                support=1.0,
            )
        if normalise(chunk.text).startswith(normalise(findings.analysis.subject)) and len(chunk.text) < 600:
            return Reading(
                kind=ReadingKind.DEFINITION,
                text=chunk.text,
                citations=tuple(cite_span(passage, 0, len(chunk.text))),
                support=0.9,
            )
    return None


def expansion(acronym: str, text: str) -> tuple[int, int] | None:
    """Span of the words an acronym stands for, beside it: ``SFP safe ...``, ``safe ... (SFP)``, ``SFP: safe ...``."""
    for match in re.finditer(rf"(?<![\w&]){re.escape(acronym)}(?![\w&])", text):
        after = _BESIDE.match(text, match.end())
        if after and (span := _spelt_from(acronym, text, after.start("words"), after.end("words"))):
            return span
        if text[: match.start()].rstrip().endswith("("):
            end = text[: match.start()].rstrip()[:-1].rstrip()
            if span := _spelt_before(acronym, text, len(end)):
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


def _spelt_before(acronym: str, text: str, end: int) -> tuple[int, int] | None:
    """The shortest run of words up to ``end`` whose initials spell the acronym."""
    words = list(re.finditer(r"\S+", text[max(0, end - 200) : end]))
    offset = max(0, end - 200)
    for word in reversed(words[-12:]):
        if _spells(acronym, text[offset + word.start() : end]):
            return offset + word.start(), end
    return None


def _spells(acronym: str, words: str) -> bool:
    letters = re.sub(r"[^A-Za-z0-9]", "", acronym).lower()
    if letters.endswith("s") and not acronym.endswith("S"):
        letters = letters[:-1]
    parts = [part for part in re.split(r"[\s/\-&]+", words) if part]
    small = {"of", "and", "the", "for", "to", "in", "on", "a", "with", "by", "or"}
    full = "".join(part[0] for part in parts).lower()
    main = "".join(part[0] for part in parts if part.lower() not in small).lower()
    return len(parts) > 1 and letters in (full, main)


def _holds(phrase: str, text: str, question: str) -> bool:
    """Whether the text mentions a phrase: letter for letter where the question quotes it, else by its stems."""
    if re.search(rf"[\"'‘“]{re.escape(phrase)}[\"'’”]", question):
        return re.search(rf"(?<!\w){re.escape(normalise(phrase))}(?!\w)", normalise(text)) is not None
    return " ".join(stems(phrase)) in " ".join(stems(text))


def _passage(chunk: Chunk, documents: dict[tuple[str, str], Document]) -> Passage:
    return Passage(chunk=chunk, document=documents[chunk.document_id, chunk.revision_id], score=0.0)
