"""Refines the verifier on the workspace's own bank, and lets it in only where it measures better on held-out questions.

Of the known questions half are taught, a sixth sets scale and threshold, a third is the gate; each stays in its part.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from kingpost.answering.bound import SETTINGS, LearnedBound
from kingpost.answering.refined_verifier import PREVIOUS_ID, VERIFIER_ID, RefinedVerifier
from kingpost.answering.verifier import PairScores, Verifier
from kingpost.errors import Refused
from kingpost.evaluation.bound_fitting import by_kind, figures
from kingpost.evaluation.bounds import choose, keeps, measured
from kingpost.evaluation.putting_in_force import exchange, put_in_force
from kingpost.evaluation.runs import SUMMARY, write_page
from kingpost.evaluation.scaling import rescored, scale, scaled
from kingpost.evaluation.trials import Trial, Trials
from kingpost.finetuning.bank_families import FamilyMaker, Part, drawn, part_of
from kingpost.finetuning.pair_sampling import Family
from kingpost.ports import ObjectStore
from kingpost.records import Records
from kingpost.types.evaluation import Parameters
from kingpost.types.questions import JudgedWording, KnownQuestion, QuestionCandidate

QUESTIONS = 300
"""Known questions that are used, unless the caller says how many."""
FEWEST = 4
"""Known questions that each part needs."""
NEAR = 8
"""Known questions near another one that are looked at for those that ask something else."""
FAMILIES, TRIALS = "families.jsonl", "trials.jsonl"

Progress = Callable[[int, int, str], None]


class Training(Protocol):
    """Trains further on families; gives the file of the trained part."""

    def train(self, families: Sequence[Family], on_progress: Callable[[int, int], None]) -> Path: ...

    def clear(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """A candidate beside the verifier in force, on the gate's known questions."""

    verifier: RefinedVerifier
    thresholds: tuple[float, float]
    """In force, refined."""
    before: list[Trial]
    after: list[Trial]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierRefiner:
    """Trains, judges, stores, takes back. ``trials`` makes them of the bank as it is, scored by a verifier.

    ``verifier`` and ``bound`` are those in force, ``shipped`` is the digest of the verifier that ships, and
    ``pair_scores`` reads with the trained part of a file. ``candidates`` gives known questions near a text, ``judged``
    the questions asked whose match somebody judged.
    """

    records: Records
    objects: ObjectStore
    lock: Callable[[str], AbstractContextManager[None]]
    verifier: Verifier
    bound: LearnedBound
    shipped: str
    judged: Callable[[], Sequence[JudgedWording]]
    candidates: Callable[..., Sequence[QuestionCandidate]]
    training: Training
    pair_scores: Callable[[Path], PairScores]
    trials: Callable[[Verifier], Trials]

    def refine(
        self, *, limit: int | None = None, out: Path | None = None, on_progress: Progress = lambda done, of, what: None
    ) -> dict[str, Any]:
        """Put the refined verifier in force where the gate lets it in, and tell why or why not.

        Raises ``Refused`` where the bank is too small, ``MissingExtra``, ``Locked``. KeyboardInterrupt changes nothing;
        the next call goes on with the training where it was.
        """
        with self.lock("verifier"):
            makes = self.trials(self.verifier)
            parts = _parts(drawn(makes.pairs, limit or QUESTIONS))
            families = self._maker(makes).families(parts[Part.TAUGHT])
            if len(families) < FEWEST:
                raise _too_few()
            adapter = self.training.train(families, lambda done, of: on_progress(done, of, "training"))
            judged = self._judge(makes, parts, adapter, on_progress)
            why_not = self._why_not(judged)
            if not why_not:
                self._store(judged.verifier, adapter, families)
            self.training.clear()
            result = self._report(judged, parts, families) | {"kept": not why_not, "verdict": _verdict(judged, why_not)}
            if out is not None:
                _write(out, result, families, judged)
            return result

    def roll_back(self) -> dict[str, Any]:
        """Put back the verifier that was in force before; done twice, the refined one is back. Raises ``Refused``."""
        with self.lock("verifier"):
            if not exchange(self.records, VERIFIER_ID, previous=PREVIOUS_ID):
                raise Refused("no verifier was refined here", next="refine it: kingpost calibrate --verifier")
            now = self.records.parameters.find(VERIFIER_ID)
        return {"verifier": str(now.values["digest"]) if now else self.shipped, "refined": now is not None}

    def _maker(self, makes: Trials) -> FamilyMaker:
        def near(pair: KnownQuestion) -> list[KnownQuestion]:
            found = self.candidates(pair.question, limit=NEAR, groups=makes.groups)
            return [one.pair for one in found]

        return FamilyMaker(
            bank=makes.pairs, near=near, siblings=makes.siblings, glossary=makes.glossary, judged=self.judged()
        )

    def _judge(
        self, makes: Trials, parts: dict[Part, list[KnownQuestion]], adapter: Path, on_progress: Progress
    ) -> _Judged:
        raw = replace(self.verifier, pair_scores=self.pair_scores(adapter))

        def asked(trials: Trials, part: Part, what: str) -> list[Trial]:
            ids = {pair.id for pair in parts[part]}
            some = replace(trials, asks=lambda pair: pair.id in ids)
            return some.of(len(ids), on_progress=lambda done, of: on_progress(done, of, what))

        tuning = asked(self.trials(raw), Part.SCALED, "scaling")
        by = scale(tuning)
        refined = RefinedVerifier(
            digest=hashlib.sha256(adapter.read_bytes()).hexdigest(), parameters=scaled(self.verifier.parameters, by)
        )
        candidate = replace(raw, parameters=refined.parameters)
        in_force = self.bound.threshold()
        allowed = self.bound.settings.maximum_false_match_rate
        chosen = choose(rescored(tuning, by), prior=candidate.threshold, allowed=allowed).threshold
        return _Judged(
            verifier=refined,
            thresholds=(in_force.value, in_force.value if in_force.source == SETTINGS else chosen),
            before=asked(makes, Part.GATE, "gate, as in force"),
            after=asked(self.trials(candidate), Part.GATE, "gate, refined"),
        )

    def _why_not(self, judged: _Judged) -> str:
        """Why the gate does not let the refined one in; empty when it does."""
        allowed = self.bound.settings.maximum_false_match_rate
        before, after = measured(judged.before, judged.thresholds[0]), measured(judged.after, judged.thresholds[1])
        if not keeps(judged.after, judged.thresholds[1], allowed):
            return (
                f"{after.false_matches} of {after.negatives} near misses held out were taken for a known question,"
                f" which does not keep the bound of {allowed:.2%}"
            )
        if after.recalled <= before.recalled:
            return (
                f"on known questions held out it recalls {after.recalled} of {after.positives} rewordings, and the one"
                f" in force {before.recalled}"
            )
        return ""

    def _store(self, verifier: RefinedVerifier, adapter: Path, families: Sequence[Family]) -> None:
        self.objects.put(verifier.key, adapter.read_bytes())
        parameters = Parameters(
            id=VERIFIER_ID,
            fingerprint=self.shipped,
            fitted_on=f"families of {len(families)} known questions",
            fitted_at=datetime.now(UTC).isoformat(timespec="seconds"),
            values=verifier.values,
        )
        put_in_force(self.records, parameters, previous=PREVIOUS_ID)

    def _report(
        self, judged: _Judged, parts: dict[Part, list[KnownQuestion]], families: Sequence[Family]
    ) -> dict[str, Any]:
        return {
            "maximum_false_match_rate": self.bound.settings.maximum_false_match_rate,
            "questions": {part.value: len(pairs) for part, pairs in parts.items()},
            "families": len(families),
            "verifier": judged.verifier.digest,
            "scale": {
                "temperature": judged.verifier.parameters.temperature,
                "exchange": judged.verifier.parameters.exchange,
                "middle": judged.verifier.parameters.middle,
            },
            "gate": {
                name: {"threshold": threshold} | figures(measured(trials, threshold))
                for name, threshold, trials in zip(
                    ("in force", "refined"), judged.thresholds, (judged.before, judged.after), strict=True
                )
            },
            "kinds": by_kind(judged.after, judged.thresholds[1]),
        }


