"""Route decisions as the log keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kingpost.types.answers import Route, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One route decision: what was asked, which way it went and why, and what it was decided with.

    ``route`` is the one that the answer took. ``question`` is as asked, ``standalone`` as it was understood after the
    conversation. ``score`` and ``threshold`` are the verifier's of ``scored``, both 0 where it was not asked.
    """

    turn: str
    decided_at: str
    user: str
    question: str
    standalone: str
    route: Route
    verdict: Verdict
    stage: str
    why: str
    nearest: str = ""
    pair_id: str = ""
    similarity: float = 0.0
    scored: str = ""
    score: float = 0.0
    threshold: float = 0.0
    threshold_source: str = ""
    mismatch: str = ""
    """What the fine-tuned model said where that did not match the known answer."""
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFilter:
    """Which decisions are wanted: all whose value is the one given; empty: whatever it is.

    ``since`` and ``until`` are ISO dates, both days included.
    """

    since: str = ""
    until: str = ""
    route: str = ""
    verdict: str = ""
    stage: str = ""

    def accepts(self, route: str, stage: str, verdict: str) -> bool:
        """Whether decisions that went this way are wanted."""
        return self.route in ("", route) and self.stage in ("", stage) and self.verdict in ("", verdict)

    def has_day(self, day: str) -> bool:
        """Whether decisions of that day are wanted."""
        return (not self.since or self.since <= day) and (not self.until or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPage:
    """Decisions, latest first; ``next`` is what to go on with, empty after the last."""

    decisions: tuple[Decision, ...]
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCount:
    """How many decisions of one day went one way."""

    day: str
    route: str
    stage: str
    verdict: str
    count: int
