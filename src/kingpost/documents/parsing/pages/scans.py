"""Reads pages that are only pictures, or whose letters mean nothing, by text recognition, page by page in its time."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

import pypdfium2
from PIL import Image

from kingpost.documents.parsing.options import ReadingOptions
from kingpost.documents.parsing.pages import ocr
from kingpost.documents.parsing.pages.columns import paragraphs
from kingpost.documents.parsing.pages.page import Line, Page, PageBlock
from kingpost.errors import DocumentError

POINTS = 72
RESOLUTION = 200
MOST_PIXELS = 24_000_000
HARDLY_ANY = 80
"""Letters and digits of a page that is a picture with a stamp on it."""
LARGE = 0.3
"""Share of the page that its images cover when it is such a picture."""
MEANINGLESS = 0.3
"""Share of characters that stand for nothing from which on a page's text is not believed."""
OUTLINES = 40
"""Shapes on a page without any letter that may be letters drawn as lines."""
SAME_SIZE = 0.2
MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Scans:
    """What became of the pages that need recognition."""

    read: tuple[int, ...] = ()
    silent: tuple[int, ...] = ()
    """Looked at, but nothing was recognised."""
    unread: tuple[int, ...] = ()
    why: str = ""
    """Why pages were not looked at, and what to do."""

    def warnings(self) -> tuple[str, ...]:
        silent = [f"only an image, in which no text is recognised: page {named(self.silent)}"] if self.silent else []
        unread = [f"no text, only an image: page {named(self.unread)} ({self.why})"] if self.unread else []
        return (*silent, *unread)


def named(pages: Sequence[int]) -> str:
    """Page numbers in words, the first twenty of them."""
    return ", ".join(map(str, pages[:MOST_NAMED])) + (", ..." if len(pages) > MOST_NAMED else "")


def read_scans(content: bytes, pages: Sequence[Page], turns: dict[int, int], options: ReadingOptions) -> Scans:
    """Fill, in place, the pages that only recognition can read; pages turned for it are noted in ``turns``."""
    wanted = [page for page in pages if needs_recognition(page)]
    if not wanted:
        return Scans()
    if not options.ocr or not ocr.installed():
        why = f"to read it: {ocr.INSTALL}" if options.ocr else "documents.ocr is off"
        return Scans(unread=tuple(page.number for page in wanted), why=why)
    until = time.monotonic() + options.ocr_seconds
    document = pypdfium2.PdfDocument(content)
    why = ""
    left = list(wanted)
    try:
        while left and not why:
            _read(left.pop(0), document, turns, options)
            why = "time is up: raise documents.file_seconds" if left and time.monotonic() > until else ""
    except DocumentError as error:
        why = f"{error.message}; {error.next}"
    finally:
        document.close()
    looked_at = [page for page in wanted if page not in left]
    return Scans(
        read=tuple(page.number for page in looked_at if page.ocr),
        silent=tuple(page.number for page in looked_at if not page.ocr),
        unread=tuple(page.number for page in left),
        why=why,
    )


def needs_recognition(page: Page) -> bool:
    """Whether the page has pictures and hardly any text, letters that mean nothing, or letters drawn as lines."""
    letters = sum(character.isalnum() for character in page.raw_text)
    if page.meaningless > MEANINGLESS:
        return True
    if letters == 0:
        return bool(page.images) or len(page.drawn) >= OUTLINES
    covered = sum((box[2] - box[0]) * (box[3] - box[1]) for box in page.images)
    return letters < HARDLY_ANY and covered >= LARGE * page.width * page.height


def _read(page: Page, document: pypdfium2.PdfDocument, turns: dict[int, int], options: ReadingOptions) -> None:
    picture, scale = _picture(page, document)
    reading = ocr.read_turned(picture, language=options.ocr_language)
    kept = [] if page.meaningless > MEANINGLESS else [line for block in page.blocks for line in block.lines]
    if reading.turn:
        kept = []
        turns[page.number] = (turns.get(page.number, 0) + reading.turn) % 360
        if reading.turn != 180:
            page.width, page.height = page.height, page.width
    found = [line for line in _scaled(reading.lines, scale) if not any(_same_place(line, other) for other in kept)]
    if not found:
        return
    lines = [*kept, *found]
    page.blocks = [PageBlock(kind="paragraph", lines=group, box=_box(group)) for group in paragraphs(lines)]
    page.ocr, page.fallback = True, False


def _picture(page: Page, document: pypdfium2.PdfDocument) -> tuple[Image.Image, float]:
    """The page as an image, and pixels a point: fewer where the page is huge."""
    scale = min(RESOLUTION / POINTS, (MOST_PIXELS / (page.width * page.height)) ** 0.5)
    source = document[page.number - 1]
    try:
        return source.render(scale=scale).to_pil(), scale
    finally:
        source.close()


def _scaled(lines: Sequence[Line], scale: float) -> Iterator[Line]:
    """In points; lines about as high as most count as set in one size: boxes differ by the letters that hang down."""
    usual = median(line.size for line in lines) if lines else 0.0
    for line in lines:
        size = usual if abs(line.size - usual) <= SAME_SIZE * usual else line.size
        placed = replace(
            line,
            x0=line.x0 / scale,
            y0=line.y0 / scale,
            x1=line.x1 / scale,
            y1=line.y1 / scale,
            size=round(size / scale, 1),
        )
        yield replace(placed, words=(placed,))


def _same_place(line: Line, other: Line) -> bool:
    x, y = line.centre
    return other.x0 <= x <= other.x1 and other.y0 - 2 <= y <= other.y1 + 2


def _box(lines: Sequence[Line]) -> tuple[float, float, float, float]:
    return (
        min(line.x0 for line in lines),
        min(line.y0 for line in lines),
        max(line.x1 for line in lines),
        max(line.y1 for line in lines),
    )
