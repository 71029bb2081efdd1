"""Runs programs: pure functions from a program to its result, or to None where the table does not give one."""

import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from kingpost.answering.tables.matching import Key, equal, holds, padded
from kingpost.answering.tables.model import Kind, Row, Table, TableCell
from kingpost.answering.tables.program import Operation, Order, Pick, Program, Result, Selection
from kingpost.answering.tables.steps import described, placed
from kingpost.language.units import comparable, in_base_units

YES, NO = "yes", "no"
_SIGNED = re.compile(r"([$\u20ac\u00a3]?)\s?[-+]?\d[\d.,]*(\s?(?:%|[^\W\d]{1,3}[\d\u00b2\u00b3]?)|)")
ADDED = "added up on each side, "


def execute(program: Program) -> Result | None:
    """The result, or None: no row is selected, a cell is blank, or units cannot be compared."""
    rows = select(program.table, program.rows)
    if not rows and program.operation not in (Operation.COUNT, Operation.DISTINCT):
        return None
    return _OPERATIONS[program.operation](program, rows)


def select(table: Table, selection: Selection) -> list[Row]:
    """Rows in table order; totals only where they are asked for by name."""
    meets = any if selection.either else all
    rows = (
        [
            row
            for row in table.rows
            if not row.divider and meets(holds(c, row, table.columns[c.column].scale) for c in selection.conditions)
        ]
        if selection.conditions
        else list(table.data)
    )
    kept = [row for row in rows if not row.summary]
    rows = kept or (rows if selection.conditions else [])
    return _picked(table, rows, selection.pick) if selection.pick else rows


def _picked(table: Table, rows: list[Row], pick: Pick) -> list[Row]:
    match pick.order:
        case Order.FIRST:
            return rows[: pick.count]
        case Order.LAST:
            return rows[-pick.count :]
        case Order.NEXT | Order.PREVIOUS:
            return _beside(table, rows, 1 if pick.order is Order.NEXT else -1)
        case Order.SAME:
            return _same(table, rows, pick.column)
        case _:
            return _extreme(table, rows, pick)


def _beside(table: Table, rows: list[Row], step: int) -> list[Row]:
    """The row after the last, or before the first, of those selected."""
    if not rows:
        return []
    indexes = [row.index for row in table.data]
    at = rows[-1].index if step > 0 else rows[0].index
    beyond = [index for index in indexes if (index > at if step > 0 else index < at)]
    found = (min(beyond) if step > 0 else max(beyond)) if beyond else None
    return [row for row in table.data if row.index == found]


def _same(table: Table, rows: list[Row], column: int) -> list[Row]:
    """Other rows that have in ``column`` what the selected one has."""
    told = {cell.value.stems for row in rows if (cell := row.cells[column]) is not None and not cell.value.blank}
    chosen = {row.index for row in rows}
    return [
        row
        for row in table.data
        if row.index not in chosen and (cell := row.cells[column]) is not None and cell.value.stems in told
    ]


def _extreme(table: Table, rows: list[Row], pick: Pick) -> list[Row]:
    keyed = _order_keys(table, rows, pick.column)
    if not keyed:
        return []
    ranked = sorted((key for _, key in keyed), reverse=pick.order is Order.HIGHEST)
    bound = ranked[min(pick.count, len(ranked)) - 1]
    if pick.order is Order.HIGHEST:
        return [row for row, key in keyed if key >= bound]
    return [row for row, key in keyed if key <= bound]


def _order_keys(table: Table, rows: list[Row], column: int) -> list[tuple[Row, Key]]:
    """Rows with what they are ordered by; none at all where units cannot be compared."""
    filled = [(row, cell) for row in rows if (cell := row.cells[column]) is not None and not cell.value.blank]
    if table.columns[column].kind is Kind.MOMENT:
        return [(row, padded(cell.value.moment)) for row, cell in filled if cell.value.moment is not None]
    numbered = [(row, cell) for row, cell in filled if cell.value.number is not None]
    numbers = _in_one_unit([cell for _, cell in numbered]) or []
    return [(row, padded([number])) for (row, _), number in zip(numbered, numbers, strict=False)]


# Operations


def _cells(rows: Iterable[Row], column: int) -> list[TableCell]:
    return [cell for row in rows if (cell := row.cells[column]) is not None and not cell.value.blank]


def _values(program: Program, rows: list[Row]) -> Result | None:
    if program.also:
        return _side_by_side(program, rows)
    cells = list({cell.text: cell for cell in reversed(_cells(rows, program.column))}.values())[::-1]
    if not cells:
        return None
    pick = program.rows.pick
    return Result(
        texts=tuple(cell.text for cell in cells),
        cells=tuple(cells),
        steps=described(program, len(rows)),
        keys=tuple(_cells(rows, pick.column)) if pick and pick.column >= 0 else (),
        rows=len(rows),
    )


