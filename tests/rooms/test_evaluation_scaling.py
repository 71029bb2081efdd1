"""A refined verifier's probabilities are scaled anew, and little where the trials say little."""

import math

import pytest

from kingpost.answering.verifier import Parameters, Verifier
from kingpost.evaluation.scaling import rescored, scale, scaled
from kingpost.evaluation.trials import Trial


def trial(logit: float, label: int) -> Trial:
    return Trial(question="q", kind="k", label=label, text="t", score=1 / (1 + math.exp(-logit)))


def around(middle: float, count: int) -> list[Trial]:
    """Same and different ones, on both sides of a middle that is off, a few of them astray."""
    steps = [-0.5, 0.5, 1.5, 2.5]
    return [trial(middle + step, 1) for step in steps * count] + [trial(middle - step, 0) for step in steps * count]


def test_a_middle_that_is_off_is_found_where_there_are_many_trials() -> None:
    _, middle = scale(around(1.5, 50))
    assert middle == pytest.approx(1.5, abs=0.11)


def test_few_trials_move_it_less_and_none_or_one_label_not_at_all() -> None:
    assert 0 <= scale(around(1.5, 1))[1] < scale(around(1.5, 50))[1]
    assert scale([]) == scale([trial(2, 1)] * 9) == (1.0, 0.0)


def test_what_the_guard_parted_and_the_very_wording_do_not_count_and_stay() -> None:
    parted = [Trial(question="q", kind="k", label=0, text="t", score=score) for score in (0.0, 1.0)]
    assert scale(around(1.5, 5) + parted * 200) == scale(around(1.5, 5))
    assert rescored(parted, (2.0, 1.0)) == parted


def test_rescored_trials_are_what_the_scaled_verifier_gives() -> None:
    parameters = Parameters(temperature=1.7, middle=0.4, curve=())
    by = (1.3, -0.6)
    scores = [
        Verifier(pair_scores=lambda pairs: [2.0] * len(pairs), parameters=one).score("a", "b")
        for one in (parameters, scaled(parameters, by))
    ]
    one = Trial(question="q", kind="k", label=1, text="t", score=scores[0])
    assert rescored([one], by)[0].score == pytest.approx(scores[1])
