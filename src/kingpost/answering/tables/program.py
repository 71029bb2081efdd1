"""Programs over a table: select rows, pick among them, then show, count, add up or compare."""

from dataclasses import dataclass
from enum import StrEnum

from kingpost.answering.tables.model import Table, TableCell
from kingpost.answering.tables.values import Value


class Relation(StrEnum):
    """How a cell must stand to a condition's values."""

    IS = "is"
    HOLDS = "holds"
    DATED = "dated"
    ABOVE = "above"
    AT_LEAST = "at least"
    BELOW = "below"
    AT_MOST = "at most"
    BETWEEN = "between"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a row's cell in ``column`` must be. ``IS``: one of the values; ``HOLDS``: their words in a row."""

    column: int
    relation: Relation
    values: tuple[Value, ...]
    negated: bool = False


class Order(StrEnum):
    """How rows are picked among those selected."""

    HIGHEST = "highest"
    LOWEST = "lowest"
    FIRST = "first"
    LAST = "last"
    NEXT = "next"
    PREVIOUS = "previous"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Rows picked: by the values of ``column`` (highest, lowest, same), or by their place (first, last, next)."""

    order: Order
    column: int = -1
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Rows that meet all conditions (``either``: any of them), narrowed by a pick."""

    conditions: tuple[Condition, ...] = ()
    either: bool = False
    pick: Pick | None = None


class Operation(StrEnum):
    """What is made of the selected rows."""

    VALUES = "values"
    COUNT = "count"
    DISTINCT = "distinct"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    HIGHEST = "highest"
    LOWEST = "lowest"
    RANGE = "range"
    MOST_COMMON = "most_common"
    LEAST_COMMON = "least_common"
    DIFFERENCE = "difference"
    RATIO = "ratio"
    SHARE = "share"
    HIGHER_OF = "higher_of"
    LOWER_OF = "lower_of"
    EARLIER_OF = "earlier_of"
    MOST_IN_ALL = "most_in_all"
    LEAST_IN_ALL = "least_in_all"
    WHETHER = "whether"
    WHETHER_SAME = "whether_same"
    WHETHER_MORE = "whether_more"
    WHETHER_FEWER = "whether_fewer"
    SPAN = "span"
    RUN = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One way to answer from one table. ``other``: the rows (and column) that the first are compared with.

    ``also``: more columns of the same rows that are shown beside the first.
    """

    table: Table
    rows: Selection
    operation: Operation
    column: int
    other: Selection | None = None
    other_column: int = -1
    also: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a program gives: texts to say, the cells they stand on, and the steps in words."""

    texts: tuple[str, ...]
    cells: tuple[TableCell, ...]
    steps: str
    keys: tuple[TableCell, ...] = ()
    """Cells by which the rows were picked: the highest load, of the slab that has it."""
    rows: int = 1
    """How many rows were selected."""
    width: int = 1
    """How many columns are shown: so many texts in a row belong to one row of the table."""
    computed: bool = False
    """Whether the text is worked out rather than a cell as it stands."""
