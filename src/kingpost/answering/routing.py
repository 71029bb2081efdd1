"""Question validation: decides whether a question is a known one, and which route it takes.

exact wording -> candidates -> slots agree -> verifier -> evidence still current -> approved, fine_tuned or rag
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kingpost.answering.verifier import Verifier
from kingpost.language.slots import differences, slots
from kingpost.records import Records
from kingpost.retrieval.questions import QuestionBank
from kingpost.settings import ValidationSettings
from kingpost.types.answers import ConsideredQuestion, Question, Route, Validation, Verdict
from kingpost.types.models import LiveModel, TrainedQuestion
from kingpost.types.questions import KnownQuestion, QuestionCandidate

_VERIFIED = 6
"""Most candidates that are put to the verifier: those nearest in meaning whose slots agree."""
_WORTH_VERIFYING = 0.5
"""Cosine below which no two questions are the same."""
_NEAR_SIMILARITY = 0.6
"""Cosine from which another known question is offered as "did you mean"."""
_NEAR = 3


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """A candidate with what was found out: reasons why it differs, or its score when its slots agree."""

    candidate: QuestionCandidate
    reasons: tuple[str, ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """The known questions that the asked one is, best first, and what to say of it."""

    validation: Validation
    pairs: tuple[KnownQuestion, ...] = field(default=())
    considered: tuple[ConsideredQuestion, ...] = ()


@dataclass(frozen=True, kw_only=True)
class QuestionRouter:
    """Routes questions over one bank. Reads bank, documents and live model anew each time."""

    bank: QuestionBank
    records: Records
    live_model: Callable[[], LiveModel | None]
    settings: ValidationSettings

    @cached_property
    def verifier(self) -> Verifier:
        return Verifier(embed=self.bank.embeddings.embed_documents)

    def route(self, question: Question) -> RouteDecision:
        """Which way the question goes. A route that was asked for and cannot be taken ends in ``abstain``."""
        if question.route is Route.RAG:
            return RouteDecision(route=Route.RAG, validation=Validation(stage="asked", why="asked for"))
        if question.as_of or question.include_superseded:
            why = "known answers are of what is in force today"
            return RouteDecision(route=Route.RAG, validation=Validation(stage="asked", why=why))
        match = self._match(question)
        decision = self._first_servable(question, match)
        decision = replace(decision, considered=_as_decided(match.considered, decision.validation))
        if decision.route is Route.RAG and question.route in (Route.APPROVED, Route.FINE_TUNED):
            validation = replace(decision.validation, stage="asked", why=_refusal(question.route, decision.validation))
            return replace(decision, route=Route.ABSTAIN, validation=validation)
        return decision

    def _match(self, question: Question) -> _Match:
        exact = self.bank.exact(question.text, question.groups)
        if exact is not None and self._is_for(exact.pair, question):
            validation = _same(exact, stage="exact", why="the very wording")
            return _Match(validation=validation, pairs=(exact.pair,), considered=(_of_exact(validation),))
        found = self.bank.candidates(question.text, limit=self.settings.candidates, groups=question.groups)
        compared = self._compared(question.text, [one for one in found if self._is_for(one.pair, question)])
        threshold = self.threshold
        considered = tuple(_considered(one, threshold) for one in compared)
        same = sorted(
            (one for one in compared if not one.reasons and one.score >= threshold), key=lambda one: -one.score
        )
        if not same:
            return _Match(validation=_scored(_different(compared), compared), considered=considered)
        others = [one for one in compared if one not in same]
        why = f"slots agree; verified at {same[0].score:.2f} (from {threshold:.2f} on)"
        validation = replace(_same(same[0].candidate, stage="verifier", why=why), near=_near(others))
        validation = _scored(validation, compared)
        pairs = tuple(one.candidate.pair for one in same)
        return _Match(validation=validation, pairs=pairs, considered=considered)

    def _is_for(self, pair: KnownQuestion, question: Question) -> bool:
        """Whether it is of the documents asked in, and the asker may read all that its answer stands on today."""
        documents = [self.records.documents.find(evidence.document_id) for evidence in pair.evidence]
        closed = [document for document in documents if document and not set(document.groups) & set(question.groups)]
        return _in_scope(pair, question) and not closed

    @property
    def threshold(self) -> float:
        """Verifier score from which two questions are the same."""
        if self.settings.threshold is not None:
            return self.settings.threshold
        return self.verifier.threshold(self.settings.bound)

    def _compared(self, asked: str, candidates: Sequence[QuestionCandidate]) -> list[_Compared]:
        """Candidates in order of similarity, the slot guard first and the verifier on the nearest that pass it."""
        wanted = slots(asked)
        guarded = [
            _Compared(candidate=candidate, reasons=differences(slots(candidate.phrasing), wanted))
            for candidate in candidates
        ]
        likely = [one for one in guarded if not one.reasons and one.candidate.similarity >= _WORTH_VERIFYING]
        passed = likely[:_VERIFIED]
        scores = self.verifier.scores([one.candidate.phrasing for one in passed], asked)
        scored = {one.candidate.pair.id: replace(one, score=score) for one, score in zip(passed, scores, strict=True)}
        return [scored.get(one.candidate.pair.id, one) for one in guarded]

    def _first_servable(self, question: Question, match: _Match) -> RouteDecision:
        """The first of the matched pairs that a route can serve; else RAG, saying why the best one is not served."""
        first = RouteDecision(route=Route.RAG, validation=match.validation)
        for number, pair in enumerate(match.pairs):
            decision = self._served(question, match.validation, pair)
            if decision.route is not Route.RAG:
                return decision
            first = decision if number == 0 else first
        return first

    def _served(self, question: Question, validation: Validation, pair: KnownQuestion) -> RouteDecision:
        validation = replace(validation, pair_id=pair.id)
        if not self.bank.is_current(pair):
            why = "known, but what its answer stood on has changed in the documents"
            return _to_rag(replace(validation, verdict=Verdict.STALE, stage="evidence", why=why))
        trained = self._trained(pair)
        routes = [
            *([Route.APPROVED] if pair.approved_by else []),
            *([Route.FINE_TUNED] if trained else []),
        ]
        if self.settings.prefer == "fine_tuned":
            routes.reverse()
        taken = next((route for route in routes if question.route in (None, route)), None)
        if taken is None:
            return _to_rag(replace(validation, why=f"known, but {_missing(question.route)}"))
        return RouteDecision(
            route=taken, validation=validation, pair=pair, trained=trained if taken is Route.FINE_TUNED else None
        )

    def _trained(self, pair: KnownQuestion) -> TrainedQuestion | None:
        """The pair as the live model knows it, with its evidence of now; None without any or with another answer."""
        live = self.live_model()
        trained = live.questions.get(pair.id) if live else None
        if trained is None or trained.answer != pair.answer or not pair.evidence:
            return None
        return replace(trained, evidence=pair.evidence)


def _in_scope(pair: KnownQuestion, question: Question) -> bool:
    """A question limited to documents is not answered from others."""
    if not question.documents:
        return True
    return any(evidence.document_id in question.documents for evidence in pair.evidence)


def _same(candidate: QuestionCandidate, *, stage: str, why: str) -> Validation:
    return Validation(
        nearest=candidate.pair.question,
        similarity=round(candidate.similarity, 4),
        verdict=Verdict.SAME,
        stage=stage,
        why=why,
        pair_id=candidate.pair.id,
    )


def _different(compared: Sequence[_Compared]) -> Validation:
    """What to say when no candidate is the same: the nearest one, and in what it differs."""
    if not compared:
        return Validation(verdict=Verdict.NONE, stage="candidates", why="no known question comes near")
    nearest = compared[0]
    if nearest.reasons:
        stage, why = "slots", "; ".join(nearest.reasons)
    else:
        stage, why = "verifier", f"slots agree, but verified only at {nearest.score:.2f}"
    return Validation(
        nearest=nearest.candidate.pair.question,
        similarity=round(nearest.candidate.similarity, 4),
        verdict=Verdict.DIFFERENT,
        stage=stage,
        why=why,
        near=_near(compared),
    )


def _scored(validation: Validation, compared: Sequence[_Compared]) -> Validation:
    """With the best score of the verifier, so that another threshold can be judged."""
    best = max((one for one in compared if not one.reasons), key=lambda one: one.score, default=None)
    return replace(validation, scored=best.candidate.pair.question, score=best.score) if best else validation


def _considered(one: _Compared, threshold: float) -> ConsideredQuestion:
    """A candidate with its verdict, and where and why it was reached."""
    if one.reasons:
        verdict, stage, why = Verdict.DIFFERENT, "slots", "; ".join(one.reasons)
    elif one.score >= threshold:
        verdict, stage, why = Verdict.SAME, "verifier", f"verified at {one.score:.2f} (from {threshold:.2f} on)"
    elif one.score:
        verdict, stage, why = Verdict.DIFFERENT, "verifier", f"verified only at {one.score:.2f}"
    else:
        verdict, stage, why = Verdict.DIFFERENT, "candidates", "others come nearer, or it is too far in meaning"
    return ConsideredQuestion(
        question=one.candidate.pair.question,
        pair_id=one.candidate.pair.id,
        similarity=round(one.candidate.similarity, 4),
        verdict=verdict,
        stage=stage,
        why=why,
        score=round(one.score, 4),
    )


def _of_exact(validation: Validation) -> ConsideredQuestion:
    return ConsideredQuestion(
        question=validation.nearest,
        pair_id=validation.pair_id,
        similarity=validation.similarity,
        verdict=validation.verdict,
        stage=validation.stage,
        why=validation.why,
    )


def _as_decided(considered: Sequence[ConsideredQuestion], validation: Validation) -> tuple[ConsideredQuestion, ...]:
    """With what came of the matched one after it was verified: its evidence has changed, or no route serves it."""
    return tuple(
        replace(one, verdict=validation.verdict, stage=validation.stage, why=validation.why)
        if one.pair_id == validation.pair_id
        else one
        for one in considered
    )


def _near(compared: Sequence[_Compared]) -> tuple[str, ...]:
    close = (one.candidate for one in compared if one.candidate.similarity >= _NEAR_SIMILARITY)
    return tuple(candidate.pair.question for candidate in close)[:_NEAR]


def _to_rag(validation: Validation) -> RouteDecision:
    return RouteDecision(route=Route.RAG, validation=validation)


def _missing(route: Route | None) -> str:
    match route:
        case Route.APPROVED:
            return "nobody has approved its answer"
        case Route.FINE_TUNED:
            return "the live model was not trained on it as it stands"
        case _:
            return "nobody has approved its answer and the live model was not trained on it as it stands"


def _refusal(route: Route, validation: Validation) -> str:
    name = "approved" if route is Route.APPROVED else "fine_tuned"
    return f"the {name} route was asked for: {validation.why}"
