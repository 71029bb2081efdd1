"""What a cell says: its words, its number with unit, its moment; a blank cell is none of them, and not zero."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from kingpost.language.dates import dates
from kingpost.language.normalise import STOP_WORDS, one_form, stems
from kingpost.language.quantities import quantities

Moment = tuple[int, int, int]
"""Year, month, day; 0 for what is not said."""

_TOKEN = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|[^\W_]+(?:[./:'\u2019-][^\W_]+)*|(?<![\w])[#%]")
_NOTE = re.compile(r"\[[^\]]{1,6}\]|\((?:[a-z]|\d)\)|[\u2020\u2021*]")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
_MONTH_DAY = re.compile(
    rf"\b(?:(?P<month>{_MONTH_NAME})\.?\s(?P<day>\d{{1,2}})\b|(?P<day2>\d{{1,2}})\s(?P<month2>{_MONTH_NAME})\b)", re.I
)
_MONTH_ALONE = re.compile(rf"^(?P<month>{_MONTH_NAME})\.?$", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d.,])(?P<year>1[5-9]\d\d|20\d\d)(?:\s?[-/\u2013]\s?\d{2,4})?(?![\d,]|\.\d)")
_CLOCK = re.compile(r"^\+?(?:(?P<hours>\d+):)?(?P<minutes>\d{1,3}):(?P<seconds>[0-5]\d(?:\.\d+)?)$")
_BLANK = frozenset({"", "-", "--", "n/a", "na", "none", "nil", "?", "...", "tba", "tbd"})
_LONGEST_NUMERIC = 48
NUMERALS = {
    word: str(n) for n, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)
}
"""Numbers as words; "one" is too often none."""


_ONE_WORD = {**NUMERALS, **dict.fromkeys(("%", "percent", "percentage", "percentages", "pct"), "percent")}
"""Words that are written in several ways, by their stem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One cell's text, read. ``number`` in the unit as written; ``year`` says that the number may be a lone year."""

    text: str
    stems: tuple[str, ...]
    blank: bool
    number: float | None = None
    unit: str = ""
    moment: Moment | None = None
    year: bool = False
    dated: bool = False
    """Whether the text is little more than its date."""


@lru_cache(maxsize=32_768)
def read(text: str) -> Value:
    """Read a cell once; tables ask for the same texts again and again."""
    plain = one_form(text).strip()
    if plain.casefold() in _BLANK:
        return Value(text=text, stems=(), blank=True)
    moment, length = _moment(plain)
    number, unit = _number(plain)
    return Value(
        text=text,
        stems=tuple(token.stem for token in tokens(text)),
        blank=False,
        number=number,
        unit=unit,
        moment=moment,
        year=moment is not None and moment[1] == 0,
        dated=2 * length >= len(plain),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word of a text: its stem (numbers without their commas), and whether it carries content."""

    text: str
    stem: str
    content: bool
    start: int
    end: int


@lru_cache(maxsize=32_768)
def tokens(text: str) -> tuple[Token, ...]:
    """Words in order; compounds with hyphens are taken apart, accents are folded."""
    return tuple(token for found in _TOKEN.finditer(_folded(text)) for token in _parts(found))


def _parts(found: re.Match[str]) -> list[Token]:
    text, start = found[0], found.start()
    if any(character.isdigit() for character in text):
        split = (
            [(text, 0)]
            if not re.search(r"[A-Za-z]{3}", text)
            else [(m[0], m.start()) for m in re.finditer(r"[^\W_]+", text)]
        )
    else:
        split = [(m[0], m.start()) for m in re.finditer(r"[^\W\d_]+(?:'(?!s\b)[^\W\d_]+)?|[#%]", text)]
    return [_token(piece, start + at) for piece, at in split if piece != "s"]


def _token(piece: str, start: int) -> Token:
    lowered = piece.casefold()
    if any(character.isdigit() for character in lowered):
        stem = re.sub(r",(?=\d{3})", "", lowered)
        stem = re.sub(r"^(\d+)(?:st|nd|rd|th)$", r"\1", stem)
        return Token(text=piece, stem=stem, content=True, start=start, end=start + len(piece))
    found = [_ONE_WORD[lowered]] if lowered in _ONE_WORD else stems(lowered)
    return Token(
        text=piece,
        stem=found[0] if found else lowered,
        content=lowered not in STOP_WORDS or _is_mark(piece, start),
        start=start,
        end=start + len(piece),
    )


def _is_mark(piece: str, start: int) -> bool:
    """A capital that stands alone inside a text names something: zone B, size S."""
    return len(piece) == 1 and piece.isupper() and start > 0 and piece != "I"


def _folded(text: str) -> str:
    """Text of the same length with accents folded, one kind of dash and quote."""
    return "".join(_fold(character) for character in text)


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    if character.isascii():
        return character
    plain = one_form(character)
    base = unicodedata.normalize("NFKD", plain)[:1]
    return base if len(base) == 1 else " "


def _moment(text: str) -> tuple[Moment | None, int]:
    """The first date of a short text, and how long it is written.

    A month with a day, or a lone month or year, where nothing fuller stands there.
    """
    if len(text) > _LONGEST_NUMERIC * 2:
        return None, 0
    for date in dates(text):
        if found := re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d))?", min(date.forms)):
            return (int(found[1]), int(found[2]), int(found[3] or 0)), date.end - date.start
    year = _YEAR.search(text)
    if found := _MONTH_DAY.search(text):
        month = _MONTHS.index((found["month"] or found["month2"])[:3].casefold()) + 1
        moment = (int(year["year"]) if year else 0, month, int(found["day"] or found["day2"]))
        return moment, len(found[0]) + (len(year[0]) if year else 0)
    if found := _MONTH_ALONE.match(text):
        return (0, _MONTHS.index(found["month"][:3].casefold()) + 1, 0), len(found[0])
    return ((int(year["year"]), 0, 0), len(year[0])) if year and year.start() == 0 else (None, 0)


def _number(text: str) -> tuple[float | None, str]:
    """The number that a cell states at its beginning, and its unit; none of a text that merely holds numbers."""
    plain = _NOTE.sub("", text).strip()
    if len(plain) > _LONGEST_NUMERIC:
        return None, ""
    if clock := _CLOCK.match(plain.replace(" ", "")):
        return _seconds(clock), "clock"
    negative = re.fullmatch(r"\(\s*([$\u20ac\u00a3]?\s?[\d.,]+%?)\s*\)", plain)
    plain = f"-{negative[1]}" if negative else re.sub(r"^([+-])\s+(?=\d)", r"\1", plain)
    plain = re.sub(
        r"^(?:no\.?|#|~|c\.|ca\.|approx\.?|[<>\u2264\u2265=\u00b1])\s*(?=\d)", "", plain, flags=re.IGNORECASE
    )
    plain = re.sub(r"(?<=\d)\s?(?:-|\u2013)\s?(?=\d).*$", "", plain) if not re.match(r"\d+-\d+-\d+", plain) else plain
    found = quantities(plain)
    if not found or re.search(r"[A-Za-z]", plain[: found[0].start]):
        return None, ""
    unit = "" if found[0].unit == "ordinal" else found[0].unit
    value = found[0].value
    if negative and value > 0:
        value = -value
    return value, unit


def _seconds(clock: re.Match[str]) -> float:
    return int(clock["hours"] or 0) * 3600 + int(clock["minutes"]) * 60 + float(clock["seconds"])
