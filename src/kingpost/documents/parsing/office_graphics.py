"""What charts, diagrams and pictures in Office files say: titles, axes, series with their values, descriptions."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from kingpost.documents.parsing.cleaning import clean

CHARTS = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DIAGRAMS = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
CHART_MARK, DIAGRAM_MARK = f"{CHARTS}chart", f"{DIAGRAMS}relIds"
"""Elements that name the part with a chart or diagram."""
TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
AXES = ("catAx", "dateAx", "valAx", "serAx")
MADE_UP = re.compile(
    r"(?:picture|image|graphic|grafik|bild|chart|diagramm?|content placeholder|shape|object|textbox|text box)\s*\d*"
    r"|(?:[^\s/]+/)*[^/]{1,80}\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|emf|wmf)|https?://\S+",
    re.IGNORECASE,
)
"""Descriptions that programs make up: names of kinds, files and addresses."""
ADDED = re.compile(
    r"\s*(?:Description automatically generated(?: with \w+ confidence)?|(?:AI-generated content|KI-generierte Inhalte)"
    r" [^.]*)\.?\s*$",
    re.IGNORECASE,
)


def said_of(description: str) -> str:
    """What a person or a model wrote of a picture; empty for what a program makes up."""
    text = clean(ADDED.sub("", description))
    return "" if MADE_UP.fullmatch(text) else text


def graphic_text(content: bytes) -> tuple[str, str]:
    """Title and text of the part with a chart or a diagram; empty where it says nothing."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(content, parser)
    if root is None:
        return "", ""
    return (chart_title(root), chart_text(root)) if root.tag.startswith(CHARTS) else ("", diagram_text(root))


def sentences(texts: Iterable[str]) -> str:
    """Texts one after the other, with a full stop where one has no end."""
    filled = [text for text in dict.fromkeys(texts) if text]
    ended = [text if text.endswith((".", "!", "?", ":")) else f"{text}." for text in filled[:-1]]
    return " ".join([*ended, *filled[-1:]])


def diagram_text(root: Any) -> str:
    """The texts of a diagram (SmartArt) in the order in which they were written."""
    texts = ("".join(text.text or "" for text in point.iter(TEXT)) for point in root.iter(f"{DIAGRAMS}t"))
    return "; ".join(text for text in map(clean, texts) if text)


def chart_title(root: Any) -> str:
    """The title over a chart."""
    return _title(next(root.iter(f"{CHARTS}chart"), root))


def chart_text(root: Any) -> str:
    """The title, the axes, then each series with its values by category."""
    lines = [chart_title(root)]
    axes = (_title(axis) for name in AXES for axis in root.iter(f"{CHARTS}{name}"))
    named = [axis for axis in axes if axis]
    lines += [f"Axes: {', '.join(named)}"] if named else []
    lines += [_series(series) for series in root.iter(f"{CHARTS}ser")]
    return sentences(lines)


def _title(above: Any) -> str:
    title = above.find(f"{CHARTS}title")
    return "" if title is None else clean("".join(text.text or "" for text in title.iter(TEXT, f"{CHARTS}v")))


def _series(series: Any) -> str:
    name = " ".join(value for _, value in _values(series, "tx"))
    values = dict(_values(series, "val")) or dict(_values(series, "yVal"))
    categories = dict(_values(series, "cat")) or dict(_values(series, "xVal"))
    pairs = ", ".join(f"{categories.get(place, str(place + 1))} {value}" for place, value in values.items())
    return f"{name}: {pairs}" if name else pairs


def _values(series: Any, part: str) -> Iterator[tuple[int, str]]:
    """Values with their places; of categories in several storeys, the innermost."""
    found = series.find(f"{CHARTS}{part}")
    if found is None:
        return
    storey = next(found.iter(f"{CHARTS}lvl"), found)
    for number, point in enumerate(storey.iter(f"{CHARTS}pt")):
        place = point.get("idx", "")
        yield int(place) if place.isdigit() else number, clean(point.findtext(f"{CHARTS}v") or "")
    if next(storey.iter(f"{CHARTS}pt"), None) is None:
        yield from enumerate(clean(value.text or "") for value in storey.iter(f"{CHARTS}v"))
