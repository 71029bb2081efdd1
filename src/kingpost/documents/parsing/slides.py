"""Reads slides: each slide's title is a heading, its shapes in reading order, tables, charts, pictures and notes."""

import io
from collections.abc import Iterator
from typing import Any

import pptx
from lxml import etree
from pptx.shapes.group import GroupShape

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.flow import NOWHERE, Flow
from kingpost.documents.parsing.grids import RawCell
from kingpost.documents.parsing.office_graphics import DIAGRAM_MARK, graphic_text, said_of
from kingpost.documents.parsing.office_package import SLIDES, ordinary
from kingpost.documents.parsing.office_properties import custom_properties
from kingpost.documents.parsing.old_office import refuse_compound
from kingpost.documents.parsing.slide_order import in_reading_order, placed
from kingpost.documents.parsing.slide_text import read_text
from kingpost.types.documents import Original, ParsedDocument

RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def parse(original: Original) -> ParsedDocument:
    """A section a slide: ``Slide 3: Title``. Raises ``DocumentError`` (``encrypted``, ``unsupported``)."""
    refuse_compound(original)
    presentation = pptx.Presentation(io.BytesIO(ordinary(original.content, SLIDES)))
    reader = _Reader(_authors(presentation))
    for number, slide in enumerate(presentation.slides, start=1):
        reader.read(slide, number)
    flow = reader.flow
    if reader.hidden:
        flow.warnings.append(f"hidden slides are read too: {', '.join(map(str, reader.hidden))}")
    if reader.silent:
        flow.warnings.append(f"only pictures, whose text is not read: slide {', '.join(map(str, reader.silent))}")
    core = presentation.core_properties
    properties = {"title": core.title, "author": core.author, "version": core.version, "status": core.content_status}
    known = {key: str(value) for key, value in properties.items() if value}
    first = next((block.section[0].partition(": ")[2] for block in flow.blocks), "")
    return flow.document(properties=custom_properties(presentation.part.package) | known, title=core.title or first)


class _Reader:
    def __init__(self, authors: dict[str, str]) -> None:
        self.flow = Flow()
        self.hidden: list[int] = []
        self.silent: list[int] = []
        self._authors = authors

    def read(self, slide: Any, number: int) -> None:
        title = slide.shapes.title
        name = clean(title.text_frame.text.replace("\v", " ")) if title is not None and title.has_text_frame else ""
        is_hidden = slide.element.get("show") in {"0", "false"}
        shown = f"Slide {number}{' (hidden)' if is_hidden else ''}"
        self.hidden += [number] if is_hidden else []
        self.flow.heading(f"{shown}: {name}" if name else shown, 1)
        before = len(self.flow.blocks)
        shapes = [shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id]
        for shape in _in_order(shapes):
            self._shape(shape)
        if not name and len(self.flow.blocks) == before and any(_is_picture(shape) for shape in shapes):
            self.silent.append(number)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            self.flow.paragraph(slide.notes_slide.notes_text_frame.text, flags=("note",))
        for text in _comments(slide, self._authors):
            self.flow.paragraph(text, flags=("comment",))

    def _shape(self, shape: Any) -> None:
        if shape.has_text_frame:
            read_text(shape, self.flow)
        elif shape.has_table:
            rows = [[_cell(cell) for cell in row.cells] for row in shape.table.rows]
            self.flow.table(_filled(rows, shape.table), header_rows=1 if shape.table.first_row else None)
        for content in _graphics(shape):
            label, text = graphic_text(content)
            self.flow.figure(text, label=label)
        described = _description(shape)
        if described:
            self.flow.figure(described)


def _in_order(shapes: Any) -> Iterator[Any]:
    """Groups opened in their place."""
    for found in in_reading_order([placed(shape) for shape in shapes]):
        if isinstance(found.shape, GroupShape):
            yield from _in_order(found.shape.shapes)
        else:
            yield found.shape


def _is_picture(shape: Any) -> bool:
    return any(True for _ in shape._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"))


def _graphics(shape: Any) -> Iterator[bytes]:
    """The parts with the shape's chart or diagram."""
    if shape.has_chart:
        yield shape.chart_part.blob
    for mark in shape._element.iter(DIAGRAM_MARK):
        relation = mark.get(f"{RELATIONS}dm")
        if relation in shape.part.rels:
            yield shape.part.related_part(relation).blob


def _description(shape: Any) -> str:
    """Alternative text, where a person wrote it."""
    found = shape._element.xpath(".//p:cNvPr")
    return said_of(found[0].get("descr") or "") if found else ""


def _authors(presentation: Any) -> dict[str, str]:
    """Names of those who commented, by id."""
    found: dict[str, str] = {}
    for root in _related(presentation, ("commentAuthors", "authors")):
        found |= {author.get("id", ""): author.get("name", "") for author in root}
    return found


def _comments(slide: Any, authors: dict[str, str]) -> Iterator[str]:
    for root in _related(slide, ("comments",)):
        for comment in root.iter("{*}cm"):
            body = comment.find("{*}text")
            body = comment.find("{*}txBody") if body is None else body
            text = clean("".join(body.itertext())) if body is not None else ""
            author = authors.get(comment.get("authorId", ""), "")
            if text:
                yield f"Comment by {author}: {text}" if author else f"Comment: {text}"


def _related(holder: Any, kinds: tuple[str, ...]) -> Iterator[Any]:
    """Roots of the parts of these kinds that a presentation or a slide refers to."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    for relation in holder.part.rels.values():
        if not relation.is_external and relation.reltype.rpartition("/")[2] in kinds:
            root = etree.fromstring(relation.target_part.blob, parser)
            if root is not None:
                yield root


def _cell(cell: Any) -> RawCell:
    return RawCell(
        text=clean(cell.text.replace("\v", " ")),
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