def _parts(pairs: Sequence[KnownQuestion]) -> dict[Part, list[KnownQuestion]]:
    """Raises ``Refused`` where there are too few to teach or to judge by."""
    parts: dict[Part, list[KnownQuestion]] = {part: [] for part in Part}
    for pair in pairs:
        parts[part_of(pair.id)].append(pair)
    if min(len(parts[Part.TAUGHT]), len(parts[Part.GATE])) < FEWEST:
        raise _too_few()
    return parts


def _too_few() -> Refused:
    return Refused(
        "there are too few known questions to refine the verifier on and to judge it by",
        next="add some (a few dozen at least): kingpost questions import FILE",
    )


def _verdict(judged: _Judged, why_not: str) -> str:
    if why_not:
        return f"not kept: {why_not}"
    before, after = measured(judged.before, judged.thresholds[0]), measured(judged.after, judged.thresholds[1])
    return (
        f"kept: on known questions held out it recalls {after.recalled} of {after.positives} rewordings, the one before"
        f" {before.recalled}, with {after.false_matches} false matches in {after.negatives} near misses"
    )


def _write(out: Path, result: dict[str, Any], families: Sequence[Family], judged: _Judged) -> None:
    def lines(rows: Sequence[dict[str, Any]]) -> str:
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

    write_page(out / FAMILIES, lines([asdict(family) for family in families]))
    made = {"in force": judged.before, "refined": judged.after}
    write_page(
        out / TRIALS, lines([{"verifier": name} | asdict(one) for name, trials in made.items() for one in trials])
    )
    write_page(out / SUMMARY, json.dumps(result, indent=2, ensure_ascii=False) + "\n")
