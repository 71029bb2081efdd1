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
  nothing says so; ``itself``: the highest or lowest number is asked for, and it shows another one of its row;
- ``everything``: it selects no rows;
- ``size``: how large the table is; ``headless``: no column has a header;
  ``constant``: what is shown is the same in all rows;
- ``prior``: how near retrieval found the table; and one for each family of operations.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kingpost.answering.tables.cues import Asked, Cue, Found, Request
from kingpost.answering.tables.execution import execute
from kingpost.answering.tables.linking import HeaderLink, Links
from kingpost.answering.tables.model import Kind
from kingpost.answering.tables.program import Operation, Order, Program, Relation, Result
from kingpost.answering.tables.proposals import Proposal

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
}
FAMILIES: Mapping[Operation, str] = {
    Operation.VALUES: "shown",
    Operation.COUNT: "counted",
    Operation.RUN: "counted",
    Operation.DISTINCT: "distinct",
    Operation.SUM: "folded",
    Operation.MEAN: "folded",
    Operation.MEDIAN: "folded",
    Operation.RANGE: "folded",
    Operation.SPAN: "folded",
    Operation.HIGHEST: "extreme",
    Operation.LOWEST: "extreme",
    Operation.MOST_COMMON: "common",
    Operation.LEAST_COMMON: "common",
    Operation.DIFFERENCE: "compared",
    Operation.RATIO: "proportion",
    Operation.SHARE: "proportion",
    Operation.HIGHER_OF: "compared",
    Operation.LOWER_OF: "compared",
    Operation.EARLIER_OF: "compared",
    Operation.WHETHER: "whether",
    Operation.WHETHER_SAME: "whether",
    Operation.WHETHER_MORE: "whether",
}
PICKS: Mapping[Order, str] = {
    Order.HIGHEST: "extreme",
    Order.LOWEST: "extreme",
    Order.FIRST: "position",
    Order.LAST: "position",
    Order.NEXT: "beside",
    Order.PREVIOUS: "beside",
    Order.SAME: "beside",
}
_COUNTS = frozenset({Operation.COUNT, Operation.DISTINCT, Operation.RUN})
_NUMBERS = _COUNTS | {
    Operation.SUM,
    Operation.MEAN,
    Operation.MEDIAN,
    Operation.DIFFERENCE,
    Operation.RATIO,
    Operation.SHARE,
    Operation.SPAN,
    Operation.RANGE,
}
_OF_TWO = frozenset({Operation.HIGHER_OF, Operation.LOWER_OF, Operation.EARLIER_OF})
_WORKED_OUT = frozenset({"folded", "common", "distinct"})
_LOOK_UPS = frozenset({Operation.VALUES, Operation.MOST_COMMON, Operation.LEAST_COMMON})
_EXTREMES = frozenset({Operation.HIGHEST, Operation.LOWEST})
NAMED = 0.7
"""Share of a header from which a column counts as named."""
UNNAMED = 0.5
"""What a program that needs no column counts as a column match."""
UNNAMED_KEY = 0.6
"""What the number of rows counts as a key: "which city has the most hospitals" where each row is one."""
UNNAMED_BESIDE = 0.7
"""The same of the column that names one row, where the one before or after it is asked for."""
UNNAMED_LABEL = 0.35
"""The same of the column that names the rows, where the question names none."""
NEAR_WORDS = 4
FAR_FROM_CUE = 0.4
SIZE = 6.0
"""Binary logarithm of the number of rows from which a table is large."""

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
    measured = [(proposal, _of_question(request, proposal, links, priors)) for proposal, links in proposed]
    first = sorted(measured, key=lambda pair: -_score(pair[1]))[:EXECUTED]
    executed = [scored for proposal, features in first if (scored := _executed(request, proposal, features))]
    return sorted(executed, key=lambda scored: -scored.score)


def _score(features: Mapping[str, float]) -> float:
    return sum(WEIGHTS[name] * value for name, value in features.items())


