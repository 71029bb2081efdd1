"""Values of spreadsheet cells as they are shown: numbers, percentages, currencies, fractions, dates."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from kingpost.documents.parsing.cleaning import clean
from kingpost.documents.parsing.workbooks.date_formats import DATE_LETTERS, date_text, elapsed_text, iso_text, serial_of
from kingpost.language.units import CURRENCIES, is_unit

GENERAL = frozenset({"General", "@", "", "general", "GENERAL"})
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<bracket>[^\]]*)\]'
    r"|[_*](?P<padding>.)|(?P<exponent>[eE][+-])|(?P<general>General)|(?P<ampm>AM/PM|A/P)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
CONDITION = re.compile(r"(?P<sign>[<>]=?|=|<>)\s*(?P<bound>-?[\d.]+)")
PLACEHOLDERS = frozenset("0#?")
LIBRARY_DATES = frozenset({"yyyy-mm-dd h:mm:ss", "yyyy-mm-dd hh:mm:ss"})
"""What libraries set for every date: at midnight it is a date without a time."""
EXACT_DIGITS = 12
"""A number of at most so many digits is shown as it was typed; beyond, it was computed."""
LONGEST_FORMAT = 255
LARGEST_PLAIN = 1e21


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of a format: its pieces as (kind, text), and from which values on it holds."""

    pieces: tuple[tuple[str, str], ...]
    kinds: frozenset[str]
    is_date: bool
    condition: tuple[str, float] | None = None

    def holds_for(self, value: float) -> bool:
        if self.condition is None:
            return True
        sign, bound = self.condition
        less, equal = value < bound, value == bound
        return {"<": less, "<=": less or equal, ">": not less and not equal, ">=": not less, "=": equal}.get(
            sign, not equal
        )


def shown(value: object, number_format: str) -> str:
    """The cell's text. Text stays as it is (an id such as ``007`` keeps its zeros)."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime() | date() | time() | timedelta():
            return shown(serial_of(value), number_format) if is_date_format(number_format) else iso_text(value)
        case int() | float():
            return _shown_number(value, number_format)
        case _:
            return clean(str(value))


@lru_cache(maxsize=65_536)
def _shown_number(value: float, number_format: str) -> str:
    if number_format in GENERAL:
        return _general(value)
    if number_format in LIBRARY_DATES and float(value).is_integer():
        number_format = "yyyy-mm-dd"
    return clean(_number(value, format_sections(number_format)))


def is_date_format(number_format: str) -> bool:
    """Whether numbers under it are dates, times or durations."""
    return number_format not in GENERAL and format_sections(number_format)[0].is_date


@lru_cache(maxsize=1024)
def unit_of_format(number_format: str) -> str:
    """The unit or currency that a format writes beside its number, or empty."""
    if number_format in GENERAL:
        return ""
    section = format_sections(number_format)[0]
    if section.is_date or "digit" not in section.kinds:
        return ""
    if "percent" in section.kinds:
        return "%"
    words = "".join(text if kind == "literal" else "\n" for kind, text in section.pieces).split("\n")
    names = [word.strip() for word in words]
    return next((name for name in names if name and (is_unit(name) or name in CURRENCIES)), "")


@lru_cache(maxsize=1024)
def format_sections(number_format: str) -> tuple[Section, ...]:
    """The format's sections, at most four, each cut into its pieces."""
    sections: list[Section] = []
    pieces: list[tuple[str, str]] = []
    condition: tuple[str, float] | None = None
    for match in TOKEN.finditer(number_format[:LONGEST_FORMAT]):
        kind, text = _piece(match)
        if (kind, text) == ("literal", ";") and match.lastgroup == "other":
            sections.append(_section(pieces, condition))
            pieces, condition = [], None
        elif kind == "condition":
            found = CONDITION.match(text)
            condition = (found["sign"], _float(found["bound"])) if found else None
        elif kind:
            pieces.append((kind, text))
    return (*sections, _section(pieces, condition))[:4]


def _section(pieces: list[tuple[str, str]], condition: tuple[str, float] | None) -> Section:
    kinds = frozenset(kind for kind, _ in pieces)
    is_date = bool(kinds & {"date", "elapsed"}) and "general" not in kinds
    return Section(pieces=tuple(pieces), kinds=kinds, is_date=is_date, condition=condition)


