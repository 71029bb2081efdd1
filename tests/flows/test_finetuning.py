"""From a bank of questions to a live fine-tuned model and back, with a real training run and the real server."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFReader, GGUFWriter

from kingpost.app import App
from kingpost.backends.local.model_cache import ModelCache
from kingpost.backends.local.workspace import Workspace
from kingpost.errors import GateFailed
from kingpost.finetuning.registry import REFERENCE
from kingpost.types.models import ModelVersion, Stage, TrainingProgress

pytest.importorskip("torch")
pytestmark = pytest.mark.slow

FACTS = {"A1": "12.5 kN/m²", "B2": "30 kN/m²", "C3": "7.25 kN/m²", "D4": "45 kN/m²", "E5": "18 kN/m²"}
HEADS = {"attn_q": 9, "attn_k": 3}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, models_ready: ModelCache) -> Iterator[App]:
    """A workspace whose bank holds a few facts that no model can know."""
    with App.open(Workspace.create(tmp_path_factory.mktemp("tuning") / "workspace").root) as app:
        for bay, load in FACTS.items():
            question, phrasing = f"What load does bay {bay} carry?", f"How much may bay {bay} carry?"
            app.bank.add(question, f"Bay {bay} carries {load}.", phrasings=(phrasing,))
        app.datasets.build()
        yield app


@pytest.fixture(scope="module")
def candidate(app: App) -> ModelVersion:
    return app.fine_tuner.fine_tune()


@pytest.fixture
def live(app: App, candidate: ModelVersion) -> Iterator[ModelVersion]:
    yield app.promotion.promote(candidate.id, by="expert")
    app.promotion.rollback(by="expert")


def test_training_ends_when_every_answer_is_recalled_exactly(app: App, candidate: ModelVersion) -> None:
    assert candidate.stage is Stage.CANDIDATE
    assert candidate.dataset_id == app.datasets.get("latest").id
    assert candidate.metrics["exact"] == candidate.metrics["settled"] == 1
    assert candidate.metrics["epochs"] < 30
    assert candidate.metrics["loss"] < 0.5


def test_the_same_call_finds_the_finished_version(app: App, candidate: ModelVersion) -> None:
    seen: list[TrainingProgress] = []
    assert app.fine_tuner.fine_tune(on_progress=seen.append) == candidate
    assert seen == []


def test_the_served_adapter_says_what_it_said_in_training(app: App, candidate: ModelVersion) -> None:
    report = app.promotion.measure(candidate.id)
    assert report.passed, report.reasons
    measured = report.metrics["candidate"]
    assert measured["trained_exact"] == 1
    assert measured["parity_agreement"] == 1
    assert measured["parity_nats"] < 0.3
    assert measured["untrained_taken"] == 0
    assert app.records.gate_reports.get(candidate.id) == report


def test_the_adapter_is_off_where_the_base_model_is_asked(app: App, candidate: ModelVersion) -> None:
    asked = app.registry.model_of(candidate).questions
    [known, *_] = asked.values()
    said = app.host.chat().bind(max_tokens=40).invoke(known.wording)
    assert known.answer not in str(said.content)


def test_a_version_that_passes_the_gate_is_live_until_it_is_rolled_back(app: App, live: ModelVersion) -> None:
    assert live.stage is Stage.LIVE
    model = app.registry.live_model()
    assert model is not None
    assert model.version.id == live.id
    assert len(model.questions) == len(FACTS) - 1, "one fact is held out"
    app.promotion.rollback(by="expert")
    assert app.registry.live_model() is None
    app.promotion.promote(live.id, by="expert")


def test_an_adapter_that_was_exported_wrongly_does_not_go_live(
    app: App, candidate: ModelVersion, tmp_path: Path
) -> None:
    """Query and key rows left in transformers' order: the file loads, and the model babbles."""
    broken = tmp_path / "adapter.gguf"
    write_without_permutation(app.objects.local_path(candidate.adapter_key), broken)
    version = stored(app, candidate, "m-broken", broken.read_bytes())
    with pytest.raises(GateFailed) as failed:
        app.promotion.promote(version.id, by="expert")
    assert "served" in failed.value.message
    assert app.registry.get(version.id).stage is Stage.REJECTED
    report = app.records.gate_reports.get(version.id)
    assert not report.passed
    assert report.metrics["candidate"]["parity_nats"] > 0.5


def stored(app: App, like: ModelVersion, id: str, adapter: bytes) -> ModelVersion:
    app.objects.put(f"adapters/{id}/adapter.gguf", adapter)
    reference = app.objects.get(f"{like.adapter_key.rpartition('/')[0]}/{REFERENCE}")
    app.objects.put(f"adapters/{id}/{REFERENCE}", reference)
    version = replace(
        like, id=id, adapter_key=f"adapters/{id}/adapter.gguf", adapter_digest=hashlib.sha256(adapter).hexdigest()
    )
    return app.registry.register(version)


def write_without_permutation(source: Path, target: Path) -> None:
    reader = GGUFReader(source)
    writer = GGUFWriter(target, "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", reader.fields["adapter.lora.alpha"].contents())
    for tensor in reader.tensors:
        values = np.array(tensor.data)
        kind = tensor.name.split(".")[2]
        if kind in HEADS and tensor.name.endswith("lora_b"):
            heads = HEADS[kind]
            pairs = values.shape[0] // heads // 2
            values = values.reshape(heads, pairs, 2, -1).swapaxes(1, 2).reshape(values.shape)
        writer.add_tensor(tensor.name, np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
