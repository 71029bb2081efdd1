"""Makes pages of pictures: a PDF with a page a picture, upright and on white, as a scanner would have made it."""

import io
from collections.abc import Iterator
from itertools import islice

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from kingpost.errors import DocumentError

MOST_PIXELS = 150_000_000
"""An A0 drawing at 300 dots an inch has 139 million; twice as many are refused."""
MOST_PICTURES = 200
MOST_COUNTED = 10_000
DOTS_PER_INCH = 200.0
QUALITY = 92
PAGED = "TIFF"
"""The format whose pictures are pages; of others that hold several, the first one is read."""


def as_pdf(name: str, content: bytes) -> tuple[bytes, int]:
    """The PDF, and how many pictures were left out. Raises ``DocumentError`` (``unreadable``, ``too_large``)."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    output = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content)) as picture:
            count = (
                sum(1 for _ in islice(ImageSequence.Iterator(picture), MOST_COUNTED)) if picture.format == PAGED else 1
            )
            pages = _pages(picture)
            first = next(pages)
            first.save(
                output, format="PDF", save_all=True, append_images=pages, resolution=DOTS_PER_INCH, quality=QUALITY
            )
    except Image.DecompressionBombError as error:
        raise DocumentError(
            f"{name} has more than {2 * MOST_PIXELS // 1_000_000} million pixels",
            reason="too_large",
            next="make the picture smaller",
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, StopIteration) as error:
        raise DocumentError(
            f"{name} is no picture that can be opened", reason="unreadable", next="save it again, as PNG or JPEG"
        ) from error
    return output.getvalue(), max(count - MOST_PICTURES, 0)


def _pages(picture: Image.Image) -> Iterator[Image.Image]:
    for frame in islice(ImageSequence.Iterator(picture), MOST_PICTURES if picture.format == PAGED else 1):
        upright = ImageOps.exif_transpose(frame)
        if upright.mode.startswith("I;16"):
            upright = upright.point(lambda value: value / 256).convert("L")
        if upright.has_transparency_data:
            upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright.convert("RGBA"))
        yield upright.convert("L" if upright.mode in {"1", "L", "I", "F"} else "RGB")
