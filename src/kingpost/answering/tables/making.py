"""Makes proposals: a program with what of the question it explains, and the columns it may be about."""

from collections.abc import Sequence
from dataclasses import dataclass

from kingpost.answering.tables.choosing import Chosen, is_union
from kingpost.answering.tables.cues import Cue, Found, Request
from kingpost.answering.tables.linking import Links, ValueLink
from kingpost.answering.tables.model import Kind, Table
from kingpost.answering.tables.program import Condition, Operation, Pick, Program, Selection

MOST_COLUMNS = 12


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
class Maker:
    """Makes proposals for one question and one table."""

    request: Request
    table: Table
    links: Links

    def columns(self, *, kinds: Sequence[Kind] = tuple(Kind), without: frozenset[int] = frozenset()) -> list[int]:
        out = without | self.links.barred
        fitting = [c.index for c in self.table.columns if c.kind in kinds and c.index not in out]
        if len(fitting) <= MOST_COLUMNS:
            return fitting
        return sorted(fitting, key=lambda column: (-self.links.headers[column].score, column))[:MOST_COLUMNS]

    def proposal(
        self,
        chosen: Chosen,
        operation: Operation,
        column: int,
        *,
        uses: Sequence[Cue] = (),
        pick: Pick | None = None,
        other: tuple[Condition, ...] | None = None,
    ) -> Proposal:
        cues = frozenset((*self.request.of(*uses), *chosen.cues, *self.links.settled))
        keys = (*chosen.keys, *((pick.column,) if pick and pick.column >= 0 else ()))
        named = frozenset(at for key in (*keys, column) for at in self.links.headers[key].positions)
        either = is_union(chosen)
        if either:
            cues |= frozenset(self.request.of(Cue.EITHER))
        said = chosen.explained | named
        cues |= frozenset(cue for cue in self.request.cues if not cue.values and cue.positions <= said)
        program = Program(
            table=self.table,
            rows=Selection(conditions=chosen.conditions, either=either, pick=pick),
            operation=operation,
            column=column,
            other=Selection(conditions=other) if other is not None else None,
        )
        named |= frozenset(at for link in chosen.links for at in self.beside_link(link))
        explained = chosen.explained | named | frozenset(at for cue in cues for at in cue.positions)
        return Proposal(
            program=program,
            explained=explained,
            cues=cues,
            strength=chosen.strength,
            keys=keys,
            placed=self.placed(chosen),
        )

    def beside_link(self, link: ValueLink) -> frozenset[int]:
        """Words of the header of a condition's column, where they stand near its value: "vessel type 4207"."""
        near = range(min(link.positions) - 4, max(link.positions) + 4)
        return frozenset(at for at in self.links.headers[link.column].positions if at in near)

    def placed(self, chosen: Chosen) -> float:
        """How well the columns of the conditions are named, those near their values best."""
        if not chosen.links:
            return 0.5
        fits = [1.0 if self.beside_link(link) else self.links.headers[link.column].score for link in chosen.links]
        return sum(fits) / len(fits)

    def directed(self, operation: Operation) -> bool:
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
