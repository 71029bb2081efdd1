"""What stands in a sheet, in words: its tables, forms, charts and names, each with its place."""

from collections.abc import Iterator, Sequence

from kingpost.documents.parsing.workbooks.sheets import Area, Sheet
from kingpost.types.documents import Block, BlockKind, Grid, SheetLocation

PATH = " / "
FEWEST_PARTS = 2
MOST_COLUMNS = 12
MOST_FIELDS = 12
MOST_NAMES = 40


def sheet_overview(sheet: Sheet, blocks: Sequence[Block], names: Sequence[str]) -> Iterator[Block]:
    """One block for a sheet of several parts, or with names or hidden rows; a table alone has its own overview."""
    parts = [*_tables(blocks), *_forms(blocks), *_figures(blocks)]
    told = [*_names(sheet, names), *_hidden(sheet)]
    if len(parts) < FEWEST_PARTS and not told:
        return
    title = f"Contents of sheet {' '.join(sheet.section)}"
    counts = _counts(blocks)
    lines = (f"{title}: {counts}" if counts else title, *parts, *told)
    yield Block(
        kind=BlockKind.TABLE,
        text="\n".join(lines),
        location=SheetLocation(sheet=sheet.name, range=_used(sheet).name),
        section=sheet.section,
        grid=Grid(label_columns=0, notes=lines),
    )


def _counts(blocks: Sequence[Block]) -> str:
    tables = sum(block.kind is BlockKind.TABLE for block in blocks)
    forms = len({block.section for block in blocks if block.kind is BlockKind.FORM_FIELD})
    figures = sum(block.kind is BlockKind.FIGURE for block in blocks)
    counts = [(tables, "table"), (forms, "form"), (figures, "figure")]
    return ", ".join(f"{count} {name}{'s' if count > 1 else ''}" for count, name in counts if count)


def _tables(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if block.grid and block.grid.rows:
            columns = list(dict.fromkeys(PATH.join(path) for path in block.grid.headers if path))
            more = ["..."] if len(columns) > MOST_COLUMNS else []
            heads = f"; columns: {', '.join([*columns[:MOST_COLUMNS], *more])}" if columns else ""
            count = len(block.grid.rows)
            rows = f"{count} row{'s' if count != 1 else ''}"
            yield f"Table {_named(block.grid.caption, block)}: {rows}{heads}"


def _forms(blocks: Sequence[Block]) -> Iterator[str]:
    fields = [block for block in blocks if block.kind is BlockKind.FORM_FIELD]
    for section in dict.fromkeys(block.section for block in fields):
        own = [block for block in fields if block.section == section]
        labels = list(dict.fromkeys(block.label for block in own))
        more = ["..."] if len(labels) > MOST_FIELDS else []
        yield f"Form {_named(PATH.join(section[1:]), own[0])}: {', '.join([*labels[:MOST_FIELDS], *more])}"


def _figures(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if block.kind is BlockKind.FIGURE:
            yield f"Figure {_named(block.label, block)}"


def _named(name: str, block: Block) -> str:
    place = block.location.range if isinstance(block.location, SheetLocation) else ""
    return f"{name} ({place})" if name else place


def _names(sheet: Sheet, names: Sequence[str]) -> Iterator[str]:
    ranges = [f"{name} ({area.name})" for name, area in sheet.names.items()]
    if ranges:
        yield f"Named ranges: {', '.join(ranges[:MOST_NAMES])}"
    if names:
        yield f"Names defined in the workbook: {', '.join(names[:MOST_NAMES])}"


def _hidden(sheet: Sheet) -> Iterator[str]:
    if sheet.hidden:
        return
    cells = [place for place, cell in sheet.cells.items() if "hidden" in cell.flags]
    shown = [place for place, cell in sheet.cells.items() if "hidden" not in cell.flags]
    rows = sorted({row for row, _ in cells} - {row for row, _ in shown})
    columns = sorted({column for _, column in cells} - {column for _, column in shown})
    if rows:
        yield f"Hidden rows: {_runs(rows)}"
    if columns:
        names = [Area(top=1, left=column, bottom=1, right=column).name.rstrip("1") for column in columns]
        yield f"Hidden columns: {', '.join(names)}"


def _runs(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in runs)


def _used(sheet: Sheet) -> Area:
    rows, columns = [row for row, _ in sheet.cells], [column for _, column in sheet.cells]
    if not rows:
        return Area(top=1, left=1, bottom=1, right=1)
    return Area(top=min(rows), left=min(columns), bottom=max(rows), right=max(columns))
