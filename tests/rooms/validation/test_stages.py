"""The stages of question validation, each on its own."""

import pytest

from kingpost.answering.bound import Threshold
from kingpost.answering.validation import guard, telling
from kingpost.answering.validation.compared import Compared
from kingpost.answering.validation.nearby import nearby
from kingpost.answering.validation.servability import Standing, service
from kingpost.answering.validation.verification import MOST_VERIFIED, best_scored, matches, verified
from kingpost.types.answers import Route, Verdict
from kingpost.types.questions import KnownQuestion, QuestionCandidate

HALF = Threshold(value=0.5, source="shipped", why="")


def candidate(id: str, similarity: float = 0.9, *further: tuple[str, float]) -> QuestionCandidate:
    pair = KnownQuestion(id=id, question=f"question {id}", answer="")
    return QuestionCandidate(pair=pair, phrasing=f"question {id}", similarity=similarity, further=further)


def compared(id: str, similarity: float = 0.9, *, score: float | None = None, reasons: tuple[str, ...] = ()):
    return Compared(
        candidate=candidate(id),
        phrasing=f"question {id}",
        similarity=similarity,
        reasons=reasons,
        score=score,
        threshold=None if score is None else HALF,
    )


class Asked:
    """A verifier that remembers what it was asked."""

    def __init__(self, scores: dict[str, float]) -> None:
        self.scores, self.asked = scores, []

    def __call__(self, known, asked):
        self.asked += known
        return [self.scores.get(question, 0.1) for question in known]


def half(pair: KnownQuestion) -> Threshold:
    return HALF


# The guard


def test_the_guard_takes_the_nearest_phrasing_whose_slots_agree():
    found = candidate("a", 0.9, ("other wording", 0.8), ("third wording", 0.7))
    [one] = guard.guarded("asked", [found], lambda known, asked: () if known == "other wording" else ("differs",))
    assert (one.phrasing, one.similarity, one.reasons) == ("other wording", 0.8, ())


def test_where_no_phrasing_agrees_the_nearest_one_says_why():
    found = candidate("a", 0.9, ("other wording", 0.8))
    [one] = guard.guarded("asked", [found], lambda known, asked: (f"{known} differs",))
    assert (one.phrasing, one.reasons) == ("question a", ("question a differs",))


def test_those_with_the_figures_asked_for_are_looked_at_first_and_no_more_than_can_be_verified():
    seen = []

    def agree(known, asked):
        seen.append(known)
        return ()

    near = [candidate(f"about bay {number}", 0.99) for number in range(30)]
    right = [candidate(f"about bay 77, {word}", 0.8) for word in ("first", "second")]
    told = guard.guarded("asked of bay 77?", [*near, *right], agree)
    assert seen == [f"question about bay 77, {word}" for word in ("first", "second")] + [
        "question about bay 0",
        "question about bay 1",
    ]
    assert [one.pair.id for one in told] == [one.pair.id for one in [*near, *right]]
    assert sum(one.guarded for one in told) == MOST_VERIFIED


@pytest.mark.parametrize(("asked", "most"), [("asked", 8), ("asked of bay 7", 4)])
def test_no_more_phrasings_are_taken_apart_than_can_matter(asked, most):
    seen = []

    def differ(known, asked):
        seen.append(known)
        return ("differs",)

    given = [candidate(word * 3, 0.9, ("a wording", 0.8), ("another", 0.7)) for word in "abcdefghijklmn"]
    told = guard.guarded(asked, given, differ)
    assert len(seen) == most
    assert seen[0] == "question aaa"
    assert sum(one.guarded for one in told) == most


def test_a_candidate_that_was_not_looked_at_is_neither_verified_nor_offered():
    left = Compared(candidate=candidate("a"), phrasing="question a", similarity=0.9, guarded=False)
    assert verified("asked", [left], scores=Asked({}), thresholds=half) == [left]
    assert nearby([left], offered=lambda pair: True) == ()
    assert telling.of_candidate(left).stage == "candidates"


# The verifier and the bound


def test_at_most_four_candidates_are_put_to_the_verifier_the_nearest_whose_slots_agree():
    verifier = Asked({})
    given = [compared(str(number), 0.6 + number / 100) for number in range(9)]
    given += [compared("refused", 0.99, reasons=("another number",)), compared("far", 0.4)]
    told = verified("asked", given, scores=verifier, thresholds=half)
    assert verifier.asked == ["question 8", "question 7", "question 6", "question 5"]
    assert len(verifier.asked) == MOST_VERIFIED
    assert [one.pair.id for one in told] == [one.pair.id for one in given]
    assert [one.pair.id for one in told if one.score is not None] == ["5", "6", "7", "8"]


