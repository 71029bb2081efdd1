"""The log of route decisions: a row for each turn, by day, so that a page of it needs no turn to be read.

A row says nothing that its turn does not say; it is written before the turn, so that no decision is missing from the
log, whatever happens between the two.
"""

import secrets
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from kingpost.records import Records
from kingpost.types.answers import Turn
from kingpost.types.decisions import Decision, DecisionCount, DecisionFilter, DecisionPage

ALL_DECISIONS = DecisionFilter()
Ways = Counter[tuple[str, str, str]]
"""(route, stage, verdict) -> how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLog:
    """Written once per turn, read by page. Days that are over are counted once in a process."""

    records: Records
    _counted: dict[str, Ways] = field(default_factory=dict)

    def add(self, turn: Turn) -> str:
        """Log what was decided for a turn; gives the row's id."""
        decision = decision_of(turn)
        # Turns tell the second. Two processes may be at the same turn, and one of them takes its row out again.
        id = f"{decision.decided_at}|{time.time_ns()}|{secrets.token_hex(3)}"
        self.records.decisions.put(id, decision, partition=_day(decision.decided_at))
        return id

    def withdraw(self, id: str) -> None:
        """Take the row of a turn out that got another number after all."""
        self.records.decisions.delete([id], partition=_day(id))

    def page(self, wanted: DecisionFilter = ALL_DECISIONS, *, limit: int = 50, after: str = "") -> DecisionPage:
        """Those wanted, latest first, at most ``limit``. ``after`` is the ``next`` of the page before.

        Reads the days that the page reaches into, and decodes no more rows than it shows and passes over.
        """
        rows: list[tuple[str, Decision]] = []
        for id, decision in self._backwards(wanted, after):
            if len(rows) == limit:
                return DecisionPage(decisions=tuple(row for _, row in rows), next=rows[-1][0])
            rows.append((id, decision))
        return DecisionPage(decisions=tuple(row for _, row in rows))

    def all(self, wanted: DecisionFilter = ALL_DECISIONS) -> Iterator[Decision]:
        """All of those wanted, latest first, read day by day."""
        return (decision for _, decision in self._backwards(wanted, ""))

    def counts(self, wanted: DecisionFilter = ALL_DECISIONS) -> list[DecisionCount]:
        """How many of those wanted went which way, by day, oldest first."""
        return [
            DecisionCount(day=day, route=route, stage=stage, verdict=verdict, count=count)
            for day in self._days(wanted)
            for (route, stage, verdict), count in sorted(self._ways(day).items())
            if wanted.accepts(route, stage, verdict)
        ]

    def _backwards(self, wanted: DecisionFilter, after: str) -> Iterator[tuple[str, Decision]]:
        for day in reversed(self._days(wanted)):
            counted = self._counted.get(day)
            if (after and day > _day(after)) or (counted and not any(wanted.accepts(*way) for way in counted)):
                continue
            for id, read in reversed(self.records.decisions.unread(partition=day)):
                if after and id >= after:
                    continue
                decision = read()
                if wanted.accepts(*_way(decision)):
                    yield id, decision

    def _days(self, wanted: DecisionFilter) -> list[str]:
        return [day for day in self.records.decisions.partitions() if wanted.has_day(day)]

    def _ways(self, day: str) -> Ways:
        ways = self._counted.get(day)
        if ways is None:
            rows = self.records.decisions.all(partition=day)
            ways = Counter(map(_way, rows))
            if day < _yesterday():  # nothing is added to a day that is well over
                self._counted[day] = ways
        return ways


def decision_of(turn: Turn) -> Decision:
    """What was decided for a turn, as the turn tells it."""
    answer = turn.answer
    validation = answer.validation
    return Decision(
        turn=turn.id,
        decided_at=turn.asked_at,
        user=turn.user,
        question=answer.question,
        standalone=answer.standalone or answer.question,
        route=answer.route,
        verdict=validation.verdict,
        stage=validation.stage,
        why=validation.why,
        nearest=validation.nearest,
        pair_id=validation.pair_id,
        similarity=validation.similarity,
        scored=validation.scored,
        score=round(validation.score, 6),
        threshold=validation.threshold,
        threshold_source=validation.threshold_source,
        mismatch=validation.mismatch,
        versions={name: version for name, version in turn.record.versions.items() if version},
    )


def _way(decision: Decision) -> tuple[str, str, str]:
    return decision.route.value, decision.stage, decision.verdict.value


def _day(time_or_id: str) -> str:
    """The ids of rows begin with their time."""
    return time_or_id[:10]


def _yesterday() -> str:
    return (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
