import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from kingpost.evaluation.statistics import (
    auroc,
    bootstrap,
    brier,
    calibration_bins,
    calibration_error,
    debiased_calibration_error,
    interval,
    mcnemar,
    percentile,
    risk_coverage,
    wilson,
)


def test_wilson_gives_the_published_interval() -> None:
    assert wilson(10, 20) == pytest.approx([0.2993, 0.7007], abs=1e-4)
    assert wilson(0, 10) == pytest.approx([0.0, 0.2775], abs=1e-4)


def test_nothing_measured_has_no_interval() -> None:
    assert wilson(0, 0) is None
    assert interval([]) is None
    assert percentile([], 50) is None
    assert calibration_error([], []) is None


def test_a_share_has_wilsons_interval_and_a_mean_the_bootstraps() -> None:
    assert interval([1.0] * 10 + [0.0] * 10) == wilson(10, 20)
    low, high = interval([0.2, 0.4, 0.6, 0.8] * 10) or (0, 0)
    assert low < 0.5 < high
    assert (low, high) != tuple(wilson(20, 40) or ())


def test_the_bootstrap_is_the_same_each_time() -> None:
    values = list(np.random.default_rng(1).normal(size=50))
    assert bootstrap(np.mean, values) == bootstrap(np.mean, values)


def test_perfect_calibration_has_no_error_and_overconfidence_has_its_gap() -> None:
    assert calibration_error([0.5] * 20, [1, 0] * 10) == pytest.approx(0.0)
    assert calibration_error([0.9] * 20, [1, 0] * 10) == pytest.approx(0.4)


def test_calibration_error_does_not_depend_on_the_order_of_equal_confidences() -> None:
    confidences = [0.5] * 40
    sorted_outcomes, mixed = [1] * 20 + [0] * 20, [1, 0] * 20
    assert calibration_error(confidences, sorted_outcomes) == calibration_error(confidences, mixed)


def test_bins_hold_equally_many_answers() -> None:
    confidences = [0.01 * i for i in range(100)]
    outcomes = [float(value >= 0.5) for value in confidences]
    assert calibration_error(confidences, outcomes) == pytest.approx(0.25, abs=0.01)


def test_answers_of_one_confidence_are_never_parted_into_two_bins() -> None:
    found = calibration_bins([0.9] * 30 + [0.2] * 10, [1] * 30 + [0] * 10)
    assert [(one.n, one.confidence, one.right) for one in found] == [
        (10, pytest.approx(0.2), 0.0),
        (30, pytest.approx(0.9), 1.0),
    ]
    assert found[0].interval == wilson(0, 10)
    assert calibration_bins([], []) == []


def test_what_chance_adds_to_the_calibration_error_is_taken_off() -> None:
    random = np.random.default_rng(5)
    plain, debiased = [], []
    for _ in range(50):
        confidences = random.random(300)
        outcomes = (random.random(300) < confidences).astype(float)
        plain.append(calibration_error(confidences, outcomes) or 0.0)
        debiased.append(debiased_calibration_error(confidences, outcomes) or 0.0)
    assert np.mean(debiased) < 0.7 * np.mean(plain)


def test_an_error_that_is_no_chance_stays() -> None:
    confidences, outcomes = [0.9] * 400, [1, 0] * 200
    assert debiased_calibration_error(confidences, outcomes) == pytest.approx(0.4, abs=1e-6)
    assert debiased_calibration_error([], []) is None


def test_mcnemars_test_is_exact() -> None:
    assert mcnemar(1, 9) == pytest.approx(0.021484375)
    assert mcnemar(2, 10) == mcnemar(10, 2) == pytest.approx(0.03857421875)
    assert mcnemar(0, 0) == mcnemar(5, 5) == 1.0


def test_brier_is_the_mean_squared_distance() -> None:
    assert brier([1.0, 0.5], [1, 0]) == pytest.approx(0.125)


def test_auroc_agrees_with_scikit_learn_ties_included() -> None:
    random = np.random.default_rng(3)
    scores = np.round(random.random(200), 1).tolist()
    outcomes = random.integers(0, 2, 200).tolist()
    assert auroc(scores, outcomes) == pytest.approx(roc_auc_score(outcomes, scores))


def test_auroc_needs_both_kinds() -> None:
    assert auroc([0.1, 0.9], [1, 1]) is None


def test_risk_rises_with_coverage_when_confidence_is_worth_something() -> None:
    curve = risk_coverage([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0])
    assert curve[0] == {"coverage": 0.25, "risk": 0.0, "confidence": 0.9}
    assert curve[-1] == {"coverage": 1.0, "risk": 0.5, "confidence": 0.1}
