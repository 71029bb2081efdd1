"""The learned bound: from which score of the verifier on a known question is the one asked, and why from there."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import kingpost
from kingpost.answering.adapting import Outcome, adapted
from kingpost.records import Records
from kingpost.settings import ValidationSettings
from kingpost.types.evaluation import Parameters
from kingpost.types.questions import KnownQuestion

PARAMETERS_ID = "validation-bound"
PREVIOUS_ID = f"{PARAMETERS_ID}-previous"
"""What was in force before, for rollback."""
VERSION = 1
"""Of what is stored: what was stored in another form is not used."""
SETTINGS, SHIPPED, FITTED, OUTCOMES = "settings", "shipped", "fitted", "outcomes"


def fingerprint(encoder: str, verifier: str) -> str:
    """Names what a bound was fitted with: encoder, verifier, and the guard, which is this version of the product."""
    text = "|".join((encoder, verifier, kingpost.__version__, str(VERSION)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A score, where it comes from (``settings``, ``shipped``, ``fitted``, ``outcomes``), and why, in words."""

    value: float
    source: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedBound:
    """Thresholds of one bank. Reads what was fitted anew each time, so that a fit or a rollback counts at once.

    ``shipped`` gives the verifier's own threshold for a bound, ``fingerprint`` names what it is used with, and
    ``outcomes`` gives what came of a known question's matches.
    """

    settings: ValidationSettings
    records: Records
    shipped: Callable[[float], float]
    fingerprint: str
    outcomes: Callable[[str], Sequence[Outcome]] = lambda _: ()

    def threshold(self, pair: KnownQuestion | None = None) -> Threshold:
        """Of one known question, or of all alike when none is named."""
        if self.settings.threshold is not None:
            return Threshold(value=self.settings.threshold, source=SETTINGS, why="set in validation.threshold")
        common, floor = self._common()
        return self._adapted(common, floor, pair.id) if pair else common

    def refused(self) -> str:
        """Why what was fitted in this workspace is not used; empty when it is, or when there is nothing."""
        stored = self.records.parameters.find(PARAMETERS_ID)
        return _unusable(stored, self.fingerprint, self._allowed) if stored else ""

    @property
    def _allowed(self) -> float:
        return self.settings.maximum_false_match_rate

    def _common(self) -> tuple[Threshold, float]:
        """The threshold of all known questions, and the lowest that one of them may come down to."""
        stored = self.records.parameters.find(PARAMETERS_ID)
        reason = _unusable(stored, self.fingerprint, self._allowed) if stored else "none was fitted here"
        if stored is not None and not reason:
            why = f"fitted on {stored.fitted_on}, for at most {self._allowed:.2%} false matches"
            value, floor = float(stored.values["threshold"]), float(stored.values["floor"])
            return Threshold(value=value, source=FITTED, why=why), floor
        value = self.shipped(self._allowed)
        why = f"at most {self._allowed:.2%} of different questions reached it where the verifier was measured; {reason}"
        return Threshold(value=value, source=SHIPPED, why=why), value

    def _adapted(self, common: Threshold, floor: float, pair_id: str) -> Threshold:
        outcomes = self.outcomes(pair_id)
        value = adapted(common.value, floor, outcomes)
        if value == common.value:
            return common
        right = sum(one.right for one in outcomes)
        why = f"{right} of its {len(outcomes)} judged matches were right; {common.value:.2f} for all ({common.source})"
        return Threshold(value=value, source=OUTCOMES, why=why)


def _unusable(stored: Parameters, fingerprint: str, allowed: float) -> str:
    if stored.values.get("version") != VERSION or stored.fingerprint != fingerprint:
        return "what was fitted here belongs to another encoder, verifier or version: kingpost calibrate --validation"
    if stored.values["maximum_false_match_rate"] != allowed:
        fitted_for = stored.values["maximum_false_match_rate"]
        return f"what was fitted here is for a bound of {fitted_for:.2%}: kingpost calibrate --validation"
    return ""
