"""Proposes programs: every way to answer a question from a table that its links and cues allow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from kingpost.answering.tables.choosing import Choice, Chosen, is_union
from kingpost.answering.tables.cues import Asked, Cue, Found, Request
from kingpost.answering.tables.linking import Links, ValueLink
from kingpost.answering.tables.model import Kind, Table
from kingpost.answering.tables.program import Condition, Operation, Order, Pick, Program, Selection

MOST_COLUMNS = 12
MOST_PICKED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A program, the words of the question that it explains, the cues it uses, and the links it stands on.

    ``key``: the column by which rows are picked, or compared with a bound (-1: none).
    """

    program: Program
    explained: frozenset[int]
    cues: frozenset[Found]
    strength: float = 1.0
    keys: tuple[int, ...] = ()
    placed: float = 0.5


@dataclass(frozen=True, slots=True)
class Proposer:
    """Proposes for one question and one table."""

    request: Request
    table: Table
    links: Links
    choice: Choice

    def proposals(self) -> Iterator[Proposal]:
        """All proposals, unordered; some of them give nothing when executed."""
        for chosen in self.choice.sets():
            yield from self._shown(chosen)
            yield from self._picked(chosen)
            yield from self._counted(chosen)
            yield from self._folded(chosen)
            yield from self._beside(chosen)
        for chosen, one, other in self.choice.sides():
            yield from self._compared(chosen, one, other)
        yield from self._columns_compared()
        yield from self._whether()

    # One selection

    def _shown(self, chosen: Chosen) -> Iterator[Proposal]:
        if is_union(chosen) and self.request.of(Cue.EITHER):
            column = chosen.conditions[0].column
            for operation in (Operation.MOST_COMMON, Operation.LEAST_COMMON):
                if self._directed(operation):
                    yield self._proposal(chosen, operation, column, uses=(Cue.EITHER, Cue.MOST, Cue.LEAST, Cue.COUNT))
        if chosen.conditions or self.request.of(Cue.LIST) or len(self.table.data) == 1:
            for column in self._columns(without=chosen.given):
                yield self._proposal(
                    chosen,
                    Operation.VALUES,
                    column,
                    uses=(Cue.NUMBER, Cue.COUNT, Cue.LIST, Cue.SUM, Cue.SHARE, Cue.MEAN),
                )

    def _picked(self, chosen: Chosen) -> Iterator[Proposal]:
        for cue in self.request.of(Cue.MOST, Cue.LEAST, Cue.FIRST, Cue.LAST):
            yield from self._extremes(chosen, cue)
            if cue.cue in (Cue.FIRST, Cue.LAST):
                order = Order.FIRST if cue.cue is Cue.FIRST else Order.LAST
                pick = Pick(order=order, count=self._how_many(cue))
                for column in self._columns(without=chosen.given):
                    yield self._proposal(chosen, Operation.VALUES, column, uses=(cue.cue, Cue.COUNT), pick=pick)
                    if pick.count > 1 and self.request.of(Cue.SUM):
                        yield self._proposal(
                            chosen, Operation.SUM, column, uses=(cue.cue, Cue.COUNT, Cue.SUM), pick=pick
                        )
            else:
                operation = Operation.MOST_COMMON if cue.cue is Cue.MOST else Operation.LEAST_COMMON
                for column in self._columns(kinds=(Kind.TEXT, Kind.MOMENT), without=chosen.given):
                    yield self._proposal(chosen, operation, column, uses=(cue.cue, Cue.COUNT))

    def _how_many(self, cue: Found) -> int:
        """How many rows "the first three" or "the top 5" are."""
        following = self.request.tokens[cue.end].stem if cue.end < len(self.request.tokens) else ""
        return int(following) if following.isdigit() and 0 < int(following) < MOST_PICKED else 1

    def _extremes(self, chosen: Chosen, cue: Found) -> Iterator[Proposal]:
        """Rows with the highest or lowest value of a column; "first" and "last" speak of dates only."""
        low = cue.cue in (Cue.LEAST, Cue.FIRST)
        dates = cue.cue in (Cue.FIRST, Cue.LAST)
        kinds = (Kind.MOMENT,) if dates else (Kind.NUMBER, Kind.MOMENT)
        for key in self._columns(kinds=kinds, without=chosen.given):
            pick = Pick(order=Order.LOWEST if low else Order.HIGHEST, column=key, count=self._how_many(cue))
            for column in self._columns(without=chosen.given):
                if column != key:
                    yield self._proposal(
                        chosen, Operation.VALUES, column, uses=(cue.cue, Cue.COUNT, Cue.NUMBER, Cue.SUM), pick=pick
                    )
            operation = Operation.LOWEST if low else Operation.HIGHEST
            yield self._proposal(chosen, operation, key, uses=(cue.cue, Cue.COUNT, Cue.NUMBER, Cue.SUM))

    def _counted(self, chosen: Chosen) -> Iterator[Proposal]:
        if not self.request.of(Cue.COUNT):
            return
        uses = (Cue.COUNT, Cue.SUM, Cue.NUMBER)
        label = self.table.label_column()
        for column in self._columns(without=chosen.given):
            if column == label or self.links.headers[column].lexical:
                yield self._proposal(chosen, Operation.COUNT, column, uses=uses)
            yield self._proposal(chosen, Operation.DISTINCT, column, uses=uses)
        if label in chosen.columns:
            yield self._proposal(chosen, Operation.COUNT, label, uses=uses)
        if self.request.of(Cue.RUN) and chosen.conditions:
            yield self._proposal(chosen, Operation.RUN, self.table.label_column(), uses=(*uses, Cue.RUN, Cue.MOST))

    def _folded(self, chosen: Chosen) -> Iterator[Proposal]:
        folds = {
            Cue.SUM: Operation.SUM,
            Cue.MEAN: Operation.MEAN,
            Cue.MEDIAN: Operation.MEDIAN,
            Cue.RANGE: Operation.RANGE,
        }
        for cue, operation in folds.items():
            if self.request.of(cue) or (cue is Cue.SUM and self.request.of(Cue.COUNT, Cue.NUMBER)):
                for column in self._columns(kinds=(Kind.NUMBER,), without=chosen.given):
                    yield self._proposal(chosen, operation, column, uses=(cue, Cue.COUNT, Cue.NUMBER))
        if self.request.of(Cue.SPAN):
            for column in self._columns(kinds=(Kind.MOMENT,), without=chosen.given):
                yield self._proposal(chosen, Operation.SPAN, column, uses=(Cue.SPAN, Cue.COUNT))

    def _beside(self, chosen: Chosen) -> Iterator[Proposal]:
        """The row before or after the one named, or others that have the same as it."""
        if not chosen.conditions:
            return
        for cue in self.request.of(Cue.NEXT, Cue.PREVIOUS):
            order = Order.NEXT if cue.cue is Cue.NEXT else Order.PREVIOUS
            for column in self._columns():
                yield self._proposal(
                    chosen, Operation.VALUES, column, uses=(cue.cue, Cue.COUNT), pick=Pick(order=order)
                )
        if self.request.of(Cue.SAME):
            for key in self._columns(without=chosen.given):
                for column in self._columns():
                    if column != key:
                        yield self._proposal(
                            chosen,
                            Operation.VALUES,
                            column,
                            uses=(Cue.SAME, Cue.COUNT, Cue.NOT),
                            pick=Pick(order=Order.SAME, column=key),
                        )

    # Two selections

    def _compared(self, common: Chosen, one: Chosen, other: Chosen) -> Iterator[Proposal]:
        both = Chosen(
            conditions=one.conditions,
            links=(*one.links, *other.links),
            explained=one.explained | other.explained,
        )
        wanted = [
            (Operation.DIFFERENCE, (Cue.DIFFERENCE,), (Cue.COUNT, Cue.SPAN, Cue.MOST, Cue.LEAST)),
            (Operation.RATIO, (Cue.RATIO,), (Cue.COUNT,)),
            (Operation.SHARE, (Cue.SHARE,), (Cue.COUNT,)),
            (Operation.HIGHER_OF, (Cue.EITHER,), (Cue.MOST, Cue.COUNT, Cue.LAST)),
            (Operation.LOWER_OF, (Cue.EITHER,), (Cue.LEAST, Cue.COUNT, Cue.FIRST)),
            (Operation.WHETHER_SAME, (Cue.SAME,), (Cue.COUNT,)),
        ]
        for operation, needed, more in wanted:
            if self.request.of(*needed) and self._directed(operation):
                for column in self._columns(kinds=(Kind.NUMBER, Kind.MOMENT), without=one.columns):
                    yield self._proposal(both, operation, column, uses=(*needed, *more), other=other.conditions)
        if self.request.of(Cue.EITHER) and self.request.of(Cue.FIRST, Cue.PREVIOUS):
            yield self._proposal(
                both,
                Operation.EARLIER_OF,
                next(iter(one.columns)),
                uses=(Cue.EITHER, Cue.FIRST, Cue.PREVIOUS),
                other=other.conditions,
            )

    def _directed(self, operation: Operation) -> bool:
        """Which of two is asked for: the lower where the question says "less" or "first", else the higher."""
        low = bool(self.request.of(Cue.LEAST, Cue.FIRST)) or any(
            t.stem in ("less", "fewer", "earlier", "lower") for t in self.request.tokens
        )
        return {
            Operation.HIGHER_OF: not low,
            Operation.LOWER_OF: low,
            Operation.MOST_COMMON: not low,
            Operation.LEAST_COMMON: low,
        }.get(operation, True)

    def _columns_compared(self) -> Iterator[Proposal]:
        """Two columns of one row, both named: difference, ratio, percentage."""
        wanted = ((Cue.DIFFERENCE, Operation.DIFFERENCE), (Cue.RATIO, Operation.RATIO), (Cue.SHARE, Operation.SHARE))
        named = [h for h in self.links.headers if h.lexical > 0 and self.table.columns[h.column].kind is not Kind.TEXT]
        for cue, operation in wanted:
            if not self.request.of(cue):
                continue
            for one, other in combinations(named, 2):
                first, second = sorted((one, other), key=lambda header: min(header.positions))
                if first.positions == second.positions:
                    continue
                for chosen in self.choice.sets():
                    if chosen.links and not chosen.columns & {first.column, second.column}:
                        proposal = self._proposal(chosen, operation, first.column, uses=(cue, Cue.COUNT))
                        program = replace(proposal.program, other=proposal.program.rows, other_column=second.column)
                        yield replace(
                            proposal,
                            program=program,
                            explained=proposal.explained | second.positions,
                            keys=(second.column,),
                        )

    def _whether(self) -> Iterator[Proposal]:
        """Whether the row that one value names has the other value."""
        if self.request.asked is not Asked.WHETHER:
            return
        for one, other in combinations(self.links.values, 2):
            if one.column == other.column or one.positions & other.positions:
                continue
            subject, said = sorted((one, other), key=lambda link: len(link.rows))
            chosen = Chosen(
                conditions=(subject.condition,), links=(one, other), explained=one.positions | other.positions
            )
            yield self._proposal(chosen, Operation.WHETHER, said.column, uses=(Cue.NOT,), other=(said.condition,))

    # Making proposals

    def _columns(self, *, kinds: Sequence[Kind] = tuple(Kind), without: frozenset[int] = frozenset()) -> list[int]:
        fitting = [c.index for c in self.table.columns if c.kind in kinds and c.index not in without]
        if len(fitting) <= MOST_COLUMNS:
            return fitting
        return sorted(fitting, key=lambda column: (-self.links.headers[column].score, column))[:MOST_COLUMNS]

    def _proposal(
        self,
        chosen: Chosen,
        operation: Operation,
        column: int,
        *,
        uses: Sequence[Cue] = (),
        pick: Pick | None = None,
        other: tuple[Condition, ...] | None = None,
    ) -> Proposal:
        cues = frozenset((*self.request.of(*uses), *chosen.cues))
        keys = (*chosen.keys, *((pick.column,) if pick and pick.column >= 0 else ()))
        named = frozenset(at for key in (*keys, column) for at in self.links.headers[key].positions)
        either = is_union(chosen)
        if either:
            cues |= frozenset(self.request.of(Cue.EITHER))
        program = Program(
            table=self.table,
            rows=Selection(conditions=chosen.conditions, either=either, pick=pick),
            operation=operation,
            column=column,
            other=Selection(conditions=other) if other is not None else None,
        )
        named |= frozenset(at for link in chosen.links for at in self._beside_link(link))
        explained = chosen.explained | named | frozenset(at for cue in cues for at in cue.positions)
        return Proposal(
            program=program,
            explained=explained,
            cues=cues,
            strength=chosen.strength,
            keys=keys,
            placed=self._placed(chosen),
        )

    def _beside_link(self, link: ValueLink) -> frozenset[int]:
        """Words of the header of a condition's column, where they stand near its value: "vessel type 4207"."""
        near = range(min(link.positions) - 4, max(link.positions) + 4)
        return frozenset(at for at in self.links.headers[link.column].positions if at in near)

    def _placed(self, chosen: Chosen) -> float:
        """How well the columns of the conditions are named, those near their values best."""
        if not chosen.links:
            return 0.5
        fits = [1.0 if self._beside_link(link) else self.links.headers[link.column].score for link in chosen.links]
        return sum(fits) / len(fits)
