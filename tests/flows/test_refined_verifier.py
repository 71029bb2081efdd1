"""The verifier refined on a bank of one's own: really trained, judged by the gate, in force, and taken back."""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kingpost.answering.refined_verifier import PREVIOUS_ID, VERIFIER_ID, RefinedVerifier
from kingpost.app import App
from kingpost.backends.local.model_cache import ModelCache
from kingpost.backends.local.verifier_model import adapter_digest
from kingpost.backends.local.workspace import Workspace
from kingpost.cli.program import run
from kingpost.errors import BackendUnavailable, MissingExtra
from kingpost.evaluation.putting_in_force import put_in_force
from kingpost.finetuning.verifier_training import VerifierTraining
from kingpost.types.evaluation import Parameters

PLACES = ("boiler room", "loading dock", "battery room", "wash bay")
ASKED = (
    "What is the maximum floor load in the {}?",
    "Who inspects the sprinklers of the {}?",
    "When must the {} be cleaned?",
    "How wide is the gate of the {}?",
)
PAIR = ("Who inspects the sprinklers of the wash bay?", "By whom are the wash bay's sprinklers looked after?")


@pytest.fixture
def workspace(tmp_path: Path, models_ready: ModelCache) -> Path:
    root = tmp_path / "workspace"
    with App.open(Workspace.create(root).root) as app:
        for place in PLACES:
            for number, question in enumerate(ASKED):
                app.bank.add(question.format(place), f"{place} {number}", approved_by="ines")
    return root


@pytest.fixture
def calibrate(workspace: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Runs ``kingpost calibrate --verifier --json`` and gives its document."""

    def call(*words: str) -> Any:
        capsys.readouterr()
        assert run(["calibrate", "--verifier", *words, "--workspace", str(workspace), "--json"], as_json=True) == 0
        return json.loads(capsys.readouterr().out)

    return call


@pytest.mark.slow
def test_a_bank_refines_the_verifier_and_takes_it_back(
    workspace: Path, calibrate: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    monkeypatch.setattr(VerifierTraining, "clear", lambda _: None)  # what was trained is looked at below
    with App.open(workspace) as app:
        shipped = app.verifier.score(*PAIR), app.bound.fingerprint

    result = calibrate()
    trained = next((workspace / "jobs").glob("verifier-*/adapter.safetensors"))
    assert result["verifier"] == hashlib.sha256(trained.read_bytes()).hexdigest() != adapter_digest()
    assert sum(result["questions"].values()) == len(PLACES) * len(ASKED)
    assert result["verdict"].startswith("kept: " if result["kept"] else "not kept: ")
    with App.open(workspace) as app:
        assert (app.refined is not None) is result["kept"]
        if not result["kept"]:  # so small a bank may not reach the gate's mark; what is trained serves all the same
            put(app, trained)

    with App.open(workspace) as app:
        refined = app.verifier.score(*PAIR), app.bound.fingerprint
        assert app.refined.digest == result["verifier"]
        assert (app.workspace.index / f"verifier-{app.refined.digest[:12]}" / "model.onnx").is_file()
    assert abs(refined[0] - shipped[0]) > 1e-4
    assert refined[1] != shipped[1]

    assert calibrate("--rollback")["refined"] is False
    with App.open(workspace) as app:
        assert (app.verifier.score(*PAIR), app.bound.fingerprint) == shipped

    assert calibrate("--rollback")["refined"] is True
    with App.open(workspace) as app:
        assert app.verifier.score(*PAIR) == refined[0]
        app.objects.put(app.refined.key, b"damaged")
    with App.open(workspace) as app, pytest.raises(BackendUnavailable, match="not what was stored"):
        app.verifier.score(*PAIR)
    assert calibrate("--rollback")["refined"] is False


def put(app: App, trained: Path) -> None:
    verifier = RefinedVerifier(
        digest=hashlib.sha256(trained.read_bytes()).hexdigest(), parameters=app.verifier.parameters
    )
    app.objects.put(verifier.key, trained.read_bytes())
    record = Parameters(
        id=VERIFIER_ID, fingerprint=adapter_digest(), fitted_on="", fitted_at="", values=verifier.values
    )
    put_in_force(app.records, record, previous=PREVIOUS_ID)


def test_without_the_extra_it_says_what_to_install(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kingpost.finetuning.job.verifier_steps", None)
    with App.open(workspace) as app, pytest.raises(MissingExtra) as caught:
        app.verifier_refiner.refine()
    assert "kingpost[train]" in caught.value.next
