"""Whether a cell meets a condition: as it is worded, as a date, or as a number after conversion."""

from collections.abc import Sequence
from dataclasses import replace

from kingpost.answering.tables.model import Row
from kingpost.answering.tables.program import Condition, Relation
from kingpost.answering.tables.values import Value
from kingpost.language.units import comparable, in_base_units

Key = tuple[float, float, float]
"""What cells are ordered by: a number, or a year, month and day."""


def holds(condition: Condition, row: Row, scale: float = 1.0) -> bool:
    """Whether a row meets a condition; a blank cell meets none, not even a negated one of numbers."""
    cell = row.cells[condition.column]
    if cell is None or cell.value.blank:
        return condition.negated and condition.relation in (Relation.IS, Relation.HOLDS)
    return _stands(condition, cell.value, scale) != condition.negated


def _stands(condition: Condition, value: Value, scale: float) -> bool:
    match condition.relation:
        case Relation.IS:
            return any(value.text == other.text or equal(value, other) for other in condition.values)
        case Relation.HOLDS:
            return any(_contains(value.stems, other.stems) for other in condition.values)
        case Relation.DATED:
            return any(_dated(value, other) for other in condition.values)
        case _:
            return _compares(condition, value, scale)


def equal(value: Value, other: Value) -> bool:
    """Whether two cells say the same."""
    return value.stems == other.stems and value.number == other.number


def _contains(stems: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    size = len(wanted)
    return size > 0 and any(stems[at : at + size] == wanted for at in range(len(stems) - size + 1))


def _dated(value: Value, other: Value) -> bool:
    if value.moment is None or other.moment is None:
        return False
    return all(not asked or asked == own for own, asked in zip(value.moment, other.moment, strict=True))


def _compares(condition: Condition, value: Value, scale: float) -> bool:
    """Numbers of a column "in millions" are compared in full with a bound that is as large."""
    if scale > 1 and value.number is not None and (condition.values[0].number or 0) >= scale:
        value = replace(value, number=value.number * scale)
    first = _key(value, condition.values[0])
    if first is None:
        return False
    own, bound = first
    match condition.relation:
        case Relation.ABOVE:
            return own > bound
        case Relation.AT_LEAST:
            return own >= bound
        case Relation.BELOW:
            return own < bound
        case Relation.AT_MOST:
            return own <= bound
        case _:
            upper = _key(value, condition.values[1])
            return upper is not None and bound <= own and upper[0] <= upper[1]


def _key(value: Value, bound: Value) -> tuple[Key, Key] | None:
    """Cell and bound as they compare: dates to what the bound says of day and month, numbers after conversion."""
    if bound.moment is not None and value.moment is not None and not (bound.year and not _says_year(value)):
        parts = 3 if bound.moment[2] else 2 if bound.moment[1] else 1
        return padded(value.moment[:parts]), padded(bound.moment[:parts])
    if value.number is None or bound.number is None:
        return None
    if bound.unit and value.unit and bound.unit != value.unit:
        if not comparable(bound.unit, value.unit):
            return None
        return padded([in_base_units(value.number, value.unit)]), padded([in_base_units(bound.number, bound.unit)])
    return padded([value.number]), padded([bound.number])


def _says_year(value: Value) -> bool:
    return value.moment is not None and value.moment[0] > 0


def padded(parts: Sequence[float]) -> Key:
    """Up to three parts as a key."""
    first, second, third = (*parts, 0, 0)[:3]
    return first, second, third
