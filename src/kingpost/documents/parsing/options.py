"""What may be chosen about how files are read; it travels with each file to the process that reads it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOptions:
    """``ocr``: recognise text in images where it can be done; ``ocr_seconds`` is the most it may take a file.

    ``sheet_rows``: rows of one sheet that are read.
    """

    ocr: bool = True
    ocr_language: str = "latin"
    ocr_seconds: float = 60.0
    sheet_rows: int = 50_000


DEFAULTS = ReadingOptions()
