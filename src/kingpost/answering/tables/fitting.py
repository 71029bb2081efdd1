"""Says how well a program's columns fit the question: the one that answers, those that order, and its kind."""

from collections.abc import Mapping

from kingpost.answering.tables.cues import Asked, Cue, Found, Request
from kingpost.answering.tables.linking import Links
from kingpost.answering.tables.making import Proposal
from kingpost.answering.tables.model import Kind, Table
from kingpost.answering.tables.naming import HeaderLink
from kingpost.answering.tables.program import Operation, Order, Program

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
    Operation.MOST_IN_ALL: "gathered",
    Operation.LEAST_IN_ALL: "gathered",
    Operation.WHETHER: "whether",
    Operation.WHETHER_SAME: "whether",
    Operation.WHETHER_MORE: "whether",
    Operation.WHETHER_FEWER: "whether",
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
COUNTS = frozenset({Operation.COUNT, Operation.DISTINCT, Operation.RUN})
NUMBERS = COUNTS | {
    Operation.SUM,
    Operation.MEAN,
    Operation.MEDIAN,
    Operation.DIFFERENCE,
    Operation.RATIO,
    Operation.SHARE,
    Operation.SPAN,
    Operation.RANGE,
}
OF_TWO = frozenset({Operation.HIGHER_OF, Operation.LOWER_OF, Operation.EARLIER_OF})
WORKED_OUT = frozenset({"folded", "common", "distinct"})
LOOK_UPS = frozenset(
    {
        Operation.VALUES,
        Operation.MOST_COMMON,
        Operation.LEAST_COMMON,
        Operation.MOST_IN_ALL,
        Operation.LEAST_IN_ALL,
    }
)
EXTREMES = frozenset({Operation.HIGHEST, Operation.LOWEST})
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
NAMED_BY_CAPTION = 0.7
"""The same where the table's caption says what its rows are: of a "list of doors", each row is a door."""
NEAR_WORDS = 4
FAR_FROM_CUE = 0.4


def explained_by_rows(request: Request, program: Program, links: Links) -> frozenset[int]:
    """What is asked for, where rows are named or counted and it is what the rows are."""
    names = program.operation is Operation.VALUES and program.column == program.table.label_column()
    rows = names or program.operation in (Operation.COUNT, Operation.RUN)
    return _rows_asked_for(request, program.table, links) if rows else frozenset()


def _rows_asked_for(request: Request, table: Table, links: Links) -> frozenset[int]:
    """Words of what is asked for that say what the rows are: by the caption, or by the names of many rows."""
    by_name = frozenset(at for at in request.head if request.tokens[at].stem in table.kinds_of_rows)
    return (request.head & links.caption) | by_name


def column_fit(request: Request, program: Program, links: Links) -> float:
    """How well the question names what is shown or worked out."""
    header = links.headers[program.column]
    in_head = bool(header.positions & request.head)
    if program.operation in (Operation.COUNT, Operation.RUN):
        unique = program.table.tells_apart(program.column) or program.column == program.table.label_column()
        if _measures_the_head(request, program, links):
            return UNNAMED_LABEL
        return 0.8 if (in_head and unique) or _rows_asked_for(request, program.table, links) else UNNAMED
    if program.operation is Operation.EARLIER_OF:
        return UNNAMED
    if program.operation is Operation.DISTINCT:
        text = program.table.columns[program.column].kind is Kind.TEXT
        unique = program.column == program.table.label_column() and program.table.tells_apart(program.column)
        return (
            header.score * (0.7 if unique and not _asks_for_different(request) else 1.0)
            if text and in_head
            else 0.4 * header.score
        )
    if FAMILIES[program.operation] == "common":
        return header.score if in_head or not request.head else 0.3 * header.score
    if _is_beside(program) and program.rows.conditions and program.column == program.rows.conditions[0].column:
        return max(header.score, UNNAMED_BESIDE)
    if program.operation in EXTREMES:
        near = _nearness(request, header)
        return near if in_head or not request.head else 0.3 * near
    if program.operation in OF_TWO:
        return header.score
    if header.lexical < NAMED and _names_the_row(program):
        return max(header.score, _label_fit(request, program, links))
    return header.score if in_head or not request.head else 0.75 * header.score


def _label_fit(request: Request, program: Program, links: Links) -> float:
    """How well the column that names the rows is what is asked for though no word names it."""
    kinds = request.asked is not Asked.NUMBER and program.column == program.table.label_column()
    return NAMED_BY_CAPTION if kinds and _rows_asked_for(request, program.table, links) else UNNAMED_LABEL


def _measures_the_head(request: Request, program: Program, links: Links) -> bool:
    """Whether a column of numbers is what "how many" asks for: they are then read, not counted."""
    numbers = [links.headers[c.index] for c in program.table.columns if c.kind is Kind.NUMBER and not c.counter]
    return any(header.lexical >= NAMED and header.positions & request.head for header in numbers)


def _asks_for_different(request: Request) -> bool:
    return any(token.text.casefold() in ("different", "distinct", "unique") for token in request.tokens)


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


def key_fit(request: Request, proposal: Proposal, links: Links) -> float:
    """How well the question names the columns by which rows are picked or bounded."""
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


def kind_fit(request: Request, program: Program, header: HeaderLink) -> float:
    """Whether the answer is of the kind that the question word asks for."""
    family = FAMILIES[program.operation]
    if family == "whether" or request.asked is Asked.WHETHER:
        return {"whether": 1.0, "compared": 0.3}.get(family, -0.8) if request.asked is Asked.WHETHER else -1.0
    calculated = program.operation in NUMBERS
    answer = Kind.NUMBER if calculated else program.table.columns[program.column].kind
    if program.operation in OF_TWO:
        answer = Kind.TEXT
    fits = {
        Asked.NUMBER: {Kind.NUMBER: 0.8, Kind.MOMENT: -0.5, Kind.TEXT: -0.6},
        Asked.MOMENT: {Kind.NUMBER: -0.4, Kind.MOMENT: 1.0, Kind.TEXT: -0.3},
        Asked.PERSON: {Kind.NUMBER: -1.0, Kind.MOMENT: -0.8, Kind.TEXT: 0.6},
        Asked.PLACE: {Kind.NUMBER: -1.0, Kind.MOMENT: -0.8, Kind.TEXT: 0.6},
        Asked.THING: {Kind.NUMBER: -0.8 if calculated else 0.0, Kind.MOMENT: 0.0, Kind.TEXT: 0.3},
    }
    named = program.operation in LOOK_UPS and header.lexical >= NAMED and header.positions & request.head
    fit = fits[request.asked][answer]
    return max(fit, 0.9) if named and (request.asked is not Asked.NUMBER or answer is Kind.NUMBER) else fit
