"""Proposes comparisons: two rows, two columns of a row, and whether something is so."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from kingpost.answering.tables.choosing import Choice, Chosen, is_union
from kingpost.answering.tables.cues import Asked, Cue, Request
from kingpost.answering.tables.making import Maker, Proposal
from kingpost.answering.tables.model import Kind, Table
from kingpost.answering.tables.program import Operation


@dataclass(frozen=True, slots=True)
class Comparer:
    """Proposes comparisons for one question and one table."""

    maker: Maker
    choice: Choice

    @property
    def request(self) -> Request:
        return self.maker.request

    @property
    def table(self) -> Table:
        return self.maker.table

    def proposals(self) -> Iterator[Proposal]:
        """All comparisons, unordered."""
        for chosen, one, other in self.choice.sides():
            yield from self._compared(chosen, one, other)
        yield from self._columns_compared()
        yield from self._whether()

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
            (Operation.WHETHER_MORE, (Cue.MORE,), ()),
            (Operation.WHETHER_FEWER, (Cue.FEWER,), ()),
        ]
        for operation, needed, more in wanted:
            if self.request.of(*needed) and self.maker.directed(operation):
                for column in self.maker.columns(kinds=(Kind.NUMBER, Kind.MOMENT), without=one.columns):
                    yield self.maker.proposal(both, operation, column, uses=(*needed, *more), other=other.conditions)
        if self.request.of(Cue.EITHER) and self.request.of(Cue.FIRST, Cue.PREVIOUS):
            yield self.maker.proposal(
                both,
                Operation.EARLIER_OF,
                next(iter(one.columns)),
                uses=(Cue.EITHER, Cue.FIRST, Cue.PREVIOUS),
                other=other.conditions,
            )

    def _columns_compared(self) -> Iterator[Proposal]:
        """Two columns of one row, both named: difference, ratio, percentage."""
        wanted = ((Cue.DIFFERENCE, Operation.DIFFERENCE), (Cue.RATIO, Operation.RATIO), (Cue.SHARE, Operation.SHARE))
        named = [
            h for h in self.maker.links.headers if h.lexical > 0 and self.table.columns[h.column].kind is not Kind.TEXT
        ]
        for cue, operation in wanted:
            if not self.request.of(cue):
                continue
            for one, other in combinations(named, 2):
                first, second = sorted((one, other), key=lambda header: min(header.positions))
                if first.positions == second.positions:
                    continue
                for chosen in self.choice.sets():
                    if chosen.links and not _of_several(chosen) and not chosen.columns & {first.column, second.column}:
                        proposal = self.maker.proposal(chosen, operation, first.column, uses=(cue, Cue.COUNT))
                        program = replace(proposal.program, other=proposal.program.rows, other_column=second.column)
                        yield replace(
                            proposal,
                            program=program,
                            explained=proposal.explained | second.positions,
                            keys=(second.column,),
                        )

    def _whether(self) -> Iterator[Proposal]:
        """Whether the row that one value names has the other value, or meets the bounds."""
        if self.request.asked is not Asked.WHETHER:
            return
        for one, other in combinations(self.maker.links.values, 2):
            if one.column == other.column or one.positions & other.positions:
                continue
            subject, said = sorted((one, other), key=lambda link: len(link.rows))
            chosen = Chosen(
                conditions=(subject.condition,), links=(one, other), explained=one.positions | other.positions
            )
            yield self.maker.proposal(chosen, Operation.WHETHER, said.column, uses=(Cue.NOT,), other=(said.condition,))
        for chosen in self.choice.sets():
            bounds = tuple(c for c in chosen.conditions if c.column in chosen.keys)
            if chosen.links and bounds:
                rest = replace(chosen, conditions=tuple(c for c in chosen.conditions if c not in bounds))
                yield self.maker.proposal(rest, Operation.WHETHER, bounds[0].column, uses=(Cue.COUNT,), other=bounds)


def _of_several(chosen: Chosen) -> bool:
    """Whether it selects by several values of one column: they are what is compared then, not two columns."""
    return is_union(chosen) or any(len({v.stems for v in link.condition.values}) > 1 for link in chosen.links)
