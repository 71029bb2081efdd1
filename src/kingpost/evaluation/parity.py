"""Does the served adapter say what it said where it was trained? An export that went wrong shows here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from langchain_core.language_models import BaseChatModel

from kingpost.language.prompts import known_question_messages

SPARE_TOKENS = 24
LOOK_AMONG = 30
"""Most probable tokens of the served model among which those of the reference are looked for."""
ABSENT_NATS = 5.0
"""Difference counted for a token that is not among them."""
LEAST_AGREEMENT = 0.9
MOST_NATS = 0.5
"""Quantised activations move the five most probable tokens by about a tenth of a nat; a wrong export by several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    """``agreement``: share of the answers given word for word. ``nats``: mean difference of log-probabilities."""

    agreement: float
    nats: float
    reasons: tuple[str, ...]


def parity(chat: BaseChatModel, reference: Sequence[Mapping[str, Any]]) -> Parity:
    """Ask the served model what was asked in training (see ``finetuning.job.parity``)."""
    if not reference:
        return Parity(agreement=0.0, nats=0.0, reasons=("no question was recalled exactly in training",))
    agreements, differences = [], []
    for row in reference:
        longest = len(row["answer"]) + SPARE_TOKENS
        asked = chat.bind(max_tokens=longest, temperature=0, logprobs=True, top_logprobs=LOOK_AMONG)
        message = asked.invoke(known_question_messages(row["question"]))
        agreements.append(str(message.content).strip() == row["answer"].strip())
        first = message.response_metadata["logprobs"]["content"][0]["top_logprobs"]
        served = {candidate["token"]: candidate["logprob"] for candidate in first}
        differences.append(_difference(row["first_token"], served))
    agreement, nats = fmean(agreements), fmean(differences)
    reasons = []
    if agreement < LEAST_AGREEMENT:
        reasons.append(f"served, the adapter gives {agreement:.2f} of the answers that it gave where it was trained")
    if nats > MOST_NATS:
        reasons.append(f"served, its log-probabilities are {nats:.2f} nats away from those where it was trained")
    return Parity(agreement=agreement, nats=nats, reasons=tuple(reasons))


def _difference(expected: Mapping[str, float], served: Mapping[str, float]) -> float:
    return fmean(
        min(ABSENT_NATS, abs(logprob - served[token])) if token in served else ABSENT_NATS
        for token, logprob in expected.items()
    )
