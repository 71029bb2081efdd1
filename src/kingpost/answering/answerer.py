"""A question in, an answer out: validated, read from evidence, cited, and with a confidence."""

import logging
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from langchain_core.language_models import BaseChatModel

from kingpost.answering import confidence
from kingpost.answering.checking import with_sentences
from kingpost.answering.conversation import Conversations
from kingpost.answering.drafts import NO_MODEL, Answering, Draft, abstained, as_read, drained
from kingpost.answering.evidence_blocks import EvidenceBlocks
from kingpost.answering.from_documents import DocumentAnswerer
from kingpost.answering.known import objections, recall, references
from kingpost.answering.routing import QuestionRouter, RouteDecision
from kingpost.answering.standing import with_standing
from kingpost.answering.versions import Versions
from kingpost.errors import BackendUnavailable
from kingpost.records import Records
from kingpost.retrieval.search import Findings
from kingpost.settings import AnsweringSettings
from kingpost.types.answers import (
    Answer,
    AnswerEvent,
    Confidence,
    Mismatch,
    Question,
    Route,
    TurnRecord,
)
from kingpost.types.models import LiveModel, ModelVersion, TrainedQuestion
from kingpost.types.search import Passage

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Answerer:
    """Answers questions. ``chat`` gives the model of a version."""

    router: QuestionRouter
    documents: DocumentAnswerer
    chat: Callable[[ModelVersion | None], BaseChatModel]
    conversations: Conversations
    records: Records
    live_model: Callable[[], LiveModel | None]
    settings: AnsweringSettings
    versions: Versions

    @cached_property
    def evidence_blocks(self) -> EvidenceBlocks:
        return EvidenceBlocks(records=self.records)

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
        answer, record = yield from self._produced(question)
        if store:
            answer = self.conversations.append(answer, question, record)
            self._keep(record.mismatch, answer.turn)
        yield AnswerEvent(kind="answer", text=answer.answer, answer=answer)

    def rehearse(self, question: Question) -> tuple[Answer, TurnRecord]:
        """The answer with all that produced it; nothing is stored."""
        return drained(self._produced(question))

    def _produced(self, question: Question) -> Generator[AnswerEvent, None, tuple[Answer, TurnRecord]]:
        draft = self._draft(question)
        yield AnswerEvent(kind="status", text="Is this a known question?")
        decision = self._validate(draft)
        answer = yield from self._by_route(draft, decision)
        return self._whole(answer, draft)

    def read(self, question: Question, passages: Sequence[Passage]) -> Answer:
        """Answer from these passages alone; nothing is stored."""
        draft = self._draft(question)
        findings = self.documents.retriever.findings(draft.standalone, passages)
        return drained(self.documents.from_findings(draft, findings))

    def reread(self, question: Question, findings: Findings) -> tuple[Answer, TurnRecord]:
        """The answer from what was found, whatever question validation says; nothing is stored."""
        draft = self._draft(question)
        return self._whole(drained(self.documents.from_findings(draft, findings)), draft)

    def _draft(self, question: Question) -> Draft:
        started = time.perf_counter()
        understood = self.conversations.understood(question, history_turns=self.settings.history_turns)
        return Draft(
            question=question,
            standalone=understood.standalone,
            started=started,
            asked_back=understood.asked_back,
            topic=understood.topic,
        )

    def _validate(self, draft: Draft) -> RouteDecision:
        since = time.perf_counter()
        decision = self.router.route(replace(draft.question, text=draft.standalone))
        draft.validation, draft.considered = decision.validation, decision.considered
        draft.timed("validation", since)
        return decision

    def _by_route(self, draft: Draft, decision: RouteDecision) -> Answering:
        if decision.route is Route.APPROVED and decision.pair is not None:
            return (yield from self._approved(draft, decision))
        if decision.route is Route.FINE_TUNED and decision.trained is not None:
            answer = yield from self._fine_tuned(draft, decision)
            if answer is not None:
                return answer
            if draft.question.route is Route.FINE_TUNED:
                return _refused(draft)
            if decision.pair is not None and decision.pair.approved_by:
                return (yield from self._approved(draft, decision))
        if decision.route is Route.ABSTAIN:
            return _refused(draft)
        return (yield from self.documents.answer(draft))

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
            citations=references(self.evidence_blocks, pair.evidence),
            validation=draft.validation,
        )

    def _fine_tuned(self, draft: Draft, decision: RouteDecision) -> Generator[AnswerEvent, None, Answer | None]:
        """The live model's answer, or None when it cannot be asked or may not be served: then the draft says why."""
        live, trained = self.live_model(), decision.trained
        if live is None or trained is None:
            return None
        text = yield from self._recalled(draft, live, trained)
        if text is None:
            return None
        why = objections(text, trained, self.evidence_blocks.of(trained.evidence))
        if why:
            self._object(draft, live, trained, said=text, why=why)
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
            citations=references(self.evidence_blocks, trained.evidence),
            validation=decision.validation,
            model=live.version.id,
        )

    def _recalled(
        self, draft: Draft, live: LiveModel, trained: TrainedQuestion
    ) -> Generator[AnswerEvent, None, str | None]:
        """What the model says, or None when it cannot be asked."""
        since = time.perf_counter()
        pieces = []
        yield AnswerEvent(kind="status", text="Asking the fine-tuned model")
        try:
            for piece in recall(self.chat(live.version), trained, tokens=self.settings.generated_tokens):
                pieces.append(piece)
                yield AnswerEvent(kind="token", text=piece)
        except NO_MODEL as error:
            why = f"the fine-tuned model cannot be asked: {error}"
            logger.warning("no fine-tuned answer to pair %s: %s", trained.pair_id, why)
            draft.validation = replace(draft.validation, stage="evidence", why=why)
            yield AnswerEvent(kind="replace", text="")
            return None
        finally:
            draft.timed("generation", since)
        return "".join(pieces).strip()

    def _object(
        self, draft: Draft, live: LiveModel, trained: TrainedQuestion, *, said: str, why: tuple[str, ...]
    ) -> None:
        """Note in the draft what the model said and why that is not served."""
        logger.warning("%s does not say the known answer of pair %s", live.version.id, trained.pair_id)
        told = f"the fine-tuned model does not say its known answer: {'; '.join(why)}"
        draft.validation = replace(draft.validation, stage="evidence", why=told, mismatch=said)
        draft.mismatch = Mismatch(
            pair_id=trained.pair_id,
            model=live.version.id,
            wording=trained.wording,
            expected=trained.answer,
            said=said,
            why=why,
            citations=references(self.evidence_blocks, trained.evidence),
            asked_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        )

    def _keep(self, mismatch: Mismatch | None, turn: str) -> None:
        """Where experts find it."""
        if mismatch is not None:
            self.records.mismatches.put(turn, replace(mismatch, turn=turn), partition=mismatch.model)

    def _whole(self, answer: Answer, draft: Draft) -> tuple[Answer, TurnRecord]:
        draft.timed("total", draft.started)
        asked = draft.question
        answer = replace(answer, question=asked.text, standalone=draft.standalone, timings_ms=dict(draft.timings))
        return with_standing(with_sentences(answer), asked, self.records), self._record(draft)

    def _record(self, draft: Draft) -> TurnRecord:
        found = draft.findings
        return TurnRecord(
            asked=draft.question,
            considered=draft.considered,
            passages=tuple(as_read(passage) for passage in found.passages) if found else (),
            searched=len(found.searched) if found else 0,
            unknown=found.unknown if found else (),
            apart=found.apart if found else False,
            versions=self.versions.in_use(),
            settings=self.versions.values(),
            mismatch=draft.mismatch,
        )


def _refused(draft: Draft) -> Answer:
    """The route that was asked for cannot be taken."""
    why = draft.validation.why
    return abstained(Confidence(value=1.0, reasons=(why,)), why, draft)