def _side_by_side(program: Program, rows: list[Row]) -> Result | None:
    """Several columns of the rows that are filled in all of them."""
    columns = (program.column, *program.also)
    whole = [row for row in rows if all(_cells([row], column) for column in columns)]
    cells = tuple(cell for row in whole for column in columns for cell in _cells([row], column))
    return (
        Result(
            texts=tuple(cell.text for cell in cells),
            cells=cells,
            steps=described(program, len(whole)),
            rows=len(whole),
            width=len(columns),
        )
        if cells
        else None
    )


def _count(program: Program, rows: list[Row]) -> Result | None:
    shown = _cells(rows, program.column) or [cell for row in rows for cell in row.cells[:1] if cell is not None]
    return _worked_out(program, rows, len(rows), shown)


def _distinct(program: Program, rows: list[Row]) -> Result | None:
    cells = list({cell.value.stems or cell.text: cell for cell in reversed(_cells(rows, program.column))}.values())[
        ::-1
    ]
    return _worked_out(program, rows, len(cells), cells)


def _fold(combine: Callable[[Sequence[float]], float]) -> Callable[[Program, list[Row]], Result | None]:
    def folded(program: Program, rows: list[Row]) -> Result | None:
        cells = [cell for cell in _cells(rows, program.column) if cell.value.number is not None]
        numbers = _in_one_unit(cells)
        if not numbers:
            return None
        before, after = _sign(cells)
        return _worked_out(program, rows, combine(numbers), cells, prefix=before, suffix=after)

    return folded


def _sign(cells: Sequence[TableCell]) -> tuple[str, str]:
    """What all numbers are written with, in front and behind, which their sum and mean have too: "$", "%", " kg"."""
    found = [_SIGNED.fullmatch(cell.text.strip()) for cell in cells if cell.value.unit]
    signs = {(match[1], match[2]) if match else ("", "") for match in found}
    return signs.pop() if len(signs) == 1 and len(found) == len(cells) else ("", "")


def _in_one_unit(cells: Sequence[TableCell]) -> list[float] | None:
    """Numbers in the unit of the first cell that has one; None where the units cannot be converted into it."""
    units = [cell.value.unit for cell in cells if cell.value.unit]
    if not units or len(set(units)) == 1:
        return [cell.value.number for cell in cells if cell.value.number is not None]
    target = units[0]
    if not all(unit and comparable(unit, target) for unit in (cell.value.unit for cell in cells)):
        return None
    factor = in_base_units(1.0, target)
    return [
        in_base_units(cell.value.number, cell.value.unit) / factor for cell in cells if cell.value.number is not None
    ]


def _extremum(order: Order) -> Callable[[Program, list[Row]], Result | None]:
    def found(program: Program, rows: list[Row]) -> Result | None:
        chosen = _extreme(program.table, rows, Pick(order=order, column=program.column))
        cells = _cells(chosen, program.column)[:1]
        return (
            Result(texts=(cells[0].text,), cells=tuple(cells), steps=described(program, len(rows))) if cells else None
        )

    return found


def _range(program: Program, rows: list[Row]) -> Result | None:
    low = _cells(_extreme(program.table, rows, Pick(order=Order.LOWEST, column=program.column)), program.column)
    high = _cells(_extreme(program.table, rows, Pick(order=Order.HIGHEST, column=program.column)), program.column)
    if not low or not high:
        return None
    text = f"{low[0].text} to {high[0].text}"
    return Result(texts=(text,), cells=(low[0], high[0]), steps=described(program, len(rows)), computed=True)


def _common(order: Order) -> Callable[[Program, list[Row]], Result | None]:
    def found(program: Program, rows: list[Row]) -> Result | None:
        cells = _cells(rows, program.column)
        counts = Counter(cell.text for cell in cells)
        if not counts:
            return None
        bound = max(counts.values()) if order is Order.HIGHEST else min(counts.values())
        if max(counts.values()) == 1 or (len(counts) > 1 and len(set(counts.values())) == 1):
            return None
        texts = [text for text in counts if counts[text] == bound]
        shown = tuple(cell for cell in cells if cell.text in texts)
        return Result(texts=tuple(texts), cells=shown, steps=f"{described(program, len(rows))}: {bound} times")

    return found


def _pair(program: Program, rows: list[Row]) -> tuple[TableCell, TableCell] | None:
    """The one cell of each side of a comparison."""
    sides = _sides(program, rows)
    return (sides[0][0], sides[1][0]) if len(sides[0]) == 1 and len(sides[1]) == 1 else None


