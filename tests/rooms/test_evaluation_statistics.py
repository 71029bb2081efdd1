import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from kingpost.evaluation.statistics import (
    auroc,
    bootstrap,
    brier,
    calibration_error,
    interval,
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
