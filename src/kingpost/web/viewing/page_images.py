"""Page images: PDF pages rendered to PNG, whole or a band of one, kept in memory for a while."""

import io
import threading
from collections import OrderedDict
from collections.abc import Callable

import pypdfium2 as pdfium

from kingpost.errors import NotFound

WIDTH_PIXELS = 1400
MAXIMUM_PIXELS = 8_000_000
"""Of one image: a page of a hostile size is rendered smaller, not larger than this."""
KEPT_IMAGES = 64


class PageImages:
    """Renders pages and keeps the latest. PDFium is not thread-safe, so one page is rendered at a time."""

    def __init__(self) -> None:
        self._images: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def png(self, revision: str, page: int, read: Callable[[], bytes]) -> bytes:
        """The page (from 1) of a revision whose bytes ``read`` gives. Raises ``NotFound`` past the last page."""
        with self._lock:
            image = self._images.pop((revision, page), None) or render(read(), page)
            self._images[(revision, page)] = image
            while len(self._images) > KEPT_IMAGES:
                self._images.popitem(last=False)
            return image


def render(content: bytes, page: int) -> bytes:
    """One page of a PDF as PNG. Not thread-safe. Raises ``NotFound`` past the last page."""
    document = pdfium.PdfDocument(content)
    try:
        if not 1 <= page <= len(document):
            raise NotFound(f"there is no page {page}: the document has {len(document)}", next="open page 1")
        sheet = document[page - 1]
        width, height = sheet.get_size()
        scale = min(WIDTH_PIXELS / width, (MAXIMUM_PIXELS / (width * height)) ** 0.5)
        buffer = io.BytesIO()
        sheet.render(scale=scale).to_pil().convert("RGB").save(buffer, format="PNG", optimize=False)
        return buffer.getvalue()
    finally:
        document.close()


def band(png: bytes, top: float, bottom: float) -> bytes:
    """The part of an image between two fractions of its height."""
    from PIL import Image

    image = Image.open(io.BytesIO(png))
    buffer = io.BytesIO()
    image.crop((0, round(top * image.height), image.width, round(bottom * image.height))).save(buffer, format="PNG")
    return buffer.getvalue()
