"""The extractive reader: the rule, sentence, row, cell or list that answers, worded as it stands."""

from dataclasses import dataclass, replace

from kingpost.answering.readers.answerability import evidence_features
from kingpost.answering.readers.banded_rows import read_banded_rows
from kingpost.answering.readers.blanks import read_blank
from kingpost.answering.readers.cells import read_field, read_row
from kingpost.answering.readers.clauses import read_clause
from kingpost.answering.readers.extents import is_told
from kingpost.answering.readers.led_tables import read_led_table
from kingpost.answering.readers.nearest import apart_reason, searched_in_words, unknown_reason
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.answering.readers.sentences import PROSE, READ_PASSAGES, read_sentences
from kingpost.answering.readers.structure import read_acronym, read_clause_list, read_definition
from kingpost.answering.readers.tables import read_tables
from kingpost.answering.readers.weighing import Embed
from kingpost.language.normalise import stems
from kingpost.retrieval.analysis import Wanted, asks_only_for_clause
from kingpost.retrieval.scoping import closest_by_name
from kingpost.retrieval.search import Findings, Retriever
from kingpost.types.documents import ChunkKind
from kingpost.types.search import Passage

NEARLY = 0.95
"""Share of the best passage's score from which another field may be the one meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractiveReader:
    """Reads findings without any language model. The retriever serves whole clauses and scans."""

    retriever: Retriever
    embed: Embed

    def read(self, findings: Findings) -> Reading:
        """The best quote, or a reading of kind ``nothing`` that says why there is none.

        Its features say what was measured of the evidence, on whatever way it was read.
        """
        reading = self._read(findings)
        measured = evidence_features(findings, reading.text)
        return replace(reading, features={**measured, **reading.features})

    def _read(self, findings: Findings) -> Reading:
        if missing := _missing(findings, self.retriever):
            return missing
        if reading := self._by_structure(findings):
            return reading
        if not findings.passages:
            return Reading(kind=ReadingKind.NOTHING, reason="Nothing like it stands in the documents.")
        if _is_told_in_prose(findings) and (told := self._prose(findings)):
            return told
        if blank := read_blank(findings):
            return blank
        if reading := read_tables(findings, self.retriever, self.embed):
            return reading
        return self._by_place(findings)

    def _by_structure(self, findings: Findings) -> Reading | None:
        match _form_wanted(findings):
            case Wanted.CLAUSE:
                return read_clause(findings, self.retriever)
            case Wanted.LIST:
                return read_clause_list(findings, self.retriever)
            case Wanted.ACRONYM:
                return read_acronym(findings, self.retriever)
            case Wanted.DEFINITION:
                return read_definition(findings, self.retriever)
            case _:
                return None

    def _by_place(self, findings: Findings) -> Reading:
        if findings.analysis.wanted is Wanted.ACRONYM:
            return Reading(kind=ReadingKind.NOTHING, reason=_not_spelt_out(findings))
        best = findings.passages[0]
        if best.chunk.kind is ChunkKind.FIELD:
            return read_field(findings, _field_meant(findings))
        if best.chunk.kind is ChunkKind.ROW:
            return read_banded_rows(findings, best, self.retriever) or read_row(findings, best, self.retriever)
        if reading := read_led_table(findings, self.retriever.shelf) or self._prose(findings):
            return reading
        return Reading(kind=ReadingKind.NOTHING, reason="Nothing like it stands in the documents.")

    def _prose(self, findings: Findings) -> Reading | None:
        return read_sentences(findings, self.embed, self.retriever.shelf)


def _form_wanted(findings: Findings) -> Wanted:
    """What the question wants, now that it is known which documents it names."""
    analysis = findings.analysis
    if not analysis.clauses or analysis.wanted not in (Wanted.VALUE, Wanted.PROSE):
        return analysis.wanted
    meant = findings.named or closest_by_name(analysis.question, findings.searched)
    titles = [f"{document.title} {document.name}" for document in meant]
    return Wanted.CLAUSE if asks_only_for_clause(analysis, titles) else analysis.wanted


def _field_meant(findings: Findings) -> Passage:
    """Of fields of one form that come about as near, the one whose whole name the question says or implies."""
    best = findings.passages[0]
    said = frozenset((*findings.analysis.stems, *findings.analysis.implied))
    rivals = [
        passage
        for passage in findings.passages
        if passage.chunk.kind is ChunkKind.FIELD
        and passage.document.id == best.document.id
        and passage.score >= NEARLY * best.score
    ]
    whole = (passage for passage in rivals if (label := frozenset(stems(passage.chunk.label))) and label <= said)
    return next(whole, best)


def _not_spelt_out(findings: Findings) -> str:
    return f"“{findings.analysis.subject}” is not spelt out in {searched_in_words(findings)}."


def _is_told_in_prose(findings: Findings) -> bool:
    """Whether how or why is asked, the best passage is a row of numbers, and prose is at hand."""
    best = findings.passages[0].chunk
    if findings.analysis.identifiers or best.kind is not ChunkKind.ROW or not is_told(findings.analysis.question):
        return False
    values = [cell.text for cell in best.cells if not cell.label]
    numbers = sum(any(char.isdigit() for char in value) for value in values)
    return 2 * numbers > len(values) and any(p.chunk.kind in PROSE for p in findings.passages[:READ_PASSAGES])


def _missing(findings: Findings, retriever: Retriever) -> Reading | None:
    """Identifiers that stand in no document, or never together, are not answered from something alike."""
    if findings.unknown:
        reason = unknown_reason(findings, retriever)
        return Reading(kind=ReadingKind.NOTHING, reason=reason, says_where=True, features={"unknown": 1.0})
    if findings.apart and not _compares(findings.analysis.question):
        reason = apart_reason(findings)
        return Reading(kind=ReadingKind.NOTHING, reason=reason, says_where=True, features={"apart": 1.0})
    return None


def _compares(question: str) -> bool:
    words = frozenset(question.casefold().replace("?", " ").split())
    return bool(words & {"difference", "compare", "compared", "differ", "versus", "vs", "between", "both", "or"})
