"""Reads pictures of pages (photographs, scans, faxes): the text in them, each line with its box."""

import io

from PIL import Image, ImageSequence, UnidentifiedImageError

from kingpost.documents.parsing.options import ReadingOptions
from kingpost.documents.parsing.pages import ocr
from kingpost.errors import DocumentError
from kingpost.types.documents import Block, BlockKind, Original, PageLocation, ParsedDocument, Part

MOST_PIXELS = 120_000_000
"""An A0 drawing at 300 dots an inch has 139 million; beyond it a picture is made smaller or refused by its library."""
MOST_PICTURES = 200
PARAGRAPH_GAP = 0.9
"""Of a line's height, between two lines of one paragraph."""


def parse(original: Original, options: ReadingOptions) -> ParsedDocument:
    """A page a picture. Raises ``DocumentError``: ``no_text``, ``unreadable``, ``too_large``."""
    if not options.ocr or not ocr.installed():
        raise DocumentError(
            f"{original.name} is a picture, and text in pictures is not recognised",
            reason="no_text",
            next=f"{ocr.INSTALL} and leave documents.ocr at auto",
        )
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(original.content)) as picture:
            blocks = [
                block
                for number, frame in zip(range(1, MOST_PICTURES + 1), ImageSequence.Iterator(picture), strict=False)
                for block in _blocks(frame, number, options)
            ]
    except Image.DecompressionBombError as error:
        raise DocumentError(
            f"{original.name} has more than {2 * MOST_PIXELS // 1_000_000} million pixels",
            reason="too_large",
            next="make the picture smaller",
        ) from error
    except UnidentifiedImageError as error:
        raise DocumentError(
            f"{original.name} is no picture that can be opened", reason="unreadable", next="save it as PNG"
        ) from error
    if not blocks:
        raise DocumentError(f"{original.name}: no text found in the picture", reason="no_text", next="check the file")
    pages = tuple(dict.fromkeys(block.location.page for block in blocks if isinstance(block.location, PageLocation)))
    return ParsedDocument(title="", blocks=tuple(blocks), pages=max(pages), ocr_pages=pages)


def _blocks(frame: Image.Image, number: int, options: ReadingOptions) -> list[Block]:
    """Lines that follow each other closely make a paragraph."""
    width, height = frame.size
    groups: list[list[tuple[str, PageLocation, float, float]]] = []
    for line in ocr.read_image(frame, language=options.ocr_language):
        box = (_share(line.x0, width), _share(line.y0, height), _share(line.x1, width), _share(line.y1, height))
        place = PageLocation(page=number, rects=(box,))
        if not groups or line.y0 - groups[-1][-1][3] > PARAGRAPH_GAP * line.height:
            groups.append([])
        groups[-1].append((line.text, place, line.y0, line.y1))
    return [_block([(text, place) for text, place, *_ in group], number) for group in groups]


def _share(side: float, whole: int) -> float:
    return round(min(max(side / whole, 0), 1), 5)


def _block(lines: list[tuple[str, PageLocation]], number: int) -> Block:
    text = ""
    parts: list[Part] = []
    for line, place in lines:
        text += " " if text else ""
        parts.append(Part(start=len(text), end=len(text) + len(line), location=place))
        text += line
    rects = tuple(rect for _, place in lines for rect in place.rects)
    return Block(
        kind=BlockKind.PARAGRAPH,
        text=text,
        location=PageLocation(page=number, rects=rects),
        parts=tuple(parts),
        flags=("ocr",),
    )
