"""The gate: measures a candidate where it would serve, against the live model and RAG, and lets it through or not."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from kingpost.answering.answerer import Answerer
from kingpost.errors import GateFailed
from kingpost.evaluation.contest import Contest, Progress, Shares, sample
from kingpost.evaluation.parity import parity
from kingpost.finetuning.datasets import HELD_OUT_FACT, HELD_OUT_PHRASING, DatasetBuilder, trained_examples
from kingpost.finetuning.registry import ModelRegistry
from kingpost.ports import ModelHost
from kingpost.records import Records
from kingpost.settings import FinetuningSettings
from kingpost.types.models import GateReport, LiveModel, ModelVersion, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """Decides which model version is live. One process at a time; readers are never stopped."""

    registry: ModelRegistry
    datasets: DatasetBuilder
    host: ModelHost
    records: Records
    answerer_with: Callable[[Callable[[], LiveModel | None]], Answerer]
    settings: FinetuningSettings
    lock: Callable[[str], AbstractContextManager[None]]

    def measure(self, version_id: str, *, on_progress: Progress | None = None) -> GateReport:
        """Put a version to the test against the live one; the report is kept."""
        live = self.registry.live_model()
        rival = None if live is None or live.version.id == version_id else live
        report = self._measured(self.registry.get(version_id), rival, on_progress)
        self.records.gate_reports.put(version_id, report)
        return report

    def compare(self, first: str, second: str, *, on_progress: Progress | None = None) -> GateReport:
        """Put the first version to the test against the second, as if that one were live. Nothing is kept."""
        rival = self.registry.model_of(self.registry.get(second))
        return self._measured(self.registry.get(first), rival, on_progress)

    def promote(self, version_id: str, *, by: str, on_progress: Progress | None = None) -> ModelVersion:
        """Measure a version and let it serve. Raises ``GateFailed`` with its figures when it does not pass."""
        with self.lock("promotion"):
            report = self.measure(version_id, on_progress=on_progress)
            version = self.registry.get(version_id)
            if not report.passed:
                if version.stage is Stage.CANDIDATE:
                    self.registry.set_stage(version_id, Stage.REJECTED)
                raise GateFailed(
                    f"{version_id} does not go live: {'; '.join(report.reasons)}",
                    next="train it longer (finetuning.epochs) or on a better dataset, then promote the new version",
                )
            return self.registry.promote(version, by=by)

    def rollback(self, *, by: str) -> ModelVersion | None:
        """Let the version before the live one serve again, or none. Raises ``Refused`` when none is live."""
        with self.lock("promotion"):
            before = self.registry.previous()
            if before is not None:
                self.host.deploy(before)
            return self.registry.rollback(by=by)

    def _measured(self, version: ModelVersion, rival: LiveModel | None, on_progress: Progress | None) -> GateReport:
        self.host.deploy(version)
        served = parity(self.host.chat(version), self.registry.reference(version))
        metrics = {"candidate": {"parity_agreement": served.agreement, "parity_nats": served.nats}}
        reasons = list(served.reasons)
        if not reasons:  # else nothing that it says is what was trained
            measured = self._contest(version, on_progress).measure(version, rival)
            metrics = measured | {"candidate": metrics["candidate"] | measured["candidate"]}
            reasons = reasons_against(metrics, self.settings)
        return GateReport(
            candidate=version.id,
            live=rival.version.id if rival else "",
            passed=not reasons,
            metrics=metrics,
            reasons=tuple(reasons),
            measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def _contest(self, version: ModelVersion, on_progress: Progress | None) -> Contest:
        examples = self.datasets.examples(self.datasets.get(version.dataset_id))
        candidate = self.registry.model_of(version)
        seed = self.settings.seed
        return Contest(
            host=self.host,
            answerer=self.answerer_with(lambda: candidate),
            trained=sample(trained_examples(examples), seed),
            phrasings=sample([example for example in examples if example.split == HELD_OUT_PHRASING], seed),
            facts=sample([example for example in examples if example.split == HELD_OUT_FACT], seed),
            on_progress=on_progress or (lambda done, total, text: None),
        )


def reasons_against(metrics: Mapping[str, Shares], settings: FinetuningSettings) -> list[str]:
    """Why a candidate with these figures may not go live; empty: it may."""
    candidate, rag = metrics["candidate"], metrics["rag"]
    exact, least = candidate["trained_exact"], settings.gate_exact
    reasons = []
    if exact < least:
        reasons.append(f"{exact:.2f} of the trained questions are answered exactly, below {least}")
    if exact < rag["trained_right"]:
        reasons.append(f"RAG answers {rag['trained_right']:.2f} of them rightly, the candidate {exact:.2f}")
    if candidate.get("untrained_taken"):
        reasons.append(f"it takes {candidate['untrained_taken']:.2f} of the questions it was not trained on")
    if "shared_exact" in candidate:
        own, live = candidate["shared_exact"], metrics["live"]["shared_exact"]
        if own < live - settings.gate_tolerance:
            reasons.append(f"of what both know the live model answers {live:.2f} exactly, the candidate {own:.2f}")
    return reasons
