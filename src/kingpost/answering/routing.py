"""Question validation: decides whether a question is a known one, and which route it takes.

standalone question -> exact wording -> candidates -> slot guard -> verifier -> bound -> current, valid, readable ->
approved or fine_tuned; else rag, with "did you mean". The stages are in ``validation``; here the world is at hand.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial

from kingpost.answering.bound import LearnedBound
from kingpost.answering.validation import guard, telling, verification
from kingpost.answering.validation.compared import Compared
from kingpost.answering.validation.nearby import nearby
from kingpost.answering.validation.rivals import rivals
from kingpost.answering.validation.servability import Standing, service
from kingpost.answering.verifier import Verifier
from kingpost.language.slots import differences, slots
from kingpost.language.vocabulary import EMPTY, Vocabulary
from kingpost.records import Records
from kingpost.retrieval.questions import QuestionBank
from kingpost.settings import ValidationSettings
from kingpost.types.answers import ConsideredQuestion, Question, Route, Validation
from kingpost.types.models import LiveModel, TrainedQuestion
from kingpost.types.questions import KnownQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDecision:
    """The route, why, and what is needed to take it: the matched pair, and its question as the live model knows it.

    ``considered`` are the known questions that were compared, nearest first.
    """

    route: Route
    validation: Validation
    pair: KnownQuestion | None = None
    trained: TrainedQuestion | None = None
    considered: tuple[ConsideredQuestion, ...] = ()


@dataclass(frozen=True, kw_only=True)
class QuestionRouter:
    """Routes questions over one bank. Reads bank, documents and live model anew each time.

    ``bound`` is the learned one; without it the bound counts that the verifier ships with. ``vocabulary`` gives what
    the documents that these groups may read call things, so that siblings are told apart.
    """

    bank: QuestionBank
    records: Records
    live_model: Callable[[], LiveModel | None]
    settings: ValidationSettings
    verifier: Verifier
    bound: LearnedBound | None = None
    vocabulary: Callable[[Sequence[str]], Vocabulary] = lambda _: EMPTY

    @cached_property
    def bound_in_force(self) -> LearnedBound:
        if self.bound is not None:
            return self.bound
        shipped = self.verifier.threshold
        return LearnedBound(settings=self.settings, records=self.records, shipped=shipped, fingerprint="")

    @property
    def threshold(self) -> float:
        """Verifier score from which two questions are the same, whichever they are."""
        return self.bound_in_force.threshold().value

    def route(self, question: Question) -> RouteDecision:
        """Which way the question goes. A route that was asked for and cannot be taken ends in ``abstain``."""
        unasked = _unasked(question)
        if unasked:
            decision = RouteDecision(route=Route.RAG, validation=Validation(stage="asked", why=unasked))
        else:
            decision = self._of_exact(question) or self._of_candidates(question)
        if decision.route is Route.RAG and question.route in (Route.APPROVED, Route.FINE_TUNED):
            why = f"the {question.route.value} route was asked for: {decision.validation.why}"
            refused = replace(decision.validation, stage="asked", why=why)
            return replace(decision, route=Route.ABSTAIN, validation=refused)
        return decision

    def _of_exact(self, question: Question) -> RouteDecision | None:
        """The decision on the known question of this very wording, if there is one."""
        found = self.bank.exact(question.text, question.groups)
        if found is None or not _in_scope(found.pair, question):
            return None
        decision = self._served(question, found.pair, telling.of_exact(found))
        return replace(decision, considered=(telling.of_decision(decision.validation, found.phrasing),))

    def _of_candidates(self, question: Question) -> RouteDecision:
        """The decision on the first of the verified candidates that a route can serve; else RAG, with what is near."""
        compared = self._compared(question)
        decisions = [
            (one, self._served(question, one.pair, telling.of_match(one))) for one in verification.matches(compared)
        ]
        served = [one for one, decision in decisions if decision.route is not Route.RAG]
        could_be = rivals(served)
        if could_be:
            decision = RouteDecision(route=Route.RAG, validation=telling.of_rivals(served[0], could_be))
        else:
            none = RouteDecision(route=Route.RAG, validation=telling.of_none(compared))
            made = [decision for _, decision in decisions]
            decision = next((one for one in made if one.route is not Route.RAG), [*made, none][0])
        considered = telling.as_decided([telling.of_candidate(one) for one in compared], decision.validation)
        if decision.route is Route.RAG and not could_be:
            near = nearby(compared, offered=self.bank.is_current)
            decision = replace(decision, validation=replace(decision.validation, near=near))
        return replace(decision, considered=considered)

    def _compared(self, question: Question) -> list[Compared]:
        """The candidates as far as guard, verifier and bound have come with each, most similar first."""
        found = self.bank.candidates(question.text, limit=self.settings.candidates, groups=question.groups)
        candidates = [one for one in found if _in_scope(one.pair, question)]
        vocabulary = cache(partial(self.vocabulary, question.groups))
        compared = guard.guarded(question.text, candidates, partial(_differences, vocabulary))
        verified = verification.verified(
            question.text, compared, scores=self.verifier.scores, thresholds=self.bound_in_force.threshold
        )
        return guard.heard(question.text, verified)

    def _served(self, question: Question, pair: KnownQuestion, validation: Validation) -> RouteDecision:
        trained = self._trained(pair)
        standing = Standing(
            current=self.bank.is_current(pair), approved=bool(pair.approved_by), trained=trained is not None
        )
        chosen = service(standing, wanted=question.route, prefer=self.settings.prefer)
        if chosen.route is None:
            stage = chosen.stage or validation.stage
            why = replace(validation, verdict=chosen.verdict, stage=stage, why=chosen.why)
            return RouteDecision(route=Route.RAG, validation=why)
        return RouteDecision(
            route=chosen.route,
            validation=validation,
            pair=pair,
            trained=trained if chosen.route is Route.FINE_TUNED else None,
        )

    def _trained(self, pair: KnownQuestion) -> TrainedQuestion | None:
        """The pair as the live model knows it, with its evidence of now; None without any or with another answer."""
        live = self.live_model()
        trained = live.questions.get(pair.id) if live else None
        if trained is None or trained.answer != pair.answer or not pair.evidence:
            return None
        return replace(trained, evidence=pair.evidence)


def _unasked(question: Question) -> str:
    """Why question validation is not asked at all; empty when it is."""
    if question.route is Route.RAG:
        return "asked for"
    if question.as_of or question.include_superseded:
        return "known answers are of what is in force today"
    return ""


def _in_scope(pair: KnownQuestion, question: Question) -> bool:
    """A question limited to documents is not answered from others."""
    if not question.documents:
        return True
    return any(evidence.document_id in question.documents for evidence in pair.evidence)


def _differences(vocabulary: Callable[[], Vocabulary], known: str, asked: str) -> tuple[str, ...]:
    """In slots, and where these agree, in siblings of the documents: those are only looked up when they matter."""
    there, here = slots(known), slots(asked)
    return differences(there, here) or vocabulary().sibling_differences(there.text, here.text)
