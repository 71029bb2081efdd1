"""Pictures of pages are read as scanned pages are; what is no picture, or too large a one, has its reason."""

import io
import struct
import zlib
from importlib.util import find_spec

import pytest
from PIL import Image, ImageDraw, ImageFont

from kingpost.documents.parsing import parse
from kingpost.documents.parsing.options import ReadingOptions
from kingpost.documents.parsing.picture_pages import as_pdf
from kingpost.errors import DocumentError
from kingpost.types.documents import Original, PageLocation, ParsedDocument
from kingpost.web.viewing.page_images import render

WITH_OCR = pytest.mark.skipif(find_spec("rapidocr") is None, reason="the extra ocr is not installed")
UPRIGHT_IS_ON_ITS_SIDE = 6
"""The orientation (Exif) of a picture that must be turned to the right to stand."""


def page(*lines: str) -> Image.Image:
    picture = Image.new("RGB", (1200, 900), "white")
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((100, 100 + 70 * number), line, fill="black", font=ImageFont.load_default(size=32))
    return picture


def saved(picture: Image.Image, kind: str, *more: Image.Image, **options: object) -> bytes:
    output = io.BytesIO()
    several = {"save_all": True, "append_images": more} if more else {}
    picture.save(output, format=kind, **several, **options)
    return output.getvalue()


def read(name: str, content: bytes, **options: object) -> ParsedDocument:
    original = Original(uri="", name=name, media_type="image/*", content=content)
    return parse(original, ReadingOptions(**options))  # type: ignore[arg-type]


def reason(name: str, content: bytes, **options: object) -> str:
    with pytest.raises(DocumentError) as raised:
        read(name, content, **options)
    assert raised.value.next
    return raised.value.reason


@WITH_OCR
def test_every_picture_of_a_fax_is_a_page() -> None:
    first, second = page("Fire doors close within 30 s."), page("Gates are shut at night.")
    parsed = read("fax.tif", saved(first.convert("1"), "TIFF", second.convert("1"), compression="group4"))
    places = [(block.text, block.location) for block in parsed.blocks]
    assert [text for text, _ in places] == ["Fire doors close within 30 s.", "Gates are shut at night."]
    assert [place.page for _, place in places if isinstance(place, PageLocation)] == [1, 2]
    assert parsed.ocr_pages == (1, 2)
    assert parsed.properties == {}


@WITH_OCR
def test_a_box_stands_where_the_text_stands_in_the_upright_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = UPRIGHT_IS_ON_ITS_SIDE
    turned = page("Fire doors close within 30 s.").rotate(90, expand=True)
    (block,) = read("photo.jpg", saved(turned, "JPEG", exif=exif, quality=95)).blocks
    assert block.text == "Fire doors close within 30 s."
    assert isinstance(block.location, PageLocation)
    ((left, top, _, bottom),) = block.location.rects
    assert 0.07 < left < 0.1
    assert 0.09 < top < bottom < 0.18


@WITH_OCR
def test_a_picture_without_text_says_so() -> None:
    assert reason("photo.png", saved(page(), "PNG")) == "no_text"


def test_pictures_are_not_read_where_recognition_is_off() -> None:
    assert reason("photo.png", saved(page("Text"), "PNG"), ocr=False) == "no_text"


@pytest.mark.parametrize("content", [b"no picture", saved(page("Text"), "PNG")[:300], saved(page("x"), "JPEG")[:900]])
def test_what_is_no_picture_or_cut_off_is_unreadable(content: bytes) -> None:
    assert reason("photo.png", content) == "unreadable"


def test_a_picture_of_a_billion_points_is_refused_before_it_is_unpacked() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    assert reason("bomb.png", bomb) == "too_large"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_pictures_of_every_kind_become_pages_on_white(mode: str) -> None:
    colours = {"LA": 0, "RGBA": 0, "I;16": 65535}
    picture = Image.new(mode, (80, 40), colours[mode]) if mode in colours else page("Text").convert("L").convert(mode)
    pages, left_out = as_pdf("photo", saved(picture, "TIFF"))
    assert left_out == 0
    image = Image.open(io.BytesIO(render(pages, 1)))
    assert image.getpixel((5, 5)) >= (250, 250, 250)
