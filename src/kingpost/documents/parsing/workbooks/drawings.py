"""What is drawn over a sheet's cells: charts with titles, axes and series, pictures' descriptions, text boxes."""

from collections.abc import Callable, Iterator, Sequence

from lxml import etree

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.workbooks.package import Package, attribute, text_in
from kingpost.documents.parsing.workbooks.sheets import Area, Drawn

AXES = {
    "catAx": "Horizontal axis",
    "dateAx": "Horizontal axis",
    "valAx": "Vertical axis",
    "serAx": "Depth axis",
}
UPRIGHT = frozenset({"l", "r"})
KINDS = {
    "barChart": "bar chart",
    "bar3DChart": "bar chart",
    "lineChart": "line chart",
    "line3DChart": "line chart",
    "pieChart": "pie chart",
    "pie3DChart": "pie chart",
    "doughnutChart": "doughnut chart",
    "areaChart": "area chart",
    "area3DChart": "area chart",
    "scatterChart": "scatter chart",
    "bubbleChart": "bubble chart",
    "radarChart": "radar chart",
    "stockChart": "stock chart",
    "surfaceChart": "surface chart",
    "ofPieChart": "pie chart",
}
WHOLE = Area(top=1, left=1, bottom=1, right=1)


Said = Callable[[str], str]
"""What stands at a place such as ``Loads!B1``."""


def drawn_over(package: Package, part: str, said: Said) -> list[Drawn]:
    """In the order of the drawing. ``said`` tells what stands in a cell that a title or series refers to."""
    found: list[Drawn] = []
    for drawing in package.related(part, "drawing"):
        root = package.xml(drawing)
        if root is None:
            continue
        relations = package.relations(drawing)
        for anchor in root:
            area = _anchored(anchor)
            for shape in anchor.iter("{*}sp", "{*}pic", "{*}chart"):
                match etree.QName(shape).localname:
                    case "sp":
                        found += _text_box(shape, area)
                    case "pic":
                        found += _picture(shape, area)
                    case _:
                        relation = relations.get(attribute(shape, "id"))
                        found += _chart(package, relation.target, area, said) if relation else []
    return found


def _anchored(anchor: etree._Element) -> Area:
    start, end = anchor.find("{*}from"), anchor.find("{*}to")
    if start is None:
        return WHOLE
    top, left = _number(start, "row"), _number(start, "col")
    bottom, right = (_number(end, "row"), _number(end, "col")) if end is not None else (top, left)
    return Area(top=top, left=left, bottom=max(top, bottom), right=max(left, right))


def _number(corner: etree._Element, name: str) -> int:
    return int(corner.findtext(f"{{*}}{name}") or "0") + 1


def _text_box(shape: etree._Element, area: Area) -> Iterator[Drawn]:
    body = shape.find("{*}txBody")
    text = clean(text_in(body)) if body is not None else ""
    if text:
        yield Drawn(kind="text", title="", text=text, area=area)


def _picture(shape: etree._Element, area: Area) -> Iterator[Drawn]:
    properties = shape.find("{*}nvPicPr/{*}cNvPr")
    if properties is None:
        return
    title, description = clean(properties.get("title", "")), clean(properties.get("descr", ""))
    if title or description:
        yield Drawn(kind="picture", title=title or "Picture", text=description or title, area=area)


def _chart(package: Package, part: str, area: Area, said: Said) -> Iterator[Drawn]:
    root = package.xml(part)
    chart = root.find("{*}chart") if root is not None else None
    plots = chart.find("{*}plotArea") if chart is not None else None
    if chart is None or plots is None:
        return
    series = [words for element in plots.iter("{*}ser") if (words := _series(element, said))]
    kinds = dict.fromkeys(KINDS.get(etree.QName(plot).localname, "") for plot in plots)
    kind = " and ".join(name for name in kinds if name) or "chart"
    title = _title(chart, said)
    if not title and len(series) == 1 and not _is_on(chart, "autoTitleDeleted"):
        title = series[0].partition(" (")[0]
    lines = [
        f"{kind[0].upper()}{kind[1:]}" + (f": {title}" if title else ""),
        *_axes(plots, said),
        *(f"Series: {words}" for words in series),
    ]
    yield Drawn(kind="chart", title=title or "Chart", text=". ".join(lines), area=area)


def _axes(plots: etree._Element, said: Said) -> Iterator[str]:
    axes = [axis for axis in plots if etree.QName(axis).localname in AXES]
    sides = [position.get("val", "") if (position := axis.find("{*}axPos")) is not None else "" for axis in axes]
    for axis, side in zip(axes, sides, strict=True):
        name, title = AXES[etree.QName(axis).localname], _title(axis, said)
        if len(set(sides)) > 1:
            name = "Vertical axis" if side in UPRIGHT else "Horizontal axis" if side in {"b", "t"} else name
        if title:
            yield f"{name}: {title}"


def _title(above: etree._Element, said: Said) -> str:
    title = above.find("{*}title/{*}tx")
    return "" if title is None else clean(text_in(title)) or _cached(title, said)


def _cached(element: etree._Element, said: Said) -> str:
    """What the program last read from the cells that a text refers to; else what stands there."""
    values = [clean(value.text or "") for value in element.iter("{*}v")]
    reference = _reference(element)
    return " ".join(value for value in values if value) or said(reference) or reference


def _reference(element: etree._Element | None) -> str:
    formula = next(element.iter("{*}f"), None) if element is not None else None
    if formula is None:
        return ""
    sheet, mark, place = clean(formula.text or "").replace("$", "").rpartition("!")
    plain = sheet.strip("'")
    return f"{plain if plain.replace('_', '').isalnum() else sheet}{mark}{place}"


def _series(element: etree._Element, said: Said) -> str:
    name = element.find("{*}tx")
    values, over = _drawn_from(element, ("val", "yVal")), _drawn_from(element, ("cat", "xVal"))
    drawn = values + (f" over {over}" if over else "")
    title = _cached(name, said) if name is not None else ""
    return f"{title} ({drawn})" if title and drawn else title or drawn


def _drawn_from(element: etree._Element, names: Sequence[str]) -> str:
    return next((_reference(found) for name in names if (found := element.find(f"{{*}}{name}")) is not None), "")


def _is_on(chart: etree._Element, name: str) -> bool:
    found = chart.find(f"{{*}}{name}")
    return found is not None and found.get("val", "1") not in {"0", "false"}
