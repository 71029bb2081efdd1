"""Measures how tables in PDF files are read: cell-adjacency F1 against the ICDAR-2013 ground truth, beside liteparse.

A relation is a pair of neighbouring cells with text, beside or below each other with nothing but empty cells between
them (Göbel et al., A Methodology for Evaluating Algorithms for Table Understanding in PDF Documents, DocEng 2012, and
the ICDAR-2013 table competition). Texts are compared without spaces, dot leaders, case and kinds of dashes and
quotes. No reader is told where the tables are: the relations of all tables of one page are pooled, and those that are
read are matched one to one with those of the ground truth, so that a table which is not one costs precision and one
not found costs recall. A table continued over pages counts page by page.

Kingpost is measured by the grids that it keeps: head rows and rows, a cell at the first of the places it reaches
over, its repeats left out. liteparse is measured by the rows of its table blocks.

    python benchmarks/tables.py DATA_FOLDER [--documents]

DATA_FOLDER (or ``KINGPOST_DATA``) is searched for ``NAME-str.xml`` beside ``NAME.pdf``.
"""

import argparse
import os
import re
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import parse as parse_xml

from liteparse import LiteParse

from kingpost.documents.parsing import parse
from kingpost.types.documents import Grid, Original, PageLocation

Relation = tuple[str, str, str]
"""Direction, text, text of the neighbour."""
Relations = dict[int, Counter[Relation]]
"""By page."""
Slots = dict[tuple[int, int], int]
"""(row, column) -> number of the cell that stands there."""
LEADERS = re.compile(r"(?:\.\s?){4,}")
QUOTES = str.maketrans("‘’“”", "''\"\"")
DASHES = re.compile(r"[\u2010-\u2015\u2212]")


@dataclass(kw_only=True)
class Score:
    """Relations right, read, and in the ground truth."""

    right: int = 0
    read: int = 0
    wanted: int = 0
    seconds: float = 0.0
    documents: list["Score"] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.read if self.read else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def add(self, other: "Score") -> None:
        self.right += other.right
        self.read += other.read
        self.wanted += other.wanted
        self.seconds += other.seconds
        self.documents.append(other)


def main() -> int:
    arguments = parsed(sys.argv[1:])
    readers: dict[str, Callable[[Path], Relations]] = {"kingpost": read_by_kingpost, "liteparse": read_by_liteparse}
    totals = {name: Score() for name in readers}
    for truth in sorted(arguments.data.rglob("*-str.xml")):
        document = truth.with_name(truth.name.replace("-str.xml", ".pdf"))
        if not document.exists():
            continue
        wanted = true_relations(truth)
        scores = {name: scored(read, document, wanted) for name, read in readers.items()}
        for name, score in scores.items():
            totals[name].add(score)
        if arguments.documents:
            print(document.stem, *(f"{name} {score.f1:.3f}" for name, score in scores.items()), sep="\t", flush=True)
    if not totals["kingpost"].documents:
        print("no ground truth (NAME-str.xml beside NAME.pdf) in this folder", file=sys.stderr)
        return 2
    print(table(totals))
    return 0


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given = os.environ.get("KINGPOST_DATA")
    parser.add_argument("data", type=Path, nargs="?", default=given, help="folder with the ground truth")
    parser.add_argument("--documents", action="store_true", help="also print the F1 of every document")
    found = parser.parse_args(arguments)
    if found.data is None:
        parser.error("give the data folder, or set KINGPOST_DATA")
    return found


def scored(read: Callable[[Path], Relations], document: Path, wanted: Relations) -> Score:
    begin = time.perf_counter()
    found = read(document)
    return Score(
        right=sum((found[page] & wanted[page]).total() for page in found.keys() & wanted.keys()),
        read=sum(counter.total() for counter in found.values()),
        wanted=sum(counter.total() for counter in wanted.values()),
        seconds=time.perf_counter() - begin,
    )


