"""Recipes: what names a training job."""

import pytest

from kingpost.errors import UsageError
from kingpost.finetuning.recipe import recipe_named
from kingpost.settings import FinetuningSettings


def test_settings_set_seed_and_epochs() -> None:
    recipe = recipe_named("cpu", FinetuningSettings(seed=11, epochs=3))
    assert (recipe.seed, recipe.epochs) == (11, 3)
    assert recipe_named("cpu", FinetuningSettings()).epochs > 3


def test_the_digest_changes_with_any_number() -> None:
    digests = {recipe_named("cpu", FinetuningSettings(seed=seed)).digest for seed in (1, 2, 1)}
    assert len(digests) == 2


def test_an_unknown_recipe_is_a_usage_error_that_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as unknown:
        recipe_named("gpu", FinetuningSettings())
    assert "cpu" in unknown.value.next
