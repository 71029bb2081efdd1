"""Fits the bound of question validation to the workspace's own bank, and lets it in only where it measures well."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kingpost.answering.bound import PARAMETERS_ID, PREVIOUS_ID, VERSION, LearnedBound
from kingpost.errors import Refused
from kingpost.evaluation.bounds import NOTHING, PRIOR, Choice, Measured, choose, keeps, measured, split
from kingpost.evaluation.putting_in_force import exchange, put_in_force, take_out
from kingpost.evaluation.runs import REPORT, SUMMARY, write_page
from kingpost.evaluation.statistics import wilson
from kingpost.evaluation.trials import Progress, Trial, Trials
from kingpost.evaluation.validation_page import bound_page
from kingpost.records import Records
from kingpost.types.evaluation import Parameters

QUESTIONS = 200
"""Known questions that are asked, unless the caller says how many."""
STEPS = 200
SUREST = 20
"""Different questions that are shown: those that come nearest to being taken for a known one."""
TRIALS = "trials.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundFitter:
    """Fits, judges on held-out known questions, stores, takes back. ``trials`` makes them from the bank as it is."""

    records: Records
    bound: LearnedBound
    trials: Callable[[], Trials]

    def fit(
        self, *, limit: int | None = None, out: Path | None = None, on_progress: Progress | None = None
    ) -> dict[str, Any]:
        """Put the fitted bound in force where it is let in, and tell why or why not. Raises ``Refused`` without a bank.

        Kept is what keeps the bound on the questions held out and recalls no fewer than the shipped threshold there,
        unless that one breaks the bound: then what comes nearer to it is better. Where the bank's own data do not
        support any, the shipped one counts.
        """
        makes = self.trials()
        if not makes.pairs:
            raise Refused("there is no known question to learn from", next="add some: kingpost questions import FILE")
        made = makes.of(limit or QUESTIONS, on_progress=on_progress)
        allowed = self.bound.settings.maximum_false_match_rate
        taught, held = split(made)
        choice = choose(taught, prior=self.bound.shipped, allowed=allowed)
        verdict, is_kept = self._judged(choice, held, allowed)
        if is_kept:
            self._store(choice, allowed, made)
        elif choice.source == PRIOR:
            take_out(self.records, PARAMETERS_ID, previous=PREVIOUS_ID)  # own data supported one once and do not now
        result = self._report(made, held, choice, allowed) | {"verdict": verdict, "kept": is_kept, "problems": []}
        if out is not None:
            _write(out, result, made)
        return result

    def roll_back(self) -> dict[str, Any]:
        """Put back what was in force before the last fit; done twice, the fit is back. Raises ``Refused`` if none."""
        if not exchange(self.records, PARAMETERS_ID, previous=PREVIOUS_ID):
            raise Refused("no bound was fitted here", next="fit one: kingpost calibrate --validation")
        now = self.bound.threshold()
        return {"threshold": now.value, "source": now.source, "why": now.why}

    def _judged(self, choice: Choice, held: Sequence[Trial], allowed: float) -> tuple[str, bool]:
        if choice.source == PRIOR:
            return choice.why, False
        shipped = self.bound.shipped(allowed)
        before, after = measured(held, shipped), measured(held, choice.threshold)
        shipped_keeps = keeps(held, shipped, allowed)
        said = f"from {choice.threshold:.4f} on ({choice.why})"
        if not keeps(held, choice.threshold, allowed):
            if not shipped_keeps and after.false_matches < before.false_matches:
                return f"kept: on known questions held out nearer to the bound than the shipped threshold, {said}", True
            return "not kept: on known questions held out its false matches do not keep the bound", False
        if shipped_keeps and after.recalled < before.recalled:
            return (
                f"not kept: on known questions held out it recalls {after.recalled} of {after.positives}, the shipped"
                f" threshold {before.recalled}, and both keep the bound"
            ), False
        return f"kept: {choice.why}" if choice.source == NOTHING else f"kept: {said}", True

    def _store(self, choice: Choice, allowed: float, made: Sequence[Trial]) -> None:
        asked = len({trial.question for trial in made})
        parameters = Parameters(
            id=PARAMETERS_ID,
            fingerprint=self.bound.fingerprint,
            fitted_on=f"{len(made)} rewordings and near misses of {asked} known questions",
            fitted_at=datetime.now(UTC).isoformat(timespec="seconds"),
            values={
                "version": VERSION,
                "threshold": choice.threshold,
                "floor": choice.floor,
                "maximum_false_match_rate": allowed,
                "source": choice.source,
            },
        )
        put_in_force(self.records, parameters, previous=PREVIOUS_ID)

    def _report(self, made: Sequence[Trial], held: Sequence[Trial], choice: Choice, allowed: float) -> dict[str, Any]:
        shipped = self.bound.shipped(allowed)
        return {
            "maximum_false_match_rate": allowed,
            "questions": len({trial.question for trial in made}),
            "trials": len(made),
            "fingerprint": self.bound.fingerprint,
            "chosen": asdict(choice),
            "shipped": {"threshold": shipped},
            "held_out": {
                "shipped": figures(measured(held, shipped)),
                "chosen": figures(measured(held, choice.threshold)),
            },
            "kinds": by_kind(made, choice.threshold),
            "curve": _curve(made),
            "surest": [
                {"asked": one.text, "known": one.known, "kind": one.kind, "score": one.score}
                for one in sorted(made, key=lambda one: -one.score)
                if not one.label and one.score > 0
            ][:SUREST],
        }


def figures(found: Measured) -> dict[str, Any]:
    """Counts and shares with their intervals, as they are reported."""
    return asdict(found) | {
        "recall": found.recall,
        "false_match": found.false_match,
        "intervals": {
            "recall": wilson(found.recalled, found.positives),
            "false_match": wilson(found.false_matches, found.negatives),
        },
    }


def by_kind(made: Sequence[Trial], threshold: float) -> dict[str, Any]:
    """By kind: near misses first, the most often taken for a known question first, then rewordings, the worst first."""
    of_kind = defaultdict[tuple[int, str], list[Trial]](list)
    for trial in made:
        of_kind[trial.label, trial.kind].append(trial)
    found = {key: measured(trials, threshold) for key, trials in of_kind.items()}
    order = sorted(found, key=lambda key: (key[0], -(found[key].false_match or 0), found[key].recall or 0, key[1]))
    return {f"{'same' if label else 'different'}: {kind}": figures(found[label, kind]) for label, kind in order}


def _curve(made: Sequence[Trial]) -> list[dict[str, Any]]:
    """Recall and false matches at thresholds that the trials' own scores set."""
    scores = sorted({trial.score for trial in made if trial.score > 0}, reverse=True)
    found = {score: measured(made, score) for score in scores[:: max(1, len(scores) // STEPS)]}
    return [{"threshold": score, "recall": one.recall, "false_match": one.false_match} for score, one in found.items()]


def _write(out: Path, result: dict[str, Any], made: Sequence[Trial]) -> None:
    rows = "".join(json.dumps(asdict(trial), ensure_ascii=False) + "\n" for trial in made)
    write_page(out / TRIALS, rows)
    write_page(out / REPORT, bound_page(result))
    write_page(out / SUMMARY, json.dumps(result, indent=2, ensure_ascii=False) + "\n")
