"""Reads .xlsx and .xlsm: each sheet's cells with their notes, names, links and flags, and what is drawn over them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.workbooks.cells import UNCOMPUTED, Reading, StoredSheet, read_cells, read_strings
from kingpost.documents.parsing.workbooks.drawings import drawn_over
from kingpost.documents.parsing.workbooks.filling import filled, filled_across
from kingpost.documents.parsing.workbooks.notes import BUILT_IN, DefinedName, defined_names, notes_by_place, tables
from kingpost.documents.parsing.workbooks.package import Package, Relation, attribute, is_on
from kingpost.documents.parsing.workbooks.sheets import EMPTY, Area, Sheet, SheetCell, parse_area
from kingpost.documents.parsing.workbooks.styles import read_styles

MOST_NAMED_CELLS = 4
"""A name of so few cells is written at its first cell; a longer range is told of in the sheet's overview."""
NOTHING_BUT_ZERO = "0.,%$€£- "
PROPERTIES = ("title", "subject", "creator", "identifier", "version", "contentStatus", "category", "keywords")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """What was read. ``values`` are names that stand for a value or a formula."""

    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str]
    warnings: tuple[str, ...] = ()
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """A sheet as the workbook lists it."""

    name: str
    part: str
    is_chart: bool
    hidden: bool


def read_workbook(content: bytes, *, most_rows: int) -> Workbook:
    """All sheets in their order. Raises what a broken package makes zipfile and lxml raise."""
    package = Package(content)
    main = next(
        (relation.target for relation in package.relations("").values() if relation.kind == "officeDocument"), ""
    )
    main = main if package.has(main) else "xl/workbook.xml"
    root = package.xml(main)
    if root is None:
        raise KeyError(main)
    relations = package.relations(main)
    reading = _reading(package, root, relations, most_rows)
    names = defined_names(root)
    stored = [
        (listed, StoredSheet() if listed.is_chart else read_cells(package.stream(listed.part), reading))
        for listed in _listed(package, root, relations)
    ]
    _doubt_zeros(root, [sheet for _, sheet in stored])
    said = _reader_of_cells(stored)
    sheets = tuple(
        replace(
            _sheet(package, listed, sheet, names), drawn=tuple(dict.fromkeys(drawn_over(package, listed.part, said)))
        )
        for listed, sheet in stored
    )
    values = {name.name: name.formula for name in names if name.area is None and not name.name.startswith(BUILT_IN)}
    return Workbook(
        sheets=sheets,
        properties=_properties(package, [sheet.page_head for _, sheet in stored]),
        warnings=tuple(_warnings(stored)),
        values=values,
    )


def _reading(package: Package, root: etree._Element, relations: Mapping[str, Relation], most_rows: int) -> Reading:
    parts = {relation.kind: relation.target for relation in relations.values() if package.has(relation.target)}
    strings = read_strings(package.stream(parts["sharedStrings"])) if "sharedStrings" in parts else []
    return Reading(
        strings=strings,
        styles=read_styles(package, parts.get("styles", "")),
        most_rows=most_rows,
        from_1904=is_on(root.find("{*}workbookPr"), "date1904"),
    )


def _listed(package: Package, root: etree._Element, relations: Mapping[str, Relation]) -> Iterator[_Listed]:
    for element in root.iterfind("{*}sheets/{*}sheet"):
        relation = relations.get(attribute(element, "id"))
        if relation and relation.kind in {"worksheet", "chartsheet"} and package.has(relation.target):
            yield _Listed(
                name=clean(element.get("name", "")),
                part=relation.target,
                is_chart=relation.kind == "chartsheet",
                hidden=element.get("state", "visible") != "visible",
            )


def _doubt_zeros(root: etree._Element, sheets: Sequence[StoredSheet]) -> None:
    """Programs that cannot compute store 0 for every formula and ask for it to be computed on opening."""
    if not is_on(root.find("{*}calcPr"), "fullCalcOnLoad"):
        return
    computed = [(sheet, place) for sheet in sheets for place in sheet.computed if place in sheet.cells]
    values = [sheet.cells[place] for sheet, place in computed]
    if values and all(cell.number and not cell.text.strip(NOTHING_BUT_ZERO) for cell in values):
        for sheet, place in computed:
            sheet.cells[place] = SheetCell(text="", bold=sheet.cells[place].bold, flags=UNCOMPUTED)
            sheet.formulas[place] = ""


