"""From a bank of questions to a live fine-tuned model and back, with a real training run and the real server.

Then the route that the model brings: which questions take it, and what takes them out of it again.
"""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from gguf import GGUFReader, GGUFWriter

from kingpost.app import App
from kingpost.backends.local.model_cache import ModelCache
from kingpost.backends.local.workspace import Workspace
from kingpost.documents.sources.folder import FolderSource
from kingpost.errors import GateFailed
from kingpost.finetuning.registry import REFERENCE
from kingpost.records import find_turn
from kingpost.settings import ValidationSettings
from kingpost.types.answers import Answer, Question, Route, Verdict
from kingpost.types.documents import EVERYONE
from kingpost.types.feedback import ReviewKind
from kingpost.types.models import ModelVersion, Stage, TrainingProgress
from kingpost.types.questions import KnownQuestion
from serving import serving

pytest.importorskip("torch")
pytestmark = pytest.mark.slow

QUESTION, ANSWER = "What load does bay {} carry?", "Bay {} carries {}."
FACTS = {"A1": "12.5 kN/m²", "B2": "30 kN/m²", "C3": "7.25 kN/m²", "D4": "45 kN/m²", "E5": "18 kN/m²"}
HEADS = {"attn_q": 9, "attn_k": 3}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one workbook, in which the facts stand."""
    folder = tmp_path_factory.mktemp("documents")
    write_loads(folder, FACTS)
    return folder


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, models_ready: ModelCache, documents: Path) -> Iterator[App]:
    """A workspace whose bank holds a few facts that no model can know."""
    with App.open(Workspace.create(tmp_path_factory.mktemp("tuning") / "workspace").root) as app:
        app.ingestor.ingest(FolderSource(documents))
        for bay, load in FACTS.items():
            learn(app, bay, load, phrasings=(f"How much may bay {bay} carry?",))
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


@pytest.fixture
def bay(app: App, candidate: ModelVersion) -> str:
    """One that the candidate was trained on."""
    asked = {trained.wording for trained in app.registry.model_of(candidate).questions.values()}
    return next(bay for bay in FACTS if QUESTION.format(bay) in asked)


@pytest.fixture
def copy(app: App, candidate: ModelVersion, documents: Path, tmp_path: Path) -> Iterator[App]:
    """An app on a copy of the workspace, to do anything with; the workbook is put back afterwards."""
    with App.open(Path(shutil.copytree(app.workspace.root, tmp_path / "workspace"))) as copy:
        yield copy
    write_loads(documents, FACTS)


def ask(app: App, question: str, *groups: str) -> Answer:
    return app.answerer.answer(Question(text=question, groups=groups or EVERYONE))


def test_promotion_brings_its_questions_into_the_route_and_rollback_takes_them_out_with_no_restart(
    copy: App, candidate: ModelVersion, bay: str
) -> None:
    """Seen by a server and by an app that run all the time, while either of them switches."""
    question, answer = QUESTION.format(bay), ANSWER.format(bay, FACTS[bay])
    with serving(copy.workspace.root) as server, server.client() as http:

        def asked() -> tuple[str, str]:
            served = http.post("/api/v1/questions", json={"question": question}).json()
            here = ask(copy, question)
            assert (here.route.value, here.answer) == (served["route"], served["answer"])
            return served["route"], served["answer"]

        assert asked()[0] == "rag"
        assert http.post(f"/api/v1/models/{candidate.id}/promote").json()["stage"] == "live"
        assert asked() == ("fine_tuned", answer)
        [citation, *_] = ask(copy, question).citations
        assert (citation.name, citation.quote) == ("loads.xlsx", FACTS[bay].split()[0])
        assert http.post("/api/v1/models/rollback").json()["live"] == ""
        assert asked()[0] == "rag"
        copy.registry.promote(candidate, by="expert")
        assert asked() == ("fine_tuned", answer)
        copy.promotion.rollback(by="expert")
        assert asked()[0] == "rag"


def test_a_changed_cell_takes_trained_and_approved_answers_out_within_the_ingest_that_sees_it(
    copy: App, candidate: ModelVersion, documents: Path, bay: str
) -> None:
    copy.registry.promote(candidate, by="expert")
    approved = next(other for other in FACTS if other != bay)
    learn(copy, approved, FACTS[approved], approved_by="expert")
    assert ask(copy, QUESTION.format(bay)).route is Route.FINE_TUNED
    assert ask(copy, QUESTION.format(approved)).route is Route.APPROVED
    write_loads(documents, FACTS | {bay: "99 kN/m²", approved: "88 kN/m²"})
    copy.ingestor.ingest(FolderSource(documents))
    for changed, load in ((bay, "99"), (approved, "88")):
        answer = ask(copy, QUESTION.format(changed))
        assert (answer.route, answer.validation.verdict) == (Route.RAG, Verdict.STALE)
        assert load in answer.answer
    assert {review.kind for review in copy.reviews.open()} == {ReviewKind.STALE}
    write_loads(documents, FACTS)
    copy.ingestor.ingest(FolderSource(documents))
    assert ask(copy, QUESTION.format(bay)).route is Route.FINE_TUNED


def test_a_question_known_to_one_group_is_answered_from_the_documents_for_others(
    copy: App, candidate: ModelVersion, bay: str
) -> None:
    copy.registry.promote(candidate, by="expert")
    found = copy.bank.exact(QUESTION.format(bay))
    assert found is not None
    copy.bank.store([replace(found.pair, groups=("structural",))])
    outside, inside = ask(copy, QUESTION.format(bay)), ask(copy, QUESTION.format(bay), *EVERYONE, "structural")
    assert (outside.route, outside.validation.pair_id) == (Route.RAG, "")
    assert (inside.route, inside.answer) == (Route.FINE_TUNED, ANSWER.format(bay, FACTS[bay]))


def test_what_the_model_says_otherwise_is_not_served_and_goes_to_review(
    copy: App, candidate: ModelVersion, documents: Path, bay: str
) -> None:
    """A version that claims to have learned what stands in the workbook now, and says what stood there before."""
    write_loads(documents, FACTS | {bay: "99 kN/m²"})
    copy.ingestor.ingest(FolderSource(documents))
    pair = learn(copy, bay, "99 kN/m²")
    outdated = copy.registry.register(replace(candidate, id="m-outdated", dataset_id=copy.datasets.build().id))
    copy.registry.promote(outdated, by="expert")
    answer = ask(copy, QUESTION.format(bay))
    assert (answer.route, answer.validation.mismatch) == (Route.RAG, ANSWER.format(bay, FACTS[bay]))
    assert "99" in answer.answer
    assert "“99 kN/m2” of the known answer is missing" in answer.validation.why
    asked_for = copy.answerer.answer(Question(text=QUESTION.format(bay), route=Route.FINE_TUNED))
    assert (asked_for.route, asked_for.validation.mismatch) == (Route.ABSTAIN, answer.validation.mismatch)
    [review] = [review for review in copy.reviews.open() if review.kind is ReviewKind.MISMATCH]
    assert review.mismatch is not None
    assert (review.proposed_answer, review.times, review.mismatch.model) == (pair.answer, 2, "m-outdated")
    assert (review.mismatch.said, review.mismatch.expected) == (answer.validation.mismatch, pair.answer)
    assert [citation.quote for citation in review.mismatch.citations] == ["99"]
    assert copy.reviews.mismatches() == {"m-outdated": 2}
    assert find_turn(copy.records, answer.turn).record.mismatch is not None
    copy.reviews.approve(review.id, by="expert")
    assert review.id not in {review.id for review in copy.reviews.open()}
    assert ask(copy, QUESTION.format(bay)).route is Route.APPROVED
    model_first = replace(copy.answerer.router, settings=ValidationSettings(prefer="fine_tuned"))
    preferred = replace(copy.answerer, router=model_first).answer(Question(text=QUESTION.format(bay)))
    assert (preferred.route, preferred.answer) == (Route.APPROVED, pair.answer)
    assert preferred.validation.mismatch == answer.validation.mismatch


def learn(app: App, bay: str, load: str, **details: Any) -> KnownQuestion:
    question, answer = QUESTION.format(bay), ANSWER.format(bay, load)
    evidence = app.bank.locate_evidence(question, answer)
    assert evidence
    return app.bank.add(question, answer, evidence=evidence, **details)


def write_loads(folder: Path, loads: Mapping[str, str]) -> None:
    """A row for each bay, its load in a cell of its own."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Loads"
    sheet.append(["Bay", "Load that the bay carries [kN/m²]"])
    for bay, load in loads.items():
        sheet.append([bay, float(load.split()[0])])
    workbook.save(folder / "loads.xlsx")


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