def _of_question(request: Request, proposal: Proposal, links: Links, priors: Mapping[str, float]) -> Features:
    """What the question, the links and the program tell before anything is executed."""
    program = proposal.program
    weights = _weights(request)
    total = sum(weights.values()) or 1.0
    context = sum(w for at, w in weights.items() if at in links.caption and at not in proposal.explained)
    features = {
        "explained": sum(weight for at, weight in weights.items() if at in proposal.explained) / total,
        "context": context / total,
        "missed": sum(_matters(cue.cue) for cue in request.cues if cue not in proposal.cues),
        "column": _column_fit(request, program, links),
        "key": _key_fit(request, proposal, links),
        "placed": proposal.placed,
        "strength": proposal.strength,
        "kind": _kind_fit(request, program, links.headers[program.column]),
        "counter": _uses_counter(proposal, links),
        "turned": float(program.table.turned),
        "circular": float(_is_circular(program)),
        "itself": float(_passes_over_the_extreme(request, program)),
        "unasked": float(program.operation is Operation.SUM and not request.of(Cue.SUM)),
        "everything": float(not program.rows.conditions and program.rows.pick is None),
        "either": float(program.rows.either),
        "size": min(1.0, math.log2(1 + len(program.table.data)) / SIZE),
        "headless": float(not any(column.header for column in program.table.columns)),
        "constant": float(program.operation in _LOOK_UPS and program.table.is_constant(program.column)),
        "prior": priors.get(program.table.id, 0.0),
    }
    family = PICKS[program.rows.pick.order] if program.rows.pick else FAMILIES[program.operation]
    return features | {family: 1.0}


def _weights(request: Request) -> dict[int, float]:
    """Weight of each word: names and numbers tell more than other words."""
    cued = {at for cue in request.cues for at in cue.positions if _matters(cue.cue)}
    return {
        at: 1.5 if any(c.isdigit() for c in token.text) or (at and token.text[:1].isupper()) else 1.0
        for at, token in enumerate(request.tokens)
        if token.content or at in cued
    }


def _matters(cue: Cue) -> float:
    return 0.0 if cue in (Cue.LIST, Cue.NUMBER) else 0.5 if cue in (Cue.COUNT, Cue.SUM) else 1.0


def _column_fit(request: Request, program: Program, links: Links) -> float:
    """How well the question names what is shown or worked out."""
    header = links.headers[program.column]
    in_head = bool(header.positions & request.head)
    if program.operation in (Operation.COUNT, Operation.RUN):
        unique = program.table.tells_apart(program.column)
        if _measures_the_head(request, program, links):
            return UNNAMED_LABEL
        return 0.8 if (in_head and unique) or request.head & links.caption else UNNAMED
    if program.operation is Operation.EARLIER_OF:
        return UNNAMED
    if program.operation is Operation.DISTINCT:
        text = program.table.columns[program.column].kind is Kind.TEXT
        return header.score if text and in_head else 0.4 * header.score
    if FAMILIES[program.operation] == "common":
        return header.score if in_head or not request.head else 0.3 * header.score
    if _is_beside(program) and program.rows.conditions and program.column == program.rows.conditions[0].column:
        return max(header.score, UNNAMED_BESIDE)
    if program.operation in _EXTREMES:
        near = _nearness(request, header)
        return near if in_head or not request.head else 0.3 * near
    if program.operation in _OF_TWO:
        return header.score
    if header.score < UNNAMED_LABEL and _names_the_row(program):
        return UNNAMED_LABEL
    return header.score if in_head or not request.head else 0.75 * header.score


def _measures_the_head(request: Request, program: Program, links: Links) -> bool:
    """Whether a column of numbers is what "how many" asks for: they are then read, not counted."""
    numbers = [links.headers[c.index] for c in program.table.columns if c.kind is Kind.NUMBER and not c.counter]
    return any(header.lexical >= NAMED and header.positions & request.head for header in numbers)


def _is_beside(program: Program) -> bool:
    return program.rows.pick is not None and PICKS[program.rows.pick.order] == "beside"


def _names_the_row(program: Program) -> bool:
    """Whether what is shown names the row; of a row that is named, the first thing that it tells."""
    conditions = program.rows.conditions
    columns = program.table.columns
    if program.rows.pick is None and any(columns[condition.column].label for condition in conditions):
        told = [
            c.index for c in columns if not c.label and not c.counter and c.index not in {x.column for x in conditions}
        ]
        return bool(told) and program.column == told[0]
    return program.column == program.table.label_column()


def _key_fit(request: Request, proposal: Proposal, links: Links) -> float:
    keys = [links.headers[key] for key in proposal.keys]
    picked = proposal.program.rows.pick is not None and proposal.program.rows.pick.order in (
        Order.HIGHEST,
        Order.LOWEST,
    )
    fits = [_nearness(request, header) if picked else header.score for header in keys]
    if FAMILIES[proposal.program.operation] == "common":
        return UNNAMED_KEY
    return sum(fits) / len(fits) if fits else UNNAMED


