"""Reads every file of a folder as an ingest does and tells how each ended: outcome or reason, seconds, memory, text.

Whether there is text in a file is judged by a plain reader of its own: PDFium's raw text, the text in the XML of a
packed file, the cells of an old workbook, a web page without its tags. A file counts as read when words came of it,
or when the plain reader finds none either.

    python benchmarks/fixtures.py FOLDER [--out TABLE.tsv] [--seconds 60] [--ocr]
"""

import argparse
import io
import json
import os
import re
import signal
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from kingpost.documents.parsing import family
from kingpost.documents.parsing.flow import text_of
from kingpost.documents.parsing.limits import Limits
from kingpost.documents.parsing.options import ReadingOptions
from kingpost.documents.parsing.pool import ParserPool
from kingpost.documents.parsing.storage import unpacked
from kingpost.types.documents import Original, ParsedDocument

WORD = re.compile(r"\w+")
BETWEEN_TAGS = re.compile(r">([^<>]+)<")
HIDDEN = re.compile(r"(?is)<(script|style|head|noscript)\b.*?</\1>|<!--.*?-->|<[^>]*>")
TEXT_MEMBERS = re.compile(
    r"word/document\.xml|ppt/slides/slide\d+\.xml|xl/sharedStrings\.xml|xl/worksheets/[^/]+\.xml|content\.xml"
)
FEW = 0.5
JUDGE_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One file. ``words_there`` is -1 where no plain reader could tell."""

    name: str
    outcome: str
    seconds: float
    peak_megabytes: int
    words_read: int
    words_there: int
    coverage: float
    message: str

    @property
    def is_silent(self) -> bool:
        return self.outcome == "read" and self.words_read == 0 < self.words_there

    @property
    def is_short(self) -> bool:
        return self.outcome == "read" and self.words_there >= 20 and self.words_read < FEW * self.words_there


def main() -> None:
    """Read, judge, tell."""
    arguments = _arguments()
    paths = sorted(path for path in arguments.folder.rglob("*") if path.is_file())
    limits = Limits(
        seconds=arguments.seconds,
        memory_megabytes=2048,
        file_megabytes=200,
        unpacked_megabytes=400,
        parsed_megabytes=100,
    )
    rows: list[Row] = []
    with ParserPool(workers=1, limits=limits, options=ReadingOptions(ocr=arguments.ocr)) as pool:
        for path in paths:
            rows.append(_read(pool, path, path.relative_to(arguments.folder).as_posix()))
            print(f"{len(rows)}/{len(paths)} {rows[-1].outcome} {rows[-1].name}", file=sys.stderr)
    _write(arguments.out, rows)
    for line in _summary(rows):
        print(line)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=Path("fixtures.tsv"))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--ocr", action="store_true", help="recognise text in images")
    return parser.parse_args()


def _read(pool: ParserPool, path: Path, name: str) -> Row:
    content = path.read_bytes()
    begun = time.monotonic()
    reading = pool.read(Original(uri=path.as_uri(), name=name, media_type="", content=content))
    seconds = time.monotonic() - begun
    parsed = None if reading.error else unpacked(reading.content)
    return Row(
        name=name,
        outcome=reading.error.reason if reading.error else "read",
        seconds=round(seconds, 2),
        peak_megabytes=reading.peak_bytes >> 20,
        words_read=len(WORD.findall(_text(parsed))) if parsed else 0,
        words_there=_words_there(name, content) if family(name) else -1,
        coverage=round(parsed.coverage, 3) if parsed else 0.0,
        message=" ".join(reading.error.message.split()) if reading.error else "",
    )


def _text(parsed: ParsedDocument) -> str:
    labels = " ".join(block.label for block in parsed.blocks)
    heads = " ".join(word for block in parsed.blocks if block.grid for path in block.grid.headers for word in path)
    return f"{text_of(parsed.blocks)} {labels} {heads}"


def _words_there(name: str, content: bytes) -> int:
    """Judged in a child of its own: a broken file may crash any reader."""
    judge = JUDGES.get(family(name))
    if judge is None:
        return -1
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(JUDGE_SECONDS)
            os.write(send, json.dumps(len(WORD.findall(judge(content)))).encode())
        finally:
            os._exit(0)
    os.close(send)
    with os.fdopen(receive, "rb") as told:
        answer = told.read()
    os.waitpid(child, 0)
    return int(json.loads(answer)) if answer else -1


def _pdf(content: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    return " ".join(document[index].get_textpage().get_text_bounded() for index in range(min(len(document), 200)))


def _packed(content: bytes) -> str:
    """Numbers of a sheet stand between tags too, but so do indices of shared strings: numbers are left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = [archive.read(member) for member in archive.namelist() if TEXT_MEMBERS.fullmatch(member)]
    found = " ".join(text for raw in texts for text in BETWEEN_TAGS.findall(raw.decode("utf-8", "replace")))
    return " ".join(word for word in found.split() if not word.replace(".", "").isdigit())


def _sheets(content: bytes) -> str:
    if content[:2] == b"PK" and b"xl/workbook.bin" not in content:
        return _packed(content)
    import python_calamine

    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = (workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names)
    return " ".join(str(value) for sheet in sheets for row in sheet for value in row if value != "")


def _page(content: bytes) -> str:
    return HIDDEN.sub(" ", content.decode("utf-8", "replace"))


JUDGES: dict[str, Callable[[bytes], str]] = {
    "pdf": _pdf,
    "spreadsheet": _sheets,
    "word": _packed,
    "slides": _packed,
    "html": _page,
    "text": lambda content: content.decode("utf-8", "replace"),
    "markdown": lambda content: content.decode("utf-8", "replace"),
    "separated": lambda content: content.decode("utf-8", "replace"),
}


def _write(path: Path, rows: list[Row]) -> None:
    head = "\t".join(field.name for field in fields(Row))
    lines = ("\t".join(str(value) for value in astuple(row)) for row in rows)
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8", errors="backslashreplace")


def _summary(rows: list[Row]) -> Iterator[str]:
    counts = Counter(row.outcome for row in rows)
    yield f"{len(rows)} files: " + ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common())
    read = [row for row in rows if row.outcome == "read"]
    silent, short = [row for row in read if row.is_silent], [row for row in read if row.is_short]
    with_text = sum(not row.is_silent for row in read)
    yield f"of {len(read)} that were read, {with_text} with text where there is text"
    yield f"{sum(row.seconds for row in rows):.0f} s in all, {max(row.peak_megabytes for row in rows)} MB at most"
    for title, found in (
        ("read without the text that is there", silent),
        (f"read with less than {FEW:.0%} of the words", short),
        ("not read", [row for row in rows if row.outcome not in ("read", "unsupported")]),
        ("slowest", sorted(rows, key=lambda row: -row.seconds)[:10]),
    ):
        yield f"\n{title}: {len(found)}"
        for row in found:
            cost = f"{row.seconds} s, {row.peak_megabytes} MB, {row.words_read}/{row.words_there} words"
            yield f"  {row.outcome:<12} {row.name}  {cost}  {row.message[:110]}"


if __name__ == "__main__":
    main()
