"""The verifier refined on a workspace's own bank: which one is in force, as its record says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kingpost.answering.verifier import Parameters
from kingpost.records import Records
from kingpost.types import evaluation

VERIFIER_ID = "verifier-refined"
PREVIOUS_ID = f"{VERIFIER_ID}-previous"
"""What was in force before, for rollback."""
VERSION = 1
"""Of what is stored: what was stored in another form is not used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefinedVerifier:
    """``digest`` is the sha256 of the trained part, ``parameters`` make its logits probabilities."""

    digest: str
    parameters: Parameters

    @property
    def key(self) -> str:
        """Where the trained part lies in the object store."""
        return f"verifiers/{self.digest}.safetensors"

    @property
    def values(self) -> Mapping[str, Any]:
        """As it is stored."""
        scale = {
            "temperature": self.parameters.temperature,
            "middle": self.parameters.middle,
            "exchange": self.parameters.exchange,
        }
        curve = [list(point) for point in self.parameters.curve]
        return {"version": VERSION, "digest": self.digest, **scale, "curve": curve}


def in_force(records: Records, *, shipped: str) -> RefinedVerifier | None:
    """The refined one, or None: nothing was refined here, or from another verifier than the ``shipped`` one is now."""
    stored = records.parameters.find(VERIFIER_ID)
    return None if stored is None or unusable(stored, shipped) else _read(stored)


def refused(records: Records, *, shipped: str) -> str:
    """Why what was refined in this workspace is not used; empty when it is, or when there is nothing."""
    stored = records.parameters.find(VERIFIER_ID)
    return unusable(stored, shipped) if stored else ""


def unusable(stored: evaluation.Parameters, shipped: str) -> str:
    """Why a record is not used with the verifier that ships; empty when it is."""
    if stored.values.get("version") != VERSION or stored.fingerprint != shipped:
        return "the verifier refined here comes from another version of Kingpost: kingpost calibrate --verifier"
    return ""


def _read(stored: evaluation.Parameters) -> RefinedVerifier:
    values = stored.values
    curve = tuple((float(threshold), float(share)) for threshold, share in values["curve"])
    parameters = Parameters(
        temperature=float(values["temperature"]),
        middle=float(values["middle"]),
        exchange=float(values["exchange"]),
        curve=curve,
    )
    return RefinedVerifier(digest=str(values["digest"]), parameters=parameters)
