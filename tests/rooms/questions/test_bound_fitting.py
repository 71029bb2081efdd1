"""Fitting the bound to a bank: through candidates and guard as the router does, gated, stored, taken back."""

import random
from dataclasses import dataclass
from pathlib import Path

import pytest

from kingpost.answering.bound import LearnedBound, fingerprint
from kingpost.answering.routing import QuestionRouter
from kingpost.errors import Refused
from kingpost.evaluation.bound_fitting import BoundFitter
from kingpost.evaluation.trials import ANOTHER, Trials
from kingpost.language.siblings import Siblings
from kingpost.settings import ValidationSettings

ROOMS = ("boiler room", "loading dock", "battery room", "wash bay", "paint shop")
ASKED = (
    "What is the maximum floor load in the {}?",
    "Who inspects the sprinklers of the {}?",
    "When must the {} be cleaned?",
    "How wide is the gate of the {}?",
)


class Noise:
    """Scores without any sense in them."""

    def scores(self, known, asked):
        return [random.Random(f"{one}|{asked}").random() for one in known]


@dataclass
class Knowing:
    """Knows which texts were made as rewordings: those are the same, all others are not."""

    same: set[tuple[str, str]]

    def scores(self, known, asked):
        return [0.99 if (one, asked) in self.same else 0.01 for one in known]


@pytest.fixture
def bank(office):
    for room in ROOMS:
        for number, question in enumerate(ASKED):
            office.bank.add(question.format(room), f"{room} {number}", approved_by="ines")
    return office.bank


def trials(office, verifier) -> Trials:
    pairs = office.bank.pairs()
    router = QuestionRouter(
        bank=office.bank, records=office.records, live_model=lambda: None, settings=ValidationSettings(),
        bound=bound(office), verifier=verifier,
    )  # fmt: skip
    return Trials(route=router.route, pairs=pairs, siblings=Siblings.found([pair.question for pair in pairs], [ROOMS]))


def bound(office, allowed: float = 0.02) -> LearnedBound:
    return LearnedBound(
        settings=ValidationSettings(maximum_false_match_rate=allowed),
        records=office.records,
        shipped=lambda share: 0.5 if share >= 0.02 else 0.9,
        fingerprint=fingerprint("encoder", "verifier"),
    )


def knowing(office) -> Knowing:
    """What a perfect verifier would know of this bank: found by asking once with one that knows nothing."""
    questions = {pair.id: pair.question for pair in office.bank.pairs()}
    made = trials(office, Knowing(set())).of(100)
    return Knowing({(questions[one.question], one.text) for one in made if one.label})


def fitter(office, verifier) -> BoundFitter:
    made = trials(office, verifier)
    return BoundFitter(records=office.records, bound=bound(office), trials=lambda: made)


def test_trials_are_rewordings_near_misses_and_neighbours_that_differ(office, bank) -> None:
    made = trials(office, Noise()).of(100)
    kinds = {one.kind for one in made if not one.label}
    assert {"sibling", "opposite", "question", ANOTHER} <= kinds
    assert {one.label for one in made} == {0, 1}
    worded = {pair.question for pair in bank.pairs()}
    assert not [one for one in made if not one.label and one.text in worded]


def test_what_the_guard_parts_never_counts_as_a_match(office, bank) -> None:
    made = trials(office, Noise()).of(100)
    opposites = [one.score for one in made if one.kind == "opposite"]
    assert opposites
    assert sum(score == 0 for score in opposites) / len(opposites) > 0.7


def test_noise_is_let_pass_nowhere_reported_and_can_be_rolled_back(office, bank, tmp_path: Path) -> None:
    fit = fitter(office, Noise())
    result = fit.fit(out=tmp_path / "out")
    assert result["kept"]
    assert result["held_out"]["chosen"]["false_matches"] < result["held_out"]["shipped"]["false_matches"]
    assert result["held_out"]["chosen"]["recall"] < 0.35
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Recall over false matches" in page
    assert "<svg" in page
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"report.html", "summary.json", "trials.jsonl"}

    fitted = bound(office).threshold()
    assert fitted.source == "fitted"
    assert fitted.value > 0.9
    assert fit.roll_back()["source"] == "shipped"
    assert bound(office).threshold().source == "shipped"
    fit.roll_back()
    assert bound(office).threshold() == fitted


def test_a_verifier_that_knows_recalls_and_the_bound_serves_at_once(office, bank) -> None:
    result = fitter(office, knowing(office)).fit()
    assert result["held_out"]["chosen"]["recall"] > 0.8
    assert result["held_out"]["chosen"]["false_matches"] == 0
    assert result["verdict"]


def test_what_was_never_fitted_cannot_be_rolled_back(office, bank) -> None:
    with pytest.raises(Refused, match="no bound was fitted"):
        fitter(office, Noise()).roll_back()


def test_an_empty_bank_is_refused(office) -> None:
    with pytest.raises(Refused, match="no known question"):
        fitter(office, Noise()).fit()
