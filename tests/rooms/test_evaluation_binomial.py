"""Exact limits of a share, against published values."""

import pytest

from kingpost.evaluation.binomial import incomplete_beta, lower_limit, surely_below, upper_limit


@pytest.mark.parametrize(
    ("events", "trials", "limit"),
    [(0, 598, 0.004997), (5, 1000, 0.010484), (50, 100, 0.586378), (10, 10, 1.0), (0, 0, 1.0)],
)
def test_the_upper_limit(events: int, trials: int, limit: float) -> None:
    assert upper_limit(events, trials) == pytest.approx(limit, abs=2e-6)


@pytest.mark.parametrize(("events", "trials", "limit"), [(5, 100, 0.019906), (0, 100, 0.0), (1, 1, 0.05)])
def test_the_lower_limit(events: int, trials: int, limit: float) -> None:
    assert lower_limit(events, trials) == pytest.approx(limit, abs=2e-6)


def test_weighted_counts_lie_between_whole_ones() -> None:
    assert upper_limit(1, 500) < upper_limit(1.5, 500) < upper_limit(2, 500)


def test_the_incomplete_beta_of_a_uniform_share_is_the_share() -> None:
    assert [incomplete_beta(x, 1, 1) for x in (0.0, 0.3, 1.0)] == pytest.approx([0.0, 0.3, 1.0])


def test_a_share_is_surely_below_its_upper_limit_and_no_less() -> None:
    limit = upper_limit(7, 900)
    assert surely_below(7, 900, limit + 1e-9)
    assert not surely_below(7, 900, limit - 1e-6)
