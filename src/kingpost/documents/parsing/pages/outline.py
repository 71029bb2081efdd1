"""Gives every piece of a PDF its place in the document's outline: headings, clauses and the section path above each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kingpost.documents.parsing.clauses import (
    LONGEST_TITLE,
    STEM,
    ClauseSequence,
    ClauseStart,
    clause_start,
    run_in_title,
)
from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.grids import text_of_grid
from kingpost.documents.parsing.label_values import CAPTION, Pair
from kingpost.documents.parsing.pages.forms import FormField
from kingpost.documents.parsing.pages.items import Items
from kingpost.documents.parsing.pages.lines import begins_paragraph, joined, rows_of
from kingpost.documents.parsing.pages.page import Line, Page, PageBlock
from kingpost.documents.parsing.sections import SectionPath
from kingpost.documents.parsing.titles import title_of
from kingpost.types.documents import FOOTNOTE, Block, BlockKind, Grid, PageLocation, ParsedDocument

PERIOD_WORD = re.compile(
    r"^\W*(?:three|six|nine|twelve|fiscal|years?|quarters?|months?|ended|ending|as|of|and|in|thousands|millions"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|[\d$%,.()-]+)\W*$",
    re.IGNORECASE,
)
"""A line of nothing but such words is a column head, not a heading."""
STANDARD_HEADING = re.compile(
    r"^(?:foreword|preface|abstract|(?:executive )?summary|introduction|references|bibliography|acknowledge?ments"
    r"|glossary)$",
    re.IGNORECASE,
)
LONGEST_HEADING = 200


@dataclass
class Outline:
    """Receives a PDF's blocks in reading order. ``body_size`` is the size of type of ordinary text.

    ``chapters`` are the first parts of all dotted numbers in the document: a whole number that is one of them opens
    a chapter where it stands alone. A ``cover`` has a title but no sections.
    """

    body_size: float
    chapters: frozenset[str] = frozenset()
    cover: bool = False
    blocks: list[Block] = field(default_factory=list)
    _sections: SectionPath = field(default_factory=SectionPath)
    _sequence: ClauseSequence = field(default_factory=ClauseSequence)
    _items: Items = field(default_factory=Items)
    _untitled: bool = False
    _left_cover: bool = False
    _titles: list[Line] = field(default_factory=list)
    _notes: list[Block] = field(default_factory=list)

    @property
    def section(self) -> tuple[str, ...]:
        return self._sections.titles

    def text(self, block: PageBlock, page: Page) -> None:
        """A heading, paragraph or list item, cut where a clause begins."""
        lines = rows_of(block.lines)
        if page.number == 1:
            self._titles += lines
        elif self.cover and not self._left_cover:
            self._left_cover = True
            if not self._sequence.last:
                self._sections.clear()
        if block.kind in {"code", "turned"} or (
            block.kind == "grid_fallback" and not any(clause_start(line.text) for line in lines)
        ):
            self._add(BlockKind.CODE if block.kind == "code" else BlockKind.PARAGRAPH, lines, page)
            return
        begin = 0
        for index, line in enumerate(lines):
            if index < begin:
                continue
            start = clause_start(line.text)
            if start and self._accepts(start, lines, index, block):
                self._paragraph(lines[begin:index], block, page)
                begin = self._clause(start, lines, index, block, page)
        self._paragraph(lines[begin:], block, page)

    def footnote(self, block: PageBlock, page: Page) -> None:
        """A note at the foot of a page: it waits for the end of its section, which may go on over the page."""
        text, parts = joined(block.lines, page)
        self._notes.append(
            Block(
                kind=BlockKind.PARAGRAPH,
                text=text,
                label=f"{FOOTNOTE} {block.label}",
                location=page.place(block.lines),
                section=self.section,
                parts=parts,
            )
        )

    def first_clause(self, block: PageBlock) -> float | None:
        """Where on the page, within what was taken for a table, a clause begins that the outline waits for."""
        plain = PageBlock(kind="paragraph")
        lines = rows_of(sorted(block.lines, key=lambda line: (round(line.y0), line.x0)))
        for line in lines:
            start = clause_start(line.text)
            if start and not start.worded and self._accepts(start, [line], 0, plain):
                return line.y0
        return None

    def field(self, found: FormField, page: Page) -> None:
        """A form field; its value may be empty."""
        self._append(
            Block(
                kind=BlockKind.FORM_FIELD,
                text=clean(found.text),
                label=clean(found.name),
                location=page.place(found.lines),
                section=self.section,
            )
        )

    def pair(self, pair: Pair, page: Page) -> None:
        """A label and the value beside it in a table of such."""
        _, label, value = pair
        places = [cell.location for cell in (label, value) if isinstance(cell.location, PageLocation)]
        location = PageLocation(page=page.number, rects=tuple(rect for place in places for rect in place.rects))
        self._append(
            Block(
                kind=BlockKind.FORM_FIELD,
                text=value.text,
                label=label.text.rstrip(": "),
                location=location,
                section=self.section,
            )
        )

    def table(self, grid: Grid, page: Page, block: PageBlock) -> None:
        """A table; a caption in the line above is its caption."""
        above = self.blocks[-1] if self.blocks else None
        caption = grid.caption
        if (
            above
            and above.kind in {BlockKind.PARAGRAPH, BlockKind.HEADING}
            and CAPTION.match(above.text)
            and len(above.text) <= LONGEST_HEADING
        ):
            caption = self.blocks.pop().text
        whole = replace(grid, caption=caption)
        location = PageLocation(page=page.number, rects=(page.fractions(*block.box),))
        self._append(
            Block(kind=BlockKind.TABLE, text=text_of_grid(whole), location=location, section=self.section, grid=whole)
        )

    def figure(self, block: PageBlock, page: Page) -> None:
        """A figure: its caption, then what is written in it, line by line."""
        caption, places = joined(block.caption, page)
        words, parts = joined(block.lines, page, separator="\n")
        begin = len(caption) + 1 if caption and words else 0
        moved = [replace(part, start=part.start + begin, end=part.end + begin) for part in parts]
        rects = (page.fractions(*block.box), *page.place(block.caption).rects)
        self._append(
            Block(
                kind=BlockKind.FIGURE,
                text="\n".join(text for text in (caption, words) if text),
                location=PageLocation(page=page.number, rects=tuple(dict.fromkeys(rects))),
                section=self.section,
                label=block.label,
                parts=(*places, *moved),
            )
        )

    def document(
        self, *, title: str, properties: dict[str, str], warnings: tuple[str, ...], pages: int
    ) -> ParsedDocument:
        """What was gathered. A title that a program made up gives way to the largest type on the first page."""
        self._place_notes()
        return ParsedDocument(
            title=title_of(title, self._titles),
            blocks=tuple(self.blocks),
            properties=properties,
            warnings=warnings,
            pages=pages,
        )

    def _looks_like_heading(self, lines: Sequence[Line], index: int, block: PageBlock) -> bool:
        line = lines[index]
        if block.kind == "list_item" and not self._is_loud(line):
            return False
        alone = len(lines) == 1 and len(line.text) <= LONGEST_TITLE and not line.text.endswith((";", ","))
        return self._is_loud(line) or (alone and (block.kind == "heading" or not line.text.endswith(".")))

    def _is_loud(self, line: Line) -> bool:
        letters = [character for character in line.text if character.isalpha()]
        capitals = len(letters) > 3 and "".join(letters).isupper()
        return line.size > self.body_size + 0.5 or line.bold or capitals

    def _loudness(self, line: Line) -> tuple[int, int]:
        letters = [character for character in line.text if character.isalpha()]
        return round(line.size), int(line.bold) + int(len(letters) > 3 and "".join(letters).isupper())

    def _clause(self, start: ClauseStart, lines: Sequence[Line], index: int, block: PageBlock, page: Page) -> int:
        """Open a clause at this line. Returns the index of the first line that is not yet used."""
        self._sequence.take(start)
        known = self._sequence.scoped(start)
        self._items.begin(known.number)
        line = lines[index]
        after = lines[index + 1] if index + 1 < len(lines) else None
        if self._is_heading_line(start, line, after, block):
            self._sections.open_numbered(known, clean(line.text), self._loudness(line))
            self._add(BlockKind.HEADING, [line], page, number=known.number)
            self._untitled = not start.rest
            return index + 1
        title = run_in_title(start.rest)
        self._sections.open_numbered(known, f"{start.number} {title}".strip(), self._loudness(line))
        end = index + 1
        while end < len(lines) and not self._starts_clause(lines, end, block) and not self._starts_item(lines, end):
            end += 1
        self._add(BlockKind.PARAGRAPH, lines[index:end], page, number=known.number)
        return end

    def _starts_clause(self, lines: Sequence[Line], index: int, block: PageBlock) -> bool:
        start = clause_start(lines[index].text)
        return start is not None and self._accepts(start, lines, index, block)

    def _starts_item(self, lines: Sequence[Line], index: int) -> bool:
        return begins_paragraph(lines[index - 1], lines[index]) and self._items.opens(lines[index].text)

    def _accepts(self, start: ClauseStart, lines: Sequence[Line], index: int, block: PageBlock) -> bool:
        heading = self._looks_like_heading(lines, index, block)
        if start.bare and start.number not in self.chapters:
            heading = heading and block.kind != "list_item" and lines[index].size > self.body_size + 0.5
        begins = begins_paragraph(lines[index - 1] if index else None, lines[index])
        loud = self._is_loud(lines[index]) and block.kind != "list_item"
        return self._sequence.accepts(start, heading=heading, starts_block=begins, loud=loud)

    def _is_heading_line(self, start: ClauseStart, line: Line, after: Line | None, block: PageBlock) -> bool:
        if len(line.text) > LONGEST_TITLE or run_in_title(start.rest) or STEM.search(start.rest):
            return False
        if not start.rest:
            return True
        if after is None:
            return not start.rest.endswith((",", ";")) and (
                not start.rest.endswith(".")
                or (len(start.rest.split()) <= 6 and not re.search(r"\bshall\b", start.rest))
            )
        if self._is_loud(line) and not self._is_loud(after):
            return True
        stops_short = line.x1 < after.x1 - 0.25 * (after.x1 - after.x0)
        return stops_short and not start.rest.endswith((".", ";", ",", ":")) and after.text[0].isupper()

    def _paragraph(self, lines: Sequence[Line], block: PageBlock, page: Page) -> None:
        if not lines:
            return
        if self._untitled and self._is_loud(lines[0]) and len(lines) <= 3:
            self._give_title(lines, page)
            return
        self._untitled = False
        if self._is_plain_heading(lines, block):
            self._open_plain(lines, page)
            self._items.begin("")
            return
        for number, group in self._items.parted(lines):
            listed = number or block.kind == "list_item"
            self._add(BlockKind.LIST if listed else BlockKind.PARAGRAPH, group, page, number=number)

    def _give_title(self, lines: Sequence[Line], page: Page) -> None:
        """The title of a heading whose number stood alone in the line before."""
        self._untitled = False
        text, _ = joined(lines, page)
        self._sections.extend_title(text)
        self._add(BlockKind.HEADING, lines, page)

    def _is_plain_heading(self, lines: Sequence[Line], block: PageBlock) -> bool:
        text = " ".join(line.text for line in lines)
        if STANDARD_HEADING.match(text) and block.kind != "list_item":
            return True
        if (
            all(PERIOD_WORD.match(word) for word in text.split())
            or CAPTION.match(text)
            or any(line.pieces > 2 for line in lines)
            or len(text) < 3
        ):
            return False
        if (
            len(text) > LONGEST_HEADING
            or len(lines) > 3
            or text.endswith((",", ";"))
            or not any(c.isalpha() for c in text)
        ):
            return False
        bigger = all(line.size > self.body_size + 0.5 for line in lines)
        if block.kind == "heading":
            return bigger or all(self._is_loud(line) for line in lines)
        return (
            all(line.bold for line in lines)
            and (bigger or not text.endswith((".", ":")))
            and len(text) <= LONGEST_TITLE
        )

    def _open_plain(self, lines: Sequence[Line], page: Page) -> None:
        text, _ = joined(lines, page)
        if self.cover and page.number == 1:
            self._sections.clear()
        self._sections.open_plain(text, self._loudness(lines[0]))
        self._add(BlockKind.HEADING, lines, page)

    def _add(self, kind: BlockKind, lines: Sequence[Line], page: Page, *, number: str = "") -> None:
        if not lines:
            return
        text, parts = joined(lines, page, separator="\n" if kind is BlockKind.CODE else " ")
        self._append(
            Block(
                kind=kind,
                text=text,
                location=page.place(lines),
                section=self.section,
                level=len(self.section) if kind is BlockKind.HEADING else 0,
                number=number,
                parts=parts,
            )
        )

    def _append(self, block: Block) -> None:
        if self._notes and block.section != self._notes[-1].section:
            self._place_notes()
        self.blocks.append(block)

    def _place_notes(self) -> None:
        self.blocks += self._notes
        self._notes.clear()
