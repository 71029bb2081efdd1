from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from kingpost.answering.confidence import ConfidenceModel
from kingpost.errors import Refused
from kingpost.evaluation.calibration import cross_validated, examples, fit_logistic, predict, quality


def drawn(n: int = 400) -> tuple[list[dict[str, float]], list[int]]:
    random = np.random.default_rng(5)
    held, noise = random.random(n), random.random(n) * 100
    chance = 1 / (1 + np.exp(-(6 * held - 3)))
    features = [{"held": float(h), "noise": float(x), "always": 1.0} for h, x in zip(held, noise, strict=True)]
    return features, [int(value) for value in random.random(n) < chance]


def test_the_fit_is_the_penalised_maximum_that_scikit_learn_finds() -> None:
    features, labels = drawn()
    intercept, weights = fit_logistic(features, labels)
    table = np.array([[row["held"], row["noise"]] for row in features])
    spread = table.std(axis=0)
    reference = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit((table - table.mean(axis=0)) / spread, labels)
    assert weights["held"] == pytest.approx(reference.coef_[0][0] / spread[0], rel=1e-3)
    assert weights["noise"] == pytest.approx(reference.coef_[0][1] / spread[1], rel=1e-3)
    expected = reference.predict_proba((table - table.mean(axis=0)) / spread)[:, 1]
    assert predict(intercept, weights, features) == pytest.approx(expected.tolist(), abs=1e-4)


def test_a_feature_that_never_varies_gets_no_weight_and_a_missing_one_counts_nought() -> None:
    features, labels = drawn()
    intercept, weights = fit_logistic(
        [row | {"rare": 1.0} if i % 7 == 0 else row for i, row in enumerate(features)], labels
    )
    assert "always" not in weights
    assert "rare" in weights
    assert 0 < ConfidenceModel(intercept=intercept, weights=weights).probability({}) < 1


def test_the_fitted_probabilities_are_calibrated_on_questions_they_were_not_fitted_on() -> None:
    features, labels = drawn(1000)
    measured = quality(cross_validated(features, labels), labels)
    assert measured["ece"] is not None
    assert measured["ece"] < 0.08
    assert measured["auroc"] is not None
    assert measured["auroc"] > 0.8


def test_too_few_examples_or_one_kind_only_are_refused() -> None:
    with pytest.raises(Refused, match="cannot fit confidence on 10 examples"):
        fit_logistic([{"held": 1.0}] * 10, [1, 0] * 5)
    with pytest.raises(Refused, match="30 of them right"):
        fit_logistic([{"held": 1.0}] * 30, [1] * 30)


def row(**fields: Any) -> dict[str, Any]:
    return {"route": "rag", "answerable": True, "right": True, "features": {"held": 1.0}} | fields


def test_rows_teach_only_what_they_show() -> None:
    nothing = {"held": 0.0, "kind_nothing": 1.0}
    rows = [
        row(),
        row(right=False),
        row(answerable=False, right=False),
        row(route="abstain", right=False),
        row(route="abstain", answerable=False),
        row(route="abstain", right=False, features=nothing),
        row(route="abstain", answerable=False, features=nothing),
        row(route="approved", features={"known": 1.0}),
        row(features={}),
    ]
    features, labels = examples(rows)
    assert labels == [1, 0, 0, 0, 1, 0]
    assert features[-1] == nothing
