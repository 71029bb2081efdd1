"""Scores proposed programs and picks the best: how much of the question they explain, and how well the answer fits.

What is measured of a proposal (mostly 0..1; weights in ``WEIGHTS``):

- ``explained``: weighted share of the question's words that the program stands on; ``context``: share that only the
  table's caption explains; ``missed``: cues that the program does not use;
- ``column``: how well the answer's column is named, ``key``: the same of the columns by which rows are picked or
  bounded, ``placed``: of those of the conditions; ``strength``: how well the weakest link fits;
- ``kind``: whether the answer is of the kind asked for (-1..1);
- ``counter``: it shows or calculates with numbers that only count or name; ``turned``: the table is read sideways;
- ``several``: more answers than asked for; ``nothing``, ``one``: it counts to 0 or 1; ``trivial``: it works out
  something from one cell; ``circular``: it uses the numbers that the question bounds; ``unasked``: it adds up though
  nothing says so; ``twice``: it works out what a header says to be worked out already; ``undated``: it orders by or
  subtracts dates though numbers are asked for;
  ``itself``: the highest or lowest number is asked for, and it shows another one of its row;
- ``everything``: it selects no rows;
- ``size``: how large the table is; ``headless``: no column has a header;
  ``constant``: what is shown is the same in all rows;
- ``prior``: how near retrieval found the table; and one for each family of operations.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kingpost.answering.tables.cues import ABOUT_TABLES, Asked, Cue, Request
from kingpost.answering.tables.execution import execute
from kingpost.answering.tables.fitting import (
    COUNTS,
    EXTREMES,
    FAMILIES,
    LOOK_UPS,
    NAMED,
    PICKS,
    WORKED_OUT,
    column_fit,
    explained_by_rows,
    key_fit,
    kind_fit,
)
from kingpost.answering.tables.linking import Links
from kingpost.answering.tables.making import Proposal
from kingpost.answering.tables.model import Kind
from kingpost.answering.tables.program import Operation, Order, Program, Relation, Result

EXECUTED = 80
"""Proposals that are executed: the best by what the question says alone."""

WEIGHTS: Mapping[str, float] = {
    "explained": 3.0,
    "context": 0.8,
    "missed": -0.6,
    "column": 1.5,
    "key": 1.0,
    "placed": 0.6,
    "strength": 0.8,
    "kind": 0.8,
    "counter": -0.8,
    "turned": -0.6,
    "several": -0.35,
    "nothing": -0.8,
    "one": -0.8,
    "trivial": -0.5,
    "circular": -0.8,
    "itself": -0.6,
    "unasked": -0.4,
    "twice": -0.6,
    "undated": -0.6,
    "everything": 0.0,
    "prior": 0.8,
    "size": 0.3,
    "headless": -0.6,
    "constant": -0.5,
    "shown": 0.2,
    "counted": 0.0,
    "distinct": 0.0,
    "folded": 0.0,
    "extreme": 0.0,
    "common": 0.0,
    "position": 0.15,
    "beside": 0.0,
    "compared": 0.0,
    "proportion": -0.4,
    "whether": 0.0,
    "either": 0.0,
    "gathered": 0.2,
}
SIZE = 6.0
"""Binary logarithm of the number of rows from which a table is large."""

ALREADY: Mapping[Cue, Operation] = {
    Cue.SUM: Operation.SUM,
    Cue.MEAN: Operation.MEAN,
    Cue.MEDIAN: Operation.MEDIAN,
    Cue.DIFFERENCE: Operation.DIFFERENCE,
    Cue.RATIO: Operation.RATIO,
    Cue.SHARE: Operation.SHARE,
}
TIMES = frozenset("year month day date long older oldest young youngest newest recent earli latest later when".split())
"""Stems of words that ask for times."""

Features = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A proposal that was executed, with its features and what it gives."""

    proposal: Proposal
    features: Mapping[str, float]
    score: float
    result: Result


def ranked(request: Request, proposed: Sequence[tuple[Proposal, Links]], priors: Mapping[str, float]) -> list[Scored]:
    """Executed proposals that give something, best first."""
    weights = _weights(request)
    measured = [(proposal, _of_question(request, proposal, links, priors, weights)) for proposal, links in proposed]
    first = sorted(measured, key=lambda pair: -_score(pair[1]))[:EXECUTED]
    executed = [scored for proposal, features in first if (scored := _executed(request, proposal, features))]
    return sorted(executed, key=lambda scored: -scored.score)


def _score(features: Mapping[str, float]) -> float:
    return sum(WEIGHTS[name] * value for name, value in features.items())


def _of_question(
    request: Request, proposal: Proposal, links: Links, priors: Mapping[str, float], weights: Mapping[int, float]
) -> Features:
    """What the question, the links and the program tell before anything is executed; ``weights`` are of its words."""
    program = proposal.program
    total = sum(weights.values()) or 1.0
    explained = proposal.explained | explained_by_rows(request, program, links)
    context = sum(w for at, w in weights.items() if at in links.caption and at not in explained)
    features = {
        "explained": sum(weight for at, weight in weights.items() if at in explained) / total,
        "context": context / total,
        "missed": sum(_matters(cue.cue) for cue in request.cues if cue not in proposal.cues),
        "column": column_fit(request, program, links),
        "key": key_fit(request, proposal, links),
        "placed": proposal.placed,
        "strength": proposal.strength,
        "kind": kind_fit(request, program, links.headers[program.column]),
        "counter": _uses_counter(proposal, links),
        "turned": float(program.table.turned),
        "circular": float(_is_circular(program)),
        "itself": float(_passes_over_the_extreme(request, program)),
        "unasked": float(_adds_up_unasked(request, program, links)),
        "twice": float(_works_out_again(request, proposal, links)),
        "undated": float(_orders_by_unasked_dates(request, proposal, links)),
        "everything": float(not program.rows.conditions and program.rows.pick is None),
        "either": float(program.rows.either),
        "size": min(1.0, math.log2(1 + len(program.table.data)) / SIZE),
        "headless": float(not any(column.header for column in program.table.columns)),
        "constant": float(program.operation in LOOK_UPS and program.table.is_constant(program.column)),
        "prior": priors.get(program.table.id, 0.0),
    }
    family = PICKS[program.rows.pick.order] if program.rows.pick else FAMILIES[program.operation]
    return features | {family: 1.0}


