"""Known questions on the demo documents: how sure they are, and what happens when the model cannot be asked."""

from dataclasses import replace

from kingpost.app import App
from kingpost.documents.readership import renew
from kingpost.types.answers import Question, Route
from kingpost.types.models import LiveModel, ModelVersion, TrainedQuestion

QUESTION = "What is the permitted point load of bay D2?"
REWORDED = "Which point load is permitted in bay D2?"
ANSWER = "The permitted point load of bay D2 is 90 kN."


def test_a_reworded_known_question_is_as_sure_as_its_verifier_never_a_raw_cosine(demo_app: App) -> None:
    demo_app.bank.add(QUESTION, ANSWER, approved_by="expert")
    answer = demo_app.answerer.answer(Question(text=REWORDED), store=False)
    assert answer.route is Route.APPROVED
    assert answer.confidence.value == answer.validation.score != answer.validation.similarity


def test_a_model_that_cannot_be_asked_costs_its_words_and_not_the_answer(demo_app: App) -> None:
    evidence = demo_app.bank.locate_evidence(QUESTION, ANSWER)
    pair = demo_app.bank.add(QUESTION, ANSWER, evidence=evidence)
    live = live_without_adapter(TrainedQuestion(pair_id=pair.id, wording=QUESTION, answer=ANSWER, evidence=evidence))
    answer = demo_app.answerer_with(lambda: live).answer(Question(text=QUESTION), store=False)
    assert answer.route is Route.RAG
    assert "90" in answer.answer
    assert "cannot be asked" in answer.validation.why


def test_a_known_answer_is_not_given_to_those_who_may_no_longer_read_what_it_stands_on(demo_app: App) -> None:
    evidence = demo_app.bank.locate_evidence(QUESTION, ANSWER)
    assert evidence
    demo_app.bank.add(QUESTION, ANSWER, evidence=evidence, approved_by="expert")
    document = replace(demo_app.library.find(evidence[0].document_id), groups=("structural",))
    renew(document, records=demo_app.records, index=demo_app.index)
    for asked in (QUESTION, REWORDED):
        closed = demo_app.answerer.answer(Question(text=asked), store=False)
        assert closed.route is not Route.APPROVED
        assert closed.validation.nearest != QUESTION
        assert document.id not in {citation.document for citation in closed.citations}
        open_ = demo_app.answerer.answer(Question(text=asked, groups=("everyone", "structural")), store=False)
        assert (open_.route, open_.answer) == (Route.APPROVED, ANSWER)


def live_without_adapter(trained: TrainedQuestion) -> LiveModel:
    """A live version whose adapter is nowhere."""
    version = ModelVersion(
        id="m-gone",
        base="",
        base_digest="",
        dataset_id="",
        dataset_digest="",
        recipe="cpu",
        recipe_digest="",
        adapter_key="adapters/gone.gguf",
        adapter_digest="",
        created_at="",
    )
    return LiveModel(version=version, questions={trained.pair_id: trained})
