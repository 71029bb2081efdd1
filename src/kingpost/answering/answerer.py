"""A question in, an answer out: validated, read from evidence, cited, and with a confidence."""

import logging
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

from langchain_core.language_models import BaseChatModel

from kingpost.answering import confidence
from kingpost.answering.contract import place_in_words
from kingpost.answering.conversation import Conversations
from kingpost.answering.known import agrees, recall, references
from kingpost.answering.readers.extractive import ExtractiveReader
from kingpost.answering.readers.generative import GenerativeReader
from kingpost.answering.readers.reading import Reading, ReadingKind
from kingpost.answering.routing import QuestionRouter, RouteDecision
from kingpost.answering.standing import with_standing
from kingpost.errors import BackendUnavailable, MissingModel, NotFound
from kingpost.language import prompts
from kingpost.records import Records
from kingpost.retrieval.search import Findings, Retriever
from kingpost.settings import AnsweringSettings
from kingpost.types.answers import Answer, AnswerEvent, Confidence, Question, Reader, Route, Validation
from kingpost.types.models import LiveModel, ModelVersion
from kingpost.types.search import Passage

logger = logging.getLogger(__name__)

NO_MODEL = (BackendUnavailable, MissingModel, NotFound)
"""A model that cannot be asked costs its words, never the answer: the quote or the documents are still there."""

Answering = Generator[AnswerEvent, None, Answer]
"""Yields events; its value is the answer."""


