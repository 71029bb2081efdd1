"""Reads slides: each slide's title is a heading, its shapes in reading order, tables, charts, pictures and notes."""

import io
from collections.abc import Iterator
from typing import Any

import pptx
from pptx.shapes.group import GroupShape

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.flow import NOWHERE, Flow
from kingpost.documents.parsing.grids import RawCell
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument

OLE_MAGIC = b"\xd0\xcf\x11\xe0"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
SAYS_NOTHING = ("picture", "image", "grafik", "bild", "content placeholder")
"""Descriptions that the program makes up begin so."""


def parse(original: Original) -> ParsedDocument:
    """A section a slide: ``Slide 3: Title``."""
    if original.content[:4] == OLE_MAGIC:
        raise DocumentError(
            f"{original.name} is protected by a password", reason="encrypted", next="save it as .pptx without password"
        )
    presentation = pptx.Presentation(io.BytesIO(original.content))
    flow = Flow()
    hidden = [str(number) for number, slide in enumerate(presentation.slides, start=1) if _is_hidden(slide)]
    for number, slide in enumerate(presentation.slides, start=1):
        _slide(slide, number, flow)
    if hidden:
        flow.warnings.append(f"hidden slides are read too: {', '.join(hidden)}")
    core = presentation.core_properties
    properties = {"title": core.title, "author": core.author, "version": core.version, "status": core.content_status}
    first = next((block.section[0].partition(": ")[2] for block in flow.blocks), "")
    return flow.document(
        properties={key: str(value) for key, value in properties.items() if value}, title=core.title or first
    )


def _slide(slide: Any, number: int, flow: Flow) -> None:
    title = slide.shapes.title
    name = clean(title.text_frame.text) if title is not None and title.has_text_frame else ""
    hidden = " (hidden)" if _is_hidden(slide) else ""
    flow.heading(f"Slide {number}{hidden}: {name}" if name else f"Slide {number}{hidden}", 1)
    for shape in _in_order(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            _shape(shape, flow)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        flow.paragraph(slide.notes_slide.notes_text_frame.text, flags=("note",))


def _is_hidden(slide: Any) -> bool:
    return slide.element.get("show") in {"0", "false"}


def _in_order(shapes: Any) -> Iterator[Any]:
    """Top to bottom, left to right; groups opened."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if isinstance(shape, GroupShape):
            yield from _in_order(shape.shapes)
        else:
            yield shape


def _shape(shape: Any, flow: Flow) -> None:
    if shape.has_text_frame:
        _text(shape.text_frame, flow)
    elif shape.has_table:
        rows = [[_cell(cell) for cell in row.cells] for row in shape.table.rows]
        flow.table(_filled(rows, shape.table), header_rows=1 if shape.table.first_row else None)
    elif shape.has_chart:
        flow.figure(_chart(shape.chart), label=_chart_title(shape.chart))
    described = _description(shape)
    if described:
        flow.figure(described)


def _text(frame: Any, flow: Flow) -> None:
    paragraphs = frame.paragraphs
    for paragraph in paragraphs:
        text = clean("".join(run.text for run in paragraph.runs) or paragraph.text)
        if text and (paragraph.level or len(paragraphs) > 1):
            flow.item(text, marker="-", level=paragraph.level + 1)
        else:
            flow.paragraph(text)


def _description(shape: Any) -> str:
    """Alternative text, where a person wrote it."""
    found = shape._element.xpath(".//p:cNvPr")
    text = clean(found[0].get("descr") or "") if found else ""
    return "" if text.lower().startswith(SAYS_NOTHING) and len(text.split()) <= 3 else text


def _chart_title(chart: Any) -> str:
    return clean(chart.chart_title.text_frame.text) if chart.has_title and chart.chart_title.has_text_frame else ""


def _chart(chart: Any) -> str:
    """The title, then each series with its values by category, of any type of chart."""
    lines = [_chart_title(chart)]
    for series in chart._chartSpace.iter(f"{CHART}ser"):
        name = " ".join(_values(series, "tx"))
        categories = _values(series, "cat") or _values(series, "xVal")
        values = _values(series, "val") or _values(series, "yVal")
        names = categories or [str(number) for number in range(1, len(values) + 1)]
        pairs = ", ".join(f"{category} {value}" for category, value in zip(names, values, strict=False))
        lines.append(f"{name}: {pairs}" if name else pairs)
    return "\n".join(line for line in lines if line)


def _values(series: Any, part: str) -> list[str]:
    return [clean(value.text or "") for found in series.iter(f"{CHART}{part}") for value in found.iter(f"{CHART}v")]


def _cell(cell: Any) -> RawCell:
    return RawCell(
        text=clean(cell.text),
        location=NOWHERE,
        merged=cell.is_spanned,
        rows=cell.span_height if cell.is_merge_origin else 1,
        columns=cell.span_width if cell.is_merge_origin else 1,
    )


def _filled(rows: list[list[RawCell]], table: Any) -> list[list[RawCell]]:
    """Merged cells show their first cell everywhere."""
    for top, row in enumerate(table.rows):
        for left, cell in enumerate(row.cells):
            if not cell.is_merge_origin:
                continue
            first = rows[top][left]
            for r in range(top, min(top + cell.span_height, len(rows))):
                for c in range(left, min(left + cell.span_width, len(rows[r]))):
                    if (r, c) != (top, left):
                        rows[r][c] = RawCell(text=first.text, location=NOWHERE, merged=True)
    return rows
