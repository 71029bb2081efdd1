"""The gate: what keeps a candidate from going live, each with its figures."""

import pytest

from kingpost.evaluation.contest import SAMPLE, right, sample
from kingpost.evaluation.promotion import reasons_against
from kingpost.settings import FinetuningSettings
from kingpost.types.answers import Answer, Confidence, Route
from kingpost.types.models import TrainingExample

SETTINGS = FinetuningSettings(gate_exact=0.8, gate_tolerance=0.02)


def figures(
    *, exact: float = 0.9, rag: float = 0.5, taken: float = 0.0, **shared: float
) -> dict[str, dict[str, float]]:
    metrics = {"candidate": {"trained_exact": exact, "untrained_taken": taken}, "rag": {"trained_right": rag}}
    if shared:
        metrics["candidate"]["shared_exact"] = shared["own"]
        metrics["live"] = {"shared_exact": shared["live"]}
    return metrics


def test_a_candidate_as_good_as_asked_passes() -> None:
    assert reasons_against(figures(exact=0.8, rag=0.8), SETTINGS) == []
    assert reasons_against(figures(own=0.9, live=0.91), SETTINGS) == []


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        (figures(exact=0.79), "0.79 of the trained questions are answered exactly, below 0.8"),
        (figures(exact=0.9, rag=0.95), "RAG answers 0.95 of them rightly, the candidate 0.90"),
        (figures(taken=0.25), "it takes 0.25 of the questions it was not trained on"),
        (figures(own=0.9, live=0.93), "the live model answers 0.93 exactly, the candidate 0.90"),
    ],
)
def test_a_candidate_that_is_worse_does_not_pass(metrics: dict[str, dict[str, float]], reason: str) -> None:
    [found] = reasons_against(metrics, SETTINGS)
    assert reason in found


def test_the_tolerance_is_kept_to_the_live_models_own_questions() -> None:
    tolerant = FinetuningSettings(gate_exact=0.8, gate_tolerance=0.1)
    assert reasons_against(figures(own=0.85, live=0.93), tolerant) == []


@pytest.mark.parametrize(
    ("text", "route", "is_right"),
    [
        ("The floor of zone D carries 30 kN/m².", Route.RAG, True),
        ("30 kPa", Route.RAG, True),
        ("The floor of zone D carries 35 kN/m².", Route.RAG, False),
        ("The documents do not tell.", Route.ABSTAIN, False),
    ],
)
def test_an_answer_with_another_number_is_wrong_however_alike(text: str, route: Route, is_right: bool) -> None:
    answer = Answer(id="", turn="", question="?", answer=text, route=route, confidence=Confidence(value=1))
    assert right(answer, "The floor of zone D carries 30 kN/m².") is is_right


def test_a_large_dataset_is_measured_by_the_same_sample_each_time() -> None:
    examples = [
        TrainingExample(pair_id=str(number), question="?", answer="!", split="train") for number in range(3 * SAMPLE)
    ]
    assert sample(examples, 7) == sample(examples, 7) != sample(examples, 8)
    assert len(sample(examples, 7)) == SAMPLE
    assert sample(examples[:5], 7) == examples[:5]
