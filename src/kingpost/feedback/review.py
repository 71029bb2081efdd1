"""The experts' queue: what they approve serves the next person at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kingpost.errors import NotFound, Refused, UsageError
from kingpost.feedback.journal import now, question_of
from kingpost.feedback.mismatches import as_reviews, counts_by_version, live_mismatches
from kingpost.language.wordings import same_answer
from kingpost.records import Records, find_turn
from kingpost.retrieval.pairs import PairDetails
from kingpost.retrieval.questions import QuestionBank
from kingpost.types.answers import Route, Turn
from kingpost.types.documents import EVERYONE
from kingpost.types.feedback import Feedback, Review, ReviewKind, ReviewState, Severity
from kingpost.types.questions import Evidence, KnownQuestion, PairState, Provenance

_DERIVED = {PairState.STALE: ReviewKind.STALE, PairState.EXPIRED: ReviewKind.EXPIRED}
"""States of pairs that wait for a decision as long as they have them, and what their reviews are called."""
_OF_PAIRS = frozenset({*_DERIVED.values(), ReviewKind.MISMATCH})
"""Reviews of a pair itself: approved, it serves with the evidence of now; rejected, it is retired."""
_ORDER = {Severity.MAJOR: 0, Severity.MINOR: 1, Severity.NONE: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDesk:
    """Reviews of feedback, requests of abstained questions, and known questions that are stale, have expired, or to
    which the live model says something else.

    Those of known questions are derived when the queue is read: nothing has to be told when a document changes, a day
    passes or a model is rolled back.
    """

    records: Records
    bank: QuestionBank

    def request(self, turn_id: str, *, user: str) -> Review:
        """Send a turn's question to the experts; asking again gives the same review. Raises ``NotFound``."""
        turn = find_turn(self.records, turn_id)
        review = Review(
            id=f"request-{turn_id}",
            kind=ReviewKind.REQUEST,
            turn=turn_id,
            question=question_of(turn),
            user=user,
            groups=turn.groups,
            created_at=now(),
        )
        self.records.reviews.put_if(review.id, review, version=0)
        return self.records.reviews.get(review.id)

    def open(self) -> list[Review]:
        """What waits for a decision: major ones first, then oldest first."""
        waiting = [review for review in self.all() if review.state is ReviewState.OPEN]
        return sorted(waiting, key=lambda review: (_ORDER[review.severity], review.created_at, review.id))

    def all(self) -> list[Review]:
        """Every review, decided ones too, latest first."""
        reviews = {review.id: self._as_it_stands(review) for review in self.records.reviews.all()}
        derived = [review for pair in self.bank.pairs() if (review := self._derived(pair))]
        reviews = self._mismatches() | reviews | {review.id: review for review in derived}
        return sorted(reviews.values(), key=lambda review: (review.created_at, review.id), reverse=True)

    def get(self, id: str) -> Review:
        """Raises ``NotFound``."""
        pair = self.bank.find(id.partition("-")[2])
        derived = self._derived(pair) if pair else None
        if derived is not None and derived.id == id:
            return derived
        review = self.records.reviews.find(id) or self._mismatches().get(id)
        if review is None:
            raise NotFound(f"there is no review {id!r}", next="list them: kingpost review list")
        return self._as_it_stands(review)

    def mismatches(self) -> dict[str, int]:
        """Model version -> in how many turns it did not say the known answer; versions without any are left out."""
        return counts_by_version(self.records)

    def approve(self, id: str, *, by: str, answer: str | None = None, valid_until: str = "") -> KnownQuestion:
        """Approve the proposed answer, or ``answer``; it serves from now on, until the end of the day ``valid_until``.

        Without one, an expired pair is valid without end, and any other as long as before. Raises ``NotFound``;
        ``Refused`` when it was decided before or there is no answer to approve; ``UsageError`` for a day that is over.
        """
        review = self._undecided(id, by)
        if valid_until and valid_until < self.bank.today():
            raise UsageError(f"{valid_until} is over", next="give a day to come, or none")
        final = (review.proposed_answer if answer is None else answer).strip()
        if not final:
            raise Refused(f"{id} proposes no answer", next=f"give one: kingpost review edit {id} --answer '...'")
        if review.kind in _OF_PAIRS:
            pair = self._renewed(review, final, by=by, insists=answer is not None)
        else:
            pair = self._approved(review, final, by=by)
        if valid_until:
            pair = self.bank.revised(pair, pair.answer, approved_by=by, valid_until=valid_until)
        self._decide(review, ReviewState.APPROVED, by=by, pair_id=pair.id)
        self.bank.store([pair])
        return pair

    def reject(self, id: str, *, by: str, comment: str = "") -> Review:
        """Close without an approved answer; of a review of a pair itself, the pair is retired.

        Raises as ``approve`` does.
        """
        review = self._undecided(id, by)
        if review.kind in _OF_PAIRS:
            self.bank.retire(review.pair_id)
        return self._decide(review, ReviewState.REJECTED, by=by, pair_id=review.pair_id, comment=comment)

    def _mismatches(self) -> dict[str, Review]:
        """By id, decided or not: what the live model says to known questions instead of their answers."""
        return {review.id: review for review in as_reviews(live_mismatches(self.records), self.bank.find)}

    def _derived(self, pair: KnownQuestion) -> Review | None:
        """The review of a pair that is stale or has expired."""
        kind = _DERIVED.get(self.bank.state(pair))
        if kind is None:
            return None
        return Review(
            id=f"{kind.value}-{pair.id}",
            kind=kind,
            turn=pair.turn,
            question=pair.question,
            proposed_answer=pair.answer,
            pair_id=pair.id,
            groups=pair.groups,
            created_at=pair.created_at,
            valid_until=pair.valid_until,
            changes=self.bank.changes(pair),
        )

    def _approved(self, review: Review, answer: str, *, by: str) -> KnownQuestion:
        """The pair that feedback or a request makes; corrected is the known question whose answer the turn gave."""
        turn = find_turn(self.records, review.turn)
        known = self._matched(turn, review)
        question = known.question if known else review.question
        details = PairDetails(
            evidence=self._evidence(turn, question, answer),
            provenance=Provenance.FEEDBACK,
            approved_by=by,
            turn=turn.id,
        )
        if known:
            details["phrasings"] = (*known.phrasings, review.question)
            return self.bank.revised(known, answer, **details)
        details["groups"] = self._readers(details["evidence"], turn)
        return self.bank.merged(question, answer, **details)

    def _undecided(self, id: str, by: str) -> Review:
        if not by:
            raise UsageError("nobody is named as the expert", next="say who decides: --by NAME")
        review = self.get(id)
        if review.state is not ReviewState.OPEN:
            raise Refused(
                f"{id} was {review.state} by {review.decided_by} at {review.decided_at}",
                next="see it: kingpost review show " + id,
            )
        return review

    def _decide(self, review: Review, state: ReviewState, *, by: str, pair_id: str, comment: str = "") -> Review:
        """Store the decision unless somebody else's came first."""
        decided = replace(
            review, state=state, decided_by=by, decided_at=now(), pair_id=pair_id, comment=comment or review.comment
        )
        version = self.records.reviews.version(review.id)
        stored = self.records.reviews.find(review.id)
        taken = stored is not None and stored.state is not ReviewState.OPEN and review.kind not in _DERIVED.values()
        if taken or not self.records.reviews.put_if(review.id, decided, version=version):
            raise Refused(
                f"{review.id} was decided by somebody else meanwhile", next=f"see it: kingpost review show {review.id}"
            )
        return decided

    def _renewed(self, review: Review, answer: str, *, by: str, insists: bool) -> KnownQuestion:
        """The pair with the evidence that its answer has now; without any only if the expert words the answer."""
        pair = self.bank.get(review.pair_id)
        evidence = pair.evidence
        if not same_answer(answer, pair.answer) or not self.bank.is_current(pair):
            readers = tuple(dict.fromkeys((*EVERYONE, *pair.groups)))
            evidence = self.bank.locate_evidence(pair.question, answer, groups=readers)
        if pair.evidence and not evidence and not insists:
            raise Refused(
                f"the answer of {pair.id} no longer stands in the documents",
                next=f"give the new one: kingpost review edit {review.id} --answer '...', or reject it",
            )
        details = PairDetails(evidence=evidence, approved_by=by)
        if review.kind is ReviewKind.EXPIRED:
            details["valid_until"] = ""
        return self.bank.revised(pair, answer, **details)

    def _matched(self, turn: Turn, review: Review) -> KnownQuestion | None:
        """The known question whose answer the turn gave, which the expert then corrects.

        None when the turn was answered from passages, or when the feedback says that it took the wrong route.
        """
        if turn.answer.route not in (Route.APPROVED, Route.FINE_TUNED) or not turn.answer.validation.pair_id:
            return None
        feedback = self._feedback(review)
        if feedback is not None and "route" in feedback.wrong:
            return None
        return self.records.questions.find(turn.answer.validation.pair_id)

    def _feedback(self, review: Review) -> Feedback | None:
        return self.records.feedback.find(review.feedback) if review.feedback else None

    def _evidence(self, turn: Turn, question: str, answer: str) -> tuple[Evidence, ...]:
        """What the turn cited when its answer is approved as it was, else where the new answer stands."""
        if same_answer(answer, turn.answer.answer):
            return self.bank.evidence_of(turn.answer.citations)
        return self.bank.locate_evidence(question, answer, groups=turn.groups)

    def _readers(self, evidence: Sequence[Evidence], turn: Turn) -> tuple[str, ...]:
        """Who may read the pair: those who may read all documents it stands on, else those who could ask."""
        documents = [self.records.documents.find(item.document_id) for item in evidence]
        allowed = [frozenset(document.groups) for document in documents if document is not None]
        common = frozenset.intersection(*allowed) if allowed else frozenset()
        return tuple(sorted(common)) or turn.groups

    def _as_it_stands(self, review: Review) -> Review:
        """An approval whose pair never came to be is open again."""
        if review.state is ReviewState.APPROVED and self.records.questions.find(review.pair_id) is None:
            return replace(review, state=ReviewState.OPEN, decided_by="", decided_at="", pair_id="")
        return review