def _weights(request: Request) -> dict[int, float]:
    """Weight of each word: names and numbers tell more than other words; words about the table itself tell nothing."""
    cued = {at for cue in request.cues for at in cue.positions if _matters(cue.cue)}
    return {
        at: 1.5 if any(c.isdigit() for c in token.text) or (at and token.text[:1].isupper()) else 1.0
        for at, token in enumerate(request.tokens)
        if (token.content and token.stem not in ABOUT_TABLES) or at in cued
    }


def _matters(cue: Cue) -> float:
    return 0.0 if cue in (Cue.LIST, Cue.NUMBER) else 0.5 if cue in (Cue.COUNT, Cue.SUM) else 1.0


def _passes_over_the_extreme(request: Request, program: Program) -> bool:
    """Whether "the lowest tax amount" is asked for, and another number of its row is shown."""
    if program.rows.pick is None or program.rows.pick.order not in (Order.HIGHEST, Order.LOWEST):
        return False
    itself = any(cue.positions & request.head for cue in request.of(Cue.MOST, Cue.LEAST))
    return itself and program.table.columns[program.column].kind is Kind.NUMBER


def _adds_up_unasked(request: Request, program: Program, links: Links) -> bool:
    """Whether nothing says so: not a word, nor "how many" before the name of the numbers."""
    if program.operation is not Operation.SUM or request.of(Cue.SUM):
        return False
    header = links.headers[program.column]
    return not (request.of(Cue.COUNT, Cue.NUMBER) and header.lexical >= NAMED and header.positions & request.head)


def _works_out_again(request: Request, proposal: Proposal, links: Links) -> bool:
    """Whether the word that asks for a sum, mean or difference already names what it is made of."""
    cues = [cue for cue in request.of(*ALREADY) if ALREADY[cue.cue] is proposal.program.operation]
    return any(cue.positions & links.headers[proposal.program.column].positions for cue in cues)


def _orders_by_unasked_dates(request: Request, proposal: Proposal, links: Links) -> bool:
    """Whether dates decide what "most" or "how many more" asks of numbers."""
    program = proposal.program
    pick = program.rows.pick
    ordered = pick is not None and pick.order in (Order.HIGHEST, Order.LOWEST) and not request.of(Cue.FIRST, Cue.LAST)
    column = pick.column if pick is not None and ordered else program.column
    if not ordered and program.operation not in (*EXTREMES, Operation.DIFFERENCE, Operation.RATIO, Operation.SHARE):
        return False
    if program.table.columns[column].kind is not Kind.MOMENT or links.headers[column].lexical >= NAMED:
        return False
    return not any(token.stem in TIMES for token in request.tokens)


def _is_circular(program: Program) -> bool:
    """Whether it shows or calculates with the very numbers that the question bounds: "doors wider than 1 m"."""
    bounds = (Relation.ABOVE, Relation.AT_LEAST, Relation.BELOW, Relation.AT_MOST, Relation.BETWEEN)
    bounded = {condition.column for condition in program.rows.conditions if condition.relation in bounds}
    number = program.table.columns[program.column].kind is Kind.NUMBER
    return number and program.column in bounded and program.operation not in COUNTS


def _uses_counter(proposal: Proposal, links: Links) -> float:
    program = proposal.program
    used = [*proposal.keys, *([program.column] if program.operation not in COUNTS else [])]
    added = program.operation in (Operation.SUM, Operation.MEAN)
    return float(any(program.table.columns[c].counter and (added or links.headers[c].lexical < NAMED) for c in used))


def _executed(request: Request, proposal: Proposal, features: Features) -> Scored | None:
    program = proposal.program
    result = execute(program)
    if result is None or not any(result.texts) or _repeats(request, program, result):
        return None
    answers = result.rows if request.asked is Asked.NUMBER else len(result.texts)
    many = answers > 1 and program.operation in LOOK_UPS and not (request.plural and request.asked is not Asked.NUMBER)
    final = features | {
        "several": math.log2(answers) if many else 0.0,
        "nothing": float(result.texts == ("0",) and program.operation in COUNTS),
        "one": float(result.texts == ("1",) and program.operation in COUNTS),
        "trivial": float(FAMILIES[program.operation] in WORKED_OUT and len(result.cells) == 1),
    }
    return Scored(proposal=proposal, features=final, score=_score(final), result=result)


def _repeats(request: Request, program: Program, result: Result) -> bool:
    """Whether the answer says only what the question says."""
    if result.computed or program.operation is not Operation.VALUES or program.rows.pick is not None:
        return False
    asked = {token.stem for token in request.tokens}
    return all(all(stem in asked for stem in cell.value.stems) for cell in result.cells)