def _piece(match: re.Match[str]) -> tuple[str, str]:
    group, text = match.lastgroup or "other", match[match.lastgroup or 0] or ""
    if group == "bracket":
        if CONDITION.match(text):
            return "condition", text
        return ("elapsed", text) if text and set(text.lower()) <= {text.lower()[0]} & set("hms") else ("", "")
    if group == "padding":
        return ("literal", " ") if match[0].startswith("_") else ("", "")
    if group in {"quoted", "escaped", "currency"}:
        return "literal", text
    if group != "other":
        return group, text
    if text in PLACEHOLDERS:
        return "digit", text
    if text in ".,%/@":
        return {".": "point", ",": "comma", "%": "percent", "/": "slash", "@": "text"}[text], text
    return ("date", text) if text.lower() in DATE_LETTERS else ("literal", text)


def _number(value: float, sections: tuple[Section, ...]) -> str:
    if (isinstance(value, float) and value != value) or value in (float("inf"), float("-inf")):
        return str(value)
    section, amount = _chosen(value, sections)
    if section.is_date:
        return _dated(value, section)
    if not section.kinds & {"digit", "general", "text"}:
        literal = "".join(text for kind, text in section.pieces if kind in {"literal", "percent"})
        return literal if literal.strip() or (section.pieces == () and len(sections) > 1) else _general(value)
    if "digit" not in section.kinds:
        number = _general(amount)
        return "".join(number if kind in {"general", "text"} else text for kind, text in section.pieces) or number
    return _digits(amount, section)


def _chosen(value: float, sections: tuple[Section, ...]) -> tuple[Section, float]:
    """The section for this value, and the number it shows: without its sign where the section is for negatives."""
    if any(section.condition for section in sections[:2]):
        for index, section in enumerate(sections[:3]):
            if section.holds_for(value):
                sign, bound = section.condition or ("", 0.0)
                negatives = value < 0 and (index > 0 or (sign in {"<", "<="} and bound <= 0))
                return section, abs(value) if negatives else value
        return sections[0], value
    if value < 0 and len(sections) > 1:
        return sections[1], abs(value)
    if value == 0 and len(sections) > 2:
        return sections[2], value
    return sections[0], value


def _dated(serial: float, section: Section) -> str:
    if "elapsed" in section.kinds:
        return elapsed_text(serial, section.pieces)
    return date_text(serial, section.pieces)


def _digits(amount: float, section: Section) -> str:
    """The number in the places of the format's digits, what stands between them kept."""
    pieces = list(section.pieces)
    amount *= 100 ** sum(kind == "percent" for kind, _ in pieces)
    places = [index for index, (kind, _) in enumerate(pieces) if kind == "digit"]
    first, last = places[0], places[-1]
    kinds = [kind for kind, _ in pieces]
    if "slash" in kinds[first:]:
        return _fraction(amount, pieces, first)
    if "exponent" in kinds:
        return _scientific(amount, pieces, first, last)
    point = kinds.index("point") if "point" in kinds else -1
    end_of_whole = max((place for place in places if point < 0 or place < point), default=-1)
    scale = _commas_after(kinds, end_of_whole) + (_commas_after(kinds, last) if last != end_of_whole else 0)
    decimals = [index for index in places if 0 <= point < index]
    grouped = "comma" in kinds[first : end_of_whole + 1]
    number = _rounded(abs(amount) / 1000**scale, len(decimals))
    whole, _, fraction = number.partition(".")
    kept = [piece for piece in pieces if piece[0] != "comma"]
    text = _filled(kept, whole, fraction, grouped=grouped)
    negative = amount < 0 and any(digit not in "0." for digit in number)
    return ("-" if negative else "") + text


def _commas_after(kinds: list[str], index: int) -> int:
    """Commas right behind a digit: each divides by a thousand."""
    count = 0
    while index >= 0 and kinds[index + 1 + count : index + 2 + count] == ["comma"]:
        count += 1
    return count


