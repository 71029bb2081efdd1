"""Reads slides: each slide's title is a heading, its shapes in reading order, tables and notes."""

import io
from collections.abc import Iterator
from typing import Any

import pptx
from pptx.enum.shapes import MSO_SHAPE_TYPE

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.flow import NOWHERE, Flow
from kingpost.documents.parsing.grids import RawCell
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, ParsedDocument

OLE_MAGIC = b"\xd0\xcf\x11\xe0"


def parse(original: Original) -> ParsedDocument:
    """A section a slide: ``Slide 3: Title``."""
    if original.content[:4] == OLE_MAGIC:
        raise DocumentError(
            f"{original.name} is protected by a password", reason="encrypted", next="save it as .pptx without password"
        )
    presentation = pptx.Presentation(io.BytesIO(original.content))
    flow = Flow()
    for number, slide in enumerate(presentation.slides, start=1):
        title = slide.shapes.title
        name = clean(title.text_frame.text) if title is not None and title.has_text_frame else ""
        flow.heading(f"Slide {number}: {name}" if name else f"Slide {number}", 1)
        for shape in _in_order(slide.shapes):
            if title is None or shape.shape_id != title.shape_id:
                _shape(shape, flow)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            flow.paragraph(slide.notes_slide.notes_text_frame.text)
    core = presentation.core_properties
    properties = {"title": core.title, "author": core.author, "version": core.version, "status": core.content_status}
    first = next((block.section[0].partition(": ")[2] for block in flow.blocks), "")
    return flow.document(
        properties={key: str(value) for key, value in properties.items() if value}, title=core.title or first
    )


def _in_order(shapes: Any) -> Iterator[Any]:
    """Top to bottom, left to right; groups opened."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from _in_order(shape.shapes)
        else:
            yield shape


def _shape(shape: Any, flow: Flow) -> None:
    if shape.has_text_frame:
        for paragraph in shape.text_frame.paragraphs:
            text = clean("".join(run.text for run in paragraph.runs) or paragraph.text)
            if text and (paragraph.level or len(shape.text_frame.paragraphs) > 1):
                flow.item(text, marker="-", level=paragraph.level + 1)
            else:
                flow.paragraph(text)
    elif getattr(shape, "has_table", False):
        flow.table(
            [[_cell(cell) for cell in row.cells] for row in shape.table.rows],
            header_rows=1 if shape.table.first_row else None,
        )


def _cell(cell: Any) -> RawCell:
    return RawCell(text=clean(cell.text), location=NOWHERE, merged=cell.is_spanned)
