"""Chooses conditions that go together: values without words in common, one a column, and the bounds asked for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from kingpost.answering.tables.cues import Cue, Found, Request
from kingpost.answering.tables.linking import Links, ValueLink
from kingpost.answering.tables.model import Kind, Table
from kingpost.answering.tables.program import Condition, Relation

MOST_SETS = 10
MOST_MERGED = 4
BOUNDS = {
    Cue.ABOVE: Relation.ABOVE,
    Cue.AT_LEAST: Relation.AT_LEAST,
    Cue.BELOW: Relation.BELOW,
    Cue.AT_MOST: Relation.AT_MOST,
    Cue.BETWEEN: Relation.BETWEEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Conditions that go together, and what of the question they explain."""

    conditions: tuple[Condition, ...] = ()
    links: tuple[ValueLink, ...] = ()
    explained: frozenset[int] = frozenset()
    cues: frozenset[Found] = frozenset()
    keys: tuple[int, ...] = ()

    @property
    def strength(self) -> float:
        return min((link.strength for link in self.links), default=1.0)

    @property
    def columns(self) -> frozenset[int]:
        return frozenset(condition.column for condition in self.conditions)

    @property
    def given(self) -> frozenset[int]:
        """Columns whose values the question says: to show them would answer nothing."""
        return frozenset(c.column for c in self.conditions if c.relation is Relation.IS and not c.negated)


@dataclass(frozen=True, slots=True)
class Choice:
    """Chooses for one question and one table."""

    request: Request
    table: Table
    links: Links

    def sets(self) -> list[Chosen]:
        """Sets of conditions: links without words in common, one a column, and the bounds that the question names."""
        sets: list[Chosen] = [Chosen()]
        for link in (*self.links.values, *self._merged()):
            grown = [_with(chosen, link, self._negation(link)) for chosen in sets if self._fits(chosen, link)]
            sets = _best([*sets, *grown])
        bounded = [self._bounded(chosen) for chosen in sets]
        united = [
            _united(link, other) for link, other in combinations(self.links.values, 2) if self._may_unite(link, other)
        ]
        return [*(chosen for group in bounded for chosen in group), *united[:4]]

    def _merged(self) -> list[ValueLink]:
        """Values of one column side by side ("zone A, B and C") as one link that any of them meets."""
        chains: list[ValueLink] = []
        for link in sorted(self.links.values, key=lambda link: min(link.positions)):
            for before in (*chains, *self.links.values):
                alike = before.condition.relation is link.condition.relation and before is not link
                if alike and max(before.positions) < min(link.positions) and self._may_unite(before, link):
                    chains.append(_either_of(before, link))
        return sorted(chains, key=lambda link: -len(link.positions))[:MOST_MERGED]

    def _may_unite(self, link: ValueLink, other: ValueLink) -> bool:
        """Two values of one column with nothing but "and" or "or" between them."""
        if link.column != other.column or link.positions & other.positions or link.rows == other.rows:
            return False
        first, second = sorted((link.positions, other.positions), key=min)
        between = [self.request.tokens[at].text.casefold() for at in range(max(first) + 1, min(second))]
        joint = self.request.text[self.request.tokens[max(first)].end : self.request.tokens[min(second)].start]
        header = {self.request.tokens[at].text.casefold() for at in self.links.headers[link.column].positions}
        return all(word in ("and", "or", "the", "in") or word in header for word in between) and bool(
            re.search(r"\b(?:and|or)\b|[&,/]", joint)
        )

    def _fits(self, chosen: Chosen, link: ValueLink) -> bool:
        return not link.positions & chosen.explained and link.column not in chosen.columns

    def _negation(self, link: ValueLink) -> Found | None:
        """The "other than" that stands right before a link's words."""
        if any("not" in value.stems or "no" in value.stems for value in link.condition.values):
            return None
        first = min(link.positions)
        cues = self.request.of(Cue.NOT)
        return next((cue for cue in cues if cue.end <= first <= cue.end + 3), None)

    def _bounded(self, chosen: Chosen) -> list[Chosen]:
        """The set as it is, and with each bound of the question on the columns it may speak of."""
        sets = [chosen]
        for cue in self.request.of(*BOUNDS):
            if not cue.values or cue in self.links.settled:
                continue
            with_bound = [
                _with_bound(one, cue, column)
                for one in sets
                for column in self._bound_columns(cue)
                if column not in one.columns
            ]
            sets = with_bound or sets
        return sets

    def _bound_columns(self, cue: Found) -> list[int]:
        """Columns of the bound's kind, those named by words near it first."""
        value = cue.values[0]
        dated = value.moment is not None and not (value.number is not None and self._numbers_named(cue))
        kinds = (Kind.MOMENT,) if dated else (Kind.NUMBER,)
        columns = [column for column in self.table.columns if column.index not in self.links.barred]
        fitting = [column.index for column in columns if column.kind in kinds]
        if dated and not fitting:
            fitting = [column.index for column in columns if column.kind is Kind.NUMBER]
        return sorted(fitting, key=lambda column: (-self._nearness(cue, column), column))[:3]

    def _numbers_named(self, cue: Found) -> bool:
        numbers = [column.index for column in self.table.columns if column.kind is Kind.NUMBER]
        return any(self._nearness(cue, column) > 1 for column in numbers)

    def _nearness(self, cue: Found, column: int) -> float:
        header = self.links.headers[column]
        near = [at for at in header.positions if cue.start - 4 <= at <= cue.end + 3]
        return header.score + (1.0 if near else 0.0)

    def sides(self) -> Iterator[tuple[Chosen, Chosen, Chosen]]:
        """What two rows have in common, and each of them: two values of one column, in the question's order."""
        values = self.links.values
        for one, other in combinations(values, 2):
            if one.column != other.column or one.positions & other.positions or one.rows == other.rows:
                continue
            first, second = sorted((one, other), key=lambda link: min(link.positions))
            yield Chosen(), _with(Chosen(), first, None), _with(Chosen(), second, None)
            for shared in values:
                if shared.column != one.column and not shared.positions & (one.positions | other.positions):
                    common = _with(Chosen(), shared, None)
                    yield common, _with(common, first, None), _with(common, second, None)