def _filled(pieces: list[tuple[str, str]], whole: str, fraction: str, *, grouped: bool) -> str:
    """Pieces with digits put in: the whole part from the right, the fraction from the left."""
    point = next((index for index, (kind, _) in enumerate(pieces) if kind == "point"), len(pieces))
    out: list[str] = [text for _, text in pieces]
    digits = list(whole.lstrip("0"))
    places = [index for index, (kind, _) in enumerate(pieces) if kind == "digit" and index < point]
    count = 0
    for position, index in reversed(list(enumerate(places))):
        taken = [digits.pop()] if digits else ["0"] if pieces[index][1] == "0" else []
        if position == 0:
            taken = [*digits, *taken]
        shown_digits = ""
        for digit in reversed(taken):
            shown_digits = digit + ("," if grouped and count and count % 3 == 0 else "") + shown_digits
            count += 1
        out[index] = shown_digits or (" " if pieces[index][1] == "?" else "")
    if not places and digits and point < len(pieces):
        out[point] = "".join(digits) + out[point]
    decimals = [index for index, (kind, _) in enumerate(pieces) if kind == "digit" and index > point]
    optional = len(decimals)
    while optional and fraction[optional - 1 : optional] in {"0", ""} and pieces[decimals[optional - 1]][1] != "0":
        optional -= 1
    for position, index in enumerate(decimals):
        out[index] = fraction[position] if position < optional else ""
    if decimals and not optional and point < len(pieces):
        out[point] = out[point].replace(".", "")
    return "".join(out)


def _scientific(amount: float, pieces: list[tuple[str, str]], first: int, last: int) -> str:
    kinds = [kind for kind, _ in pieces]
    mark = kinds.index("exponent")
    decimals = sum(kind == "digit" for kind in kinds[kinds.index("point") : mark]) if "point" in kinds[:mark] else 0
    width = sum(kind == "digit" for kind in kinds[mark:])
    mantissa, _, exponent = f"{amount:.{decimals}E}".partition("E")
    sign = "-" if exponent.startswith("-") else "+" if "+" in pieces[mark][1] else ""
    before = "".join(text for kind, text in pieces[:first] if kind == "literal")
    after = "".join(text for kind, text in pieces[last + 1 :] if kind in {"literal", "percent"})
    return f"{before}{mantissa}E{sign}{exponent.lstrip('+-').lstrip('0').rjust(width, '0')}{after}"


def _fraction(amount: float, pieces: list[tuple[str, str]], first: int) -> str:
    """``# ?/?`` and its like: a whole part where the format has one, and a denominator as long as its places."""
    slash = next(index for index, (kind, _) in enumerate(pieces) if kind == "slash")
    below = "".join(text for kind, text in pieces[slash + 1 :] if kind in {"digit", "literal"})
    fixed = re.match(r"\s*(\d*[1-9]\d*)", below)
    places = sum(kind == "digit" for kind, _ in pieces[slash + 1 :])
    magnitude = Fraction(abs(amount))
    if fixed:
        denominator = int(fixed[1])
        numerator = int(magnitude * denominator + Fraction(1, 2))
    else:
        near = magnitude.limit_denominator(10 ** min(max(places, 1), 6) - 1)
        numerator, denominator = near.numerator, near.denominator
    before = "".join(text for kind, text in pieces[:first] if kind == "literal")
    has_whole = any(kind == "literal" and not text.strip() for kind, text in pieces[first:slash])
    whole, rest = divmod(numerator, denominator) if has_whole else (0, numerator)
    shown_whole = [str(whole)] if whole or (has_whole and not rest) else []
    shown_rest = [f"{rest}/{denominator}"] if rest or not has_whole else []
    after = "" if fixed else "".join(text for kind, text in pieces[slash + 1 :] if kind == "literal")
    return ("-" if amount < 0 else "") + before + " ".join([*shown_whole, *shown_rest]) + after


def _rounded(value: float, decimals: int) -> str:
    """Half up in decimal, as spreadsheets round; with all its digits."""
    try:
        return format(Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP), "f")
    except InvalidOperation:
        return f"{value:.{decimals}f}"


def _general(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    exact = f"{value:.15g}"
    if abs(value) < LARGEST_PLAIN and value == int(value):
        return format(Decimal(exact), "f")
    digits = len(re.sub(r"[^\d]|e.*", "", exact).strip("0"))
    return (exact if digits <= EXACT_DIGITS and "e" not in exact else f"{value:.10g}").replace("e", "E")


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
