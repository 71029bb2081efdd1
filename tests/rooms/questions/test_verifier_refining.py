"""The gate of a refined verifier: through candidates and guard as the router does, stored only where it is better."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kingpost.answering.bound import LearnedBound
from kingpost.answering.refined_verifier import VERIFIER_ID, in_force, refused
from kingpost.answering.routing import QuestionRouter
from kingpost.answering.verifier import PairScores, Parameters, Verifier
from kingpost.backends.memory import MemoryObjects
from kingpost.errors import Refused
from kingpost.evaluation.trials import Trials
from kingpost.evaluation.verifier_refining import VerifierRefiner
from kingpost.finetuning.bank_families import Part, part_of
from kingpost.finetuning.pair_sampling import Family
from kingpost.language.siblings import Siblings
from kingpost.settings import ValidationSettings

ROOMS = ("boiler room", "loading dock", "battery room", "wash bay", "paint shop")
ASKED = (
    "What is the maximum floor load in the {}?",
    "Who inspects the sprinklers of the {}?",
    "When must the {} be cleaned?",
    "How wide is the gate of the {}?",
)
PARAMETERS = Parameters(temperature=1.0, middle=0.0, curve=((0.5, 0.02), (0.9, 0.0)))
SHIPPED = "digest of what ships"


def blind(pairs: Sequence[tuple[str, str]]) -> list[float]:
    """Takes nothing for the same."""
    return [-4.0] * len(pairs)


def careless(pairs: Sequence[tuple[str, str]]) -> list[float]:
    """Takes everything for the same."""
    return [4.0] * len(pairs)


@dataclass
class Training:
    """Keeps what it was taught; what it makes stands for any trained part."""

    folder: Path
    taught: list[Family] = field(default_factory=list)
    cleared: bool = False

    def train(self, families, on_progress) -> Path:
        self.taught = list(families)
        on_progress(1, 1)
        adapter = self.folder / "adapter.safetensors"
        adapter.write_bytes(b"trained")
        return adapter

    def clear(self) -> None:
        self.cleared = True


@pytest.fixture
def bank(office):
    for room in ROOMS:
        for number, question in enumerate(ASKED):
            office.bank.add(question.format(room), f"{room} {number}", approved_by="ines")
    return office.bank


def trials(office, verifier: Verifier) -> Trials:
    pairs = office.bank.pairs()
    router = QuestionRouter(
        bank=office.bank, records=office.records, live_model=lambda: None, settings=ValidationSettings(),
        verifier=verifier,
    )  # fmt: skip
    return Trials(route=router.route, pairs=pairs, siblings=Siblings.found([pair.question for pair in pairs], [ROOMS]))


def knowing(office) -> PairScores:
    """What a perfect verifier would know of this bank: found by asking once with one that knows nothing."""
    questions = {pair.id: pair.question for pair in office.bank.pairs()}
    made = trials(office, Verifier(pair_scores=blind, parameters=PARAMETERS)).of(100)
    same = {frozenset((questions[one.question], one.text)) for one in made if one.label}
    return lambda pairs: [4.0 if frozenset(pair) in same else -4.0 for pair in pairs]


def refiner(office, tmp_path: Path, *, before: PairScores, after: PairScores, **changes) -> VerifierRefiner:
    verifier = Verifier(pair_scores=before, parameters=PARAMETERS)
    settings = ValidationSettings(maximum_false_match_rate=0.02, **changes)
    return VerifierRefiner(
        records=office.records,
        objects=MemoryObjects(),
        lock=lambda kind: nullcontext(),
        verifier=verifier,
        bound=LearnedBound(settings=settings, records=office.records, shipped=verifier.threshold, fingerprint=""),
        shipped=SHIPPED,
        judged=lambda: (),
        candidates=office.bank.candidates,
        training=Training(tmp_path),
        pair_scores=lambda adapter: after,
        trials=lambda one: trials(office, one),
    )


def test_one_that_recalls_more_within_the_bound_comes_into_force(office, bank, tmp_path: Path) -> None:
    refining = refiner(office, tmp_path, before=blind, after=knowing(office))
    result = refining.refine(out=tmp_path / "out")
    assert result["kept"]
    assert result["gate"]["refined"]["recall"] > 0.8 > result["gate"]["in force"]["recall"]
    assert result["gate"]["refined"]["false_matches"] == 0
    assert result["verdict"].startswith("kept: on known questions held out it recalls")
    now = in_force(office.records, shipped=SHIPPED)
    assert refining.objects.get(now.key) == b"trained"
    assert refining.training.cleared
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"families.jsonl", "summary.json", "trials.jsonl"}
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8")) == json.loads(json.dumps(result))


def test_only_taught_questions_are_in_what_is_trained_on(office, bank, tmp_path: Path) -> None:
    refining = refiner(office, tmp_path, before=blind, after=blind)
    refining.refine()
    taught = {pair.question for pair in bank.pairs() if part_of(pair.id) is Part.TAUGHT}
    held = {pair.question for pair in bank.pairs()} - taught
    assert {family.known for family in refining.training.taught} == taught
    texts = {
        text for family in refining.training.taught for text in (*family.same, *(text for _, text in family.different))
    }
    assert not texts & held


def test_one_that_takes_other_questions_for_known_ones_is_thrown_away(office, bank, tmp_path: Path) -> None:
    refining = refiner(office, tmp_path, before=blind, after=careless, threshold=0.5)
    result = refining.refine()
    assert not result["kept"]
    assert "does not keep the bound of 2.00%" in result["verdict"]
    assert office.records.parameters.find(VERIFIER_ID) is None
    assert list(refining.objects.keys("")) == []


def test_one_that_is_no_better_is_thrown_away(office, bank, tmp_path: Path) -> None:
    knows = knowing(office)
    result = refiner(office, tmp_path, before=knows, after=knows).refine()
    assert not result["kept"]
    assert "not kept: on known questions held out it recalls" in result["verdict"]
    assert office.records.parameters.find(VERIFIER_ID) is None


def test_a_rollback_puts_back_what_was_there_and_a_second_one_the_refined(office, bank, tmp_path: Path) -> None:
    refining = refiner(office, tmp_path, before=blind, after=knowing(office))
    refining.refine()
    refined = in_force(office.records, shipped=SHIPPED)
    assert refining.roll_back() == {"verifier": SHIPPED, "refined": False}
    assert in_force(office.records, shipped=SHIPPED) is None
    assert refining.roll_back() == {"verifier": refined.digest, "refined": True}
    assert in_force(office.records, shipped=SHIPPED) == refined


def test_with_another_verifier_shipped_the_refined_one_is_refused(office, bank, tmp_path: Path) -> None:
    refiner(office, tmp_path, before=blind, after=knowing(office)).refine()
    assert refused(office.records, shipped=SHIPPED) == ""
    assert in_force(office.records, shipped="another") is None
    assert "another version" in refused(office.records, shipped="another")


def test_too_small_a_bank_and_nothing_to_take_back_are_refused(office, tmp_path: Path) -> None:
    refining = refiner(office, tmp_path, before=blind, after=blind)
    with pytest.raises(Refused, match="too few known questions"):
        refining.refine()
    with pytest.raises(Refused, match="no verifier was refined"):
        refining.roll_back()
