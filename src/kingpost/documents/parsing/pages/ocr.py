"""Recognises text in images, line by line with boxes, offline: the models come with the package (extra ``ocr``)."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.pages.page import Line
from kingpost.errors import DocumentError

INSTALL = "pip install 'kingpost[ocr]'"
TILE = 2400
"""Longest side, in pixels, of what is looked at in one piece: larger pictures are looked at in tiles."""
DETECTION = 1280
"""Longest side to which a tile is made smaller to find lines in it: single short lines are lost in larger ones."""
OVERLAP = 300
EDGE = 4
LEAST_SCORE = 0.6
UNSURE = 0.75
"""Mean score below which a picture may stand on its head."""
FEWEST = 3
SIZE_OF_HEIGHT = 0.75
"""Size of type to the height of a line's box."""
Scored = list[tuple[Line, float]]
OTHER_SCRIPT = re.compile(r"[\u0400-\u1dff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff]")
"""Letters that are no Latin or Greek ones. Stains and stamps often look like them."""
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3002: ".", 0x3001: ","}


def installed() -> bool:
    """Whether the extra is there."""
    return find_spec("rapidocr") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Lines in reading order, in pixels of the picture after it was turned clockwise by ``turn`` degrees."""

    lines: tuple[Line, ...]
    turn: int = 0


def read_image(image: Image.Image, *, language: str = "latin") -> list[Line]:
    """Lines in pixels of the image as it is, in reading order. Raises ``DocumentError`` (``memory``).

    ``language`` "latin" leaves out what looks like letters of other scripts, "any" keeps them.
    """
    reading = read_turned(image, language=language)
    return [_turned_back(line, reading.turn, image.width, image.height) for line in reading.lines]


def read_turned(image: Image.Image, *, language: str = "latin") -> Reading:
    """The same, with the picture turned so that its text runs from left to right."""
    picture = image.convert("RGB")
    upright = _read_picture(picture)
    if _lies(upright):
        left, right = (_read_picture(_turn(picture, turn)) for turn in (90, 270))
        best, turn = (left, 90) if _surety(left) >= _surety(right) else (right, 270)
    else:
        best, turn = upright, 0
        if len(upright) >= FEWEST and _surety(upright) < UNSURE:
            other = _read_picture(_turn(picture, 180))
            best, turn = (other, 180) if _surety(other) > _surety(upright) else (best, turn)
    lines = [
        replace(line, text=text)
        for line, score in best
        if score >= LEAST_SCORE and (text := _of_language(line.text, language))
    ]
    return Reading(lines=tuple(sorted(lines, key=lambda line: (line.y0, line.x0))), turn=turn)


def _lies(found: Scored) -> bool:
    """Whether most words are taller than wide: the text runs up or down."""
    words = [line for line, _ in found if len(line.text) > 3]
    return len(words) >= FEWEST and 2 * sum(line.height > line.x1 - line.x0 for line in words) > len(words)


def _surety(found: Scored) -> float:
    """The mean score a character."""
    characters = sum(len(line.text) for line, _ in found)
    return sum(score * len(line.text) for line, score in found) / characters if characters else 0.0


def _turn(picture: Image.Image, turn: int) -> Image.Image:
    return picture.rotate(-turn, expand=True)


def _turned_back(line: Line, turn: int, width: int, height: int) -> Line:
    x0, y0, x1, y1 = {
        0: (line.x0, line.y0, line.x1, line.y1),
        90: (line.y0, height - line.x1, line.y1, height - line.x0),
        180: (width - line.x1, height - line.y1, width - line.x0, height - line.y0),
        270: (width - line.y1, line.x0, width - line.y0, line.x1),
    }[turn]
    return replace(line, x0=x0, y0=y0, x1=x1, y1=y1)


def _read_picture(picture: Image.Image) -> Scored:
    """All lines with their scores; what tiles cut off counts where no other tile holds it whole."""
    found: Scored = []
    cut_off: Scored = []
    for left, top in _tiles(picture.width, picture.height):
        right, bottom = min(left + TILE, picture.width), min(top + TILE, picture.height)
        for line, score in _read_tile(picture.crop((left, top, right, bottom)), left=left, top=top):
            inner = (
                (left > 0 and line.x0 <= left + EDGE)
                or (top > 0 and line.y0 <= top + EDGE)
                or (right < picture.width and line.x1 >= right - EDGE)
                or (bottom < picture.height and line.y1 >= bottom - EDGE)
            )
            (cut_off if inner else found).append((line, score))
    whole: Scored = []
    for line, score in [*found, *cut_off]:
        if not any(_covers(other, line) for other, _ in whole):
            whole.append((line, score))
    return whole


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


def _read_tile(picture: Image.Image, *, left: int, top: int) -> Iterator[tuple[Line, float]]:
    result = _recognised(picture)
    if result.boxes is None or result.txts is None or result.scores is None:
        return
    for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        (x0, y0), (x1, y1) = box.min(axis=0), box.max(axis=0)
        if text := clean(text):
            line = Line(
                text=text,
                x0=float(x0) + left,
                y0=float(y0) + top,
                x1=float(x1) + left,
                y1=float(y1) + top,
                size=round(float(min(x1 - x0, y1 - y0)) * SIZE_OF_HEIGHT, 1),
            )
            yield line, float(score)


def _recognised(picture: Image.Image) -> Any:
    """What the engine finds. It has errors of its own for want of memory, and the loader has one too."""
    try:
        engine = _engine()
        from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError
    except (ImportError, OSError) as error:
        raise _too_large() from error
    try:
        return engine(np.asarray(picture)[:, :, ::-1], use_cls=False)
    except (ONNXRuntimeError, MemoryError) as error:
        raise _too_large() from error


def _too_large() -> DocumentError:
    return DocumentError(
        "text recognition needs more memory than a file may use",
        reason="memory",
        next="raise documents.file_memory_megabytes, or set documents.ocr to off",
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
        "Det.limit_type": "max",
        "Det.limit_side_len": DETECTION,
        "Det.box_thresh": 0.3,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    for step in ("det", "cls", "rec"):
        params[f"{step.title()}.model_path"] = str(next(iter(sorted(models.glob(f"*_{step}_*.onnx")))))
    return rapidocr.RapidOCR(params=params)
