"""Says in words what a program did: ``sum of Load, 3 rows where Fire zone = B (D5:D9)``."""

from collections.abc import Sequence

from kingpost.answering.tables.model import Table, TableCell
from kingpost.answering.tables.program import Condition, Operation, Program, Relation, Selection
from kingpost.types.documents import SheetLocation

_WORDS = {
    Operation.COUNT: "number of rows",
    Operation.DISTINCT: "number of different values of",
    Operation.MOST_COMMON: "most frequent value of",
    Operation.LEAST_COMMON: "least frequent value of",
    Operation.HIGHER_OF: "the higher of two values of",
    Operation.LOWER_OF: "the lower of two values of",
    Operation.EARLIER_OF: "which of two rows stands first",
    Operation.WHETHER: "whether so",
    Operation.WHETHER_SAME: "whether the same:",
    Operation.WHETHER_MORE: "whether more:",
    Operation.WHETHER_FEWER: "whether less:",
    Operation.SPAN: "years covered by",
    Operation.RUN: "longest run of rows",
    Operation.SHARE: "percentage of two values of",
    Operation.MOST_IN_ALL: "highest sum for one",
    Operation.LEAST_IN_ALL: "lowest sum for one",
}
_SIGNS = {Relation.IS: "=", Relation.HOLDS: "holds", Relation.DATED: "="}
MOST_PLACES = 6


def described(program: Program, rows: int) -> str:
    """Operation, column, how many rows, and by which conditions they were selected."""
    gathered = program.operation in (Operation.MOST_IN_ALL, Operation.LEAST_IN_ALL)
    shown = [program.column, *program.also, program.other_column]
    names = [program.table.columns[at].name for at in shown if at >= 0]
    column = (" of " if gathered else " and ").join(names)
    what = _WORDS.get(program.operation, f"{program.operation.value} of")
    named = (
        ""
        if program.operation in (Operation.COUNT, Operation.RUN, Operation.EARLIER_OF)
        else f" {column or 'the column'}"
    )
    rows_word = "row" if rows == 1 else "rows"
    where = selected(program.table, program.rows)
    against = (
        f", against{selected(program.table, program.other)}" if program.other and program.other != program.rows else ""
    )
    return f"{what}{named}, {rows} {rows_word}{where}{against}"


def selected(table: Table, selection: Selection) -> str:
    """The conditions and the pick of a selection in words."""
    joint = " or " if selection.either else " and "
    where = joint.join(_condition(table, condition) for condition in selection.conditions)
    pick = ""
    if selection.pick:
        by = f" {table.columns[selection.pick.column].name}" if selection.pick.column >= 0 else ""
        pick = f", {selection.pick.order.value}{by}"
    return (f" where {where}" if where else "") + pick


def _condition(table: Table, condition: Condition) -> str:
    sign = _SIGNS.get(condition.relation, condition.relation.value)
    values = " / ".join(value.text for value in condition.values[:3])
    return f"{table.columns[condition.column].name or 'a cell'} {'not ' if condition.negated else ''}{sign} {values}"


def placed(cells: Sequence[TableCell]) -> str:
    """Where the cells stand on their sheet, in brackets; nothing for other kinds of place."""
    ranges = [cell.source.location.range for cell in cells if isinstance(cell.source.location, SheetLocation)]
    if not ranges:
        return ""
    unique = list(dict.fromkeys(ranges))
    return f" ({', '.join(unique)})" if len(unique) <= MOST_PLACES else f" ({unique[0]} to {unique[-1]})"
