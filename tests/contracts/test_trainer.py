"""What every trainer keeps to: it resumes, it stops with its checkpoint, and a finished job is found again."""

import hashlib
import json
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from kingpost.backends.local.model_cache import ModelCache
from kingpost.backends.local.process_trainer import ProcessTrainer
from kingpost.backends.memory import MemoryObjects
from kingpost.errors import MissingExtra, TrainingFailed
from kingpost.finetuning.recipe import CPU
from kingpost.ports import Trainer
from kingpost.settings import Settings
from kingpost.types.models import TrainingProgress

pytest.importorskip("torch")

DATASET = "datasets/d.jsonl"
RECIPE = asdict(replace(CPU, rank=4, alpha=8, epochs=2, batch_size=1, checkpoint_steps=2))
STEPS = 8
ROWS = [
    {"question": f"What load does bay {number} carry?", "answer": f"{number} kN", "split": split}
    for number, split in ((1, "train"), (2, "train"), (3, "held_out_fact"), (4, "train"), (5, "train"))
]


@pytest.fixture
def trainer(tmp_path: Path, models_ready: ModelCache) -> Trainer:
    objects = MemoryObjects()
    objects.put(DATASET, "".join(json.dumps(row) + "\n" for row in ROWS).encode())
    model = models_ready.chat(Settings().models.chat)
    return ProcessTrainer(objects=objects, directory=tmp_path / "jobs", model=model)


def trained(
    trainer: Trainer, on_progress: Callable[[TrainingProgress], None] = lambda progress: None, **recipe: object
) -> Mapping[str, Any]:
    return trainer.train(
        job_id="j1",
        dataset_key=DATASET,
        output_prefix="adapters/j1",
        recipe=RECIPE | recipe,
        on_progress=on_progress,
    )


def objects_of(trainer: Trainer) -> MemoryObjects:
    assert isinstance(trainer, ProcessTrainer)
    objects = trainer._objects
    assert isinstance(objects, MemoryObjects)
    return objects


def test_a_job_leaves_adapter_reference_and_manifest_in_the_store(trainer: Trainer, tmp_path: Path) -> None:
    seen: list[TrainingProgress] = []
    manifest = trained(trainer, seen.append)
    objects = objects_of(trainer)
    adapter = objects.get(manifest["adapter_key"])
    assert hashlib.sha256(adapter).hexdigest() == manifest["adapter_digest"]
    assert set(objects.keys("adapters/")) == {
        f"adapters/j1/{name}" for name in ("adapter.gguf", "reference.json", "manifest.json")
    }
    assert [progress.step for progress in seen] == list(range(STEPS + 1))
    assert {progress.steps for progress in seen} == {STEPS}
    assert manifest["metrics"]["examples"] == 4
    assert not list((tmp_path / "jobs").iterdir()), "a finished job leaves nothing behind"


def test_a_finished_job_is_found_and_not_run_again(trainer: Trainer) -> None:
    manifest = trained(trainer)
    seen: list[TrainingProgress] = []
    assert trained(trainer, seen.append) == manifest
    assert seen == []


def test_ctrl_c_keeps_a_checkpoint_from_which_the_same_call_goes_on_to_the_same_adapter(trainer: Trainer) -> None:
    whole = trained(trainer)
    for key in list(objects_of(trainer).keys("adapters/")):
        objects_of(trainer).delete(key)

    def press(progress: TrainingProgress) -> None:
        if progress.step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(trainer, press)
    seen: list[TrainingProgress] = []
    manifest = trained(trainer, seen.append)
    assert seen[0].step >= 3
    assert "checkpoint" in seen[0].message
    assert manifest["adapter_digest"] == whole["adapter_digest"]


def test_a_killed_job_goes_on_from_its_last_checkpoint(trainer: Trainer, tmp_path: Path) -> None:
    def kill(progress: TrainingProgress) -> None:
        if progress.step == 5:
            os.kill(pid_of_the_job(tmp_path / "jobs" / "j1"), signal.SIGKILL)

    with pytest.raises(TrainingFailed) as failed:
        trained(trainer, kill)
    assert "checkpoint" in failed.value.next
    seen: list[TrainingProgress] = []
    trained(trainer, seen.append)
    assert seen[0].step >= 4
    assert seen[-1].step == STEPS


def test_a_job_that_cannot_be_trained_says_why(trainer: Trainer) -> None:
    objects_of(trainer).put(DATASET, json.dumps(ROWS[2]).encode())
    with pytest.raises(TrainingFailed) as failed:
        trained(trainer)
    assert "no example to train on" in failed.value.message


def test_without_torch_the_missing_extra_is_named(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(MissingExtra) as missing:
        trained(trainer)
    assert "kingpost[train]" in missing.value.next


def pid_of_the_job(directory: Path) -> int:
    """The process that was given the job's configuration."""
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:  # it has ended meanwhile
                continue
            if str(directory / "job.json").encode() in words:
                return int(process.name)
    raise AssertionError(f"no process works in {directory}")
