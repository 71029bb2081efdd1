"""Proposes programs: every way to answer a question from a table that its links and cues allow."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from kingpost.answering.tables.choosing import Choice, Chosen, is_union
from kingpost.answering.tables.comparisons import Comparer
from kingpost.answering.tables.cues import Cue, Found, Request
from kingpost.answering.tables.making import Maker, Proposal
from kingpost.answering.tables.model import Kind, Table
from kingpost.answering.tables.naming import HeaderLink, header_stems
from kingpost.answering.tables.program import Operation, Order, Pick

MOST_PICKED = 100
CLEARLY = 0.6
"""Share of a header from which it is named clearly enough to be one of several that are asked for."""
_JOINT = re.compile(r"\s*(?:,|,?\s*(?:and|&|as well as)(?:\s+(?:the|its|their|his|her))?)\s*", re.IGNORECASE)
RANKS = frozenset("rank posit place pos standing".split())
"""Stems of headers whose lowest number is the best."""
_BEST = frozenset({"highest", "best", "top", "better", "higher", "lowest", "worst", "lower"})
_GATHERED = frozenset({"most", "least", "fewest"})


@dataclass(frozen=True, slots=True)
class Proposer:
    """Proposes for one question and one table."""

    maker: Maker
    choice: Choice

    @property
    def request(self) -> Request:
        return self.maker.request

    @property
    def table(self) -> Table:
        return self.maker.table

    def proposals(self) -> Iterator[Proposal]:
        """All proposals, unordered; some of them give nothing when executed."""
        for chosen in self.choice.sets():
            yield from self._shown(chosen)
            yield from self._picked(chosen)
            yield from self._counted(chosen)
            yield from self._folded(chosen)
            yield from self._beside(chosen)
        yield from Comparer(self.maker, self.choice).proposals()

    def _shown(self, chosen: Chosen) -> Iterator[Proposal]:
        if is_union(chosen) and self.request.of(Cue.EITHER):
            column = chosen.conditions[0].column
            for operation in (Operation.MOST_COMMON, Operation.LEAST_COMMON):
                if self.maker.directed(operation):
                    yield self.maker.proposal(
                        chosen, operation, column, uses=(Cue.EITHER, Cue.MOST, Cue.LEAST, Cue.COUNT)
                    )
        if chosen.conditions or self.request.of(Cue.LIST) or len(self.table.data) == 1:
            for column in self.maker.columns(without=chosen.given):
                yield self.maker.proposal(
                    chosen,
                    Operation.VALUES,
                    column,
                    uses=(Cue.NUMBER, Cue.COUNT, Cue.LIST, Cue.SUM, Cue.SHARE, Cue.MEAN),
                )
            yield from self._together(chosen)

    def _together(self, chosen: Chosen) -> Iterator[Proposal]:
        """Several columns of the same rows, where the question names them side by side: "width and height of"."""
        spoken = chosen.explained | frozenset(at for link in chosen.links for at in self.maker.beside_link(link))
        named = [
            header
            for header in self.maker.links.headers
            if header.lexical >= CLEARLY and header.column not in chosen.given and not header.positions & spoken
        ]
        named = [h for h in named if not any(h is not o and h.positions & o.positions for o in named)]
        ordered = sorted(named, key=lambda header: min(header.positions))
        if len(ordered) > 1 and all(self._joined(one, other) for one, other in pairwise(ordered)):
            first, *rest = ordered
            proposal = self.maker.proposal(chosen, Operation.VALUES, first.column, uses=(Cue.NUMBER, Cue.LIST))
            program = replace(proposal.program, also=tuple(header.column for header in rest))
            said = frozenset(at for header in rest for at in header.positions)
            yield replace(proposal, program=program, explained=proposal.explained | said)

    def _joined(self, one: HeaderLink, other: HeaderLink) -> bool:
        """Only "and" or a comma between the names of two columns."""
        first, second = self.request.tokens[max(one.positions)], self.request.tokens[min(other.positions)]
        return _JOINT.fullmatch(self.request.text[first.end : second.start]) is not None

    def _picked(self, chosen: Chosen) -> Iterator[Proposal]:
        for cue in self.request.of(Cue.MOST, Cue.LEAST, Cue.FIRST, Cue.LAST):
            yield from self._extremes(chosen, cue)
            if cue.cue in (Cue.FIRST, Cue.LAST):
                order = Order.FIRST if cue.cue is Cue.FIRST else Order.LAST
                pick = Pick(order=order, count=self._how_many(cue))
                for column in self.maker.columns(without=chosen.given):
                    yield self.maker.proposal(chosen, Operation.VALUES, column, uses=(cue.cue, Cue.COUNT), pick=pick)
                    if pick.count > 1 and self.request.of(Cue.SUM):
                        yield self.maker.proposal(
                            chosen, Operation.SUM, column, uses=(cue.cue, Cue.COUNT, Cue.SUM), pick=pick
                        )
            else:
                operation = Operation.MOST_COMMON if cue.cue is Cue.MOST else Operation.LEAST_COMMON
                for column in self.maker.columns(kinds=(Kind.TEXT, Kind.MOMENT), without=chosen.given):
                    yield self.maker.proposal(chosen, operation, column, uses=(cue.cue, Cue.COUNT))

    def _how_many(self, cue: Found) -> int:
        """How many rows "the first three" or "the top 5" are."""
        following = self.request.tokens[cue.end].stem if cue.end < len(self.request.tokens) else ""
        return int(following) if following.isdigit() and 0 < int(following) < MOST_PICKED else 1

    def _extremes(self, chosen: Chosen, cue: Found) -> Iterator[Proposal]:
        """Rows with the highest or lowest value of a column; "first" and "last" speak of dates only."""
        dates = cue.cue in (Cue.FIRST, Cue.LAST)
        kinds = (Kind.MOMENT,) if dates else (Kind.NUMBER, Kind.MOMENT)
        uses = (cue.cue, Cue.COUNT, Cue.NUMBER, Cue.SUM)
        for key in self.maker.columns(kinds=kinds, without=chosen.given):
            low = self._is_low(cue, key)
            pick = Pick(order=Order.LOWEST if low else Order.HIGHEST, column=key, count=self._how_many(cue))
            for column in self.maker.columns(without=chosen.given):
                if column != key:
                    yield self.maker.proposal(chosen, Operation.VALUES, column, uses=uses, pick=pick)
                if pick.count > 1 and self.request.of(Cue.SUM) and self.table.columns[column].kind is Kind.NUMBER:
                    yield self.maker.proposal(chosen, Operation.SUM, column, uses=uses, pick=pick)
            operation = Operation.LOWEST if low else Operation.HIGHEST
            yield self.maker.proposal(chosen, operation, key, uses=uses)
            if (
                self._gathers(cue)
                and self.table.columns[key].kind is Kind.NUMBER
                and not self.table.columns[key].counter
            ):
                yield from self._gathered(chosen, key, low=low, uses=uses)

    def _is_low(self, cue: Found, key: int) -> bool:
        """Whether the lowest is meant; of ranks the lowest is the best."""
        low = cue.cue in (Cue.LEAST, Cue.FIRST)
        header = header_stems(self.table.columns[key].header)[1]
        graded = any(self.request.tokens[at].text.casefold() in _BEST for at in cue.positions)
        return low != (graded and bool(header) and header[-1] in RANKS)

    def _gathers(self, cue: Found) -> bool:
        """Whether numbers of several rows may have to be added up before they are compared: "the most", "in total"."""
        words = {self.request.tokens[at].text.casefold() for at in cue.positions}
        return bool(words & _GATHERED or self.request.of(Cue.SUM))

    def _gathered(self, chosen: Chosen, key: int, *, low: bool, uses: tuple[Cue, ...]) -> Iterator[Proposal]:
        """What has most in all its rows together: by columns whose values stand in several rows."""
        operation = Operation.LEAST_IN_ALL if low else Operation.MOST_IN_ALL
        for column in self.maker.columns(kinds=(Kind.TEXT, Kind.MOMENT), without=chosen.given):
            if column != key and not self.table.tells_apart(column):
                proposal = self.maker.proposal(chosen, operation, column, uses=uses)
                said = proposal.explained | self.maker.links.headers[key].positions
                program = replace(proposal.program, other_column=key)
                yield replace(proposal, program=program, explained=said, keys=(*proposal.keys, key))

    def _counted(self, chosen: Chosen) -> Iterator[Proposal]:
        if not self.request.of(Cue.COUNT):
            return
        uses = (Cue.COUNT, Cue.SUM, Cue.NUMBER)
        label = self.table.label_column()
        for column in self.maker.columns(without=chosen.given):
            if column == label or self.maker.links.headers[column].lexical:
                yield self.maker.proposal(chosen, Operation.COUNT, column, uses=uses)
            yield self.maker.proposal(chosen, Operation.DISTINCT, column, uses=uses)
        if label in chosen.columns:
            yield self.maker.proposal(chosen, Operation.COUNT, label, uses=uses)
        if self.request.of(Cue.RUN) and chosen.conditions:
            yield self.maker.proposal(chosen, Operation.RUN, self.table.label_column(), uses=(*uses, Cue.RUN, Cue.MOST))

    def _folded(self, chosen: Chosen) -> Iterator[Proposal]:
        folds = {
            Cue.SUM: Operation.SUM,
            Cue.MEAN: Operation.MEAN,
            Cue.MEDIAN: Operation.MEDIAN,
            Cue.RANGE: Operation.RANGE,
        }
        for cue, operation in folds.items():
            if self.request.of(cue) or (cue is Cue.SUM and self.request.of(Cue.COUNT, Cue.NUMBER)):
                for column in self.maker.columns(kinds=(Kind.NUMBER,), without=chosen.given):
                    yield self.maker.proposal(chosen, operation, column, uses=(cue, Cue.COUNT, Cue.NUMBER))
        if self.request.of(Cue.SPAN):
            for column in self.maker.columns(kinds=(Kind.MOMENT,), without=chosen.given):
                yield self.maker.proposal(chosen, Operation.SPAN, column, uses=(Cue.SPAN, Cue.COUNT))

    def _beside(self, chosen: Chosen) -> Iterator[Proposal]:
        """The row before or after the one named, or others that have the same as it."""
        if not chosen.conditions:
            return
        for cue in self.request.of(Cue.NEXT, Cue.PREVIOUS):
            order = Order.NEXT if cue.cue is Cue.NEXT else Order.PREVIOUS
            for column in self.maker.columns():
                yield self.maker.proposal(
                    chosen, Operation.VALUES, column, uses=(cue.cue, Cue.COUNT), pick=Pick(order=order)
                )
        if self.request.of(Cue.SAME):
            for key in self.maker.columns(without=chosen.given):
                for column in self.maker.columns():
                    if column != key:
                        yield self.maker.proposal(
                            chosen,
                            Operation.VALUES,
                            column,
                            uses=(Cue.SAME, Cue.COUNT, Cue.NOT),
                            pick=Pick(order=Order.SAME, column=key),
                        )