def _sides(program: Program, rows: list[Row]) -> tuple[list[TableCell], list[TableCell]]:
    others = select(program.table, program.other) if program.other is not None else rows
    column = program.other_column if program.other_column >= 0 else program.column
    return _cells(rows, program.column), _cells(others, column)


@dataclass(frozen=True, slots=True)
class _Compared:
    """The numbers of both sides, and the cells they come from; of several cells their sum."""

    numbers: tuple[float, float]
    cells: tuple[TableCell, ...]
    added: bool = False


def _compared(program: Program, rows: list[Row]) -> _Compared | None:
    first, second = _sides(program, rows)
    cells = (*first, *second)
    if not first or not second:
        return None
    if len(cells) == 2 and program.table.columns[program.column].kind is Kind.MOMENT:
        years = [
            float(cell.value.moment[0]) for cell in cells if cell.value.moment is not None and cell.value.moment[0]
        ]
        return _Compared((years[0], years[1]), cells) if len(years) == len(cells) else None
    numbers = _in_one_unit(cells) if all(cell.value.number is not None for cell in cells) else None
    if not numbers or (len(cells) > 2 and program.table.columns[program.column].counter):
        return None
    return _Compared((sum(numbers[: len(first)]), sum(numbers[len(first) :])), cells, added=len(cells) > 2)


def _difference(program: Program, rows: list[Row]) -> Result | None:
    both = _compared(program, rows)
    if not both:
        return None
    dated = program.table.columns[program.column].kind is Kind.MOMENT
    before, after = ("", "") if dated else _sign(both.cells)
    number = abs(both.numbers[0] - both.numbers[1])
    return _of_both(program, rows, number, both, prefix=before, suffix=after)


def _ratio(program: Program, rows: list[Row]) -> Result | None:
    both = _compared(program, rows)
    if not both or not both.numbers[1]:
        return None
    return _of_both(program, rows, round(both.numbers[0] / both.numbers[1], 4), both)


def _share(program: Program, rows: list[Row]) -> Result | None:
    both = _compared(program, rows)
    if not both or not both.numbers[1]:
        return None
    return _of_both(program, rows, round(100 * both.numbers[0] / both.numbers[1], 2), both, suffix="%")


def _of_both(
    program: Program, rows: list[Row], number: float, both: _Compared, *, prefix: str = "", suffix: str = ""
) -> Result:
    result = _worked_out(program, rows, number, both.cells, prefix=prefix, suffix=suffix)
    return replace(result, steps=f"{ADDED if both.added else ''}{result.steps}")


def _of_two(order: Order) -> Callable[[Program, list[Row]], Result | None]:
    def found(program: Program, rows: list[Row]) -> Result | None:
        both = _compared(program, rows)
        if not both or both.numbers[0] == both.numbers[1]:
            return None
        first = (both.numbers[0] > both.numbers[1]) == (order is Order.HIGHEST)
        side = program.rows if first else program.other
        steps = f"{ADDED if both.added else ''}{described(program, len(rows))}"
        return Result(texts=(_named(program, side),), cells=both.cells, steps=steps, computed=True)

    return found


def _in_all(order: Order) -> Callable[[Program, list[Row]], Result | None]:
    """Of the values of a column, the one whose rows have most together."""

    def found(program: Program, rows: list[Row]) -> Result | None:
        groups: dict[tuple[str, ...], list[tuple[TableCell, TableCell]]] = {}
        for row in rows:
            name, cell = row.cells[program.column], row.cells[program.other_column]
            if name is not None and not name.value.blank and cell is not None and cell.value.number is not None:
                groups.setdefault(name.value.stems, []).append((name, cell))
        numbers = _in_one_unit([cell for group in groups.values() for _, cell in group])
        if numbers is None or len(groups) < 2 or max(map(len, groups.values())) < 2:
            return None
        remaining = iter(numbers)
        sums = {key: sum(next(remaining) for _ in group) for key, group in groups.items()}
        bound = max(sums.values()) if order is Order.HIGHEST else min(sums.values())
        best = [group for key, group in groups.items() if sums[key] == bound]
        names = tuple(group[0][0] for group in best)
        return Result(
            texts=tuple(name.text for name in names),
            cells=names,
            steps=f"{described(program, len(rows))}: {_written(bound)}",
            keys=tuple(cell for group in best for _, cell in group),
        )

    return found


def _earlier(program: Program, rows: list[Row]) -> Result | None:
    """Of two rows the one that stands first."""
    others = select(program.table, program.other) if program.other is not None else []
    if not rows or not others:
        return None
    side = program.rows if rows[0].index < others[0].index else program.other
    cells = (*_cells(rows[:1], program.column), *_cells(others[:1], program.column))
    return Result(
        texts=(_named(program, side),), cells=tuple(cells), steps=described(program, len(rows)), computed=True
    )