@dataclass
class Draft:
    """An answer in the making: what has been found so far, and how long each step took."""

    question: Question
    standalone: str
    started: float
    timings: dict[str, float] = field(default_factory=dict)
    passages: tuple[str, ...] = ()
    validation: Validation = field(default_factory=Validation)

    def timed(self, step: str, since: float) -> None:
        self.timings[step] = (time.perf_counter() - since) * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """Answers questions. ``chat`` gives the model of a version, or the base model, called ``base``, for None."""

    router: QuestionRouter
    retriever: Retriever
    chat: Callable[[ModelVersion | None], BaseChatModel]
    base: str
    conversations: Conversations
    records: Records
    live_model: Callable[[], LiveModel | None]
    settings: AnsweringSettings

    def answer(self, question: Question, *, store: bool = True) -> Answer:
        """The whole answer. ``store`` False keeps no turn: for measuring."""
        final = None
        for event in self.stream(question, store=store):
            final = event.answer or final
        if final is None:
            raise BackendUnavailable("the answer ended before it was whole", next="ask again")
        return final

    def stream(self, question: Question, *, store: bool = True) -> Iterator[AnswerEvent]:
        """Events as the answer comes about; the last holds the whole answer, already stored."""
        draft = self._draft(question)
        yield AnswerEvent(kind="status", text="Is this a known question?")
        decision = self._validate(draft)
        answer = yield from self._by_route(draft, decision)
        draft.timed("total", draft.started)
        answer = replace(answer, question=question.text, standalone=draft.standalone, timings_ms=dict(draft.timings))
        answer = with_standing(answer, question, self.records)
        if store:
            answer = self.conversations.append(
                answer, question, passages=draft.passages, versions=self._versions(answer)
            )
        yield AnswerEvent(kind="answer", text=answer.answer, answer=answer)

    def read(self, question: Question, passages: Sequence[Passage]) -> Answer:
        """Answer from these passages alone; nothing is stored."""
        draft = self._draft(question)
        findings = self.retriever.findings(draft.standalone, passages)
        return _drain(self._from_findings(draft, findings))

    def _draft(self, question: Question) -> Draft:
        started = time.perf_counter()
        standalone = self.conversations.standalone(question, history_turns=self.settings.history_turns)
        return Draft(question=question, standalone=standalone, started=started)

    def _validate(self, draft: Draft) -> RouteDecision:
        since = time.perf_counter()
        decision = self.router.route(replace(draft.question, text=draft.standalone))
        draft.validation = decision.validation
        draft.timed("validation", since)
        return decision

    def _by_route(self, draft: Draft, decision: RouteDecision) -> Answering:
        if decision.route is Route.APPROVED and decision.pair is not None:
            return (yield from self._approved(draft, decision))
        if decision.route is Route.FINE_TUNED and decision.trained is not None:
            answer = yield from self._fine_tuned(draft, decision)
            if answer is not None:
                return answer
            if decision.pair is not None and decision.pair.approved_by:
                return (yield from self._approved(draft, decision))
        if decision.route is Route.ABSTAIN:
            return _abstained(Confidence(value=1.0, reasons=(decision.validation.why,)), decision.validation.why, draft)
        return (yield from self._rag(draft))

    def _approved(self, draft: Draft, decision: RouteDecision) -> Answering:
        pair = decision.pair
        if pair is None:
            raise ValueError("the approved route needs a pair")
        yield AnswerEvent(kind="token", text=pair.answer)
        return Answer(
            id="",
            turn="",
            question=draft.standalone,
            answer=pair.answer,
            route=Route.APPROVED,
            confidence=confidence.of_known(
                decision.validation, approved=True, exact=decision.validation.stage == "exact"
            ),
            citations=references(self.records, pair.evidence),
            validation=decision.validation,
        )

    def _fine_tuned(self, draft: Draft, decision: RouteDecision) -> Generator[AnswerEvent, None, Answer | None]:
        """The live model's answer, or None when it cannot be asked or does not say what its pair says."""
        live, trained = self.live_model(), decision.trained
        if live is None or trained is None:
            return None
        since = time.perf_counter()
        pieces = []
        yield AnswerEvent(kind="status", text="Asking the fine-tuned model")
        why = "the fine-tuned model's answer does not match its pair"
        try:
            for piece in recall(self.chat(live.version), trained, tokens=self.settings.generated_tokens):
                pieces.append(piece)
                yield AnswerEvent(kind="token", text=piece)
        except NO_MODEL as error:
            why = f"the fine-tuned model cannot be asked: {error}"
            pieces.clear()
        draft.timed("generation", since)
        text = "".join(pieces).strip()
        if not agrees(text, trained.answer):
            logger.warning("no fine-tuned answer to pair %s: %s", trained.pair_id, why)
            draft.validation = replace(draft.validation, stage="evidence", why=why)
            yield AnswerEvent(kind="replace", text="")
            return None
        return Answer(
            id="",
            turn="",
            question=draft.standalone,
            answer=text,
            route=Route.FINE_TUNED,
            confidence=confidence.of_known(
                decision.validation, approved=False, exact=decision.validation.stage == "exact"
            ),
            citations=references(self.records, trained.evidence),
            validation=decision.validation,
            model=live.version.id,
        )

    def _rag(self, draft: Draft) -> Answering:
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
        return (yield from self._from_findings(draft, findings))

    def _from_findings(self, draft: Draft, findings: Findings) -> Answering:
        draft.passages = tuple(passage.chunk.id for passage in findings.passages)
        since = time.perf_counter()
        quoted = ExtractiveReader(retriever=self.retriever, embed=self.retriever.embeddings.embed_documents).read(
            findings
        )
        draft.timed("reading", since)
        model = confidence.fitted(self.records)
        sure = confidence.of_reading(findings, quoted, model)
        if quoted.kind is ReadingKind.NOTHING or sure.value < self.settings.refuse_below:
            return self._refusal(draft, findings, quoted)
        reading = quoted
        if self._may_generate(draft.question.reader, quoted):
            reading = yield from self._generate(draft, findings, quoted)
        if reading is quoted:
            yield AnswerEvent(kind="replace", text=quoted.text)
        return Answer(
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
        )

    def _may_generate(self, asked: Reader, quoted: Reading) -> bool:
        """Only prose is worded anew; exact things and rows stay as they stand unless the generative reader is named."""
        if asked is Reader.GENERATIVE:
            return True
        wanted = Reader(self.settings.reader) if asked is Reader.AUTO else asked
        return wanted is not Reader.EXTRACTIVE and quoted.kind is ReadingKind.SENTENCES

    def _generate(self, draft: Draft, findings: Findings, quoted: Reading) -> Generator[AnswerEvent, None, Reading]:
        """The generated reading if its evidence check passes, else the quote."""
        since = time.perf_counter()
        try:
            reader = self._generative_reader()
            pieces = []
            for piece in reader.stream(draft.standalone, findings.passages):
                pieces.append(piece)
                yield AnswerEvent(kind="token", text=piece)
            generated = reader.checked("".join(pieces), findings.passages)
        except NO_MODEL as error:
            logger.warning("no generated answer: %s", error)
            generated = Reading(kind=ReadingKind.NOTHING, reason=str(error))
        draft.timed("generation", since)
        return generated if generated.kind is ReadingKind.GENERATED else quoted

    def _generative_reader(self) -> GenerativeReader:
        chat = self.chat(None)
        return GenerativeReader(
            chat=chat,
            count_tokens=chat.get_num_tokens,
            prompt_tokens=self.settings.prompt_tokens,
            generated_tokens=self.settings.generated_tokens,
        )

    def _refusal(self, draft: Draft, findings: Findings, quoted: Reading) -> Answer:
        reason = quoted.reason or "What comes nearest does not answer the question."
        sure = confidence.of_abstention(findings, quoted, confidence.fitted(self.records))
        return _abstained(sure, f"{reason} {_nearest(findings)}".strip(), draft)

    def _versions(self, answer: Answer) -> dict[str, str]:
        live = self.live_model()
        return {"prompt": prompts.VERSION, "live_model": live.version.id if live else "", "model": answer.model}


def _abstained(sure: Confidence, reason: str, draft: Draft) -> Answer:
    return Answer(
        id="",
        turn="",
        question=draft.standalone,
        answer=f"The documents do not tell. {reason}".strip(),
        route=Route.ABSTAIN,
        confidence=sure,
        validation=draft.validation,
    )


def _nearest(findings: Findings) -> str:
    """Where the nearest passage stands, for a person who wants to look."""
    if not findings.passages:
        return f"{len(findings.searched)} documents were searched."
    best = findings.passages[0]
    place = place_in_words(best.chunk.location)
    title = best.document.title or best.document.name
    return f"{len(findings.searched)} documents were searched; nearest: {title}, {place}."


def _drain(events: Answering) -> Answer:
    """Run a generator of events to its end and give back the answer that it returns."""
    while True:
        try:
            next(events)
        except StopIteration as end:
            answer: Answer = end.value
            return answer
