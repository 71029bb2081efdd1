"""Recognises text in images, line by line with boxes, offline: the models come with the package (extra ``ocr``)."""

import logging
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.pages import Line

INSTALL = "pip install 'kingpost[ocr]'"
TILE = 2000
"""Longest side, in pixels, of what is looked at in one piece: larger pictures are looked at in tiles."""
OVERLAP = 300
EDGE = 4
LEAST_SCORE = 0.6
OTHER_SCRIPT = re.compile(r"[\u0400-\u1dff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff]")
"""Letters that are no Latin or Greek ones. Stains and stamps often look like them."""
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3002: ".", 0x3001: ","}


def installed() -> bool:
    """Whether the extra is there."""
    return find_spec("rapidocr") is not None


def read_image(image: Image.Image, *, language: str = "latin") -> list[Line]:
    """Lines in pixels of the image, top to bottom. Without the extra: ``ImportError``.

    ``language`` "latin" leaves out what looks like letters of other scripts, "any" keeps them.
    """
    picture = image.convert("RGB")
    found: list[Line] = []
    cut_off: list[Line] = []
    for left, top in _tiles(picture.width, picture.height):
        right, bottom = min(left + TILE, picture.width), min(top + TILE, picture.height)
        for line in _read_tile(picture.crop((left, top, right, bottom)), left=left, top=top, language=language):
            inner = (
                (left > 0 and line.x0 <= left + EDGE)
                or (top > 0 and line.y0 <= top + EDGE)
                or (right < picture.width and line.x1 >= right - EDGE)
                or (bottom < picture.height and line.y1 >= bottom - EDGE)
            )
            (cut_off if inner else found).append(line)
    lines: list[Line] = []
    for line in [*found, *cut_off]:
        if not any(_covers(other, line) for other in lines):
            lines.append(line)
    return sorted(lines, key=lambda line: (line.y0, line.x0))


def _tiles(width: int, height: int) -> Iterator[tuple[int, int]]:
    for top in _starts(height):
        for left in _starts(width):
            yield left, top


def _starts(length: int) -> Sequence[int]:
    if length <= TILE:
        return [0]
    steps = -(-(length - OVERLAP) // (TILE - OVERLAP))
    return [round(step * (length - TILE) / (steps - 1)) for step in range(steps)]


def _covers(line: Line, other: Line) -> bool:
    x, y = other.centre
    return line.x0 <= x <= line.x1 and line.y0 <= y <= line.y1


def _read_tile(picture: Image.Image, *, left: int, top: int, language: str) -> Iterator[Line]:
    result = _engine()(np.asarray(picture)[:, :, ::-1])
    if result.boxes is None or result.txts is None or result.scores is None:
        return
    for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        kept = _of_language(clean(text), language)
        if kept and score >= LEAST_SCORE:
            (x0, y0), (x1, y1) = box.min(axis=0), box.max(axis=0)
            height = float(min(x1 - x0, y1 - y0))
            yield Line(
                text=kept,
                x0=float(x0) + left,
                y0=float(y0) + top,
                x1=float(x1) + left,
                y1=float(y1) + top,
                size=round(height * 0.75, 1),
            )


def _of_language(text: str, language: str) -> str:
    if language == "any":
        return text
    letters = [character for character in text if character.isalpha()]
    others = OTHER_SCRIPT.findall(text)
    if letters and 2 * len(others) > len(letters):
        return ""
    return OTHER_SCRIPT.sub("", text.translate(FULL_WIDTH)).strip()


@lru_cache(maxsize=1)
def _engine() -> Any:
    """One thread, and every model named by its file, so that nothing is ever looked for on the network."""
    import cv2
    import rapidocr

    cv2.setNumThreads(1)
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    models = Path(rapidocr.__file__).parent / "models"
    params: dict[str, Any] = {
        "Global.log_level": "error",
        "Global.max_side_len": TILE,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    for step in ("det", "cls", "rec"):
        params[f"{step.title()}.model_path"] = str(next(iter(sorted(models.glob(f"*_{step}_*.onnx")))))
    return rapidocr.RapidOCR(params=params)
