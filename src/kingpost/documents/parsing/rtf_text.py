"""Takes rich text (RTF) apart: paragraphs with what is set on them, rows of tables by the places of their cells."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kingpost.documents.parsing.indices import lowered, raised

TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})?[ ]?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)"
)
SKIPPED = frozenset(
    """
    fonttbl colortbl stylesheet info pict objdata header headerl headerr headerf footer footerl footerr footerf fldinst
    themedata colorschememapping datastore xmlnstbl listtable listoverridetable rsidtbl generator pgdsctbl bkmkstart
    bkmkend nonshppict filetbl revtbl latentstyles mmathPr xe tc ftnsep ftnsepc aftnsep aftnsepc template annotation
    atnid atnauthor atndate atnref atrfstart atrfend private wgrffmtfilter htmltag mhtmltag sp panose falt
    """.split()
)
KEPT = frozenset("shpinst shptxt shppict listtext pntext footnote".split())
"""Destinations that are read although a reader may pass over them."""
SIGNS = {
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "tab": " ",
    "line": " ",
    "softline": " ",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
}
CHARACTERS = {"~": "\u00a0", "_": "-", "-": "", "\n": "", "\r": ""}
CODE_PAGES = {128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 177: 1255, 178: 1256, 186: 1257, 204: 1251}
"""Character set of a font -> code page."""
CODE_PAGES |= {238: 1250, 222: 874, 163: 1258}
MOST_GROUPS = 500
MOST_CELLS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class RichParagraph:
    """A paragraph; ``level`` is a heading's, ``marker`` what stands before it by itself, ``note`` a footnote's."""

    text: str
    bold: bool = False
    level: int = 0
    depth: int = 1
    marker: str = ""
    note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RichRow:
    """A row of a table: its cells' texts, whether each is bold, and where each ends, in twips from the left."""

    cells: tuple[RichParagraph, ...]
    ends: tuple[int, ...]
    head: bool = False
    goes_on: tuple[bool, ...] = ()
    """Which cells are merged with those above."""


@dataclass(slots=True)
class _Group:
    """What holds between two braces."""

    destination: str = ""
    bold: bool = False
    hidden: bool = False
    shift: str = ""
    after_unicode: int = 1
    code_page: str = "cp1252"


@dataclass(slots=True)
class _Paragraph:
    style: int = 0
    level: int = 0
    depth: int = 0
    in_table: bool = False
    marker: str = ""
    texts: list[str] = field(default_factory=list)
    bold: list[bool] = field(default_factory=list)