def table(totals: dict[str, Score]) -> str:
    lines = [
        "| reader | documents | relations | precision | recall | F1 | F1, mean of documents | seconds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, score in totals.items():
        mean = sum(one.f1 for one in score.documents) / len(score.documents)
        lines.append(
            f"| {name} | {len(score.documents)} | {score.wanted} | {score.precision:.3f} | {score.recall:.3f} "
            f"| {score.f1:.3f} | {mean:.3f} | {score.seconds:.1f} |"
        )
    return "\n".join(lines)


def true_relations(truth: Path) -> Relations:
    pages: Relations = defaultdict(Counter)
    for region in parse_xml(truth).getroot().iter("region"):
        slots: Slots = {}
        texts: dict[int, str] = {}
        for number, cell in enumerate(region.iter("cell")):
            texts[number] = cell.findtext("content") or ""
            slots |= dict.fromkeys(places(cell), number)
        pages[int(region.attrib["page"])] += relations(slots, texts)
    return pages


def places(cell: Element) -> Iterator[tuple[int, int]]:
    row, column = int(cell.attrib["start-row"]), int(cell.attrib["start-col"])
    for down in range(row, int(cell.attrib.get("end-row", row)) + 1):
        for right in range(column, int(cell.attrib.get("end-col", column)) + 1):
            yield down, right


def relations(slots: Slots, texts: dict[int, str]) -> Counter[Relation]:
    """Each pair of neighbours once, however many places they touch at."""
    filled = {place: number for place, number in slots.items() if normal(texts[number])}
    pairs: set[tuple[str, int, int]] = set()
    for direction, line, along in (("beside", 0, 1), ("below", 1, 0)):
        ordered = sorted(filled, key=lambda place: (place[line], place[along]))
        for place, following in pairwise(ordered):
            if place[line] == following[line] and filled[place] != filled[following]:
                pairs.add((direction, filled[place], filled[following]))
    return Counter((direction, normal(texts[one]), normal(texts[other])) for direction, one, other in pairs)


def normal(text: str) -> str:
    plain = LEADERS.sub("", text)
    plain = DASHES.sub("-", unicodedata.normalize("NFKC", plain)).translate(QUOTES)
    return "".join(character for character in plain.casefold() if not character.isspace() and character != "\u00ad")


def read_by_kingpost(document: Path) -> Relations:
    original = Original(
        uri=document.as_uri(), name=document.name, media_type="application/pdf", content=document.read_bytes()
    )
    pages: Relations = defaultdict(Counter)
    for block in parse(original).blocks:
        if block.grid and isinstance(block.location, PageLocation):
            pages[block.location.page] += relations(*grid_slots(block.grid))
    return pages


def grid_slots(grid: Grid) -> tuple[Slots, dict[int, str]]:
    slots: Slots = {}
    texts: dict[int, str] = {}
    for row, cells in enumerate([*grid.head, *grid.rows]):
        for column, cell in enumerate(cells):
            if cell.merged:
                continue
            number = len(texts)
            texts[number] = cell.text
            for down in range(row, row + cell.rows):
                for right in range(column, column + cell.columns):
                    slots.setdefault((down, right), number)
    return slots, texts


def read_by_liteparse(document: Path) -> Relations:
    parser = LiteParse(extract_blocks=True, ocr_enabled=False, quiet=True, num_workers=1)
    pages: Relations = defaultdict(Counter)
    for page in parser.parse(document).pages:
        for block in page.blocks or []:
            if block.kind == "table":
                rows = [block.header or [], *(block.rows or [])]
                texts = [cell.text for row in rows for cell in row]
                at = [(row, column) for row, cells in enumerate(rows) for column in range(len(cells))]
                slots = {place: number for number, place in enumerate(at)}
                pages[page.page_num] += relations(slots, dict(enumerate(texts)))
    return pages


if __name__ == "__main__":
    sys.exit(main())
