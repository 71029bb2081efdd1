"""The registry: one pointer says which version is live, moved by one conditional put, and back again."""

import json

import pytest

from kingpost.backends.memory import MemoryObjects, MemoryRecords
from kingpost.errors import NotFound, Refused
from kingpost.finetuning.datasets import DatasetBuilder
from kingpost.finetuning.registry import ModelRegistry
from kingpost.records import LIVE, Pointer, Records
from kingpost.settings import FinetuningSettings
from kingpost.types.models import ModelVersion, Stage
from kingpost.types.questions import KnownQuestion


def version(id: str, dataset_id: str = "", created_at: str = "2026-01-01") -> ModelVersion:
    return ModelVersion(
        id=id,
        base="SmolLM2-135M-Instruct",
        base_digest="b",
        dataset_id=dataset_id,
        dataset_digest="d",
        recipe="cpu",
        recipe_digest="r",
        adapter_key=f"adapters/{id}/adapter.gguf",
        adapter_digest="a",
        created_at=created_at,
    )


@pytest.fixture
def registry() -> ModelRegistry:
    return ModelRegistry(records=Records(MemoryRecords()), objects=MemoryObjects())


@pytest.fixture
def trained(registry: ModelRegistry) -> ModelRegistry:
    """Two versions, ``a`` and ``b``, trained on one dataset of two pairs."""
    for number in (1, 2):
        known = KnownQuestion(
            id=f"q{number}", question=f"Load of bay {number}?", answer=f"{number} kN", phrasings=(f"Bay {number}?",)
        )
        registry.records.questions.put(known.id, known)
    settings = FinetuningSettings(held_out_share=0)
    dataset = DatasetBuilder(records=registry.records, objects=registry.objects, settings=settings).build()
    for id in "ab":
        registry.register(version(id, dataset.id))
    return registry


def stages(registry: ModelRegistry) -> dict[str, Stage]:
    return {version.id: version.stage for version in registry.all()}


def test_no_version_is_live_at_first(registry: ModelRegistry) -> None:
    assert registry.live_model() is None
    with pytest.raises(Refused):
        registry.rollback(by="expert")


def test_promotion_makes_one_version_live_and_retires_the_one_before(trained: ModelRegistry) -> None:
    trained.promote(trained.get("a"), by="expert")
    assert stages(trained) == {"a": Stage.LIVE, "b": Stage.CANDIDATE}
    promoted = trained.promote(trained.get("b"), by="expert")
    assert promoted.stage is Stage.LIVE
    assert stages(trained) == {"a": Stage.RETIRED, "b": Stage.LIVE}


def test_the_live_model_knows_its_questions_in_their_trained_wording(trained: ModelRegistry) -> None:
    trained.promote(trained.get("a"), by="expert")
    live = trained.live_model()
    assert live is not None
    assert {id: (known.wording, known.answer) for id, known in live.questions.items()} == {
        "q1": ("Load of bay 1?", "1 kN"),
        "q2": ("Load of bay 2?", "2 kN"),
    }


def test_rollback_goes_back_step_by_step_to_none(trained: ModelRegistry) -> None:
    for id in "ab":
        trained.promote(trained.get(id), by="expert")
    before = trained.previous()
    assert before is not None
    assert before.id == "a"
    back = trained.rollback(by="expert")
    assert back is not None
    assert (back.id, back.stage) == ("a", Stage.LIVE)
    assert trained.previous() is None
    assert trained.rollback(by="expert") is None
    assert trained.live_model() is None
    assert stages(trained) == {"a": Stage.RETIRED, "b": Stage.RETIRED}


def test_promoting_what_is_live_changes_nothing(trained: ModelRegistry) -> None:
    trained.promote(trained.get("a"), by="expert")
    trained.promote(trained.get("a"), by="expert")
    assert trained.previous() is None


def test_the_pointer_is_read_for_every_question(trained: ModelRegistry) -> None:
    """Another process promotes; this one sees it with its next question."""
    elsewhere = ModelRegistry(records=trained.records, objects=trained.objects)
    assert trained.live_model() is None
    elsewhere.promote(elsewhere.get("a"), by="expert")
    live = trained.live_model()
    assert live is not None
    assert live.version.id == "a"
    elsewhere.promote(elsewhere.get("b"), by="expert")
    live = trained.live_model()
    assert live is not None
    assert live.version.id == "b"


class RacingRecords(MemoryRecords):
    """Another process moves the pointer between the read and the put."""

    racing = False

    def get(self, table: str, partition: str, id: str):  # type: ignore[no-untyped-def]
        found = super().get(table, partition, id)
        if self.racing and table == "pointers":
            self.racing = False
            super().put(table, partition, {id: {"target": "b"}})
        return found


def test_a_lost_race_is_refused_and_changes_nothing() -> None:
    store = RacingRecords()
    registry = ModelRegistry(records=Records(store), objects=MemoryObjects())
    for id in "ab":
        registry.register(version(id))
    store.racing = True
    with pytest.raises(Refused):
        registry.promote(version("a"), by="expert")
    assert stages(registry) == {"a": Stage.CANDIDATE, "b": Stage.LIVE}


def test_a_crash_between_pointer_and_record_leaves_the_stage_right(registry: ModelRegistry) -> None:
    registry.register(version("a"))
    registry.records.pointers.put(LIVE, Pointer(target="a"))
    assert registry.get("a").stage is Stage.LIVE
    registry.set_stage("a", Stage.LIVE)
    registry.records.pointers.put(LIVE, Pointer(target=""))
    assert registry.get("a").stage is Stage.RETIRED


def test_registering_again_keeps_what_is_known_of_a_version(registry: ModelRegistry) -> None:
    registry.register(version("a"))
    registry.set_stage("a", Stage.REJECTED)
    assert registry.register(version("a", created_at="2027-01-01")).stage is Stage.REJECTED
    assert registry.get("a").created_at == "2026-01-01"


def test_versions_are_listed_oldest_first(registry: ModelRegistry) -> None:
    registry.register(version("a", created_at="2026-02-02"))
    registry.register(version("b", created_at="2026-01-01"))
    assert [found.id for found in registry.all()] == ["b", "a"]


def test_an_unknown_version_is_not_found(registry: ModelRegistry) -> None:
    with pytest.raises(NotFound):
        registry.get("none")


def test_the_reference_lies_beside_the_adapter(registry: ModelRegistry) -> None:
    row = {"question": "Load of bay 1?", "answer": "1 kN", "first_token": {"1": -0.1}}
    registry.objects.put("adapters/a/reference.json", json.dumps([row]).encode())
    assert registry.reference(version("a")) == [row]
