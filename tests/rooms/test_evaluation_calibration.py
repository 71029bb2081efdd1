from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from kingpost.answering.confidence import ConfidenceModel
from kingpost.errors import Refused
from kingpost.evaluation.calibration import cross_validated, examples, fit_confidence, predict, quality
from kingpost.evaluation.fitting import PENALTY


def drawn(n: int = 400, *, noise: float = 0.0) -> tuple[list[dict[str, float]], list[int]]:
    """Answers that are right the likelier the more of the question they hold; a margin that tells ``noise`` of it."""
    random = np.random.default_rng(5)
    support, margin = random.random(n), random.random(n) * 100
    chance = 1 / (1 + np.exp(-(6 * support - 3 + noise * (margin - 50))))
    features = [
        {"exact_support": float(s), "exact_margin": float(m), "is_table": 1.0}
        for s, m in zip(support, margin, strict=True)
    ]
    return features, [int(value) for value in random.random(n) < chance]


def test_the_fit_is_the_penalised_maximum_that_scikit_learn_finds() -> None:
    features, labels = drawn(noise=0.02)
    intercept, weights = fit_confidence(features, labels)
    names = ["exact_support", "exact_margin"]
    table = np.array([[row[name] for name in names] for row in features])
    spread = table.std(axis=0)
    reference = LogisticRegression(C=1 / PENALTY, tol=1e-10, max_iter=1000)
    reference.fit((table - table.mean(axis=0)) / spread, labels)
    for name, weight, width in zip(names, reference.coef_[0], spread, strict=True):
        assert weights[name] == pytest.approx(weight / width, rel=1e-3)
    expected = reference.predict_proba((table - table.mean(axis=0)) / spread)[:, 1]
    assert predict(intercept, weights, features) == pytest.approx(expected.tolist(), abs=1e-4)


def test_what_speaks_for_an_answer_never_gets_a_weight_against_it_but_its_kind_may() -> None:
    features, labels = drawn(noise=-0.05)
    kinds = [row | {"is_table": float(row["exact_margin"] > 50)} for row in features]
    _, weights = fit_confidence(features, labels)
    assert weights.get("exact_margin", 0.0) == 0.0
    _, weights = fit_confidence(kinds, labels)
    assert weights["is_table"] < 0


def test_a_feature_that_never_varies_gets_no_weight_a_missing_one_counts_nought_and_others_are_not_weighed() -> None:
    features, labels = drawn()
    rows = [row | {"exactly_held": 1.0} if label else row for row, label in zip(features, labels, strict=True)]
    intercept, weights = fit_confidence([row | {"similarity": float(n)} for n, row in enumerate(rows)], labels)
    assert "is_table" not in weights
    assert "similarity" not in weights
    assert "exactly_held" in weights
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
        fit_confidence([{"held": 1.0}] * 10, [1, 0] * 5)
    with pytest.raises(Refused, match="30 of them right"):
        fit_confidence([{"held": 1.0}] * 30, [1] * 30)


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