def _sheet(package: Package, listed: _Listed, stored: StoredSheet, names: Sequence[DefinedName]) -> Sheet:
    own = [name for name in names if name.sheet.casefold() == listed.name.casefold() and name.area]
    cells = stored.cells
    for place, told in _remarks(package, listed.part, stored, own).items():
        cells[place] = replace(cells.get(place, EMPTY), comment="; ".join(told))
    if listed.hidden or stored.hidden_rows or stored.hidden_columns:
        cells = {place: _marked(cell, place, listed, stored) for place, cell in cells.items()}
    return Sheet(
        name=listed.name,
        cells=filled(cells, [*stored.merged, *filled_across(stored.across)]),
        hidden=listed.hidden,
        tables=tables(package, listed.part),
        names={name.name: name.area for name in own if name.area and _is_range(name)},
        frozen_row=stored.frozen_row,
        head_rows=frozenset(_head_rows(stored, own)),
    )


def _marked(cell: SheetCell, place: tuple[int, int], listed: _Listed, stored: StoredSheet) -> SheetCell:
    hidden = listed.hidden or stored.is_hidden(*place)
    return replace(cell, flags=("hidden", *cell.flags)) if hidden else cell


def _remarks(
    package: Package, part: str, stored: StoredSheet, names: Iterable[DefinedName]
) -> dict[tuple[int, int], list[str]]:
    """By cell: the names it has, what is noted at it, where it leads."""
    remarks: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for name in names:
        if name.area and not name.name.startswith(BUILT_IN) and not _is_range(name):
            remarks[name.area.top, name.area.left].append(f"named {name.name}")
    for place, note in notes_by_place(package, part).items():
        remarks[place].append(note)
    relations = package.relations(part)
    for area, target in stored.links:
        relation = relations.get(target)
        address = relation.target if relation else target.lstrip("#")
        place = (area.top, area.left)
        if place in stored.cells and address and address not in stored.cells[place].text:
            remarks[place].append(f"link to {address}")
    for place, formula in stored.formulas.items():
        remarks[place].append(f"no stored value, formula {formula}" if formula else "no stored value of its formula")
    return remarks


def _is_range(name: DefinedName) -> bool:
    return name.area is not None and name.area.cells > MOST_NAMED_CELLS and not name.name.startswith(BUILT_IN)


def _head_rows(stored: StoredSheet, names: Iterable[DefinedName]) -> Iterator[int]:
    if stored.filtered:
        yield stored.filtered.top
    for name in names:
        if name.name == f"{BUILT_IN}Print_Titles" and name.area and name.area.bottom - name.area.top < 10:
            yield from range(name.area.top, name.area.bottom + 1)


def _reader_of_cells(stored: Sequence[tuple[_Listed, StoredSheet]]) -> Callable[[str], str]:
    sheets = {listed.name.casefold(): sheet for listed, sheet in stored}

    def said(reference: str) -> str:
        name, _, place = reference.rpartition("!")
        sheet, area = sheets.get(name.strip("'").casefold()), parse_area(place)
        return sheet.cells.get((area.top, area.left), EMPTY).text if sheet and area else ""

    return said


def _properties(package: Package, page_heads: Iterable[str]) -> dict[str, str]:
    """The document's own, as its program keeps them, and what is printed at the head of its pages."""
    root = package.xml("docProps/core.xml")
    found = {}
    for element in root if root is not None else ():
        name, text = etree.QName(element).localname, clean(element.text or "")
        if name in PROPERTIES and text and text != "openpyxl":
            found[{"creator": "author", "contentStatus": "status"}.get(name, name)] = text
    heads = [head for head in dict.fromkeys(page_heads) if head]
    return found | ({"running_heads": "\n".join(heads)} if heads else {})


def _warnings(stored: Sequence[tuple[_Listed, StoredSheet]]) -> Iterator[str]:
    hidden = [listed.name for listed, _ in stored if listed.hidden]
    if hidden:
        yield f"hidden sheets are read too: {', '.join(hidden)}"
    partly = [listed.name for listed, sheet in stored if sheet.hidden_rows or sheet.hidden_columns]
    if partly:
        yield f"hidden rows or columns are read too: {', '.join(partly)}"
    for listed, sheet in stored:
        if sheet.formulas:
            yield _uncomputed(listed.name, list(sheet.formulas))
        if sheet.left_out:
            yield left_out_warning(listed.name, sheet.left_out)


def _uncomputed(name: str, places: Sequence[tuple[int, int]]) -> str:
    shown = ", ".join(Area(top=row, left=column, bottom=row, right=column).name for row, column in places[:10])
    more = f" and {len(places) - 10} more" if len(places) > 10 else ""
    return (
        f"{name}: formulas without a stored value are blank: {shown}{more};"
        " open and save the file in a spreadsheet program"
    )


def left_out_warning(name: str, rows: int) -> str:
    """What is said of rows beyond the limit."""
    return f"{name}: {rows} rows beyond documents.sheet_rows were not read; split the sheet, or raise it"
