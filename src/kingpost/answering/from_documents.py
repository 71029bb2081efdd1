"""Answers from documents: searches, reads, words anew where that may be, and says how sure it is."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from langchain_core.language_models import BaseChatModel

from kingpost.answering import confidence
from kingpost.answering.checking import quoted_if_missing, with_sentences
from kingpost.answering.contract import place_in_words
from kingpost.answering.contradictions import FEATURE as CONTRADICTED
from kingpost.answering.contradictions import contradicted, doubted
from kingpost.answering.drafts import Answering, Draft, abstained
from kingpost.answering.open_questions import OpenQuestion, left_open
from kingpost.answering.readers.extractive import ExtractiveReader
from kingpost.answering.readers.reading import EXACT, Reading, ReadingKind
from kingpost.answering.wording import Wording
from kingpost.records import Records
from kingpost.retrieval.search import Findings, Retriever
from kingpost.retrieval.stopwatch import Stopwatch
from kingpost.settings import AnsweringSettings
from kingpost.types.answers import Answer, AnswerEvent, Confidence, Reader, Route
from kingpost.types.models import ModelVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentAnswerer:
    """Answers from passages. ``chat`` gives the model of a version, or the base model, called ``base``, for None."""

    retriever: Retriever
    chat: Callable[[ModelVersion | None], BaseChatModel]
    base: str
    records: Records
    settings: AnsweringSettings
    quotes: bool = False
    """Whether the base model is asked to quote what it relies on."""

    def answer(self, draft: Draft) -> Answering:
        """Search the documents and answer from what is found."""
        yield AnswerEvent(kind="status", text="Searching the documents")
        since = time.perf_counter()
        findings = self.retriever.search(
            draft.standalone,
            documents=draft.question.documents,
            groups=draft.question.groups,
            as_of=draft.question.as_of,
            include_superseded=draft.question.include_superseded,
        )
        draft.timed("retrieval", since)
        draft.spent(findings.timings_ms)
        return (yield from self.from_findings(draft, findings))

    def from_findings(self, draft: Draft, findings: Findings) -> Answering:
        """Answer from what retrieval found."""
        findings = replace(findings, topic=draft.topic)
        draft.findings = findings
        since, watch = time.perf_counter(), Stopwatch()
        embed = watch.timed("encode", self.retriever.embeddings.embed_documents)
        reader = ExtractiveReader(retriever=self.retriever, embed=embed)
        with watch.timing("read"):
            quoted = quoted_if_missing(reader.read(findings))
            question_back = left_open(findings, quoted, self.retriever, read=reader.read)
        draft.spent(watch.spent_ms)
        if question_back is not None and not draft.asked_back:
            return self._asked_back(draft, findings, quoted, question_back)
        quoted = question_back.listed(quoted) if question_back else contradicted(findings, quoted) or quoted
        draft.timed("reading", since)
        model = confidence.fitted(self.records)
        sure = doubted(confidence.of_reading(findings, quoted, model), quoted)
        if quoted.kind is ReadingKind.NOTHING or self._is_too_weak(quoted, sure):
            return self._refusal(draft, findings, quoted)
        reading = quoted
        if self._may_generate(draft.question.reader, quoted):
            reading = yield from self._wording().worded(draft, findings, quoted)
        if reading.kind is not ReadingKind.GENERATED:
            yield AnswerEvent(kind="replace", text=reading.text)
        answer = Answer(
            id="",
            turn="",
            question=draft.standalone,
            answer=reading.text,
            route=Route.RAG,
            confidence=sure if reading is quoted else confidence.of_reading(findings, reading, model),
            citations=reading.citations,
            validation=draft.validation,
            reader=Reader.GENERATIVE if reading.kind is ReadingKind.GENERATED else Reader.EXTRACTIVE,
            model=self.base if reading.kind is ReadingKind.GENERATED else "",
            usage=draft.usage,
        )
        since = time.perf_counter()
        answer = with_sentences(answer)
        draft.spent({"check": (time.perf_counter() - since) * 1000})
        return answer

    def _is_too_weak(self, quoted: Reading, sure: Confidence) -> bool:
        held = confidence.chance_of_answer(quoted, sure.features)
        return sure.value < self.settings.refuse_below or held < self.settings.refuse_unanswerable_below

    def _may_generate(self, asked: Reader, quoted: Reading) -> bool:
        """Exact things are never worded anew, and only prose where the generative reader is not named.

        Where nobody chose a reader, only by a model that can quote: a tiny one's words are slower and no better.
        """
        if quoted.features.get(CONTRADICTED) or quoted.kind in EXACT:
            return False
        if asked is Reader.GENERATIVE:
            return True
        wanted = Reader(self.settings.reader) if asked is Reader.AUTO else asked
        may = self.quotes if wanted is Reader.AUTO else wanted is Reader.GENERATIVE
        return may and quoted.kind is ReadingKind.SENTENCES

    def _wording(self) -> Wording:
        return Wording(chat=lambda: self.chat(None), settings=self.settings, quotes=self.quotes)

    def _asked_back(self, draft: Draft, findings: Findings, quoted: Reading, question_back: OpenQuestion) -> Answer:
        sure = confidence.of_abstention(findings, quoted, confidence.fitted(self.records))
        reason = f"the question does not say which {question_back.kind} is meant, and the answers differ"
        asked = abstained(replace(sure, reasons=(reason,)), "", draft)
        return replace(asked, answer=question_back.text(), alternatives=question_back.alternatives)

    def _refusal(self, draft: Draft, findings: Findings, quoted: Reading) -> Answer:
        reason = quoted.reason or "What comes nearest does not answer the question."
        sure = confidence.of_abstention(findings, quoted, confidence.fitted(self.records))
        told = reason if quoted.says_where else f"{reason} {_nearest(findings)}"
        return abstained(sure, told, draft)


def _nearest(findings: Findings) -> str:
    """Where the nearest passage stands, for a person who wants to look."""
    searched = len(findings.searched)
    told = "1 document was searched" if searched == 1 else f"{searched} documents were searched"
    if not findings.passages:
        return f"{told}."
    best = findings.passages[0]
    place = place_in_words(best.chunk.location)
    title = best.document.title or best.document.name
    return f"{told}; nearest: {title}, {place}."
