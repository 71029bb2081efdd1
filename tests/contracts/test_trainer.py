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


class Bench:
    """A trainer and what it works with."""

    def __init__(self, directory: Path, model: Path) -> None:
        self.jobs = directory / "jobs"
        self.objects = MemoryObjects()
        self.objects.put(DATASET, "".join(json.dumps(row) + "\n" for row in ROWS).encode())
        self.trainer: Trainer = ProcessTrainer(objects=self.objects, directory=self.jobs, model=model)
        self.seen: list[TrainingProgress] = []

    def train(self, disturb: Callable[[TrainingProgress], None] = lambda progress: None) -> Mapping[str, Any]:
        self.seen = []

        def follow(progress: TrainingProgress) -> None:
            self.seen.append(progress)
            disturb(progress)

        return self.trainer.train(
            job_id="j1", dataset_key=DATASET, output_prefix="adapters/j1", recipe=RECIPE, on_progress=follow
        )


@pytest.fixture(scope="module")
def model(models_ready: ModelCache) -> Path:
    return models_ready.chat(Settings().models.chat)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, model: Path) -> tuple[Bench, Mapping[str, Any]]:
    """A job that ran undisturbed, and its manifest."""
    bench = Bench(tmp_path_factory.mktemp("finished"), model)
    return bench, bench.train()


def test_a_job_leaves_adapter_reference_and_manifest_in_the_store(
    finished: tuple[Bench, Mapping[str, Any]],
) -> None:
    bench, manifest = finished
    adapter = bench.objects.get(manifest["adapter_key"])
    assert hashlib.sha256(adapter).hexdigest() == manifest["adapter_digest"]
    assert set(bench.objects.keys("adapters/")) == {
        f"adapters/j1/{name}" for name in ("adapter.gguf", "reference.json", "manifest.json")
    }
    assert manifest["metrics"]["examples"] == 4
    assert not list(bench.jobs.iterdir()), "a finished job leaves nothing behind"


def test_a_job_reports_every_step_and_is_not_run_again_when_it_is_finished(
    finished: tuple[Bench, Mapping[str, Any]],
) -> None:
    bench, manifest = finished
    assert [progress.step for progress in bench.seen] == list(range(STEPS + 1))
    assert {progress.steps for progress in bench.seen} == {STEPS}
    assert bench.train() == manifest
    assert bench.seen == []


def test_a_job_that_is_stopped_and_killed_goes_on_to_the_same_adapter(
    finished: tuple[Bench, Mapping[str, Any]], tmp_path: Path, model: Path
) -> None:
    bench = Bench(tmp_path, model)

    def press_ctrl_c(progress: TrainingProgress) -> None:
        if progress.step == 3:
            raise KeyboardInterrupt

    def kill(progress: TrainingProgress) -> None:
        if progress.step == 7:
            os.kill(pid_of_the_job(bench.jobs / "j1"), signal.SIGKILL)

    with pytest.raises(KeyboardInterrupt):
        bench.train(press_ctrl_c)
    with pytest.raises(TrainingFailed) as killed:
        bench.train(kill)
    assert "checkpoint" in killed.value.next
    assert "checkpoint" in bench.seen[0].message
    assert bench.seen[0].step >= 3
    manifest = bench.train()
    assert bench.seen[0].step >= 6
    assert bench.seen[-1].step == STEPS
    assert manifest["adapter_digest"] == finished[1]["adapter_digest"]


def test_a_job_that_cannot_be_trained_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"no model")
    with pytest.raises(TrainingFailed) as failed:
        Bench(tmp_path, broken).train()
    assert str(broken) in failed.value.message


def test_without_torch_the_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(MissingExtra) as missing:
        Bench(tmp_path, tmp_path / "any.gguf").train()
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