def _with(chosen: Chosen, link: ValueLink, negation: Found | None) -> Chosen:
    condition = replace(link.condition, negated=link.condition.negated or negation is not None)
    return Chosen(
        conditions=(*chosen.conditions, condition),
        links=(*chosen.links, link),
        explained=chosen.explained | link.positions,
        cues=chosen.cues | ({negation} if negation else set()),
        keys=chosen.keys,
    )


def _with_bound(chosen: Chosen, cue: Found, column: int) -> Chosen:
    condition = Condition(column=column, relation=BOUNDS[cue.cue], values=cue.values)
    return Chosen(
        conditions=(*chosen.conditions, condition),
        links=chosen.links,
        explained=chosen.explained | cue.positions,
        cues=chosen.cues | {cue},
        keys=(*chosen.keys, column),
    )


def _best(sets: Sequence[Chosen]) -> list[Chosen]:
    """The empty set and those that explain most; of sets that are met by no row together, none."""
    met = [chosen for chosen in sets if _is_met(chosen)]
    return sorted(
        met, key=lambda chosen: (bool(chosen.links), -len(chosen.explained) * chosen.strength, len(chosen.links))
    )[: MOST_SETS + 1]


def _is_met(chosen: Chosen) -> bool:
    plain = [
        link.rows for link, condition in zip(chosen.links, chosen.conditions, strict=False) if not condition.negated
    ]
    return not plain or bool(frozenset.intersection(*plain))


def _either_of(link: ValueLink, other: ValueLink) -> ValueLink:
    values = (*link.condition.values, *other.condition.values)
    return ValueLink(
        column=link.column,
        positions=link.positions | other.positions,
        condition=replace(link.condition, values=values),
        rows=link.rows | other.rows,
        strength=min(link.strength, other.strength),
    )


def _united(link: ValueLink, other: ValueLink) -> Chosen:
    return Chosen(
        conditions=(link.condition, other.condition), links=(link, other), explained=link.positions | other.positions
    )


def is_union(chosen: Chosen) -> bool:
    """Whether its conditions are several values of one column, of which any will do."""
    return len(chosen.conditions) > 1 and len(chosen.columns) == 1
