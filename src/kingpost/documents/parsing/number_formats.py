"""Values of spreadsheet cells as they are shown: dates, percentages, currencies, decimals, scientific numbers."""

import re
from datetime import date, datetime, time, timedelta

from kingpost.documents.parsing.cleaning import clean

GENERAL = frozenset({"General", "@", "", "general"})
QUOTED = re.compile(r"\"([^\"]*)\"|\\(.)")
CURRENCY = re.compile(r"\[\$([^\-\]]*)[^\]]*\]")
CONDITION = re.compile(r"\[(?!\$)[^\]]*\]")
PADDING = re.compile(r"[_*].")


def shown(value: object, number_format: str) -> str:
    """The cell's text. Text stays as it is (an id such as ``007`` keeps its zeros)."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime() | date() | time() | timedelta():
            return _moment(value, number_format)
        case int() | float():
            return _number(value, number_format or "General")
        case _:
            return clean(str(value))


def _moment(value: datetime | date | time | timedelta, number_format: str) -> str:
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}" + (f":{seconds % 60:02d}" if seconds % 60 else "")
    if isinstance(value, time):
        return value.strftime("%H:%M:%S" if value.second else "%H:%M")
    if not isinstance(value, datetime):
        return value.isoformat()
    if "d" not in number_format.lower() and re.search(r"y", number_format.lower()) and "m" in number_format.lower():
        return value.strftime("%Y-%m")
    has_clock = (value.hour or value.minute or value.second) and True
    return value.strftime("%Y-%m-%d %H:%M") if has_clock else value.strftime("%Y-%m-%d")


def _number(value: float, number_format: str) -> str:
    if number_format in GENERAL:
        return _general(value)
    sections = number_format.split(";")
    section = sections[1] if value < 0 and len(sections) > 1 and sections[1].strip() else sections[0]
    negative_in_section = value < 0 and section is not sections[0]
    before, digits, after = _pieces(section)
    if not digits:
        return clean(before + after) if (before + after).strip() and "#" not in section else _general(value)
    amount = abs(value) if negative_in_section else value
    return clean(f"{before}{_digits(amount, digits, percent='%' in after or '%' in before)}{after}")


def _pieces(section: str) -> tuple[str, str, str]:
    """What stands before the digits, the digits' pattern, and what stands after them."""
    section = CURRENCY.sub(lambda match: f'"{match[1]}"', section)
    section = PADDING.sub("", CONDITION.sub("", section))
    pattern = re.search(
        r"[#0?](?:[#0?,. /]*[#0?])?(?:[eE][+-]0+)?", QUOTED.sub(lambda match: "\x01" * len(match[0]), section)
    )
    if not pattern:
        return _literal(section), "", ""
    return _literal(section[: pattern.start()]), pattern[0], _literal(section[pattern.end() :])


def _literal(text: str) -> str:
    return QUOTED.sub(lambda match: match[1] if match[1] is not None else match[2], text).replace(",", "")


def _digits(value: float, pattern: str, *, percent: bool) -> str:
    if percent:
        value *= 100
    if "e" in pattern.lower():
        return f"{value:.{_decimals(pattern.lower().split('e')[0])}E}"
    if "/" in pattern:
        return _general(value)
    decimals = _decimals(pattern)
    fixed = f"{value:,.{decimals}f}" if "," in pattern else f"{value:.{decimals}f}"
    optional = len(pattern) - len(pattern.rstrip("#"))
    if decimals and optional:
        whole, _, fraction = fixed.partition(".")
        kept = fraction[: decimals - optional] + fraction[decimals - optional :].rstrip("0")
        fixed = f"{whole}.{kept}" if kept else whole
    width = len(re.sub(r"[^0]", "", pattern.split(".")[0]))
    return fixed.zfill(width + decimals + 1 if decimals else width) if value >= 0 and "," not in pattern else fixed


def _decimals(pattern: str) -> int:
    return len(re.sub(r"[^#0?]", "", pattern.partition(".")[2]))


def _general(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}"
