"""Choosing an operating point: the bound is kept, the worst kind too, and few pairs never outvote the shipped curve."""

import random

import pytest

from kingpost.evaluation.bounds import choose, keeps, measured, pairs_needed, share_of, split
from kingpost.evaluation.trials import Trial

ALLOWED = 0.005
CURVE = ((0.99, 0.0), (0.9, 0.003), (0.8, 0.006), (0.5, 0.02), (0.1, 0.3))


def shipped(bound: float) -> float:
    return min((threshold for threshold, share in CURVE if share <= bound), default=1.0)


def trials(scores: list[float], label: int, kind: str = "kind", first: int = 0) -> list[Trial]:
    return [
        Trial(question=f"q{first + number // 4}", kind=kind, label=label, text="", score=score)
        for number, score in enumerate(scores)
    ]


def spread(count: int, low: float, high: float) -> list[float]:
    return [low + (high - low) * number / count for number in range(count)]


def test_many_near_misses_of_ones_own_set_the_threshold_just_above_nearly_all_of_them() -> None:
    made = [*trials(spread(5000, 0.0, 0.6), 0), *trials(spread(500, 0.5, 1.0), 1)]
    choice = choose(made, prior=shipped, allowed=ALLOWED)
    assert choice.source == "own"
    assert keeps(made, choice.threshold, ALLOWED)
    assert 0.59 < choice.threshold < shipped(ALLOWED)
    assert choice.floor <= choice.threshold


def test_the_threshold_leaves_a_margin_for_what_was_not_seen() -> None:
    made = trials(spread(1000, 0.0, 0.6), 0)
    choice = choose(made, prior=lambda share: 0.6 - 0.6 * share, allowed=0.02)
    assert 0.01 < measured(made, choice.threshold).false_match < 0.017
    assert 0.017 < measured(made, choice.floor).false_match <= 0.02


def test_a_verifier_that_is_noise_lets_nothing_pass_but_the_very_wording_and_it_is_said() -> None:
    drawn = random.Random(1)
    made = [
        *trials([drawn.random() for _ in range(3000)], 0),
        *trials([drawn.random() for _ in range(3000)], 1),
    ]
    choice = choose(made, prior=shipped, allowed=ALLOWED)
    assert measured(made, choice.threshold).recall < 0.02
    few = [*made[:200], *made[3000:3200]]
    refused = choose(few, prior=shipped, allowed=ALLOWED)
    assert refused.source != "prior"
    assert measured(few, refused.threshold).recall < 0.05


def test_noise_that_reaches_the_top_is_refused_altogether() -> None:
    made = [*trials([1.0] * 1000, 0), *trials([1.0] * 1000, 1)]
    choice = choose(made, prior=shipped, allowed=ALLOWED)
    assert (choice.source, choice.threshold) == ("nothing", 1.0)
    assert "the very wording" in choice.why


def test_a_perfect_verifier_recalls_everything() -> None:
    made = [*trials([0.0] * 2000, 0), *trials([0.999] * 2000, 1)]
    choice = choose(made, prior=lambda _: 0.9, allowed=ALLOWED)
    assert measured(made, choice.threshold).recall == 1.0


def test_too_few_near_misses_leave_the_decision_to_the_shipped_threshold_and_it_is_said() -> None:
    made = [*trials(spread(100, 0.0, 0.4), 0), *trials(spread(100, 0.5, 1.0), 1)]
    choice = choose(made, prior=shipped, allowed=ALLOWED)
    assert (choice.source, choice.threshold) == ("prior", shipped(ALLOWED))
    assert str(pairs_needed(ALLOWED)) in choice.why


def test_few_near_misses_are_enough_to_refute_the_shipped_threshold() -> None:
    made = [*trials([*spread(90, 0.0, 0.4), *([0.93] * 10)], 0), *trials(spread(100, 0.5, 1.0), 1)]
    choice = choose(made, prior=shipped, allowed=ALLOWED)
    assert choice.source == "own"
    assert choice.threshold > 0.93


def test_the_worst_kind_holds_the_threshold_up() -> None:
    easy = trials(spread(20000, 0.0, 0.3), 0, "easy")
    hard = trials([*spread(95, 0.0, 0.3), *([0.8] * 5)], 0, "hard", first=90000)
    same = trials(spread(400, 0.2, 1.0), 1)
    without = choose([*easy, *same], prior=lambda _: 0.0, allowed=ALLOWED)
    with_hard = choose([*easy, *hard, *same], prior=lambda _: 0.0, allowed=ALLOWED)
    assert without.threshold < 0.8 < with_hard.threshold


def test_a_stricter_bound_gives_no_lower_threshold() -> None:
    made = [*trials(spread(8000, 0.0, 0.9), 0), *trials(spread(500, 0.5, 1.0), 1)]
    thresholds = [choose(made, prior=shipped, allowed=allowed).threshold for allowed in (0.001, 0.005, 0.02, 0.1)]
    assert thresholds == sorted(thresholds, reverse=True)
    assert thresholds[0] > thresholds[-1]


def test_trials_of_one_question_are_not_torn_apart() -> None:
    taught, held = split([*trials(spread(400, 0, 1), 0), *trials(spread(400, 0, 1), 1)])
    assert taught
    assert held
    assert not {one.question for one in taught} & {one.question for one in held}


@pytest.mark.parametrize(("threshold", "share"), [(0.995, 0.0), (0.9, 0.003), (0.85, 0.006), (0.5, 0.02), (0.01, 1.0)])
def test_the_shipped_curve_is_read_both_ways(threshold: float, share: float) -> None:
    assert share_of(shipped)(threshold) == pytest.approx(share, abs=1e-6)


def test_the_pairs_needed_for_a_bound_are_those_of_the_rule_of_three() -> None:
    assert pairs_needed(0.005) == 598