def test_the_verifier_is_not_asked_where_nothing_agrees():
    verifier = Asked({})
    given = [compared("a", reasons=("another number",))]
    assert verified("asked", given, scores=verifier, thresholds=half) == given
    assert verifier.asked == []


def test_a_match_reaches_its_own_threshold_and_the_nearest_in_meaning_comes_first():
    def thresholds(pair):
        return Threshold(value=0.8 if pair.id == "b" else 0.5, source="outcomes", why="")

    scores = Asked({"question a": 0.6, "question b": 0.7, "question c": 0.9})
    given = [compared("c", 0.8), compared("b", 0.95), compared("a", 0.9)]
    told = verified("asked", given, scores=scores, thresholds=thresholds)
    assert [one.pair.id for one in matches(told)] == ["a", "c"]
    assert best_scored(told).pair.id == "c"


# Evidence, approval, training


@pytest.mark.parametrize(
    ("standing", "prefer", "wanted", "route"),
    [
        ((True, True, True), "approved", None, Route.APPROVED),
        ((True, True, True), "fine_tuned", None, Route.FINE_TUNED),
        ((True, True, True), "approved", Route.FINE_TUNED, Route.FINE_TUNED),
        ((True, False, True), "approved", None, Route.FINE_TUNED),
        ((True, True, False), "fine_tuned", None, Route.APPROVED),
        ((True, True, False), "approved", Route.FINE_TUNED, None),
        ((True, False, False), "approved", None, None),
        ((False, True, True), "approved", None, None),
    ],
)
def test_a_known_question_is_served_by_what_it_has_and_what_was_asked_for(standing, prefer, wanted, route):
    current, approved, trained = standing
    chosen = service(Standing(current=current, approved=approved, trained=trained), wanted=wanted, prefer=prefer)
    assert chosen.route is route
    assert bool(chosen.why) is (route is None)
    assert (chosen.verdict is Verdict.STALE) is not current


# Did you mean


def test_near_is_one_slot_away_or_just_below_its_bound():
    given = [
        compared("one slot", 0.95, reasons=("another number: 6 instead of 5",)),
        compared("two slots", 0.94, reasons=("another number", "opposite sense")),
        compared("same", 0.93, score=0.9),
        compared("just below", 0.92, score=0.3),
        compared("far below", 0.91, score=0.1),
        compared("not verified", 0.90),
        compared("far", 0.5, reasons=("another number",)),
    ]
    assert nearby(given, offered=lambda pair: True) == ("question one slot", "question just below")


def test_at_most_three_are_offered_and_none_that_could_not_be_served():
    given = [compared(str(number), reasons=("another number",)) for number in range(6)]
    assert nearby(given, offered=lambda pair: pair.id != "1") == ("question 0", "question 2", "question 3")
    assert nearby(given, offered=lambda pair: False) == ()
    assert nearby([], offered=lambda pair: True) == ()


# In words


def test_a_decision_says_score_threshold_and_where_the_threshold_comes_from():
    one = compared("a", score=0.9)
    said = telling.of_match(one)
    assert (said.verdict, said.stage) == (Verdict.SAME, "verifier")
    assert (said.score, said.threshold, said.threshold_source) == (0.9, 0.5, "shipped")
    assert said.why == "slots agree; verified at 0.90 (from 0.50 on, shipped)"


def test_what_is_not_known_names_the_nearest_and_the_slot_in_which_it_differs():
    said = telling.of_none([compared("a", reasons=("another number: 6 instead of 5",)), compared("b", score=0.2)])
    assert (said.verdict, said.stage, said.why) == (Verdict.DIFFERENT, "slots", "another number: 6 instead of 5")
    assert (said.scored, said.score) == ("question b", 0.2)
    assert telling.of_none([]).verdict is Verdict.NONE


@pytest.mark.parametrize(
    ("one", "stage", "begins"),
    [
        (compared("a", reasons=("another number",)), "slots", "another number"),
        (compared("a", score=0.9), "verifier", "slots agree; verified at 0.90"),
        (compared("a", score=0.2), "verifier", "slots agree; verified only at 0.20"),
        (compared("a", 0.4), "candidates", "too far in meaning"),
        (compared("a", 0.8), "candidates", "slots agree, but 4 others come nearer"),
    ],
)
def test_each_candidate_tells_how_far_it_came(one, stage, begins):
    told = telling.of_candidate(one)
    assert told.stage == stage
    assert told.why.startswith(begins)
    assert "\n" not in told.why
