"""Question validation and the choice of a route."""

from dataclasses import replace

import pytest

from kingpost.answering.adapting import Outcome
from kingpost.language.vocabulary import vocabulary
from kingpost.types.answers import Question, Route, Verdict
from kingpost.types.terms import Siblings, Terms

WIDTH = "What is the clear width of an exit door?"
REWORDED = "What clear width must an exit door have?"
LOAD = "What is the floor load of zone D3?"


def ask(office, text, *, settings=None, **question):
    return office.router(**(settings or {})).route(Question(text=text, **question))


@pytest.fixture
def known(office):
    """The clear width is approved; the load of zone D3 is imported and trained."""
    width = office.bank.add(
        WIDTH, "At least 1,200 mm.", approved_by="bea", evidence=office.bank.locate_evidence(WIDTH, "1,200 mm")
    )
    load = office.bank.add(LOAD, "15 kN/m2", evidence=office.bank.locate_evidence(LOAD, "15 kN/m2"))
    office.train(load)
    return width, load


def test_the_very_wording_takes_the_approved_answer(office, known):
    decision = ask(office, "what is the clear width of an exit door")
    assert (decision.route, decision.pair) == (Route.APPROVED, known[0])
    assert (decision.validation.verdict, decision.validation.stage) == (Verdict.SAME, "exact")


def test_another_wording_of_a_known_question_is_the_known_one(office, known):
    decision = ask(office, REWORDED)
    assert (decision.route, decision.validation.stage) == (Route.APPROVED, "verifier")
    assert decision.validation.pair_id == known[0].id


def test_a_trained_question_without_approval_goes_to_the_model_in_its_trained_wording(office, known):
    decision = ask(office, "What floor load does zone D3 have?")
    assert decision.route is Route.FINE_TUNED
    assert decision.trained.wording == LOAD


@pytest.mark.parametrize(
    "near_miss",
    [
        "What is the floor load of zone D4?",
        "What is the floor load of zone D3 in revision A?",
        "What is the minimum floor load of zone D3 at 20 kN?",
        "What is not the floor load of zone D3?",
        "What is the floor area of zone D3?",
    ],
)
def test_a_near_miss_goes_to_the_documents_and_offers_the_known_one(office, known, near_miss):
    decision = ask(office, near_miss)
    assert (decision.route, decision.pair) == (Route.RAG, None)
    assert (decision.validation.verdict, decision.validation.stage) == (Verdict.DIFFERENT, "slots")
    assert LOAD in decision.validation.near
    assert decision.validation.why


def test_a_question_about_something_else_is_not_known(office, known):
    decision = ask(office, "Who approves changes to the electrical drawings?")
    assert decision.route is Route.RAG
    assert decision.validation.verdict is not Verdict.SAME


def test_with_an_empty_bank_everything_goes_to_the_documents(office):
    decision = ask(office, WIDTH)
    assert (decision.route, decision.validation.verdict) == (Route.RAG, Verdict.NONE)


def test_a_changed_cell_takes_its_answer_out_of_the_route(office, known):
    office.put_schedule("r2", ("16", "20"))
    decision = ask(office, LOAD)
    assert (decision.route, decision.pair) == (Route.RAG, None)
    assert (decision.validation.verdict, decision.validation.stage) == (Verdict.STALE, "evidence")
    assert ask(office, WIDTH).route is Route.APPROVED


def test_a_known_question_that_nobody_approved_and_no_model_learnt_goes_to_the_documents(office, known):
    office.live = None
    decision = ask(office, LOAD)
    assert decision.route is Route.RAG
    assert decision.validation.verdict is Verdict.SAME
    assert "approved" in decision.validation.why


def test_a_model_trained_on_another_answer_is_not_asked(office, known):
    office.bank.add(LOAD, "20 kN/m2", evidence=known[1].evidence)
    assert ask(office, LOAD).route is Route.RAG


def test_a_trained_question_without_evidence_is_not_sent_to_the_model(office):
    pair = office.bank.add(LOAD, "15 kN/m2")
    office.train(pair)
    assert ask(office, LOAD).route is Route.RAG


def test_approved_comes_before_fine_tuned_unless_settings_turn_it_round(office, known):
    load = office.bank.add(LOAD, "15 kN/m2", approved_by="bea")
    assert ask(office, LOAD).route is Route.APPROVED
    turned = ask(office, LOAD, settings={"prefer": "fine_tuned"})
    assert (turned.route, turned.pair) == (Route.FINE_TUNED, load)


def test_the_route_asked_for_is_taken_or_refused(office, known):
    assert ask(office, WIDTH, route=Route.RAG).validation.stage == "asked"
    assert ask(office, LOAD, route=Route.FINE_TUNED).route is Route.FINE_TUNED
    refused = ask(office, LOAD, route=Route.APPROVED)
    assert (refused.route, refused.validation.stage) == (Route.ABSTAIN, "asked")
    assert "nobody has approved" in refused.validation.why
    assert ask(office, "Who owns the crane?", route=Route.FINE_TUNED).route is Route.ABSTAIN