def _nearness(request: Request, header: HeaderLink) -> float:
    """How well a column is named right behind "highest" or "most"; named elsewhere it counts half."""
    cues: list[Found] = request.of(Cue.MOST, Cue.LEAST)
    near = header.implied or any(_is_near(request, cue, at) for cue in cues for at in header.positions)
    return header.score if near or not cues else FAR_FROM_CUE * header.score


def _is_near(request: Request, cue: Found, at: int) -> bool:
    """Behind the cue; before it where it ends the question: "of which door is the width the largest?"."""
    ends = not any(token.content for token in request.tokens[cue.end :])
    return cue.start <= at < cue.end + NEAR_WORDS or (ends and cue.start - NEAR_WORDS <= at)


def _kind_fit(request: Request, program: Program, header: HeaderLink) -> float:
    """Whether the answer is of the kind that the question word asks for."""
    family = FAMILIES[program.operation]
    if family == "whether" or request.asked is Asked.WHETHER:
        return {"whether": 1.0, "compared": 0.3}.get(family, -0.8) if request.asked is Asked.WHETHER else -1.0
    calculated = program.operation in _NUMBERS
    answer = Kind.NUMBER if calculated else program.table.columns[program.column].kind
    if program.operation in _OF_TWO:
        answer = Kind.TEXT
    fits = {
        Asked.NUMBER: {Kind.NUMBER: 0.8, Kind.MOMENT: -0.5, Kind.TEXT: -0.6},
        Asked.MOMENT: {Kind.NUMBER: -0.4, Kind.MOMENT: 1.0, Kind.TEXT: -0.3},
        Asked.PERSON: {Kind.NUMBER: -1.0, Kind.MOMENT: -0.8, Kind.TEXT: 0.6},
        Asked.PLACE: {Kind.NUMBER: -1.0, Kind.MOMENT: -0.8, Kind.TEXT: 0.6},
        Asked.THING: {Kind.NUMBER: -0.8 if calculated else 0.0, Kind.MOMENT: 0.0, Kind.TEXT: 0.3},
    }
    named = program.operation in _LOOK_UPS and header.lexical >= NAMED and header.positions & request.head
    fit = fits[request.asked][answer]
    return max(fit, 0.9) if named and (request.asked is not Asked.NUMBER or answer is Kind.NUMBER) else fit


def _passes_over_the_extreme(request: Request, program: Program) -> bool:
    """Whether "the lowest tax amount" is asked for, and another number of its row is shown."""
    if program.rows.pick is None or program.rows.pick.order not in (Order.HIGHEST, Order.LOWEST):
        return False
    itself = any(cue.positions & request.head for cue in request.of(Cue.MOST, Cue.LEAST))
    return itself and program.table.columns[program.column].kind is Kind.NUMBER


def _is_circular(program: Program) -> bool:
    """Whether it shows or calculates with the very numbers that the question bounds: "doors wider than 1 m"."""
    bounds = (Relation.ABOVE, Relation.AT_LEAST, Relation.BELOW, Relation.AT_MOST, Relation.BETWEEN)
    bounded = {condition.column for condition in program.rows.conditions if condition.relation in bounds}
    number = program.table.columns[program.column].kind is Kind.NUMBER
    return number and program.column in bounded and program.operation not in _COUNTS


def _uses_counter(proposal: Proposal, links: Links) -> float:
    program = proposal.program
    used = [*proposal.keys, *([program.column] if program.operation not in _COUNTS else [])]
    return float(any(program.table.columns[c].counter and links.headers[c].lexical < NAMED for c in used))


def _executed(request: Request, proposal: Proposal, features: Features) -> Scored | None:
    program = proposal.program
    result = execute(program)
    if result is None or not any(result.texts) or _repeats(request, program, result):
        return None
    answers = result.rows if request.asked is Asked.NUMBER else len(result.texts)
    many = answers > 1 and program.operation in _LOOK_UPS and not (request.plural and request.asked is not Asked.NUMBER)
    final = features | {
        "several": math.log2(answers) if many else 0.0,
        "nothing": float(result.texts == ("0",) and program.operation in _COUNTS),
        "one": float(result.texts == ("1",) and program.operation in _COUNTS),
        "trivial": float(FAMILIES[program.operation] in _WORKED_OUT and len(result.cells) == 1),
    }
    return Scored(proposal=proposal, features=final, score=_score(final), result=result)


def _repeats(request: Request, program: Program, result: Result) -> bool:
    """Whether the answer says only what the question says."""
    if result.computed or program.operation is not Operation.VALUES or program.rows.pick is not None:
        return False
    asked = {token.stem for token in request.tokens}
    return all(all(stem in asked for stem in cell.value.stems) for cell in result.cells)