def rich_text(content: bytes) -> Iterator[RichParagraph | RichRow]:
    """In order. Hidden text is left out."""
    yield from _Reader(content).read()


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._group = _Group()
        self._above: list[_Group] = []
        self._optional = False
        self._bytes = b""
        self._to_skip = 0
        self._paragraph = _Paragraph()
        self._note: _Paragraph | None = None
        self._notes: list[RichParagraph] = []
        self._cell: list[RichParagraph] = []
        self._cells: list[RichParagraph] = []
        self._ends: list[int] = []
        self._goes_on: list[bool] = []
        self._merged_down = self._head = False
        self._fonts = dict(_fonts(content))
        self._styles = dict(_styles(content))

    def read(self) -> Iterator[RichParagraph | RichRow]:
        place = 0
        while match := TOKEN.match(self._content, place) if place < len(self._content) else None:
            place = match.end()
            if match["word"]:
                self._flush()
                word, number = match["word"].decode(), int(match["number"]) if match["number"] else None
                place += max(number or 0, 0) if word == "bin" else 0
                yield from self._word(word, number)
            elif match["byte"]:
                self._take_byte(bytes.fromhex(match["byte"].decode()))
            elif match["brace"]:
                self._flush()
                self._open() if match["brace"] == b"{" else self._close()
            elif match["sign"]:
                self._sign(match["sign"])
            elif match["text"]:
                self._plain(match["text"])
        self._flush()
        yield from self._end_paragraph()

    def _open(self) -> None:
        if len(self._above) < MOST_GROUPS:
            self._above.append(replace(self._group))
        self._optional = False

    def _close(self) -> None:
        if self._note is not None and self._group.destination == "footnote" and not self._inner("footnote"):
            self._notes.append(replace(self._made(self._note), note=True))
            self._note = None
        self._group = self._above.pop() if self._above else _Group()

    def _inner(self, destination: str) -> bool:
        return bool(self._above) and self._above[-1].destination == destination

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._optional = True
            return
        self._flush()
        character = sign.decode("latin-1")
        self._take(CHARACTERS.get(character, character))

    def _plain(self, text: bytes) -> None:
        skipped = min(self._to_skip, len(text))
        self._to_skip -= skipped
        self._bytes += text[skipped:]

    def _take_byte(self, byte: bytes) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes += byte

    def _flush(self) -> None:
        """Bytes gather until something else comes: two of them may make one character."""
        content, self._bytes = self._bytes, b""
        if content:
            self._take(content.decode(self._group.code_page, "replace"))

    def _take(self, text: str) -> None:
        group = self._group
        if group.destination in SKIPPED or group.hidden or not text:
            return
        target = self._note if self._note is not None else self._paragraph
        if group.destination in {"listtext", "pntext"}:
            target.marker += text
            return
        shifted = {"super": raised, "sub": lowered}.get(group.shift) if text.strip() else None
        target.texts.append(shifted(text) if shifted else text)
        if text.strip():
            target.bold.append(group.bold)

    def _word(self, word: str, number: int | None) -> Iterator[RichParagraph | RichRow]:
        optional, self._optional = self._optional, False
        if self._group.destination in SKIPPED:
            return
        if word in SKIPPED or word in KEPT or optional:
            self._enter(word)
        elif word in {"par", "sect", "row", "nestrow"}:
            yield from self._end_row() if word == "row" else self._end_paragraph()
        elif word in {"cell", "nestcell"}:
            self._end_cell()
        elif word in SIGNS:
            self._take(SIGNS[word])
        elif word == "u" and number is not None:
            self._take_unicode(number)
        else:
            self._set(word, number)

    def _enter(self, word: str) -> None:
        self._group.destination = word if word in KEPT else "private"
        if word in SKIPPED:
            self._group.destination = word
        if word == "footnote" and self._note is None:
            self._note = _Paragraph()

    def _take_unicode(self, number: int) -> None:
        code = number % 0x10000
        low = 0xDC00 <= code < 0xE000
        self._take(chr(code))
        if low:
            texts = (self._note or self._paragraph).texts
            pair = "".join(texts[-2:]).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            texts[-2:] = [pair]
        self._to_skip = self._group.after_unicode

    def _set(self, word: str, number: int | None) -> None:
        group, paragraph = self._group, self._paragraph
        match word:
            case "b" | "v" | "deleted" | "super" | "sub" | "nosupersub" | "plain":
                _set_letters(group, word, on=number != 0)
            case "uc":
                group.after_unicode = max(number or 0, 0)
            case "ansicpg" | "f":
                group.code_page = _known(number) if word == "ansicpg" else self._fonts.get(number or 0, group.code_page)
            case "pard" if not group.destination:
                self._paragraph = _Paragraph(marker=paragraph.marker, texts=paragraph.texts, bold=paragraph.bold)
            case "s" | "outlinelevel" | "ilvl" | "intbl":
                self._set_paragraph(word, number or 0)
            case _ if word != "pard":
                self._set_row(word, number or 0)

    def _set_paragraph(self, word: str, number: int) -> None:
        match word:
            case "s":
                self._paragraph.level = self._styles.get(number, 0)
            case "outlinelevel":
                self._paragraph.level = number + 1 if number < 9 else 0
            case "ilvl":
                self._paragraph.depth = number
            case _:
                self._paragraph.in_table = True

    def _set_row(self, word: str, number: int) -> None:
        match word:
            case "trowd":
                self._ends, self._goes_on, self._head, self._merged_down = [], [], False, False
            case "trhdr":
                self._head = True
            case "clvmrg":
                self._merged_down = True
            case "cellx" if len(self._ends) < MOST_CELLS:
                self._ends.append(number)
                self._goes_on.append(self._merged_down)
                self._merged_down = False

    def _made(self, paragraph: _Paragraph) -> RichParagraph:
        return RichParagraph(
            text=" ".join("".join(paragraph.texts).split()),
            bold=bool(paragraph.bold) and all(paragraph.bold),
            level=paragraph.level,
            depth=paragraph.depth + 1,
            marker=" ".join(paragraph.marker.split()),
        )

    def _end_paragraph(self) -> Iterator[RichParagraph | RichRow]:
        if self._note is not None:
            self._note.texts.append(" ")
            return
        made, in_table = self._made(self._paragraph), self._paragraph.in_table
        self._paragraph = replace(self._paragraph, texts=[], bold=[], marker="")
        if in_table:
            self._cell.append(made)
            return
        if made.text:
            yield made
        notes, self._notes = self._notes, []
        yield from notes

    def _end_cell(self) -> None:
        made = [*self._cell, self._made(self._paragraph)]
        self._paragraph = replace(self._paragraph, texts=[], bold=[], marker="")
        self._cell = []
        filled = [piece for piece in made if piece.text or piece.marker]
        text = " ".join(f"{piece.marker} {piece.text}".strip() for piece in filled)
        self._cells.append(RichParagraph(text=text, bold=bool(filled) and all(piece.bold for piece in filled)))

    def _end_row(self) -> Iterator[RichParagraph | RichRow]:
        cells, self._cells = self._cells, []
        ends = self._ends if len(self._ends) == len(cells) else list(range(1, len(cells) + 1))
        goes_on = self._goes_on if len(self._goes_on) == len(cells) else [False] * len(cells)
        if cells:
            yield RichRow(cells=tuple(cells), ends=tuple(ends), head=self._head, goes_on=tuple(goes_on))


def _set_letters(group: _Group, word: str, *, on: bool) -> None:
    match word:
        case "b":
            group.bold = on
        case "v" | "deleted":
            group.hidden = on
        case "super" | "sub":
            group.shift = word if on else ""
        case "nosupersub":
            group.shift = ""
        case _:
            group.bold, group.hidden, group.shift = False, False, ""


def _fonts(content: bytes) -> Iterator[tuple[int, str]]:
    """Code pages of fonts whose character set is another one."""
    start = content.find(b"\\fonttbl")
    for match in re.finditer(rb"\\f(\d{1,5})\b[^{};]{0,200}?\\fcharset(\d{1,3})", content[start : start + 100_000]):
        if int(match[2]) in CODE_PAGES:
            yield int(match[1]), _known(CODE_PAGES[int(match[2])])


def _styles(content: bytes) -> Iterator[tuple[int, int]]:
    """Levels of the styles that head sections."""
    start = content.find(b"\\stylesheet")
    if start < 0:
        return
    for match in re.finditer(
        rb"\\s(\d{1,5})\b[^{};]{0,400}?heading (\d)", content[start : start + 200_000], re.IGNORECASE
    ):
        yield int(match[1]), int(match[2])


def _known(number: int | None) -> str:
    name = f"cp{number}"
    try:
        codecs.lookup(name)
    except LookupError:
        return "utf-8" if number == 65001 else "cp1252"
    return name