def test_nobody_gets_an_answer_of_another_group(office):
    office.bank.add(WIDTH, "1,200 mm", approved_by="bea", groups=("structures",))
    assert ask(office, WIDTH).route is Route.RAG
    assert ask(office, WIDTH, groups=("everyone", "structures")).route is Route.APPROVED


def test_a_question_limited_to_other_documents_is_not_answered_from_the_bank(office, known):
    assert ask(office, WIDTH, documents=("sched",)).route is Route.RAG
    assert ask(office, WIDTH, documents=("std",)).route is Route.APPROVED


def test_a_threshold_in_the_settings_replaces_the_learned_one(office, known):
    assert ask(office, REWORDED, settings={"threshold": 1.0}).validation.stage == "verifier"
    assert ask(office, REWORDED, settings={"threshold": 1.0}).route is Route.RAG
    assert office.router(bound=0.5).threshold < office.router(bound=0.001).threshold


def test_a_sibling_in_the_documents_is_another_thing_however_sure_the_verifier_is(office):
    office.bank.add("How long does the roller bearing of a feed pump last?", "Two years.", approved_by="bea")
    sibling = Question(text="How long does the ball bearing of a feed pump last?")
    router = office.router(threshold=0.0)
    assert router.route(sibling).route is Route.APPROVED
    parts = Terms(siblings=(Siblings(title="Part", members=("roller bearing", "ball bearing")),))
    decision = replace(router, vocabulary=lambda groups: vocabulary([("pumps.xlsx", parts)])).route(sibling)
    assert (decision.route, decision.validation.stage) == (Route.RAG, "slots")
    assert "pumps.xlsx" in decision.validation.why


def test_the_question_without_its_punctuation_is_the_very_wording(office, known):
    assert ask(office, "what is the clear width, of an exit door!").validation.stage == "exact"


def test_nothing_is_offered_beside_an_answer_that_is_known(office, known):
    office.bank.add("What is the floor load of zone D4?", "20 kN/m2", approved_by="bea")
    assert ask(office, "What floor load does zone D3 have?").validation.near == ()


def test_what_is_stale_is_not_offered(office, known):
    office.put_schedule("r2", ("16", "20"))
    assert ask(office, "What is the floor load of zone D4?").validation.near == ()


def test_a_known_answer_that_was_asked_for_as_of_another_day_is_refused(office, known):
    decision = ask(office, WIDTH, route=Route.APPROVED, as_of="2020-01-01")
    assert decision.route is Route.ABSTAIN
    assert "in force today" in decision.validation.why


def test_the_score_of_a_match_is_its_own_not_that_of_a_surer_one_that_was_kept_out(office):
    """What comes of the match is laid at the door of the known question that was taken."""
    surer = office.bank.add("Which clear width must an exit door have?", "1,200 mm", approved_by="bea")
    taken = office.bank.add("What clear width does an exit door need?", "900 mm", approved_by="bea")
    asked = "How wide must the clear width of an exit door be?"
    logits = {surer.question: 9.0, taken.question: 5.0}
    router = office.router()
    scores = replace(router.verifier, pair_scores=lambda pairs: [logits[({*pair} - {asked}).pop()] for pair in pairs])
    outcomes = {surer.id: [Outcome(score=scores.score(surer.question, asked), right=False)]}
    bound = replace(router.bound_in_force, outcomes=lambda pair: outcomes.get(pair, ()))
    decision = replace(router, verifier=scores, bound=bound).route(Question(text=asked))
    assert decision.pair == taken
    assert decision.validation.scored == taken.question
    assert decision.validation.score == scores.score(taken.question, asked)


@pytest.mark.parametrize(("other_answer", "route"), [("900 mm", Route.RAG), ("It is 1,200 mm.", Route.APPROVED)])
def test_where_another_answer_is_as_likely_wanted_none_is_served_and_both_are_offered(office, other_answer, route):
    asked, near, surer = "What clear width do exit doors have?", "What is the clear width of exit doors?", "Exit width?"
    office.bank.add(near, "1,200 mm", approved_by="bea")
    office.bank.add(surer, other_answer, approved_by="bea")
    logits = {near: 5.0, surer: 9.0}
    router = office.router()
    verifier = replace(router.verifier, pair_scores=lambda pairs: [logits[({*pair} - {asked}).pop()] for pair in pairs])
    decision = replace(router, verifier=verifier).route(Question(text=asked))
    assert decision.route is route
    assert set(decision.validation.near) == ({near, surer} if route is Route.RAG else set())
    assert ("another answer" in decision.validation.why) is (route is Route.RAG)


def test_an_answer_that_cannot_be_served_is_no_rival(office):
    asked, near, surer = "What clear width do exit doors have?", "What is the clear width of exit doors?", "Exit width?"
    approved = office.bank.add(near, "1,200 mm", approved_by="bea")
    office.bank.add(surer, "900 mm")
    logits = {near: 5.0, surer: 9.0}
    router = office.router()
    verifier = replace(router.verifier, pair_scores=lambda pairs: [logits[({*pair} - {asked}).pop()] for pair in pairs])
    decision = replace(router, verifier=verifier).route(Question(text=asked))
    assert (decision.route, decision.pair) == (Route.APPROVED, approved)
