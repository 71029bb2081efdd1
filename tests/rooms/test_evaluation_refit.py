"""Confidence learned from what was said of answers: what a turn teaches, and when a refit is used."""

from typing import Any

import numpy as np
import pytest

from kingpost.answering.confidence import ConfidenceModel
from kingpost.answering.confidence_terms import TERMS
from kingpost.errors import Refused
from kingpost.evaluation import opinions
from kingpost.evaluation.calibration import examples
from kingpost.evaluation.opinions import Row, weighed
from kingpost.evaluation.refit import refit
from kingpost.types.answers import Answer, Confidence, Route, Turn, TurnRecord
from kingpost.types.documents import SectionLocation
from kingpost.types.feedback import Feedback, Review, ReviewKind, ReviewState
from kingpost.types.questions import Evidence, KnownQuestion

READ = {"held": 1.0, "kind_sentences": 1.0}
NOTHING = {"held": 0.0, "kind_nothing": 1.0}
CURRENT = ConfidenceModel(intercept=-2.0, weights={"exact_support": 4.0})


def turn(**fields: Any) -> Turn:
    answer = {"answer": "The flue is 150 mm wide.", "route": Route.RAG, "features": READ, "alternatives": ()} | fields
    features = answer.pop("features")
    return Turn(
        id="c.1",
        conversation="c",
        number=1,
        answer=Answer(
            id="c.1",
            turn="c.1",
            question="How wide is a flue?",
            confidence=Confidence(value=0.9, features=features),
            **answer,
        ),
        user="local",
        groups=("everyone",),
        asked_at="",
        record=TurnRecord(versions={"kingpost": "1"}),
    )


def rated(*ratings: int, wrong: tuple[str, ...] = ()) -> list[Feedback]:
    return [Feedback(id=str(n), turn="c.1", rating=rating, wrong=wrong) for n, rating in enumerate(ratings)]


def approved(answer: str, *, kind: ReviewKind = ReviewKind.FEEDBACK) -> Review:
    return Review(
        id="r",
        kind=kind,
        turn="c.1",
        question="",
        proposed_answer=answer,
        state=ReviewState.APPROVED,
        pair_id="p",
        decided_by="expert",
    )


def pair(answer: str, *, told: bool = True) -> KnownQuestion:
    place = SectionLocation(section=(), span=(0, 1))
    evidence = Evidence(document_id="d", name="rack.md", location=place, quote=answer, content_hash="h")
    return KnownQuestion(id="p", question="", answer=answer, evidence=(evidence,) if told else ())


def taught(
    said: list[Feedback], *, reviews: list[Review] | None = None, known: KnownQuestion | None = None, **fields: Any
) -> list[int]:
    found = weighed([turn(**fields)], said, reviews or [], lambda id: known, version="1")
    return examples(found.rows)[1]


@pytest.mark.parametrize(
    ("said", "label"),
    [
        (rated(5), [1]),
        (rated(4, 4, 1), [1]),
        (rated(1), [0]),
        (rated(2, 2, 5), [0]),
        (rated(0, wrong=("answer",)), [0]),
        (rated(0, wrong=("reference",)), []),
        (rated(3), []),
        (rated(5, 1), []),
    ],
)
def test_most_users_decide_and_a_middling_or_divided_opinion_teaches_nothing(
    said: list[Feedback], label: list[int]
) -> None:
    assert taught(said) == label


def test_an_expert_overrules_users() -> None:
    other, same = "The flue is 180 mm wide.", "The flue is 150 mm wide."
    assert taught(rated(5, 5), reviews=[approved(other)], known=pair(other)) == [0]
    assert taught(rated(1), reviews=[approved(same)], known=pair(same)) == [1]
    rejected = Review(id="r", kind=ReviewKind.FEEDBACK, turn="c.1", question="", state=ReviewState.REJECTED)
    assert taught(rated(1), reviews=[rejected]) == [0]


