"""A page as PDFium gives it, without any layout: its text line by line, the text in a box, where its images stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pypdfium2.raw as pdfium

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.pages.page import Line
from kingpost.documents.parsing.pages.upright import box_of

Box = tuple[float, float, float, float]
MOST_OBJECTS = 20_000
"""Objects of a page that are looked through for images."""


@dataclass(frozen=True, slots=True)
class RawPage:
    """An open page and its text page; the caller closes both. Places are in points from the top left."""

    page: Any
    text_page: Any

    @property
    def size(self) -> tuple[float, float]:
        width, height = self.page.get_size()
        return width or 1.0, height or 1.0

    @property
    def text(self) -> str:
        return str(self.text_page.get_text_range())

    def text_in(self, box: Box) -> str:
        """The text whose characters stand in the box."""
        left, top = self._corner
        x0, y0, x1, y1 = box
        return str(self.text_page.get_text_bounded(left + x0, top - y1, left + x1, top - y0))

    def paragraphs(self) -> Iterator[list[Line]]:
        """Lines; a gap of more than a line and a half, or a line further up, begins a paragraph."""
        paragraph: list[Line] = []
        for line in self.lines():
            last = paragraph[-1] if paragraph else None
            if last and not -line.height <= line.y0 - last.y1 <= 0.8 * last.height:
                yield paragraph
                paragraph = []
            paragraph.append(line)
        if paragraph:
            yield paragraph

    def images(self) -> tuple[Box, ...]:
        """Boxes of images; of one inside a form, the form's."""
        found: list[Box] = []
        kinds = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
        form: Box | None = None
        for item in islice(self.page.get_objects(max_depth=3), MOST_OBJECTS):
            if item.type not in kinds:
                continue
            if item.level == 0:
                box = self._placed(*item.get_bounds())
                form = box if item.type == pdfium.FPDF_PAGEOBJ_FORM else None
                if form is None:
                    found.append(box)
            elif item.type == pdfium.FPDF_PAGEOBJ_IMAGE and form and form not in found:
                found.append(form)
        return tuple(found)

    @property
    def _corner(self) -> tuple[float, float]:
        left, _, _, top = box_of(self.page)
        return left, top

    def _placed(self, left: float, bottom: float, right: float, top: float) -> Box:
        x, y = self._corner
        return left - x, y - top, right - x, y - bottom

    def lines(self) -> Iterator[Line]:
        """Each line of text where it stands."""
        start = 0
        for raw in self.text.splitlines(keepends=True):
            text = clean(raw)
            count = self.text_page.count_rects(start, len(raw)) if text else 0
            boxes = [self.text_page.get_rect(number) for number in range(count)]
            start += len(raw)
            if boxes:
                box = (
                    min(box[0] for box in boxes),
                    min(box[1] for box in boxes),
                    max(box[2] for box in boxes),
                    max(box[3] for box in boxes),
                )
                x0, y0, x1, y1 = self._placed(*box)
                soft = raw.rstrip().endswith(("\u00ad", "\x02", "\ufffe"))
                yield Line(text=text, x0=x0, y0=y0, x1=x1, y1=y1, size=round(y1 - y0, 1), soft=soft)
