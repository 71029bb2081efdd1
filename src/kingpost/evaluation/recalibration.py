"""Learns confidence from what users and experts said of answers, joined with a question set where one is given."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import kingpost
from kingpost.answering import confidence
from kingpost.evaluation import opinions
from kingpost.evaluation.calibration import Calibrator, Row, examples, quality
from kingpost.evaluation.opinions import Opinions
from kingpost.evaluation.refit import Refit, refit
from kingpost.language.normalise import normalise
from kingpost.records import Records
from kingpost.types.evaluation import Parameters, QuestionSet

FEEDBACK = "feedback"
"""Stands among what a calibrator was fitted on."""
HOW = {
    "shifted": "better on held-out questions: the calibrator was made surer or less sure as a whole",
    "fitted": "better on held-out questions: a calibrator of this workspace's own was fitted",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalibrator:
    """Refits the workspace's confidence; what is there stays where a refit does not measure better."""

    records: Records
    calibrator: Calibrator

    def relearn(
        self,
        questions: QuestionSet | None = None,
        *,
        out: Path | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> dict[str, Any]:
        """Refit on feedback, and on the questions if some are given, and tell how good confidence was and is.

        A refit starts from the calibrator that ships, or from one that was fitted on questions alone. Raises
        ``Refused`` when there are too few examples.
        """
        said = opinions.gathered(self.records, version=kingpost.__version__)
        asked: list[Row] = []
        problems = [f"{count} turns with opinions left out: {reason}" for reason, count in said.left_out.items()]
        if questions is not None:
            summary, asked = self.calibrator.measure(questions, out=out, on_progress=on_progress)
            problems += summary["problems"]
        rows = [row for row in (*said.rows, *asked) if examples([row])[1]]
        features, labels = examples(rows)
        groups = [normalise(row["question"]) for row in rows]
        found = refit(self._start(questions), features, labels, groups)
        names = [FEEDBACK, *([questions.name] if questions else [])]
        self._store(found, names)
        return _report(found, names, labels, said, len(rows)) | {"problems": problems}

    def _start(self, questions: QuestionSet | None) -> confidence.ConfidenceModel:
        """A calibrator that has not seen these examples."""
        own = self.records.parameters.find(confidence.PARAMETERS_ID)
        learned = own is None or FEEDBACK in own.values.get("fitted_on", ())
        return confidence.shipped() if learned or questions else confidence.fitted(self.records)

    def _store(self, found: Refit, names: list[str]) -> None:
        """Put the refit in force, or take away an earlier one that feedback no longer bears out."""
        if found.how != "kept":
            parameters = Parameters(
                id=confidence.PARAMETERS_ID,
                fingerprint=self.calibrator.evaluator.answerer.versions.settings.fingerprint(),
                fitted_on=" and ".join(names),
                fitted_at=datetime.now(UTC).isoformat(timespec="seconds"),
                values={"version": confidence.VERSION, **asdict(found.model), "fitted_on": names},
            )
            self.records.parameters.put(parameters.id, parameters)
            return
        own = self.records.parameters.find(confidence.PARAMETERS_ID)
        if own is not None and FEEDBACK in own.values.get("fitted_on", ()):
            self.records.parameters.delete([own.id])


def _report(found: Refit, names: list[str], labels: list[int], said: Opinions, rows: int) -> dict[str, Any]:
    margin = f"squared error {found.gain:+.4f} lower, give or take {found.spread:.4f}"
    kept = f"kept the calibrator there was: no refit is better on held-out questions by more than chance ({margin})"
    from_feedback = len(examples(said.rows)[1])
    return {
        "fitted_on": " and ".join(names),
        "examples": len(labels),
        "right": sum(labels),
        "from_feedback": from_feedback,
        "from_questions": rows - from_feedback,
        "before": quality(found.before, labels),
        "after": quality(found.after, labels),
        "how": found.how,
        "kept": found.how == "kept",
        "gain": {"brier": found.gain, "standard_error": found.spread},
        "verdict": kept if found.how == "kept" else f"{HOW[found.how]} ({margin})",
        "intercept": found.model.intercept,
        "weights": dict(found.model.weights),
    }