def test_an_abstention_is_wrong_where_the_documents_hold_what_the_expert_says() -> None:
    how = {"route": Route.ABSTAIN, "features": NOTHING}
    request = approved("180 mm", kind=ReviewKind.REQUEST)
    assert taught([], reviews=[request], known=pair("180 mm"), **how) == [1]
    assert taught([], reviews=[request], known=pair("180 mm", told=False), **how) == [0]
    assert taught(rated(5), **how) == [0]
    assert taught(rated(1), **how) == [1]
    held_back = {"route": Route.ABSTAIN, "features": READ}
    assert taught(rated(5), **held_back) == [0]
    assert taught(rated(1), **held_back) == []


def test_turns_that_cannot_teach_are_counted_with_the_reason() -> None:
    for fields, reason in (
        ({"route": Route.APPROVED}, opinions.OTHER_ROUTE),
        ({"route": Route.ABSTAIN, "alternatives": ("zone A", "zone B")}, opinions.ASKED_BACK),
        ({"features": {}}, opinions.OTHER_VERSION),
    ):
        found = weighed([turn(**fields)], rated(5), [], lambda id: None, version="1")
        assert (found.rows, found.left_out) == ((), {reason: 1})
    assert weighed([turn()], rated(5), [], lambda id: None, version="2").left_out == {opinions.OTHER_VERSION: 1}
    assert weighed([turn()], [], [], lambda id: None, version="1").left_out == {}


def drawn(n: int, *, slope: float, offset: float) -> tuple[list[dict[str, float]], list[int], list[str]]:
    """Answers that are right as often as a model of this slope and offset says."""
    random = np.random.default_rng(3)
    held = random.random(n)
    chance = 1 / (1 + np.exp(-(offset + slope * held)))
    return (
        [{"exact_support": float(h)} for h in held],
        [int(v) for v in random.random(n) < chance],
        [str(i) for i in range(n)],
    )


def test_a_calibrator_that_is_right_is_kept() -> None:
    found = refit(CURRENT, *drawn(60, slope=4.0, offset=-2.0))
    assert found.how == "kept"
    assert found.model == CURRENT


def test_a_calibrator_that_is_far_too_sure_gives_way() -> None:
    features, labels, groups = drawn(120, slope=4.0, offset=-4.5)
    found = refit(CURRENT, features, labels, groups)
    assert found.how == "shifted"
    assert found.gain > found.spread > 0
    truth = sum(labels) / len(labels)
    assert abs(np.mean([found.model.probability(row) for row in features]) - truth) < 0.03
    assert np.mean(found.before) - truth > 0.2


def test_what_the_calibrator_does_not_know_is_learned_anew() -> None:
    told, labels, groups = drawn(200, slope=6.0, offset=-3.0)
    features = [{"prose_best_sentence": row["exact_support"], "is_table": 0.0} for row in told]
    found = refit(CURRENT, features, labels, groups)
    assert found.how == "fitted"
    sure, unsure = ({"prose_best_sentence": value} for value in (1.0, 0.0))
    assert found.model.probability(sure) > 0.8 > 0.2 > found.model.probability(unsure)


def test_examples_of_one_question_are_held_out_together() -> None:
    """Noise that repeats itself within a question would look like knowledge."""
    random = np.random.default_rng(11)
    rows: list[Row] = [dict(zip(TERMS[:16], map(float, random.random(16)), strict=True)) for _ in range(24)]
    labels = [int(value) for value in random.random(24) < 0.5]
    current = ConfidenceModel(intercept=0.0, weights={})
    repeated = refit(current, rows * 6, labels * 6, [str(i) for i in range(24)] * 6)
    torn = refit(current, rows * 6, labels * 6, [str(i) for i in range(144)])
    assert repeated.how == "kept"
    assert torn.how == "fitted"


def test_too_few_examples_or_questions_are_refused_with_advice() -> None:
    features, labels, groups = drawn(19, slope=4.0, offset=-2.0)
    with pytest.raises(Refused, match="too little to learn confidence from: 19 answers") as refused:
        refit(CURRENT, features, labels, groups)
    assert "--feedback" in refused.value.next
    with pytest.raises(Refused, match="to 1 questions"):
        refit(CURRENT, features * 2, labels * 2, ["one"] * 38)
    with pytest.raises(Refused, match="0 of them right"):
        refit(CURRENT, features * 2, [0] * 38, groups * 2)
