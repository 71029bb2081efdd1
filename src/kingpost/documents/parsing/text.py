"""Reads plain text: paragraphs by blank lines, headings by their numbers or underlines, lists, drawn tables."""

import re
from collections.abc import Iterator, Sequence

from kingpost.documents.parsing.clauses import ClauseSequence, clause_start, is_contents_line
from kingpost.documents.parsing.drawn_tables import drawn_table
from kingpost.documents.parsing.flow import NOWHERE, Flow
from kingpost.documents.parsing.grids import RawCell
from kingpost.types.documents import Original, ParsedDocument

ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)
SAMPLE = 400
UNDERLINE = re.compile(r"^(?P<sign>[=\-~^\"'`#*+_.])(?P=sign){2,}\s*$")
ITEM = re.compile(r"^(?P<indent>\s*)(?P<marker>[-*+\u2022\u00b7]|\(?(?:\d{1,2}|[a-z])[.)])\s+(?P<text>\S.*)$")
CAPTION = re.compile(r"^(?:table|tab\.)\s+[A-Z]?\d", re.IGNORECASE)
LONGEST_HEADING = 100
INDENT = 2


def parse(original: Original) -> ParsedDocument:
    """Headings, paragraphs, clauses, lists and tables, in order."""
    reader = _Reader()
    text = decoded(original.content).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    for lines in _paragraphs(text):
        reader.read(lines)
    reader.settle()
    return reader.flow.document()


def _paragraphs(text: str) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.strip():
            lines.append(line.rstrip())
        elif lines:
            yield lines
            lines = []


class _Reader:
    """Takes what stands between blank lines, piece by piece."""

    def __init__(self) -> None:
        self.flow = Flow()
        self._sequence = ClauseSequence()
        self._underlines: list[str] = []
        self._caption = ""

    def read(self, lines: list[str]) -> None:
        lines = self._headed(lines)
        if not lines or is_contents_line(lines[0]):
            return
        if len(lines) > 3 and CAPTION.match(lines[0].strip()) and self._table(lines[1:], caption=lines[0]):
            return
        if self._table(lines, caption=self._caption):
            self._caption = ""
            return
        self.settle()
        if len(lines) == 1 and CAPTION.match(lines[0].strip()):
            self._caption = lines[0].strip()
        elif ITEM.match(lines[0]) and _is_list(lines):
            self._items(lines)
        else:
            self._text([line.strip() for line in lines])

    def settle(self) -> None:
        """A title that waited for a table that did not come."""
        caption, self._caption = self._caption, ""
        self.flow.paragraph(caption)

    def _headed(self, lines: list[str]) -> list[str]:
        """Read a heading that is underlined, and give back the lines below it."""
        over = 1 if len(lines) > 2 and UNDERLINE.match(lines[0]) and lines[0][0] == lines[2][:1] else 0
        found = UNDERLINE.match(lines[over + 1]) if len(lines) > over + 1 else None
        title = lines[over].strip()
        if not found or len(title) > LONGEST_HEADING or len(lines[over + 1].strip()) < min(len(title) * 0.6, 40):
            return lines
        style = found["sign"] * (over + 1)
        if style not in self._underlines:
            self._underlines.append(style)
        self.settle()
        start = clause_start(title)
        if start:
            self._sequence.take(start)
        self.flow.heading(title, min(self._underlines.index(style) + 1, 6))
        return lines[over + 2 :]

    def _table(self, lines: Sequence[str], *, caption: str) -> bool:
        table = drawn_table(lines)
        if table is None:
            return False
        rows = [[RawCell(text=" ".join(cell.split()), location=NOWHERE) for cell in row] for row in table.rows]
        self.flow.table(rows, caption=caption, header_rows=table.header_rows)
        return True

    def _items(self, lines: Sequence[str]) -> None:
        """Items with their markers; lines without one go on with the item above."""
        items: list[tuple[int, str, str]] = []
        for line in lines:
            item = ITEM.match(line)
            if item:
                items.append((len(item["indent"].expandtabs()), item["marker"], item["text"]))
            else:
                indent, marker, text = items[-1]
                items[-1] = (indent, marker, f"{text} {line.strip()}")
        outermost = min(indent for indent, _, _ in items)
        for indent, marker, text in items:
            self.flow.item(text, marker=marker, level=min((indent - outermost) // INDENT, 5) + 1)

    def _text(self, lines: Sequence[str]) -> None:
        start = clause_start(lines[0])
        short = len(lines) == 1 and len(lines[0]) <= LONGEST_HEADING and not lines[0].endswith((".", ";", ","))
        if start and self._sequence.accepts(start, heading=short, starts_block=True):
            self._sequence.take(start)
            self.flow.clause(" ".join(lines), start)
        else:
            self.flow.paragraph(" ".join(lines))


def _is_list(lines: Sequence[str]) -> bool:
    """Whether its markers are more than a number that begins a heading."""
    items = [item for line in lines if (item := ITEM.match(line))]
    return len(items) > 1 or not items[0]["marker"].strip("().").isdigit()


def decoded(content: bytes, *, declared: str = "") -> str:
    """The text by its byte order mark, else in the encoding it declares, else in the first that fits."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace").lstrip("\ufeff")
    if content[:SAMPLE].count(0) > len(content[:SAMPLE]) // 4:
        return content.decode("utf-16-le" if content[1:2] == b"\x00" else "utf-16-be", "replace")
    for encoding in (_named(declared), *ENCODINGS[:-1]):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            if encoding == ENCODINGS[0] and _is_damaged(content):
                return content.decode("utf-8", "replace")
    return content.decode(ENCODINGS[-1])


def _named(declared: str) -> str:
    """As browsers take it: what is called Latin-1 is what Windows makes of it; a page of bytes is no UTF-16."""
    name = declared.casefold()
    if name in {"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"}:
        return ENCODINGS[1]
    return ENCODINGS[0] if not name or name.startswith(("utf-16", "utf16", "unicode", "utf-8", "utf8")) else name


def _is_damaged(content: bytes) -> bool:
    """Whether it is UTF-8 but for a few bytes."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * 10 < sum(not sign.isascii() for sign in text) - broken