def _named(program: Program, side: Selection | None) -> str:
    """How a side of a comparison is called: the text of the cell by which it was selected."""
    if side is None:
        return ""
    rows = select(program.table, Selection(conditions=side.conditions, either=side.either))
    cells = _cells(rows[:1], side.conditions[0].column) if side.conditions else []
    return cells[0].text if cells else ""


def _whether(program: Program, rows: list[Row]) -> Result | None:
    """Whether any selected row meets the other conditions."""
    wanted = program.other.conditions if program.other else ()
    there = any(all(holds(condition, row) for condition in wanted) for row in rows)
    return _said(program, rows, truth=there, cells=_cells(rows, program.column))


def _whether_same(program: Program, rows: list[Row]) -> Result | None:
    pair = _pair(program, rows)
    return _said(program, rows, truth=equal(pair[0].value, pair[1].value), cells=pair) if pair else None


def _whether_ordered(order: Order) -> Callable[[Program, list[Row]], Result | None]:
    def found(program: Program, rows: list[Row]) -> Result | None:
        both = _compared(program, rows)
        if not both:
            return None
        first, second = both.numbers
        truth = first > second if order is Order.HIGHEST else first < second
        return _said(program, rows, truth=truth, cells=both.cells)

    return found


def _span(program: Program, rows: list[Row]) -> Result | None:
    """Years from the earliest to the latest, both counted as the table does."""
    cells = [cell for cell in _cells(rows, program.column) if cell.value.moment is not None and cell.value.moment[0]]
    years = [cell.value.moment[0] for cell in cells if cell.value.moment is not None]
    if len(set(years)) < 2:
        return None
    ends = (cells[years.index(min(years))], cells[years.index(max(years))])
    return _worked_out(program, rows, max(years) - min(years) + (len(set(years)) == len(years)), ends)


def _run(program: Program, rows: list[Row]) -> Result | None:
    """The longest run of selected rows without another between them."""
    order = {row.index: at for at, row in enumerate(program.table.data)}
    best: list[Row] = []
    now: list[Row] = []
    for row in rows:
        now = [*now, row] if now and order.get(row.index, -9) == order.get(now[-1].index, -9) + 1 else [row]
        best = now if len(now) > len(best) else best
    return _worked_out(program, rows, len(best), _cells(best, program.column))


def _said(program: Program, rows: list[Row], *, truth: bool, cells: Sequence[TableCell]) -> Result:
    return Result(texts=(YES if truth else NO,), cells=tuple(cells), steps=described(program, len(rows)), computed=True)


def _worked_out(
    program: Program,
    rows: list[Row],
    number: float,
    cells: Sequence[TableCell],
    *,
    prefix: str = "",
    suffix: str = "",
) -> Result:
    text = f"{prefix}{_written(number)}{suffix}"
    steps = f"{described(program, len(rows))}{placed(cells)}"
    return Result(texts=(text,), cells=tuple(cells), steps=steps, computed=True)


def _written(number: float) -> str:
    """Without digits that only floating point put there."""
    text = f"{round(number, 4):.4f}".rstrip("0").rstrip(".")
    return text if len(text.partition(".")[2]) <= 2 else f"{number:.2f}"


_OPERATIONS: dict[Operation, Callable[[Program, list[Row]], Result | None]] = {
    Operation.VALUES: _values,
    Operation.COUNT: _count,
    Operation.DISTINCT: _distinct,
    Operation.SUM: _fold(sum),
    Operation.MEAN: _fold(statistics.fmean),
    Operation.MEDIAN: _fold(statistics.median),
    Operation.HIGHEST: _extremum(Order.HIGHEST),
    Operation.LOWEST: _extremum(Order.LOWEST),
    Operation.RANGE: _range,
    Operation.MOST_COMMON: _common(Order.HIGHEST),
    Operation.LEAST_COMMON: _common(Order.LOWEST),
    Operation.DIFFERENCE: _difference,
    Operation.RATIO: _ratio,
    Operation.SHARE: _share,
    Operation.HIGHER_OF: _of_two(Order.HIGHEST),
    Operation.LOWER_OF: _of_two(Order.LOWEST),
    Operation.EARLIER_OF: _earlier,
    Operation.MOST_IN_ALL: _in_all(Order.HIGHEST),
    Operation.LEAST_IN_ALL: _in_all(Order.LOWEST),
    Operation.WHETHER: _whether,
    Operation.WHETHER_SAME: _whether_same,
    Operation.WHETHER_MORE: _whether_ordered(Order.HIGHEST),
    Operation.WHETHER_FEWER: _whether_ordered(Order.LOWEST),
    Operation.SPAN: _span,
    Operation.RUN: _run,
}
